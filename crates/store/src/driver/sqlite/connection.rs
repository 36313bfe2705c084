//! One SQLite connection: how it is set up, how a statement runs on it, and who gets it back.

use std::{
    borrow::Cow,
    collections::HashMap,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use rusqlite::{OpenFlags, Statement, config::DbConfig};

use super::{
    super::session::{Visit, params_of},
    readers::Pool,
    translate::translate,
    values::{Bound, classify},
};
use crate::{
    dialect::Dialect,
    error::Error,
    sql::{Param, Query, Row},
};

/// Prepared statements kept per connection; about as many as there are fixed statements.
const STATEMENTS: usize = 256;

/// How long SQLite itself waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a writer looks whether another process let go of its lock. SQLite's own waiting looks
/// ever more rarely, so that a process which takes the lock again and again, as an import does, is
/// never caught without.
const BUSY_LOOK: Duration = Duration::from_millis(1);

/// Steps of SQLite's machine between two looks at the clock: about a tenth of a millisecond.
const STEPS: i32 = 10_000;

/// The page cache of a writer that imports.
const BULK_CACHE_MIB: i64 = 128;

/// What a connection is for; its caches follow from it. There is no memory map: pages read through
/// one count as resident once per connection, and the page cache already serves the hot ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Writer,
    Reader,
    /// Reads what lies together, so little of it twice.
    Scanner,
    /// Reads what is on the disk, many at once: it waits for pages that nobody will want again.
    ColdReader,
    Checkpointer,
}

/// What the page caches of all readers may take together. The inner pages of ten million users are
/// 50 MiB, and every one that is not at hand is a call to the system in each read.
const READERS_MIB: i64 = 32;

impl Role {
    fn cache_mib(self) -> i64 {
        match self {
            Self::Writer => 24,
            Self::Reader => {
                // As many read at once as there are workers.
                let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
                let readers = i64::try_from(workers).unwrap_or(READERS_MIB);
                (READERS_MIB / readers).clamp(6, 24)
            }
            Self::Scanner => 8,
            Self::ColdReader | Self::Checkpointer => 1,
        }
    }
}

pub(in crate::driver) struct Connection {
    raw: rusqlite::Connection,
    /// Fixed texts in SQLite's spelling, by the address and length of the original.
    texts: HashMap<(usize, usize), Box<str>>,
    /// A statement failed since the operation began.
    failed: bool,
    /// Whether statements look at the clock.
    timed: bool,
    /// A statement of the operation may have changed who may do what.
    changes_access: bool,
}

