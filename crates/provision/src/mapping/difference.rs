//! The one request that brings an account from what it is to what it should be, as a value.

use seatlink_domain::{integrations::UpdateStyle, work::Delivered};
use serde_json::{Map, Value, json};

use super::{Mapped, Observed, field};

/// What one write wants of an account.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal<'a> {
    /// Active, and saying what the mapping says.
    Profile { mapped: &'a Mapped, before: &'a Delivered },
    /// Active or not, and nothing else touched.
    Active(bool),
}

/// A request that changes an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Update {
    /// The whole account, for PUT (RFC 7644 §3.5.1).
    Replace(Map<String, Value>),
    /// Operations, at least one, for PATCH (RFC 7644 §3.5.2).
    Patch(Vec<Value>),
}

impl Goal<'_> {
    /// What brings `observed` here; `None` when it is here already.
    pub(crate) fn difference(self, observed: &Observed, style: UpdateStyle) -> Option<Update> {
        match style {
            UpdateStyle::Put => {
                let wanted = match self {
                    Self::Profile { mapped, before } => mapped.laid_over(observed, before),
                    Self::Active(active) => observed.with_active(active.into()),
                };
                (wanted != observed.0).then_some(Update::Replace(wanted))
            }
            UpdateStyle::Patch => {
                let operations = match self {
                    Self::Profile { mapped, before } => mapped.operations(observed, before),
                    Self::Active(active)
                        if field(&observed.0, "active") == Some(&Value::Bool(active)) =>
                    {
                        Vec::new()
                    }
                    Self::Active(active) => {
                        vec![json!({"op": "replace", "path": "active", "value": active})]
                    }
                };
                (!operations.is_empty()).then_some(Update::Patch(operations))
            }
        }
    }
}
