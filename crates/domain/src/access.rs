//! Who may do what: roles, bearer tokens, and the actor behind a request.

pub mod bearer;
pub mod connections;
pub mod last_used;
pub mod policy;
pub mod repairs;
pub mod roles;
pub mod tokens;
