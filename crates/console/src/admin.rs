//! Administration of the receiving side: roles, and the change log.

pub(crate) mod changes;
mod form;
pub(crate) mod page;
pub(crate) mod roles;

use axum::{Router, routing::get};
use seatlink_edge::AppState;

use crate::paths;

pub(crate) fn router() -> Router<AppState> {
    roles::router().route(paths::ChangeLog::ROUTE, get(changes::show))
}
