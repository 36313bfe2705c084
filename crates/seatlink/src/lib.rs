//! Seatlink: user provisioning from both ends in one binary.
//!
//! The program is `main.rs`; everything it does is here, so that tests reach the product as a
//! library.

mod api;
mod boot;
pub mod cli;
pub mod config;
pub mod demo;
mod mail;
mod oauth;
mod openapi;
mod router;
mod scim;
#[cfg(test)]
mod written_page;

pub use self::router::router;
