//! Whatever is wrong with a request, the answer is a SCIM error with the status and `scimType` that
//! the RFC has for it.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use seatlink_domain::{
    access::tokens::{self, TokenScope},
    tenants::Profile,
};
use serde_json::{Value, json};

use crate::harness::{Answer, Call, Service, on_each_database};

const JSON: &[(&str, &str)] = &[("content-type", "application/scim+json")];
const UNKNOWN: &str = "/Users/00000000-0000-7000-8000-000000000000";

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_before_anything_is_stored() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let post = async |headers: &[(&str, &str)], body: String| {
            let call = Call { method: Method::POST, path: "/Users", headers, body: Some(body) };
            service.scim.call(call).await
        };
        let good = Service::body("pat@example.com").to_string();
        let too_large = format!("{{\"title\":\"{}\"}}", "x".repeat(1_024 * 1_024));
        post(JSON, too_large).await?.refusal(413, None)?;
        for text in ["", " ", "{", "{} {}", "nonsense", "{\"userName\":\"a\",\"userName\":\"b\"}"] {
            post(JSON, text.to_owned()).await?.refusal(400, Some("invalidSyntax")).context(text)?;
        }
        let deep = "[".repeat(100_000);
        post(JSON, deep).await?.refusal(400, Some("invalidSyntax"))?;
        for value in ["[]", "null", "7", "\"text\""] {
            post(JSON, value.to_owned())
                .await?
                .refusal(400, Some("invalidSyntax"))
                .context(value)?;
        }
        for content_type in ["text/plain", "application/xml", "application/json; charset=latin1"] {
            let headers = &[("content-type", content_type)];
            post(headers, good.clone()).await?.refusal(415, None).context(content_type)?;
        }
        post(&[], good.clone()).await?.refusal(415, None)?;
        let compressed = &[JSON[0], ("content-encoding", "gzip")];
        post(compressed, good).await?.refusal(415, None)?;
        assert_eq!(service.scim.total().await?, 0);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_resource_that_breaks_the_schema_is_refused_with_the_attribute() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        service.user("taken@example.com").await?;
        let with = |pointer: &str, value: Value| {
            let mut body = Service::body("pat@example.com");
            body[pointer] = value;
            body
        };
        let cases = [
            (with("userName", Value::Null), 400, "invalidValue", "userName"),
            (with("userName", json!("no address")), 400, "invalidValue", "userName"),
            (with("userName", json!(7)), 400, "invalidValue", "userName"),
            (with("name", json!({ "givenName": "Pat" })), 400, "invalidValue", "familyName"),
            (with("emails", json!([])), 400, "invalidValue", "emails"),
            (with("active", json!("perhaps")), 400, "invalidValue", "active"),
            (with("roles", json!([{ "value": "Nobody" }])), 400, "invalidValue", "Nobody"),
            (with("userName", json!("TAKEN@example.com")), 409, "uniqueness", "taken"),
        ];
        for (body, status, scim_type, names) in cases {
            let answer = service.scim.post("/Users", &body).await?;
            let said = answer.refusal(status, Some(scim_type)).with_context(|| body.to_string())?;
            ensure!(said.contains(names), "{said} does not name {names}");
        }
        assert_eq!(service.scim.total().await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_patch_that_cannot_be_applied_changes_nothing() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let path = service.user("pat@example.com").await?;
        let before = service.scim.get(&path).await?.text;
        let good = json!({ "op": "replace", "path": "displayName", "value": "New" });
        let cases = [
            (json!({ "op": "frobnicate", "path": "displayName", "value": "x" }), "invalidSyntax"),
            (json!({ "op": "replace", "path": "noSuchThing", "value": "x" }), "invalidPath"),
            (json!({ "op": "replace", "path": "emails..value", "value": "x" }), "invalidPath"),
            (json!({ "op": "replace", "path": "emails[type eq", "value": "x" }), "invalidFilter"),
            (json!({ "op": "remove" }), "noTarget"),
            (json!({ "op": "replace", "path": "id", "value": "x" }), "mutability"),
            (json!({ "op": "replace", "path": "active", "value": "perhaps" }), "invalidValue"),
            // RFC 7644 §3.5.2.2.
            (json!({ "op": "remove", "path": "userName" }), "mutability"),
        ];
        for (bad, scim_type) in cases {
            let answer = service.scim.patch(&path, json!([good, bad])).await?;
            answer.refusal(400, Some(scim_type)).with_context(|| bad.to_string())?;
        }
        service.scim.patch(&path, json!([])).await?.refusal(400, Some("invalidSyntax"))?;
        assert_eq!(service.scim.get(&path).await?.text, before, "all operations or none");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_a_wrong_method_is_told_the_right_ones() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let scim = &service.scim;
        for path in
            [UNKNOWN, "/Users/no-id", "/Groups/no-id", "/Schemas/urn:none", "/Nothing", "/users"]
        {
            scim.get(path).await?.refusal(404, None).context(path)?;
        }
        scim.put(UNKNOWN, &Service::body("pat@example.com")).await?.refusal(404, None)?;
        let operations = json!([{ "op": "replace", "path": "active", "value": false }]);
        scim.patch(UNKNOWN, operations).await?.refusal(404, None)?;
        scim.delete(UNKNOWN).await?.refusal(404, None)?;
        for (method, path, allow) in [
            (Method::DELETE, "/Users", "GET, HEAD, POST, OPTIONS"),
            (Method::PUT, "/Groups", "GET, HEAD, POST, OPTIONS"),
            (Method::POST, UNKNOWN, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
            (Method::DELETE, "/Schemas", "GET, HEAD, OPTIONS"),
            (Method::GET, "/Users/.search", "POST, OPTIONS"),
        ] {
            let answer = scim.call(Call { method, path, headers: JSON, body: None }).await?;
            answer.refusal(405, None).context(path)?;
            assert_eq!(answer.header("allow"), allow, "{path}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn without_a_living_token_the_answer_is_401_with_a_challenge() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let (platform, actor) = (ground.platform(), &service.actor);
        let soon = platform.now().plus(Duration::from_mins(5));
        let (_, expires) =
            tokens::create(platform, actor, "Soon over", TokenScope::Scim, Some(soon)).await?;
        let (id, revoked) =
            tokens::create(platform, actor, "Taken back", TokenScope::Scim, None).await?;
        let expires = service.scim.with_token(expires.expose());
        let revoked = service.scim.with_token(revoked.expose());
        expires.get("/Users").await?.expect(200)?;
        revoked.get("/Users").await?.expect(200)?;
        ground.later(Duration::from_mins(5));
        tokens::revoke(platform, actor, id).await?;

        for stranger in [expires, revoked, service.scim.with_token("slst_made-up")] {
            for path in ["/Users", "/Schemas", "/Nothing", "/ServiceProviderConfig"] {
                let answer = stranger.get(path).await?;
                answer.refusal(401, None).context(path)?;
                let challenge = answer.header("www-authenticate");
                ensure!(challenge.contains("error=\"invalid_token\""), "{path}: {challenge}");
            }
        }
        let url = format!("{}/Users", service.scim.base());
        let bare = Answer::of(ground.http.get(&url)).await?;
        bare.refusal(401, None)?;
        // RFC 6750 §3.1: a request without credentials is told no error code.
        assert_eq!(bare.header("www-authenticate"), "Bearer realm=\"Seatlink\"");
        let basic = ground.http.get(&url).basic_auth("user", Some("word"));
        Answer::of(basic).await?.refusal(401, None)?;
        let in_query = format!("{url}?access_token={}", service.token);
        Answer::of(ground.http.get(in_query)).await?.refusal(401, None)?;
        Ok(())
    })
    .await
}
