//! Integrations: guide sections B to F, assignments, and what waits or failed.

use axum::{
    Json,
    body::Body,
    extract::{Path, State},
    http::StatusCode,
};
use seatlink_domain::{Actor, IntegrationId, integrations, work};
use seatlink_provision as provision;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    Answer, body,
    refusal::{Kind, Refusal},
    views::{
        AssignReport, ConnectionBody, FailedList, FailedView, IntegrationList, IntegrationView,
        NewIntegrationBody, RetryBody, RetryReport, ScimProvisioningBody, StandingView,
        SubjectsBody, SyncReport, TestReport, ToAppBody, UnassignReport,
    },
};
use crate::openapi::refusals::{Always, BadBody, BadSettings, NoSuch, Taken, Unusable};
use seatlink_edge::{AppState, Bearer, RequestHost, words::Reads};

/// More than anybody reads on one screen.
const FAILED_LIMIT: i64 = 500;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Named {
    /// The id of the integration.
    #[param(min_length = 1, example = "01890a5d-ac96-774b-bcce-b302099a8057")]
    id: String,
}

impl Named {
    fn id(&self) -> Result<IntegrationId, Refusal> {
        self.id.parse().map_err(|_| Refusal::NoSuch(Kind::Integration, self.id.clone()))
    }
}

/// All integrations.
#[utoipa::path(
    get, path = "/manage/v1/integrations", operation_id = "listIntegrations", tag = "API",
    responses((status = 200, description = "The list.", body = IntegrationList), Always),
    security(("bearer" = [])),
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
) -> Answer<IntegrationList> {
    let all = integrations::list(&state.platform, &actor).await?;
    let view = |integration| IntegrationView::of(Some(&*host.origin), integration, None);
    Ok(Json(IntegrationList { integrations: all.iter().map(view).collect() }))
}

/// Add an application.
#[utoipa::path(
    post, path = "/manage/v1/integrations", operation_id = "createIntegration", tag = "API",
    request_body = NewIntegrationBody,
    responses(
        (
            status = 201, description = "It was added.", body = IntegrationView,
            links(
                ("getIntegration" = (
                    operation_id = "getIntegration", parameters(("id" = "$response.body#/id"))
                )),
                ("setScimProvisioning" = (
                    operation_id = "setScimProvisioning", parameters(("id" = "$response.body#/id"))
                )),
                ("setToApp" = (
                    operation_id = "setToApp", parameters(("id" = "$response.body#/id"))
                )),
                ("listFailed" = (
                    operation_id = "listFailed", parameters(("id" = "$response.body#/id"))
                ))
            )
        ),
        BadBody, Taken, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
    request: Body,
) -> Result<(StatusCode, Json<IntegrationView>), Refusal> {
    let new: NewIntegrationBody = body::read(&state, &actor, request).await?;
    let integration = integrations::create(&state.platform, &actor, new.into()).await?;
    let view = IntegrationView::of(Some(&*host.origin), &integration, None);
    Ok((StatusCode::CREATED, Json(view)))
}

