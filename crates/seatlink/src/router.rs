//! The router: which surfaces a listener serves.

use axum::{Router, extract::DefaultBodyLimit};
use seatlink_edge::{AppState, FORM_LIMIT, Problem, ops};

use crate::{api, oauth, openapi, scim};

/// All surfaces of a listener.
pub fn router(state: AppState) -> Router {
    // The sending side's directory is a SCIM directory too, and its people sign in as everybody
    // does.
    let mut router = Router::new()
        .merge(ops::router())
        .merge(openapi::router())
        .merge(scim::router())
        .merge(Router::from(api::router(state.side)))
        .merge(seatlink_console::router(state.side));
    if state.side.receives() {
        router = router.merge(oauth::router());
    }
    router
        .fallback(async || Problem::NotFound)
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .with_state(state)
}
