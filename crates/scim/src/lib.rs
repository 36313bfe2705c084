//! SCIM 2.0 as values: schemas, documents, filters, PATCH, projection and messages.
//!
//! This crate holds the protocol of RFC 7643 (schema), RFC 7644 (protocol) and RFC 9865 (cursor
//! pagination) as pure functions. A body goes in, a checked document or a [`Error`] comes out.
//! There is no I/O, no clock, no randomness and no logging here, so everything can be tested and
//! fuzzed by itself and used on either side of the wire.
//!
//! Two ways of reading what a client sent exist side by side, chosen per connection with
//! [`Leniency`]: `Strict` follows the RFC strictly, `Forgiving` repairs the known deviations of
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
//!
//! # From the request to the answer
//!
//! | the client sends | the library | what comes out |
//! |---|---|---|
//! | a POST | [`validate::create`] | an [`Accepted`] document, ready to store |
//! | a PUT | [`validate::replace`] | the same, with what the client may not change kept |
//! | a PATCH | [`patch::parse`], [`patch::resolve`], [`patch::apply`] | a new [`Document`], or an error and no document |
//! | a query | [`ListQuery::from_pairs`], [`Filter::resolve`] | a [`ResolvedFilter`]: ask [`ResolvedFilter::matches`], or compile it |
//! | `attributes` | [`Projection::parse`], [`Projection::apply`] | what of the resource is returned |
//! | a bulk request | [`message::bulk`] | operations in an order in which references resolve |
//! | `/Schemas` and the like | [`discovery`] | the description of what is served |
//!
//! A [`Document`] is stored as text ([`Document::to_text`]); [`search_form()`] makes the folded
//! copy on which databases can search as [`ResolvedFilter::matches`] does.
//!
//! ```
//! use seatlink_scim::{Leniency, Projection, Registry, filter, patch, validate};
//! use serde_json::{Value, json};
//!
//! let registry = Registry::standard();
//! let user = registry.resource_type("User").expect("users are standard");
//! let core = "urn:ietf:params:scim:schemas:core:2.0:User";
//!
//! // POST /Users
//! let body = json!({"schemas": [core], "userName": "bjensen", "title": "Agent"});
//! let document = validate::create(user, body, Leniency::Strict)?.document;
//!
//! // PATCH /Users/1
//! let (request, _) = patch::parse(
//!     json!({
//!         "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
//!         "Operations": [{"op": "replace", "path": "title", "value": "Manager"}],
//!     }),
//!     Leniency::Strict,
//! )?;
//! let document = patch::apply_all(user, &document, &request, Leniency::Strict)?;
//!
//! // GET /Users?filter=title eq "manager"&attributes=title
//! let filter = filter::parse(r#"title eq "manager""#)?.resolve(user, Leniency::Strict)?;
//! let mut full = Value::from(document);
//! full["id"] = "1".into();
//! assert!(filter.matches(&full));
//! let projection = Projection::parse(Some("title"), None, user)?;
//! let answer = projection.apply(user, full);
//! assert_eq!(answer, json!({"schemas": [core], "title": "Manager", "id": "1"}));
//! # Ok::<(), seatlink_scim::Error>(())
//! ```
//!
//! # Schemas of your own
//!
//! [`Schema::register`] reads a schema in the form of RFC 7643 §7, [`Registry::with_extension`]
//! adds it to a resource type, and [`Registry::with_resource_type`] adds a type of its own.
//! Everything above works on them, for nothing else says what an attribute is.
//!
//! ```
//! use seatlink_scim::{Leniency, Registry, ResourceType, Schema, filter, validate};
//! use serde_json::json;
//!
//! let badge = "urn:example:params:scim:schemas:extension:badge:1.0:User";
//! let schema = Schema::register(&json!({
//!     "id": badge,
//!     "attributes": [{"name": "number", "type": "integer", "required": true}],
//! }))?;
//! let device = Schema::register(&json!({
//!     "id": "urn:example:params:scim:schemas:1.0:Device",
//!     "attributes": [{"name": "serial", "required": true, "uniqueness": "server"}],
//! }))?;
//! let registry = Registry::standard()
//!     .with_extension("User", schema, false)?
//!     .with_resource_type(ResourceType::new("Device", "/Devices", device))?;
//!
//! let user = registry.resource_type("User").expect("users are standard");
//! let wrong = json!({
//!     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", badge],
//!     "userName": "bjensen",
//!     badge: {"number": "seven"},
//! });
//! assert_eq!(validate::create(user, wrong, Leniency::Strict).unwrap_err().status, 400);
//! let filter = filter::parse(&format!("{badge}:number gt 6"))?;
//! assert!(filter.resolve(user, Leniency::Strict).is_ok());
//! assert!(registry.by_endpoint("/Devices").is_some());
//! # Ok::<(), seatlink_scim::Error>(())
//! ```
#![deny(missing_docs)]

/// The examples of the README, held to what the crate does.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

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
    Attribute, Canonical, Extension, Kind, Mutability, Registry, ResourceType, Returned, Schema,
    UniqueValue, Uniqueness,
};
pub use search_form::{fold, search_form};
pub use validate::Accepted;
