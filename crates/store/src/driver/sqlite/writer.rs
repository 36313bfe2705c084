//! The writer thread: every write of this process, many per commit.
//!
//! It takes the operations that wait, up to [`BATCH`], and runs them in one transaction. They are
//! answered when its commit is on the disk, which another thread sees to ([`super::sync`]); until
//! then the writer collects the next transaction. So under load the cost of a commit is shared;
//! alone, a write does not wait for company. Each operation has its own savepoint. The first of a
//! transaction needs none: rolling back the transaction undoes just it.

use std::{
    path::PathBuf,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    checkpoint::Checkpointer,
    connection::{Connection, Lease, Role, Slot},
    job::{Job, Message, Messages, Outcome},
    sync::Syncer,
    waits::Waits,
};
use crate::{
    driver::{AccessChanges, Session},
    error::Error,
};

/// Operations per commit. It bounds how long the first of them waits for the last.
const BATCH: usize = 256;

/// How long a commit waits for the next operation while several callers write at once, and for all
/// of them. Callers that were answered just now come back about that soon, and syncing takes longer
/// than either.
const GAP: Duration = Duration::from_micros(60);
const LINGER: Duration = Duration::from_micros(300);

/// Attempts to get the write lock from another process; each waits for the busy timeout of 5
/// seconds.
const BEGIN_ATTEMPTS: usize = 2;

pub(super) fn start(
    mut connection: Connection,
    path: PathBuf,
    messages: Messages,
    threads: Threads,
) -> Result<JoinHandle<()>, Error> {
    let Threads { checkpointer, syncer, waits, changes } = threads;
    checkpointer.observe(&mut connection)?;
    let writer = Writer {
        path,
        connection: Some(Box::new(connection)),
        slot: Slot::default(),
        checkpointer,
        syncer,
        waits,
        changes,
        company: 0,
    };
    thread::Builder::new()
        .name(String::from("store-write"))
        .spawn(move || writer.work(messages))
        .map_err(Error::driver)
}

/// Whom the writer works with.
pub(super) struct Threads {
    pub(super) checkpointer: Checkpointer,
    pub(super) syncer: Syncer,
    pub(super) waits: Arc<Waits>,
    pub(super) changes: AccessChanges,
}

struct Writer {
    path: PathBuf,
    /// `None` after an operation did not give it back or it could not be trusted any more.
    connection: Option<Box<Connection>>,
    slot: Slot,
    checkpointer: Checkpointer,
    syncer: Syncer,
    waits: Arc<Waits>,
    changes: AccessChanges,
    /// Operations of the batch before.
    company: usize,
}

/// Operations on their way to one commit.
struct Batch {
    transaction: Transaction,
    /// Answered after the commit: the operations in the transaction, and those that failed after
    /// seeing its uncommitted work, since their error may not be true if it does not commit.
    waiting: Vec<Box<dyn Job>>,
    /// One of them may have changed who may do what.
    changes_access: bool,
}

#[derive(Clone, Copy)]
enum Transaction {
    /// Not begun, or rolled back with nothing lost.
    None,
    Open {
        kept: usize,
    },
    /// Another process did not let go of its lock. Nobody else in this batch waits for it again.
    Blocked,
}

impl Batch {
    /// The transaction is gone, and with it what earlier operations did in it.
    fn lose(&mut self, reason: &str) {
        self.transaction = Transaction::None;
        for mut job in self.waiting.drain(..) {
            job.fail(Error::Unavailable(reason.to_owned()));
            job.answer();
        }
    }
}

impl Writer {
    fn work(mut self, mut messages: Messages) {
        loop {
            match messages.blocking_recv() {
                Some(Message::Run(first)) => {
                    if self.batch(first, &mut messages) == Next::Stop {
                        break;
                    }
                }
                Some(Message::Synced) => {}
                Some(Message::Stop) | None => break,
            }
        }
        // What is still queued is dropped, which its callers see as a closed database.
        messages.close();
        self.syncer.finish();
        if let Some(mut connection) = self.connection {
            self.checkpointer.finish(&mut connection);
        }
    }

    fn batch(&mut self, first: Box<dyn Job>, messages: &mut Messages) -> Next {
        let mut batch =
            Batch { transaction: Transaction::None, waiting: Vec::new(), changes_access: false };
        self.run(first, &mut batch);
        let mut taken = 1;
        let mut patience = LINGER;
        let mut next = Next::Wait;
        while taken < BATCH {
            match self.receive(messages, taken, &mut patience) {
                Some(Message::Run(job)) => {
                    self.run(job, &mut batch);
                    taken += 1;
                }
                Some(Message::Synced) => {}
                Some(Message::Stop) => {
                    next = Next::Stop;
                    break;
                }
                None => break,
            }
        }
        self.company = taken;
        self.commit(batch);
        next
    }

