//! The login page: one form with user name and password, as form-filling plug-ins expect it, and signing out.
//!
//! What it says is in both languages. It never tells whether a user name exists.

mod door;
mod language;
mod page;
mod texts;

use axum::{
    Router,
    routing::{get, post},
};

pub(crate) use self::{
    door::{html, see_other, shield},
    language::language_of,
    page::end_session,
    texts::Texts,
};
use crate::state::AppState;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/login", get(page::show).post(page::submit))
        .route("/logout", post(page::sign_out))
}
