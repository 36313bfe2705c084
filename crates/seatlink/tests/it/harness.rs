//! Both sides listening in one process, and the few moves that every test makes.
//!
//! A test gets a [`Ground`] on each database. Time passes only when the test says so; waiting is
//! for work that is under way, never for a clock.

mod application;
mod clients;
mod guide;
mod service;

use std::time::Duration;

use anyhow::{Context as _, Result};
use reqwest::Client;
use seatlink_domain::{Clock, Platform, Timestamp, log::Entry};
use seatlink_testkit::{TestDatabase, databases};
use seatlink_texts::Language;

pub(super) use self::{
    application::{Application, STATE, login},
    clients::{Answer, Call, Scim, raw, raw_status},
    guide::{Guide, allow, parameter},
    service::Service,
};
use seatlink::{
    config::{Config, Database, Durability, Options},
    demo::{browser::Browser, sides::Sides},
};
use seatlink_edge::words;

/// 2027-01-15T08:00:00Z.
const START: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
/// Far beyond what any answer takes, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_mins(2);
/// Between two looks at something that is under way.
const GLANCE: Duration = Duration::from_millis(5);

/// What a row of the log says in English.
pub(super) fn said(entry: &Entry) -> String {
    words::entry(entry, Language::English).text()
}

/// Two sides without anybody in them.
pub(super) struct Ground {
    pub(super) sides: Sides,
    pub(super) http: Client,
    clock: Clock,
}

/// Runs a test on a database of each kind, and stops everything in order when it is over.
pub(super) async fn on_each_database(test: impl AsyncFn(&Ground) -> Result<()>) -> Result<()> {
    on_each_database_with(|_config| (), test).await
}

/// The same with another configuration.
pub(super) async fn on_each_database_with(
    configure: impl Fn(&mut Config),
    test: impl AsyncFn(&Ground) -> Result<()>,
) -> Result<()> {
    for database in databases().await? {
        let ground = Ground::start(&database, &configure).await.with_context(|| database.name())?;
        let outcome = test(&ground).await;
        ground.sides.stop().await;
        outcome.with_context(|| database.name())?;
        let file = database.directory().join("data").join("seatlink.db");
        if file.exists() {
            crate::log::knows_every_user(&file).with_context(|| database.name())?;
        }
    }
    Ok(())
}

impl Ground {
    pub(super) async fn start(
        database: &TestDatabase,
        configure: impl Fn(&mut Config),
    ) -> Result<Self> {
        let options = Options {
            data: Some(database.directory().join("data")),
            database_url: database.url().map(str::to_owned),
            config: None,
        };
        let mut config = Config::load(&options)?;
        config.durability = Durability::Normal;
        // Many tests share one server.
        if let Database::Postgres { pool_size, .. } = &mut config.database {
            *pool_size = 4;
        }
        configure(&mut config);
        let clock = Clock::fixed(START);
        let free = "127.0.0.1:0".parse()?;
        let sides = Sides::start_with(config, free, free, clock.clone()).await?;
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .context("an HTTP client")?;
        Ok(Self { sides, http, clock })
    }

    pub(super) fn platform(&self) -> &Platform {
        &self.sides.platform
    }

    /// Lets time pass.
    pub(super) fn later(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// A browser that nobody has used yet.
    pub(super) fn browser(&self) -> Browser {
        Browser::new(self.http.clone())
    }

    /// A caller of the receiving side's SCIM service.
    pub(super) fn scim(&self, token: &str) -> Scim {
        Scim::new(self.http.clone(), &self.sides.receiving, token)
    }
}

/// Looks until `look` finds something.
pub(super) async fn eventually<T>(
    what: &str,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let patience = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        anyhow::ensure!(tokio::time::Instant::now() < patience, "waited in vain for {what}");
        tokio::time::sleep(GLANCE).await;
    }
}
