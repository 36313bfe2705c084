//! What tests of several crates share: throwaway databases and a target application that can
//! misbehave.

#[cfg(feature = "browser")]
pub mod browser;
pub mod database;
pub mod relay;

pub use database::{TestDatabase, databases};
pub use relay::Relay;
