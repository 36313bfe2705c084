//! Folding the write-ahead log back into the database file without making writers wait.
//!
//! A checkpoint copies pages and syncs two files; done by the writer it would be the slowest commit
//! of the hour. So a quiet connection on its own thread does the bulk whenever the log has grown by
//! [`STEP`]. It alone could never finish: the log only restarts from its beginning when a
//! checkpoint has caught up with the last commit, and under load there is always a newer one. The
//! writer therefore does the small rest itself, between two batches. If it outruns the copying, it
//! waits, so the log stays below [`STEP`] + [`LEAD`]; only a scan that still reads the old log can
//! hold it up, and then the log grows until that scan ends.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
};

use super::connection::{Connection, Role};
use crate::error::Error;

/// Pages of log between two checkpoints: 16 MiB of 4 KiB pages.
const STEP: i32 = 4096;

/// How far the writer may get ahead while the quiet connection copies: 32 MiB.
const LEAD: i32 = 2 * STEP;

/// What the writer copies in a moment that nobody notices.
const REST: i32 = 64;

/// How often the quiet connection goes after what was written while it copied. Each time there is
/// less of it.
const PASSES: usize = 4;

/// The writer's side.
pub(super) struct Checkpointer {
    /// Pages in the log after the last commit, as SQLite reports them.
    pages: Arc<AtomicI32>,
    start: mpsc::Sender<()>,
    copied: mpsc::Receiver<()>,
    thread: JoinHandle<()>,
    stage: Stage,
    due_at: i32,
}

#[derive(Clone, Copy)]
enum Stage {
    Idle,
    Copying,
}

impl Checkpointer {
    pub(super) fn start(path: &Path) -> Result<Self, Error> {
        let (start, requests) = mpsc::channel::<()>();
        let (done, copied) = mpsc::channel();
        let mut connection = Connection::open(path, Role::Checkpointer)?;
        let pages = Arc::<AtomicI32>::default();
        let written = Arc::clone(&pages);
        let thread = thread::Builder::new()
            .name(String::from("store-checkpoint"))
            .spawn(move || {
                while requests.recv().is_ok() {
                    for _ in 0..PASSES {
                        let copied = passive(&mut connection);
                        if copied
                            .is_none_or(|copied| written.load(Ordering::Relaxed) - copied <= REST)
                        {
                            break;
                        }
                    }
                    if done.send(()).is_err() {
                        break;
                    }
                }
            })
            .map_err(Error::driver)?;
        Ok(Self { pages, start, copied, thread, stage: Stage::Idle, due_at: STEP })
    }

    /// Has the writer's connection report the length of the log.
    pub(super) fn observe(&self, writer: &mut Connection) -> Result<(), Error> {
        let shared = Arc::clone(&self.pages);
        writer
            .raw()
            .wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
                shared.store(pages, Ordering::Relaxed);
                Ok(())
            }))
            .map_err(Error::driver)
    }

    /// Called by the writer after each commit, once its operations are answered.
    pub(super) fn after_commit(&mut self, writer: &mut Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.due_at - STEP {
            // The log restarted.
            self.due_at = STEP;
        }
        match self.stage {
            Stage::Idle if pages >= self.due_at => {
                if self.start.send(()).is_ok() {
                    self.stage = Stage::Copying;
                }
            }
            Stage::Copying => {
                let copied = if pages - self.due_at >= LEAD {
                    self.copied.recv().map_err(|_| mpsc::TryRecvError::Disconnected)
                } else {
                    self.copied.try_recv()
                };
                if !matches!(copied, Err(mpsc::TryRecvError::Empty)) {
                    passive(writer);
                    self.due_at = pages.saturating_add(STEP);
                    self.stage = Stage::Idle;
                }
            }
            Stage::Idle => {}
        }
    }

    /// Empties the log, for a clean close. The quiet connection ends first: two checkpoints exclude
    /// each other.
    pub(super) fn finish(self, writer: &mut Connection) {
        drop(self.start);
        // A panic of the thread was reported by the panic hook.
        let _ = self.thread.join();
        run(writer, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
}

/// How many pages of the log are in the file afterwards, if all were that were there before.
fn passive(connection: &mut Connection) -> Option<i32> {
    run(connection, "PRAGMA wal_checkpoint(PASSIVE)")
}

fn run(connection: &mut Connection, pragma: &str) -> Option<i32> {
    let done = connection.raw().query_row(pragma, [], |row| {
        let (log, copied): (i32, i32) = (row.get(1)?, row.get(2)?);
        Ok((log == copied).then_some(copied))
    });
    // Another process may be at it, or read from the log; then a later checkpoint does the work.
    done.unwrap_or_else(|error| {
        tracing::warn!(%error, "checkpoint failed");
        None
    })
}
