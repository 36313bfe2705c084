//! `manager` of the enterprise extension: the client names somebody, the server says where they are
//! and what they are called, and forgets who is deleted (RFC 7643 §2.3.7, §4.3).

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use seatlink_domain::{
    access::connections::Policy,
    directory::{import, people_file},
    log,
    tenants::Profile,
};
use seatlink_scim::Leniency;
use serde_json::{Value, json};

use super::schemas::hits;
use crate::harness::{Answer, Call, Ground, Service, on_each_database, said};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";

/// A user with a `displayName`, and its path.
async fn named(service: &Service, user_name: &str, display: &str) -> Result<String> {
    let mut body = Service::body(user_name);
    body["displayName"] = display.into();
    Ok(path_of(&service.scim.post("/Users", &body).await?.expect(201)?))
}

fn path_of(user: &Value) -> String {
    format!("/Users/{}", user["id"].as_str().unwrap_or_default())
}

fn id_of(path: &str) -> &str {
    path.trim_start_matches("/Users/")
}

fn reporting(user_name: &str, manager: &Value) -> Value {
    let mut body = Service::body(user_name);
    body["schemas"] = json!([body["schemas"][0], ENTERPRISE]);
    body[ENTERPRISE] = json!({ "department": "Sales", "manager": manager });
    body
}

async fn made(service: &Service, user_name: &str, manager: &Value) -> Result<Value> {
    service.scim.post("/Users", &reporting(user_name, manager)).await?.expect(201)
}

fn shown(service: &Service, boss: &str, display: &str) -> Value {
    let reference = format!("{}{boss}", service.scim.base());
    json!({ "value": id_of(boss), "$ref": reference, "displayName": display })
}

async fn conditional(service: &Service, path: &str, etag: &str) -> Result<Answer> {
    let headers = &[("if-none-match", etag)];
    service.scim.call(Call { method: Method::GET, path, headers, body: None }).await
}

