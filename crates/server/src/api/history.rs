//! What happened to one resource, with the reasons.

use axum::extract::{Path, State};
use seatlink_domain::log::{self, Entry, Event};
use seatlink_texts::Language;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answer::{Answer, Refusal, ok};
use crate::{
    http::Bearer,
    state::AppState,
    words::{self, Reads},
};

pub(super) async fn of_resource(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Reads(language): Reads,
    Path(id): Path<String>,
) -> Answer {
    let id: Uuid =
        id.parse().map_err(|_| Refusal::not_found(format!("There is no resource {id}.")))?;
    let entries = log::history(&state.platform, &actor, id).await?;
    let rows: Vec<Value> = entries.iter().map(|entry| row(entry, language)).collect();
    Ok(ok(&json!({ "changes": rows })))
}

/// A row of the log as JSON. One that cannot be read has no event.
fn row(change: &Entry, language: Language) -> Value {
    let difference: Option<Value> =
        change.difference.as_deref().and_then(|text| serde_json::from_str(text).ok());
    json!({
        "sequence": change.sequence,
        "at": change.at.rfc3339(),
        "actor": { "kind": change.actor_kind, "id": change.actor_id, "name": change.actor_name },
        "connection": change.connection,
        "request_id": change.request_id,
        "operation": change.operation,
        "resource": { "type": change.resource_type, "id": change.resource_id },
        "difference": difference,
        "reason": change.reason,
        "sentence": words::entry(change, language).text(),
        "event": change.event.as_ref().ok().map(Event::to_json),
    })
}
