//! Work: who has to be reconciled at which target, taken by lease and finished with a reason.

mod link;

use std::time::Duration;

use seatlink_scim::Document;
use seatlink_store::{
    self as store, IntegrationId, TenantId, Timestamp, UserId,
    work::{LeaseRecord, WorkRecord},
};
use serde::Serialize;

use crate::{
    Platform,
    actor::{Actor, Forbidden},
    log::{self, Change, Event, Only, Reason, Unreadable},
    permission::Permission,
};

pub use self::link::{Delivered, Link, LinkState};

#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("a stored person cannot be read")]
    Document(#[source] seatlink_scim::Error),
    #[error("work could not be read or written")]
    Store(#[from] store::Error),
}

/// The right to work on one subject at one target until it runs out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lease {
    pub tenant: TenantId,
    pub integration: IntegrationId,
    pub subject: store::Subject,
    pub generation: i64,
    /// Tries that failed before this one.
    pub attempts: i64,
}

impl Lease {
    const fn record(&self) -> LeaseRecord {
        LeaseRecord { subject: self.subject, generation: self.generation, attempts: self.attempts }
    }
}

/// Everything a plan is made from. Decisions come from this state, never from the event behind it.
#[derive(Clone, Debug)]
pub struct WorkSubject {
    pub person: Option<Person>,
    /// Directly, or through any group.
    pub assigned: bool,
    pub link: Option<Link>,
    /// What an account would be found by that may have been made for a person who is gone.
    pub sought: Option<Document>,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub user_name: String,
    pub active: bool,
    pub document: Document,
}

/// What was done at the target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    Nothing,
    Link,
    Create,
    Update,
    Deactivate,
    Reactivate,
}

/// How one attempt ended. There is no way to end one without saying why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    Done {
        action: Action,
        link: Option<Link>,
        event: Event,
    },
    Retry {
        at: Timestamp,
        event: Event,
    },
    /// Failed until somebody asks for it again or the person changes.
    Attention {
        event: Event,
    },
}

/// An item of work as administrators see it.
#[derive(Clone, Debug)]
pub struct Item {
    pub subject: store::Subject,
    pub state: String,
    pub attempts: i64,
    pub due_at: Timestamp,
    /// How the last attempt ended.
    pub last: Option<Last>,
}

/// How an attempt ended that was not the last.
#[derive(Clone, Debug)]
pub struct Last {
    /// One of the words of [`Reason`].
    pub reason: String,
    pub event: Result<Event, Unreadable>,
}

impl Item {
    fn from_record(record: WorkRecord) -> Self {
        let subject = record.subject;
        let last = record.last_error.map(|text| Last {
            reason: record.last_code.unwrap_or_default(),
            event: log::decode(("work", &subject), &text, subject.kind.as_str(), Some(subject.id)),
        });
        Self {
            subject,
            state: record.state,
            attempts: record.attempts,
            due_at: record.due_at,
            last,
        }
    }
}

/// Ready integrations with something due, across tenants.
pub async fn integrations_with_due_work(
    platform: &Platform,
) -> Result<Vec<(TenantId, IntegrationId)>, WorkError> {
    let now = platform.now();
    platform
        .db()
        .system_read(move |mut tx| async move {
            Ok(store::work::integrations_with_due(&mut tx, now).await?)
        })
        .await
}

/// When the next item is due, if any is.
pub async fn next_due_at(platform: &Platform) -> Result<Option<Timestamp>, WorkError> {
    platform
        .db()
        .system_read(|mut tx| async move { Ok(store::work::next_due(&mut tx).await?) })
        .await
}

pub async fn lease(
    platform: &Platform,
    tenant: TenantId,
    integration: IntegrationId,
    owner: &str,
    limit: usize,
    lasts: Duration,
) -> Result<Vec<Lease>, WorkError> {
    let now = platform.now();
    let until = now.plus(lasts);
    let owner = owner.to_owned();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    platform
        .db()
        .write(tenant, move |mut tx| async move {
            let leased =
                store::work::lease(&mut tx, integration, &owner, now, until, limit).await?;
            Ok(leased
                .into_iter()
                .map(|lease| Lease {
                    tenant,
                    integration,
                    subject: lease.subject,
                    generation: lease.generation,
                    attempts: lease.attempts,
                })
                .collect())
        })
        .await
}

