//! `/`: to the side that is here, or a choice between both.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{Place, Texts};
use crate::answer::{html, see_other};
use seatlink_edge::{AppState, Side};

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage {
    t: &'static Texts,
}

pub(super) async fn show(State(state): State<AppState>, headers: HeaderMap) -> Response {
    match state.side {
        Side::Receiving => see_other(Place::Portal.path()),
        Side::Sending => see_other(Place::Console.path()),
        Side::Both => {
            let t = Texts::of(crate::language::language_of(None, &headers));
            html(StatusCode::OK, &HomePage { t })
        }
    }
}
