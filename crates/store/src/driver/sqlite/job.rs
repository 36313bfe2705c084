//! Operations on their way to a database thread and their answers on the way back.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    task::{Context, Poll, Waker},
};

use tokio::sync::{mpsc, oneshot};

use super::super::{
    Session,
    operation::{Boxed, Ended, Running},
};
use crate::error::Error;

/// Operations that may wait for a thread; beyond that callers wait to hand theirs over.
const WAITING: usize = 1024;

/// Polls an operation to its end. On SQLite a transaction waits for nothing, so once is enough.
pub(super) fn poll_once(mut operation: Running) -> Ended {
    match operation.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => Ok(answer),
        Poll::Pending => {
            Err(Error::driver("an operation waited for something other than its database"))
        }
    }
}

/// What became of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    Kept,
    Failed,
}

/// An operation on its way. It holds its result until the thread knows what to answer.
pub(super) trait Job: Send {
    /// Nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    fn run(&mut self, session: Session) -> Outcome;
    /// Replaces the result.
    fn fail(&mut self, error: Error);
    fn answer(self: Box<Self>);
}

struct Work {
    operation: Boxed,
    ended: Option<Ended>,
    reply: oneshot::Sender<Ended>,
}

impl Job for Work {
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(&mut self, session: Session) -> Outcome {
        // The future lives and dies inside: whatever happens, its session is back afterwards.
        let ran = catch_unwind(AssertUnwindSafe(|| poll_once(self.operation.begin(session))));
        let ended =
            ran.unwrap_or_else(|payload: Box<dyn Any + Send>| Err(Error::panicked(&*payload)));
        let outcome = if matches!(ended, Ok(Ok(_))) { Outcome::Kept } else { Outcome::Failed };
        self.ended = Some(ended);
        outcome
    }

    fn fail(&mut self, error: Error) {
        self.ended = Some(Err(error));
    }

    fn answer(self: Box<Self>) {
        if let Some(ended) = self.ended {
            // The caller may have gone away; then nobody wants to know.
            let _ = self.reply.send(ended);
        }
    }
}

/// What a database thread is asked to do.
pub(super) enum Message {
    Run(Box<dyn Job>),
    /// The log is synced as far as it was handed over.
    Synced,
    /// One thread stops.
    Stop,
}

/// The way to a thread.
#[derive(Clone)]
pub(super) struct Queue(mpsc::Sender<Message>);

pub(super) type Messages = mpsc::Receiver<Message>;

impl Queue {
    pub(super) fn new() -> (Self, Messages) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self(sender), receiver)
    }

    pub(super) async fn run(&self, operation: Boxed) -> Ended {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Work { operation, ended: None, reply });
        self.0.send(Message::Run(job)).await.map_err(|_| Error::closed())?;
        answer.await.unwrap_or_else(|_| Err(Error::closed()))
    }

    pub(super) async fn stop(&self, threads: usize) {
        for _ in 0..threads {
            // The thread may have stopped already.
            let _ = self.0.send(Message::Stop).await;
        }
    }

    /// A thread with a full queue looks for itself after its next operation.
    pub(super) fn synced(&self) {
        let _ = self.0.try_send(Message::Synced);
    }
}