/// What targets find accounts by, kept of a person who is deleted while an account may be under
/// way.
pub(crate) fn found_by(document: &Document) -> String {
    let mut kept = Document::default();
    for name in ["userName", "emails"] {
        if let Some(value) = document.get(name) {
            kept.set(name, value.clone());
        }
    }
    kept.to_text()
}

/// The state a plan for this lease is made from. An item of a group is an inconsistency: nothing
/// makes one yet.
pub async fn subject(platform: &Platform, lease: &Lease) -> Result<WorkSubject, WorkError> {
    let Lease { integration, subject, .. } = *lease;
    // A group that is assigned stands for the people in it; the group itself is not pushed.
    let store::SubjectKind::User = subject.kind else {
        return Err(store::Error::Inconsistent { table: "work", id: subject.to_string() }.into());
    };
    let user = UserId::from(subject.id);
    platform
        .db()
        .settled(lease.tenant, move |mut tx| async move {
            // Whoever changes the person at this moment may have looked for assignments before this
            // item was there, and will not ask for the person to be looked at again.
            let record = store::users::find_settled(&mut tx, user).await?;
            let assigned = store::integrations::is_assigned(&mut tx, integration, user).await?;
            let link = store::links::find(&mut tx, integration, subject).await?;
            let person = match record {
                Some(record) => Some(Person {
                    id: record.id,
                    user_name: record.user_name,
                    active: record.active,
                    document: Document::from_stored(&record.document)
                        .map_err(WorkError::Document)?,
                }),
                None => None,
            };
            let (link, sought) = match link {
                Some(link) if link.state == store::links::SOUGHT => (None, Some(link.remote_id)),
                Some(link) => (Some(Link::from_record(&link, subject)?), None),
                None => (None, None),
            };
            let sought = sought.as_deref().map(Document::from_stored).transpose();
            Ok(WorkSubject { person, assigned, link, sought: sought.map_err(WorkError::Document)? })
        })
        .await
}

/// Writes link, log row and work item in one transaction.
pub async fn finish(platform: &Platform, lease: &Lease, outcome: Outcome) -> Result<(), WorkError> {
    let at = platform.now();
    let actor = Actor::system(lease.tenant);
    let Lease { integration, subject, .. } = *lease;
    let item = lease.record();
    platform
        .db()
        .write(lease.tenant, move |mut tx| async move {
            let event = match outcome {
                Outcome::Done { link, event, .. } => {
                    match link {
                        Some(link) => {
                            let link = link.to_record();
                            store::links::save(&mut tx, integration, subject, &link, at).await?;
                        }
                        None if event.reason() == Reason::NotFoundRemotely => {
                            store::links::forget_sought(&mut tx, integration, subject).await?;
                        }
                        None => {}
                    }
                    store::work::finish(&mut tx, integration, item).await?;
                    event
                }
                Outcome::Retry { at: due, event } => {
                    let (code, text) = (event.reason().as_str(), event.to_stored());
                    store::work::retry_later(&mut tx, integration, item, due, code, &text, at)
                        .await?;
                    event
                }
                Outcome::Attention { event } => {
                    let (code, text) = (event.reason().as_str(), event.to_stored());
                    store::work::needs_attention(&mut tx, integration, item, code, &text, at)
                        .await?;
                    event
                }
            };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok(())
        })
        .await
}

/// Moves everything due to `until`: the target asked for a pause.
pub async fn pause(
    platform: &Platform,
    tenant: TenantId,
    integration: IntegrationId,
    until: Timestamp,
) -> Result<u64, WorkError> {
    platform
        .db()
        .write(tenant, move |mut tx| async move {
            Ok(store::work::pause(&mut tx, integration, until).await?)
        })
        .await
}

