//! What every HTTP surface stands on: listening, limits, sessions, bearer tokens, refusals.
//!
//! A handler has five steps: extract, authenticate, parse, call one operation, render. What belongs
//! to every request is here; what belongs to one surface is in the crate of that surface. Nothing
//! here knows a page or a route but those of the supervisor (`ops`).

mod accept;
mod api_error;
mod bearer;
mod body;
mod download;
mod edge;
mod facts;
mod language;
pub mod oauth;
pub mod ops;
mod origin;
mod problem;
mod rate_limit;
mod refusing;
mod request_id;
mod room;
mod session;
mod sign_ins;
mod state;
pub mod words;

pub use self::{
    accept::serve,
    api_error::{ApiError, FieldProblem, RowProblem},
    bearer::{Bearer, authenticate},
    download::download,
    edge::Edge,
    facts::{ClientAddress, Facts, RequestHost},
    language::language,
    problem::{Credential, Problem, Refusal, RefusalPage, chain},
    rate_limit::{Rate, RateLimit},
    request_id::RequestId,
    room::{Room, Turn},
    session::{
        MaybeSession, SessionUser, clear_session_cookie, local_path, session_cookie,
        set_session_cookie,
    },
    sign_ins::SignIns,
    state::{AppState, Served, Side},
};

/// Forms of people and of OAuth clients are small; uploads have limits of their own.
pub const FORM_LIMIT: usize = 64 * 1_024;
