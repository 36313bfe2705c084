//! The product as the other side sees it: real sockets, real pages, each database, a clock that stands still.
//!
//! `flows` walks what must happen once the guide has been followed, `scim` asks the SCIM service alone what only a
//! wrong or hostile client asks, `manage` the management API, `transcripts` replays what a known identity provider sends, and `dialects` has every
//! habit of the known clients. What a protocol rule says in detail is tested where the rule is written, in the crates
//! below.

mod dialects;
mod flows;
mod harness;
mod manage;
mod scim;
mod sign_ins;
mod transcripts;
