//! What tests of several crates share: throwaway databases and a target application that can misbehave.

pub mod database;

pub use database::{TestDatabase, databases};
