//! A connection lent to one operation, and how statements run on it.

use std::{pin::pin, sync::Arc};

use deadpool_postgres::Object;
use futures_util::TryStreamExt as _;
use parking_lot::Mutex;
use tokio_postgres::{Statement, error::SqlState};

use super::values::{Bound, classify};
use crate::{
    dialect::Dialect,
    driver::{
        RawRow,
        session::{Visit, params_of},
    },
    error::Error,
    sql::{Param, Query, Row},
};

/// Prepared statements a connection may hold. Fixed texts are far fewer; texts that were put together have
/// as many shapes as clients think of filters, and each one takes memory in the server.
const STATEMENTS: usize = 1024;

/// A connection with a transaction open on it. Unless the transaction is ended through this, dropping it
/// closes the connection, which rolls back.
pub(super) struct Held(Option<Object>);

impl Held {
    pub(super) fn new(client: Object) -> Self {
        Self(Some(client))
    }

    pub(super) fn client(&self) -> &Object {
        self.0.as_ref().expect("the client leaves only when the transaction ends")
    }

    pub(super) async fn commit(mut self) -> Result<(), Error> {
        self.client().batch_execute("COMMIT").await.map_err(|error| match classify(error) {
            Error::Unavailable(reason) => {
                Error::Unavailable(format!("the outcome of a commit is unknown: {reason}"))
            }
            other => other,
        })?;
        self.release();
        Ok(())
    }

    /// Does not wait for the answer. The next user of the connection queues behind it.
    pub(super) async fn roll_back(mut self) {
        if self.client().simple_query_raw("ROLLBACK").await.is_ok() {
            self.release();
        }
    }

    fn release(&mut self) {
        drop(self.0.take());
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}

/// Where a transaction finds its connection again, and whether a statement failed on it.
pub(super) type Slot = Arc<Mutex<Option<(Held, bool)>>>;

/// A connection lent to one operation. Dropping it gives the connection back.
pub(in crate::driver) struct Lease {
    held: Option<Held>,
    slot: Option<Slot>,
    /// A statement failed, or was dropped before its answer came.
    failed: bool,
}

impl Lease {
    /// Outside a transaction: it goes straight back to the pool.
    pub(super) fn pooled(client: Object) -> Self {
        Self { held: Some(Held::new(client)), slot: None, failed: false }
    }

    pub(super) fn held(held: Held, slot: &Slot) -> Self {
        Self { held: Some(held), slot: Some(Arc::clone(slot)), failed: false }
    }

    pub(in crate::driver) async fn execute(
        &mut self,
        query: Query<'_>,
        params: &[Param<'_>],
    ) -> Result<u64, Error> {
        let params = params_of(query, params)?;
        self.begin_statement()?;
        let client = self.client();
        let ran = async {
            let statement = prepare(client, query).await?;
            client.execute_raw(&statement, params.iter().map(Bound)).await
        };
        match ran.await {
            Ok(changed) => {
                self.failed = false;
                Ok(changed)
            }
            Err(error) => Err(self.explain(error)),
        }
    }

    pub(in crate::driver) async fn visit(
        &mut self,
        query: Query<'_>,
        params: &[Param<'_>],
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        let params = params_of(query, params)?;
        self.begin_statement()?;
        let client = self.client();
        let ran = async {
            let statement = prepare(client, query).await?;
            let mut rows = pin!(client.query_raw(&statement, params.iter().map(Bound)).await?);
            let mut visited = Ok(());
            while let Some(row) = rows.try_next().await? {
                // After a row that does not decode, the rest is read so that an error behind it is seen.
                if visited.is_ok() {
                    visited = visit(&Row(RawRow::Postgres(&row)));
                }
            }
            Ok(visited)
        };
        match ran.await {
            Ok(visited) => {
                self.failed = false;
                visited
            }
            Err(error) => Err(self.explain(error)),
        }
    }

    /// Several statements in one text, for migrations.
    pub(super) async fn batch(&mut self, sql: &str) -> Result<(), tokio_postgres::Error> {
        self.client().batch_execute(sql).await
    }

    fn client(&self) -> &Object {
        self.held.as_ref().expect("the connection leaves only when the lease is dropped").client()
    }

    /// Until its answer has come, a statement counts as failed: its future may be dropped.
    fn begin_statement(&mut self) -> Result<(), Error> {
        if self.failed {
            return Err(Error::after_failure());
        }
        self.failed = true;
        Ok(())
    }

    fn explain(&self, error: tokio_postgres::Error) -> Error {
        // Another node changed the schema: prepared plans of this connection no longer fit.
        if error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED) {
            self.client().statement_cache.clear();
        }
        classify(error)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut held) = self.held.take() else {
            return;
        };
        match &self.slot {
            Some(slot) => *slot.lock() = Some((held, self.failed)),
            None => held.release(),
        }
    }
}

async fn prepare(client: &Object, query: Query<'_>) -> Result<Statement, tokio_postgres::Error> {
    match query {
        Query::Fixed(stmt) => client.prepare_cached(stmt.text(Dialect::Postgres)).await,
        Query::Built(built) => {
            if client.statement_cache.size() >= STATEMENTS {
                client.statement_cache.clear();
            }
            client.prepare_cached(built.sql()).await
        }
    }
}
