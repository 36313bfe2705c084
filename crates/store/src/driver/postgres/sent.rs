//! Statements that were sent without waiting for their answers.
//!
//! PostgreSQL works through what it is sent in order. A statement whose answer decides nothing is
//! therefore sent and left behind: the next one follows at once, and the answers are read together.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker},
};

use bytes::BytesMut;
use deadpool_postgres::Object;
use tokio_postgres::{
    Statement,
    error::SqlState,
    types::{IsNull, ToSql, Type},
};

use super::values::Bound;
use crate::{driver::session::Expected, sql::Param};

type Answer = Pin<Box<dyn Future<Output = Result<u64, tokio_postgres::Error>> + Send>>;

/// Why a transaction cannot go on.
pub(super) enum Failure {
    Refused(tokio_postgres::Error),
    /// A statement that had to change one row did not: the row had changed before.
    Missed,
}

impl Failure {
    /// Whether PostgreSQL took the transaction back so that another one could go on. All of it is
    /// undone, so it can be begun again as it was.
    pub(super) fn is_deadlock(&self) -> bool {
        match self {
            Self::Refused(error) => matches!(
                error.code(),
                Some(&SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE)
            ),
            Self::Missed => false,
        }
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Refused(error)
    }
}

/// The statements of one transaction that were sent and left behind.
#[derive(Default)]
pub(super) struct Sent {
    /// Still without an answer, in the order in which they were sent.
    waiting: VecDeque<(Answer, Expected)>,
    /// How many rows each of the others changed.
    counts: Vec<u64>,
    /// Why the first failed that did. All behind it failed with it.
    failure: Option<Failure>,
}

impl Sent {
    /// Sends a statement; the number finds its count later.
    pub(super) fn send(
        &mut self,
        client: &Arc<Object>,
        statement: Statement,
        params: &[Param<'_>],
        expected: Expected,
    ) -> Result<usize, Failure> {
        let number = self.counts.len() + self.waiting.len();
        let encoded = Encoded::of(&statement, params);
        let client = Arc::clone(client);
        let mut answer: Answer = Box::pin(async move {
            let values = encoded.values();
            client.execute_raw(&statement, values).await
        });
        // The first poll puts it on its way. Nobody waits for the answer yet.
        match answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => self.waiting.push_back((answer, expected)),
            Poll::Ready(Ok(count)) => self.counts.push(count),
            Poll::Ready(Err(error)) => return Err(error.into()),
        }
        Ok(number)
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether PostgreSQL may be content with an answer that we are not.
    pub(super) fn is_uncertain(&self) -> bool {
        self.waiting.iter().any(|(_, expected)| *expected == Expected::One)
    }

    /// How many rows that statement changed; its answer must have been read.
    pub(super) fn count(&self, number: usize) -> Option<u64> {
        self.counts.get(number).copied()
    }

    /// Waits for an answer to what was sent last, reading those before it. Their failure comes
    /// first: it is why everything behind them failed.
    pub(super) async fn before<T>(
        &mut self,
        last: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Failure> {
        if self.waiting.is_empty() {
            return Ok(last.await?);
        }
        let mut last = pin!(last);
        // Both are polled: the connection hands on no answer while one before it is not taken.
        let answer = poll_fn(|context| {
            let _ = self.poll_settled(context);
            last.as_mut().poll(context)
        })
        .await;
        self.settled().await?;
        Ok(answer?)
    }

    /// Waits until every answer was read.
    pub(super) async fn settled(&mut self) -> Result<(), Failure> {
        poll_fn(|context| self.poll_settled(context)).await;
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    fn poll_settled(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while let Some((first, expected)) = self.waiting.front_mut() {
            let expected = *expected;
            let Poll::Ready(answer) = first.as_mut().poll(context) else { return Poll::Pending };
            self.waiting.pop_front();
            self.counts.push(*answer.as_ref().unwrap_or(&0));
            match answer {
                Err(error) => {
                    self.failure.get_or_insert(Failure::Refused(error));
                }
                Ok(count) if expected == Expected::One && count != 1 => {
                    self.failure.get_or_insert(Failure::Missed);
                }
                Ok(_) => {}
            }
        }
        Poll::Ready(())
    }
}

/// Parameters in the form in which they are sent, so that they may go before the answer comes.
struct Encoded {
    bytes: BytesMut,
    /// Where each one ends.
    ends: Vec<Result<(usize, IsNull), String>>,
}

impl Encoded {
    fn of(statement: &Statement, params: &[Param<'_>]) -> Self {
        let mut encoded = Self { bytes: BytesMut::new(), ends: Vec::with_capacity(params.len()) };
        for (index, param) in params.iter().enumerate() {
            // A parameter too many is refused by the driver, which counts them.
            let ty = statement.params().get(index).unwrap_or(&Type::UNKNOWN);
            let null = Bound(param).to_sql(ty, &mut encoded.bytes);
            let end = encoded.bytes.len();
            encoded.ends.push(null.map(|null| (end, null)).map_err(|error| error.to_string()));
        }
        encoded
    }

    fn values(&self) -> Vec<Ready<'_>> {
        let mut begin = 0;
        let value = |end: &Result<(usize, IsNull), String>| match end {
            Ok((end, null)) => {
                let bytes = &self.bytes[begin..*end];
                begin = *end;
                Ready(Ok(matches!(null, IsNull::No).then_some(bytes)))
            }
            Err(sentence) => Ready(Err(sentence.clone())),
        };
        self.ends.iter().map(value).collect()
    }
}

#[derive(Debug)]
struct Ready<'a>(Result<Option<&'a [u8]>, String>);

impl ToSql for Ready<'_> {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match &self.0 {
            Ok(Some(bytes)) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            Ok(None) => Ok(IsNull::Yes),
            Err(sentence) => Err(sentence.clone().into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        // They were encoded as the types that the statement names.
        true
    }

    tokio_postgres::types::to_sql_checked!();
}
