//! Mails that follow a commit: written in its transaction, sent after it by a worker.
//!
//! Bodies and attachments may carry credentials. They are sealed while they wait, erased once they
//! are sent, and never logged. Without a mail server they stay here, and whoever may read the
//! outbox hands them on. A mail may arrive twice when a node dies between sending and noting it,
//! but none is lost.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use seatlink_store::{self as store, MessageId, TenantId, Timestamp, Tx, outbox::MessageRecord};
use serde::{Deserialize, Serialize};

use crate::{
    Platform,
    actor::{Actor, Forbidden},
    log::{self, Change, Event, MailTrouble, Named},
    permission::Permission,
    seal::{Purpose, SealError, Secret},
};

/// How long a worker has for what it claimed; after that another one may send it.
const LEASE: Duration = Duration::from_mins(5);
const FIRST_RETRY: Duration = Duration::from_mins(1);
const LONGEST_RETRY: Duration = Duration::from_hours(4);
/// With the waits above: about two days.
const ATTEMPTS: i64 = 18;
/// Never by itself again; [`retry`] brings it back.
const GIVEN_UP: Timestamp = Timestamp::from_micros(i64::MAX);
const LIST_LIMIT: i64 = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    #[error("there is no mail {0}")]
    NotFound(MessageId),
    #[error("mail {0} no longer has an attachment")]
    NoAttachment(MessageId),
    #[error("mail {0} was already sent; issue its content again instead")]
    AlreadySent(MessageId),
    #[error("a mail could not be opened")]
    Seal(#[from] SealError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the outbox could not be read or written")]
    Store(#[from] store::Error),
}

/// A mail before it is written.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) body: Secret,
    pub(crate) attachment: Option<Attachment>,
}

/// A file that goes with a mail.
#[derive(Clone)]
pub struct Attachment {
    pub name: String,
    pub content: Vec<u8>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attachment({}, {} bytes)", self.name, self.content.len())
    }
}

/// What is sealed of a mail.
#[derive(Serialize, Deserialize)]
struct Content {
    body: Secret,
    attachment: Option<SealedAttachment>,
}

#[derive(Serialize, Deserialize)]
struct SealedAttachment {
    name: String,
    base64: Secret,
}

/// A sealed mail, ready for a transaction.
#[derive(Clone, Debug)]
pub(crate) struct SealedMail {
    id: MessageId,
    to: String,
    subject: String,
    sealed: Vec<u8>,
}

/// A mail as whoever may read the outbox sees it.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: MessageId,
    pub to: String,
    pub subject: String,
    /// Nothing once the mail is sent.
    pub body: Option<Secret>,
    /// Name and size in bytes.
    pub attachment: Option<(String, usize)>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub attempts: i64,
    /// Why the last attempt failed.
    pub last_error: Option<MailTrouble>,
}

/// A mail that a worker claimed and must now send.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub tenant: TenantId,
    pub id: MessageId,
    pub to: String,
    pub subject: String,
    pub body: Secret,
    pub attachment: Option<Attachment>,
    /// This attempt included.
    pub attempts: i64,
}

/// Why a mail could not be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// Trying again later may succeed.
    Temporary(MailTrouble),
    /// The receiver's server will never take it.
    Permanent(MailTrouble),
}

/// Whether mail can be addressed to this: one address, without name and angle brackets. Letters of
/// any script are fine (RFC 6531).
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let fits = text.len() <= 254 && (1..=64).contains(&local.len());
    let odd = |character: char| {
        character.is_whitespace() || character.is_control() || r#"<>()[]\,;:"@"#.contains(character)
    };
    fits && !local.contains(odd)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let allowed = |character: char| character.is_alphanumeric() || character == '-';
    (1..=63).contains(&label.len())
        && label.chars().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Seals a mail; to be called outside the transaction.
