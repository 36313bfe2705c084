//! What nobody sends by accident: characters no database keeps, numbers without end, texts too long
//! for an index, bodies too deep or too wide. The answer is the same on both databases, a refusal
//! is a SCIM error, and nothing is stored.

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use seatlink_domain::tenants::Profile;
use serde_json::{Value, json};

use crate::harness::{Answer, Call, Ground, Service, on_each_database, raw_status};

const JSON: &[(&str, &str)] = &[("content-type", "application/scim+json")];
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

async fn service(ground: &Ground) -> Result<Service> {
    Service::new(ground, Profile::Standard, 1).await
}

/// A body with one attribute of its own.
fn with(name: &str, value: Value) -> Value {
    let mut body = Service::body("pat@example.com");
    body[name] = value;
    body
}

async fn raw(service: &Service, method: Method, path: &str, body: &str) -> Result<Answer> {
    service.scim.call(Call { method, path, headers: JSON, body: Some(body.to_owned()) }).await
}

#[tokio::test]
async fn a_zero_character_is_refused_wherever_it_stands() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground).await?;
        let scim = &service.scim;
        let user = service.user("lee@example.com").await?;
        for body in [
            with("userName", json!("a\0b")),
            with("externalId", json!("\0")),
            with("displayName", json!("a\0")),
            with("password", json!("a\0")),
            with("name", json!({ "givenName": "\0" })),
            with("emails", json!([{ "value": "a\0@b", "type": "work" }])),
            with("emails", json!([{ "value": "a@b", "type": "wo\0rk" }])),
            with(ENTERPRISE, json!({ "department": "\0" })),
            with(ENTERPRISE, json!({ "manager": { "value": "\0" } })),
        ] {
            let answer = scim.post("/Users", &body).await?;
            answer.refusal(400, Some("invalidValue")).with_context(|| body.to_string())?;
            let answer = scim.put(&user, &body).await?;
            answer.refusal(400, Some("invalidValue")).with_context(|| body.to_string())?;
        }
        for body in [
            json!({ "schemas": [GROUP], "displayName": "a\0" }),
            json!({ "schemas": [GROUP], "displayName": "a", "externalId": "a\0" }),
            json!({ "schemas": [GROUP], "displayName": "a", "members": [{ "value": "\0" }] }),
        ] {
            let answer = scim.post("/Groups", &body).await?;
            answer.refusal(400, Some("invalidValue")).with_context(|| body.to_string())?;
        }
        // What is no value is told apart, and told without the character breaking the log of
        // refusals.
        for (operation, scim_type) in [
            (json!({ "op": "re\0place", "path": "title", "value": "x" }), "invalidSyntax"),
            (json!({ "op": "replace", "path": "tit\0le", "value": "x" }), "invalidPath"),
            (json!({ "op": "replace", "path": "title", "value": "\0" }), "invalidValue"),
            (json!({ "op": "add", "path": "emails[type eq \"\0\"].value", "value": "x" }), "invalidFilter"),
            (json!({ "op": "replace", "value": { "title": "\0" } }), "invalidValue"),
        ] {
            let answer = scim.patch(&user, json!([operation])).await?;
            answer.refusal(400, Some(scim_type)).with_context(|| operation.to_string())?;
        }
        for path in ["/Users?filter=userName%20eq%20%22%00%22", "/Users?filter=%00", "/Users?filter=userName%20eq%20%22%5Cu0000%22"] {
            scim.get(path).await?.refusal(400, Some("invalidFilter")).context(path)?;
        }
        for path in ["/Users/%00", "/Groups/%00", "/Schemas/%00", "/%00"] {
            scim.get(path).await?.refusal(404, None).context(path)?;
        }
        scim.get("/Users?attributes=%00,userName&count=1").await?.expect(200)?;
        let bulk = json!({ "schemas": [BULK], "Operations": [
            { "method": "POST", "path": "/Users", "bulkId": "\0", "data": with("title", json!("\0")) },
            { "method": "DELETE", "path": "/Users/\0" },
            { "method": "P\0ST", "path": "/Users\0", "bulkId": "b", "data": {} },
        ] });
        let outcome = scim.post("/Bulk", &bulk).await?.expect(200)?;
        let statuses: Vec<&str> =
            outcome["Operations"].as_array().into_iter().flatten().filter_map(|one| one["status"].as_str()).collect();
        assert_eq!(statuses, ["400", "404", "400"]);
        assert_eq!(scim.total().await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_name_that_no_schema_has_may_hold_anything_and_is_left_out() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground).await?;
        let user = service.scim.post("/Users", &with("ti\0tle", json!("\0"))).await?.expect(201)?;
        ensure!(!user.to_string().contains("\\u0000"), "{user}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn texts_and_numbers_without_end_are_refused_or_kept_whole() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground).await?;
        let scim = &service.scim;
        // Nothing that compresses well: an index cannot hold it.
        let long: String = (0_u32..60_000)
            .map(|n| char::from_u32(0x4e00 + n.wrapping_mul(7_919) % 20_000).unwrap_or('x'))
            .collect();
        for (name, value) in [
            ("userName", json!(long)),
            ("externalId", json!(long)),
            ("emails", json!([{ "value": long }])),
        ] {
            let answer = scim.post("/Users", &with(name, value)).await?;
            let said = answer.refusal(400, Some("invalidValue")).context(name)?;
            ensure!(said.len() < 1_000, "{name}: the sentence is {} bytes long", said.len());
        }
        let group = json!({ "schemas": [GROUP], "displayName": long });
        scim.post("/Groups", &group).await?.refusal(400, Some("invalidValue"))?;
        let group = json!({ "schemas": [GROUP], "displayName": "a", "externalId": long });
        scim.post("/Groups", &group).await?.refusal(400, Some("invalidValue"))?;
        // What no index holds may be long.
        let user = scim.post("/Users", &with("title", json!(long))).await?.expect(201)?;
        assert_eq!(user["title"], json!(long));

        let path = format!("/Users/{}", user["id"].as_str().unwrap_or_default());
        for text in [
            r#"{"active":1e400}"#,
            r#"{"title":"\ud800"}"#,
            r#"{"title":"\udc00\ud800"}"#,
            r#"{"active":-}"#,
            "\u{feff}{}",
        ] {
            raw(&service, Method::PUT, &path, text)
                .await?
                .refusal(400, Some("invalidSyntax"))
                .context(text)?;
        }
        for value in [json!(1e20), json!(-1e300), json!(0), json!([[]])] {
            let answer = scim.post("/Users", &with("active", value.clone())).await?;
            answer.refusal(400, Some("invalidValue")).with_context(|| value.to_string())?;
        }
        for query in [
            "count=99999999999999999999999999",
            "startIndex=99999999999999999999999999",
            "count=-99999999999999999999999999",
            "startIndex=9223372036854775807&count=9223372036854775807",
        ] {
            scim.get(&format!("/Users?{query}")).await?.expect(200).context(query)?;
        }
        assert_eq!(scim.total().await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn bodies_that_are_too_wide_or_too_deep_are_refused() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground).await?;
        let scim = &service.scim;
        let emails = |count: usize| {
            let email = |n| json!({ "value": format!("e{n}@example.com") });
            (0..count).map(email).collect::<Value>()
        };
        let answer = scim.post("/Users", &with("emails", emails(10_000))).await?;
        ensure!(answer.refusal(400, Some("invalidValue"))?.contains("1000"), "{}", answer.text);
        scim.post("/Users", &with("emails", emails(1_000))).await?.expect(201)?;
        let path = service.user("lee@example.com").await?;
        let add = json!([{ "op": "add", "path": "emails", "value": emails(10_000) }]);
        scim.patch(&path, add).await?.refusal(400, Some("invalidValue"))?;

        let deep = format!("{}{}{}", "{\"a\":".repeat(5_000), "1", "}".repeat(5_000));
        raw(&service, Method::POST, "/Users", &deep).await?.refusal(400, Some("invalidSyntax"))?;
        let parentheses = "(".repeat(4_000);
        let filter = format!("/Users?filter={parentheses}");
        scim.get(&filter).await?.refusal(400, Some("invalidFilter"))?;
        let wide: serde_json::Map<String, Value> =
            (0..20_000).map(|n| (format!("a{n}"), json!(n))).collect();
        let mut body = Service::body("kim@example.com");
        for (name, value) in wide {
            body[name] = value;
        }
        // A forgiving connection leaves them out, in time that grows no faster than their number.
        let made = scim.post("/Users", &body).await?.expect(201)?;
        ensure!(made.get("a1").is_none(), "an unknown attribute was kept");
        let many = vec!["userName"; 5_000].join(",");
        scim.get(&format!("/Users?attributes={many}&count=1")).await?.expect(200)?;
        let operations = vec![json!({ "op": "replace", "path": "title", "value": "x" }); 10_001];
        scim.patch(&path, Value::Array(operations)).await?.refusal(413, None)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn methods_that_read_nothing_or_echo_are_answered_as_http_has_it() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground).await?;
        let scim = &service.scim;
        let path = service.user("lee@example.com").await?;
        let call = async |method: Method, path: &str| {
            scim.call(Call { method, path, headers: &[], body: None }).await
        };
        for path in [&*path, "/Users", "/Schemas", "/ServiceProviderConfig"] {
            let (get, head) = (call(Method::GET, path).await?, call(Method::HEAD, path).await?);
            assert_eq!((head.status, &*head.text), (200, ""), "{path}");
            for name in ["content-type", "etag", "location"] {
                assert_eq!(head.header(name), get.header(name), "{path} {name}");
            }
        }
        let options = call(Method::OPTIONS, &path).await?;
        assert_eq!((options.status, &*options.text), (204, ""));
        assert_eq!(options.header("allow"), "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
        for path in [&*path, "/Users"] {
            let trace = call(Method::TRACE, path).await?;
            trace.refusal(405, None)?;
            ensure!(trace.header("allow").contains("GET"), "{path}: {:?}", trace.headers);
            let stranger = scim.with_token("slst_made-up");
            for method in [Method::HEAD, Method::OPTIONS, Method::TRACE] {
                let answer = stranger
                    .call(Call { method: method.clone(), path, headers: &[], body: None })
                    .await?;
                assert_eq!(answer.status, 401, "{method} {path}");
            }
        }
        assert_eq!(scim.total().await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_address_beside_the_service_is_refused_in_its_words() -> Result<()> {
    on_each_database(async |ground| {
        let service = service(ground).await?;
        let origin = &ground.sides.receiving;
        for path in [
            "/scim/v1/Users",
            "/scim/v3/Users",
            "/scim/Users",
            "/scim",
            "/scim/v2/Users/1/2",
            "/scim/v2/%ff",
        ] {
            let request = ground.http.get(format!("{origin}{path}")).bearer_auth(&service.token);
            let said = Answer::of(request).await?.refusal(404, None).context(path)?;
            ensure!(said.contains("/scim/v2"), "{path}: {said}");
        }
        // A head that is too large is answered before there is a request to route.
        let long = format!("/scim/v2/Users?filter={}", "a".repeat(200_000));
        assert_eq!(raw_status(origin, &long).await?, 431);
        for target in ["/scim/v2/Users?filter=%zz", "/scim/v2/Users/%", "/scim/v2/Users?filter=%ff"]
        {
            assert_eq!(
                raw_status(origin, target).await?,
                401,
                "{target}: without a token nothing is read"
            );
            let request = ground.http.get(format!("{origin}{target}")).bearer_auth(&service.token);
            let answer = Answer::of(request).await?;
            ensure!(
                matches!(answer.status, 400 | 404),
                "{target}: {} {}",
                answer.status,
                answer.text
            );
        }
        Ok(())
    })
    .await
}
