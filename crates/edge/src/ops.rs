//! For whatever supervises the process: is it alive, and can it do its work.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use seatlink_domain::tenants;
use serde_json::json;

use crate::{AppState, chain};

const HEALTH: &str = "/health";
const READY: &str = "/ready";

pub fn router() -> Router<AppState> {
    Router::new().route(HEALTH, get(health)).route(READY, get(ready))
}

pub fn is_probe(path: &str) -> bool {
    matches!(path, HEALTH | READY)
}

/// The process answers. It says nothing about the database: restarting us would not mend that.
async fn health() -> Response {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })).into_response()
}

/// The database answers too: one indexed read, of a business unit that cannot exist.
async fn ready(State(state): State<AppState>) -> Response {
    match tenants::find_by_business_unit(&state.platform, 0).await {
        Ok(_) => Json(json!({ "status": "ready" })).into_response(),
        Err(error) => {
            tracing::error!(error = chain(&error), "not ready");
            let body = Json(json!({ "status": "the database does not answer" }));
            (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
        }
    }
}