#[tokio::test]
async fn every_answer_completes_the_manager() -> Result<()> {
    on_each_database(async |ground| {
        for (profile, unit) in [(Profile::Standard, 1), (Profile::ContactCenter, 2)] {
            let service = Service::new(ground, profile, unit).await?;
            let scim = &service.scim;
            let boss = named(&service, "boss@example.com", "The \"Boss\" 伟").await?;
            let expected = shown(&service, &boss, "The \"Boss\" 伟");
            // What the client says of the name is the server's to say, and where it is as well.
            let sent = json!({ "value": id_of(&boss), "$ref": "x:y", "displayName": "Nobody" });
            let user = made(&service, "a@example.com", &sent).await?;
            let path = path_of(&user);
            let manager = |user: &Value| user[ENTERPRISE]["manager"].clone();
            assert_eq!(manager(&user), expected);
            let read = scim.get(&path).await?;
            assert_eq!(read.json()?, user);
            let patched = json!([{ "op": "replace", "path": "title", "value": "T" }]);
            assert_eq!(manager(&scim.patch(&path, patched).await?.expect(200)?), expected);

            let read = scim.get(&path).await?;
            let put = scim.put(&path, &read.json()?).await?;
            ensure!(put.text == read.text, "{} became {}", read.text, put.text);
            assert_eq!(put.header("etag"), read.header("etag"));

            let mine = "userName eq \"a@example.com\"";
            let search = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": mine,
            });
            let name = format!("{MANAGER}.displayName");
            for page in [
                scim.get("/Users?cursor=&sortBy=userName&count=1").await?,
                scim.get("/Users?filter=userName+eq+%22a@example.com%22").await?,
                scim.get("/Users?sortBy=userName&count=1").await?,
                scim.post("/Users/.search", &search).await?,
                scim.post("/.search", &search).await?,
            ] {
                let page = page.expect(200)?;
                assert_eq!(page["Resources"][0], read.json()?);
            }
            let everybody = scim.get("/Users").await?.expect(200)?;
            let rows = everybody["Resources"].as_array().context("rows")?;
            ensure!(rows.len() == 2 && rows.contains(&read.json()?), "{everybody}");
            for (query, left) in [
                (format!("attributes={name}"), json!({ "displayName": "The \"Boss\" 伟" })),
                (format!("attributes={ENTERPRISE}:MANAGER"), expected.clone()),
                (format!("excludedAttributes={MANAGER}.$ref,{MANAGER}.value"), {
                    json!({ "displayName": "The \"Boss\" 伟" })
                }),
                (format!("excludedAttributes={MANAGER}"), Value::Null),
                (String::from("attributes=userName"), Value::Null),
            ] {
                let one = scim.get(&format!("{path}?{query}")).await?.expect(200)?;
                assert_eq!(one[ENTERPRISE]["manager"], left, "{query}");
                let page = scim.get(&format!("/Users?filter=userName+sw+%22a%22&{query}")).await?;
                let page = page.expect(200)?;
                assert_eq!(page["Resources"][0][ENTERPRISE]["manager"], left, "{query}");
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_reference_alone_says_who_it_is() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let boss = named(&service, "boss@example.com", "Boss").await?;
        let expected = shown(&service, &boss, "Boss");
        for (name, reference) in [
            ("a", format!("{}{boss}", service.scim.base())),
            ("b", format!("..{boss}")),
            ("c", format!("https://other.example.com/v2{boss}")),
        ] {
            let user = made(&service, name, &json!({ "$ref": reference })).await?;
            assert_eq!(user[ENTERPRISE]["manager"], expected, "{reference}");
        }
        // By PATCH too, and who has no name is shown without one.
        let bare = service.user("bare@example.com").await?;
        let path = service.user("d@example.com").await?;
        let value = json!({ "$ref": format!("{}{bare}", service.scim.base()) });
        let operations = json!([{ "op": "add", "path": MANAGER, "value": value }]);
        let user = service.scim.patch(&path, operations).await?.expect(200)?;
        let manager = &user[ENTERPRISE]["manager"];
        ensure!(manager["value"] == id_of(&bare) && manager.get("displayName").is_none(), "{user}");
        // And in the place of a manager there is: an address that names another one says who is
        // meant.
        let address = format!("{}{boss}", service.scim.base());
        let of_bare = format!("{}{bare}", service.scim.base());
        for (target, value, wanted) in [
            (MANAGER.to_owned(), json!({ "$ref": address }), &boss),
            (format!("{MANAGER}.$ref"), json!(of_bare), &bare),
            (MANAGER.to_owned(), json!({ "value": id_of(&boss), "$ref": of_bare }), &boss),
        ] {
            let operations = json!([{ "op": "replace", "path": target, "value": value }]);
            let user = service.scim.patch(&path, operations).await?.expect(200)?;
            assert_eq!(user[ENTERPRISE]["manager"]["value"], id_of(wanted), "{target} {value}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_is_no_user_of_the_tenant_is_kept_as_sent() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let other = Service::new(ground, Profile::Standard, 2).await?;
        let stranger = named(&other, "boss@example.com", "Secret name").await?;
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "G",
        });
        let group = service.scim.post("/Groups", &group).await?.expect(201)?;
        for (index, value) in [
            json!("boss-1"),
            json!("019f0000-0000-7000-8000-000000000000"),
            // Of another tenant: like anybody who does not exist.
            json!(id_of(&stranger)),
            group["id"].clone(),
        ]
        .iter()
        .enumerate()
        {
            let user = made(&service, &format!("u{index}"), &json!({ "value": value })).await?;
            assert_eq!(user[ENTERPRISE]["manager"], json!({ "value": value }));
            let read = service.scim.get(&path_of(&user)).await?.expect(200)?;
            assert_eq!(read, user);
        }
        let page = service.scim.get("/Users").await?;
        ensure!(!page.text.contains("Secret") && page.expect(200)?["totalResults"] == 4);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_manager_with_another_name_is_a_change_for_whoever_asks_by_version() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let boss = named(&service, "boss@example.com", "Old").await?;
        let path = path_of(&made(&service, "a", &json!({ "value": id_of(&boss) })).await?);
        let before = service.scim.get(&path).await?;
        let etag = before.header("etag").to_owned();
        assert_eq!(before.json()?["meta"]["version"], etag.as_str());
        assert_eq!(conditional(&service, &path, &etag).await?.status, 304);
        let rename = json!([{ "op": "replace", "path": "displayName", "value": "New" }]);
        service.scim.patch(&boss, rename).await?.expect(200)?;
        let after = conditional(&service, &path, &etag).await?.expect(200)?;
        assert_eq!(after[ENTERPRISE]["manager"], shown(&service, &boss, "New"));
        // A write cannot lose what is computed.
        let headers = &[("if-match", etag.as_str()), ("content-type", "application/json")];
        let body = Some(after.to_string());
        let call = Call { method: Method::PUT, path: &path, headers, body };
        service.scim.call(call).await?.expect(200)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_name_of_the_manager_is_not_the_clients_to_write() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let boss = named(&service, "boss@example.com", "Boss").await?;
        let user = made(&service, "a", &json!({ "value": id_of(&boss) })).await?;
        let path = path_of(&user);
        let rename = json!([
            { "op": "replace", "path": format!("{MANAGER}.displayName"), "value": "Mine" },
        ]);
        service.scim.patch(&path, rename).await?.refusal(400, Some("mutability"))?;
        let echo = json!({ "value": id_of(&boss), "displayName": "Mine" });
        let echo = json!([{ "op": "replace", "path": MANAGER, "value": echo }]);
        let same = service.scim.patch(&path, echo.clone()).await?.expect(200)?;
        assert_eq!(same, user);
        assert_eq!(service.repairs(ground).await?.get("read-only-echo"), Some(&1));
        let strict = Policy { leniency: Leniency::Strict, ..Policy::default() };
        service.policy(ground, strict).await?;
        service.scim.patch(&path, echo).await?.refusal(400, Some("mutability"))?;
        assert_eq!(service.scim.get(&path).await?.expect(200)?, user);
        Ok(())
    })
    .await
}