/// One integration and how far it is.
#[utoipa::path(
    get, path = "/manage/v1/integrations/{id}", operation_id = "getIntegration", tag = "API",
    params(Named),
    responses(
        (status = 200, description = "The integration.", body = IntegrationView), NoSuch, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn show(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
    Path(named): Path<Named>,
) -> Answer<IntegrationView> {
    let id = named.id()?;
    let integration = integrations::get(&state.platform, &actor, id).await?;
    let standing = work::standing(&state.platform, &actor, id).await?;
    Ok(Json(IntegrationView::of(Some(&*host.origin), &integration, Some(standing))))
}

/// Switch SCIM provisioning on or off.
#[utoipa::path(
    put, path = "/manage/v1/integrations/{id}/scim-provisioning",
    operation_id = "setScimProvisioning", tag = "API",
    params(Named), request_body = ScimProvisioningBody,
    responses(
        (status = 200, description = "The integration as it is now.", body = IntegrationView),
        BadSettings, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn scim_provisioning(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
    Path(named): Path<Named>,
    request: Body,
) -> Answer<IntegrationView> {
    let id = named.id()?;
    let wanted: ScimProvisioningBody = body::read(&state, &actor, request).await?;
    let integration = integrations::enable_scim(&state.platform, &actor, id, wanted.into()).await?;
    Ok(Json(IntegrationView::of(Some(&*host.origin), &integration, None)))
}

/// Say where and how the application is reached.
///
/// As on the screen, credentials that do not work are not saved. OAuth is saved first and
/// authenticated with afterwards.
#[utoipa::path(
    put, path = "/manage/v1/integrations/{id}/connection",
    operation_id = "setConnection", tag = "API",
    params(Named), request_body = ConnectionBody,
    responses(
        (status = 200, description = "The integration as it is now.", body = IntegrationView),
        BadSettings, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn connect(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
    Path(named): Path<Named>,
    request: Body,
) -> Answer<IntegrationView> {
    let id = named.id()?;
    let typed: ConnectionBody = body::read(&state, &actor, request).await?;
    let integration =
        provision::connect(&state.platform, &actor, &state.targets, id, typed.into()).await?;
    Ok(Json(IntegrationView::of(Some(&*host.origin), &integration, None)))
}

/// Try the connection.
#[utoipa::path(
    post, path = "/manage/v1/integrations/{id}/test", operation_id = "testConnection", tag = "API",
    params(Named),
    responses(
        (status = 200, description = "It works.", body = TestReport), NoSuch, Unusable, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn test(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(named): Path<Named>,
) -> Answer<TestReport> {
    let report = provision::test(&state.platform, &actor, &state.targets, named.id()?).await?;
    Ok(Json(report.into()))
}

/// Say which changes go to the application.
///
/// What the body leaves out stays as it is; `{}` changes nothing.
#[utoipa::path(
    put, path = "/manage/v1/integrations/{id}/to-app", operation_id = "setToApp", tag = "API",
    params(Named), request_body = ToAppBody,
    responses(
        (status = 200, description = "The integration as it is now.", body = IntegrationView),
        BadSettings, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn to_app(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
    Path(named): Path<Named>,
    request: Body,
) -> Answer<IntegrationView> {
    let id = named.id()?;
    let wanted: ToAppBody = body::read(&state, &actor, request).await?;
    let integration = integrations::set_to_app(&state.platform, &actor, id, wanted.into()).await?;
    Ok(Json(IntegrationView::of(Some(&*host.origin), &integration, None)))
}

/// Assign people and groups.
#[utoipa::path(
    post, path = "/manage/v1/integrations/{id}/assign", operation_id = "assign", tag = "API",
    params(Named), request_body = SubjectsBody,
    responses(
        (status = 200, description = "How many are new, and how far it is.", body = AssignReport),
        BadSettings, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn assign(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(named): Path<Named>,
    request: Body,
) -> Answer<AssignReport> {
    let id = named.id()?;
    let SubjectsBody { people, groups } = body::read(&state, &actor, request).await?;
    let platform = &state.platform;
    for group in &groups {
        integrations::assign_group(platform, &actor, id, *group).await?;
    }
    let assigned_people = integrations::assign_people(platform, &actor, id, people).await?;
    let standing = standing(&state, &actor, id).await?;
    Ok(Json(AssignReport { assigned_people, assigned_groups: groups.len(), standing }))
}

/// Take assignments back.
#[utoipa::path(
    post, path = "/manage/v1/integrations/{id}/unassign", operation_id = "unassign", tag = "API",
    params(Named), request_body = SubjectsBody,
    responses(
        (status = 200, description = "How many ended, and how far it is.", body = UnassignReport),
        BadSettings, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn unassign(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(named): Path<Named>,
    request: Body,
) -> Answer<UnassignReport> {
    let id = named.id()?;
    let SubjectsBody { people, groups } = body::read(&state, &actor, request).await?;
    let platform = &state.platform;
    for group in &groups {
        integrations::unassign_group(platform, &actor, id, *group).await?;
    }
    let unassigned_people = integrations::unassign_people(platform, &actor, id, people).await?;
    let standing = standing(&state, &actor, id).await?;
    Ok(Json(UnassignReport { unassigned_people, unassigned_groups: groups.len(), standing }))
}

async fn standing(
    state: &AppState,
    actor: &Actor,
    id: IntegrationId,
) -> Result<StandingView, Refusal> {
    Ok(work::standing(&state.platform, actor, id).await?.into())
}

/// Who could not be provisioned, and why.
#[utoipa::path(
    get, path = "/manage/v1/integrations/{id}/failed", operation_id = "listFailed", tag = "API",
    params(Named),
    responses(
        (status = 200, description = "At most 500 of them.", body = FailedList), NoSuch, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn failed(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Reads(language): Reads,
    Path(named): Path<Named>,
) -> Answer<FailedList> {
    let rows = work::failed(&state.platform, &actor, named.id()?, FAILED_LIMIT).await?;
    Ok(Json(FailedList { failed: rows.iter().map(|row| FailedView::of(row, language)).collect() }))
}

/// Try what failed again: everything, or one person.
#[utoipa::path(
    post, path = "/manage/v1/integrations/{id}/retry", operation_id = "retry", tag = "API",
    params(Named), request_body = RetryBody,
    responses(
        (status = 200, description = "How many are tried again.", body = RetryReport),
        NoSuch, BadBody, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn retry(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(named): Path<Named>,
    request: Body,
) -> Answer<RetryReport> {
    let id = named.id()?;
    let RetryBody { person } = body::read(&state, &actor, request).await?;
    let retried = work::retry(&state.platform, &actor, id, person).await?;
    Ok(Json(RetryReport { retried, standing: standing(&state, &actor, id).await? }))
}

/// Compare everybody with what was delivered.
#[utoipa::path(
    post, path = "/manage/v1/integrations/{id}/sync", operation_id = "sync", tag = "API",
    params(Named),
    responses(
        (status = 200, description = "How many are looked at.", body = SyncReport), NoSuch, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn sync(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(named): Path<Named>,
) -> Answer<SyncReport> {
    let id = named.id()?;
    let queued = provision::sweep(&state.platform, &actor, id).await?;
    Ok(Json(SyncReport { queued, standing: standing(&state, &actor, id).await? }))
}
