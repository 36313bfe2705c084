//! One try at one work item, from the lease to the outcome.
//!
//! Holds no state of its own between steps: cut off anywhere, the lease lapses and the next try
//! starts from what the database and the target say then.

use std::sync::Arc;

use seatlink_domain::{
    Actor, Timestamp, integrations,
    log::{Named, Silence, Step, Trouble},
    work::{self, Lease, Outcome, WorkSubject},
};
use tokio::time::{Instant, timeout_at};

use super::{
    Shared,
    gate::{Gate, Noticed, Refused},
    outcome::{Context, Finding},
};
use crate::{
    connector::{Access, Cause, Effect, Failure},
    mapping::Mapped,
    plan::{self, Decision, Plan, Tried},
    session::Session,
};

pub(super) struct Attempt {
    pub(super) shared: Arc<Shared>,
    pub(super) session: Arc<Session>,
    pub(super) gate: Arc<Gate>,
    pub(super) lease: Lease,
    /// When the lease must no longer be relied on.
    pub(super) deadline: Instant,
}

impl Attempt {
    pub(super) async fn run(self) {
        let platform = &self.shared.platform;
        let subject = match work::subject(platform, &self.lease).await {
            Ok(subject) => subject,
            Err(error) => {
                tracing::error!(subject = %self.lease.subject, %error, "cannot read what to provision");
                return;
            }
        };
        let Some(outcome) = self.outcome(&subject).await else { return self.give_back().await };
        if let Err(error) = work::finish(platform, &self.lease, outcome).await {
            tracing::error!(subject = %self.lease.subject, %error, "cannot record an outcome");
        }
    }

    /// Whoever comes next need not wait for the lease to lapse.
    async fn give_back(&self) {
        if let Err(error) = work::give_back(&self.shared.platform, vec![self.lease]).await {
            tracing::warn!(subject = %self.lease.subject, %error, "an untried item waits for its lease");
        }
    }

    /// `None` when nothing was tried: the item is given back as it is.
    async fn outcome(&self, subject: &WorkSubject) -> Option<Outcome> {
        let platform = &self.shared.platform;
        let person = subject.person.as_ref();
        let document = person.map(|person| &person.document).or(subject.sought.as_ref());
        let id = self.lease.subject.id.to_string();
        let mapped =
            document.map(|document| Mapped::of(document.map(), id, platform.delivery_digests()));
        let tried = tried(&self.lease);
        let integration = &self.session.integration;
        let decision = plan::decide(subject, mapped.as_ref(), &integration.settings, tried);
        let name = match person {
            Some(person) => person.user_name.clone(),
            None => match mapped.as_ref().and_then(Mapped::user_name) {
                Some(name) => name.to_owned(),
                None => self.lease.subject.id.to_string(),
            },
        };
        let mut context = Context {
            user: Named::new(self.lease.subject.id.into(), name),
            app: integration.named(),
            link: subject.link.as_ref(),
            mapped: mapped.as_ref(),
            attempt: self.lease.attempts + 1,
            now: platform.now(),
            jitter: u32::from_be_bytes(platform.random()),
        };
        let plan = match decision {
            Decision::Nothing(idle) => return Some(context.idle(idle)),
            Decision::Do(plan) => plan,
        };
        let slot = self.gate.enter(platform, self.deadline).await?;
        let result = match timeout_at(self.deadline, self.execute(plan)).await {
            Ok(result) => result,
            Err(_elapsed) => Err(out_of_time()),
        };
        drop(slot);
        context.now = platform.now();
        match result {
            Ok(effect) => {
                self.gate.succeeded(access_of(&effect));
                Some(context.done(effect))
            }
            Err(failure) => {
                let finding = self.judge(&failure, &context).await;
                Some(context.failed(&failure, finding))
            }
        }
    }

    async fn execute(&self, plan: Plan<'_>) -> Result<Effect, Failure> {
        let connector = &self.session.connector;
        match plan {
            Plan::LinkOrCreate { mapped, push, on_miss } => {
                connector.link_or_create(mapped, push, on_miss).await
            }
            Plan::Update { link, mapped, on_miss } => {
                connector.update(&link.remote_id, mapped, &link.delivered, on_miss).await
            }
            Plan::Reactivate { link, mapped, push, on_miss } => {
                connector.reactivate(&link.remote_id, mapped, &link.delivered, push, on_miss).await
            }
            Plan::Deactivate { link } => connector.deactivate(&link.remote_id).await,
            Plan::DeactivateUnlinked { mapped } => connector.deactivate_unlinked(mapped).await,
        }
    }

    /// Draws the conclusions for the target as a whole.
    async fn judge(&self, failure: &Failure, context: &Context<'_>) -> Finding {
        match &failure.cause {
            Cause::RateLimited { retry_after } => {
                let (until, noticed) = self.gate.rate_limited(*retry_after, context.now);
                if noticed == Noticed::First {
                    self.pause(until).await;
                }
                Finding::PausedUntil(until)
            }
            Cause::Unavailable { retry_after, .. } => {
                self.gate.unavailable(*retry_after, context.now, context.jitter);
                Finding::None
            }
            Cause::Unauthorized(_) => {
                self.lose_authorization(failure).await;
                Finding::None
            }
            Cause::Forbidden { access, .. } => {
                let refused = self.gate.refused(*access);
                if refused == Refused::Authorization {
                    self.lose_authorization(failure).await;
                }
                Finding::Refused(refused)
            }
            Cause::Broken(_)
            | Cause::Rejected(_)
            | Cause::NotFound(_)
            | Cause::Conflict(_)
            | Cause::Changed(_)
            | Cause::NoMatch
            | Cause::Ambiguous { .. }
            | Cause::EmptyAnswer
            | Cause::InvalidAnswer(_)
            | Cause::ForbiddenTarget(_)
            | Cause::NoIdentifier => Finding::None,
        }
    }

    /// Tells the database, and with it other processes and the next start of this one.
    async fn pause(&self, until: Timestamp) {
        let Lease { tenant, integration, .. } = self.lease;
        let paused = work::pause(&self.shared.platform, tenant, integration, until);
        if let Err(error) = paused.await {
            tracing::error!(%integration, %error, "cannot record a pause");
        }
    }

    async fn lose_authorization(&self, failure: &Failure) {
        if self.gate.lose_authorization() == Noticed::Already {
            return;
        }
        let actor = Actor::system(self.lease.tenant);
        let (platform, id) = (&self.shared.platform, self.lease.integration);
        let problem = failure.problem();
        let marked = integrations::mark_needs_authorization(platform, &actor, id, problem).await;
        if let Err(error) = marked {
            tracing::error!(integration = %id, %error, "cannot mark a lost authorization");
        }
    }
}

/// An item that an earlier need made was perhaps tried and cut off: a new need counts up the
/// generation and starts the attempts again.
fn tried(lease: &Lease) -> Tried {
    if lease.attempts > 0 || lease.generation > 1 { Tried::Before } else { Tried::Never }
}

fn access_of(effect: &Effect) -> Access {
    match effect {
        Effect::Created { .. }
        | Effect::Linked { .. }
        | Effect::Updated { .. }
        | Effect::Reactivated { .. }
        | Effect::Deactivated { .. } => Access::Write,
        Effect::AlreadyInactive { .. } | Effect::NoAccount => Access::Read,
    }
}

fn out_of_time() -> Failure {
    let trouble = Trouble::Silence(Silence::OutOfTime);
    let cause = Cause::Unavailable { retry_after: None, trouble };
    Failure { step: Step::LookUp, cause }
}
