//! Bad input of every kind: the status and `scimType` of RFC 7644 §3.12, a whole sentence, and
//! nothing half applied, on forgiving and on strict connections.

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use seatlink_domain::{access::connections::Policy, tenants::Profile};
use seatlink_scim::Leniency;
use serde_json::{Value, json};

use crate::harness::{Answer, Call, Service, on_each_database};

const JSON: &[(&str, &str)] = &[("content-type", "application/scim+json")];
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// What a request gets.
type Expected = (u16, Option<&'static str>);

const SYNTAX: Expected = (400, Some("invalidSyntax"));
const VALUE: Expected = (400, Some("invalidValue"));
const FILTER: Expected = (400, Some("invalidFilter"));
const PATH: Expected = (400, Some("invalidPath"));
const TARGET: Expected = (400, Some("noTarget"));
const MUTABILITY: Expected = (400, Some("mutability"));
const TAKEN: Expected = (409, Some("uniqueness"));

fn refused(answer: &Answer, (status, scim_type): Expected) -> Result<()> {
    let said = answer.refusal(status, scim_type)?;
    let begins = said.starts_with(|first: char| !first.is_ascii_lowercase());
    ensure!(begins && said.ends_with('.'), "“{said}” is no sentence");
    Ok(())
}

fn queries() -> Vec<(&'static str, Expected)> {
    vec![
        ("filter=userName", FILTER),
        ("filter=userName eq", FILTER),
        ("filter=userName is \"a\"", FILTER),
        ("filter=userName eq a", FILTER),
        ("filter=userName eq 'a'", FILTER),
        ("filter=userName eq \"a", FILTER),
        ("filter=userName eq \"\\q\"", FILTER),
        ("filter=userName eq 7", FILTER),
        ("filter=shoeSize eq \"44\"", FILTER),
        ("filter=name.shoe eq \"44\"", FILTER),
        ("filter=active gt true", FILTER),
        ("filter=active eq \"perhaps\"", FILTER),
        ("filter=meta.created gt \"yesterday\"", FILTER),
        ("filter=meta.created co \"2027\"", FILTER),
        ("filter=userName gt null", FILTER),
        ("filter=(userName eq \"a\"", FILTER),
        ("filter=userName eq \"a\")", FILTER),
        ("filter=not userName eq \"a\"", FILTER),
        ("filter=userName eq \"a\" xor active eq true", FILTER),
        ("filter=emails[type eq \"work\"", FILTER),
        ("filter=emails[type[value eq \"a\"]]", FILTER),
        ("filter=userName[value eq \"a\"]", FILTER),
        ("filter=name eq \"a\"", FILTER),
        ("startIndex=first", VALUE),
        ("count=1.5", VALUE),
        ("count=", VALUE),
        ("attributes=userName&excludedAttributes=emails", VALUE),
    ]
}

#[tokio::test]
async fn queries_that_cannot_be_read() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        for leniency in [Leniency::Forgiving, Leniency::Strict] {
            service.policy(ground, Policy { leniency, ..Policy::default() }).await?;
            for resources in ["/Users", "/Groups"] {
                for (query, expected) in queries() {
                    let query = match resources {
                        "/Groups" => query.replace("userName", "displayName"),
                        _ => query.to_owned(),
                    };
                    let answer = service.scim.get(&format!("{resources}?{query}")).await?;
                    refused(&answer, expected).with_context(|| format!("{resources}?{query}"))?;
                }
            }
            let long = format!("/Users?filter=userName eq \"{}\"", "x".repeat(9_000));
            refused(&service.scim.get(&long).await?, FILTER)?;
            let deep = format!("/Users?filter={}active pr", "(".repeat(200));
            refused(&service.scim.get(&deep).await?, FILTER)?;
            let search = async |body: Value| service.scim.post("/Users/.search", &body).await;
            let urn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
            refused(&search(json!({ "count": 1 })).await?, SYNTAX)?;
            refused(&search(json!({ "schemas": [USER] })).await?, SYNTAX)?;
            refused(&search(json!({ "schemas": [urn], "filter": 7 })).await?, VALUE)?;
            refused(&search(json!({ "schemas": [urn], "filter": "x" })).await?, FILTER)?;
            refused(&search(json!({ "schemas": [urn], "count": true })).await?, VALUE)?;
            refused(&search(json!({ "schemas": [urn], "count": "1" })).await?, VALUE)?;
            refused(&search(json!({ "schemas": [urn], "attributes": 7 })).await?, VALUE)?;
        }
        Ok(())
    })
    .await
}

