//! What can only be written: kept, and never seen again.

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{
    access::connections::Policy,
    directory::schemas::{self, SchemaError},
    tenants::Profile,
};
use seatlink_scim::Leniency;
use serde_json::{Value, json};

use super::{extend, hits};
use crate::harness::{Service, on_each_database};

const LOCKER: &str = "urn:example:params:scim:schemas:extension:locker:1.0:User";

fn locker() -> Value {
    json!({ "id": LOCKER, "attributes": [
        { "name": "pin", "required": true, "mutability": "writeOnly", "returned": "never" },
        { "name": "hints", "multiValued": true, "mutability": "writeOnly" },
        { "name": "keys", "type": "complex", "multiValued": true, "mutability": "writeOnly", "subAttributes": [
            { "name": "value" }, { "name": "type" },
        ]},
        { "name": "alarm", "type": "complex", "subAttributes": [
            { "name": "site" }, { "name": "code", "mutability": "writeOnly" },
        ]},
        { "name": "shelf", "type": "integer" },
    ]})
}

fn body(user_name: &str, content: &Value) -> Value {
    let mut body = Service::body(user_name);
    body["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:User", LOCKER]);
    body[LOCKER] = content.clone();
    body
}

fn content() -> Value {
    json!({
        "pin": "canary-1", "hints": ["canary-2", "canary-3"], "keys": [{ "value": "canary-4", "type": "main" }],
        "alarm": { "site": "north", "code": "canary-5" },
    })
}

/// The version of a user, after an operation that may have changed it; nothing secret is in the
/// answer.
struct User<'a> {
    service: &'a Service,
    path: String,
}

impl User<'_> {
    async fn patched(&self, operation: Value) -> Result<Value> {
        let answer = self.service.scim.patch(&self.path, json!([operation])).await?;
        ensure!(!answer.text.contains("canary"), "{}", answer.text);
        answer.expect(200).with_context(|| operation.to_string())
    }

    async fn put(&self, content: &Value) -> Result<Value> {
        let answer = self.service.scim.put(&self.path, &body("a@example.com", content)).await?;
        ensure!(!answer.text.contains("canary"), "{}", answer.text);
        answer.expect(200).with_context(|| content.to_string())
    }
}

fn version(user: &Value) -> &Value {
    &user["meta"]["version"]
}

