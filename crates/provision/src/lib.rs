//! The sending side: keeps accounts at other applications in step with our directory.
//!
//! A commit that concerns provisioning leaves a work item; the [`Engine`] leases it, compares what
//! should be with what was delivered, and speaks SCIM to the target until they agree. What to do is
//! decided from state, never from the event that woke it, so every step can be repeated.
//!
//! This crate opens no transactions and holds no business rules about people; those are operations
//! of the domain. It decides what to send, sends it, and says what came back.

mod authorize;
mod backoff;
mod connector;
mod engine;
#[cfg(test)]
mod fake;
#[cfg(test)]
#[path = "../../../fuzz/harness.rs"]
mod harness;
mod http;
mod mapping;
mod oauth_client;
mod plan;
mod said;
mod session;
mod sweep;
mod targets;
mod test_connection;
mod tokens;

pub use authorize::{Authorized, BeginError, Callback, CompleteError, Obstacle, begin, complete};
pub use connector::InvalidBaseUrl;
pub use engine::{Engine, EngineHandle, EngineOptions, StoreUse};
pub use http::{HttpClient, HttpClientError};
pub use session::Misconfigured;
pub use sweep::sweep;
pub use targets::TargetPolicy;
pub use test_connection::{
    Choice, ProvisioningAction, Report, TestError, TypedConnection, connect, test,
};
