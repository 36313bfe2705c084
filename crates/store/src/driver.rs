//! The two drivers behind the seam. Nothing outside this folder names a driver's type.
//!
//! Each offers the same three ways to run an operation (point read, scan, write) and one way to run
//! a statement; [`Driver`] and [`Session`] are closed enums over them.

mod access;
mod operation;
mod postgres;
mod session;
mod sqlite;
mod wake;

use std::sync::Arc;

pub use self::{
    operation::{Operation, Step},
    session::{Posted, Session},
    wake::Wake,
};

pub(crate) use self::{
    access::AccessChanges,
    operation::{Boxed, Ended, settle},
};

use tokio::sync::watch;

use self::{postgres::Postgres, sqlite::Sqlite};
use crate::{
    dialect::{Dialect, Stmt},
    error::Error,
    migrate::Migration,
    options::{Location, Options},
};

#[derive(Clone)]
pub(crate) enum Driver {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Driver {
    pub(crate) async fn open(
        options: Options,
        migrations: &'static [Migration],
        changes: AccessChanges,
    ) -> Result<Self, Error> {
        match options.location {
            Location::Sqlite { path } => {
                let opened = tokio::task::spawn_blocking(move || {
                    Sqlite::open(path, options.durability, migrations, changes)
                });
                let sqlite = opened.await.map_err(Error::driver)??;
                Ok(Self::Sqlite(Arc::new(sqlite)))
            }
            Location::Postgres { url, pool_size } => {
                let postgres =
                    Postgres::open(&url, pool_size, options.durability, migrations, changes);
                let postgres = postgres.await?;
                Ok(Self::Postgres(Arc::new(postgres)))
            }
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) fn read(&self, operation: Boxed) -> Step<'_, Ended> {
        match self {
            Self::Sqlite(sqlite) => sqlite.read(operation),
            Self::Postgres(postgres) => Step::waiting(postgres.read(operation)),
        }
    }

    /// On PostgreSQL nobody waits for the pages of others.
    pub(crate) fn read_ahead(&self, operation: Boxed) -> Step<'_, ()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.read_ahead(operation),
            Self::Postgres(_) => Step::done(()),
        }
    }

    pub(crate) fn settled(&self, operation: Boxed) -> Step<'_, Ended> {
        match self {
            Self::Sqlite(sqlite) => sqlite.read(operation),
            Self::Postgres(postgres) => Step::waiting(postgres.settled(operation)),
        }
    }

    pub(crate) fn scan(&self, operation: Boxed) -> Step<'_, Ended> {
        match self {
            Self::Sqlite(sqlite) => Step::waiting(sqlite.scan(operation)),
            Self::Postgres(postgres) => Step::waiting(postgres.scan(operation)),
        }
    }

    pub(crate) fn write(&self, operation: Boxed) -> Step<'_, Ended> {
        match self {
            Self::Sqlite(sqlite) => Step::waiting(sqlite.write(operation)),
            Self::Postgres(postgres) => Step::waiting(postgres.write(operation)),
        }
    }

    /// The operation can be begun several times.
    pub(crate) fn write_again(&self, operation: Boxed) -> Step<'_, Ended> {
        match self {
            // Writers take turns, so none waits for another.
            Self::Sqlite(sqlite) => Step::waiting(sqlite.write(operation)),
            Self::Postgres(postgres) => Step::waiting(postgres.write_again(operation)),
        }
    }

    pub(crate) async fn prepare(&self, stmt: Stmt) -> Result<(), Error> {
        match self {
            Self::Sqlite(sqlite) => sqlite.prepare(stmt.text(Dialect::Sqlite)),
            Self::Postgres(postgres) => postgres.prepare(stmt.text(Dialect::Postgres)).await,
        }
    }

    pub(crate) fn notify(&self, wake: Wake) {
        match self {
            Self::Sqlite(sqlite) => sqlite.wakes().ring(wake),
            Self::Postgres(postgres) => postgres.notify(wake),
        }
    }

    pub(crate) fn subscribe(&self, wake: Wake) -> watch::Receiver<u64> {
        match self {
            Self::Sqlite(sqlite) => sqlite.wakes().subscribe(wake),
            Self::Postgres(postgres) => postgres.subscribe(wake),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close().await,
        }
    }
}