/// By the version one can tell that a value is there: what is the same again changes nothing (RFC
/// 7644 §3.5.2.1).
#[tokio::test]
async fn what_can_only_be_written_is_kept_and_changed_by_each_way_of_writing() -> Result<()> {
    on_each_database(async |ground| {
        for (unit, leniency) in [(1, Leniency::Strict), (2, Leniency::Forgiving)] {
            let service = Service::new(ground, Profile::Standard, unit).await?;
            extend(ground, &service.actor, "User", locker()).await?;
            service.policy(ground, Policy {
                leniency, ..Default::default()
            }).await?;
            let made = service.scim.post("/Users", &body("a@example.com", &content())).await?;
            ensure!(!made.text.contains("canary"), "{}", made.text);
            let made = made.expect(201)?;
            ensure!(made[LOCKER] == json!({ "alarm": { "site": "north" } }), "{made}");
            ensure!(made["schemas"][1] == LOCKER, "{made}");
            let path = format!("/Users/{}", made["id"].as_str().context("an id")?);
            let user = User { service: &service, path };
            let at = |name: &str| format!("{LOCKER}:{name}");

            // What was read and is sent back leaves them alone, and so does what is there already.
            let same = user.put(&made[LOCKER]).await?;
            assert_eq!(version(&same), version(&made));
            for operation in [
                json!({ "op": "replace", "path": at("pin"), "value": "canary-1" }),
                json!({ "op": "add", "path": at("hints"), "value": ["canary-3"] }),
                json!({ "op": "add", "path": at("keys"), "value": [{ "value": "canary-4", "type": "main" }] }),
                json!({ "op": "replace", "path": at("alarm.code"), "value": "canary-5" }),
                json!({ "op": "replace", "value": { LOCKER: { "pin": "canary-1" } } }),
            ] {
                let same = user.patched(operation.clone()).await?;
                assert_eq!(version(&same), version(&made), "{operation}");
            }
            let mut before = made.clone();
            for operation in [
                json!({ "op": "replace", "path": at("pin"), "value": "canary-6" }),
                json!({ "op": "add", "path": at("hints"), "value": ["canary-7"] }),
                json!({ "op": "add", "path": at("keys"), "value": [{ "value": "canary-8" }] }),
                json!({ "op": "replace", "path": at("alarm.code"), "value": "canary-9" }),
                json!({ "op": "add", "value": { LOCKER: { "pin": "canary-10" } } }),
                json!({ "op": "remove", "path": at("hints") }),
                json!({ "op": "remove", "path": at("alarm.code") }),
            ] {
                let after = user.patched(operation.clone()).await?;
                ensure!(version(&after) != version(&before), "{operation}");
                ensure!(after[LOCKER] == made[LOCKER], "{operation}: {after}");
                before = after;
            }
            let gone = user.patched(json!({ "op": "remove", "path": at("hints") })).await?;
            assert_eq!(version(&gone), version(&before), "they were gone");
            // PUT writes what it names, and null takes it away (RFC 7643 §2.5).
            let put = user.put(&json!({ "pin": "canary-11", "alarm": { "site": "north" } })).await?;
            ensure!(version(&put) != version(&before));
            let cleared = user.put(&json!({ "keys": null, "alarm": { "site": "north" } })).await?;
            ensure!(version(&cleared) != version(&put));
            let again = user.put(&json!({ "keys": null, "alarm": { "site": "north" } })).await?;
            assert_eq!(version(&again), version(&cleared));
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_required_one_cannot_be_taken_away() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        extend(ground, &service.actor, "User", locker()).await?;
        let without = body("b@example.com", &json!({ "shelf": 1 }));
        let refused = service.scim.post("/Users", &without).await?;
        ensure!(refused.refusal(400, Some("invalidValue"))?.contains("pin"), "{}", refused.text);
        let made = service
            .scim
            .post("/Users", &body("a@example.com", &json!({ "pin": "canary" })))
            .await?;
        let made = made.expect(201)?;
        // Nothing of the extension can be shown, and its name still tells that it is used.
        ensure!(made.get(LOCKER).is_none() && made["schemas"][1] == LOCKER, "{made}");
        let path = format!("/Users/{}", made["id"].as_str().context("an id")?);
        let remove = json!([{ "op": "remove", "path": format!("{LOCKER}:pin") }]);
        service.scim.patch(&path, remove).await?.refusal(400, Some("mutability"))?;
        let null = body("a@example.com", &json!({ "pin": null, "shelf": 2 }));
        service.scim.put(&path, &null).await?.refusal(400, Some("invalidValue"))?;
        let removed = schemas::remove(ground.platform(), &service.actor, LOCKER, None).await;
        ensure!(matches!(removed, Err(SchemaError::InUse { count: 1, .. })), "{removed:?}");
        // It is there, so other attributes may come without it.
        let shelf = json!([{ "op": "add", "path": format!("{LOCKER}:shelf"), "value": 2 }]);
        let shelved = service.scim.patch(&path, shelf).await?.expect(200)?;
        ensure!(shelved[LOCKER] == json!({ "shelf": 2 }), "{shelved}");
        service
            .scim
            .put(&path, &body("a@example.com", &json!({ "shelf": 3 })))
            .await?
            .expect(200)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nothing_that_can_be_asked_tells_what_was_written() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        extend(ground, &service.actor, "User", locker()).await?;
        let made =
            service.scim.post("/Users", &body("a@example.com", &content())).await?.expect(201)?;
        let path = format!("/Users/{}", made["id"].as_str().context("an id")?);
        for filter in [
            "pin eq \"canary-1\"",
            "pin pr",
            "pin sw \"c\"",
            "hints eq \"canary-2\"",
            "hints[value eq \"canary-2\"]",
            "keys.value eq \"canary-4\"",
            "keys[type eq \"main\"]",
            "alarm.code eq \"canary-5\"",
            "alarm[site eq \"north\" and code eq \"canary-5\"]",
        ] {
            let filter = format!("{LOCKER}:{filter}");
            assert_eq!(hits(ground, &service, "/Users", &filter).await?, 0, "{filter}");
        }
        let all = ["pin", "hints", "keys", "keys.value", "alarm", "alarm.code"];
        let all = all.map(|name| format!("{LOCKER}:{name}")).join(",");
        let sorted = format!("/Users?sortBy={LOCKER}:pin");
        service.scim.get(&sorted).await?.refusal(400, Some("invalidValue"))?;
        for query in [
            format!("?attributes={all}"),
            format!("?attributes={LOCKER}"),
            String::from("?excludedAttributes=id"),
        ] {
            for path in [&path, "/Users"] {
                let read = service.scim.get(&format!("{path}{query}")).await?;
                ensure!(read.status == 200 && !read.text.contains("canary"), "{}", read.text);
            }
        }
        // Whether a guess is right is not to be learnt from what a PATCH selects.
        for guess in ["canary-2", "wrong"] {
            for list in ["hints", "keys"] {
                let guess = format!("{LOCKER}:{list}[value eq \"{guess}\"]");
                let remove = json!([{ "op": "remove", "path": guess }]);
                let told =
                    service.scim.patch(&path, remove).await?.refusal(400, Some("noTarget"))?;
                ensure!(told.contains("never returned"), "{told}");
            }
        }
        Ok(())
    })
    .await
}
