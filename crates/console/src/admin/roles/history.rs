//! The tab Change History: what the log says of this role.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use seatlink_domain::Permission;
use seatlink_edge::AppState;

use super::editor::{Loaded, Tab, id};
use crate::{
    admin::{
        changes::{Asked, Found, read, wanted},
        page::Page,
    },
    answer::html,
    parts::{ListQuery, Section},
    sections::shown,
    viewer::Viewer,
};

pub(crate) async fn show(
    State(state): State<AppState>,
    Path(text): Path<String>,
    viewer: Viewer,
    query: ListQuery,
) -> Result<Response, Response> {
    let loaded = Loaded::read(&state, &viewer, id(&text)?).await?;
    let mut search = wanted(&viewer, &query);
    search.resource = Some(loaded.role.id.uuid());
    let read = read(&state, &viewer, search);
    let found = Section::read(&viewer.actor, &[Permission::AuditRead], read).await;
    // The rest of the role is shown to those who may not read the log.
    Ok(html(StatusCode::OK, &page(&viewer, &loaded, &query, &found)))
}

pub(crate) fn page(
    viewer: &Viewer,
    loaded: &Loaded,
    query: &ListQuery,
    found: &Section<Found>,
) -> Page {
    let body = shown(found, viewer, query.path(), |found| found.show(viewer, query, Asked::OfRole));
    loaded.page(viewer, Tab::History, body)
}
