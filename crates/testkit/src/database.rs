//! A throwaway database for one test, on each kind the product runs on.
//!
//! SQLite always: a file in a directory of its own, because a database in memory has neither a
//! write-ahead log nor readers. PostgreSQL when `SEATLINK_TEST_DATABASE_URL` names a server, which
//! `cargo xtask test` starts; each test then has a database of its own there.

use std::{
    env,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio_postgres::NoTls;

/// One empty database. It goes away with the test; a PostgreSQL one with the server.
pub struct TestDatabase {
    directory: TempDir,
    url: Option<String>,
}

impl TestDatabase {
    /// A directory of this test: the data directory of a server under test.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Where the SQLite file belongs when this is not PostgreSQL.
    pub fn file(&self) -> PathBuf {
        self.directory.path().join("seatlink.db")
    }

    /// The URL when this is PostgreSQL.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Ends every connection to this database, as an administrator would.
    pub async fn disconnect(&self) -> Result<()> {
        let Some(url) = &self.url else { return Ok(()) };
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let connection = tokio::spawn(connection);
        let others = "DO $$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid(); END $$";
        client.batch_execute(others).await?;
        drop(client);
        connection.await??;
        Ok(())
    }

    /// For messages of failing tests.
    pub fn name(&self) -> &'static str {
        if self.url.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    fn sqlite() -> Result<Self> {
        let directory = tempfile::tempdir().context("a directory for a test")?;
        Ok(Self { directory, url: None })
    }

    async fn postgres(server: &str) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", process::id());
        let (client, connection) = tokio_postgres::connect(server, NoTls)
            .await
            .context("the PostgreSQL server of SEATLINK_TEST_DATABASE_URL")?;
        let connection = tokio::spawn(connection);
        // The name is made of digits and letters above; identifiers cannot be bound.
        client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        drop(client);
        connection.await??;
        let mut url = url::Url::parse(server).context("SEATLINK_TEST_DATABASE_URL is a URL")?;
        url.set_path(&name);
        let directory = tempfile::tempdir().context("a directory for a test")?;
        Ok(Self { directory, url: Some(url.into()) })
    }
}

/// An empty database of each kind that can be had here.
///
/// In continuous integration PostgreSQL is not optional: without its URL this fails.
pub async fn databases() -> Result<Vec<TestDatabase>> {
    let mut all = vec![TestDatabase::sqlite()?];
    match env::var("SEATLINK_TEST_DATABASE_URL") {
        Ok(server) => all.push(TestDatabase::postgres(&server).await?),
        Err(_) if env::var_os("CI").is_some() => {
            anyhow::bail!("CI is set but SEATLINK_TEST_DATABASE_URL is not; run `cargo xtask test`")
        }
        Err(_) => {}
    }
    Ok(all)
}
