//! A connection lent to one operation, and how statements run on it.

use std::{pin::pin, sync::Arc, time::Duration};

use deadpool_postgres::{ClientWrapper, Object};
use futures_util::{FutureExt as _, TryStreamExt as _};
use parking_lot::Mutex;
use tokio::time::timeout;
use tokio_postgres::{Statement, error::SqlState};

use super::{
    sent::{Failure, Sent},
    shared::SharedClient,
    values::{Bound, classify},
};
use crate::{
    dialect::Dialect,
    driver::session::{Count, Expected, Posted, Visit, params_of},
    error::Error,
    sql::{Param, Query, Row},
};

/// Prepared statements a connection may hold. Fixed texts are far fewer; texts that were put
/// together have as many shapes as clients think of filters, and each one takes memory in the
/// server.
const STATEMENTS: usize = 1024;

const SET_TIME: &str = "SELECT set_config('statement_timeout', $1, TRUE)";

/// How long an answer is waited for. PostgreSQL itself ends a statement before that
/// (`statement_timeout`), so whoever has not answered then is gone or stuck.
const ANSWER_WAIT: Duration = Duration::from_secs(75);

/// A connection with a transaction open on it. Unless the transaction is ended through this,
/// dropping it closes the connection, which rolls back.
pub(super) struct Held(Option<Arc<Object>>);

impl Held {
    pub(super) fn new(client: Object) -> Self {
        Self(Some(Arc::new(client)))
    }

    pub(super) fn client(&self) -> &Arc<Object> {
        self.0.as_ref().expect("the client leaves only when the transaction ends")
    }

    /// Ends the transaction behind what was sent and not waited for; a failure there makes the end
    /// a rollback.
    pub(super) async fn commit(mut self, mut sent: Sent) -> Result<(), Uncommitted> {
        if sent.is_uncertain() {
            match timeout(ANSWER_WAIT, sent.settled()).await {
                Ok(Ok(())) => {}
                Ok(Err(failure)) => {
                    drop(sent);
                    self.roll_back().await;
                    return Err(failure.into());
                }
                Err(_) => return Err(no_answer().into()),
            }
        }
        let client = Arc::clone(self.client());
        let ended = timeout(ANSWER_WAIT, async {
            let committed = client.batch_execute("COMMIT");
            if !sent.is_waiting() {
                return Ok(committed.await);
            }
            // Sent at its first poll, behind everything else.
            let mut committed = pin!(committed);
            let early = committed.as_mut().now_or_never();
            sent.settled().await?;
            Ok(match early {
                Some(early) => early,
                None => committed.await,
            })
        });
        let ended = ended.await.map_err(|_| Uncommitted::from(no_answer()))?;
        drop((client, sent));
        match ended {
            Ok(Ok(())) => {
                self.release();
                Ok(())
            }
            Ok(Err(error)) => Err(match classify(error) {
                Error::Unavailable(reason) => {
                    Error::Unavailable(format!("the outcome of a commit is unknown: {reason}"))
                }
                other => other,
            }
            .into()),
            // Whatever came behind the failure, this end too, changed nothing.
            Err::<_, Failure>(failure) => {
                self.release();
                Err(failure.into())
            }
        }
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
        if let Some(client) = self.0.take().and_then(Arc::into_inner) {
            drop(Object::take(client));
        }
    }
}

/// Why the end of a transaction changed nothing, or perhaps nothing.
pub(super) struct Uncommitted {
    pub(super) error: Error,
    /// PostgreSQL took it back because it and another one waited for each other.
    pub(super) deadlocked: bool,
}

impl From<Error> for Uncommitted {
    fn from(error: Error) -> Self {
        Self { error, deadlocked: false }
    }
}

impl From<Failure> for Uncommitted {
    fn from(failure: Failure) -> Self {
        Self { deadlocked: failure.is_deadlock(), error: describe(failure) }
    }
}

