//! The way in and out: signing in, consenting to an application, signing out.
//!
//! It never tells whether a user name exists.

pub(crate) mod consent;
pub(crate) mod home;
pub(crate) mod sign_in;
pub(crate) mod sign_out;

use axum::{
    Router,
    routing::{get, post},
};
use seatlink_edge::AppState;

use crate::paths;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route(paths::Home::ROUTE, get(home::show))
        .route(paths::SignIn::ROUTE, get(sign_in::show).post(sign_in::submit))
        .route(paths::SignOut::ROUTE, post(sign_out::sign_out))
}

/// The endpoints of the authorization server that people see.
pub(crate) fn of_authorization() -> Router<AppState> {
    Router::new()
        .route(paths::Authorize::ROUTE, get(consent::show).post(consent::submit))
        .route(paths::ClientSignOut::ROUTE, get(sign_out::show).post(sign_out::submit))
}
