//! Connections of provisioning clients: what was repaired for them, and how their requests are taken.

use axum::{
    body::Body,
    extract::{Path, State},
};
use seatlink_domain::{
    Timestamp,
    access::connections::{self, Connection, ConnectionError, Policy},
};
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, body, ok};
use seatlink_edge::{AppState, Bearer};

impl From<ConnectionError> for Refusal {
    fn from(error: ConnectionError) -> Self {
        match &error {
            ConnectionError::NotFound(_) => Self::not_found(error.to_string()),
            ConnectionError::Forbidden(forbidden) => Self::forbidden(forbidden.to_string()),
            ConnectionError::Store(_) => Self::internal(&error),
        }
    }
}

pub(super) async fn list(State(state): State<AppState>, Bearer(actor): Bearer) -> Answer {
    let all = connections::list(&state.platform, &actor).await?;
    let views: Vec<Value> = all.iter().map(view).collect();
    Ok(ok(&json!({ "connections": views })))
}

pub(super) async fn show(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Answer {
    Ok(ok(&view(&connections::get(&state.platform, &actor, &id).await?)))
}

/// The whole policy; what the body leaves out is as it is for a new connection.
pub(super) async fn set_policy(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
    request: Body,
) -> Answer {
    // Before the body: whoever may not see the connection is told nothing about its policy either.
    connections::get(&state.platform, &actor, &id).await?;
    let policy: Policy = body(&state, &actor, request).await?;
    Ok(ok(&view(&connections::set_policy(&state.platform, &actor, &id, policy).await?)))
}

/// A connection as JSON. The command line prints the same.
pub(crate) fn view(connection: &Connection) -> Value {
    let repairs: Vec<Value> = connection
        .repairs
        .iter()
        .map(|repair| {
            json!({
                "quirk": repair.quirk.id(),
                "clause": repair.quirk.clause(),
                "known_from": repair.quirk.client(),
                "sentence": repair.quirk.sentence(),
                "times": repair.times,
                "first_at": repair.first_at.rfc3339(),
                "last_at": repair.last_at.rfc3339(),
            })
        })
        .collect();
    json!({
        "id": connection.id,
        "kind": connection.kind,
        "name": connection.name,
        "open": connection.open,
        "policy": connection.policy,
        "last_used_at": connection.last_used_at.map(Timestamp::rfc3339),
        "repairs": repairs,
        "rate_limited": connection.rate_limited,
    })
}
