//! Roles & Permissions: the list, a new role, and the editor.

pub(crate) mod editor;
mod failure;
pub(crate) mod general;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod making;
pub(crate) mod notice;
pub(crate) mod permissions;
pub(crate) mod questions;
pub(crate) mod users;

use axum::{Router, routing::get};
use seatlink_edge::AppState;

use crate::paths;

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route(paths::Roles::ROUTE, get(list::show))
        .route(paths::NewRole::ROUTE, get(making::new).post(making::create))
        .route(paths::Role::ROUTE, get(general::show).post(general::save))
        .route(paths::RolePermissions::ROUTE, get(permissions::show).post(permissions::save))
        .route(paths::RoleUsers::ROUTE, get(users::show).post(users::assign))
        .route(paths::RoleHistory::ROUTE, get(history::show))
        .route(paths::ActivateRole::ROUTE, get(questions::ask_activate).post(questions::activate))
        .route(
            paths::DeactivateRole::ROUTE,
            get(questions::ask_deactivate).post(questions::deactivate),
        )
        .route(paths::DefaultRole::ROUTE, get(questions::ask_default).post(questions::set_default))
        .route(paths::DuplicateRole::ROUTE, get(making::ask_duplicate).post(making::duplicate))
        .route(paths::TakeRole::ROUTE, get(users::ask_take).post(users::take))
}
