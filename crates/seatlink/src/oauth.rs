//! The authorization server's endpoints.
//!
//! Programs get JSON with the registered error codes and `no-store`. The pages that people see are
//! in the console.

mod answer;
mod discovery;
mod token;
mod userinfo;

use axum::{
    Router,
    routing::{get, post},
};
use seatlink_oauth::metadata::paths;

use seatlink_edge::AppState;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route(paths::TOKEN, post(token::issue))
        .route(paths::REVOKE, post(token::revoke))
        .route(paths::INTROSPECT, post(token::introspect))
        .route(paths::USERINFO, get(userinfo::show).post(userinfo::show))
        .route(paths::JWKS, get(discovery::jwks))
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/.well-known/cxone-configuration", get(discovery::tenant))
}
