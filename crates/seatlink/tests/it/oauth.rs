//! The authorization server as browsers and clients meet it: the real binary, its pages and its
//! JSON.

mod machines;
mod pages;
pub(crate) mod server;
