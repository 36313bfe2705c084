//! The Developer Portal of the receiving side: what is registered, who is there, what happened, and
//! the outbox.
//!
//! It shows and changes nothing.

pub(crate) mod outbox;
pub(crate) mod overview;

use axum::{Router, routing::get};

use seatlink_edge::AppState;

use crate::paths;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route(paths::Portal::ROUTE, get(overview::show))
        .route(paths::Outbox::ROUTE, get(outbox::list))
        .route(paths::Attachment::ROUTE, get(outbox::attachment))
}
