//! The database as the rest of the program sees it: [`Db`] opens transactions, [`Tx`] belongs to
//! one tenant.
//!
//! An operation is one `async` closure that takes its transaction by value:
//!
//! ```text
//! db.write(tenant, move |mut tx| async move { users::insert(&mut tx, user).await }).await?;
//! ```
//!
//! Inside it nothing but the database may be awaited (no HTTP, no hashing, no timers): on SQLite
//! the closure is polled exactly once and an operation that is not ready then is an error. The
//! transaction commits when the closure answers `Ok` and its `Tx` is gone, and rolls back
//! otherwise. Dropping the future of [`Db::write`] does not stop a write that has begun.

use std::{
    collections::HashMap,
    ops::{Deref, DerefMut},
    sync::{Arc, Weak},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, watch};

use crate::{
    dialect::{Dialect, Stmt},
    driver::{AccessChanges, Boxed, Driver, Operation, Session, Wake, settle},
    error::Error,
    ids::TenantId,
    migrate::{MIGRATIONS, Migration},
    options::{Options, WALKS},
};

/// A handle to the database; clones share it.
#[derive(Clone)]
pub struct Db {
    driver: Driver,
    changes: AccessChanges,
    walks: Arc<Walks>,
}

/// How long one statement of a walk may take.
const WALK_LIMIT: Duration = Duration::from_secs(20);
/// How long a walk waits for its turn.
const WALK_PATIENCE: Duration = Duration::from_secs(25);

/// Whose turn it is to walk.
struct Walks {
    slots: Arc<Semaphore>,
    /// One walk at a time for each tenant, so that none fills all slots with its own. Who waits
    /// holds the turn alive.
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

    async fn wait(
        &self,
        tenant: TenantId,
    ) -> Result<(OwnedSemaphorePermit, OwnedSemaphorePermit), Error> {
        let turn = self.turn(tenant);
        let slots = Arc::clone(&self.slots);
        let waited = async {
            let own = turn.acquire_owned().await?;
            Ok::<_, AcquireError>((own, slots.acquire_owned().await?))
        };
        tokio::time::timeout(WALK_PATIENCE, waited)
            .await
            .map_err(|_elapsed| Error::Busy)?
            .map_err(|_closed| Error::closed())
    }
}

// The futures below say that they are `Send`, so that the compiler asks that of an operation where
// it is written and not, without its lifetimes, wherever something waits for it.
impl Db {
    /// Opens the database and brings its schema up to date.
    pub async fn open(options: Options) -> Result<Self, Error> {
        Self::open_with(options, MIGRATIONS).await
    }

    /// Opens with another list of migrations than the product's. For tests of the migrations
    /// themselves.
    pub async fn open_with(
        options: Options,
        migrations: &'static [Migration],
    ) -> Result<Self, Error> {
        let changes = AccessChanges::default();
        let driver = Driver::open(options, migrations, changes.clone()).await?;
        let walks = Walks { slots: Arc::new(Semaphore::new(WALKS)), turns: Mutex::default() };
        Ok(Self { driver, changes, walks: Arc::new(walks) })
    }

    pub fn dialect(&self) -> Dialect {
        self.driver.dialect()
    }

    /// Point reads by key. No snapshot is held from one statement to the next.
    ///
    /// On SQLite it runs on the calling worker, so it must not scan: that is [`Db::scan`].
    pub fn read<O: Operation<Tx>>(
        &self,
        tenant: TenantId,
        operation: O,
    ) -> impl Future<Output = Result<O::Value, O::Error>> + Send {
        let operation = Boxed::once(operation, move |session| Tx { session, tenant });
        async move { settle(self.driver.read(operation).await) }
    }

    /// Point reads of what a write is about to look at, whose answers nobody needs. Writers of
    /// SQLite take turns, so each would wait for the pages of all before it; where rows come from
    /// the disk, this reads them ahead of its turn.
    pub fn read_ahead<O: Operation<Tx>>(
        &self,
        tenant: TenantId,
        operation: O,
    ) -> impl Future<Output = ()> + Send {
        let operation = Boxed::once(operation, move |session| Tx { session, tenant });
        async move {
            self.driver.read_ahead(operation).await;
        }
    }

