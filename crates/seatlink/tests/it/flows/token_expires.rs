//! The access token expires: it is refreshed, and nobody notices.

use std::time::Duration;

use anyhow::{Context as _, Result};
use seatlink_domain::{
    Actor,
    integrations::{self, Status, Tokens},
};

use crate::harness::{Answer, Guide, on_each_database};

const TWO_HOURS: Duration = Duration::from_hours(2);

#[tokio::test]
async fn an_expired_access_token_is_refreshed_without_anybody_noticing() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        let first = tokens(&guide).await?;
        for (user_name, renewals) in [("a@example.com", 1), ("b@example.com", 2)] {
            ground.later(TWO_HOURS);
            guide.employee(user_name).await?;
            assert_eq!(guide.employees.user(user_name).await?["active"], true);
            let log = guide.sending_log().await?;
            let found = log.iter().filter(|row| row.reason == "token-refreshed").count();
            assert_eq!(found, renewals);
            assert!(log.iter().all(|row| row.reason != "needs-authorization"));
        }
        assert_eq!(guide.integration().await?.status, Status::Ready);
        let last = tokens(&guide).await?;
        assert_ne!(first.access_token, last.access_token);

        let stale = guide.employees.with_token(first.access_token.expose());
        let answer = stale.get("/Users?count=1").await?;
        answer.refusal(401, None)?;
        assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_does_not_cost_the_connection() -> Result<()> {
    on_each_database(async |ground| {
        let guide = Guide::walk(ground).await?;
        ground.later(TWO_HOURS);
        // The server has answered this one; we never heard of it and still hold the old token.
        let old = tokens(&guide).await?.refresh_token.context("a refresh token")?;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", old.expose()),
            ("client_id", &guide.receiving.client_id),
            ("client_secret", guide.receiving.client_secret.expose()),
        ];
        let url = format!("{}/auth/token", ground.sides.receiving);
        Answer::of(ground.http.post(url).form(&form)).await?.expect(200)?;

        guide.employee("pat@example.com").await?;
        assert_eq!(guide.integration().await?.status, Status::Ready);
        Ok(())
    })
    .await
}

async fn tokens(guide: &Guide<'_>) -> Result<Tokens> {
    let system = Actor::system(guide.sending.actor.tenant);
    let platform = guide.ground.platform();
    let secrets = integrations::secrets(platform, &system, guide.sending.integration).await?;
    secrets.tokens.context("the integration has tokens")
}
