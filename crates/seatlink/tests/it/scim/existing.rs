//! A create that meets an inactive user does what its connection's policy says, and never takes
//! anybody over by an e-mail address.

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{
    access::{
        connections::{Existing, OnEmail, OnExternalId, OnUserName, Policy},
        roles::{self, RoleStatus},
    },
    log,
    tenants::Profile,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Ground, Service, on_each_database};

fn restoring() -> Policy {
    let existing = Existing {
        user_name: OnUserName::Restore,
        external_id: OnExternalId::Restore,
        email: OnEmail::Conflict,
    };
    Policy { existing, ..Policy::default() }
}

fn person(user_name: &str, external_id: &str, email: &str) -> Value {
    let mut body = Service::body(user_name);
    body["externalId"] = external_id.into();
    body["emails"] = json!([{ "value": email, "type": "work", "primary": true }]);
    body
}

/// Somebody who was here and left; the answer is the id.
async fn leaver(service: &Service, body: &Value) -> Result<String> {
    let made = service.scim.post("/Users", body).await?.expect(201)?;
    let id = made["id"].as_str().context("an id")?.to_owned();
    let off = json!([{ "op": "replace", "path": "active", "value": false }]);
    service.scim.patch(&format!("/Users/{id}"), off).await?.expect(200)?;
    Ok(id)
}

async fn reasons(ground: &Ground, service: &Service, id: &str) -> Result<Vec<String>> {
    let id: Uuid = id.parse()?;
    let rows = log::history(ground.platform(), &service.actor, id).await?;
    Ok(rows.into_iter().map(|row| row.reason).collect())
}