    /// Point reads that wait for whoever is writing the rows they lock, so that they see how that
    /// ended. Nothing is written. Writers of SQLite take turns, and what a read sees there is
    /// always settled.
    pub fn settled<O: Operation<Tx>>(
        &self,
        tenant: TenantId,
        operation: O,
    ) -> impl Future<Output = Result<O::Value, O::Error>> + Send {
        let operation = Boxed::once(operation, move |session| Tx { session, tenant });
        async move { settle(self.driver.settled(operation).await) }
    }

    /// Reads that may look at many rows. All statements see one snapshot.
    pub fn scan<O: Operation<Tx>>(
        &self,
        tenant: TenantId,
        operation: O,
    ) -> impl Future<Output = Result<O::Value, O::Error>> + Send {
        let operation = Boxed::once(operation, move |session| Tx { session, tenant });
        async move { settle(self.driver.scan(operation).await) }
    }

    /// [`Db::scan`] for what may look at every row of the tenant, such as a filter on an attribute
    /// without an index. It waits for its turn ([`Error::Busy`] if that does not come) and has a
    /// time ([`Error::TooLong`]), so that it is in nobody else's way for long.
    pub async fn walk<O: Operation<Tx>>(
        &self,
        tenant: TenantId,
        operation: O,
    ) -> Result<O::Value, O::Error> {
        let turn = self.walks.wait(tenant).await?;
        let walk = move |mut tx: Tx| async move {
            tx.give_up_after(WALK_LIMIT).await?;
            let result = operation(tx).await;
            // Not when the caller goes away: the walk goes on until its time is over.
            drop(turn);
            result
        };
        self.scan(tenant, walk).await
    }

    /// Reads and writes that take effect together or not at all, and are durable when this answers
    /// `Ok`.
    pub fn write<O: Operation<Tx>>(
        &self,
        tenant: TenantId,
        operation: O,
    ) -> impl Future<Output = Result<O::Value, O::Error>> + Send {
        let operation = Boxed::once(operation, move |session| Tx { session, tenant });
        async move { settle(self.driver.write(operation).await) }
    }

    /// [`Db::write`] that is begun again, a few times, where it and another one waited for each
    /// other and PostgreSQL took it back. Nothing of it is left then, so the operation must keep
    /// nothing outside its transaction either.
    pub fn write_again<O: Operation<Tx> + Clone>(
        &self,
        tenant: TenantId,
        operation: O,
    ) -> impl Future<Output = Result<O::Value, O::Error>> + Send {
        let operation = Boxed::repeatable(operation, move |session| Tx { session, tenant });
        async move { settle(self.driver.write_again(operation).await) }
    }

    /// [`Db::read`] before a tenant is known, or across tenants.
    pub fn system_read<O: Operation<SystemTx>>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Value, O::Error>> + Send {
        let operation = Boxed::once(operation, |session| SystemTx { session });
        async move { settle(self.driver.read(operation).await) }
    }

    /// [`Db::scan`] before a tenant is known, or across tenants.
    pub fn system_scan<O: Operation<SystemTx>>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Value, O::Error>> + Send {
        let operation = Boxed::once(operation, |session| SystemTx { session });
        async move { settle(self.driver.scan(operation).await) }
    }

    /// [`Db::write`] before a tenant is known, or across tenants.
    pub fn system_write<O: Operation<SystemTx>>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Value, O::Error>> + Send {
        let operation = Boxed::once(operation, |session| SystemTx { session });
        async move { settle(self.driver.write(operation).await) }
    }

    /// How many commits of this process ran a statement that may end or change what somebody may
    /// do, each counted before its caller knows, also when the caller has gone. What was read at
    /// one count still holds at the same count, other processes aside.
    pub fn access_changes(&self) -> u64 {
        self.changes.counted()
    }

    /// Says that there may be more to do. Call it after the commit that made it so.
    pub fn notify(&self, wake: Wake) {
        self.driver.notify(wake);
    }

    /// Changes whenever [`Db::notify`] is called, on PostgreSQL by any node. Hints can be lost:
    /// poll too.
    pub fn subscribe(&self, wake: Wake) -> watch::Receiver<u64> {
        self.driver.subscribe(wake)
    }

    /// Whether the database accepts this statement, without running it.
    pub async fn prepare_check(&self, sql: impl Into<Stmt>) -> Result<(), Error> {
        self.driver.prepare(sql.into()).await
    }

    /// Finishes what is running, then closes; on SQLite the log is folded into the file. Other
    /// clones of this handle answer [`Error::Unavailable`] from then on.
    pub async fn close(self) {
        self.driver.close().await;
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
