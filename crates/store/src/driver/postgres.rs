//! PostgreSQL: a pool of connections, one real transaction per operation.
//!
//! Writes run at read committed: what must be decided once is decided by one statement and its
//! unique key, not by isolation. A transaction never returns to the pool unless its end was asked
//! for and nothing of it is left; in every other case (panic, cancelled caller, lost answer) its
//! connection is closed.

mod lease;
mod listen;
mod migrate;
mod sent;
mod shared;
mod values;

use std::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
    TimeoutType,
};
use futures_util::{FutureExt as _, TryStreamExt as _};
use tokio::sync::watch;
use tokio_postgres::{Config, NoTls, config::SslMode};

pub(super) use self::lease::Lease;

use self::{
    lease::{Held, Returned, Slot, State},
    listen::Listener,
    shared::Shared,
    values::classify,
};
use super::{
    AccessChanges, Session,
    operation::{Boxed, Ended},
    wake::Wake,
};
use crate::{error::Error, migrate::Migration, options::Durability};

/// How long an operation waits for a free connection before it gets an error: the database is busy.
const POOL_WAIT: Duration = Duration::from_secs(10);
const CONNECT_WAIT: Duration = Duration::from_secs(10);

/// Read committed is the default of every connection of ours, and naming it would cost more than
/// the rest of it.
const BEGIN_WRITE: &str = "BEGIN";
const BEGIN_SCAN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(crate) struct Postgres {
    /// For transactions.
    pool: Pool,
    /// For point reads.
    shared: Shared,
    listener: Listener,
    changes: AccessChanges,
}

impl Postgres {
    pub(super) async fn open(
        url: &str,
        pool_size: usize,
        durability: Durability,
        migrations: &'static [Migration],
        changes: AccessChanges,
    ) -> Result<Self, Error> {
        let config = configure(url, durability)?;
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let shared = Shared::share_of(pool_size);
        let pool = Pool::builder(Manager::from_config(config.clone(), NoTls, manager))
            .max_size(pool_size.saturating_sub(shared).max(1))
            .post_create(own_slot())
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(POOL_WAIT))
            .create_timeout(Some(CONNECT_WAIT))
            .build()
            .map_err(Error::driver)?;
        migrate::run(connect(&pool).await?, migrations).await?;
        let shared = Shared::new(pool.clone(), shared);
        Ok(Self { pool, shared, listener: Listener::start(config), changes })
    }

    pub(super) async fn read(&self, mut operation: Boxed) -> Ended {
        let lease = Lease::shared(self.shared.client().await?);
        Ok(operation.begin(Session::postgres(lease)).await)
    }

    /// In its own task, as [`Postgres::write`]: PostgreSQL works on when its caller has gone, and
    /// until then the connection and the turn of a walk are not free for the next.
    pub(super) async fn scan(&self, operation: Boxed) -> Ended {
        self.spawn(Kind::Scan, operation, 1).await
    }

    /// Locks rows, and gives them free again by taking its transaction back.
    pub(super) async fn settled(&self, mut operation: Boxed) -> Ended {
        transaction(&self.pool, Kind::Settled, &mut operation).await.ended
    }

    /// Runs in its own task: once begun, a write goes on to its commit even if its caller has gone.
    pub(super) async fn write(&self, operation: Boxed) -> Ended {
        self.spawn(Kind::Write, operation, 1).await
    }

    /// [`Postgres::write`], begun again as it was when PostgreSQL took it back to untangle a
    /// deadlock.
    pub(super) async fn write_again(&self, operation: Boxed) -> Ended {
        self.spawn(Kind::Write, operation, TRIES).await
    }

    async fn spawn(&self, kind: Kind, mut operation: Boxed, tries: u32) -> Ended {
        let (pool, changes) = (self.pool.clone(), self.changes.clone());
        let task = tokio::spawn(async move {
            let mut attempt = 1;
            loop {
                let transaction = transaction(&pool, kind, &mut operation).await;
                // Counted before anybody is answered. When a commit was sent and its answer did not
                // come, nobody knows.
                if transaction.changes_access {
                    changes.count();
                }
                if !transaction.deadlocked || attempt == tries {
                    return transaction.ended;
                }
                tracing::debug!("a deadlocked write is begun again");
                tokio::time::sleep(attempt * AFTER_DEADLOCK).await;
                attempt += 1;
            }
        });
        // The task itself catches panics, so it can only end early with its runtime.
        task.await.unwrap_or_else(|_| Err(Error::closed()))
    }

    pub(super) async fn prepare(&self, sql: &str) -> Result<(), Error> {
        let client = connect(&self.pool).await?;
        client.prepare(sql).await.map(|_| ()).map_err(classify)
    }

    pub(super) fn notify(&self, wake: Wake) {
        self.listener.notify(wake);
    }

    pub(super) fn subscribe(&self, wake: Wake) -> watch::Receiver<u64> {
        self.listener.subscribe(wake)
    }

    /// Waits for what is running: when every slot of the pool could be taken, nobody holds one.
    pub(super) async fn close(&self) {
        self.listener.stop();
        self.shared.close();
        let mut taken = Vec::new();
        for _ in 0..self.pool.status().max_size {
            match self.pool.get().await {
                Ok(client) => taken.push(client),
                Err(_) => break,
            }
        }
        self.pool.close();
    }
}

