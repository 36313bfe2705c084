//! Durable commits that do not hold up the writer.
//!
//! A commit appends pages to the write-ahead log; what makes it last is syncing that file, and that
//! takes longer than most commits. So the writer goes on with the next operations while a thread of
//! its own syncs the log, once for all commits since the last time, and then answers their
//! operations. Readers see a commit before it lasts, so they wait for the sync as well: nothing is
//! answered that a crash of the machine could take back.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
};

use tokio::sync::Notify;

use super::job::{Job, Queue};
use crate::{error::Error, options::Durability};

/// How many commits there are, and how many of them last.
#[derive(Default)]
pub(super) struct Horizon {
    /// Commits that a reader may have seen.
    visible: AtomicU64,
    lasting: AtomicU64,
    /// A sync failed. Nobody knows what is on the disk, so nothing more is said or done.
    lost: AtomicBool,
    moved: Notify,
}

impl Horizon {
    /// Waits until all that can be seen now lasts.
    pub(super) async fn reach(&self) -> Result<(), Error> {
        let wanted = self.visible.load(Ordering::SeqCst);
        while self.lasting.load(Ordering::Acquire) < wanted {
            let moved = self.moved.notified();
            self.check()?;
            if self.lasting.load(Ordering::Acquire) < wanted {
                moved.await;
            }
        }
        Ok(())
    }

    /// Whether all that can be seen now lasts.
    pub(super) fn is_reached(&self) -> bool {
        let wanted = self.visible.load(Ordering::SeqCst);
        self.lasting.load(Ordering::Acquire) >= wanted
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if self.lost.load(Ordering::Acquire) { Err(lost()) } else { Ok(()) }
    }

    fn advance(&self, commits: u64) {
        self.lasting.store(commits, Ordering::Release);
        self.moved.notify_waiters();
    }

    fn give_up(&self) {
        self.lost.store(true, Ordering::Release);
        self.moved.notify_waiters();
    }
}

fn lost() -> Error {
    Error::Unavailable(String::from(
        "the disk did not keep what was written; look at the disk and start again",
    ))
}

/// Operations to be answered once so many commits last.
struct Answers {
    after: u64,
    operations: Vec<Box<dyn Job>>,
}

/// The writer's side.
pub(super) struct Syncer {
    horizon: Arc<Horizon>,
    /// `None` where nothing is synced, and everything is answered at once.
    thread: Option<(mpsc::Sender<Answers>, JoinHandle<()>)>,
}

impl Syncer {
    /// For the database at that path, which exists.
    pub(super) fn start(
        database: &Path,
        durability: Durability,
        horizon: &Arc<Horizon>,
        writer: &Queue,
    ) -> Result<Self, Error> {
        let horizon = Arc::clone(horizon);
        let thread = match durability {
            Durability::Normal => None,
            Durability::Full => {
                // SQLite keeps its log beside the file itself, wherever links to it are.
                let mut path = fs::canonicalize(database).map_err(Error::driver)?.into_os_string();
                path.push("-wal");
                let mut log: Option<File> = None;
                let sync = move || {
                    if log.is_none() {
                        log = Some(OpenOptions::new().write(true).open(&path)?);
                    }
                    log.as_ref().map_or(Ok(()), File::sync_data)
                };
                let (sender, answers) = mpsc::channel();
                let (shared, writer) = (Arc::clone(&horizon), writer.clone());
                let thread = thread::Builder::new()
                    .name(String::from("store-sync"))
                    .spawn(move || work(&answers, &shared, &writer, sync))
                    .map_err(Error::driver)?;
                Some((sender, thread))
            }
        };
        Ok(Self { horizon, thread })
    }

