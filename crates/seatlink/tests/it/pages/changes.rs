//! The change log, and the history of a role.

use anyhow::Result;
use reqwest::StatusCode;

use super::Admin;
use crate::harness::on_each_database;

#[tokio::test]
async fn the_log_is_filtered_and_paged_by_its_address() -> Result<()> {
    on_each_database(async |ground| {
        let admin = Admin::of(ground, 1).await?;
        for number in 0..60 {
            let name = format!("Shift {number:02}");
            admin.send("/admin/roles/new", &[("name", &name)]).await?;
        }
        let log = admin.open("/admin/changes").await?;
        assert_eq!(log.status, StatusCode::OK);
        log.says("Shift 59")?;
        log.is_silent_of("Shift 09")?;
        let next = log.body.split("href=\"").find(|link| link.contains("cursor="));
        let next = next.and_then(|link| link.split('"').next()).unwrap_or_default();
        admin.open(&next.replace("&#38;", "&")).await?.says("Shift 09")?;

        let mara = "mara1@example.com";
        let whose = admin.open("/admin/changes?q=MARA1&kind=Role&what=create").await?;
        whose.says(mara)?;
        whose.says("Shift 59")?;
        for narrow in ["q=nobody", "why=denied", "kind=Group", "connection=none", "to=2020-01-01"] {
            let nothing = admin.open(&format!("/admin/changes?{narrow}")).await?;
            nothing.says("No entry matches")?;
            nothing.is_silent_of("Shift 59")?;
        }
        admin.open("/admin/changes?from=2027-01-15&to=2027-01-15").await?.says("Shift 59")?;
        let chinese = admin.open_in("zh-CN", "/admin/changes").await?;
        chinese.says("更改日志")?;
        chinese.says("Shift 59")
    })
    .await
}

#[tokio::test]
async fn the_history_of_a_role_shows_old_and_new_and_nothing_of_others() -> Result<()> {
    on_each_database(async |ground| {
        let admin = Admin::of(ground, 1).await?;
        let role = admin.role("Evaluator").await?;
        let path = format!("/admin/roles/{}", role.id);
        let version = admin.open(&path).await?.hidden("version")?;
        let edit = [("version", &*version), ("name", "Evaluator"), ("description", "Listens.")];
        admin.send(&path, &edit).await?;
        let history = admin.open(&format!("{path}/history")).await?;
        for said in [&*role.description, "Listens.", "description", "Request ID"] {
            history.says(said)?;
        }
        history.is_silent_of("Manager")?;
        let nothing = admin.open(&format!("{path}/history?q=nobody")).await?;
        nothing.says("No entry matches")
    })
    .await
}

#[tokio::test]
async fn the_log_is_for_those_who_may_read_it() -> Result<()> {
    on_each_database(async |ground| {
        let admin = Admin::of(ground, 1).await?;
        let agent = Admin::signed_in(ground, admin.service, "gus@example.com", None).await?;
        let log = agent.open("/admin/changes").await?;
        assert_eq!(log.status, StatusCode::FORBIDDEN);
        log.says("You are not allowed to see this")
    })
    .await
}
