//! Operations without their types, so that the drivers are compiled once and not once for each
//! operation.

use std::{
    any::Any,
    pin::Pin,
    task::{Context, Poll},
};

use super::Session;
use crate::error::Error;

/// What a caller may run inside a transaction of the kind `X`: an `async` closure that takes the
/// transaction by value.
pub trait Operation<X>: FnOnce(X) -> Self::Running + Send + 'static {
    type Running: Future<Output = Result<Self::Value, Self::Error>> + Send + 'static;
    type Value: Send + 'static;
    type Error: From<Error> + Send + 'static;
}

impl<X, F, Running, T, E> Operation<X> for F
where
    F: FnOnce(X) -> Running + Send + 'static,
    Running: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    type Running = Running;
    type Value = T;
    type Error = E;
}

/// What an operation answered: its value or its own error, whose types only its caller knows.
pub(crate) type Answer = Result<Box<dyn Any + Send>, Box<dyn Any + Send>>;

/// [`Answer`], or why the database could not let the operation have its way.
pub(crate) type Ended = Result<Answer, Error>;

pub(super) type Running = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// An [`Operation`] that forgot its types.
pub(crate) struct Boxed(Box<dyn FnMut(Session) -> Running + Send>);

impl Boxed {
    pub(crate) fn once<X, O: Operation<X>>(
        operation: O,
        enter: impl FnOnce(Session) -> X + Send + 'static,
    ) -> Self {
        let mut parts = Some((operation, enter));
        Self(Box::new(move |session| {
            let (operation, enter) = parts.take().expect("it is begun once");
            running(operation(enter(session)))
        }))
    }

    /// May be begun several times.
    pub(crate) fn repeatable<X, O: Operation<X> + Clone>(
        operation: O,
        enter: impl Fn(Session) -> X + Send + 'static,
    ) -> Self {
        Self(Box::new(move |session| running(operation.clone()(enter(session)))))
    }

    pub(super) fn begin(&mut self, session: Session) -> Running {
        (self.0)(session)
    }
}

fn running<T, E>(operation: impl Future<Output = Result<T, E>> + Send + 'static) -> Running
where
    T: Send + 'static,
    E: Send + 'static,
{
    Box::pin(async move {
        match operation.await {
            Ok(value) => Ok(Box::new(value) as Box<dyn Any + Send>),
            Err(error) => Err(Box::new(error) as Box<dyn Any + Send>),
        }
    })
}

/// Gives the end of an operation its types back.
pub(crate) fn settle<T: 'static, E: From<Error> + 'static>(ended: Ended) -> Result<T, E> {
    match ended? {
        Ok(value) => Ok(*value.downcast().expect("the operation answers its own value")),
        Err(error) => Err(*error.downcast().expect("the operation answers its own error")),
    }
}

/// What a driver is asked for: done already, as most of it is on SQLite, or on its way.
#[must_use = "a step that nobody waits for may not have been taken"]
pub struct Step<'a, T>(State<'a, T>);

enum State<'a, T> {
    /// `None` once it was handed over.
    Done(Option<T>),
    Waiting(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
}

impl<'a, T> Step<'a, T> {
    pub(super) const fn done(value: T) -> Self {
        Self(State::Done(Some(value)))
    }

    pub(super) fn waiting(future: impl Future<Output = T> + Send + 'a) -> Self {
        Self(State::Waiting(Box::pin(future)))
    }
}

impl<T: Unpin> Future for Step<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match &mut self.0 {
            State::Done(value) => {
                Poll::Ready(value.take().expect("a future is polled to its end once"))
            }
            State::Waiting(future) => future.as_mut().poll(context),
        }
    }
}