fn bodies() -> Vec<(Value, Expected)> {
    let with = |name: &str, value: Value| {
        let mut body = Service::body("new@example.com");
        body[name] = value;
        body
    };
    vec![
        (json!({}), VALUE),
        (json!({ "schemas": [USER] }), VALUE),
        (with("userName", json!("")), VALUE),
        (with("userName", json!(["a", "b"])), VALUE),
        (with("userName", json!({ "value": "a" })), VALUE),
        (with("userName", json!("a\u{0}b")), VALUE),
        (with("active", json!(1)), VALUE),
        (with("name", json!("Pat Lee")), VALUE),
        (with("name", json!([{ "givenName": "A" }, { "givenName": "B" }])), VALUE),
        (with("emails", json!([7])), VALUE),
        (with("emails", json!([{ "value": true }])), VALUE),
        (
            with(
                "emails",
                json!([
                    { "value": "a@example.com", "primary": true },
                    { "value": "b@example.com", "primary": true },
                ]),
            ),
            VALUE,
        ),
        (with("x509Certificates", json!([{ "value": "not base64!" }])), VALUE),
        (with("userName", json!("taken")), TAKEN),
    ]
}

#[tokio::test]
async fn bodies_that_break_the_schema() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        service.user("taken").await?;
        let path = service.user("pat").await?;
        let before = service.scim.get(&path).await?.text;
        for leniency in [Leniency::Forgiving, Leniency::Strict] {
            service.policy(ground, Policy { leniency, ..Policy::default() }).await?;
            for (body, expected) in bodies() {
                // A strict connection misses the schemas first.
                let expected = match (leniency, body.get("schemas")) {
                    (Leniency::Strict, None) => SYNTAX,
                    _ => expected,
                };
                let posted = service.scim.post("/Users", &body).await?;
                refused(&posted, expected).with_context(|| format!("POST {body}"))?;
                let put = service.scim.put(&path, &body).await?;
                refused(&put, expected).with_context(|| format!("PUT {body}"))?;
            }
            let stale = [JSON[0], ("if-match", "W/\"99\"")];
            let body = Some(Service::body("pat").to_string());
            let call = Call { method: Method::PUT, path: &path, headers: &stale, body };
            refused(&service.scim.call(call).await?, (412, None))?;
        }
        assert_eq!(service.scim.get(&path).await?.text, before);
        assert_eq!(service.scim.total().await?, 2);
        Ok(())
    })
    .await
}

fn operations() -> Vec<(Value, Expected)> {
    vec![
        (json!("add"), SYNTAX),
        (json!({ "op": "move", "path": "title", "value": "x" }), SYNTAX),
        (json!({ "op": 7, "path": "title", "value": "x" }), SYNTAX),
        (json!({ "op": "add", "path": 7, "value": "x" }), PATH),
        (json!({ "op": "add", "path": "/title", "value": "x" }), PATH),
        (json!({ "op": "add", "path": "title.part", "value": "x" }), PATH),
        (json!({ "op": "add", "path": "name[givenName eq \"P\"]", "value": "x" }), PATH),
        (json!({ "op": "add", "path": "emails[0].value", "value": "x" }), FILTER),
        (json!({ "op": "add", "path": "emails[shoe eq \"x\"].value", "value": "x" }), FILTER),
        (
            json!({ "op": "replace", "path": "emails[type ne \"work\"].value", "value": "x" }),
            TARGET,
        ),
        (json!({ "op": "add", "path": "title" }), VALUE),
        (json!({ "op": "replace", "path": "title" }), VALUE),
        (json!({ "op": "replace" }), VALUE),
        (json!({ "op": "add", "value": "x" }), VALUE),
        (json!({ "op": "add", "path": "title", "value": { "a": 1 } }), VALUE),
        (json!({ "op": "replace", "path": "name", "value": "x" }), VALUE),
        (json!({ "op": "replace", "path": "active", "value": 0 }), VALUE),
        (json!({ "op": "replace", "path": "userName", "value": "taken" }), TAKEN),
        (
            json!({ "op": "replace", "path": "meta.created", "value": "2027-01-01T00:00:00Z" }),
            MUTABILITY,
        ),
        (json!({ "op": "add", "path": "groups", "value": [{ "value": "g" }] }), MUTABILITY),
        (json!({ "op": "replace", "path": "userName", "value": null }), MUTABILITY),
        (json!({ "op": "remove", "path": "userName" }), MUTABILITY),
        (json!({ "op": "remove" }), TARGET),
        (
            json!({ "op": "replace", "value": { "id": "00000000-0000-7000-8000-000000000000" } }),
            MUTABILITY,
        ),
    ]
}

