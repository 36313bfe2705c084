//! The Administration Console of the sending side: directory, integrations, what waits and what failed.
//!
//! Buttons end in the operations that the API and the command line call; each form carries its session's token.

mod actions;
mod callback;
mod notice;
mod overview;
mod texts;

use axum::{
    Router,
    routing::{get, post},
};

use seatlink_edge::AppState;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/admin", get(overview::show))
        .route("/admin/integrations/{id}/authenticate", post(actions::authenticate))
        .route("/admin/integrations/{id}/retry", post(actions::retry))
        .route("/admin/integrations/{id}/sync", post(actions::sync))
        .route("/admin/app/cpc/{app_name}/oauth/callback", get(callback::complete))
}