/// Gives back items that were leased and not tried, so that whoever comes next need not wait.
pub async fn give_back(platform: &Platform, leases: Vec<Lease>) -> Result<(), WorkError> {
    let Some(first) = leases.first() else { return Ok(()) };
    platform
        .db()
        .write(first.tenant, move |mut tx| async move {
            for lease in leases {
                store::work::give_back(&mut tx, lease.integration, lease.record()).await?;
            }
            Ok(())
        })
        .await
}

/// Gives back what this owner holds.
pub async fn release(platform: &Platform, owner: &str) -> Result<u64, WorkError> {
    let owner = owner.to_owned();
    platform
        .db()
        .system_write(move |mut tx| async move {
            Ok(store::work::release_owner(&mut tx, &owner).await?)
        })
        .await
}

/// Gives back what dead processes hold. Only for a store that one process at a time works on.
pub async fn release_all(platform: &Platform) -> Result<u64, WorkError> {
    platform
        .db()
        .system_write(|mut tx| async move { Ok(store::work::release_all(&mut tx).await?) })
        .await
}

/// Puts everyone assigned or linked through the same steps again.
pub async fn enqueue_all(
    platform: &Platform,
    actor: &Actor,
    integration: IntegrationId,
) -> Result<u64, WorkError> {
    actor.require(Permission::Integrations)?;
    let at = platform.now();
    let actor = actor.clone();
    let count = platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let count = store::work::enqueue_integration(&mut tx, integration, at).await?;
            let event = Event::ComparisonRequested { app: Only::new(integration), people: count };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok::<_, WorkError>(count)
        })
        .await?;
    platform.wake();
    Ok(count)
}

/// Retries what needs attention: everything of the integration, or one person.
pub async fn retry(
    platform: &Platform,
    actor: &Actor,
    integration: IntegrationId,
    user: Option<UserId>,
) -> Result<u64, WorkError> {
    actor.require(Permission::Integrations)?;
    let at = platform.now();
    let actor = actor.clone();
    let count = platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let count = match user {
                Some(user) => {
                    u64::from(store::work::retry_one(&mut tx, integration, user.into(), at).await?)
                }
                None => store::work::retry_attention(&mut tx, integration, at).await?,
            };
            let event = Event::RetryRequested { app: Only::new(integration), items: count };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok::<_, WorkError>(count)
        })
        .await?;
    platform.wake();
    Ok(count)
}

/// How an integration stands, in people.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Standing {
    pub waiting: i64,
    pub failed: i64,
    pub active: i64,
    pub inactive: i64,
}

pub async fn standing(
    platform: &Platform,
    actor: &Actor,
    integration: IntegrationId,
) -> Result<Standing, WorkError> {
    actor.require(Permission::Integrations)?;
    platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            Ok(Standing {
                waiting: store::work::count(&mut tx, integration, "due").await?,
                failed: store::work::count(&mut tx, integration, "attention").await?,
                active: store::links::count(&mut tx, integration, LinkState::Active.as_str())
                    .await?,
                inactive: store::links::count(&mut tx, integration, LinkState::Inactive.as_str())
                    .await?,
            })
        })
        .await
}

/// Items that need attention, the latest first, with the target's own words.
pub async fn failed(
    platform: &Platform,
    actor: &Actor,
    integration: IntegrationId,
    limit: i64,
) -> Result<Vec<Item>, WorkError> {
    actor.require(Permission::Integrations)?;
    platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            let records = store::work::list(&mut tx, integration, "attention", limit).await?;
            Ok(records.into_iter().map(Item::from_record).collect())
        })
        .await
}

/// One person's item and account at the target, if there are any.
pub async fn assignment_state(
    platform: &Platform,
    actor: &Actor,
    integration: IntegrationId,
    user: UserId,
) -> Result<(Option<Item>, Option<Link>), WorkError> {
    actor.require(Permission::Integrations)?;
    platform
        .db()
        .read(actor.tenant, move |mut tx| async move {
            let subject = store::Subject::from(user);
            let work = store::work::find(&mut tx, integration, subject).await?;
            let link = store::links::find(&mut tx, integration, subject).await?;
            let link = link.filter(|link| link.state != store::links::SOUGHT);
            let link = link.map(|link| Link::from_record(&link, subject)).transpose()?;
            Ok((work.map(Item::from_record), link))
        })
        .await
}
