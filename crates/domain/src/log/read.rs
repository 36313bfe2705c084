//! Reading the log.

use std::fmt;

use seatlink_store::{self as store, Timestamp, changes::ChangeRecord};
use uuid::Uuid;

use super::{Event, Reason};
use crate::{
    Platform,
    actor::{Actor, Forbidden},
    permission::Permission,
};

#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the cursor is not one of this list; ask for the first page")]
    BadCursor,
    #[error("the log could not be read")]
    Store(#[from] store::Error),
}

/// A row with an event that this version of Seatlink cannot read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("row {row} of {table} cannot be read: {why}")]
pub struct Unreadable {
    pub table: &'static str,
    pub row: String,
    /// What the parser says.
    pub why: String,
}

/// The event of a row. One that cannot be read is logged, and does not keep other rows from being
/// shown.
pub(crate) fn decode(
    (table, row): (&'static str, &dyn fmt::Display),
    text: &str,
    resource_type: &str,
    id: Option<Uuid>,
) -> Result<Event, Unreadable> {
    Event::from_stored(text, resource_type, id).map_err(|error| {
        let unreadable = Unreadable { table, row: row.to_string(), why: error.to_string() };
        tracing::error!(error = %unreadable, "a stored event");
        unreadable
    })
}

/// One row of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    pub sequence: i64,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub actor_name: String,
    pub connection: Option<String>,
    pub request_id: Option<String>,
    /// One of the words of [`super::Operation`].
    pub operation: String,
    /// The name of the type: one of [`super::Subject`], or a type that the tenant registered.
    pub resource_type: String,
    pub resource_id: Option<Uuid>,
    /// JSON: what differs, attribute by attribute, and what was repaired.
    pub difference: Option<String>,
    /// One of the words of [`Reason`].
    pub reason: String,
    pub event: Result<Event, Unreadable>,
}

impl Entry {
    pub(super) fn from_record(record: ChangeRecord) -> Self {
        let row: (_, &dyn fmt::Display) = ("changes", &record.sequence);
        let event = decode(row, &record.event, &record.resource_type, record.resource_id);
        Self {
            sequence: record.sequence,
            at: record.at,
            actor_kind: record.actor_kind,
            actor_id: record.actor_id,
            actor_name: record.actor_name,
            connection: record.connection,
            request_id: record.request_id,
            operation: record.operation,
            resource_type: record.resource_type,
            resource_id: record.resource_id,
            difference: record.difference,
            reason: record.reason,
            event,
        }
    }
}

/// Everything that happened to one resource, the oldest first.
pub async fn history(
    platform: &Platform,
    actor: &Actor,
    resource: Uuid,
) -> Result<Vec<Entry>, LogError> {
    actor.require(Permission::AuditRead)?;
    let records = platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            store::changes::of_resource(&mut tx, resource).await
        })
        .await?;
    Ok(records.into_iter().map(Entry::from_record).collect())
}

/// The newest rows of the tenant's log.
pub async fn latest(
    platform: &Platform,
    actor: &Actor,
    limit: i64,
) -> Result<Vec<Entry>, LogError> {
    actor.require(Permission::AuditRead)?;
    let records = platform
        .db()
        .scan(
            actor.tenant,
            move |mut tx| async move { store::changes::latest(&mut tx, limit).await },
        )
        .await?;
    Ok(records.into_iter().map(Entry::from_record).collect())
}

/// How many distinct resources the log names with this reason.
pub async fn count_distinct(
    platform: &Platform,
    actor: &Actor,
    reason: Reason,
) -> Result<i64, LogError> {
    actor.require(Permission::AuditRead)?;
    let count = platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            store::changes::count_distinct(&mut tx, reason.as_str()).await
        })
        .await?;
    Ok(count)
}
