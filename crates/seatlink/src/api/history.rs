//! What happened to one resource, with the reasons.

use axum::{
    Json,
    extract::{Path, State},
};
use seatlink_domain::log;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{
    Answer,
    refusal::{Kind, Refusal},
    views::{ChangeList, ChangeView},
};
use crate::openapi::refusals::{Always, NoSuch};
use seatlink_edge::{AppState, Bearer, words::Reads};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Named {
    /// The id of the resource.
    #[param(min_length = 1, example = "01890a5d-ac96-774b-bcce-b302099a8057")]
    id: String,
}

/// What happened to a resource, with the reasons.
#[utoipa::path(
    get, path = "/manage/v1/history/{id}", operation_id = "history", tag = "API",
    params(Named),
    responses(
        (status = 200, description = "Rows of the change log.", body = ChangeList), NoSuch, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn of_resource(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Reads(language): Reads,
    Path(Named { id }): Path<Named>,
) -> Answer<ChangeList> {
    let Ok(id) = id.parse::<Uuid>() else { return Err(Refusal::NoSuch(Kind::Resource, id)) };
    let entries = log::history(&state.platform, &actor, id).await?;
    Ok(Json(ChangeList {
        changes: entries.iter().map(|entry| ChangeView::of(entry, language)).collect(),
    }))
}