pub(crate) fn seal(platform: &Platform, mail: Mail) -> SealedMail {
    let attachment = mail.attachment.map(|attachment| SealedAttachment {
        name: attachment.name,
        base64: Secret::new(STANDARD.encode(attachment.content)),
    });
    let content = Content { body: mail.body, attachment };
    let sealed = platform.sealer().seal_json(Purpose::Mail, &content);
    SealedMail { id: platform.new_id(), to: mail.to, subject: mail.subject, sealed }
}

fn open(platform: &Platform, sealed: &[u8]) -> Result<(Secret, Option<Attachment>), SealError> {
    let content: Content = platform.sealer().open_json(Purpose::Mail, sealed)?;
    let attachment = match content.attachment {
        None => None,
        Some(attachment) => Some(Attachment {
            name: attachment.name,
            content: STANDARD.decode(attachment.base64.expose()).map_err(|_| SealError)?,
        }),
    };
    Ok((content.body, attachment))
}

/// Writes the mail in the transaction of what it follows.
pub(crate) async fn enqueue(
    tx: &mut Tx,
    actor: &Actor,
    mail: &SealedMail,
    at: Timestamp,
) -> Result<(), store::Error> {
    store::outbox::insert(tx, mail.id, &mail.to, &mail.subject, &mail.sealed, at).await?;
    let recipient = Named::new(mail.id, &mail.to);
    let event = Event::MailQueued { recipient, title: mail.subject.clone() };
    log::record(tx, actor, at, &Change::new(event)).await
}

/// The newest mails first.
pub async fn list(
    platform: &Platform,
    actor: &Actor,
    limit: i64,
) -> Result<Vec<Message>, OutboxError> {
    actor.require(Permission::Outbox)?;
    let limit = limit.clamp(1, LIST_LIMIT);
    let records: Vec<MessageRecord> = platform
        .db()
        .scan(actor.tenant, move |mut tx| async move { store::outbox::list(&mut tx, limit).await })
        .await?;
    records.into_iter().map(|record| message(platform, record)).collect()
}

fn message(platform: &Platform, record: MessageRecord) -> Result<Message, OutboxError> {
    let (body, attachment) = if record.sent_at.is_some() {
        (None, None)
    } else {
        let (body, attachment) = open(platform, &record.sealed)?;
        (Some(body), attachment)
    };
    let last_error = record.last_error.as_deref().map(serde_json::from_str).transpose();
    let last_error = last_error
        .map_err(|_| store::Error::Inconsistent { table: "outbox", id: record.id.to_string() })?;
    Ok(Message {
        id: record.id,
        to: record.recipient,
        subject: record.subject,
        body,
        attachment: attachment.map(|attachment| (attachment.name, attachment.content.len())),
        created_at: record.created_at,
        sent_at: record.sent_at,
        attempts: record.attempts,
        last_error,
    })
}

/// The file that waits with a mail.
pub async fn attachment(
    platform: &Platform,
    actor: &Actor,
    id: MessageId,
) -> Result<Attachment, OutboxError> {
    actor.require(Permission::Outbox)?;
    let record = platform
        .db()
        .read(actor.tenant, move |mut tx| async move { store::outbox::find(&mut tx, id).await })
        .await?
        .ok_or(OutboxError::NotFound(id))?;
    if record.sent_at.is_some() {
        return Err(OutboxError::NoAttachment(id));
    }
    let (_, attachment) = open(platform, &record.sealed)?;
    attachment.ok_or(OutboxError::NoAttachment(id))
}

/// Makes a mail due now, also one that was given up.
pub async fn retry(platform: &Platform, actor: &Actor, id: MessageId) -> Result<(), OutboxError> {
    actor.require(Permission::Outbox)?;
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let record =
                store::outbox::find(&mut tx, id).await?.ok_or(OutboxError::NotFound(id))?;
            if record.sent_at.is_some() {
                return Err(OutboxError::AlreadySent(id));
            }
            let error = record.last_error.as_deref();
            store::outbox::record_failed(&mut tx, id, at, error).await?;
            let event = Event::MailRetryRequested { recipient: Named::new(id, record.recipient) };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok(())
        })
        .await?;
    platform.wake();
    Ok(())
}

