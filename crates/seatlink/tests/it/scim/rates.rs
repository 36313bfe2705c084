//! What a connection that asks too often is told.

use std::num::NonZeroU32;

use anyhow::{Context as _, Result, ensure};
use reqwest::header::RETRY_AFTER;
use seatlink_domain::{access::connections, tenants::Profile};

use seatlink_edge::Rate;

use crate::harness::{Service, on_each_database_with};

/// So slow that no test run earns many requests back.
const RATE: Rate = Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::MIN.saturating_add(4) };

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back_and_others_go_on() -> Result<()> {
    on_each_database_with(
        |config| config.rate_limit = Some(RATE),
        async |ground| {
            let service = Service::new(ground, Profile::Standard, 1).await?;
            let other = Service::new(ground, Profile::Standard, 2).await?;
            let mut refused = None;
            for _ in 0..200 {
                let answer = service.scim.get("/Users").await?;
                if answer.status != 200 {
                    refused = Some(answer);
                    break;
                }
            }
            let Some(refused) = refused else { anyhow::bail!("200 requests were all answered") };
            let said = refused.refusal(429, None)?;
            ensure!(said.contains("1 a second"), "{said}");
            let wait: u64 = refused.header(RETRY_AFTER.as_str()).parse()?;
            ensure!((1..=5).contains(&wait), "{wait} s");
            // A write that is refused was not begun.
            let mut refused = 1;
            let body = Service::body("pat@example.com");
            let mut created = 0;
            for _ in 0..10 {
                match service.scim.post("/Users", &body).await?.status {
                    201 | 409 => created = 1,
                    429 => refused += 1,
                    status => anyhow::bail!("{status}"),
                }
            }
            // Another connection of the same server is none the worse, nor is who has no token at
            // all.
            other.scim.get("/Users").await?.expect(200)?;
            other.scim.with_token("slst_made-up").get("/Users").await?.refusal(401, None)?;
            let shown =
                connections::get(ground.platform(), &service.actor, &service.connection).await?;
            assert_eq!(shown.rate_limited, refused);
            ensure!(shown.repairs.is_empty(), "a refusal is no repair");
            let users = seatlink_domain::directory::users::list(
                ground.platform(),
                &service.actor,
                &seatlink_scim::ListQuery::default(),
                &seatlink_scim::Projection::all(),
            )
            .await?;
            assert_eq!(users.total, created);
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn whoever_tries_token_after_token_is_told_to_wait_and_good_tokens_are_served() -> Result<()>
{
    on_each_database_with(
        |config| config.rate_limit = Some(RATE),
        async |ground| {
            let service = Service::new(ground, Profile::Standard, 1).await?;
            let stranger = service.scim.with_token("slst_made-up");
            let mut statuses = Vec::new();
            let mut refused = None;
            for _ in 0..200 {
                let answer = stranger.get("/Users").await?;
                statuses.push(answer.status);
                if answer.status != 401 {
                    refused = Some(answer);
                    break;
                }
            }
            let refused = refused.with_context(|| format!("{statuses:?}"))?;
            ensure!(statuses.len() > 5, "a burst of 5 ended after {statuses:?}");
            let said = refused.refusal(429, None)?;
            ensure!(said.contains("valid token"), "{said}");
            let wait: u64 = refused.header(RETRY_AFTER.as_str()).parse()?;
            ensure!((1..=5).contains(&wait), "{wait} s");
            // Whoever has a token comes from the same address.
            service.scim.get("/Users").await?.expect(200)?;
            let shown =
                connections::get(ground.platform(), &service.actor, &service.connection).await?;
            assert_eq!(shown.rate_limited, 0, "it was nobody's request");
            Ok(())
        },
    )
    .await
}
