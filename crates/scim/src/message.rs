//! Messages around resources: lists, searches, bulk requests and preconditions.

pub mod bulk;
mod list;
mod precondition;
mod query;

pub use list::{
    LIST_RESPONSE_SCHEMA, ListWriter, Paging, list_response, list_response_with_cursor,
};
pub use precondition::Precondition;
pub use query::{ListQuery, SEARCH_REQUEST_SCHEMA, SortOrder, join_names};
