//! SCIM 2.0 as values: schemas, documents, filters, PATCH, projection and messages.
//!
//! This crate holds the protocol of RFC 7643 (schema), RFC 7644 (protocol) and RFC 9865 (cursor
//! pagination) as pure functions. A body goes in, a checked document or a [`Error`] comes out.
//! There is no I/O, no clock, no randomness and no logging here, so everything can be tested and
//! fuzzed by itself and used on either side of the wire.
//!
//! Two ways of reading what a client sent exist side by side, chosen per connection with
//! [`Leniency`]: `Strict` follows the RFC to the letter, `Forgiving` repairs the habits of known
//! provisioning clients and reports every repair as a [`Repair`] that names its [`Quirk`].
//!
//! ```
//! use seatlink_scim::{Leniency, Registry, validate};
//! use serde_json::json;
//!
//! let registry = Registry::standard();
//! let user = registry.resource_type("User").expect("the standard registry has users");
//! let accepted = validate::create(
//!     user,
//!     json!({
//!         "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
//!         "USERNAME": "bjensen",
//!         "emails": [],
//!     }),
//!     Leniency::Strict,
//! )?;
//! assert_eq!(accepted.document.str_at(&["userName"]), Some("bjensen"));
//! assert!(accepted.document.get("emails").is_none());
//! # Ok::<(), seatlink_scim::Error>(())
//! ```
#![deny(missing_docs)]

mod date_time;
mod document;
mod elements;
mod error;
mod path;
mod project;
mod quirk;

pub mod discovery;
pub mod filter;
pub mod message;
pub mod patch;
pub mod schema;
pub mod search_form;
pub mod validate;

pub use date_time::resolve_date_time;
pub use document::Document;
pub use error::{ERROR_SCHEMA, Error, ScimType};
pub use filter::{Filter, Op, Operand, ResolvedFilter, Target};
pub use message::{ListQuery, Precondition, SortOrder, list_response, list_response_with_cursor};
pub use patch::{
    DocumentEdit, Edit, Edits, Member, MemberKind, MembersEdit, Operation, PatchOp, PatchRequest,
    members_of,
};
pub use path::{AttrPath, Path};
pub use project::{Projection, without_secrets};
pub use quirk::{Leniency, Quirk, Repair};
pub use schema::{
    Attribute, Canonical, Extension, Kind, Mutability, OptionalField, OptionalFields, Registry,
    ResourceType, Returned, Schema, UniqueValue, Uniqueness,
};
pub use search_form::{fold, search_form};
pub use validate::Accepted;
