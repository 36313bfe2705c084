//! Read-only connections: a pool for point reads on the caller's thread, threads for scans, and
//! threads for point reads that wait for the disk.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
};

use parking_lot::Mutex;

use super::{
    connection::{Connection, Lease, Role, Slot},
    job::{Job, Message, Messages, Outcome},
    waits::Waits,
};
use crate::{driver::Session, error::Error};

/// Idle connections kept. A point read never waits while it holds one, so there are at most as many
/// in use as there are worker threads.
const KEPT: usize = 16;

/// Last in, first out, so that the connections in use are the ones with warm caches.
pub(super) struct Pool {
    path: PathBuf,
    idle: Mutex<Idle>,
}

enum Idle {
    #[expect(clippy::vec_box, reason = "a connection moves in and out with every point read")]
    Open(Vec<Box<Connection>>),
    Closed,
}

impl Pool {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::new(Idle::Open(Vec::new())) }
    }

    pub(super) fn lease(pool: &Arc<Self>) -> Result<Lease, Error> {
        let idle = match &mut *pool.idle.lock() {
            Idle::Open(idle) => idle.pop(),
            Idle::Closed => return Err(Error::closed()),
        };
        let connection = match idle {
            Some(connection) => connection,
            None => Box::new(Connection::open(&pool.path, Role::Reader)?),
        };
        Ok(Lease::from_pool(connection, Arc::clone(pool)))
    }

    pub(super) fn give_back(&self, connection: Box<Connection>) {
        if let Idle::Open(idle) = &mut *self.idle.lock()
            && idle.len() < KEPT
        {
            idle.push(connection);
        }
    }

    pub(super) fn close(&self) {
        *self.idle.lock() = Idle::Closed;
    }
}

pub(super) fn start_scanners(
    count: usize,
    path: &Path,
    jobs: Messages,
) -> Result<Vec<JoinHandle<()>>, Error> {
    let jobs = Arc::new(Mutex::new(jobs));
    (0..count)
        .map(|_| {
            let mut scanner = Reader::new(path, Role::Scanner);
            let jobs = Arc::clone(&jobs);
            spawn("store-scan", move || {
                while let Some(job) = next(&jobs) {
                    scanner.run(job, Reader::scan);
                }
            })
        })
        .collect()
}

/// Threads for point reads, which say whether they waited.
pub(super) fn start_cold(
    count: usize,
    path: &Path,
    jobs: Messages,
    waits: &Arc<Waits>,
) -> Result<Vec<JoinHandle<()>>, Error> {
    let jobs = Arc::new(Mutex::new(jobs));
    (0..count)
        .map(|_| {
            let mut reader = Reader::new(path, Role::ColdReader);
            let (jobs, waits) = (Arc::clone(&jobs), Arc::clone(waits));
            spawn("store-read", move || {
                while let Some(job) = next(&jobs) {
                    reader.run(job, |reader, job| waits.observe(|| reader.read(job)));
                }
            })
        })
        .collect()
}

/// Who waits for a job holds the lock; the others wait for the lock.
fn next(jobs: &Mutex<Messages>) -> Option<Box<dyn Job>> {
    match jobs.lock().blocking_recv() {
        Some(Message::Run(job)) => Some(job),
        Some(Message::Synced | Message::Stop) | None => None,
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map_err(Error::driver)
}

struct Reader {
    path: PathBuf,
    role: Role,
    /// `None` until it is needed, and after an operation did not give it back.
    connection: Option<Box<Connection>>,
    slot: Slot,
}

impl Reader {
    fn new(path: &Path, role: Role) -> Self {
        Self { path: path.to_owned(), role, connection: None, slot: Slot::default() }
    }

    /// An error of `way` replaces the operation's own result.
    fn run(
        &mut self,
        mut job: Box<dyn Job>,
        way: impl FnOnce(&mut Self, &mut dyn Job) -> Result<(), Error>,
    ) {
        if job.is_abandoned() {
            return;
        }
        if let Err(error) = way(self, &mut *job) {
            job.fail(error);
        }
        job.answer();
    }

    fn connection(&mut self) -> Result<Box<Connection>, Error> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => Ok(Box::new(Connection::open(&self.path, self.role)?)),
        }
    }

    /// Lends the connection to the operation.
    fn lend(
        &mut self,
        connection: Box<Connection>,
        job: &mut dyn Job,
    ) -> Result<(Outcome, Box<Connection>), Error> {
        let outcome = job.run(Session::sqlite(Lease::from_thread(connection, &self.slot)));
        if let Some(connection) = self.slot.lock().take() {
            return Ok((outcome, connection));
        }
        // Whoever still has it puts it into the old slot, where it is closed.
        self.slot = Slot::default();
        Err(Error::not_returned())
    }

    /// Each statement sees what is newest.
    fn read(&mut self, job: &mut dyn Job) -> Result<(), Error> {
        let connection = self.connection()?;
        let (_, connection) = self.lend(connection, job)?;
        self.connection = Some(connection);
        Ok(())
    }

    /// All statements see one snapshot.
    fn scan(&mut self, job: &mut dyn Job) -> Result<(), Error> {
        let connection = self.connection()?;
        connection.control("BEGIN DEFERRED")?;
        let (outcome, connection) = self.lend(connection, job)?;
        connection.control("ROLLBACK")?;
        let failed = connection.has_failed();
        self.connection = Some(connection);
        match outcome {
            Outcome::Kept if failed => Err(Error::after_failure()),
            Outcome::Kept | Outcome::Failed => Ok(()),
        }
    }
}
