//! Versions: conditional requests, and writes that change nothing.

use std::time::Duration;

use anyhow::{Result, ensure};
use reqwest::Method;
use seatlink_domain::tenants::Profile;
use serde_json::json;

use crate::harness::{Answer, Call, Scim, Service, on_each_database};

const NICE: &str = "urn:ietf:params:scim:schemas:extension:nice:2.0:User";
const RENAME: &str = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations":[{"op":"replace","path":"displayName","value":"New"}]}"#;

#[tokio::test]
async fn a_write_on_an_outdated_version_is_refused_and_changes_nothing() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let path = service.user("pat@example.com").await?;
        let old = service.scim.get(&path).await?;
        let stale = old.header("etag").to_owned();
        conditional(&service.scim, Method::PATCH, &path, &stale, RENAME).await?.expect(200)?;
        let current = service.scim.get(&path).await?;
        ensure!(current.header("etag") != stale, "a change makes a new version");

        let replacement = Service::body("pat@example.com").to_string();
        for (method, body) in
            [(Method::PATCH, RENAME), (Method::PUT, &replacement), (Method::DELETE, "")]
        {
            for outdated in [stale.as_str(), "W/\"0\"", "\"nonsense\"", "no tag at all"] {
                let refused = conditional(&service.scim, method.clone(), &path, outdated, body);
                refused.await?.refusal(412, None)?;
            }
        }
        assert_eq!(service.scim.get(&path).await?.text, current.text);
        let list = format!("\"x\", {}", current.header("etag"));
        conditional(&service.scim, Method::PUT, &path, &list, &replacement).await?.expect(200)?;
        conditional(&service.scim, Method::PATCH, &path, "*", RENAME).await?.expect(200)?;
        Ok(())
    })
    .await
}

