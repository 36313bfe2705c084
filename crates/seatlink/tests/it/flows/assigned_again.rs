//! The person is assigned again: the same employee, active again.

use anyhow::Result;
use seatlink_domain::directory::users;
use seatlink_scim::Precondition;
use serde_json::json;

use crate::harness::{Guide, on_each_database};

#[tokio::test]
async fn somebody_assigned_again_is_the_same_employee() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.employee("pat@example.com").await?;
        let before = guide.employees.user("pat@example.com").await?;
        let total = guide.employees.total().await?;
        for _ in 0..2 {
            guide.unassign(person).await?;
            guide.settled().await?;
            assert_eq!(guide.employees.user("pat@example.com").await?["active"], false);
            guide.assign(person).await?;
            guide.settled().await?;
        }
        let after = guide.employees.user("pat@example.com").await?;
        assert_eq!((&after["id"], &after["active"]), (&before["id"], &json!(true)));
        assert_eq!(guide.employees.total().await?, total, "nobody twice");
        no_conflict(&guide).await
    })
    .await
}

#[tokio::test]
async fn what_changed_meanwhile_arrives_with_the_return() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.employee("pat@example.com").await?;
        guide.set(person, "active", json!(false)).await?;
        guide.settled().await?;
        guide.set(person, "displayName", json!("Patricia")).await?;
        guide.settled().await?;
        let away = guide.employees.user("pat@example.com").await?;
        assert_eq!((&away["active"], &away["displayName"]), (&json!(false), &json!("pat")));

        guide.set(person, "active", json!(true)).await?;
        guide.settled().await?;
        let back = guide.employees.user("pat@example.com").await?;
        assert_eq!((&back["active"], &back["displayName"]), (&json!(true), &json!("Patricia")));
        assert_eq!(back["id"], away["id"]);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn somebody_entered_anew_in_the_directory_gets_their_old_account_back() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.employee("pat@example.com").await?;
        let id = guide.employees.user("pat@example.com").await?["id"].clone();
        let none = Precondition::None;
        users::delete(ground.platform(), &guide.sending.actor, &person.to_string(), &none).await?;
        guide.settled().await?;
        assert_eq!(guide.employees.user("pat@example.com").await?["active"], false);

        guide.employee("PAT@example.com").await?;
        let back = guide.employees.user("pat@example.com").await?;
        assert_eq!((&back["id"], &back["active"]), (&id, &json!(true)));
        no_conflict(&guide).await
    })
    .await
}

async fn no_conflict(guide: &Guide<'_>) -> Result<()> {
    let log = guide.receiving_log().await?;
    assert!(log.iter().all(|row| row.reason != "duplicate"), "no 409 was ever answered");
    Ok(())
}
