//! The two drivers behind the seam. Nothing outside this folder names a driver's type.
//!
//! Each offers the same three ways to run an operation (point read, scan, write) and one way to run a
//! statement; [`Driver`] and [`Session`] are closed enums over them.

mod postgres;
mod session;
mod sqlite;
mod wake;

use std::sync::Arc;

pub use self::{
    session::{Posted, Session},
    wake::Wake,
};

use tokio::sync::watch;

use self::{postgres::Postgres, sqlite::Sqlite};
use crate::{
    db::{Location, Options},
    dialect::{Dialect, Stmt},
    error::Error,
    migrate::Migration,
    sql::Value,
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
    ) -> Result<Self, Error> {
        match options.location {
            Location::Sqlite { path } => {
                let opened = tokio::task::spawn_blocking(move || {
                    Sqlite::open(path, options.durability, migrations)
                });
                let sqlite = opened.await.map_err(Error::driver)??;
                Ok(Self::Sqlite(Arc::new(sqlite)))
            }
            Location::Postgres { url, pool_size } => {
                let postgres =
                    Postgres::open(&url, pool_size, options.durability, migrations).await?;
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

    pub(crate) async fn read<T, E, F, Fut>(&self, operation: F) -> Result<T, E>
    where
        F: FnOnce(Session) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match self {
            Self::Sqlite(sqlite) => sqlite.read(operation).await,
            Self::Postgres(postgres) => postgres.read(operation).await,
        }
    }

    /// On PostgreSQL nobody waits for the pages of others.
    pub(crate) async fn read_ahead<T, E, F, Fut>(&self, operation: F)
    where
        F: FnOnce(Session) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match self {
            Self::Sqlite(sqlite) => sqlite.read_ahead(operation).await,
            Self::Postgres(_) => {}
        }
    }

    pub(crate) async fn settled<T, E, F, Fut>(&self, operation: F) -> Result<T, E>
    where
        F: FnOnce(Session) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match self {
            Self::Sqlite(sqlite) => sqlite.read(operation).await,
            Self::Postgres(postgres) => postgres.settled(operation).await,
        }
    }

    pub(crate) async fn scan<T, E, F, Fut>(&self, operation: F) -> Result<T, E>
    where
        F: FnOnce(Session) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match self {
            Self::Sqlite(sqlite) => sqlite.scan(operation).await,
            Self::Postgres(postgres) => postgres.scan(operation).await,
        }
    }

    pub(crate) async fn write<T, E, F, Fut>(&self, operation: F) -> Result<T, E>
    where
        F: FnOnce(Session) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(operation).await,
            Self::Postgres(postgres) => postgres.write(operation).await,
        }
    }

    pub(crate) async fn write_again<T, E, F, Fut>(&self, operation: F) -> Result<T, E>
    where
        F: FnOnce(Session) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match self {
            // Writers take turns, so none waits for another.
            Self::Sqlite(sqlite) => sqlite.write(operation).await,
            Self::Postgres(postgres) => postgres.write_again(operation).await,
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

/// A row of either driver.
pub(crate) enum RawRow<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl RawRow<'_> {
    pub(crate) fn value(&self, column: usize) -> Result<Value<'_>, Error> {
        match self {
            Self::Sqlite(row) => sqlite::decode(row, column),
            Self::Postgres(row) => postgres::decode(row, column),
        }
    }
}