impl Connection {
    pub(super) fn open(path: &Path, role: Role) -> Result<Self, Error> {
        let flags = match role {
            Role::Writer => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Role::Checkpointer => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Role::Reader | Role::Scanner | Role::ColdReader => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let raw =
            rusqlite::Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
                .map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))?;
        let mut connection =
            Self { raw, texts: HashMap::new(), failed: false, timed: false, changes_access: false };
        connection.configure(role).map_err(|error| classify(error, None))?;
        Ok(connection)
    }

    fn configure(&mut self, role: Role) -> rusqlite::Result<()> {
        let raw = &mut self.raw;
        raw.busy_timeout(BUSY_TIMEOUT)?;
        raw.set_prepared_statement_cache_capacity(STATEMENTS);
        rusqlite::vtab::array::load_module(raw)?;
        // "x" is a name, as in PostgreSQL, and never falls back to being text.
        raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        // A plan depends on the statement alone; otherwise some are prepared anew for every bound
        // value.
        raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        raw.pragma_update(None, "cache_size", -1024 * role.cache_mib())?;
        raw.pragma_update(None, "foreign_keys", true)?;
        raw.pragma_update(None, "trusted_schema", false)?;
        match role {
            Role::Reader | Role::Scanner | Role::ColdReader => {
                raw.pragma_update(None, "query_only", true)
            }
            Role::Writer => {
                raw.pragma_update(None, "journal_mode", "wal")?;
                raw.busy_handler(Some(look_again))?;
                // A log that grew while a long scan held it is cut back when it restarts.
                raw.pragma_update(None, "journal_size_limit", 64 << 20)?;
                raw.pragma_update(None, "wal_autocheckpoint", 0)?;
                // What a savepoint may have to take back is small, and going to a file for it is
                // not.
                raw.pragma_update(None, "temp_store", "memory")?;
                // A commit is not synced here but on a thread of its own, before it is answered.
                raw.pragma_update(None, "synchronous", "normal")
            }
            Role::Checkpointer => {
                raw.pragma_update(None, "wal_autocheckpoint", 0)?;
                raw.pragma_update(None, "synchronous", "full")
            }
        }
    }

    /// The driver's own connection, for transaction control and checkpoints.
    pub(super) fn raw(&mut self) -> &mut rusqlite::Connection {
        &mut self.raw
    }

    /// Keeps as many pages as one large transaction after another needs.
    pub(in crate::driver) fn expect_bulk(&mut self) -> Result<(), Error> {
        let raised = self.raw.pragma_update(None, "cache_size", -1024 * BULK_CACHE_MIB);
        raised.map_err(|error| classify(error, None))
    }

    /// Ends what is still running after that time.
    pub(in crate::driver) fn give_up_after(&mut self, limit: Duration) -> Result<(), Error> {
        let end = Instant::now() + limit;
        self.timed = true;
        let set = self.raw.progress_handler(STEPS, Some(move || Instant::now() >= end));
        set.map_err(|error| classify(error, None))
    }

    /// Runs one of the driver's own fixed statements, such as `SAVEPOINT`.
    pub(super) fn control(&self, sql: &'static str) -> Result<(), Error> {
        let run = || self.raw.prepare_cached(sql)?.raw_execute();
        run().map(|_| ()).map_err(|error| classify(error, None))
    }

    /// Forgets the operation before.
    pub(super) fn begin_operation(&mut self) {
        self.failed = false;
        self.changes_access = false;
        if std::mem::take(&mut self.timed) {
            // It can only fail on a connection that is closed.
            let _ = self.raw.progress_handler(0, None::<fn() -> bool>);
        }
    }

    pub(in crate::driver) fn mark(&mut self) {
        self.changes_access = true;
    }

    pub(super) fn changes_access(&self) -> bool {
        self.changes_access
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    pub(super) fn prepare(&self, sql: &str) -> Result<(), Error> {
        self.raw.prepare(&translate(sql)).map(|_| ()).map_err(|error| classify(error, None))
    }

    pub(in crate::driver) fn execute(
        &mut self,
        query: Query<'_>,
        params: &[Param<'_>],
    ) -> Result<u64, Error> {
        self.run(query, params, |statement| {
            let changed = statement.raw_execute()?;
            Ok(u64::try_from(changed).unwrap_or(u64::MAX))
        })
    }

    pub(in crate::driver) fn visit(
        &mut self,
        query: Query<'_>,
        params: &[Param<'_>],
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        self.run(query, params, |statement| {
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                visit(&Row(row)).map_err(Fault::Decoding)?;
            }
            Ok(())
        })
    }

    fn run<T>(
        &mut self,
        query: Query<'_>,
        params: &[Param<'_>],
        step: impl FnOnce(&mut Statement<'_>) -> Result<T, Fault>,
    ) -> Result<T, Error> {
        if self.failed {
            return Err(Error::after_failure());
        }
        let text = match query {
            Query::Built(built) => Cow::Owned(translate(built.sql())),
            Query::Fixed(stmt) => {
                let sql = stmt.text(Dialect::Sqlite);
                let key = (sql.as_ptr().addr(), sql.len());
                Cow::Borrowed(&**self.texts.entry(key).or_insert_with(|| translate(sql).into()))
            }
        };
        let ran = bind_and_step(&self.raw, &text, params_of(query, params)?, step);
        ran.map_err(|fault| match fault {
            Fault::Decoding(error) => error,
            Fault::Sqlite(error) => {
                self.failed = true;
                classify(error, Some(&self.raw))
            }
            Fault::Parameter(error) => {
                self.failed = true;
                error
            }
        })
    }
}

fn bind_and_step<T>(
    raw: &rusqlite::Connection,
    text: &str,
    params: &[Param<'_>],
    step: impl FnOnce(&mut Statement<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut statement = raw.prepare_cached(text)?;
    let wanted = statement.parameter_count();
    if wanted != params.len() {
        return Err(Fault::Parameter(Error::driver(format!(
            "a statement with {wanted} placeholders was given {} values",
            params.len()
        ))));
    }
    for (index, param) in params.iter().enumerate() {
        let bound = Bound::new(param).map_err(Fault::Parameter)?;
        statement.raw_bind_parameter(index + 1, bound)?;
    }
    step(&mut statement)
}

/// Called by SQLite with the number of looks so far while another process writes.
fn look_again(looks: i32) -> bool {
    let looked = BUSY_LOOK.saturating_mul(u32::try_from(looks).unwrap_or(u32::MAX));
    let again = looked < BUSY_TIMEOUT;
    if again {
        thread::sleep(BUSY_LOOK);
    }
    again
}

/// Why a statement did not run to its end. Only the database's own failures end the transaction.
enum Fault {
    Sqlite(rusqlite::Error),
    Parameter(Error),
    Decoding(Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Where a thread finds the connection it lent to an operation.
pub(super) type Slot = Arc<Mutex<Option<Box<Connection>>>>;

enum Home {
    Pool(Arc<Pool>),
    Slot(Slot),
}

/// A connection lent to one operation. Dropping it gives the connection back.
pub(in crate::driver) struct Lease {
    connection: Option<Box<Connection>>,
    home: Home,
}

impl Lease {
    pub(super) fn from_pool(mut connection: Box<Connection>, pool: Arc<Pool>) -> Self {
        connection.begin_operation();
        Self { connection: Some(connection), home: Home::Pool(pool) }
    }

    pub(super) fn from_thread(mut connection: Box<Connection>, slot: &Slot) -> Self {
        connection.begin_operation();
        Self { connection: Some(connection), home: Home::Slot(Arc::clone(slot)) }
    }

    pub(in crate::driver) fn conn(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("the connection leaves only when the lease is dropped")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        match &self.home {
            Home::Pool(pool) => pool.give_back(connection),
            Home::Slot(slot) => *slot.lock() = Some(connection),
        }
    }
}
