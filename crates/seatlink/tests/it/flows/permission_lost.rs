//! The authorising user's role loses SCIM: 403 with the reason, and nothing is lost until it is
//! back.

use anyhow::{Context as _, Result};
use seatlink_domain::{
    Actor, Permissions,
    integrations::{self, Status},
};
use serde_json::json;

use crate::harness::{Guide, on_each_database};

#[tokio::test]
async fn the_next_request_is_refused_and_says_why() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let token = access_token(&guide).await?;
        let scim = guide.employees.with_token(&token);
        scim.get("/Users?startIndex=1&count=2").await?.expect(200)?;

        guide.permit(Permissions::without).await?;
        for path in ["/Users?startIndex=1&count=2", "/Groups", "/Schemas", "/Users/unknown"] {
            let answer = scim.get(path).await?;
            let said = answer.refusal(403, None)?;
            assert!(said.contains("Admin > General Permissions > SCIM"), "{path}: {said}");
            assert!(said.contains(&guide.receiving.admin.username), "{path}: {said}");
            let challenge = answer.header("www-authenticate");
            assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
        }
        guide.permit(Permissions::with).await?;
        scim.get("/Users?startIndex=1&count=2").await?.expect(200)?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_due_waits_for_authentication_and_is_then_delivered() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let pat = guide.employee("pat@example.com").await?;
        let leaver = guide.employee("leaver@example.com").await?;
        let before = guide.employees.user("pat@example.com").await?;

        guide.permit(Permissions::without).await?;
        guide.set(pat, "displayName", json!("Patricia")).await?;
        let reason = guide.needs_authorization().await?;
        assert!(reason.contains("Forbidden"), "{reason}");
        assert!(reason.contains("Admin > General Permissions > SCIM"), "{reason}");
        let newcomer = guide.person("new@example.com", ("New", "Comer")).await?;
        guide.assign(newcomer).await?;
        guide.unassign(leaver).await?;
        let standing = guide.standing().await?;
        assert_eq!((standing.waiting, standing.failed), (3, 0), "nothing is given up");
        assert_eq!(guide.employees.user("pat@example.com").await?, before);
        let mut browser = ground.browser();
        let console = guide.console(&mut browser).await?;
        assert!(
            console.body.contains("Admin &#62; General Permissions &#62; SCIM"),
            "it shows why"
        );

        guide.permit(Permissions::with).await?;
        guide.authenticate().await?;
        assert_eq!(guide.integration().await?.status, Status::Ready);
        let standing = guide.settled().await?;
        assert_eq!((standing.active, standing.inactive), (2, 1));
        assert_eq!(guide.employees.user("pat@example.com").await?["displayName"], "Patricia");
        assert_eq!(guide.employees.user("new@example.com").await?["active"], true);
        assert_eq!(guide.employees.user("leaver@example.com").await?["active"], false);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn without_the_permission_nobody_can_authenticate() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let pat = guide.employee("pat@example.com").await?;
        guide.permit(Permissions::without).await?;
        guide.set(pat, "displayName", json!("Patricia")).await?;
        guide.needs_authorization().await?;

        let back = guide.authenticate().await?;
        assert!(back.url.path().ends_with("/oauth/callback"), "{}", back.url);
        assert!(back.body.contains("access_denied"), "{}", back.body);
        assert_eq!(guide.integration().await?.status, Status::NeedsAuthorization);
        assert_eq!(guide.standing().await?.waiting, 1);
        Ok(())
    })
    .await
}

async fn access_token(guide: &Guide<'_>) -> Result<String> {
    let system = Actor::system(guide.sending.actor.tenant);
    let platform = guide.ground.platform();
    let secrets = integrations::secrets(platform, &system, guide.sending.integration).await?;
    let tokens = secrets.tokens.context("the integration has tokens")?;
    Ok(tokens.access_token.expose().to_owned())
}
