//! Running statements inside an operation.
//!
//! The first statement that fails ends the session: later statements fail too and nothing is
//! committed, even if the operation answers `Ok`. PostgreSQL works like that (the transaction is
//! aborted), SQLite does not, and one rule for both beats a difference that only shows in
//! production. A collision that is expected is written `ON CONFLICT DO NOTHING`.

use std::time::Duration;

use super::{operation::Step, postgres, sqlite};
use crate::{
    dialect::Dialect,
    error::Error,
    sql::{Param, Query, Row},
};

/// What takes each row of a result.
pub(super) type Visit<'v> = dyn FnMut(&Row<'_>) -> Result<(), Error> + Send + 'v;

/// The connection of one operation. It goes back to its driver when this is dropped.
pub struct Session(Link);

/// A statement that was run by [`Session::post`], whose answer may not have come yet.
#[must_use = "a count that nobody asks for is dropped by name: `let _ =`"]
#[derive(Clone, Copy, Debug)]
pub struct Posted(pub(super) Count);

#[derive(Clone, Copy, Debug)]
pub(super) enum Count {
    Known(u64),
    /// The number of the statement among those of its transaction.
    Waiting(usize),
}

impl Posted {
    /// What was not run at all.
    pub const NOTHING: Self = Self(Count::Known(0));

    pub(super) fn counted(count: u64, expected: Expected) -> Result<Self, Error> {
        if expected == Expected::One && count != 1 {
            Err(Error::Busy)
        } else {
            Ok(Self(Count::Known(count)))
        }
    }
}

/// How many rows a statement must have changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    Any,
    One,
}

enum Link {
    Sqlite(sqlite::Lease),
    Postgres(Box<postgres::Lease>),
}

impl Session {
    pub(super) fn sqlite(lease: sqlite::Lease) -> Self {
        Self(Link::Sqlite(lease))
    }

    pub(super) fn postgres(lease: postgres::Lease) -> Self {
        Self(Link::Postgres(Box::new(lease)))
    }

