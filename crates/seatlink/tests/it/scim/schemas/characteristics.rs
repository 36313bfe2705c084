//! Every type and characteristic of RFC 7643 §2.2 and §7, on whatever a tenant can put a schema:
//! extensions of users, of groups and of its own types, and the core schema of such a type.

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{
    access::connections::Policy,
    directory::schemas::{self, NewSchema},
    log,
    tenants::Profile,
};
use seatlink_scim::Leniency;
use serde_json::{Value, json};

use super::{extend, hits, list};
use crate::harness::{Ground, Service, on_each_database};

const THING: &str = "urn:example:params:scim:schemas:1.0:Thing";
const EXTENSION: &str = "urn:example:params:scim:schemas:extension:everything:1.0:Any";

fn everything(id: &str) -> Value {
    let parts = json!([
        { "name": "value", "required": true },
        { "name": "type", "canonicalValues": ["small", "large"] },
        { "name": "primary", "type": "boolean" },
        { "name": "size", "type": "integer" },
        { "name": "price", "type": "decimal" },
        { "name": "since", "type": "dateTime" },
        { "name": "owner", "type": "reference", "referenceTypes": ["User"] },
        { "name": "code", "caseExact": true },
        { "name": "marks", "multiValued": true },
        { "name": "remark", "returned": "request" },
    ]);
    json!({
        "id": id,
        "name": "Everything",
        "attributes": [
            { "name": "text" },
            { "name": "exact", "caseExact": true },
            { "name": "color", "canonicalValues": ["red", "green"] },
            { "name": "count", "type": "integer" },
            { "name": "ratio", "type": "decimal" },
            { "name": "flag", "type": "boolean" },
            { "name": "at", "type": "dateTime" },
            { "name": "blob", "type": "binary" },
            { "name": "link", "type": "reference", "referenceTypes": ["external"] },
            { "name": "tags", "multiValued": true },
            { "name": "numbers", "type": "integer", "multiValued": true },
            { "name": "moments", "type": "dateTime", "multiValued": true },
            { "name": "box", "type": "complex", "subAttributes": parts },
            { "name": "boxes", "type": "complex", "multiValued": true, "subAttributes": parts },
            { "name": "serial", "caseExact": true, "uniqueness": "server" },
            { "name": "alias", "multiValued": true, "uniqueness": "global" },
            { "name": "ticket", "type": "integer", "uniqueness": "server" },
            { "name": "weight", "type": "decimal", "uniqueness": "server" },
            { "name": "stamp", "type": "dateTime", "uniqueness": "server" },
            { "name": "plate", "type": "complex", "subAttributes": [
                { "name": "number", "uniqueness": "server" }, { "name": "country" },
            ]},
            { "name": "note", "returned": "request" },
            { "name": "secret", "returned": "never" },
            { "name": "pin", "mutability": "writeOnly", "returned": "never" },
            { "name": "fixed", "mutability": "immutable" },
            { "name": "level", "type": "integer", "mutability": "readOnly" },
        ],
    })
}

fn strict() -> Policy {
    Policy { leniency: Leniency::Strict, ..Policy::default() }
}

/// What every answer shows by default.
fn content() -> Value {
    json!({
        "text": "Müller", "exact": "AbC", "color": "red", "count": -7, "ratio": 2.5, "flag": true,
        "at": "2026-03-01T12:00:00+01:00", "blob": "AQID", "link": "https://example.com/a",
        "tags": ["x", "Y"], "numbers": [3, 1], "moments": ["2026-01-01T00:00:00Z"],
        "box": { "value": "B", "size": 4, "since": "2026-01-01T00:00:00Z", "marks": ["m", "n"] },
        "boxes": [
            { "value": "one", "type": "small", "primary": true, "size": 1, "price": 0.5, "code": "Aa" },
            { "value": "two", "type": "large", "size": 2, "marks": ["q"] },
        ],
        "serial": "S-1", "alias": ["p", "Q"], "ticket": 41, "weight": 1.25,
        "stamp": "2026-05-05T05:05:05Z", "plate": { "number": "B-1", "country": "DE" }, "fixed": "f",
    })
}

/// A place for attributes of the tenant's own.
struct Place {
    endpoint: &'static str,
    base: Value,
    /// `None` where they are in the core schema.
    extension: Option<&'static str>,
    /// Before the names in paths.
    prefix: String,
}

