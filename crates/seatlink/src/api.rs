//! `/api/v1`: the sending side for programs. JSON in, JSON out, a bearer token with the scope `admin`.
//!
//! People and groups of the directory are served by SCIM on this side too; here is what SCIM has no
//! words for: import, schemas of the tenant's own, integrations, assignments, work and history.

mod answer;
mod connections;
mod history;
mod integrations;
mod people;
mod schemas;

use axum::{
    Router,
    routing::{delete, get, post, put},
};

use seatlink_edge::AppState;

pub(crate) use connections::view as connection_view;

/// What both sides offer: each has a SCIM service that provisioning clients connect to.
pub(crate) fn of_connections() -> Router<AppState> {
    Router::new()
        .route("/api/v1/connections", get(connections::list))
        .route("/api/v1/connections/{id}", get(connections::show))
        .route("/api/v1/connections/{id}/policy", put(connections::set_policy))
}

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/people/import", post(people::import))
        .route("/api/v1/history/{id}", get(history::of_resource))
        .route("/api/v1/schemas", get(schemas::list).post(schemas::add))
        .route("/api/v1/schemas/{urn}", delete(schemas::remove))
        .route("/api/v1/integrations", get(integrations::list).post(integrations::create))
        .route("/api/v1/integrations/{id}", get(integrations::show))
        .route("/api/v1/integrations/{id}/scim-provisioning", put(integrations::scim_provisioning))
        .route("/api/v1/integrations/{id}/connection", put(integrations::connect))
        .route("/api/v1/integrations/{id}/test", post(integrations::test))
        .route("/api/v1/integrations/{id}/to-app", put(integrations::to_app))
        .route("/api/v1/integrations/{id}/assign", post(integrations::assign))
        .route("/api/v1/integrations/{id}/unassign", post(integrations::unassign))
        .route("/api/v1/integrations/{id}/failed", get(integrations::failed))
        .route("/api/v1/integrations/{id}/retry", post(integrations::retry))
        .route("/api/v1/integrations/{id}/sync", post(integrations::sync))
}
