//! Databases to test on: a throwaway SQLite file always, PostgreSQL when
//! `SEATLINK_TEST_DATABASE_URL` is set.

use std::{path::PathBuf, time::Duration};

use seatlink_store::{Db, Durability, Error, Location, Options};
use uuid::Uuid;

/// Connections of one test to PostgreSQL. Small, so that a connection that is not given back is
/// missed.
const POOL_SIZE: usize = 4;

/// A fresh database of each kind, with the product's schema.
pub(crate) async fn databases() -> Vec<(&'static str, Db)> {
    let mut databases = Vec::new();
    for (name, location) in locations().await {
        let db = Db::open(options(location)).await.expect("a fresh database opens");
        databases.push((name, db));
    }
    databases
}

pub(crate) fn options(location: Location) -> Options {
    Options { location, durability: Durability::Full }
}

/// An empty place of each kind.
pub(crate) async fn locations() -> Vec<(&'static str, Location)> {
    let mut locations = vec![("SQLite", Location::Sqlite { path: sqlite_path() })];
    if let Ok(url) = std::env::var("SEATLINK_TEST_DATABASE_URL") {
        let url = in_new_schema(&url).await.expect("a schema can be created");
        locations.push(("PostgreSQL", Location::Postgres { url, pool_size: POOL_SIZE }));
    }
    locations
}

/// Files of earlier runs are removed here and not at the end, so that a failed test leaves its
/// evidence.
fn sqlite_path() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("store");
    for old in root.read_dir().into_iter().flatten().flatten() {
        let age =
            old.metadata().and_then(|data| data.modified()).ok().and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age > Duration::from_hours(1)) {
            // Another test process may be removing it too.
            let _ = std::fs::remove_dir_all(old.path());
        }
    }
    let folder = root.join(new_id().simple().to_string());
    std::fs::create_dir_all(&folder).expect("the target directory is writable");
    folder.join("seatlink.db")
}

async fn in_new_schema(url: &str) -> Result<String, Error> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .map_err(|error| Error::Driver(error.into()))?;
    let connection = tokio::spawn(connection);
    let schema = format!("test_{}", new_id().simple());
    client
        .batch_execute(&format!("CREATE SCHEMA {schema}"))
        .await
        .map_err(|error| Error::Driver(error.into()))?;
    connection.abort();
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok(format!("{url}{separator}options=-csearch_path%3D{schema}"))
}

#[expect(clippy::disallowed_methods, reason = "a test only needs ids that differ")]
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}
