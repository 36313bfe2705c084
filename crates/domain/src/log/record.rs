//! Writing rows of the log.

use seatlink_store::{self as store, Timestamp, Tx, changes::ChangeWrite};
use serde_json::{Map, Value};

use super::{Concern, Event, Operation, Quoted};
use crate::{Platform, actor::Actor};

/// One row of the log before it is written.
#[derive(Clone, Debug)]
pub struct Change {
    pub event: Event,
    pub operation: Operation,
    pub difference: Option<Value>,
}

impl Change {
    pub fn new(event: Event) -> Self {
        Self { operation: event.operation(), event, difference: None }
    }

    /// Names the operation, for events that several operations cause.
    #[must_use]
    pub const fn during(mut self, operation: Operation) -> Self {
        self.operation = operation;
        self
    }

    #[must_use]
    pub fn with_difference(mut self, difference: impl Into<Option<Value>>) -> Self {
        self.difference = difference.into();
        self
    }
}

/// Writes the row in the transaction of the change itself.
pub(crate) async fn record(
    tx: &mut Tx,
    actor: &Actor,
    at: Timestamp,
    change: &Change,
) -> Result<(), store::Error> {
    let actor_id = actor.user().map(|id| id.to_string());
    let difference = change.difference.as_ref().map(Value::to_string);
    let concern = change.event.concern();
    store::changes::append(
        tx,
        ChangeWrite {
            at,
            actor_kind: actor.kind.as_str(),
            actor_id: actor_id.as_deref(),
            actor_name: &actor.name,
            connection: actor.connection.as_deref(),
            request_id: actor.request_id.as_deref(),
            operation: change.operation.as_str(),
            resource_type: concern.resource_type(),
            resource_id: concern.id,
            difference: difference.as_deref(),
            reason: change.event.reason().as_str(),
            event: &change.event.to_stored(),
        },
    )
    .await
}

/// Writes a row that stands alone: a refusal changed nothing, but somebody will ask why.
pub(crate) async fn record_alone(
    platform: &Platform,
    actor: &Actor,
    change: Change,
) -> Result<(), store::Error> {
    let at = platform.now();
    let who = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move { record(&mut tx, &who, at, &change).await })
        .await
}

/// The names of the attributes that a difference is of.
pub(crate) fn changed_names(difference: &Value) -> Vec<String> {
    difference.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// A request that breaks the protocol or a rule, with what the client is answered.
pub(crate) fn request_refused(subject: Concern, error: &seatlink_scim::Error) -> Event {
    Event::RequestRefused {
        subject,
        scim_type: error.scim_type.map(|scim_type| scim_type.as_str().to_owned()),
        detail: Quoted::new(error.detail.as_str()),
    }
}

/// What differs between two documents, attribute by attribute: `{"title": {"from": …, "to": …}}`.
pub(crate) fn difference(before: &Map<String, Value>, after: &Map<String, Value>) -> Value {
    let mut changed = Map::new();
    for (name, to) in after {
        let from = before.get(name);
        if from != Some(to) {
            changed.insert(
                name.clone(),
                serde_json::json!({ "from": from.cloned().unwrap_or(Value::Null), "to": to }),
            );
        }
    }
    for (name, from) in before {
        if !after.contains_key(name) {
            changed.insert(name.clone(), serde_json::json!({ "from": from, "to": null }));
        }
    }
    Value::Object(changed)
}
