//! What clients read before they start: metadata, public keys, and where a tenant is.

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use seatlink_domain::{TenantId, oauth, tenants};
use seatlink_oauth::{Error, ServerMetadata};
use serde::Deserialize;
use serde_json::json;

use super::answer::{fresh, public, refuse_client};
use seatlink_edge::{AppState, RequestHost};

/// One document for OpenID Connect Discovery §4 and RFC 8414 §3. The issuer is the configured one,
/// never what the request's `Host` says.
pub(super) async fn metadata(State(state): State<AppState>, host: RequestHost) -> Response {
    match oauth::issuer(&state.platform, host.realm) {
        Ok(issuer) => public(&ServerMetadata::new(issuer).to_json()),
        Err(error) => refuse_client(&error, None),
    }
}

pub(super) async fn jwks(State(state): State<AppState>, host: RequestHost) -> Response {
    match oauth::keys::jwks(&state.platform, host.realm).await {
        Ok(keys) => public(&keys),
        Err(error) => refuse_client(&error, None),
    }
}

#[derive(Deserialize)]
pub(super) struct OfTenant {
    #[serde(default, rename = "tenantId")]
    tenant_id: String,
}

/// Where a tenant's pages and API are. It tells nothing but the region, so it needs no credential;
/// a tenant of the other realm does not exist here.
pub(super) async fn tenant(
    State(state): State<AppState>,
    host: RequestHost,
    Query(asked): Query<OfTenant>,
) -> Response {
    let unknown = || {
        let error = Error::invalid_request("tenantId names no tenant of this environment.");
        fresh(StatusCode::NOT_FOUND, &error.to_json())
    };
    let Ok(id) = asked.tenant_id.parse::<TenantId>() else { return unknown() };
    let tenant = match tenants::load(&state.platform, id).await {
        Ok(tenant) if tenant.realm == host.realm => tenant,
        Ok(_) | Err(_) => return unknown(),
    };
    let settings = state.platform.settings();
    let here = settings.region_origin(tenant.realm, &tenant.region).unwrap_or(&host.origin);
    let issuer = settings.issuer(tenant.realm).unwrap_or(here);
    let domain = here.split_once("://").map_or(here, |(_, authority)| authority);
    public(&json!({
        "private": false,
        "area": tenant.region,
        "domain": domain,
        "acdDomain": domain,
        "uhDomain": domain,
        "ui_endpoint": here,
        "auth_endpoint": issuer,
        "api_endpoint": here,
        "tenantId": id,
    }))
}
