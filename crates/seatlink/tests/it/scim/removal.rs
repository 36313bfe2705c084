//! DELETE: a contact center keeps everybody, a standard directory forgets.

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{
    access::roles::{self, RoleStatus},
    log,
    tenants::Profile,
};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{Service, on_each_database};

#[tokio::test]
async fn delete_deactivates_in_a_contact_center() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let path = service.user("pat@example.com").await?;
        let answer = service.scim.delete(&path).await?;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));

        let user = service.scim.get(&path).await?.expect(200)?;
        assert_eq!(user["active"], false);
        assert_eq!(service.scim.user("pat@example.com").await?, user);
        let again = service.scim.post("/Users", &Service::body("pat@example.com")).await?;
        let said = again.refusal(409, Some("uniqueness"))?;
        assert!(said.contains("deactivated"), "it says how to go on: {said}");
        let operations = json!([{ "op": "replace", "path": "active", "value": true }]);
        let back = service.scim.patch(&path, operations).await?.expect(200)?;
        assert_eq!((&back["id"], &back["active"]), (&user["id"], &json!(true)));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn delete_deletes_in_a_standard_directory_and_keeps_the_log() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        let path = service.user("pat@example.com").await?;
        let id: Uuid = path.rsplit('/').next().unwrap_or_default().parse()?;
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Support",
            "members": [{ "value": id.to_string() }],
        });
        let group = service.scim.post("/Groups", &group).await?.expect(201)?;
        let group = format!("/Groups/{}", group["id"].as_str().unwrap_or_default());
        assert_eq!(service.scim.delete(&path).await?.status, 204);

        service.scim.get(&path).await?.refusal(404, None)?;
        service.scim.delete(&path).await?.refusal(404, None)?;
        assert_eq!(service.scim.find("pat@example.com").await?, None);
        let members = service.scim.get(&group).await?.expect(200)?["members"].clone();
        ensure!(members.as_array().is_none_or(Vec::is_empty), "{members}");
        let history = log::history(ground.platform(), &service.actor, id).await?;
        assert!(history.iter().any(|row| row.reason == "deleted"));

        let anew = service.user("pat@example.com").await?;
        assert_ne!(anew, path, "the name is free, the id is not used again");
        assert_eq!(service.scim.delete(&group).await?.status, 204);
        service.scim.get(&group).await?.refusal(404, None)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_comes_back_needs_a_role_that_is_still_active() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::ContactCenter, 1).await?;
        let path = service.user("pat@example.com").await?;
        service.scim.delete(&path).await?;
        let (platform, actor) = (ground.platform(), &service.actor);
        let agent = roles::find_by_name(platform, actor, "Agent").await?.context("a role")?;
        roles::set_status(platform, actor, agent.id, RoleStatus::Inactive).await?;

        let back = json!([{ "op": "replace", "path": "active", "value": true }]);
        let refused = service.scim.patch(&path, back.clone()).await?;
        let said = refused.refusal(400, Some("invalidValue"))?;
        assert!(said.contains("“Agent”") && said.contains("inactive"), "{said}");
        assert_eq!(service.scim.get(&path).await?.expect(200)?["active"], false);

        roles::set_status(platform, actor, agent.id, RoleStatus::Active).await?;
        assert_eq!(service.scim.patch(&path, back).await?.expect(200)?["active"], true);
        Ok(())
    })
    .await
}
