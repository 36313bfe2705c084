//! The Developer Portal of the receiving side: what is registered, who is there, what happened, and the outbox.
//!
//! It shows; it changes nothing. Every operation it shows the result of has its own door.

mod outbox;
mod overview;
mod texts;

use axum::{Router, routing::get};

use seatlink_edge::AppState;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/portal", get(overview::show))
        .route("/portal/outbox", get(outbox::list))
        .route("/portal/outbox/{id}/attachment", get(outbox::attachment))
}