    /// Called before a commit: from then on somebody may see it.
    pub(super) fn announce(&self) {
        if self.thread.is_some() {
            self.horizon.visible.fetch_add(1, Ordering::SeqCst);
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.horizon.check()
    }

    /// Whether a commit would wait for the sync of the one before. [`super::job::Message::Synced`]
    /// says when that is over.
    pub(super) fn is_busy(&self) -> bool {
        let horizon = &self.horizon;
        horizon.lasting.load(Ordering::Acquire) < horizon.visible.load(Ordering::SeqCst)
            && horizon.check().is_ok()
    }

    /// Answers as soon as every commit until now lasts.
    pub(super) fn answer(&self, operations: Vec<Box<dyn Job>>) {
        let Some((sender, _)) = &self.thread else {
            for operation in operations {
                operation.answer();
            }
            return;
        };
        let after = self.horizon.visible.load(Ordering::SeqCst);
        // Without the thread, which has panicked, the operations are dropped: their callers see a
        // closed database.
        let _ = sender.send(Answers { after, operations });
    }

    /// Ends after the last sync.
    pub(super) fn finish(self) {
        if let Some((sender, thread)) = self.thread {
            drop(sender);
            // A panic of the thread was reported by the panic hook.
            let _ = thread.join();
        }
    }
}

fn work(
    answers: &mpsc::Receiver<Answers>,
    horizon: &Horizon,
    writer: &Queue,
    mut sync: impl FnMut() -> io::Result<()>,
) {
    while let Ok(first) = answers.recv() {
        let mut waiting = vec![first];
        waiting.extend(answers.try_iter());
        let commits = waiting.iter().map(|answers| answers.after).max().unwrap_or_default();
        if horizon.check().is_ok() && horizon.lasting.load(Ordering::Acquire) < commits {
            match sync() {
                Ok(()) => {
                    horizon.advance(commits);
                    writer.synced();
                }
                Err(error) => {
                    tracing::error!(%error, "the write-ahead log could not be synced");
                    horizon.give_up();
                }
            }
        }
        let kept = horizon.check().is_ok();
        for mut operation in waiting.into_iter().flat_map(|answers| answers.operations) {
            if !kept {
                operation.fail(lost());
            }
            operation.answer();
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

    use std::{
        io,
        pin::pin,
        sync::{Arc, atomic::Ordering, mpsc},
        task::{Context, Waker},
        thread,
    };

    use super::{Answers, Horizon, Syncer, work};
    use crate::{
        driver::{
            Session,
            sqlite::job::{Job, Outcome, Queue},
        },
        error::Error,
    };

    /// An operation that was run, and tells how it was answered.
    struct Told {
        failure: Option<Error>,
        answers: mpsc::Sender<Option<Error>>,
    }

    impl Job for Told {
        fn is_abandoned(&self) -> bool {
            false
        }

        fn run(&mut self, _: Session) -> Outcome {
            Outcome::Kept
        }

        fn fail(&mut self, error: Error) {
            self.failure = Some(error);
        }

        fn answer(self: Box<Self>) {
            let _ = self.answers.send(self.failure);
        }
    }

    struct Disk {
        syncer: Syncer,
        horizon: Arc<Horizon>,
        results: mpsc::Sender<io::Result<()>>,
        told: mpsc::Sender<Option<Error>>,
        answers: mpsc::Receiver<Option<Error>>,
    }

    impl Disk {
        /// Each sync takes until its result is given.
        fn new() -> Self {
            let horizon = Arc::<Horizon>::default();
            let (results, given) = mpsc::channel();
            let (sender, waiting) = mpsc::channel::<Answers>();
            let (writer, _) = Queue::new();
            let shared = Arc::clone(&horizon);
            let sync = move || given.recv().unwrap_or(Ok(()));
            let thread = thread::spawn(move || work(&waiting, &shared, &writer, sync));
            let syncer = Syncer { horizon: Arc::clone(&horizon), thread: Some((sender, thread)) };
            let (told, answers) = mpsc::channel();
            Self { syncer, horizon, results, told, answers }
        }

        fn commit(&self) {
            self.syncer.announce();
            self.syncer.answer(vec![Box::new(Told { failure: None, answers: self.told.clone() })]);
        }
    }

    #[tokio::test]
    async fn nobody_is_answered_before_the_sync() {
        let disk = Disk::new();
        disk.horizon.reach().await.unwrap();
        disk.commit();
        assert!(disk.syncer.is_busy());
        let mut reading = pin!(disk.horizon.reach());
        let waits = reading.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(waits.is_pending());
        assert!(disk.answers.try_recv().is_err());
        disk.results.send(Ok(())).unwrap();
        reading.await.unwrap();
        assert!(disk.answers.recv().unwrap().is_none());
        assert!(!disk.syncer.is_busy());
        disk.syncer.finish();
    }

    #[tokio::test]
    async fn after_a_failed_sync_nothing_is_said_any_more() {
        let disk = Disk::new();
        disk.commit();
        disk.results.send(Err(io::Error::other("worn out"))).unwrap();
        let told = disk.answers.recv().unwrap();
        assert!(matches!(told, Some(Error::Unavailable(_))), "{told:?}");
        assert!(matches!(disk.horizon.reach().await, Err(Error::Unavailable(_))));
        assert!(matches!(disk.syncer.check(), Err(Error::Unavailable(_))));
        // What was under way is told so as well, and not synced.
        disk.commit();
        assert!(disk.answers.recv().unwrap().is_some());
        assert_eq!(disk.horizon.lasting.load(Ordering::Acquire), 0);
        disk.syncer.finish();
    }
}
