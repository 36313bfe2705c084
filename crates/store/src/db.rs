//! The database as the rest of the program sees it: [`Db`] opens transactions, [`Tx`] belongs to one tenant.
//!
//! An operation is one `async` closure that takes its transaction by value:
//!
//! ```text
//! db.write(tenant, move |mut tx| async move { users::insert(&mut tx, user).await }).await?;
//! ```
//!
//! Inside it nothing but the database may be awaited (no HTTP, no hashing, no timers): on SQLite the closure
//! is polled exactly once and an operation that is not ready then is an error. The transaction commits when
//! the closure answers `Ok` and its `Tx` is gone, and rolls back otherwise. Dropping the future of
//! [`Db::write`] does not stop a write that has begun.

use std::{
    collections::HashMap,
    ops::{Deref, DerefMut},
    path::PathBuf,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::sync::{AcquireError, Semaphore, watch};

use crate::{
    dialect::{Dialect, Stmt},
    driver::{Driver, Session, Wake},
    error::Error,
    ids::TenantId,
    migrate::{MIGRATIONS, Migration},
};

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file on a local disk; it is created if it does not exist. Network file systems break its locks.
    Sqlite { path: PathBuf },
    /// A `postgres://` address or `key=value` list.
    Postgres { url: String, pool_size: usize },
}

/// What a crash of the machine may cost. A crash of the process alone never costs a committed write.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Durability {
    /// Every answered write is on disk.
    #[default]
    Full,
    /// The newest writes may be lost together; the database stays consistent.
    Normal,
}

pub struct Options {
    pub location: Location,
    pub durability: Durability,
}

/// A handle to the database; clones share it.
#[derive(Clone)]
pub struct Db {
    driver: Driver,
    /// Writes of this process that ended, however they ended.
    commits: Arc<AtomicU64>,
    walks: Arc<Walks>,
}

/// Walks at once. Two tenants that ask for much do not keep a third from its pages, nor the machine from its writes.
pub(crate) const WALKS: usize = 2;
/// How long one statement of a walk may take.
const WALK_LIMIT: Duration = Duration::from_secs(20);
/// How long a walk waits for its turn.
const WALK_PATIENCE: Duration = Duration::from_secs(25);

/// Whose turn it is to walk.
struct Walks {
    slots: Arc<Semaphore>,
    /// One walk at a time for each tenant, so that none fills all slots with its own. Who waits holds the turn alive.
    turns: Mutex<HashMap<TenantId, Weak<Semaphore>>>,
}

impl Walks {
    fn turn(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut turns = self.turns.lock();
        if let Some(turn) = turns.get(&tenant).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Semaphore::new(1));
        turns.insert(tenant, Arc::downgrade(&turn));
        turn
    }
}

impl Db {
    /// Opens the database and brings its schema up to date.
    pub async fn open(options: Options) -> Result<Self, Error> {
        Self::open_with(options, MIGRATIONS).await
    }

    /// Opens with another list of migrations than the product's. For tests of the migrations themselves.
    pub async fn open_with(
        options: Options,
        migrations: &'static [Migration],
    ) -> Result<Self, Error> {
        let driver = Driver::open(options, migrations).await?;
        let walks = Walks { slots: Arc::new(Semaphore::new(WALKS)), turns: Mutex::default() };
        Ok(Self { driver, commits: Arc::default(), walks: Arc::new(walks) })
    }

    pub fn dialect(&self) -> Dialect {
        self.driver.dialect()
    }

