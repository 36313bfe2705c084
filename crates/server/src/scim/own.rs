//! Endpoints of the resource types that the tenant registered.

use axum::{
    body::Body,
    http::{Method, StatusCode},
    response::Response,
};
use seatlink_domain::directory::resources::{self, OwnType};
use seatlink_scim::{Error as ScimError, ListQuery};

use super::{
    answer::{self, Refusal},
    call::{Call, projection_of},
    endpoint::Endpoint,
};

/// The endpoint of the tenant's own that a path names as it stands, and as it stands tidied.
pub(super) async fn endpoints<'a>(
    call: &Call<'_>,
    path: &'a str,
    tidied: Option<&'a str>,
) -> Result<(Option<Endpoint<'a>>, Option<Endpoint<'a>>), Refusal> {
    let tenant = call.tenant().await?;
    let find =
        |path: &'a str| Endpoint::parse_own(path, |name| OwnType::at(&tenant, name).is_some());
    Ok((find(path), tidied.and_then(find)))
}

/// Looked up again, for another process may just have removed it.
async fn own_type(call: &Call<'_>, name: &str) -> Result<OwnType, Refusal> {
    let tenant = call.tenant().await?;
    let own = OwnType::at(&tenant, name);
    Ok(own.ok_or_else(|| ScimError::not_found("There is no such endpoint any more."))?)
}

pub(super) async fn collection(
    call: &Call<'_>,
    name: &str,
    body: Body,
) -> Result<Response, Refusal> {
    let own = own_type(call, name).await?;
    if call.parts.method == Method::POST {
        create(call, &own, body).await
    } else {
        let query = call.list_query()?;
        list(call, &own, &query).await
    }
}

/// RFC 7644 §3.4.3.
pub(super) async fn search(call: &Call<'_>, name: &str, body: Body) -> Result<Response, Refusal> {
    let own = own_type(call, name).await?;
    let query = ListQuery::from_search_request(call.body(body).await?)?;
    list(call, &own, &query).await
}

pub(super) async fn item(
    call: &Call<'_>,
    name: &str,
    id: &str,
    body: Body,
) -> Result<Response, Refusal> {
    let own = own_type(call, name).await?;
    match call.parts.method {
        Method::PUT => replace(call, &own, id, body).await,
        Method::PATCH => patch(call, &own, id, body).await,
        Method::DELETE => delete(call, &own, id).await,
        _ => get(call, &own, id).await,
    }
}

async fn create(call: &Call<'_>, own: &OwnType, body: Body) -> Result<Response, Refusal> {
    let projection = call.projection(own.resource_type())?;
    let body = call.body(body).await?;
    let projection = projection.after_write(own.resource_type(), &body);
    let stored = resources::create(&call.state.platform, &call.actor, own, body).await?;
    Ok(call.one(StatusCode::CREATED, &stored, &projection, own.tenant()))
}

async fn get(call: &Call<'_>, own: &OwnType, id: &str) -> Result<Response, Refusal> {
    let projection = call.projection(own.resource_type())?;
    let stored = resources::get(&call.state.platform, &call.actor, own, id).await?;
    if call.if_none_match().matches(&stored.version_tag()) {
        return Ok(answer::not_modified(&stored));
    }
    Ok(call.one(StatusCode::OK, &stored, &projection, own.tenant()))
}

async fn replace(
    call: &Call<'_>,
    own: &OwnType,
    id: &str,
    body: Body,
) -> Result<Response, Refusal> {
    let projection = call.projection(own.resource_type())?;
    let body = call.body(body).await?;
    let projection = projection.after_write(own.resource_type(), &body);
    let condition = call.if_match();
    let platform = &call.state.platform;
    let stored = resources::replace(platform, &call.actor, own, id, body, &condition).await?;
    Ok(call.one(StatusCode::OK, &stored, &projection, own.tenant()))
}

async fn patch(call: &Call<'_>, own: &OwnType, id: &str, body: Body) -> Result<Response, Refusal> {
    let projection = call.projection(own.resource_type())?;
    let body = call.body(body).await?;
    let projection = projection.after_patch(own.resource_type(), &body);
    let condition = call.if_match();
    let platform = &call.state.platform;
    let stored = resources::patch(platform, &call.actor, own, id, body, &condition).await?;
    Ok(call.one(StatusCode::OK, &stored, &projection, own.tenant()))
}

async fn delete(call: &Call<'_>, own: &OwnType, id: &str) -> Result<Response, Refusal> {
    resources::delete(&call.state.platform, &call.actor, own, id, &call.if_match()).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

async fn list(call: &Call<'_>, own: &OwnType, query: &ListQuery) -> Result<Response, Refusal> {
    let projection = projection_of(query, own.resource_type())?;
    let page = resources::list(&call.state.platform, &call.actor, own, query).await?;
    Ok(call.page(&page, own.tenant(), |_| &projection))
}
