//! The address without a path: the side that is served, or a choice of the two.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use seatlink_edge::{AppState, Side};

use crate::{
    answer::{html, see_other},
    nav::{Application, End},
    paths,
    shell::Door,
    viewer::{Colours, Visitor},
};

#[derive(Template)]
#[template(path = "door/home.html")]
pub(crate) struct HomePage {
    frame: Door,
    /// Address, name and note of each.
    sides: Vec<(&'static str, &'static str, &'static str)>,
}

impl HomePage {
    pub(crate) fn new(visitor: &Visitor) -> Self {
        let t = visitor.texts();
        let side =
            |path, application: Application| (path, application.name(t), application.note(t));
        let sides = vec![
            side(paths::Portal::ROUTE, Application::Portal),
            side(paths::Console::ROUTE, Application::Console),
        ];
        Self { frame: Door::of(visitor), sides }
    }
}

pub(super) async fn show(State(state): State<AppState>, visitor: Visitor) -> Response {
    match state.side {
        Side::Receiving => see_other(paths::Portal::ROUTE),
        Side::Sending => see_other(paths::Console::ROUTE),
        Side::Both => html(StatusCode::OK, &HomePage::new(&visitor)),
    }
}