    /// Point reads by key. No snapshot is held from one statement to the next.
    ///
    /// On SQLite it runs on the calling worker, so it must not scan: that is [`Db::scan`].
    pub async fn read<T, E, F, Fut>(&self, tenant: TenantId, operation: F) -> Result<T, E>
    where
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.driver.read(move |session| operation(Tx { session, tenant })).await
    }

    /// Point reads of what a write is about to look at, whose answers nobody needs. Writers of SQLite take turns, so
    /// each would wait for the pages of all before it; where rows come from the disk, this reads them ahead of its turn.
    pub async fn read_ahead<T, E, F, Fut>(&self, tenant: TenantId, operation: F)
    where
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.driver.read_ahead(move |session| operation(Tx { session, tenant })).await;
    }

    /// Point reads that wait for whoever is writing the rows they lock, so that they see how that ended. Nothing is
    /// written. Writers of SQLite take turns, and what a read sees there is always settled.
    pub async fn settled<T, E, F, Fut>(&self, tenant: TenantId, operation: F) -> Result<T, E>
    where
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.driver.settled(move |session| operation(Tx { session, tenant })).await
    }

    /// Reads that may look at many rows. All statements see one snapshot.
    pub async fn scan<T, E, F, Fut>(&self, tenant: TenantId, operation: F) -> Result<T, E>
    where
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.driver.scan(move |session| operation(Tx { session, tenant })).await
    }

    /// [`Db::scan`] for what may look at every row of the tenant, such as a filter on an attribute without an index.
    /// It waits for its turn ([`Error::Busy`] if that does not come) and has a time ([`Error::TooLong`]), so that it
    /// is in nobody else's way for long.
    pub async fn walk<T, E, F, Fut>(&self, tenant: TenantId, operation: F) -> Result<T, E>
    where
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let turn = self.walks.turn(tenant);
        let slots = Arc::clone(&self.walks.slots);
        let waited = async {
            let own = turn.acquire_owned().await?;
            Ok::<_, AcquireError>((own, slots.acquire_owned().await?))
        };
        let turn = tokio::time::timeout(WALK_PATIENCE, waited)
            .await
            .map_err(|_elapsed| Error::Busy)?
            .map_err(|_closed| Error::closed())?;
        let walk = move |session| async move {
            let mut tx = Tx { session, tenant };
            tx.give_up_after(WALK_LIMIT).await?;
            let result = operation(tx).await;
            // Not when the caller goes away: the walk goes on until its time is over.
            drop(turn);
            result
        };
        self.driver.scan(walk).await
    }

    /// Reads and writes that take effect together or not at all, and are durable when this answers `Ok`.
    pub async fn write<T, E, F, Fut>(&self, tenant: TenantId, operation: F) -> Result<T, E>
    where
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let _counted = Counted(&self.commits);
        self.write_uncounted(tenant, operation).await
    }

    /// [`Db::write`] that [`Db::commits`] does not count, for what nobody remembers.
    pub async fn write_uncounted<T, E, F, Fut>(
        &self,
        tenant: TenantId,
        operation: F,
    ) -> Result<T, E>
    where
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.driver.write(move |session| operation(Tx { session, tenant })).await
    }

    /// [`Db::write`] that is begun again, a few times, where it and another one waited for each other and PostgreSQL
    /// took it back. Nothing of it is left then, so the operation must keep nothing outside its transaction either.
    pub async fn write_again<T, E, F, Fut>(&self, tenant: TenantId, operation: F) -> Result<T, E>
    where
        F: FnOnce(Tx) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let _counted = Counted(&self.commits);
        self.write_uncounted_again(tenant, operation).await
    }

    /// [`Db::write_again`] that [`Db::commits`] does not count.
    pub async fn write_uncounted_again<T, E, F, Fut>(
        &self,
        tenant: TenantId,
        operation: F,
    ) -> Result<T, E>
    where
        F: FnOnce(Tx) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.driver.write_again(move |session| operation(Tx { session, tenant })).await
    }

    /// [`Db::read`] before a tenant is known, or across tenants.
    pub async fn system_read<T, E, F, Fut>(&self, operation: F) -> Result<T, E>
    where
        F: FnOnce(SystemTx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.driver.read(move |session| operation(SystemTx { session })).await
    }

    /// [`Db::scan`] before a tenant is known, or across tenants.
    pub async fn system_scan<T, E, F, Fut>(&self, operation: F) -> Result<T, E>
    where
        F: FnOnce(SystemTx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.driver.scan(move |session| operation(SystemTx { session })).await
    }

    /// [`Db::write`] before a tenant is known, or across tenants.
    pub async fn system_write<T, E, F, Fut>(&self, operation: F) -> Result<T, E>
    where
        F: FnOnce(SystemTx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let _counted = Counted(&self.commits);
        self.driver.write(move |session| operation(SystemTx { session })).await
    }

    /// Changes when a write of this process ends, before its caller knows. What was read at one count still
    /// holds at the same count, other processes and uncounted writes aside.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// Counts a write that turned out to matter after all.
    pub fn count_commit(&self) {
        self.commits.fetch_add(1, Ordering::Release);
    }

    /// Says that there may be more to do. Call it after the commit that made it so.
    pub fn notify(&self, wake: Wake) {
        self.driver.notify(wake);
    }

    /// Changes whenever [`Db::notify`] is called, on PostgreSQL by any node. Hints can be lost: poll too.
    pub fn subscribe(&self, wake: Wake) -> watch::Receiver<u64> {
        self.driver.subscribe(wake)
    }

    /// Whether the database accepts this statement, without running it.
    pub async fn prepare_check(&self, sql: impl Into<Stmt>) -> Result<(), Error> {
        self.driver.prepare(sql.into()).await
    }

    /// Finishes what is running, then closes; on SQLite the log is folded into the file. Other clones of this
    /// handle answer [`Error::Unavailable`] from then on.
    pub async fn close(self) {
        self.driver.close().await;
    }
}

/// Counts a write when it is over, also when its caller stopped waiting.
struct Counted<'a>(&'a AtomicU64);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Release);
    }
}

/// A transaction inside one tenant. Statements go through [`Session`], which it derefs to.
pub struct Tx {
    session: Session,
    tenant: TenantId,
}

impl Tx {
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The same transaction without its tenant.
    pub fn leave(self) -> SystemTx {
        SystemTx { session: self.session }
    }
}

impl Deref for Tx {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}

/// A transaction that belongs to no tenant.
pub struct SystemTx {
    session: Session,
}

impl SystemTx {
    /// The same transaction, from here on inside this tenant.
    pub fn enter(self, tenant: TenantId) -> Tx {
        Tx { session: self.session, tenant }
    }
}

impl Deref for SystemTx {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for SystemTx {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}
