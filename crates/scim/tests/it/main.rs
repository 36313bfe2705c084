//! The protocol from the outside: case files, properties, and one file per part.
#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
#![expect(clippy::needless_pass_by_value, reason = "json! literals read best without a borrow")]

mod common;
mod filter_cases;
mod forgiving;
mod messages;
mod patch_cases;
mod patching;
mod projecting;
mod properties;
mod validating;
