//! What the store promises, checked on both databases.

mod access;
mod common;
mod expiry;
mod filters;
mod schemas;
mod seam;
mod statements;
mod walks;