impl Place {
    fn body(&self, name: &str, content: &Value) -> Value {
        let mut body = self.base.clone();
        match self.endpoint {
            "/Users" => body["userName"] = name.into(),
            "/Groups" => body["displayName"] = name.into(),
            _ => body["externalId"] = name.into(),
        }
        match (self.extension, content.as_object()) {
            (Some(urn), Some(_)) => {
                if let Some(schemas) = body["schemas"].as_array_mut() {
                    schemas.push(urn.into());
                }
                body[urn] = content.clone();
            }
            (None, Some(content)) => {
                for (name, value) in content {
                    body[name] = value.clone();
                }
            }
            (_, None) => {}
        }
        body
    }

    /// What a resource has of the attributes.
    fn of(&self, resource: &Value) -> Value {
        if let Some(urn) = self.extension {
            return resource[urn].clone();
        }
        let mut own = resource.clone();
        if let Some(own) = own.as_object_mut() {
            own.retain(|name, _| !["schemas", "id", "meta", "externalId"].contains(&&**name));
        }
        own
    }

    fn path(&self, resource: &Value) -> Result<String> {
        Ok(format!("{}/{}", self.endpoint, resource["id"].as_str().context("an id")?))
    }

    fn name(&self, attribute: &str) -> String {
        format!("{}{attribute}", self.prefix)
    }
}

/// All places, each in a tenant of its own.
async fn places(ground: &Ground) -> Result<Vec<(Service, Place)>> {
    let core = |urn: &str| json!({ "schemas": [urn] });
    let prefix = format!("{EXTENSION}:");
    let extension = Some(EXTENSION);
    let places = [
        ("User", "/Users", core("urn:ietf:params:scim:schemas:core:2.0:User"), extension, &*prefix),
        (
            "Group",
            "/Groups",
            core("urn:ietf:params:scim:schemas:core:2.0:Group"),
            extension,
            &prefix,
        ),
        ("Thing", "/Things", core(THING), extension, &prefix),
        ("Thing", "/Things", core(THING), None, ""),
        ("Thing", "/Things", core(THING), None, "urn:example:params:scim:schemas:1.0:Thing:"),
    ];
    let mut made = Vec::new();
    for (unit, (name, endpoint, base, extension, prefix)) in (1..).zip(places) {
        let service = Service::new(ground, Profile::Standard, unit).await?;
        if name == "Thing" {
            let core = match extension {
                Some(_) => json!({ "id": THING, "attributes": [{ "name": "label" }] }),
                None => everything(THING),
            };
            let definition = json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
                "name": name, "endpoint": endpoint, "schema": THING,
            });
            let new = NewSchema::ResourceType { definition, schemas: vec![core] };
            schemas::add(ground.platform(), &service.actor, new).await?;
        }
        if extension.is_some() {
            extend(ground, &service.actor, name, everything(EXTENSION)).await?;
        }
        let prefix = prefix.to_owned();
        made.push((service, Place { endpoint, base, extension, prefix }));
    }
    Ok(made)
}

async fn with_two(service: &Service, place: &Place) -> Result<(Value, Value)> {
    let full = place.body("full", &content());
    let full = service.scim.post(place.endpoint, &full).await?.expect(201)?;
    let sparse = json!({ "text": "abc", "count": 9, "ratio": -1e3, "at": "2026-03-01T10:59:59Z" });
    let sparse = place.body("sparse", &sparse);
    let sparse = service.scim.post(place.endpoint, &sparse).await?.expect(201)?;
    Ok((full, sparse))
}

