//! The router: which surfaces a listener serves.

use axum::{Router, extract::DefaultBodyLimit};

use crate::{
    api, assets, console,
    http::{FORM_LIMIT, Problem},
    login, oauth, openapi, ops, pages, portal, scim,
    state::AppState,
};

/// All surfaces of a listener.
pub(crate) fn router(state: AppState) -> Router {
    let mut router = Router::new().merge(ops::router()).merge(openapi::router());
    // The sending side's directory is a SCIM directory too, and its people sign in as everybody does.
    router = router
        .merge(scim::router())
        .merge(Router::from(api::router(state.side)))
        .merge(login::router())
        .merge(assets::router())
        .merge(pages::router());
    if state.side.receives() {
        router = router.merge(oauth::router()).merge(portal::router());
    }
    if state.side.sends() {
        router = router.merge(console::router());
    }
    router
        .fallback(async || Problem::NotFound)
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .with_state(state)
}
