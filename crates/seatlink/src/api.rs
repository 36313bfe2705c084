//! `/manage/v1`: our own management API. JSON in, JSON out, a bearer token with the scope `admin`.
//!
//! People and groups of the directory are served by SCIM; here is what SCIM has no words for:
//! import, schemas of the tenant's own, integrations, assignments, work, history, connections and
//! the outbox. Each operation is declared once, beside its handler: the router and the OpenAPI
//! document are both made from that.

mod body;
mod connections;
mod history;
mod integrations;
mod outbox;
mod people;
mod refusal;
mod schemas;
pub(crate) mod views;

use axum::{Json, middleware};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::{
    refusal::Refusal,
    views::{OwnResourceType, OwnSchema},
};
use seatlink_edge::{ApiError, AppState, Side};

/// What an operation answers.
type Answer<T> = Result<Json<T>, Refusal>;

/// Schemas that no operation names in its declaration.
#[derive(OpenApi)]
#[openapi(components(schemas(ApiError, OwnSchema, OwnResourceType)))]
struct Beside;

/// What a listener of this side offers to programs.
pub(crate) fn router(side: Side) -> OpenApiRouter<AppState> {
    // Both sides have a SCIM service that provisioning clients connect to.
    let mut router = OpenApiRouter::with_openapi(Beside::openapi())
        .routes(routes!(connections::list))
        .routes(routes!(connections::show))
        .routes(routes!(connections::set_policy));
    if side.receives() {
        router = router.routes(routes!(outbox::list)).routes(routes!(outbox::attachment));
    }
    if side.sends() {
        router = router
            .routes(routes!(people::import))
            .routes(routes!(history::of_resource))
            .routes(routes!(schemas::list, schemas::add))
            .routes(routes!(schemas::remove))
            .routes(routes!(integrations::list, integrations::create))
            .routes(routes!(integrations::show))
            .routes(routes!(integrations::scim_provisioning))
            .routes(routes!(integrations::connect))
            .routes(routes!(integrations::test))
            .routes(routes!(integrations::to_app))
            .routes(routes!(integrations::assign))
            .routes(routes!(integrations::unassign))
            .routes(routes!(integrations::failed))
            .routes(routes!(integrations::retry))
            .routes(routes!(integrations::sync));
    }
    router.route_layer(middleware::from_fn(refusal::render))
}
