//! The way in and out: signing in, consenting to an application, signing out.
//!
//! What it says is in both languages. It never tells whether a user name exists.

mod consent;
mod logout;
mod sign_in;
mod texts;

use axum::{
    Router,
    routing::{get, post},
};
use seatlink_edge::AppState;
use seatlink_oauth::metadata::paths;

use self::{sign_in::end_session, texts::Texts};

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/login", get(sign_in::show).post(sign_in::submit))
        .route("/logout", post(sign_in::sign_out))
}

/// The endpoints of the authorization server that people see.
pub(crate) fn of_authorization() -> Router<AppState> {
    Router::new()
        .route(paths::AUTHORIZE, get(consent::show).post(consent::submit))
        .route(paths::LOGOUT, get(logout::show).post(logout::submit))
}