fn configure(url: &str, durability: Durability) -> Result<Config, Error> {
    let mut config: Config = url
        .parse()
        .map_err(|error| Error::Unavailable(format!("the PostgreSQL address: {error}")))?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(Error::Unavailable(String::from(
            "sslmode=require is not supported yet: TLS to PostgreSQL has to end in a proxy beside it",
        )));
    }
    config.connect_timeout(CONNECT_WAIT).keepalives_idle(Duration::from_mins(1));
    if config.get_application_name().is_none() {
        config.application_name("seatlink");
    }
    let mut options = String::from(SETTINGS);
    if durability == Durability::Normal {
        options.push_str(" -c synchronous_commit=off");
    }
    // Behind ours, so that what the address says counts.
    if let Some(given) = config.get_options() {
        options.push(' ');
        options.push_str(given);
    }
    config.options(options);
    Ok(config)
}

/// What holds for every connection of ours.
///
/// Compiling a plan costs more than running it for everything this program asks, and making one
/// anew for every request more than the request; plans are therefore made once, for the general
/// case, and go by an index even where a table was small when they were made. A statement that
/// waits for a lock or runs for longer than this is ended: whoever asked is asked to try again.
const SETTINGS: &str = "-c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off \
                        -c default_transaction_isolation=read\\ committed -c lock_timeout=10s -c statement_timeout=60s";

/// The counts of rows are spread over so many slots.
const SLOTS: usize = 64;

/// Gives each connection a slot of its own for the counts that writers keep, so that no two of them
/// wait for each other.
fn own_slot() -> Hook {
    let next = Arc::new(AtomicUsize::new(usize::try_from(std::process::id()).unwrap_or(0)));
    Hook::async_fn(move |client, _| {
        let slot = next.fetch_add(1, Ordering::Relaxed) % SLOTS;
        Box::pin(async move {
            let set = format!("SET seatlink.slot = {slot}");
            client.batch_execute(&set).await.map_err(HookError::Backend)
        })
    })
}

async fn connect(pool: &Pool) -> Result<Object, Error> {
    pool.get().await.map_err(|error| match error {
        PoolError::Timeout(TimeoutType::Wait) => Error::Busy,
        PoolError::Closed => Error::closed(),
        PoolError::Backend(error) => match classify(error) {
            Error::Driver(cause) => Error::Unavailable(format!("no connection: {cause}")),
            other => other,
        },
        other => Error::Unavailable(other.to_string()),
    })
}

/// How often a write is begun that runs into one deadlock after another.
const TRIES: u32 = 4;

/// Whoever waited for what was taken back goes first. Somebody quicker would take the rows before
/// it wakes up, and both would wait for each other again.
const AFTER_DEADLOCK: Duration = Duration::from_millis(20);

/// How a transaction went.
struct Transaction {
    ended: Ended,
    /// PostgreSQL took it back because it and another one waited for each other.
    deadlocked: bool,
    /// It was committed, or may have been, and may have changed who may do what.
    changes_access: bool,
}

#[derive(Clone, Copy)]
enum Kind {
    Scan,
    Settled,
    Write,
}

async fn transaction(pool: &Pool, kind: Kind, operation: &mut Boxed) -> Transaction {
    let mut transaction =
        Transaction { ended: Err(Error::not_returned()), deadlocked: false, changes_access: false };
    transaction.ended = run(pool, kind, operation, &mut transaction).await;
    transaction
}

async fn run(
    pool: &Pool,
    kind: Kind,
    operation: &mut Boxed,
    transaction: &mut Transaction,
) -> Ended {
    let held = Held::new(connect(pool).await?);
    let opening = match kind {
        Kind::Scan => BEGIN_SCAN,
        Kind::Settled | Kind::Write => BEGIN_WRITE,
    };
    // Sent without waiting for its answer, which saves a round trip: the first statement follows
    // behind it.
    let begun = held.client().simple_query_raw(opening).await.map_err(classify)?;
    let slot = Slot::default();
    let session = Session::postgres(Lease::held(held, &slot));
    let ran = AssertUnwindSafe(async { operation.begin(session).await }).catch_unwind().await;
    let answer = ran.map_err(|payload| Error::panicked(&*payload))?;
    let returned = slot.lock().take();
    let Some(Returned { sent, held, state, changes_access }) = returned else {
        return Err(Error::not_returned());
    };
    transaction.deadlocked = state == State::Deadlocked;
    if state == State::Silent {
        // Its connection is closed with it.
        return if answer.is_err() { Ok(answer) } else { Err(Error::after_failure()) };
    }
    let mut begun = pin!(begun);
    while begun.try_next().await.map_err(classify)?.is_some() {}
    match (answer, kind) {
        (Ok(_), _) if state != State::Sound => {
            drop(sent);
            held.roll_back().await;
            Err(Error::after_failure())
        }
        (Ok(value), Kind::Write) => {
            transaction.changes_access = changes_access;
            if let Err(uncommitted) = held.commit(sent).await {
                transaction.deadlocked = uncommitted.deadlocked;
                return Err(uncommitted.error);
            }
            Ok(Ok(value))
        }
        (answer, _) => {
            drop(sent);
            held.roll_back().await;
            Ok(answer)
        }
    }
}
