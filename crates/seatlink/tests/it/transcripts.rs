//! What a known identity provider sends, step by step, over real HTTP.
//!
//! The files under `cases` are data: requests with `{{name}}` for what is known only while they
//! run, and what each answer must hold. What no request can do, such as signing a person in, the
//! test does between two steps.

mod crud;
mod oauth;
mod player;
mod spec;