#[tokio::test]
async fn patches_that_cannot_be_applied() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        service.user("taken").await?;
        let path = service.user("pat").await?;
        let before = service.scim.get(&path).await?.text;
        let good = json!({ "op": "replace", "path": "title", "value": "New" });
        for leniency in [Leniency::Forgiving, Leniency::Strict] {
            service.policy(ground, Policy { leniency, ..Policy::default() }).await?;
            for (bad, expected) in operations() {
                let answer = service.scim.patch(&path, json!([good, bad, good])).await?;
                refused(&answer, expected).with_context(|| bad.to_string())?;
            }
            for operations in [json!([]), json!({}), json!(null), json!("x")] {
                refused(&service.scim.patch(&path, operations).await?, SYNTAX)?;
            }
            for body in [json!({ "Operations": [good] }), json!({ "schemas": [USER] }), json!([])] {
                let body = Some(body.to_string());
                let call = Call { method: Method::PATCH, path: &path, headers: JSON, body };
                refused(&service.scim.call(call).await?, SYNTAX)?;
            }
        }
        assert_eq!(service.scim.get(&path).await?.text, before, "all operations or none");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn group_and_bulk_requests_that_cannot_be_carried_out() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "G",
        });
        let made = service.scim.post("/Groups", &group).await?.expect(201)?;
        let path = format!("/Groups/{}", made["id"].as_str().unwrap_or_default());
        let before = service.scim.get(&path).await?.text;
        for leniency in [Leniency::Forgiving, Leniency::Strict] {
            service.policy(ground, Policy { leniency, ..Policy::default() }).await?;
            refused(&service.scim.post("/Groups", &group).await?, TAKEN)?;
            for value in [json!([{}]), json!([7]), json!([{ "value": "nobody" }]), json!("")] {
                let operations = json!([
                    { "op": "replace", "path": "displayName", "value": "H" },
                    { "op": "add", "path": "members", "value": value },
                ]);
                let answer = service.scim.patch(&path, operations).await?;
                refused(&answer, VALUE).with_context(|| value.to_string())?;
            }
            let bulk = async |body: Value| service.scim.post("/Bulk", &body).await;
            let urn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
            let one = json!({ "method": "DELETE", "path": "/Users/1" });
            refused(&bulk(json!({ "Operations": [one] })).await?, SYNTAX)?;
            refused(&bulk(json!({ "schemas": [urn] })).await?, SYNTAX)?;
            let odd = json!({ "schemas": [urn], "failOnErrors": "1", "Operations": [one] });
            refused(&bulk(odd).await?, VALUE)?;
            let many: Vec<&Value> = (0..1_001).map(|_| &one).collect();
            refused(&bulk(json!({ "schemas": [urn], "Operations": many })).await?, (413, None))?;

            let operations = json!([
                { "method": "GET", "path": "/Users/1" },
                { "method": "POST", "path": "/Users", "data": Service::body("a") },
                { "method": "PUT", "path": "/Users/1" },
                { "method": "DELETE", "path": "https://elsewhere.example/Users/1" },
                { "method": "POST", "path": "/Bulk", "bulkId": "b", "data": {} },
                { "method": "PATCH", "path": "/Users/bulkId:none", "data": { "Operations": [] } },
                { "method": "DELETE", "path": "/Users/1" },
                { "method": "POST", "path": "/Users", "bulkId": "c", "data": { "schemas": [USER] } },
            ]);
            let done = bulk(json!({ "schemas": [urn], "Operations": operations })).await?;
            let done = done.expect(200)?;
            let told: Vec<(&str, Option<&str>)> = done["Operations"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|one| {
                    let text = |value: &'_ Value| value.as_str().map(str::to_owned);
                    // RFC 7644 §3.7.3: of anything but a POST that failed.
                    assert_eq!(one["location"].is_string(), one["method"] != "POST", "{one}");
                    let detail = text(&one["response"]["detail"]).unwrap_or_default();
                    assert!(!detail.starts_with(|c: char| c.is_ascii_lowercase()), "{detail}");
                    (
                        one["status"].as_str().unwrap_or_default(),
                        one["response"]["scimType"].as_str(),
                    )
                })
                .collect();
            assert_eq!(
                told,
                [
                    ("400", Some("invalidSyntax")),
                    ("400", Some("invalidSyntax")),
                    ("400", Some("invalidSyntax")),
                    ("400", Some("invalidPath")),
                    ("400", Some("invalidPath")),
                    ("409", None),
                    ("404", None),
                    ("400", Some("invalidValue")),
                ]
            );
        }
        assert_eq!(service.scim.get(&path).await?.text, before);
        assert_eq!(service.scim.total().await?, 0);
        Ok(())
    })
    .await
}

/// RFC 7644 §5: names that only their spelling tells apart are one name.
#[tokio::test]
async fn a_user_name_in_another_spelling_is_taken() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        for (name, same) in [
            ("straße", &["STRAßE"][..]),
            ("Zoë", &["Zoe\u{308}", "ZOË", "zoe\u{308}"]),
            ("ＰＡＴ", &["pat", "PAT", "Ｐａｔ"]),
            ("\u{212a}elvin", &["kelvin", "Kelvin"]),
            ("ΟΔΥΣΣΕΥΣ", &["οδυσσευς", "οδυσσευσ"]),
            ("\u{ac00}", &["\u{1100}\u{1161}"]),
        ] {
            let path = service.user(name).await?;
            for same in same {
                let answer = service.scim.post("/Users", &Service::body(same)).await?;
                refused(&answer, TAKEN).with_context(|| format!("{same} beside {name}"))?;
            }
            // It comes back as it was sent.
            assert_eq!(service.scim.get(&path).await?.expect(200)?["userName"], name);
        }
        Ok(())
    })
    .await
}
