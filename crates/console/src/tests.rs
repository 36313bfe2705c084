//! Pages as pages: every type of page with sample data, in both languages, read by a parser of
//! HTML.
//!
//! These are inside the crate, because what pages are made from is nobody else's to see.

mod pages;
mod samples;
