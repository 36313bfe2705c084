//! Rows of the change log.

use seatlink_domain::log::{Entry, Event};
use seatlink_edge::words;
use seatlink_texts::Language;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Rows of the change log, the latest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeList)]
pub(crate) struct ChangeList {
    pub(crate) changes: Vec<ChangeView>,
}

/// A row of the change log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub(crate) struct ChangeView {
    sequence: i64,
    #[schema(format = DateTime)]
    at: String,
    actor: ActorView,
    /// The id of the connection that the request came in by.
    #[schema(required)]
    connection: Option<String>,
    #[schema(required)]
    request_id: Option<String>,
    operation: String,
    resource: ResourceView,
    /// What was before and what is now, member by member.
    #[schema(required, value_type = Option<Object>)]
    difference: Option<Value>,
    /// A stable word for programs.
    reason: String,
    /// The event in words: English, or Chinese if `Accept-Language` asks for it.
    sentence: String,
    /// What happened: `type` is the stable name of the event, the rest are its fields. A person,
    /// group, role or application has `id` and `name`. Null if this version cannot read the row.
    #[schema(required, value_type = Option<Object>)]
    event: Option<Value>,
}

/// Who acted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeActor)]
struct ActorView {
    kind: String,
    #[schema(required)]
    id: Option<String>,
    name: String,
}

/// What was concerned.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangedResource)]
struct ResourceView {
    r#type: String,
    #[schema(required)]
    id: Option<Uuid>,
}

impl ChangeView {
    pub(crate) fn of(change: &Entry, language: Language) -> Self {
        let difference = change.difference.as_deref();
        Self {
            sequence: change.sequence,
            at: change.at.rfc3339(),
            actor: ActorView {
                kind: change.actor_kind.clone(),
                id: change.actor_id.clone(),
                name: change.actor_name.clone(),
            },
            connection: change.connection.clone(),
            request_id: change.request_id.clone(),
            operation: change.operation.clone(),
            resource: ResourceView { r#type: change.resource_type.clone(), id: change.resource_id },
            difference: difference.and_then(|text| serde_json::from_str(text).ok()),
            reason: change.reason.clone(),
            sentence: words::entry(change, language).text(),
            event: change.event.as_ref().ok().map(Event::to_json),
        }
    }
}
