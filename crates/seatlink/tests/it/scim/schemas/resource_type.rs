//! A resource type of the tenant's own, with an extension.

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use seatlink_domain::{log, tenants::Profile};
use serde_json::{Value, json};

use super::{DEVICE, LEASE, hits, list, with_devices};
use crate::harness::{Call, Service, on_each_database, said};

fn body(serial: &str) -> Value {
    json!({ "schemas": [DEVICE], "serial": serial, "displayName": format!("Device {serial}") })
}

async fn made(service: &Service, body: &Value) -> Result<Value> {
    service.scim.post("/Devices", body).await?.expect(201)
}

fn path_of(device: &Value) -> Result<String> {
    Ok(format!("/Devices/{}", device["id"].as_str().context("an id")?))
}

#[tokio::test]
async fn a_device_lives_as_any_resource_does() -> Result<()> {
    on_each_database(async |ground| {
        let service = with_devices(ground, 1).await?;
        let scim = &service.scim;
        let mut full = body("S-1");
        full["externalId"] = json!("ext");
        full["active"] = json!(true);
        full["schemas"] = json!([DEVICE, LEASE]);
        full[LEASE] = json!({ "until": "2027-01-01T00:00:00Z" });
        full["members"] = json!([{ "value": "screw", "weight": 0.5 }, { "value": "bolt" }]);
        let answer = scim.post("/Devices", &full).await?;
        let device = answer.expect(201)?;
        let path = path_of(&device)?;
        let location = format!("{}{path}", scim.base());
        ensure!(answer.header("location") == location && device["meta"]["location"] == location);
        ensure!(device["meta"]["resourceType"] == "Device", "{device}");
        ensure!(answer.header("etag") == device["meta"]["version"], "{device}");
        ensure!(device["schemas"] == json!([DEVICE, LEASE]), "{device}");
        ensure!(scim.get(&path).await?.expect(200)? == device);

        // PUT clears what is left out, also `active`, which means nothing special here.
        let replaced = scim.put(&path, &body("S-1")).await?.expect(200)?;
        ensure!(replaced.get("active").is_none() && replaced.get(LEASE).is_none(), "{replaced}");
        ensure!(replaced["schemas"] == json!([DEVICE]), "{replaced}");
        scim.put(&path, &json!({ "schemas": [DEVICE] }))
            .await?
            .refusal(400, Some("invalidValue"))?;

        // `members` are values like any others.
        let operations = json!([
            { "op": "add", "path": "members", "value": [{ "value": "nut", "weight": 2 }] },
            { "op": "add", "path": "members", "value": [{ "value": "nail" }] },
            { "op": "replace", "path": "members[value eq \"nut\"].weight", "value": 3 },
            { "op": "add", "path": LEASE, "value": { "by": "Pat" } },
        ]);
        let patched = scim.patch(&path, operations).await?.expect(200)?;
        ensure!(patched["members"].as_array().map(Vec::len) == Some(2), "{patched}");
        ensure!(patched["members"][0]["weight"] == 3 && patched[LEASE]["by"] == "Pat", "{patched}");
        let gone = json!([{ "op": "remove", "path": LEASE }]);
        ensure!(scim.patch(&path, gone).await?.expect(200)?.get(LEASE).is_none());

        assert_eq!(scim.delete(&path).await?.status, 204);
        scim.get(&path).await?.refusal(404, None)?;
        scim.delete(&path).await?.refusal(404, None)?;
        made(&service, &body("S-1")).await?;
        let id = device["id"].as_str().context("an id")?.parse()?;
        let rows = log::history(ground.platform(), &service.actor, id).await?;
        let reasons: Vec<&str> = rows.iter().map(|row| row.reason.as_str()).collect();
        assert_eq!(reasons, ["created", "updated", "refused", "updated", "updated", "deleted"]);
        ensure!(said(&rows[0]) == "Device “Device S-1” was created.", "{}", said(&rows[0]));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn versions_of_devices_are_checked() -> Result<()> {
    on_each_database(async |ground| {
        let service = with_devices(ground, 1).await?;
        let device = made(&service, &body("S-1")).await?;
        let path = path_of(&device)?;
        let version = device["meta"]["version"].as_str().context("a version")?;
        let call = async |method: Method, headers: &[(&str, &str)], body: Option<String>| {
            service.scim.call(Call { method, path: &path, headers, body }).await
        };
        let unchanged = call(Method::GET, &[("if-none-match", version)], None).await?;
        assert_eq!((unchanged.status, unchanged.text.as_str()), (304, ""));
        let json = ("content-type", "application/json");
        let next = body("S-2").to_string();
        call(Method::PUT, &[json, ("if-match", version)], Some(next.clone())).await?.expect(200)?;
        for (method, body) in [(Method::PUT, Some(next)), (Method::DELETE, None)] {
            call(method, &[json, ("if-match", version)], body).await?.refusal(412, None)?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn devices_are_found_by_filter_search_and_page() -> Result<()> {
    on_each_database(async |ground| {
        let service = with_devices(ground, 1).await?;
        for (serial, size) in [("A", 1), ("b", 2), ("C", 3)] {
            let mut device = body(serial);
            device["size"] = json!(size);
            device["members"] = json!([{ "value": serial, "weight": size }]);
            if serial == "C" {
                device["externalId"] = json!("Ext");
                device[LEASE] = json!({ "until": "2026-06-01T00:00:00Z" });
            }
            made(&service, &device).await?;
        }
        let all = service.scim.get("/Devices").await?.expect(200)?;
        assert_eq!(all["totalResults"], 3);
        let third = all["Resources"][2]["id"].as_str().context("an id")?;
        let location = all["Resources"][2]["meta"]["location"].as_str().context("a location")?;
        for (filter, found) in [
            (String::from("serial eq \"a\""), 1),
            (String::from("size gt 1 and size le 3"), 2),
            (String::from("members[weight ge 2]"), 2),
            (String::from("members.value eq \"B\""), 1),
            (String::from("externalId eq \"Ext\""), 1),
            (String::from("externalId eq \"ext\""), 0),
            (format!("id eq \"{third}\""), 1),
            (format!("meta.location eq \"{location}\""), 1),
            (String::from("meta.resourceType eq \"Device\""), 3),
            (String::from("meta.resourceType eq \"User\""), 0),
            (format!("{LEASE}:until lt \"2027-01-01T00:00:00Z\""), 1),
            (format!("not ({LEASE}:until pr)"), 2),
            (format!("{DEVICE}:size eq 2"), 1),
            (String::from("meta.created gt \"2020-01-01T00:00:00Z\""), 3),
        ] {
            assert_eq!(hits(ground, &service, "/Devices", &filter).await?, found, "{filter}");
        }
        for wrong in ["userName eq \"a\"", "size co \"1\"", "size eq"] {
            let refused = list(ground, &service, "/Devices", &[("filter", wrong)]).await?;
            refused.refusal(400, Some("invalidFilter")).context(wrong)?;
        }
        let page = service.scim.get("/Devices?startIndex=2&count=1").await?.expect(200)?;
        ensure!(page["totalResults"] == 3 && page["itemsPerPage"] == 1, "{page}");
        let serials = |page: &Value| -> Vec<String> {
            let rows = page["Resources"].as_array().into_iter().flatten();
            rows.map(|row| row["serial"].as_str().unwrap_or_default().to_owned()).collect()
        };
        let sorted = [("sortBy", "size"), ("sortOrder", "descending")];
        let sorted = list(ground, &service, "/Devices", &sorted).await?.expect(200)?;
        assert_eq!(serials(&sorted), ["C", "b", "A"]);
        let first = [("cursor", ""), ("count", "2"), ("sortBy", "serial")];
        let first = list(ground, &service, "/Devices", &first).await?.expect(200)?;
        let next = first["nextCursor"].as_str().context("a next cursor")?;
        let second = [("cursor", next), ("count", "2"), ("sortBy", "serial")];
        let second = list(ground, &service, "/Devices", &second).await?.expect(200)?;
        assert_eq!([serials(&first), serials(&second)].concat(), ["A", "b", "C"]);
        assert_eq!(hits(ground, &service, "", "serial eq \"b\" or userName pr").await?, 1);
        let search = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "filter": "size ge 2", "attributes": ["serial"],
        });
        let page = service.scim.post("/Devices/.search", &search).await?.expect(200)?;
        ensure!(page["totalResults"] == 2, "{page}");
        let first = page["Resources"][0].as_object().context("a device")?;
        let names: Vec<&str> = first.keys().map(String::as_str).collect();
        assert_eq!(names, ["schemas", "serial", "id"]);
        assert_eq!(service.scim.total().await?, 0, "devices are no users");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn bulk_makes_devices_that_refer_to_each_other() -> Result<()> {
    on_each_database(async |ground| {
        let service = with_devices(ground, 1).await?;
        let mut child = body("child");
        child["parent"] = json!("bulkId:p");
        let request = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [
                { "method": "POST", "path": "/Devices", "bulkId": "c", "data": child },
                { "method": "POST", "path": "/Devices", "bulkId": "p", "data": body("parent") },
                { "method": "POST", "path": "/Devices", "bulkId": "x", "data": body("parent") },
                { "method": "POST", "path": "/Gadgets", "bulkId": "y", "data": body("z") },
            ],
        });
        let answer = service.scim.post("/Bulk", &request).await?.expect(200)?;
        let status = |at: usize| answer["Operations"][at]["status"].clone();
        assert_eq!([status(0), status(1), status(2), status(3)], ["201", "201", "409", "400"]);
        let location = answer["Operations"][1]["location"].as_str().context("a location")?;
        let parent = location.rsplit('/').next().context("an id")?;
        assert_eq!(
            hits(ground, &service, "/Devices", &format!("parent eq \"{parent}\"")).await?,
            1
        );
        let path = format!("/Devices/{parent}");
        let request = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [
                { "method": "PATCH", "path": path, "data": {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [{ "op": "add", "path": "size", "value": 5 }],
                }},
                { "method": "DELETE", "path": path },
            ],
        });
        let answer = service.scim.post("/Bulk", &request).await?.expect(200)?;
        ensure!(answer["Operations"][0]["status"] == "200", "{answer}");
        ensure!(answer["Operations"][1]["status"] == "204", "{answer}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_type_is_described_and_belongs_to_its_tenant_alone() -> Result<()> {
    on_each_database(async |ground| {
        let service = with_devices(ground, 1).await?;
        let stranger = Service::new(ground, Profile::Standard, 2).await?;
        let scim = &service.scim;
        let types = scim.get("/ResourceTypes").await?.expect(200)?;
        assert_eq!(types["totalResults"], 3);
        let device = scim.get("/ResourceTypes/Device").await?.expect(200)?;
        ensure!(device["endpoint"] == "/Devices" && device["schema"] == DEVICE, "{device}");
        ensure!(device["schemaExtensions"] == json!([{ "schema": LEASE, "required": false }]));
        for urn in [DEVICE, LEASE] {
            let schema = scim.get(&format!("/Schemas/{urn}")).await?.expect(200)?;
            ensure!(schema["id"] == urn, "{schema}");
            stranger.scim.get(&format!("/Schemas/{urn}")).await?.refusal(404, None)?;
        }
        assert_eq!(scim.get("/Devices").await?.expect(200)?["totalResults"], 0);
        for path in ["/Devices", "/Devices/1", "/ResourceTypes/Device"] {
            stranger.scim.get(path).await?.refusal(404, None)?;
        }
        // The same name means another type elsewhere.
        let other = with_devices(ground, 3).await?;
        let path = path_of(&made(&service, &body("S-1")).await?)?;
        made(&other, &body("S-1")).await?;
        for method in [Method::GET, Method::DELETE] {
            let call = Call { method, path: &path, headers: &[], body: None };
            other.scim.call(call).await?.refusal(404, None)?;
        }
        scim.get(&path.replace("Devices", "Users")).await?.refusal(404, None)?;
        let put = scim.put("/Devices", &body("x")).await?;
        put.refusal(405, None)?;
        ensure!(put.header("allow").contains("POST"), "{}", put.header("allow"));
        let nobody = scim.with_token("wrong");
        nobody.get("/Devices").await?.refusal(401, None)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn devices_are_sorted_walked_and_found_at_the_root() -> Result<()> {
    on_each_database(async |ground| {
        let service = with_devices(ground, 1).await?;
        for (serial, size) in
            [("b", json!(10)), ("A", json!(9)), ("c", Value::Null), ("d", json!(-1))]
        {
            let mut device = body(serial);
            device["size"] = size;
            made(&service, &device).await?;
        }
        service.user("bob@example.com").await?;
        let walk = async |endpoint: &str, parameters: &[(&str, &str)]| -> Result<String> {
            let (mut met, mut cursor) = (Vec::new(), String::new());
            loop {
                let mut all = vec![("count", "2"), ("cursor", cursor.as_str())];
                all.extend(parameters);
                let page = list(ground, &service, endpoint, &all).await?.expect(200)?;
                for row in page["Resources"].as_array().context("rows")? {
                    let name = row["serial"].as_str().or(row["userName"].as_str());
                    met.push(name.unwrap_or_default().to_owned());
                }
                let Some(next) = page["nextCursor"].as_str() else {
                    ensure!(page["totalResults"] == met.len(), "{page}");
                    return Ok(met.join(" "));
                };
                next.clone_into(&mut cursor);
            }
        };
        let sorted = |by, order| [("sortBy", by), ("sortOrder", order)];
        assert_eq!(walk("/Devices", &sorted("serial", "ascending")).await?, "A b c d");
        assert_eq!(walk("/Devices", &sorted("size", "ascending")).await?, "d A b c");
        assert_eq!(walk("/Devices", &sorted("size", "descending")).await?, "c b A d");
        assert_eq!(walk("", &sorted("serial", "ascending")).await?, "A b c d bob@example.com");
        assert_eq!(
            walk("", &sorted("userName", "descending")).await?.split(' ').next_back(),
            Some("bob@example.com")
        );
        assert_eq!(walk("", &[("filter", "size gt 9")]).await?, "b");
        let unlike = "serial ne \"b\" and meta.resourceType ne \"Group\"";
        assert_eq!(
            walk("", &[("filter", unlike), ("sortBy", "serial")]).await?,
            "A c d bob@example.com"
        );
        let everything = list(ground, &service, "", &[("count", "0")]).await?.expect(200)?;
        ensure!(everything["totalResults"] == 5, "{everything}");
        let last = list(ground, &service, "", &[("startIndex", "5")]).await?.expect(200)?;
        ensure!(last["Resources"][0]["meta"]["resourceType"] == "Device", "{last}");
        Ok(())
    })
    .await
}