/// A transaction that an operation has given back.
pub(super) struct Returned {
    /// What was sent and not waited for. It goes first: while it holds on to the connection,
    /// dropping `held` cannot close it.
    pub(super) sent: Sent,
    pub(super) held: Held,
    pub(super) state: State,
    /// A statement may have changed who may do what.
    pub(super) changes_access: bool,
}

/// How the statements of a transaction went so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Sound,
    /// A statement failed, or was dropped before its answer came.
    Failed,
    /// One failed because this transaction and another one waited for each other.
    Deadlocked,
    /// No answer came: nothing more can be sent.
    Silent,
}

/// Where a transaction finds its connection again.
pub(super) type Slot = Arc<Mutex<Option<Returned>>>;

enum Link {
    /// In a transaction of its own.
    Held(Held, Slot),
    /// Beside others, outside any transaction.
    Shared(Arc<SharedClient>),
}

/// A connection lent to one operation. Dropping it gives the connection back.
pub(in crate::driver) struct Lease {
    /// `None` only while it is dropped.
    link: Option<Link>,
    sent: Sent,
    state: State,
    /// Its statements have a time of their own.
    timed: bool,
    /// A statement may have changed who may do what.
    changes_access: bool,
}

impl Lease {
    /// Outside a transaction.
    pub(super) fn shared(client: Arc<SharedClient>) -> Self {
        Self {
            link: Some(Link::Shared(client)),
            sent: Sent::default(),
            state: State::Sound,
            timed: false,
            changes_access: false,
        }
    }

    pub(super) fn held(held: Held, slot: &Slot) -> Self {
        let link = Some(Link::Held(held, Arc::clone(slot)));
        Self {
            link,
            sent: Sent::default(),
            state: State::Sound,
            timed: false,
            changes_access: false,
        }
    }

    pub(in crate::driver) fn mark(&mut self) {
        self.changes_access = true;
    }

    /// Ends each statement from here on after that time. Only inside a transaction, with which it
    /// ends.
    pub(in crate::driver) async fn give_up_after(&mut self, limit: Duration) -> Result<(), Error> {
        let millis = limit.as_millis().to_string();
        self.timed = true;
        self.visit(Query::from(SET_TIME), &[Param::Text(&millis)], &mut |_| Ok(())).await
    }

