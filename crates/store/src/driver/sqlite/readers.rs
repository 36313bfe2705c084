//! Read-only connections: a pool for point reads on the caller's thread, and threads for scans.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
};

use parking_lot::Mutex;

use super::{
    connection::{Connection, Lease, Role, Slot},
    job::{Job, Jobs, Outcome},
};
use crate::{driver::Session, error::Error};

/// Idle connections kept. A point read never waits while it holds one, so there are at most as many in use
/// as there are worker threads.
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
    jobs: Jobs,
) -> Result<Vec<JoinHandle<()>>, Error> {
    let jobs = Arc::new(Mutex::new(jobs));
    (0..count)
        .map(|_| {
            let mut scanner = Scanner {
                path: path.to_owned(),
                connection: Some(Box::new(Connection::open(path, Role::Reader)?)),
                slot: Slot::default(),
            };
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name(String::from("store-scan"))
                .spawn(move || {
                    // The scanner that waits for a job holds the lock; the others wait for the lock.
                    while let Some(Some(job)) = { jobs.lock().blocking_recv() } {
                        scanner.run(job);
                    }
                })
                .map_err(Error::driver)
        })
        .collect()
}

struct Scanner {
    path: PathBuf,
    connection: Option<Box<Connection>>,
    slot: Slot,
}

impl Scanner {
    fn run(&mut self, mut job: Box<dyn Job>) {
        if job.is_abandoned() {
            return;
        }
        if let Err(error) = self.scan(&mut *job) {
            job.fail(error);
        }
        job.answer();
    }

    /// An error here replaces the operation's own result.
    fn scan(&mut self, job: &mut dyn Job) -> Result<(), Error> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => Box::new(Connection::open(&self.path, Role::Reader)?),
        };
        connection.control("BEGIN DEFERRED")?;
        let outcome = job.run(Session::sqlite(Lease::from_thread(connection, &self.slot)));
        let Some(connection) = self.slot.lock().take() else {
            // Whoever still has it puts it into the old slot, where it is closed.
            self.slot = Slot::default();
            return Err(Error::not_returned());
        };
        connection.control("ROLLBACK")?;
        let failed = connection.has_failed();
        self.connection = Some(connection);
        match outcome {
            Outcome::Kept if failed => Err(Error::after_failure()),
            Outcome::Kept | Outcome::Failed => Ok(()),
        }
    }
}
