//! The same course with PATCH instead of PUT, which an administrator may choose for a target.

use anyhow::{Context as _, Result};
use seatlink_domain::integrations::{self, Secrets, Status, UpdateStyle};
use serde_json::json;

use crate::harness::{Guide, on_each_database};

const NICE: &str = "urn:ietf:params:scim:schemas:extension:nice:2.0:User";

#[tokio::test]
async fn with_patch_requests_people_come_change_leave_and_return_just_the_same() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let mut connection =
            guide.integration().await?.settings.connection.context("a connection")?;
        connection.update_style = UpdateStyle::Patch;
        let (actor, id) = (&guide.sending.actor, guide.sending.integration);
        let none = Secrets::default();
        let changed =
            integrations::connect(ground.platform(), actor, id, connection.into(), none).await?;
        assert_eq!(changed.status, Status::Ready, "the way of writing needs no new authorization");

        let person = guide.employee("pat@example.com").await?;
        let employee = guide.employees.user("pat@example.com").await?;
        let path = format!("/Users/{}", employee["id"].as_str().unwrap_or_default());
        let team = json!({ "value": "7", "display": "Blue" });
        let operation = json!({ "op": "add", "path": format!("{NICE}:team"), "value": team });
        guide.employees.patch(&path, json!([operation])).await?.expect(200)?;
        guide.set(person, "name.familyName", json!("Lee-王")).await?;
        guide.set(person, "emails[type eq \"work\"].value", json!("p.lee@example.com")).await?;
        guide.settled().await?;
        let changed = guide.employees.user("pat@example.com").await?;
        assert_eq!(changed["name"]["familyName"], "Lee-王");
        assert_eq!(changed["emails"][0]["value"], "p.lee@example.com");
        assert_eq!(changed[NICE]["team"], team);
        assert_eq!(changed["roles"], employee["roles"]);

        guide.unassign(person).await?;
        guide.settled().await?;
        assert_eq!(guide.employees.user("pat@example.com").await?["active"], false);
        guide.assign(person).await?;
        guide.settled().await?;
        let back = guide.employees.user("pat@example.com").await?;
        assert_eq!((&back["id"], &back["active"]), (&employee["id"], &json!(true)));
        let log = guide.receiving_log().await?;
        assert!(log.iter().any(|row| row.operation == "patch" && row.reason == "deactivated"));
        assert!(log.iter().all(|row| row.operation != "replace"), "no PUT was sent");
        Ok(())
    })
    .await
}
