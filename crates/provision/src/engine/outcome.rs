//! What a flow's end means for the work item. Pure.

use seatlink_domain::{
    IntegrationId, Timestamp, UserId,
    log::{Event, Named},
    work::{Action, Delivered, Link, LinkState, Outcome},
};

use super::gate::Refused;
use crate::{
    backoff,
    connector::{Cause, Effect, Failure},
    mapping::Mapped,
    plan::{Idle, Push},
};

/// What the engine knows of the item it worked on.
pub(super) struct Context<'a> {
    pub(super) user: Named<UserId>,
    pub(super) app: Named<IntegrationId>,
    /// The link as it was before.
    pub(super) link: Option<&'a Link>,
    /// What was to be delivered, if the person still exists.
    pub(super) mapped: Option<&'a Mapped>,
    /// Counts this attempt, from 1.
    pub(super) attempt: i64,
    pub(super) now: Timestamp,
    pub(super) jitter: u32,
}

/// What the target as a whole was found to be; only some failures ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Finding {
    None,
    PausedUntil(Timestamp),
    Refused(Refused),
}

impl Context<'_> {
    /// Nothing was sent; the link stays as it is.
    pub(super) fn idle(self, idle: Idle) -> Outcome {
        Outcome::Done {
            action: Action::Nothing,
            link: None,
            event: idle.event(self.user, self.app),
        }
    }

    pub(super) fn done(self, effect: Effect) -> Outcome {
        let before = || self.link.map(|link| link.delivered.clone()).unwrap_or_default();
        // An account that is new to us has nothing of ours from before.
        let first = || self.mapped.map(Mapped::delivered).unwrap_or_default();
        let again = || self.mapped.map_or_else(before, |mapped| mapped.delivered_over(&before()));
        // What was not pushed must still count as missing when updates are switched on again.
        let after = |pushed| match pushed {
            Push::Profile => again(),
            Push::ActiveOnly => before(),
        };
        let (user, app) = (self.user.clone(), self.app.clone());
        let (action, id, state, delivered, event) = match effect {
            Effect::Created { id } => (
                Action::Create,
                id,
                LinkState::Active,
                first(),
                Event::AccountCreated { user, app },
            ),
            Effect::Linked { id, pushed } => (
                Action::Link,
                id,
                LinkState::Active,
                match pushed {
                    Push::Profile => first(),
                    Push::ActiveOnly => Delivered::default(),
                },
                Event::AccountLinked { user, app },
            ),
            Effect::Updated { id } => (
                Action::Update,
                id,
                LinkState::Active,
                again(),
                Event::AccountUpdated { user, app },
            ),
            Effect::Reactivated { id, pushed } => (
                Action::Reactivate,
                id,
                LinkState::Active,
                after(pushed),
                Event::AccountReactivated { user, app },
            ),
            Effect::Deactivated { id } => (
                Action::Deactivate,
                id,
                LinkState::Inactive,
                before(),
                Event::AccountDeactivated { user, app },
            ),
            Effect::AlreadyInactive { id } => (
                Action::Deactivate,
                id,
                LinkState::Inactive,
                before(),
                Event::AccountInactive { user, app },
            ),
            Effect::NoAccount => {
                return Outcome::Done {
                    action: Action::Nothing,
                    // An account that is gone is as good as inactive, and if the person comes back
                    // the look-up starts again.
                    link: self.link.map(|link| Link { state: LinkState::Inactive, ..link.clone() }),
                    event: Event::AccountAbsent { user, app },
                };
            }
        };
        let link = Link { remote_id: id, state, delivered };
        Outcome::Done { action, link: Some(link), event }
    }

    pub(super) fn failed(self, failure: &Failure, finding: Finding) -> Outcome {
        let later = self.later(match &failure.cause {
            Cause::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        });
        let (now, attempt) = (self.now, self.attempt);
        let (user, app, problem) = (self.user, self.app, failure.problem());
        match (&failure.cause, finding) {
            // Due at once: it waits for nothing but the authorization.
            (Cause::Unauthorized(_), _)
            | (Cause::Forbidden { .. }, Finding::Refused(Refused::Authorization)) => {
                Outcome::Retry { at: now, event: Event::AuthorizationNeeded { user, app, problem } }
            }
            (Cause::RateLimited { retry_after }, finding) => {
                let at = match finding {
                    Finding::PausedUntil(until) => until,
                    Finding::None | Finding::Refused(_) => {
                        now.plus(backoff::rate_limited(*retry_after, 1))
                    }
                };
                once_more(at, attempt, Event::TargetRateLimited { user, app, problem })
            }
            (Cause::Unavailable { .. }, _) => {
                Outcome::Retry { at: later, event: Event::TargetUnavailable { user, app, problem } }
            }
            (Cause::Broken(_) | Cause::Changed(_), _) => {
                once_more(later, attempt, Event::TargetUnavailable { user, app, problem })
            }
            (
                Cause::Forbidden { .. }
                | Cause::Rejected(_)
                | Cause::NotFound(_)
                | Cause::Conflict(_),
                _,
            ) => Outcome::Attention { event: Event::RejectedByTarget { user, app, problem } },
            (Cause::NoMatch, _) => {
                Outcome::Attention { event: Event::AccountNotFound { user, app, problem } }
            }
            (Cause::Ambiguous { .. }, _) => {
                Outcome::Attention { event: Event::AccountAmbiguous { user, app, problem } }
            }
            (Cause::EmptyAnswer, _) => {
                Outcome::Attention { event: Event::AnswerEmpty { user, app, problem } }
            }
            (Cause::InvalidAnswer(_), _) => {
                Outcome::Attention { event: Event::AnswerInvalid { user, app, problem } }
            }
            (Cause::ForbiddenTarget(_) | Cause::NoIdentifier, _) => {
                Outcome::Attention { event: Event::NothingSent { user, app, problem } }
            }
        }
    }

    fn later(&self, retry_after: Option<std::time::Duration>) -> Timestamp {
        let attempt = u32::try_from(self.attempt).unwrap_or(u32::MAX);
        self.now.plus(backoff::unavailable(retry_after, attempt, self.jitter))
    }
}

/// Another try, unless there were too many.
fn once_more(at: Timestamp, attempts: i64, event: Event) -> Outcome {
    match event {
        Event::TargetRateLimited { user, app, problem }
        | Event::TargetUnavailable { user, app, problem }
            if attempts >= backoff::MAX_ATTEMPTS =>
        {
            Outcome::Attention { event: Event::GivenUp { user, app, problem, attempts } }
        }
        event => Outcome::Retry { at, event },
    }
}
