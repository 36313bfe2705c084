//! The Administration Console of the sending side: directory, integrations, what waits and what
//! failed.
//!
//! Buttons end in the operations that the API and the command line call.

mod actions;
mod callback;
pub(crate) mod integration;
mod notice;
pub(crate) mod overview;

use axum::{
    Router,
    routing::{get, post},
};
use seatlink_edge::AppState;

use crate::paths;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route(paths::Console::ROUTE, get(overview::show))
        .route(paths::Authenticate::ROUTE, post(actions::authenticate))
        .route(paths::Retry::ROUTE, post(actions::retry))
        .route(paths::Synchronise::ROUTE, post(actions::sync))
        .route(paths::Callback::ROUTE, get(callback::complete))
}