    pub(in crate::driver) async fn execute(
        &mut self,
        query: Query<'_>,
        params: &[Param<'_>],
    ) -> Result<u64, Error> {
        let params = params_of(query, params)?;
        self.begin_statement()?;
        let (client, sent) = self.parts();
        let ran = async {
            let statement = prepare(client, query).await?;
            client.execute_raw(&statement, params.iter().map(Bound)).await
        };
        let ran = timeout(ANSWER_WAIT, sent.before(ran)).await;
        self.end_statement(ran)
    }

    /// Sends a statement whose answer is read with that of a later one, or at the end of the
    /// transaction.
    pub(in crate::driver) async fn post(
        &mut self,
        query: Query<'_>,
        params: &[Param<'_>],
        expected: Expected,
    ) -> Result<Posted, Error> {
        if matches!(self.link, Some(Link::Shared(_))) {
            let count = self.execute(query, params).await?;
            return Posted::counted(count, expected);
        }
        let params = params_of(query, params)?;
        self.begin_statement()?;
        let (client, sent) = self.parts();
        let known = {
            let mut preparing = pin!(prepare(client, query));
            match preparing.as_mut().now_or_never() {
                Some(known) => Ok(known.map_err(Failure::from)),
                None => timeout(ANSWER_WAIT, sent.before(preparing)).await,
            }
        };
        let statement = self.end_statement(known)?;
        let Some(Link::Held(held, _)) = &self.link else {
            return Err(Error::not_returned());
        };
        match self.sent.send(held.client(), statement, params, expected) {
            Ok(number) => Ok(Posted(Count::Waiting(number))),
            Err(failure) => {
                self.state = State::Failed;
                Err(self.explain(failure))
            }
        }
    }

    /// How many rows the posted statement of this number changed.
    pub(in crate::driver) async fn count(&mut self, number: usize) -> Result<u64, Error> {
        if self.sent.count(number).is_none() {
            self.begin_statement()?;
            let settled = timeout(ANSWER_WAIT, self.sent.settled()).await;
            self.end_statement(settled)?;
        }
        self.sent.count(number).ok_or_else(Error::after_failure)
    }

    pub(in crate::driver) async fn visit(
        &mut self,
        query: Query<'_>,
        params: &[Param<'_>],
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        let params = params_of(query, params)?;
        self.begin_statement()?;
        let (client, sent) = self.parts();
        let ran = async {
            let statement = prepare(client, query).await?;
            let mut rows = pin!(client.query_raw(&statement, params.iter().map(Bound)).await?);
            let mut visited = Ok(());
            while let Some(row) = rows.try_next().await? {
                // After a row that does not decode, the rest is read so that an error behind it is
                // seen.
                if visited.is_ok() {
                    visited = visit(&Row(&row));
                }
            }
            Ok(visited)
        };
        let ran = timeout(ANSWER_WAIT, sent.before(ran)).await;
        self.end_statement(ran)?
    }

    /// Several statements in one text, for migrations. However long that takes, nobody else can use
    /// the database.
    pub(super) async fn batch(&mut self, sql: &str) -> Result<(), tokio_postgres::Error> {
        self.parts().0.batch_execute(sql).await
    }

    fn parts(&mut self) -> (&ClientWrapper, &mut Sent) {
        let client: &ClientWrapper =
            match self.link.as_ref().expect("the connection leaves only when the lease is dropped")
            {
                Link::Held(held, _) => held.client(),
                Link::Shared(client) => client,
            };
        (client, &mut self.sent)
    }

    /// Until its answer has come, a statement counts as failed: its future may be dropped.
    fn begin_statement(&mut self) -> Result<(), Error> {
        if self.state != State::Sound {
            return Err(Error::after_failure());
        }
        self.state = State::Failed;
        Ok(())
    }

    fn end_statement<T>(
        &mut self,
        ran: Result<Result<T, Failure>, tokio::time::error::Elapsed>,
    ) -> Result<T, Error> {
        match ran {
            Ok(Ok(answer)) => {
                self.state = State::Sound;
                Ok(answer)
            }
            Ok(Err(failure)) => Err(self.explain(failure)),
            Err(_) => {
                self.state = State::Silent;
                if let Some(Link::Shared(client)) = &self.link {
                    client.give_up();
                }
                Err(no_answer())
            }
        }
    }

    fn explain(&mut self, failure: Failure) -> Error {
        if failure.is_deadlock() {
            self.state = State::Deadlocked;
        }
        // Another node changed the schema: prepared plans of this connection no longer fit.
        if let Failure::Refused(error) = &failure
            && error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED)
        {
            self.parts().0.statement_cache.clear();
        }
        if self.timed
            && let Failure::Refused(error) = &failure
            && error.code() == Some(&SqlState::QUERY_CANCELED)
        {
            return Error::TooLong;
        }
        describe(failure)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(Link::Held(held, slot)) = self.link.take() else { return };
        let sent = std::mem::take(&mut self.sent);
        let (state, changes_access) = (self.state, self.changes_access);
        *slot.lock() = Some(Returned { sent, held, state, changes_access });
    }
}

fn describe(failure: Failure) -> Error {
    match failure {
        Failure::Refused(error) => classify(error),
        Failure::Missed => Error::Busy,
    }
}

fn no_answer() -> Error {
    Error::Unavailable(format!("PostgreSQL did not answer for {} s", ANSWER_WAIT.as_secs()))
}

async fn prepare(
    client: &ClientWrapper,
    query: Query<'_>,
) -> Result<Statement, tokio_postgres::Error> {
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