#[tokio::test]
async fn what_is_written_is_read_and_can_be_put_back() -> Result<()> {
    on_each_database(async |ground| {
        for (service, place) in places(ground).await? {
            let (full, _) = with_two(&service, &place).await?;
            assert_eq!(place.of(&full), content(), "{}", place.endpoint);
            let path = place.path(&full)?;
            let read = service.scim.get(&path).await?;
            assert_eq!(read.json()?, full);
            let put = service.scim.put(&path, &read.json()?).await?;
            ensure!(put.text == read.text, "{} became {}", read.text, put.text);
            assert_eq!(put.header("etag"), read.header("etag"));
            // Names are found in any letter case, in the URN too (RFC 7643 §2.1).
            for (chosen, left) in [
                ("BOX.Size", json!({ "box": { "size": 4 } })),
                ("boxes.type", json!({ "boxes": [{ "type": "small" }, { "type": "large" }] })),
                ("tags", json!({ "tags": ["x", "Y"] })),
                ("plate.number", json!({ "plate": { "number": "B-1" } })),
            ] {
                let chosen = place.name(chosen);
                let one = service.scim.get(&format!("{path}?attributes={chosen}")).await?;
                assert_eq!(place.of(&one.expect(200)?), left, "{chosen}");
                let query =
                    [("attributes", &*chosen), ("filter", &place.name("text eq \"müller\""))];
                let page = list(ground, &service, place.endpoint, &query).await?.expect(200)?;
                assert_eq!(place.of(&page["Resources"][0]), left, "{chosen}");
            }
            let without = format!("{path}?excludedAttributes={}", place.name("box.marks"));
            let without = place.of(&service.scim.get(&without).await?.expect(200)?);
            ensure!(without["box"].get("marks").is_none() && without["box"]["size"] == 4);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn wrong_values_are_refused_wherever_they_stand() -> Result<()> {
    on_each_database(async |ground| {
        for (service, place) in places(ground).await? {
            // Forgiving connections make sense of some of these.
            service.policy(ground, strict()).await?;
            for wrong in [
                json!({ "text": 1 }),
                json!({ "color": "blue" }),
                json!({ "count": 1.5 }),
                json!({ "count": "many" }),
                json!({ "ratio": "much" }),
                json!({ "flag": "perhaps" }),
                json!({ "at": "2026-03-01" }),
                json!({ "blob": "not base64!" }),
                json!({ "tags": [1] }),
                json!({ "numbers": [1, "two"] }),
                json!({ "moments": ["now"] }),
                json!({ "box": "a box" }),
                json!({ "box": { "size": 1 } }),
                json!({ "box": { "value": "a", "type": "huge" } }),
                json!({ "box": { "value": "a", "marks": [{ "value": 1 }] } }),
                json!({ "boxes": [{ "value": "a" }, { "size": 1 }] }),
                json!({ "boxes": [{ "value": "a", "since": "then" }] }),
                json!({ "boxes": [
                    { "value": "a", "primary": true }, { "value": "b", "primary": true },
                ]}),
            ] {
                let answer = service.scim.post(place.endpoint, &place.body("w", &wrong)).await?;
                answer.refusal(400, Some("invalidValue")).with_context(|| {
                    format!("{} {wrong}: {} {}", place.endpoint, answer.status, answer.text)
                })?;
            }
            let page =
                service.scim.get(&format!("{}?count=0", place.endpoint)).await?.expect(200)?;
            assert_eq!(page["totalResults"], 0);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn filters_compare_by_type_and_letter_case() -> Result<()> {
    on_each_database(async |ground| {
        for (service, place) in places(ground).await? {
            with_two(&service, &place).await?;
            for (filter, found) in [
                ("text eq \"MÜLLER\"", 1),
                ("exact eq \"AbC\"", 1),
                ("exact eq \"abc\"", 0),
                ("color eq \"RED\"", 1),
                ("count eq -7", 1),
                ("count gt -7", 1),
                ("count ge -7", 2),
                ("ratio eq 2.50", 1),
                ("ratio lt 0", 1),
                ("flag eq true", 1),
                ("flag eq false", 0),
                ("at eq \"2026-03-01T11:00:00Z\"", 1),
                ("at lt \"2026-03-01T11:00:00Z\"", 1),
                ("blob eq \"AQID\"", 1),
                ("blob eq \"aqid\"", 0),
                ("link eq \"https://example.com/a\"", 1),
                ("link eq \"https://example.com/A\"", 0),
                ("tags eq \"y\"", 1),
                ("tags co \"X\"", 1),
                ("numbers gt 2", 1),
                ("numbers eq 2", 0),
                ("moments le \"2026-01-01T01:00:00+01:00\"", 1),
                ("box.size eq 4", 1),
                ("box.marks eq \"N\"", 1),
                ("box[size gt 3 and value eq \"b\"]", 1),
                ("boxes.price lt 1", 1),
                ("boxes.code eq \"aa\"", 0),
                ("boxes.code eq \"Aa\"", 1),
                ("boxes.marks eq \"q\"", 1),
                ("boxes[type eq \"small\" and size eq 2]", 0),
                ("boxes[type eq \"small\" and size eq 1]", 1),
                ("boxes[primary eq false].size eq 2", 1),
                ("boxes pr", 1),
                ("secret pr", 0),
                ("pin pr", 0),
                // Unique ones, which are looked up.
                ("serial eq \"S-1\"", 1),
                ("serial eq \"s-1\"", 0),
                ("serial ne \"S-1\"", 1),
                ("serial sw \"S\"", 1),
                ("alias eq \"q\"", 1),
                ("alias.value eq \"P\"", 1),
                ("alias[value eq \"P\"]", 1),
                ("ticket eq 41", 1),
                ("ticket eq 41.0", 1),
                ("ticket eq 4.1e1", 1),
                ("weight eq 1.25", 1),
                ("weight eq 125e-2", 1),
                ("stamp eq \"2026-05-05T07:05:05+02:00\"", 1),
                ("plate.number eq \"b-1\"", 1),
                ("plate[number eq \"b-1\" and country eq \"de\"]", 1),
            ] {
                let filter = place.name(filter);
                let met = hits(ground, &service, place.endpoint, &filter).await?;
                assert_eq!(met, found, "{}: {filter}", place.endpoint);
            }
            let both = format!(
                "not ({}) and ({} or {})",
                place.name("serial eq \"S-1\""),
                place.name("count eq 9"),
                place.name("ticket eq 41")
            );
            assert_eq!(hits(ground, &service, place.endpoint, &both).await?, 1, "{both}");
            for (by, first) in [
                ("text", "abc"),
                ("count", "Müller"),
                ("ratio", "abc"),
                ("at", "abc"),
                ("box.size", "Müller"),
                ("boxes", "Müller"),
                ("tags", "Müller"),
                ("serial", "Müller"),
            ] {
                let by = place.name(by);
                let page = list(ground, &service, place.endpoint, &[("sortBy", &by)]).await?;
                let page = page.expect(200)?;
                assert_eq!(place.of(&page["Resources"][0])["text"], first, "{by}");
            }
            let wrong =
                [("blob gt \"AQID\"", "blob"), ("flag gt true", "flag"), ("count co 1", "")];
            for (wrong, _) in wrong {
                let query = [("filter", &*place.name(wrong))];
                let refused = list(ground, &service, place.endpoint, &query).await?;
                refused.refusal(400, Some("invalidFilter")).context(wrong)?;
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn patch_reaches_every_shape_of_attribute() -> Result<()> {
    on_each_database(async |ground| {
        for (service, place) in places(ground).await? {
            let (full, _) = with_two(&service, &place).await?;
            // Forgiving connections make sense of some of these.
            service.policy(ground, strict()).await?;
            let path = place.path(&full)?;
            let at = |name: &str| place.name(name);
            let operations = json!([
                { "op": "replace", "path": at("box.size"), "value": 5 },
                { "op": "add", "path": at("box"), "value": { "price": 9.75 } },
                { "op": "remove", "path": at("box.marks") },
                { "op": "replace", "path": at("boxes[type eq \"small\"].price"), "value": 0.125 },
                { "op": "add", "path": at("boxes"), "value": [{ "value": "three", "primary": true }] },
                { "op": "remove", "path": at("boxes[value eq \"two\"]") },
                { "op": "add", "path": at("tags"), "value": ["z"] },
                { "op": "remove", "path": at("tags[value eq \"y\"]") },
                { "op": "replace", "path": at("numbers"), "value": [8] },
                { "op": "replace", "path": at("at"), "value": "2027-01-01T00:00:00Z" },
                { "op": "replace", "path": at("blob"), "value": "/+8=" },
                { "op": "replace", "path": at("ratio"), "value": 1e-7 },
                { "op": "remove", "path": at("flag") },
                { "op": "replace", "path": at("serial"), "value": "S-2" },
                { "op": "replace", "path": at("alias"), "value": ["q", "r"] },
                { "op": "replace", "path": at("plate.number"), "value": "B-2" },
            ]);
            service.scim.patch(&path, operations).await?.expect(200)?;
            let read = service.scim.get(&path).await?.expect(200)?;
            let now = place.of(&read);
            let mut expected = content();
            expected["box"] = json!({
                "value": "B", "size": 5, "price": 9.75, "since": "2026-01-01T00:00:00Z",
            });
            expected["boxes"] = json!([
                { "value": "one", "type": "small", "primary": false, "size": 1, "price": 0.125, "code": "Aa" },
                { "value": "three", "primary": true },
            ]);
            if now["boxes"][0].get("primary").is_none() {
                expected["boxes"][0].as_object_mut().context("an element")?.shift_remove("primary");
            }
            expected["tags"] = json!(["x", "z"]);
            expected["numbers"] = json!([8]);
            expected["at"] = json!("2027-01-01T00:00:00Z");
            expected["blob"] = json!("/+8=");
            expected["ratio"] = json!(1e-7);
            expected.as_object_mut().context("content")?.shift_remove("flag");
            expected["serial"] = json!("S-2");
            expected["alias"] = json!(["q", "r"]);
            expected["plate"]["number"] = json!("B-2");
            assert_eq!(now, expected, "{}", place.endpoint);
            for (filter, found) in [
                ("serial eq \"S-1\"", 0),
                ("serial eq \"S-2\"", 1),
                ("alias eq \"p\"", 0),
                ("alias eq \"R\"", 1),
                ("plate.number eq \"B-1\"", 0),
            ] {
                let filter = at(filter);
                let met = hits(ground, &service, place.endpoint, &filter).await?;
                assert_eq!(met, found, "{filter}");
            }
            for (operation, kind) in [
                (json!({ "op": "replace", "path": at("box.size"), "value": 1.5 }), "invalidValue"),
                (json!({ "op": "remove", "path": at("box.value") }), "mutability"),
                (json!({ "op": "replace", "path": at("box"), "value": { "size": 1, "value": "" } }), ""),
                (json!({ "op": "add", "path": at("boxes"), "value": [{ "size": 3 }] }), ""),
                (json!({ "op": "replace", "path": at("fixed"), "value": "g" }), "mutability"),
                (json!({ "op": "replace", "path": at("level"), "value": 1 }), "mutability"),
                (json!({ "op": "replace", "path": at("boxes[value eq \"x\"].size"), "value": 1 }), "noTarget"),
                (json!({ "op": "replace", "path": at("nothing"), "value": 1 }), "invalidPath"),
                (json!({ "op": "replace", "path": at("box.nothing"), "value": 1 }), "invalidPath"),
            ] {
                let answer = service.scim.patch(&path, json!([operation])).await?;
                let said = || format!("{operation}: {} {}", answer.status, answer.text);
                ensure!(answer.status == 400, "{}", said());
                if !kind.is_empty() {
                    answer.refusal(400, Some(kind)).with_context(said)?;
                }
                let same = service.scim.get(&path).await?.expect(200)?;
                assert_eq!(same, read, "{operation}");
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_returned_on_request_is_returned_to_whoever_wrote_it() -> Result<()> {
    on_each_database(async |ground| {
        for (service, place) in places(ground).await? {
            let scim = &service.scim;
            let sent = json!({
                "text": "t", "note": "n", "secret": "s", "pin": "p",
                "box": { "value": "b", "remark": "r" },
                "boxes": [{ "value": "b", "remark": "r" }],
            });
            let shown = json!({
                "text": "t", "note": "n",
                "box": { "value": "b", "remark": "r" },
                "boxes": [{ "value": "b", "remark": "r" }],
            });
            let plain =
                json!({ "text": "t", "box": { "value": "b" }, "boxes": [{ "value": "b" }] });
            let body = place.body("one", &sent);
            let made = scim.post(place.endpoint, &body).await?.expect(201)?;
            assert_eq!(place.of(&made), shown, "POST {}", place.endpoint);
            let path = place.path(&made)?;
            let read = scim.get(&path).await?.expect(200)?;
            assert_eq!(place.of(&read), plain, "GET {}", place.endpoint);
            let put = scim.put(&path, &body).await?.expect(200)?;
            assert_eq!(place.of(&put), shown, "PUT {}", place.endpoint);
            // Whoever did not send it is not shown it, and does not lose it.
            let put = scim.put(&path, &read).await?.expect(200)?;
            assert_eq!(place.of(&put), plain, "PUT {}", place.endpoint);

            let changed = async |operation: Value, query: &str| -> Result<Value> {
                let answer = scim.patch(&format!("{path}{query}"), json!([operation])).await?;
                Ok(place.of(&answer.expect(200)?))
            };
            let note = json!({ "op": "replace", "path": place.name("note"), "value": "m" });
            let after = changed(note.clone(), "").await?;
            ensure!(after["note"] == "m" && after["box"] == json!({ "value": "b" }), "{after}");
            let remark = json!({ "op": "replace", "path": place.name("box.remark"), "value": "q" });
            let after = changed(remark, "").await?;
            ensure!(after["box"]["remark"] == "q" && after.get("note").is_none(), "{after}");
            let inside = place.name("boxes[value eq \"b\"].remark");
            let after =
                changed(json!({ "op": "replace", "path": inside, "value": "q" }), "").await?;
            ensure!(after["boxes"][0]["remark"] == "q" && after["box"].get("remark").is_none());
            let bare = match place.extension {
                Some(urn) => json!({ "op": "add", "value": { urn: { "note": "o" } } }),
                None => json!({ "op": "add", "value": { "note": "o" } }),
            };
            assert_eq!(changed(bare, "").await?["note"], "o");
            // What the client chose goes before what it wrote.
            let only =
                changed(note.clone(), &format!("?attributes={}", place.name("text"))).await?;
            assert_eq!(only, json!({ "text": "t" }));
            let without = format!("?excludedAttributes={}", place.name("note"));
            ensure!(changed(note, &without).await?.get("note").is_none());
            let text = scim.get(&format!("{path}?attributes={}", place.name("note"))).await?;
            assert_eq!(place.of(&text.expect(200)?), json!({ "note": "m" }));
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn bulk_search_and_discovery_know_them() -> Result<()> {
    on_each_database(async |ground| {
        for (service, place) in places(ground).await? {
            let operation = |bulk_id: &str, content: &Value| {
                json!({
                    "method": "POST", "path": place.endpoint, "bulkId": bulk_id,
                    "data": place.body(bulk_id, content),
                })
            };
            let request = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                "Operations": [
                    operation("a", &content()),
                    operation("b", &json!({ "serial": "S-1" })),
                    operation("c", &json!({ "count": "x" })),
                    operation("d", &json!({ "text": "d" })),
                    { "method": "PATCH", "path": format!("{}/bulkId:d", place.endpoint), "data": {
                        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                        "Operations": [{ "op": "add", "path": place.name("count"), "value": 5 }],
                    }},
                ],
            });
            let answer = service.scim.post("/Bulk", &request).await?.expect(200)?;
            let statuses: Vec<&str> =
                (0..5).filter_map(|at| answer["Operations"][at]["status"].as_str()).collect();
            assert_eq!(statuses, ["201", "409", "400", "201", "200"], "{answer}");

            let search = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
                "filter": place.name("serial eq \"S-1\""),
                "attributes": [place.name("box.value"), place.name("tags")],
            });
            for endpoint in [place.endpoint, ""] {
                let page = service.scim.post(&format!("{endpoint}/.search"), &search).await?;
                let page = page.expect(200)?;
                assert_eq!(page["totalResults"], 1, "{endpoint}");
                let found = place.of(&page["Resources"][0]);
                assert_eq!(found, json!({ "tags": ["x", "Y"], "box": { "value": "B" } }));
            }
            let urn = place.extension.unwrap_or(THING);
            let schema = service.scim.get(&format!("/Schemas/{urn}")).await?.expect(200)?;
            let described = |name: &str| -> Option<Value> {
                let all = schema["attributes"].as_array()?;
                all.iter().find(|one| one["name"] == name).cloned()
            };
            for (name, key, value) in [
                ("exact", "caseExact", json!(true)),
                ("color", "canonicalValues", json!(["red", "green"])),
                ("at", "type", json!("dateTime")),
                ("tags", "multiValued", json!(true)),
                ("serial", "uniqueness", json!("server")),
                ("alias", "uniqueness", json!("global")),
                ("note", "returned", json!("request")),
                ("pin", "mutability", json!("writeOnly")),
                ("fixed", "mutability", json!("immutable")),
                ("link", "referenceTypes", json!(["external"])),
            ] {
                let attribute = described(name).context(name)?;
                assert_eq!(attribute[key], value, "{name}");
            }
            let parts = described("boxes").context("boxes")?["subAttributes"].clone();
            ensure!(parts[0]["required"] == true && parts[8]["multiValued"] == true, "{parts}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_log_names_the_type_of_a_resource() -> Result<()> {
    on_each_database(async |ground| {
        let (service, place) = places(ground).await?.pop().context("a place")?;
        let made = service.scim.post("/Things", &place.body("a", &content())).await?.expect(201)?;
        service
            .scim
            .post("/Things", &place.body("b", &content()))
            .await?
            .refusal(409, Some("uniqueness"))?;
        let path = place.path(&made)?;
        let change = json!([{ "op": "replace", "path": "text", "value": "x" }]);
        service.scim.patch(&path, change).await?.expect(200)?;
        service.scim.delete(&path).await?;
        let rows = log::latest(ground.platform(), &service.actor, 4).await?;
        let told: Vec<(&str, &str)> = rows
            .iter()
            .rev()
            .map(|row| (row.resource_type.as_str(), row.reason.as_str()))
            .collect();
        let reasons = ["created", "duplicate", "updated", "deleted"];
        assert_eq!(told, reasons.map(|reason| ("Thing", reason)));
        Ok(())
    })
    .await
}