/// Three managers and those who report to them; the paths of the managers.
async fn staff(service: &Service) -> Result<[String; 3]> {
    let anna = named(service, "anna@example.com", "Anna").await?;
    let bert = named(service, "bert@example.com", "bert").await?;
    let none = service.user("none@example.com").await?;
    for (name, boss) in [("a", &anna), ("b", &anna), ("c", &bert), ("d", &none)] {
        made(service, name, &json!({ "value": id_of(boss) })).await?;
    }
    made(service, "e", &json!({ "value": "boss-1", "$ref": "https://x.example.com/7" })).await?;
    Ok([anna, bert, none])
}

#[tokio::test]
async fn filters_and_order_know_the_manager_as_it_is_shown() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let [anna, bert, _] = staff(&service).await?;
        let anna_id = id_of(&anna);
        let at_anna = format!("{}{anna}", service.scim.base());
        let nil = "00000000-0000-0000-0000-000000000000";
        let nobody = made(&service, "nil", &json!({ "value": nil })).await?;
        let asked = format!("/Users?filter={MANAGER}.value%20eq%20%22{nil}%22");
        let answer = service.scim.get(&asked).await?.expect(200)?;
        assert_eq!(answer["Resources"][0]["id"], nobody["id"], "{answer}");
        let id = nobody["id"].as_str().unwrap_or_default();
        service.scim.delete(&format!("/Users/{id}")).await?;
        for (filter, found) in [
            (format!("{MANAGER}.value eq \"{anna_id}\""), 2),
            (format!("{MANAGER}.value eq \"{}\"", anna_id.to_uppercase()), 0),
            (format!("{MANAGER}.value ne \"{anna_id}\""), 6),
            (format!("{MANAGER}.value sw \"{anna_id}\""), 2),
            (format!("{MANAGER}.value eq \"boss-1\""), 1),
            (format!("{MANAGER}[value eq \"{anna_id}\"]"), 2),
            (format!("{MANAGER}[value eq \"{anna_id}\" and displayName eq \"anna\"]"), 2),
            (format!("{MANAGER} pr"), 5),
            (format!("{MANAGER}.displayName eq \"ANNA\""), 2),
            (format!("{MANAGER}.displayName pr"), 3),
            (format!("not ({MANAGER}.displayName pr)"), 5),
            (format!("{MANAGER}.displayName ne \"anna\""), 6),
            (format!("{MANAGER}.displayName gt \"anna\""), 1),
            (format!("{MANAGER}.displayName sw \"b\" and userName eq \"c\""), 1),
            (format!("{MANAGER}.$ref eq \"{at_anna}\""), 2),
            (format!("{MANAGER}.$ref ew \"/{anna_id}\""), 2),
            (format!("{MANAGER}.$ref eq \"https://x.example.com/7\""), 1),
            (format!("{MANAGER}.$ref pr"), 5),
        ] {
            assert_eq!(hits(ground, &service, "/Users", &filter).await?, found, "{filter}");
        }
        for (order, at_bert) in [("ascending", 2), ("descending", 0)] {
            let query = format!(
                "/Users?sortBy={MANAGER}.displayName&sortOrder={order}&filter={MANAGER}.displayName+pr"
            );
            let page = service.scim.get(&query).await?.expect(200)?;
            let rows = page["Resources"].as_array().context("rows")?;
            let place = rows.iter().position(|row| row["userName"] == "c");
            assert_eq!((rows.len(), place), (3, Some(at_bert)), "{page}");
        }
        let changed = json!([{ "op": "replace", "path": MANAGER, "value": { "value": id_of(&bert) } }]);
        let a = service.scim.user("a").await?;
        service.scim.patch(&path_of(&a), changed).await?.expect(200)?;
        let filter = format!("{MANAGER}.value eq \"{}\"", id_of(&bert));
        assert_eq!(hits(ground, &service, "/Users", &filter).await?, 2);
        let cleared = json!([{ "op": "remove", "path": MANAGER }]);
        service.scim.patch(&path_of(&a), cleared).await?.expect(200)?;
        assert_eq!(hits(ground, &service, "/Users", &filter).await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_is_deleted_is_nobodys_manager_any_more() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let [anna, bert, _] = staff(&service).await?;
        // Somebody who is their own manager, and two who are each other's.
        let own = json!([{ "op": "add", "path": MANAGER, "value": { "value": id_of(&anna) } }]);
        service.scim.patch(&anna, own.clone()).await?.expect(200)?;
        service.scim.patch(&bert, own).await?.expect(200)?;
        let untouched = service.scim.user("c").await?;
        let before = service.scim.user("a").await?;
        ground.later(std::time::Duration::from_secs(5));
        assert_eq!(service.scim.delete(&anna).await?.status, 204);

        let after = service.scim.user("a").await?;
        assert_eq!(after[ENTERPRISE], json!({ "department": "Sales" }));
        ensure!(after["meta"]["version"] == "W/\"2\"", "{after}");
        ensure!(after["meta"]["lastModified"] != before["meta"]["lastModified"], "{after}");
        assert_eq!(service.scim.user("c").await?, untouched);
        ensure!(service.scim.get(&bert).await?.expect(200)?.get(ENTERPRISE).is_none());
        let filter = format!("{MANAGER}.value eq \"{}\"", id_of(&anna));
        assert_eq!(hits(ground, &service, "/Users", &filter).await?, 0);

        let id = before["id"].as_str().context("an id")?.parse()?;
        let rows = log::history(ground.platform(), &service.actor, id).await?;
        let row = rows.last().context("a row")?;
        assert_eq!((row.operation.as_str(), row.reason.as_str()), ("delete", "updated"));
        ensure!(said(row).contains("“a” has no manager any more"), "{}", said(row));
        ensure!(row.difference.as_deref().is_some_and(|told| told.contains(id_of(&anna))));
        assert_eq!(service.scim.delete(&bert).await?.status, 204);
        ensure!(service.scim.user("c").await?[ENTERPRISE].get("manager").is_none());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn bulk_and_import_name_managers_too() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let operation = |bulk_id: &str, data: Value| {
            json!({ "method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data })
        };
        let mut boss = Service::body("boss@example.com");
        boss["displayName"] = json!("Boss");
        let request = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [
                operation("a", reporting("a", &json!({ "value": "bulkId:boss" }))),
                operation("boss", boss),
            ],
        });
        service.scim.post("/Bulk", &request).await?.expect(200)?;
        let boss = path_of(&service.scim.user("boss@example.com").await?);
        let expected = shown(&service, &boss, "Boss");
        assert_eq!(service.scim.user("a").await?[ENTERPRISE]["manager"], expected);

        imported(ground, &service, &[("b", id_of(&boss)), ("c", "m-1")]).await?;
        assert_eq!(service.scim.user("b").await?[ENTERPRISE]["manager"], expected);
        assert_eq!(service.scim.user("c").await?[ENTERPRISE]["manager"], json!({ "value": "m-1" }));
        imported(ground, &service, &[("c", id_of(&boss))]).await?;
        assert_eq!(service.scim.user("c").await?[ENTERPRISE]["manager"], expected);
        let filter = format!("{MANAGER}.value eq \"{}\"", id_of(&boss));
        assert_eq!(hits(ground, &service, "/Users", &filter).await?, 3);
        assert_eq!(service.scim.delete(&boss).await?.status, 204);
        assert_eq!(hits(ground, &service, "/Users", &format!("{MANAGER} pr")).await?, 0);
        Ok(())
    })
    .await
}

async fn imported(ground: &Ground, service: &Service, people: &[(&str, &str)]) -> Result<()> {
    let rows = people.iter().map(|(name, manager)| format!("{name},P,L,p@x.com,{manager}\n"));
    let head = String::from("userName,givenName,familyName,email,manager.value\n");
    let file = std::iter::once(head).chain(rows).collect::<String>();
    let file = people_file::parse(file.as_bytes()).map_err(|rows| anyhow::anyhow!("{rows:?}"))?;
    import::people(ground.platform(), &service.actor, file, |_| {}).await?;
    Ok(())
}
