//! HTTP: the edge and the extractors, which know no surface.
//!
//! A handler has five steps: extract, authenticate, parse, call one operation, render. What belongs to
//! every request is in `edge`; what belongs to a surface is in its own folder.

mod accept;
mod api_error;
mod bearer;
mod body;
mod download;
mod edge;
mod facts;
mod language;
mod origin;
mod problem;
mod rate_limit;
mod refusing;
mod request_id;
mod room;
mod session;
mod sign_ins;

pub(crate) use self::{
    accept::serve,
    api_error::{ApiError, FieldProblem, RowProblem},
    bearer::{Bearer, authenticate},
    download::download,
    edge::Edge,
    facts::{ClientAddress, Facts, RequestHost},
    language::language,
    problem::{Credential, Problem, chain},
    rate_limit::{Rate, RateLimit},
    request_id::RequestId,
    room::{Room, Turn},
    session::{
        MaybeSession, SessionUser, clear_session_cookie, local_path, session_cookie,
        set_session_cookie,
    },
    sign_ins::SignIns,
};

/// Forms of people and of OAuth clients are small; uploads have limits of their own.
pub(crate) const FORM_LIMIT: usize = 64 * 1_024;
