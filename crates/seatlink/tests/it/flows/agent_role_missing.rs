//! The Agent role is missing: a clear refusal, an error on the assignment, and success once it
//! exists.

use anyhow::{Context as _, Result};
use seatlink_domain::{
    Permissions,
    access::roles::{self, NewRole, RoleStatus},
};

use seatlink_edge::words;
use seatlink_texts::Language;

use crate::harness::{Guide, on_each_database};

#[tokio::test]
async fn without_an_agent_role_the_assignment_fails_by_name_and_a_retry_succeeds() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        guide.set_role_status("Agent", RoleStatus::Inactive).await?;
        let total = guide.employees.total().await?;
        let person = guide.person("pat@example.com", ("Pat", "Lee")).await?;
        guide.assign(person).await?;
        let standing = guide.quiet().await?;
        assert_eq!((standing.failed, standing.active), (1, 0));

        let failed = guide.failed().await?;
        let [item] = failed.as_slice() else { anyhow::bail!("{failed:?}") };
        assert_eq!(item.subject, person.into());
        let last = item.last.as_ref().context("the attempt ended")?;
        let error = words::stored(&last.event, Language::English).text();
        assert!(error.contains("pat@example.com"), "{error}");
        assert!(error.contains("no active role named “Agent” or “坐席”"), "{error}");
        assert!(error.contains("activate it"), "what to do: {error}");
        assert_eq!(guide.employees.total().await?, total, "nothing is stored");
        let mut browser = ground.browser();
        let console = guide.console(&mut browser).await?;
        assert!(console.body.contains("no active role named “Agent”"), "the console shows it");
        let log = guide.receiving_log().await?;
        assert!(log.iter().any(|row| row.reason == "missing-role"));

        guide.set_role_status("Agent", RoleStatus::Active).await?;
        let console = guide.console(&mut browser).await?;
        browser.submit(console.form_to("/retry")?).await?;
        guide.settled().await?;
        let employee = guide.employees.user("pat@example.com").await?;
        assert_eq!(employee["roles"][0]["display"], "Agent");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_role_may_have_its_chinese_name() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        guide.set_role_status("Agent", RoleStatus::Inactive).await?;
        let person = guide.person("pat@example.com", ("Pat", "Lee")).await?;
        guide.assign(person).await?;
        assert_eq!(guide.quiet().await?.failed, 1);

        let role = NewRole {
            name: String::from("坐席"),
            description: String::new(),
            status: RoleStatus::Active,
            permissions: Permissions::default(),
        };
        roles::create(ground.platform(), &guide.receiver, role).await?;
        guide.retry(person).await?;
        guide.settled().await?;
        let employee = guide.employees.user("pat@example.com").await?;
        assert_eq!(employee["roles"][0]["display"], "坐席");
        Ok(())
    })
    .await
}