    /// The next message for this batch, if there is one or will be in a moment.
    fn receive(
        &self,
        messages: &mut Messages,
        taken: usize,
        patience: &mut Duration,
    ) -> Option<Message> {
        if let Ok(message) = messages.try_recv() {
            return Some(message);
        }
        if self.syncer.is_busy() {
            return messages.blocking_recv();
        }
        if self.company.max(taken) < 2 {
            return None;
        }
        let limit = GAP.min(*patience);
        let begun = Instant::now();
        let mut received = None;
        while received.is_none() && begun.elapsed() < limit {
            thread::yield_now();
            received = messages.try_recv().ok();
        }
        *patience = patience.saturating_sub(begun.elapsed());
        received
    }

    fn run(&mut self, mut job: Box<dyn Job>, batch: &mut Batch) {
        if job.is_abandoned() {
            return;
        }
        if let Err(error) = self.attempt(&mut *job, batch) {
            job.fail(error);
        }
        match batch.transaction {
            Transaction::Open { .. } => batch.waiting.push(job),
            Transaction::None | Transaction::Blocked => self.syncer.answer(vec![job]),
        }
    }

    /// Runs one operation inside the transaction of the batch. An error here replaces its own
    /// result.
    fn attempt(&mut self, job: &mut dyn Job, batch: &mut Batch) -> Result<(), Error> {
        let (connection, kept) = self.begin(batch)?;
        let nested = kept > 0;
        if nested && let Err(error) = connection.control("SAVEPOINT operation") {
            batch.lose("the transaction of this write broke");
            return Err(error);
        }
        let session = Session::sqlite(Lease::from_thread(connection, &self.slot));
        let outcome = self.waits.sample(|| job.run(session));
        let Some(connection) = self.slot.lock().take() else {
            // Whoever still has it puts it into the old slot, where it is closed.
            self.slot = Slot::default();
            batch.lose("another write of the same commit kept the connection");
            return Err(Error::not_returned());
        };
        let ignored_failure = outcome == Outcome::Kept && connection.has_failed();
        let keep = outcome == Outcome::Kept && !ignored_failure;
        batch.changes_access |= keep && connection.changes_access();
        let finished = match (keep, nested) {
            (true, false) => Ok(()),
            (true, true) => connection.control("RELEASE operation"),
            (false, true) => connection
                .control("ROLLBACK TO operation")
                .and_then(|()| connection.control("RELEASE operation")),
            (false, false) => connection.control("ROLLBACK"),
        };
        match finished {
            Ok(()) => {
                self.connection = Some(connection);
                batch.transaction = match (keep, nested) {
                    (true, _) => Transaction::Open { kept: kept + 1 },
                    (false, true) => Transaction::Open { kept },
                    (false, false) => Transaction::None,
                };
            }
            // A full disk or a failed read makes SQLite roll back everything by itself. The
            // connection is dropped, which rolls back whatever is left.
            Err(error) => {
                batch.lose("another write of the same commit broke the transaction");
                if keep {
                    return Err(error);
                }
            }
        }
        if ignored_failure { Err(Error::after_failure()) } else { Ok(()) }
    }

    /// The connection with the transaction of the batch open on it.
    fn begin(&mut self, batch: &mut Batch) -> Result<(Box<Connection>, usize), Error> {
        match batch.transaction {
            Transaction::Blocked => return Err(Error::Busy),
            Transaction::Open { kept } => {
                if let Some(connection) = self.connection.take() {
                    return Ok((connection, kept));
                }
                batch.lose("the connection of this write was lost");
            }
            Transaction::None => {}
        }
        self.syncer.check()?;
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.reopen()?,
        };
        let mut locked = connection.control("BEGIN IMMEDIATE");
        for _ in 1..BEGIN_ATTEMPTS {
            if matches!(locked, Err(Error::Busy)) {
                locked = connection.control("BEGIN IMMEDIATE");
            }
        }
        match locked {
            Ok(()) => {
                batch.transaction = Transaction::Open { kept: 0 };
                Ok((connection, 0))
            }
            Err(error) => {
                if matches!(error, Error::Busy) {
                    self.connection = Some(connection);
                    batch.transaction = Transaction::Blocked;
                }
                Err(error)
            }
        }
    }

    fn reopen(&self) -> Result<Box<Connection>, Error> {
        let mut connection = Connection::open(&self.path, Role::Writer)?;
        self.checkpointer.observe(&mut connection)?;
        Ok(Box::new(connection))
    }

    fn commit(&mut self, mut batch: Batch) {
        let Transaction::Open { .. } = batch.transaction else {
            return;
        };
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        self.syncer.announce();
        let committed = connection.control("COMMIT");
        // Counted before anybody is answered; a commit that failed changed nothing, or nobody
        // knows.
        if batch.changes_access {
            self.changes.count();
        }
        match committed {
            Ok(()) => {
                self.syncer.answer(batch.waiting);
                self.checkpointer.after_commit(&mut connection);
                self.connection = Some(connection);
            }
            // Dropping the connection rolls back.
            Err(error) => {
                batch.lose(&format!("the commit failed: {error}"));
                self.syncer.answer(Vec::new());
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Wait,
    Stop,
}
