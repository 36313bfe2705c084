//! What the pages behind the login have in common: the frame, people, changes, refusals.
//!
//! Portal and console are built from these parts, so that a person or a reason looks the same on both sides.

mod changes;
mod frame;
mod home;
mod moment;
mod number;
mod people;
mod refusal;
mod section;
mod texts;

use axum::{Router, routing::get};

pub(crate) use self::{
    changes::Changes,
    frame::{Frame, Place},
    moment::Moment,
    number::grouped,
    people::{Extra, People, PersonState},
    refusal::{forbidden, refusal},
    section::Section,
    texts::Texts,
};
use seatlink_edge::{AppState, Problem, chain};

/// The address without a path, which leads to the side that is served here.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/", get(home::show))
}

/// A page cannot be shown because something could not be read. The cause goes to the log; the reader gets the request id.
pub(crate) fn unreadable<E: std::error::Error + 'static>(error: E) -> Problem {
    tracing::error!(error = chain(&error), "a page could not be put together");
    Problem::of_failure(&error)
}
