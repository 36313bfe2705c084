//! Schemas: attribute characteristics, resource types and the registry of both.
//!
//! What is published at `/Schemas` is what drives validation, filters, paths and projection; there
//! is no second description of an attribute anywhere (RFC 7643 §7).

mod attribute;
mod builtin;
mod check;
mod derived;
mod json;
mod registry;
mod resource_type;

pub use attribute::{Attribute, Canonical, Kind, Mutability, Returned, Uniqueness};
pub use derived::UniqueValue;
pub use registry::Registry;
pub use resource_type::{Extension, Found, ResourceType, Schema};

pub(crate) use builtin::{common, standard_knows};

/// The URN of the core User schema.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The URN of the core Group schema.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The URN of the Enterprise User extension.
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// What the drafts before RFC 7643 called a schema, and old clients still do, as it is called now:
/// `urn:scim:schemas:extension:enterprise:2.0`, with or without `:User` behind it.
pub(crate) fn named_in_drafts(urn: &str) -> Option<&'static str> {
    const BEGINNING: &str = "urn:scim:schemas:";
    let (beginning, name) = urn.split_at_checked(BEGINNING.len())?;
    if !beginning.eq_ignore_ascii_case(BEGINNING) {
        return None;
    }
    Some(match name.to_ascii_lowercase().as_str() {
        "core:1.0" | "core:1.0:user" | "core:2.0" | "core:2.0:user" => USER,
        "core:1.0:group" | "core:2.0:group" => GROUP,
        "extension:enterprise:1.0"
        | "extension:enterprise:1.0:user"
        | "extension:enterprise:2.0"
        | "extension:enterprise:2.0:user" => ENTERPRISE_USER,
        _ => return None,
    })
}
