//! Schemas of the tenant's own: extensions of resource types, and resource types.

use axum::{
    body::Body,
    extract::{Path, Query, State},
};
use seatlink_domain::directory::schemas::{self, NewSchema, Registered};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{self, Answer, created, ok};
use seatlink_edge::{AppState, Bearer};

/// What `POST /api/v1/schemas` takes. Which form it is follows from `resourceType`: a name means an
/// extension of that type, an object a new type.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct New {
    resource_type: NameOrDefinition,
    /// For an extension: whether every resource must have it.
    #[serde(default)]
    required: bool,
    /// In the form of RFC 7643 §7.
    schema: Value,
    /// For a new type: the schemas of its extensions.
    #[serde(default)]
    extensions: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NameOrDefinition {
    Name(String),
    /// In the form of RFC 7643 §6.
    Definition(serde_json::Map<String, Value>),
}

pub(super) async fn add(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    body: Body,
) -> Answer {
    let New { resource_type, required, schema, mut extensions } =
        answer::body(&state, &actor, body).await?;
    let new = match resource_type {
        NameOrDefinition::Name(resource_type) => {
            NewSchema::Extension { resource_type, required, schema }
        }
        NameOrDefinition::Definition(definition) => {
            extensions.insert(0, schema);
            NewSchema::ResourceType { definition: Value::Object(definition), schemas: extensions }
        }
    };
    let registered = schemas::add(&state.platform, &actor, new).await?;
    Ok(created(&body_of(&registered)))
}

pub(super) async fn list(State(state): State<AppState>, Bearer(actor): Bearer) -> Answer {
    let registered = schemas::list(&state.platform, &actor).await?;
    Ok(ok(&body_of(&registered)))
}

fn body_of(registered: &[Registered]) -> Value {
    let schemas: Vec<Value> = registered.iter().map(Registered::to_json).collect();
    json!({ "schemas": schemas })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Which {
    /// Needed where the schema extends several types.
    resource_type: Option<String>,
}

pub(super) async fn remove(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(urn): Path<String>,
    Query(which): Query<Which>,
) -> Answer {
    let resource_type = which.resource_type.as_deref();
    let removed = schemas::remove(&state.platform, &actor, &urn, resource_type).await?;
    Ok(ok(&removed.to_json()))
}
