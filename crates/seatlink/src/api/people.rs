//! Import of people.

use axum::{Json, body::Body, extract::State, http::HeaderMap};
use seatlink_domain::directory::{
    import::{self, ImportError},
    people_file,
};

use super::{Answer, views::ImportReport};
use crate::openapi::refusals::{Always, BadBody, Unusable};
use seatlink_edge::{AppState, Bearer};

/// A hundred thousand people with many attributes.
const FILE_LIMIT: usize = 128 * 1_024 * 1_024;

/// Import people: all rows or none.
///
/// A CSV file with a header line, or SCIM users as JSON.
#[utoipa::path(
    post, path = "/manage/v1/people/import", operation_id = "importPeople", tag = "API",
    request_body(content((String = "text/csv"), (serde_json::Value = "application/json"))),
    responses(
        (status = 200, description = "What was imported.", body = ImportReport),
        BadBody, Unusable, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn import(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    headers: HeaderMap,
    body: Body,
) -> Answer<ImportReport> {
    // Checked first, so that nobody sends a large file in vain.
    import::may(&actor)?;
    let held = state.room.read(actor.tenant, &headers, body, FILE_LIMIT).await?;
    let _turn = state.room.turn(actor.tenant).await?;
    let file = people_file::parse(&held.bytes).map_err(ImportError::Rows)?;
    drop(held);
    let summary = import::people(&state.platform, &actor, file, |_| {}).await?;
    Ok(Json(summary.into()))
}
