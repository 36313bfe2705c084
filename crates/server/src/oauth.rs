//! The authorization server's endpoints.
//!
//! People see pages (`authorize`, `logout`); programs get JSON with the registered error codes and `no-store`.

mod answer;
mod authorize;
mod discovery;
mod logout;
mod token;
mod userinfo;

use axum::{
    Router,
    routing::{get, post},
};
use seatlink_oauth::metadata::paths;

use crate::state::AppState;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route(paths::AUTHORIZE, get(authorize::show).post(authorize::submit))
        .route(paths::TOKEN, post(token::issue))
        .route(paths::REVOKE, post(token::revoke))
        .route(paths::INTROSPECT, post(token::introspect))
        .route(paths::USERINFO, get(userinfo::show).post(userinfo::show))
        .route(paths::LOGOUT, get(logout::show).post(logout::submit))
        .route(paths::JWKS, get(discovery::jwks))
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/.well-known/cxone-configuration", get(discovery::tenant))
}
