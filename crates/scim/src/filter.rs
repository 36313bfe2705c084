//! The filter language of RFC 7644 §3.4.2.2.
//!
//! [`parse`] turns text into a [`Filter`] that knows grammar only. [`Filter::resolve`] checks it
//! against a resource type and gives a [`ResolvedFilter`], whose attributes are known and typed.
//! Only that can be evaluated here or translated for a database.
//!
//! Logic is two-valued: a comparison with an unassigned attribute is false (for `ne`: true), and
//! `not` turns that around.

mod ast;
mod evaluate;
mod parse;
mod resolve;
mod resolved;
mod sort;

pub use ast::{Filter, Literal, Op};
pub use parse::{MAX_DEPTH, MAX_LENGTH, MAX_TERMS, parse};
pub use resolve::{sort_target, sort_target_among};
pub use resolved::{Operand, ResolvedFilter, Target};
pub use sort::{SORTED_CHARACTERS, SortKey};

pub(crate) use parse::parse_path;
pub(crate) use resolve::resolve_element;
pub(crate) use resolved::decimal_key;