#[tokio::test]
async fn by_default_the_client_is_told_whom_it_met_and_how_to_link() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let id = leaver(&service, &person("pat", "e1", "pat@example.com")).await?;
        let met = [
            person("PAT", "other", "other@example.com"),
            person("sam", "e1", "other@example.com"),
            person("sam", "other", "Pat@Example.com"),
        ];
        for body in &met {
            let said = service.scim.post("/Users", body).await?.refusal(409, Some("uniqueness"))?;
            ensure!(said.contains(&id) && said.contains("PATCH or PUT"), "{said}");
        }
        assert_eq!(service.scim.total().await?, 1);

        // As it says: find, then switch on.
        let on = json!([{ "op": "replace", "path": "active", "value": true }]);
        service.scim.patch(&format!("/Users/{id}"), on).await?.expect(200)?;
        service.scim.post("/Users", &met[0]).await?.refusal(409, Some("uniqueness"))?;
        // RFC 7643 §3.1: the client keeps externalId unique; an address may be shared.
        service.scim.post("/Users", &person("sam", "e1", "pat@example.com")).await?.expect(201)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn restored_by_user_name_the_user_is_what_the_create_says() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let mut before = person("pat", "e1", "pat@example.com");
        before["title"] = "Lead".into();
        let id = leaver(&service, &before).await?;
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Support",
            "members": [{ "value": id }],
        });
        service.scim.post("/Groups", &group).await?.expect(201)?;
        service.policy(ground, restoring()).await?;

        let body = person("Pat", "e2", "new@example.com");
        let answer = service.scim.post("/Users", &body).await?;
        let back = answer.expect(201)?;
        assert_eq!(back["id"], id.as_str());
        assert_eq!(answer.header("location"), format!("{}/Users/{id}", service.scim.base()));
        assert_eq!(answer.header("etag"), back["meta"]["version"].as_str().unwrap_or_default());
        for (name, value) in body.as_object().into_iter().flatten() {
            assert_eq!(&back[name], value, "{name}");
        }
        assert_eq!((&back["active"], &back["title"]), (&json!(true), &Value::Null));
        assert_eq!(back["groups"][0]["display"], "Support");
        assert_eq!(service.scim.get(&format!("/Users/{id}")).await?.expect(200)?, back);
        let told = reasons(ground, &service, &id).await?;
        assert_eq!(told.last().map(String::as_str), Some("restored"));

        // Now it is a user like any other.
        service.scim.post("/Users", &body).await?.refusal(409, Some("uniqueness"))?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn restored_by_external_id_the_user_may_have_another_name() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let id = leaver(&service, &person("pat.old", "e1", "pat@example.com")).await?;
        service.policy(ground, restoring()).await?;
        let mut body = person("pat.new", "e1", "pat@example.com");
        body["active"] = false.into();
        let back = service.scim.post("/Users", &body).await?.expect(201)?;
        assert_eq!((&back["id"], &back["active"]), (&json!(id), &json!(false)), "as it says");
        assert_eq!(service.scim.find("pat.old").await?, None);

        // Two of one external id: nobody can tell who is meant.
        let mut policy = restoring();
        policy.existing.external_id = OnExternalId::Create;
        policy.existing.email = OnEmail::Create;
        service.policy(ground, policy).await?;
        let other = leaver(&service, &person("sam", "e1", "pat@example.com")).await?;
        assert_ne!(other, id);
        service.policy(ground, restoring()).await?;
        let third = person("kim", "e1", "kim@example.com");
        service.scim.post("/Users", &third).await?.refusal(409, Some("uniqueness"))?;
        assert_eq!(service.scim.total().await?, 2);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_address_never_takes_anybody_over() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let id = leaver(&service, &person("pat", "e1", "shared@example.com")).await?;
        service.policy(ground, restoring()).await?;
        let body = person("sam", "e2", "shared@example.com");
        let said = service.scim.post("/Users", &body).await?.refusal(409, Some("uniqueness"))?;
        ensure!(said.contains(&id), "{said}");
        let mut policy = restoring();
        policy.existing.email = OnEmail::Create;
        service.policy(ground, policy).await?;
        let made = service.scim.post("/Users", &body).await?.expect(201)?;
        assert_ne!(made["id"], id.as_str());
        let left = service.scim.get(&format!("/Users/{id}")).await?.expect(200)?;
        assert_eq!((&left["active"], &left["userName"]), (&json!(false), &json!("pat")));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn of_many_who_restore_at_once_one_does() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let id = leaver(&service, &person("pat", "e1", "pat@example.com")).await?;
        service.policy(ground, restoring()).await?;
        let body = person("pat", "e1", "pat@example.com");
        let posts = (0..8).map(|_| service.scim.post("/Users", &body));
        let answers: Vec<Answer> = futures_util::future::try_join_all(posts).await?;
        let made: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
        let refused = answers.iter().filter(|answer| answer.status == 409).count();
        assert_eq!((made.len(), refused), (1, 7));
        assert_eq!(made[0].json()?["id"], id.as_str());
        assert_eq!(service.scim.total().await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_rules_of_a_contact_center_hold_for_whoever_is_restored() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let body = Service::body("pat@example.com");
        let id = leaver(&service, &body).await?;
        service.policy(ground, restoring()).await?;
        let (platform, actor) = (ground.platform(), &service.actor);
        let agent = roles::find_by_name(platform, actor, "Agent").await?.context("a role")?;
        roles::set_status(platform, actor, agent.id, RoleStatus::Inactive).await?;
        let path = format!("/Users/{id}");
        let before = service.scim.get(&path).await?.text;
        service.scim.post("/Users", &body).await?.refusal(400, Some("invalidValue"))?;
        assert_eq!(service.scim.get(&path).await?.text, before);
        roles::set_status(platform, actor, agent.id, RoleStatus::Active).await?;

        let bulk = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [{ "method": "POST", "path": "/Users", "bulkId": "b", "data": body }],
        });
        let done = service.scim.post("/Bulk", &bulk).await?.expect(200)?;
        assert_eq!(done["Operations"][0]["status"], "201");
        let back = service.scim.get(&path).await?.expect(200)?;
        assert_eq!(
            (&back["active"], &back["roles"][0]["display"]),
            (&json!(true), &json!("Agent"))
        );
        Ok(())
    })
    .await
}
