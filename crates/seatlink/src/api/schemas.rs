//! Schemas of the tenant's own: extensions of resource types, and resource types.

use axum::{
    Json,
    body::Body,
    extract::{Path, Query, State},
    http::StatusCode,
};
use seatlink_domain::directory::schemas;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    Answer, body,
    refusal::Refusal,
    views::{NewSchemaBody, RegisteredSchemaList, RegisteredSchemaView},
};
use crate::openapi::refusals::{Always, BadBody, BadRequest, NoSuch, Taken};
use seatlink_edge::{AppState, Bearer};

/// Register an extension or a resource type.
#[utoipa::path(
    post, path = "/manage/v1/schemas", operation_id = "addOwnSchema", tag = "API",
    request_body = NewSchemaBody,
    responses(
        (status = 201, description = "It works from now on.", body = RegisteredSchemaList),
        BadBody, NoSuch, Taken, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn add(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    request: Body,
) -> Result<(StatusCode, Json<RegisteredSchemaList>), Refusal> {
    let new: NewSchemaBody = body::read(&state, &actor, request).await?;
    let registered = schemas::add(&state.platform, &actor, new.into()).await?;
    Ok((StatusCode::CREATED, Json(RegisteredSchemaList::of(&registered))))
}

/// Schemas that the tenant registered.
#[utoipa::path(
    get, path = "/manage/v1/schemas", operation_id = "listOwnSchemas", tag = "API",
    responses((status = 200, description = "The list.", body = RegisteredSchemaList), Always),
    security(("bearer" = [])),
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
) -> Answer<RegisteredSchemaList> {
    let registered = schemas::list(&state.platform, &actor).await?;
    Ok(Json(RegisteredSchemaList::of(&registered)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Named {
    /// The URN of the schema.
    urn: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Of {
    /// Needed where the schema extends several types.
    #[param(nullable = false)]
    resource_type: Option<String>,
}

/// Remove a schema that no resource holds data of.
#[utoipa::path(
    delete, path = "/manage/v1/schemas/{urn}", operation_id = "removeOwnSchema", tag = "API",
    params(Named, Of),
    responses(
        (status = 200, description = "What was removed.", body = RegisteredSchemaView),
        BadRequest, NoSuch, Taken, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn remove(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(Named { urn }): Path<Named>,
    Query(of): Query<Of>,
) -> Answer<RegisteredSchemaView> {
    let resource_type = of.resource_type.as_deref();
    let removed = schemas::remove(&state.platform, &actor, &urn, resource_type).await?;
    Ok(Json(RegisteredSchemaView::of(&removed)))
}
