//! What a flow's end means for the work item. Pure.

use seatlink_domain::{
    Timestamp,
    changes::Reason,
    work::{Action, Delivered, Link, LinkState, Outcome},
};

use super::gate::Refused;
use crate::{
    backoff,
    connector::{Cause, Effect, Failure},
    mapping::Mapped,
    plan::{Idle, Push},
    sentences::About,
};

/// What the engine knows of the item it worked on.
pub(super) struct Context<'a> {
    pub(super) about: About<'a>,
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

/// Nothing was sent; the link stays as it is.
pub(super) fn idle(idle: Idle) -> Outcome {
    Outcome::Done {
        action: Action::Nothing,
        link: None,
        reason: idle.reason(),
        sentence: idle.sentence().to_owned(),
    }
}

impl Context<'_> {
    pub(super) fn done(&self, effect: Effect) -> Outcome {
        let About { user, app } = self.about;
        let before = || self.link.map(|link| link.delivered.clone()).unwrap_or_default();
        // An account that is new to us has nothing of ours from before.
        let first = || self.mapped.map(Mapped::delivered).unwrap_or_default();
        let again = || self.mapped.map_or_else(before, |mapped| mapped.delivered_over(&before()));
        // What was not pushed must still count as missing when updates are switched on again.
        let after = |pushed| match pushed {
            Push::Profile => again(),
            Push::ActiveOnly => before(),
        };
        let (action, reason, verb, id, state, delivered) = match effect {
            Effect::Created { id } => {
                (Action::Create, Reason::PushedNew, "was created", id, LinkState::Active, first())
            }
            Effect::Linked { id, pushed } => (
                Action::Link,
                Reason::Linked,
                "was linked to the existing account",
                id,
                LinkState::Active,
                match pushed {
                    Push::Profile => first(),
                    Push::ActiveOnly => Delivered::default(),
                },
            ),
            Effect::Updated { id } => (
                Action::Update,
                Reason::PushedUpdate,
                "was updated",
                id,
                LinkState::Active,
                again(),
            ),
            Effect::Reactivated { id, pushed } => (
                Action::Reactivate,
                Reason::PushedReactivation,
                "was activated again",
                id,
                LinkState::Active,
                after(pushed),
            ),
            Effect::Deactivated { id } => (
                Action::Deactivate,
                Reason::PushedDeactivation,
                "was deactivated",
                id,
                LinkState::Inactive,
                before(),
            ),
            Effect::AlreadyInactive { id } => (
                Action::Deactivate,
                Reason::NothingToDo,
                "was inactive already",
                id,
                LinkState::Inactive,
                before(),
            ),
            Effect::NoAccount => {
                return Outcome::Done {
                    action: Action::Nothing,
                    // An account that is gone is as good as inactive, and if the person comes back
                    // the look-up starts again.
                    link: self.link.map(|link| Link { state: LinkState::Inactive, ..link.clone() }),
                    reason: Reason::NotFoundRemotely,
                    sentence: format!(
                        "User {user} has no account in {app}, so there is nothing to deactivate."
                    ),
                };
            }
        };
        Outcome::Done {
            action,
            link: Some(Link { remote_id: id, state, delivered }),
            reason,
            sentence: format!("User {user} {verb} in {app}."),
        }
    }

    pub(super) fn failed(&self, failure: &Failure, finding: Finding) -> Outcome {
        let sentence = failure.sentence(self.about);
        let attention = |reason, sentence| Outcome::Attention { reason, sentence };
        match (&failure.cause, finding) {
            // Due at once: it waits for nothing but the authorization.
            (Cause::Unauthorized(_), _)
            | (Cause::Forbidden { .. }, Finding::Refused(Refused::Authorization)) => {
                Outcome::Retry { at: self.now, reason: Reason::NeedsAuthorization, sentence }
            }
            (Cause::RateLimited { retry_after }, finding) => {
                let at = match finding {
                    Finding::PausedUntil(until) => until,
                    Finding::None | Finding::Refused(_) => {
                        self.now.plus(backoff::rate_limited(*retry_after, 1))
                    }
                };
                self.again(at, Reason::RateLimited, sentence)
            }
            (Cause::Unavailable { retry_after, .. }, _) => Outcome::Retry {
                at: self.later(*retry_after),
                reason: Reason::TargetUnavailable,
                sentence,
            },
            (Cause::Broken(_) | Cause::Changed(_), _) => {
                self.again(self.later(None), Reason::TargetUnavailable, sentence)
            }
            (
                Cause::Forbidden { .. }
                | Cause::Rejected(_)
                | Cause::NotFound(_)
                | Cause::Conflict(_),
                _,
            ) => attention(Reason::RejectedByTarget, sentence),
            (Cause::NoMatch, _) => attention(Reason::NotFoundRemotely, sentence),
            (Cause::Ambiguous { .. }, _) => attention(Reason::Duplicate, sentence),
            (Cause::EmptyAnswer, _) => attention(Reason::EmptyAnswer, sentence),
            (Cause::InvalidAnswer(_), _) => attention(Reason::InvalidAnswer, sentence),
            (Cause::ForbiddenTarget(_) | Cause::NoIdentifier, _) => {
                attention(Reason::Refused, sentence)
            }
        }
    }

    /// Another try, unless there were too many.
    fn again(&self, at: Timestamp, reason: Reason, sentence: String) -> Outcome {
        if self.attempt < backoff::MAX_ATTEMPTS {
            return Outcome::Retry { at, reason, sentence };
        }
        let sentence = format!("{sentence} (given up after {} attempts)", self.attempt);
        Outcome::Attention { reason: Reason::TooManyAttempts, sentence }
    }

    fn later(&self, retry_after: Option<std::time::Duration>) -> Timestamp {
        let attempt = u32::try_from(self.attempt).unwrap_or(u32::MAX);
        self.now.plus(backoff::unavailable(retry_after, attempt, self.jitter))
    }
}
