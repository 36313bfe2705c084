//! The database goes away and comes back: requests are told to come again, and nobody has to do
//! anything.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use seatlink_domain::{Secret, tenants::Profile};
use seatlink_testkit::{Relay, databases};
use serde_json::json;

use seatlink::config::Database;

use crate::harness::{Ground, Scim, Service, eventually};

/// Callers at once, more than there are connections.
const CALLERS: u32 = 12;
/// No answer takes longer, whatever the database does: connecting is given up after ten seconds.
/// The rest is for a machine that does other things too; what waits for nothing else ends after
/// sixty.
const LONGEST: Duration = Duration::from_secs(50);

/// Callers that read and write until they are told to stop.
struct Load {
    stop: Arc<AtomicBool>,
    good: Arc<AtomicU32>,
    refused: Arc<AtomicU32>,
    callers: Vec<tokio::task::JoinHandle<Result<()>>>,
}

impl Load {
    fn start(scim: &Scim, path: &str) -> Self {
        let (stop, good, refused) = (Arc::default(), Arc::default(), Arc::default());
        let mut load = Self { stop, good, refused, callers: Vec::new() };
        for caller in 0..CALLERS {
            let (scim, path) = (scim.clone(), path.to_owned());
            let (stop, good) = (Arc::clone(&load.stop), Arc::clone(&load.good));
            let refused = Arc::clone(&load.refused);
            load.callers.push(tokio::spawn(async move {
                for round in caller.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let begun = Instant::now();
                    let answer = match round % 3 {
                        0 => scim.get(&path).await?,
                        1 => scim.get("/Users?count=2&startIndex=1").await?,
                        _ => {
                            let title = json!([{ "op": "replace", "path": "title", "value": round.to_string() }]);
                            scim.patch(&path, title).await?
                        }
                    };
                    ensure!(begun.elapsed() < LONGEST, "an answer took {:?}", begun.elapsed());
                    if answer.status == 200 {
                        good.fetch_add(1, Ordering::Relaxed);
                    } else {
                        let said = answer.refusal(503, None)?;
                        ensure!(said.contains("Try again"), "{said}");
                        ensure!(answer.header("retry-after") == "1", "when to come again");
                        refused.fetch_add(1, Ordering::Relaxed);
                    }
                }
                Ok(())
            }));
        }
        load
    }

    /// Waits until so many more were answered well.
    async fn answers(&self) -> Result<()> {
        let before = self.good.load(Ordering::Relaxed);
        let wanted = before + 5 * CALLERS;
        eventually("good answers", async || {
            self.is_alive()?;
            Ok((self.good.load(Ordering::Relaxed) >= wanted).then_some(()))
        })
        .await
    }

    async fn refusals(&self) -> Result<()> {
        let wanted = self.refused.load(Ordering::Relaxed) + 5 * CALLERS;
        eventually("refusals", async || {
            self.is_alive()?;
            Ok((self.refused.load(Ordering::Relaxed) >= wanted).then_some(()))
        })
        .await
    }

    fn is_alive(&self) -> Result<()> {
        ensure!(!self.callers.iter().any(tokio::task::JoinHandle::is_finished), "a caller gave up");
        Ok(())
    }

    async fn finish(self) -> Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        for caller in self.callers {
            caller.await??;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_database_that_goes_away_and_comes_back_is_used_again() -> Result<()> {
    for database in databases().await? {
        let Some(url) = database.url() else { continue };
        let mut relay = Relay::before(url).await?;
        let through = Secret::new(relay.url(url)?);
        let ground = Ground::start(&database, |config| {
            config.database = Database::Postgres { url: through.clone(), pool_size: 6 };
        })
        .await?;
        let service = Service::new(&ground, Profile::Standard, 1).await?;
        let path = service.user("pat@example.com").await?;
        let load = Load::start(&service.scim, &path);
        let outcome = async {
            for _ in 0..2 {
                load.answers().await?;
                relay.cut();
                load.refusals().await?;
                relay.mend().await?;
                load.answers().await?;
            }
            // Connections that end while statements are under way, the server being there all the
            // time.
            database.disconnect().await?;
            load.answers().await
        };
        let outcome = outcome.await;
        let finished = load.finish().await;
        finished.and(outcome)?;
        let said = ground.http.get(format!("{}/ready", ground.sides.receiving)).send().await?;
        assert_eq!(said.status(), 200);
        ground.sides.stop().await;
    }
    Ok(())
}