/// RFC 9110 §13.1: both conditions count for every method, and where one does not hold nothing is
/// done.
#[tokio::test]
async fn either_condition_counts_for_every_method() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let group =
            json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "A"});
        let group = service.scim.post("/Groups", &group).await?.expect(201)?["id"].clone();
        let group = format!("/Groups/{}", group.as_str().unwrap_or_default());
        let user = service.user("pat@example.com").await?;
        let replacement = Service::body("pat@example.com").to_string();
        for path in [user.as_str(), group.as_str()] {
            let before = service.scim.get(path).await?;
            let present = before.header("etag").to_owned();
            let list = format!("\"x\", {present}");
            let replacement = if path == user { &replacement } else { &before.text };
            for (method, body) in
                [(Method::PATCH, RENAME), (Method::PUT, replacement.as_str()), (Method::DELETE, "")]
            {
                for unwanted in ["*", present.as_str(), list.as_str()] {
                    let headers =
                        &[("if-none-match", unwanted), ("content-type", "application/scim+json")];
                    let body = Some(body.to_owned());
                    let call = Call { method: method.clone(), path, headers, body };
                    service.scim.call(call).await?.refusal(412, None)?;
                }
            }
            let get = async |headers: &[(&str, &str)]| {
                service.scim.call(Call { method: Method::GET, path, headers, body: None }).await
            };
            get(&[("if-match", "W/\"999\"")]).await?.refusal(412, None)?;
            get(&[("if-match", &list)]).await?.expect(200)?;
            assert_eq!(service.scim.get(path).await?.text, before.text);

            let headers = &[
                ("if-match", present.as_str()),
                ("if-none-match", "W/\"999\""),
                ("content-type", "application/scim+json"),
            ];
            let body = Some(RENAME.to_owned());
            service
                .scim
                .call(Call { method: Method::PATCH, path, headers, body })
                .await?
                .expect(200)?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn who_has_the_version_already_gets_no_body() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let path = service.user("pat@example.com").await?;
        let full = service.scim.get(&path).await?;
        let etag = full.header("etag").to_owned();
        let get = async |tag: &str| {
            let headers = &[("if-none-match", tag)];
            service.scim.call(Call { method: Method::GET, path: &path, headers, body: None }).await
        };
        for tag in [etag.as_str(), "*", etag.trim_start_matches("W/")] {
            let unchanged = get(tag).await?;
            assert_eq!((unchanged.status, unchanged.text.as_str()), (304, ""), "{tag}");
            assert_eq!(unchanged.header("etag"), etag);
        }
        get("W/\"999\"").await?.expect(200)?;
        service
            .scim
            .patch(&path, json!([{ "op": "add", "path": "displayName", "value": "x" }]))
            .await?;
        get(&etag).await?.expect(200)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn head_answers_like_get_without_the_body() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let user = service.user("pat@example.com").await?;
        for path in [user.as_str(), "/Users", "/Schemas", "/ServiceProviderConfig"] {
            let get = service.scim.get(path).await?;
            let call = Call { method: Method::HEAD, path, headers: &[], body: None };
            let head = service.scim.call(call).await?;
            assert_eq!((head.status, head.text.as_str()), (200, ""), "{path}");
            for name in ["content-type", "content-length", "etag", "location"] {
                assert_eq!(head.header(name), get.header(name), "{path} {name}");
            }
        }
        let call = Call { method: Method::HEAD, path: "/Users/none", headers: &[], body: None };
        assert_eq!(service.scim.call(call).await?.status, 404);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn every_answer_with_a_resource_says_where_that_is() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let group = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Team" });
        let change = json!([{ "op": "add", "path": "externalId", "value": "x" }]);
        for (endpoint, body) in [("/Users", Service::body("pat@example.com")), ("/Groups", group)] {
            let made = service.scim.post(endpoint, &body).await?;
            let whole = made.expect(201)?;
            let path = format!("{endpoint}/{}", whole["id"].as_str().unwrap_or_default());
            let answers = [
                made,
                service.scim.get(&path).await?,
                service.scim.get(&format!("{path}?attributes=meta")).await?,
                service.scim.put(&path, &whole).await?,
                service.scim.patch(&path, change.clone()).await?,
            ];
            for answer in answers {
                let place = answer.json()?["meta"]["location"].clone();
                ensure!(place.as_str().is_some_and(|place| place.ends_with(&path)), "{place}");
                for name in ["location", "content-location"] {
                    assert_eq!(answer.header(name), place, "{name}");
                }
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_get_sent_back_as_put_changes_nothing() -> Result<()> {
    on_each_database(async |ground| {
        for (profile, business_unit) in [(Profile::ContactCenter, 1), (Profile::Standard, 2)] {
            let service = Service::new(ground, profile, business_unit).await?;
            let path = service.user("pat@example.com").await?;
            let mut operations = vec![
                json!({ "op": "add", "path": "externalId", "value": "HR-1" }),
                json!({ "op": "add", "path": "phoneNumbers", "value": [{ "type": "mobile", "value": "+15550100" }] }),
            ];
            if profile == Profile::ContactCenter {
                let team = json!({ "value": "7", "display": "Blue" });
                operations.push(json!({ "op": "add", "path": format!("{NICE}:team"), "value": team }));
            }
            service.scim.patch(&path, operations.into()).await?.expect(200)?;
            let id = path.rsplit('/').next().unwrap_or_default();
            let group = json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
                "displayName": "Support",
                "members": [{ "value": id }],
            });
            let group = service.scim.post("/Groups", &group).await?.expect(201)?;
            let group = format!("/Groups/{}", group["id"].as_str().unwrap_or_default());

            for path in [path, group] {
                let before = service.scim.get(&path).await?;
                ground.later(Duration::from_mins(10));
                let answer = service.scim.put(&path, &before.json()?).await?;
                assert_eq!(answer.expect(200)?, before.json()?, "{profile:?}");
                let after = service.scim.get(&path).await?;
                assert_eq!(after.text, before.text, "version and time of change included");
                assert_eq!(after.header("etag"), before.header("etag"));
            }
        }
        Ok(())
    })
    .await
}

async fn conditional(
    scim: &Scim,
    method: Method,
    path: &str,
    tag: &str,
    body: &str,
) -> Result<Answer> {
    let headers = &[("if-match", tag), ("content-type", "application/scim+json")];
    scim.call(Call { method, path, headers, body: Some(body.to_owned()) }).await
}
