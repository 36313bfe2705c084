//! Sign-in, authorization and tokens, through the public operations on a real database with a clock
//! that stands still.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod access;
mod authorize;
mod code;
mod refresh;
mod sign_in;
mod world;
