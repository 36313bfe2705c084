//! A person is assigned to the application: an employee appears.

use anyhow::Result;
use seatlink_domain::{Actor, directory::groups, integrations};
use seatlink_scim::Projection;
use serde_json::json;

use crate::harness::{Guide, on_each_database, said};

#[tokio::test]
async fn an_assigned_person_becomes_an_employee_with_the_agent_role() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.person("zoe@example.com", ("Zoë", "O'Malley-王")).await?;
        assert_eq!(guide.employees.find("zoe@example.com").await?, None, "nobody before that");
        guide.assign(person).await?;
        guide.settled().await?;

        let employee = guide.employees.user("zoe@example.com").await?;
        assert_eq!(employee["userName"], "zoe@example.com");
        assert_eq!(employee["name"]["givenName"], "Zoë");
        assert_eq!(employee["name"]["familyName"], "O'Malley-王");
        assert_eq!(
            employee["emails"],
            json!([{ "type": "work", "value": "zoe@example.com", "primary": true }])
        );
        assert_eq!(employee["active"], true);
        assert_eq!(employee["externalId"], person.to_string());
        let role = guide.role("Agent").await?.id.to_string();
        assert_eq!(
            employee["roles"],
            json!([{ "value": role, "display": "Agent", "primary": true }])
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_log_of_each_side_says_who_did_it_and_why() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        guide.employee("pat@example.com").await?;

        let received = guide.receiving_log().await?;
        let created = received.iter().find(|row| said(row).contains("pat@example.com"));
        let Some(created) = created else { anyhow::bail!("no row for the employee") };
        assert_eq!((&*created.operation, &*created.reason), ("create", "created"));
        assert_eq!(created.actor_name, guide.receiving.admin.username, "whoever authorised it");
        assert_eq!(created.connection.as_deref(), Some(&*guide.receiving.client_id));
        assert!(created.request_id.is_some(), "the request can be found again");

        let sent = guide.sending_log().await?;
        assert!(
            sent.iter().any(|row| row.reason == "pushed-new"
                && said(row).contains("pat@example.com was created"))
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn everybody_in_an_assigned_group_becomes_an_employee_now_and_later() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let first = guide.person("first@example.com", ("First", "Member")).await?;
        let second = guide.person("second@example.com", ("Second", "Member")).await?;
        let actor: &Actor = &guide.sending.actor;
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Support",
            "members": [{ "value": first.to_string() }],
        });
        let group = groups::create(ground.platform(), actor, group, &Projection::all()).await?.id();
        integrations::assign_group(
            ground.platform(),
            actor,
            guide.sending.integration,
            group.into(),
        )
        .await?;
        guide.settled().await?;
        assert!(guide.employees.find("first@example.com").await?.is_some());
        assert_eq!(guide.employees.find("second@example.com").await?, None);

        guide.join(&group.to_string(), second).await?;
        guide.settled().await?;
        assert_eq!(guide.employees.user("second@example.com").await?["active"], true);

        guide.leave(&group.to_string(), first).await?;
        guide.settled().await?;
        assert_eq!(guide.employees.user("first@example.com").await?["active"], false);
        assert_eq!(guide.employees.user("second@example.com").await?["active"], true);
        Ok(())
    })
    .await
}