/// Claims mails that are due, of all tenants, for the one worker that asks. Each must be answered
/// with [`record_sent`] or [`record_failed`]; one that is not is due again after the lease.
pub async fn claim_due(platform: &Platform, limit: i64) -> Result<Vec<Outgoing>, OutboxError> {
    let now = platform.now();
    let claimed: Vec<MessageRecord> = platform
        .db()
        .system_write(move |mut system| async move {
            let due = store::outbox::list_due(&mut system, now, limit.clamp(1, LIST_LIMIT)).await?;
            let mut claimed = Vec::with_capacity(due.len());
            for mut record in due {
                let mut tx = system.enter(record.tenant);
                if store::outbox::claim(&mut tx, record.id, now, now.plus(LEASE)).await? {
                    record.attempts += 1;
                    claimed.push(record);
                }
                system = tx.leave();
            }
            Ok::<_, store::Error>(claimed)
        })
        .await?;
    let mut outgoing = Vec::with_capacity(claimed.len());
    for record in claimed {
        let Ok((body, attachment)) = open(platform, &record.sealed) else {
            let failure = Failure::Permanent(MailTrouble::Sealed);
            let (tenant, id, to) = (record.tenant, record.id, record.recipient);
            note_failure(platform, tenant, id, &to, record.attempts, failure).await?;
            continue;
        };
        outgoing.push(Outgoing {
            tenant: record.tenant,
            id: record.id,
            to: record.recipient,
            subject: record.subject,
            body,
            attachment,
            attempts: record.attempts,
        });
    }
    Ok(outgoing)
}

/// The mail has left; its content is erased.
pub async fn record_sent(platform: &Platform, mail: &Outgoing) -> Result<(), OutboxError> {
    let at = platform.now();
    let (id, actor) = (mail.id, Actor::system(mail.tenant));
    let event = Event::MailSent { recipient: Named::new(id, &mail.to) };
    platform
        .db()
        .write(mail.tenant, move |mut tx| async move {
            store::outbox::record_sent(&mut tx, id, at).await?;
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok(())
        })
        .await
}

/// The mail could not be sent. It is tried again later and later, until it is given up.
pub async fn record_failed(
    platform: &Platform,
    mail: &Outgoing,
    failure: Failure,
) -> Result<(), OutboxError> {
    note_failure(platform, mail.tenant, mail.id, &mail.to, mail.attempts, failure).await
}

async fn note_failure(
    platform: &Platform,
    tenant: TenantId,
    id: MessageId,
    to: &str,
    attempts: i64,
    failure: Failure,
) -> Result<(), OutboxError> {
    let at = platform.now();
    let actor = Actor::system(tenant);
    let wait = match &failure {
        Failure::Temporary(_) => retry_after(attempts),
        Failure::Permanent(_) => None,
    };
    let (Failure::Temporary(trouble) | Failure::Permanent(trouble)) = failure;
    let error = serde_json::to_string(&trouble).expect("troubles have text keys");
    let recipient = Named::new(id, to);
    let event = if wait.is_some() {
        Event::MailDelayed { recipient, trouble }
    } else {
        Event::MailGivenUp { recipient, trouble }
    };
    let due = wait.map_or(GIVEN_UP, |wait| at.plus(wait));
    platform
        .db()
        .write(tenant, move |mut tx| async move {
            store::outbox::record_failed(&mut tx, id, due, Some(&error)).await?;
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok(())
        })
        .await
}

/// Doubles from one minute to four hours; `None` when it was tried often enough.
fn retry_after(attempts: i64) -> Option<Duration> {
    if attempts >= ATTEMPTS {
        return None;
    }
    let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    Some(FIRST_RETRY.saturating_mul(1 << doublings).min(LONGEST_RETRY))
}

#[cfg(test)]
pub(crate) mod tests;
