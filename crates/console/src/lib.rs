//! Pages for people: sign-in and consent, the portal of the receiving side and the console of the
//! sending side.
//!
//! A leaf under the binary, so that editing a template builds this crate and little else.

mod admin;
mod answer;
mod assets;
mod cookies;
mod door;
pub mod form;
pub mod nav;
pub mod parts;
pub mod paths;
mod portal;
mod preferences;
mod refused;
mod sections;
mod sending;
pub mod shell;
pub mod viewer;
mod words;
pub mod zone;

#[cfg(test)]
mod tests;

use axum::Router;
use seatlink_edge::{AppState, Side};

pub use self::refused::refusal_page;

/// All pages of a listener.
pub fn router(side: Side) -> Router<AppState> {
    let mut router = door::router().merge(assets::router()).merge(preferences::router());
    if side.receives() {
        router =
            router.merge(door::of_authorization()).merge(portal::router()).merge(admin::router());
    }
    if side.sends() {
        router = router.merge(sending::router());
    }
    router
}
