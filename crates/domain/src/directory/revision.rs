//! What a PUT or a PATCH makes of a resource: one path for every type.

use seatlink_scim::{
    Document, DocumentEdit, Edit, Error as ScimError, Repair, ResourceType, patch as scim_patch,
    validate,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{actor::Actor, log::Operation};

/// Two ways to say what should be different.
pub(super) enum Revision {
    Replace(Value),
    Patch(Value),
}

impl Revision {
    pub(super) const fn operation(&self) -> Operation {
        match self {
            Self::Replace(_) => Operation::Replace,
            Self::Patch(_) => Operation::Patch,
        }
    }

    /// Reads it against the schema, as far as that goes before the resource is known.
    pub(super) fn prepare(
        self,
        id: Uuid,
        rt: &ResourceType,
        actor: &Actor,
    ) -> Result<Prepared, ScimError> {
        let body = match self {
            Self::Replace(body) => return Ok(Prepared::Replace(body)),
            Self::Patch(body) => body,
        };
        let (request, mut repairs) = scim_patch::parse(body, actor.leniency)?;
        let resolved = scim_patch::resolve(&request, rt, actor.leniency)?;
        repairs.extend(resolved.repairs);
        if resolved.claimed_id.is_some_and(|claimed| claimed != id.to_string()) {
            return Err(ScimError::mutability(
                "The id of a resource never changes; leave it out or send the one it has.",
            ));
        }
        let edits = resolved
            .edits
            .into_iter()
            .filter_map(|edit| match edit {
                Edit::Document(edit) => Some(edit),
                Edit::Members(_) => None,
            })
            .collect();
        Ok(Prepared::Patch { edits, repairs })
    }
}

#[derive(Clone)]
pub(super) enum Prepared {
    Replace(Value),
    Patch { edits: Vec<DocumentEdit>, repairs: Vec<Repair> },
}

impl Prepared {
    pub(super) fn apply(
        self,
        rt: &ResourceType,
        actor: &Actor,
        current: &Document,
    ) -> Result<(Document, Vec<Repair>), ScimError> {
        match self {
            Self::Replace(body) => {
                let accepted = validate::replace(rt, current, body, actor.leniency)?;
                Ok((accepted.document, accepted.repairs))
            }
            Self::Patch { edits, mut repairs } => {
                let document = scim_patch::apply_reporting(rt, current, &edits, &mut repairs)?;
                Ok((document, repairs))
            }
        }
    }
}