    pub const fn dialect(&self) -> Dialect {
        match self.0 {
            Link::Sqlite(_) => Dialect::Sqlite,
            Link::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Says that this transaction is one of many large ones. On SQLite its connection keeps more
    /// pages from then on, so that what one batch needed is there for the next.
    #[expect(clippy::unused_async, reason = "like every other step of a transaction")]
    pub async fn expect_bulk(&mut self) -> Result<(), Error> {
        match &mut self.0 {
            Link::Sqlite(lease) => lease.conn().expect_bulk(),
            Link::Postgres(_) => Ok(()),
        }
    }

    /// Ends a statement of this transaction that is still running when the time is over:
    /// [`Error::TooLong`]. On PostgreSQL each statement has the time for itself.
    pub fn give_up_after(&mut self, limit: Duration) -> Step<'_, Result<(), Error>> {
        match &mut self.0 {
            Link::Sqlite(lease) => Step::done(lease.conn().give_up_after(limit)),
            Link::Postgres(lease) => Step::waiting(lease.give_up_after(limit)),
        }
    }

    /// Runs a statement that returns no rows; the answer counts the rows it changed.
    pub fn execute<'a>(
        &'a mut self,
        sql: impl Into<Query<'a>>,
        params: &'a [Param<'a>],
    ) -> Step<'a, Result<u64, Error>> {
        self.run(sql.into(), params)
    }

    /// Runs a statement that nothing later in the operation depends on. On PostgreSQL it is sent
    /// and not waited for, so that it costs no round trip; if it fails, a later statement or the
    /// end of the transaction does, and nothing is written. What can collide and is to be reported
    /// to the caller is run by [`Session::execute`].
    pub fn post<'a>(
        &'a mut self,
        sql: impl Into<Query<'a>>,
        params: &'a [Param<'a>],
    ) -> Step<'a, Result<Posted, Error>> {
        self.send(sql.into(), params, Expected::Any)
    }

    /// [`Session::post`] of a statement that changes one row. If it changes none after all, because
    /// the row was changed since it was read, that is [`Error::Busy`], here or later.
    pub async fn post_one<'q>(
        &mut self,
        sql: impl Into<Query<'q>>,
        params: &[Param<'_>],
    ) -> Result<(), Error> {
        self.send(sql.into(), params, Expected::One).await.map(|_| ())
    }

    /// Marks the transaction of a statement that may change access, so that its commit is counted.
    fn mark(&mut self, query: Query<'_>) {
        if query.changes_access() {
            match &mut self.0 {
                Link::Sqlite(lease) => lease.conn().mark(),
                Link::Postgres(lease) => lease.mark(),
            }
        }
    }

    // The four below are compiled here, once; what is generic above is only a shell around them.

    fn run<'a>(
        &'a mut self,
        query: Query<'a>,
        params: &'a [Param<'a>],
    ) -> Step<'a, Result<u64, Error>> {
        self.mark(query);
        match &mut self.0 {
            Link::Sqlite(lease) => Step::done(lease.conn().execute(query, params)),
            Link::Postgres(lease) => Step::waiting(lease.execute(query, params)),
        }
    }

    fn send<'a>(
        &'a mut self,
        query: Query<'a>,
        params: &'a [Param<'a>],
        expected: Expected,
    ) -> Step<'a, Result<Posted, Error>> {
        self.mark(query);
        match &mut self.0 {
            Link::Sqlite(lease) => {
                let count = lease.conn().execute(query, params);
                Step::done(count.and_then(|count| Posted::counted(count, expected)))
            }
            Link::Postgres(lease) => Step::waiting(lease.post(query, params, expected)),
        }
    }

    /// How many rows a posted statement changed. Asked late, the answer is there already.
    pub fn count(&mut self, posted: Posted) -> Step<'_, Result<u64, Error>> {
        match (&mut self.0, posted.0) {
            (_, Count::Known(count)) => Step::done(Ok(count)),
            (Link::Sqlite(_), Count::Waiting(_)) => Step::done(Err(Error::after_failure())),
            (Link::Postgres(lease), Count::Waiting(number)) => Step::waiting(lease.count(number)),
        }
    }

    fn visit<'a>(
        &'a mut self,
        query: Query<'a>,
        params: &'a [Param<'a>],
        visit: &'a mut Visit<'_>,
    ) -> Step<'a, Result<(), Error>> {
        self.mark(query);
        match &mut self.0 {
            Link::Sqlite(lease) => Step::done(lease.conn().visit(query, params, visit)),
            Link::Postgres(lease) => Step::waiting(lease.visit(query, params, visit)),
        }
    }

    /// The one row, or `None`. More than one is [`Error::Inconsistent`].
    pub async fn fetch_optional<'q, T: Send>(
        &mut self,
        sql: impl Into<Query<'q>>,
        params: &[Param<'_>],
        decode: impl FnOnce(&Row<'_>) -> Result<T, Error> + Send,
    ) -> Result<Option<T>, Error> {
        let query = sql.into();
        let mut decode = Some(decode);
        let mut found = None;
        let mut visit = |row: &Row<'_>| {
            let decode = decode.take().ok_or_else(|| unexpected(query, "more than one row"))?;
            found = Some(decode(row)?);
            Ok(())
        };
        self.visit(query, params, &mut visit).await?;
        Ok(found)
    }

    /// The one row; [`Error::Inconsistent`] if there is none or more than one.
    pub async fn fetch_one<'q, T: Send>(
        &mut self,
        sql: impl Into<Query<'q>>,
        params: &[Param<'_>],
        decode: impl FnOnce(&Row<'_>) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        let query = sql.into();
        let found = self.fetch_optional(query, params, decode).await?;
        found.ok_or_else(|| unexpected(query, "no row"))
    }

    pub async fn fetch_all<'q, T: Send>(
        &mut self,
        sql: impl Into<Query<'q>>,
        params: &[Param<'_>],
        mut decode: impl FnMut(&Row<'_>) -> Result<T, Error> + Send,
    ) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        let mut visit = |row: &Row<'_>| {
            all.push(decode(row)?);
            Ok(())
        };
        self.visit(sql.into(), params, &mut visit).await?;
        Ok(all)
    }
}

/// `Query` with the parameters it is to run with.
pub(super) fn params_of<'p>(
    query: Query<'p>,
    params: &'p [Param<'p>],
) -> Result<&'p [Param<'p>], Error> {
    match query {
        Query::Fixed(_) => Ok(params),
        Query::Built(built) if params.is_empty() => Ok(built.params()),
        Query::Built(_) => Err(Error::driver("a built statement carries its own parameters")),
    }
}

fn unexpected(query: Query<'_>, what: &str) -> Error {
    let table = match query {
        Query::Fixed(stmt) => stmt.text(Dialect::Postgres),
        Query::Built(_) => "a built statement",
    };
    Error::Inconsistent { table, id: what.to_owned() }
}
