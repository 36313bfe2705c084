//! SQLite: one writer thread with group commit, point reads where they are asked for, threads for
//! scans.
//!
//! Several processes may use one file (the command line while a server runs). They meet only at
//! SQLite's own locks: the writer takes its lock with `BEGIN IMMEDIATE` and waits for it, readers
//! never block.

mod checkpoint;
mod connection;
mod job;
mod migrate;
mod readers;
mod sync;
mod translate;
mod values;
mod waits;
mod writer;

use std::{
    fs::OpenOptions,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use parking_lot::Mutex;

pub(super) use self::connection::Lease;

use self::{
    checkpoint::Checkpointer,
    connection::{Connection, Role},
    job::{Queue, poll_once},
    readers::Pool,
    sync::{Horizon, Syncer},
    waits::Waits,
};
use super::{
    AccessChanges, Session,
    operation::{Boxed, Ended, Step},
    wake::Wakes,
};
use crate::{
    error::Error,
    migrate::Migration,
    options::{Durability, WALKS},
};

/// Threads for scans: one more than there are walks at once, so that a page by an index never waits
/// for a walk. More would only take turns on the disk, and each holds a cache.
const SCANNERS: usize = WALKS + 1;

/// Threads for point reads while rows come from the disk. Disks serve more at once, but each thread
/// takes some 4 MiB.
const COLD_READERS: usize = 8;

/// How long opening waits for other processes that open the same file.
const OPENING: Duration = Duration::from_secs(10);

pub(crate) struct Sqlite {
    pool: Arc<Pool>,
    waits: Arc<Waits>,
    cold_reads: Queue,
    scans: Queue,
    writes: Queue,
    horizon: Arc<Horizon>,
    threads: Mutex<Threads>,
    wakes: Wakes,
}

#[derive(Default)]
struct Threads {
    readers: Vec<JoinHandle<()>>,
    writer: Option<JoinHandle<()>>,
}

impl Sqlite {
    /// Blocks: it waits for the disk, and for another process that is migrating the same file.
    pub(super) fn open(
        path: PathBuf,
        durability: Durability,
        migrations: &'static [Migration],
        changes: AccessChanges,
    ) -> Result<Self, Error> {
        create_private(&path)?;
        let main = patiently(|| {
            let mut main = Connection::open(&path, Role::Writer)?;
            migrate::run(&mut main, migrations)?;
            Ok(main)
        })?;
        let checkpointer = Checkpointer::start(&path)?;
        let (writes, jobs) = Queue::new();
        let horizon = Arc::default();
        let syncer = Syncer::start(&path, durability, &horizon, &writes)?;
        let waits = Arc::<Waits>::default();
        let threads = writer::Threads { checkpointer, syncer, waits: Arc::clone(&waits), changes };
        let write_thread = writer::start(main, path.clone(), jobs, threads)?;
        let (scans, jobs) = Queue::new();
        let mut readers = readers::start_scanners(SCANNERS, &path, jobs)?;
        let (cold_reads, jobs) = Queue::new();
        readers.extend(readers::start_cold(COLD_READERS, &path, jobs, &waits)?);
        Ok(Self {
            pool: Arc::new(Pool::new(path)),
            waits,
            cold_reads,
            scans,
            writes,
            horizon,
            threads: Mutex::new(Threads { readers, writer: Some(write_thread) }),
            wakes: Wakes::default(),
        })
    }

    /// Runs on the calling thread, and is done when this returns, unless rows come from the disk
    /// just now.
    pub(super) fn read(&self, mut operation: Boxed) -> Step<'_, Ended> {
        if self.waits.are_many() {
            return Step::waiting(async {
                let ended = self.cold_reads.run(operation).await;
                self.horizon.reach().await?;
                ended
            });
        }
        let lease = match Pool::lease(&self.pool) {
            Ok(lease) => lease,
            Err(error) => return Step::done(Err(error)),
        };
        let ended = self.waits.sample(|| poll_once(operation.begin(Session::sqlite(lease))));
        if self.horizon.is_reached() {
            return Step::done(ended);
        }
        Step::waiting(async {
            self.horizon.reach().await?;
            ended
        })
    }

    /// Brings the pages of these rows into memory, if rows come from the disk just now.
    pub(super) fn read_ahead(&self, operation: Boxed) -> Step<'_, ()> {
        if !self.waits.are_many() {
            return Step::done(());
        }
        Step::waiting(async {
            // Whatever is wrong, the write will meet it again and tell.
            let _ = self.cold_reads.run(operation).await;
        })
    }

    pub(super) async fn scan(&self, operation: Boxed) -> Ended {
        let ended = self.scans.run(operation).await;
        self.horizon.reach().await?;
        ended
    }

    pub(super) async fn write(&self, operation: Boxed) -> Ended {
        self.writes.run(operation).await
    }

    pub(super) fn prepare(&self, sql: &str) -> Result<(), Error> {
        Pool::lease(&self.pool)?.conn().prepare(sql)
    }

    pub(super) fn wakes(&self) -> &Wakes {
        &self.wakes
    }

    /// Readers go first: the last checkpoint can only empty the log when nobody reads from it.
    pub(super) async fn close(&self) {
        self.pool.close();
        self.scans.stop(SCANNERS).await;
        self.cold_reads.stop(COLD_READERS).await;
        let threads = std::mem::take(&mut *self.threads.lock());
        join(threads.readers).await;
        self.writes.stop(1).await;
        join(threads.writer.into_iter().collect()).await;
    }
}

/// Tries again while another process is opening the same file. SQLite's own waiting does not cover
/// the step from its first journal to the write-ahead log: of two that take it at once, one is
/// refused immediately.
fn patiently<T>(mut attempt: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Err(Error::Busy) if begun.elapsed() < OPENING => {
                thread::sleep(Duration::from_millis(5));
            }
            other => return other,
        }
    }
}

/// Creates the file readable by its owner only; the log and its index take over its mode.
fn create_private(path: &Path) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::Unavailable(format!("{}: {error}", path.display()))),
    }
}

async fn join(threads: Vec<JoinHandle<()>>) {
    let joined = tokio::task::spawn_blocking(move || {
        for thread in threads {
            // A panic of the thread was reported by the panic hook and there is nothing left to
            // stop.
            let _ = thread.join();
        }
    });
    let _ = joined.await;
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

    use super::Sqlite;
    use crate::{
        driver::{
            AccessChanges, Session,
            operation::{Boxed, settle},
        },
        error::Error,
        migrate::MIGRATIONS,
        options::Durability,
    };

    /// The name of the thread that a point read runs on.
    async fn reader(sqlite: &Sqlite) -> Result<Option<String>, Error> {
        let name =
            |_: Session| async { Ok::<_, Error>(std::thread::current().name().map(str::to_owned)) };
        settle(sqlite.read(Boxed::once(name, |session| session)).await)
    }

    #[tokio::test]
    async fn reads_that_wait_go_to_threads_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seatlink.db");
        let sqlite =
            Sqlite::open(path, Durability::Full, MIGRATIONS, AccessChanges::default()).unwrap();
        assert_ne!(reader(&sqlite).await.unwrap().as_deref(), Some("store-read"));
        for _ in 0..8 {
            sqlite.waits.note(true);
        }
        assert_eq!(reader(&sqlite).await.unwrap().as_deref(), Some("store-read"));
        sqlite.close().await;
        assert!(matches!(reader(&sqlite).await, Err(Error::Unavailable(_))));
    }
}
