//! A person is unassigned or deactivated: the employee is inactive, access ends at once, nothing is
//! deleted.

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{UserId, apps::ApiScope, log};
use serde_json::{Value, json};

use seatlink::demo::{browser::Browser, report::Login, sending};

use crate::harness::{Application, Ground, Guide, allow, login, on_each_database, parameter, said};

#[tokio::test]
async fn an_unassigned_person_is_an_inactive_employee_without_access() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.employee("pat@example.com").await?;
        let mut access = Access::begin(&guide, "pat@example.com").await?;

        guide.unassign(person).await?;
        guide.settled().await?;

        inactive_and_never_deleted(&guide, "pat@example.com").await?;
        access.has_ended().await?;
        access.cannot_begin_again().await
    })
    .await
}

#[tokio::test]
async fn a_return_brings_back_the_employee_and_not_what_had_ended() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.employee("pat@example.com").await?;
        let mut access = Access::begin(&guide, "pat@example.com").await?;
        guide.unassign(person).await?;
        guide.settled().await?;
        guide.assign(person).await?;
        guide.settled().await?;
        assert_eq!(guide.employees.user("pat@example.com").await?["active"], true);
        access.has_ended().await
    })
    .await
}

#[tokio::test]
async fn a_deactivated_person_is_an_inactive_employee_without_access() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let person = guide.employee("pat@example.com").await?;
        let mut access = Access::begin(&guide, "pat@example.com").await?;

        guide.set(person, "active", json!(false)).await?;
        guide.settled().await?;

        inactive_and_never_deleted(&guide, "pat@example.com").await?;
        access.has_ended().await?;
        access.cannot_begin_again().await
    })
    .await
}

#[tokio::test]
async fn somebody_who_leaves_takes_nobody_along() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let leaver = guide.employee("pat@example.com").await?;
        guide.employee("kim@example.com").await?;
        let before = guide.employees.user("kim@example.com").await?;
        let mut access = Access::begin(&guide, "kim@example.com").await?;

        guide.unassign(leaver).await?;
        let standing = guide.settled().await?;

        assert_eq!((standing.active, standing.inactive), (1, 1));
        assert_eq!(guide.employees.user("kim@example.com").await?, before);
        access.goes_on().await
    })
    .await
}

async fn inactive_and_never_deleted(guide: &Guide<'_>, user_name: &str) -> Result<()> {
    let employee = guide.employees.user(user_name).await?;
    ensure!(employee["active"] == false, "{employee}");
    ensure!(employee["roles"][0]["display"] == "Agent", "the role is history too: {employee}");
    let log = guide.receiving_log().await?;
    ensure!(log.iter().all(|row| row.operation != "delete"), "nobody was asked to be deleted");

    let id: UserId = employee["id"].as_str().context("an id")?.parse()?;
    let platform = guide.ground.platform();
    let history = log::history(platform, &guide.receiver, id.uuid()).await?;
    let reasons: Vec<&str> = history.iter().map(|row| row.reason.as_str()).collect();
    ensure!(reasons.first() == Some(&"created"), "{reasons:?}");
    let last = history.last().context("a history")?;
    ensure!(last.reason == "deactivated", "{reasons:?}");
    ensure!(said(last).contains("one session and 2 authorizations"), "{}", said(last));
    Ok(())
}

/// What an employee uses: a session in a browser, and an application with tokens of theirs.
struct Access<'a> {
    ground: &'a Ground,
    browser: Browser,
    employee: Login,
    application: Application<'a>,
    tokens: Value,
}

impl<'a> Access<'a> {
    /// The employee logs in and lets an application act for them: once by consent, once by the
    /// session.
    async fn begin(guide: &Guide<'a>, user_name: &str) -> Result<Self> {
        let (ground, actor) = (guide.ground, &guide.receiver);
        let employee = guide.employees.user(user_name).await?;
        let id: UserId = employee["id"].as_str().context("an id")?.parse()?;
        let employee = login(ground, actor, id, user_name).await?;
        // It asks only who somebody is, so an agent may use it.
        let application =
            Application::register(ground, actor, "Agent desk", &[ApiScope::Agent]).await?;
        let mut browser = ground.browser();
        let page = application.authorize(&mut browser, "").await?;
        let page = sending::log_in(&mut browser, page, &employee).await?;
        let back = allow(&mut browser, page).await?;
        let code =
            parameter(&back.url, "code").with_context(|| format!("no code: {}", back.url))?;
        let form = [("grant_type", "authorization_code"), ("code", &code)];
        let tokens = application.token(&form).await?.expect(200)?;
        let mut access = Self { ground, browser, employee, application, tokens };
        access.goes_on().await?;
        Ok(access)
    }

    async fn goes_on(&mut self) -> Result<()> {
        ensure!(self.user_info().await? == 200, "the access token works");
        let page = self.application.authorize(&mut self.browser, "&prompt=none").await?;
        ensure!(parameter(&page.url, "code").is_some(), "the session is alive: {}", page.url);
        Ok(())
    }

    async fn has_ended(&mut self) -> Result<()> {
        ensure!(self.user_info().await? == 401, "the access token has ended");
        let refresh = self.tokens["refresh_token"].as_str().context("a refresh token")?;
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
        let refused = self.application.token(&form).await?.expect(400)?;
        ensure!(refused["error"] == "invalid_grant", "{refused}");

        let page = self.application.authorize(&mut self.browser, "&prompt=none").await?;
        let error = parameter(&page.url, "error");
        ensure!(error.as_deref() == Some("login_required"), "the session has ended: {}", page.url);
        Ok(())
    }

    async fn cannot_begin_again(&mut self) -> Result<()> {
        let page = self.application.authorize(&mut self.browser, "").await?;
        let refused = sending::log_in(&mut self.browser, page, &self.employee).await;
        let said = refused.err().map(|error| error.to_string()).unwrap_or_default();
        ensure!(said.contains("does not let"), "nobody logs in as an inactive employee: {said}");
        Ok(())
    }

    async fn user_info(&self) -> Result<u16> {
        let url = format!("{}/auth/userinfo", self.ground.sides.receiving);
        let token = self.tokens["access_token"].as_str().context("an access token")?;
        Ok(self.ground.http.get(url).bearer_auth(token).send().await?.status().as_u16())
    }
}
