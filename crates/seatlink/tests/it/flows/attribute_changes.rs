//! A mapped attribute of the person changes: the employee follows, and nothing else is overwritten.

use anyhow::Result;
use seatlink_domain::{
    Permissions, UserId,
    access::roles::{self, NewRole, Rank, RoleError, RoleStatus},
};
use serde_json::{Value, json};

use crate::harness::{Guide, on_each_database};

const NICE: &str = "urn:ietf:params:scim:schemas:extension:nice:2.0:User";

#[tokio::test]
async fn a_changed_attribute_changes_the_employee() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.employee("pat@example.com").await?;
        let before = guide.employees.user("pat@example.com").await?;

        guide.set(person, "name.familyName", json!("Lee-王")).await?;
        guide.set(person, "displayName", json!("Patricia")).await?;
        guide.set(person, "emails[type eq \"work\"].value", json!("p.lee@example.com")).await?;
        guide.settled().await?;

        let after = guide.employees.user("pat@example.com").await?;
        assert_eq!(after["id"], before["id"]);
        assert_eq!(after["name"]["familyName"], "Lee-王");
        assert_eq!(after["displayName"], "Patricia");
        assert_eq!(after["emails"][0]["value"], "p.lee@example.com");
        assert_eq!(after["roles"], before["roles"]);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_new_user_name_renames_the_same_employee() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.employee("pat@example.com").await?;
        let id = guide.employees.user("pat@example.com").await?["id"].clone();

        guide.set(person, "userName", json!("patricia@example.com")).await?;
        guide.settled().await?;

        assert_eq!(guide.employees.find("pat@example.com").await?, None);
        assert_eq!(guide.employees.user("patricia@example.com").await?["id"], id);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_the_receiving_side_entered_itself_survives() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.employee("pat@example.com").await?;
        let employee = guide.employees.user("pat@example.com").await?;
        let id: UserId = text(&employee["id"]).parse()?;
        let path = format!("/Users/{id}");
        let operations = json!([
            { "op": "add", "path": format!("{NICE}:team"), "value": { "value": "7", "display": "Blue" } },
            { "op": "replace", "path": "externalId", "value": "HR-4711" },
            { "op": "add", "path": "emails", "value": [{ "value": "pat@home.example", "type": "home" }] },
            { "op": "add", "path": "timezone", "value": "Asia/Shanghai" },
        ]);
        guide.employees.patch(&path, operations).await?.expect(200)?;
        let shift_lead = NewRole {
            name: String::from("Shift lead"),
            description: String::new(),
            status: RoleStatus::Active,
            permissions: Permissions::default(),
        };
        let (platform, actor) = (ground.platform(), &guide.receiver);
        let role = roles::create(platform, actor, shift_lead).await?.id;
        roles::assign(platform, actor, role, vec![id], Rank::Secondary).await?;

        guide.set(person, "name.givenName", json!("Patricia")).await?;
        guide.settled().await?;

        let after = guide.employees.user("pat@example.com").await?;
        assert_eq!(after["name"]["givenName"], "Patricia", "what is mapped arrived");
        assert_eq!(after[NICE]["team"], json!({ "value": "7", "display": "Blue" }));
        assert_eq!(after["externalId"], "HR-4711");
        assert_eq!(after["timezone"], "Asia/Shanghai");
        let addresses: Vec<&str> = after["emails"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|email| text(&email["value"]))
            .collect();
        assert_eq!(addresses, ["pat@example.com", "pat@home.example"]);
        assert_eq!(after["roles"], employee["roles"]);
        let held = roles::set_status(platform, actor, role, RoleStatus::Inactive).await;
        assert!(matches!(held, Err(RoleError::Held { holders: 1, .. })), "{held:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_change_that_is_not_mapped_sends_nothing() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.employee("pat@example.com").await?;
        let before = guide.employees.user("pat@example.com").await?;
        let rows = guide.receiving_log().await?.len();

        guide.set(person, "externalId", json!("ours alone")).await?;
        guide.settled().await?;

        assert_eq!(guide.employees.user("pat@example.com").await?, before);
        assert_eq!(
            guide.receiving_log().await?.len(),
            rows,
            "not even a request that changed nothing"
        );
        Ok(())
    })
    .await
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
