//! Pages for people: sign-in and consent, the portal of the receiving side and the console of the sending side.
//!
//! A leaf under the binary, so that editing a template builds this crate and little else.

mod answer;
mod assets;
mod console;
mod door;
mod language;
mod pages;
mod portal;
mod refused;
mod words;

use axum::Router;
use seatlink_edge::{AppState, Side};

pub use self::refused::refusal_page;
pub(crate) use seatlink_texts::Language;

/// All pages of a listener.
pub fn router(side: Side) -> Router<AppState> {
    let mut router = door::router().merge(assets::router()).merge(pages::router());
    if side.receives() {
        router = router.merge(door::of_authorization()).merge(portal::router());
    }
    if side.sends() {
        router = router.merge(console::router());
    }
    router
}
