//! Connections of provisioning clients: what was repaired for them, and how their requests are
//! taken.

use axum::{
    Json,
    body::Body,
    extract::{Path, State},
};
use seatlink_domain::access::connections;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    Answer, body,
    views::{ClientConnectionList, ClientConnectionView, PolicyBody},
};
use crate::openapi::refusals::{Always, BadBody, NoSuch};
use seatlink_edge::{AppState, Bearer};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Named {
    /// The client id of an application or the id of a token.
    #[param(min_length = 1, example = "01890a5d-ac96-774b-bcce-b302099a8057")]
    id: String,
}

/// Applications and static tokens that clients come in by.
#[utoipa::path(
    get, path = "/manage/v1/connections", operation_id = "listConnections", tag = "API",
    responses((status = 200, description = "The list.", body = ClientConnectionList), Always),
    security(("bearer" = [])),
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
) -> Answer<ClientConnectionList> {
    let all = connections::list(&state.platform, &actor).await?;
    let connections = all.iter().map(ClientConnectionView::of).collect();
    Ok(Json(ClientConnectionList { connections }))
}

/// One connection.
#[utoipa::path(
    get, path = "/manage/v1/connections/{id}", operation_id = "getConnection", tag = "API",
    params(Named),
    responses(
        (status = 200, description = "The connection.", body = ClientConnectionView),
        NoSuch, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(named): Path<Named>,
) -> Answer<ClientConnectionView> {
    let connection = connections::get(&state.platform, &actor, &named.id).await?;
    Ok(Json(ClientConnectionView::of(&connection)))
}

/// Say how requests are taken, from the next one on.
///
/// What the body leaves out stays as it is.
#[utoipa::path(
    put, path = "/manage/v1/connections/{id}/policy", operation_id = "setPolicy", tag = "API",
    params(Named), request_body = PolicyBody,
    responses(
        (status = 200, description = "The connection as it is now.", body = ClientConnectionView),
        NoSuch, BadBody, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn set_policy(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(named): Path<Named>,
    request: Body,
) -> Answer<ClientConnectionView> {
    let wanted: PolicyBody = body::read(&state, &actor, request).await?;
    let connection =
        connections::set_policy(&state.platform, &actor, &named.id, wanted.into()).await?;
    Ok(Json(ClientConnectionView::of(&connection)))
}
