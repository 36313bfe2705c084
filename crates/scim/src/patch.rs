//! PATCH (RFC 7644 §3.5.2) in three steps: read, resolve, apply.
//!
//! [`parse`] reads the message. [`resolve`] checks every operation against the resource type and
//! turns it into [`Edit`]s with clean values. [`apply`] makes a new document from them, or an
//! error and no document: a PATCH is atomic. Edits of a group's members are kept apart from edits
//! of its document, so that whoever stores members never has to load them.

mod apply;
mod edit;
mod members;
mod parse;
mod resolve;

use serde_json::Value;

use crate::schema::ResourceType;
use crate::{Document, Error, Leniency};

pub use apply::{apply, apply_reporting};
pub use edit::{DocumentEdit, Edit, Edits, Member, MemberKind, MembersEdit};
pub use members::{apply_members, members_of};
pub use parse::{MAX_OPERATIONS, Operation, PATCH_SCHEMA, PatchOp, PatchRequest, parse};
pub use resolve::resolve;

/// Resolves and applies a request to a resource that is held in memory with its members.
///
/// ```
/// use seatlink_scim::{Document, Leniency, Registry, patch};
/// use serde_json::json;
///
/// let registry = Registry::standard();
/// let group = registry.resource_type("Group").expect("groups are standard");
/// let full = Document::from_stored(
///     r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Sales"}"#,
/// )?;
/// let (request, _) = patch::parse(
///     json!({
///         "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
///         "Operations": [{"op": "add", "path": "members", "value": [{"value": "u1"}]}],
///     }),
///     Leniency::Strict,
/// )?;
/// let changed = patch::apply_all(group, &full, &request, Leniency::Strict)?;
/// assert_eq!(changed.get("members"), Some(&json!([{"value": "u1"}])));
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
pub fn apply_all(
    rt: &ResourceType,
    full: &Document,
    request: &PatchRequest,
    leniency: Leniency,
) -> Result<Document, Error> {
    let (document_edits, members_edits) = resolve(request, rt, leniency)?.split();
    let mut changed = apply(rt, full, &document_edits)?;
    if !members_edits.is_empty() {
        let mut members = match changed.remove("members") {
            Some(Value::Array(members)) => members,
            _ => Vec::new(),
        };
        for edit in &members_edits {
            apply_members(&mut members, edit);
        }
        changed.set("members", Value::Array(members));
    }
    Ok(changed)
}
