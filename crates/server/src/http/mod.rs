//! HTTP: the edge, the extractors, and the router that puts the surfaces together.
//!
//! A handler has five steps: extract, authenticate, parse, call one operation, render. What belongs to
//! every request is in `edge`; what belongs to a surface is in its own folder.

mod accept;
mod bearer;
mod body;
mod edge;
mod origin;
mod problem;
mod request_id;
mod session;

use axum::{Router, extract::DefaultBodyLimit};

pub(crate) use self::{
    accept::serve,
    bearer::{Bearer, authenticate},
    body::read as read_body,
    edge::{Edge, Facts},
    origin::RequestHost,
    problem::{Challenge, Problem, chain},
    request_id::RequestId,
    session::{
        MaybeSession, SessionUser, clear_session_cookie, local_path, session_cookie,
        set_session_cookie,
    },
};
use crate::{api, assets, console, login, oauth, ops, pages, portal, scim, state::AppState};

/// Forms of people and of OAuth clients are small; uploads have limits of their own.
pub(crate) const FORM_LIMIT: usize = 64 * 1_024;

/// All surfaces of a listener.
pub(crate) fn router(state: AppState) -> Router {
    let mut router = Router::new().merge(ops::router());
    // The sending side's directory is a SCIM directory too, and its people sign in as everybody does.
    router = router
        .merge(scim::router())
        .merge(login::router())
        .merge(assets::router())
        .merge(pages::router());
    if state.side.receives() {
        router = router.merge(oauth::router()).merge(portal::router());
    }
    if state.side.sends() {
        router = router.merge(api::router()).merge(console::router());
    }
    router
        .fallback(async || Problem::NotFound)
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .with_state(state)
}
