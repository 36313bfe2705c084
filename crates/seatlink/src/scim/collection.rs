//! The endpoints of a resource type, such as `/Users`, `/Users/{id}` and `/Users/.search`.

use axum::{
    body::Body,
    http::{Method, StatusCode},
    response::Response,
};
use seatlink_domain::directory::DirectoryError;
use seatlink_scim::ListQuery;
use serde_json::Value;

use super::{
    answer::{self, Refusal},
    call::{Call, projection_of},
    kind::Kind,
};

pub(super) async fn collection(
    call: &Call<'_>,
    kind: &Kind,
    body: Body,
) -> Result<Response, Refusal> {
    if call.parts.method == Method::POST {
        create(call, kind, body).await
    } else {
        let query = call.list_query()?;
        list(call, kind, &query).await
    }
}

/// RFC 7644 §3.4.3.
pub(super) async fn search(call: &Call<'_>, kind: &Kind, body: Body) -> Result<Response, Refusal> {
    let query = ListQuery::from_search_request(call.body(body).await?)?;
    list(call, kind, &query).await
}

pub(super) async fn item(
    call: &Call<'_>,
    kind: &Kind,
    id: &str,
    body: Body,
) -> Result<Response, Refusal> {
    match call.parts.method {
        Method::PUT => replace(call, kind, id, body).await,
        Method::PATCH => patch(call, kind, id, body).await,
        Method::DELETE => delete(call, kind, id).await,
        _ => get(call, kind, id).await,
    }
}

async fn read(call: &Call<'_>, kind: &Kind, body: Body) -> Result<Value, Refusal> {
    if kind.has_large_bodies() { call.large_body(body).await } else { call.body(body).await }
}

async fn create(call: &Call<'_>, kind: &Kind, body: Body) -> Result<Response, Refusal> {
    let tenant = call.tenant().await?;
    let projection = call.projection(kind.resource_type(&tenant))?;
    let body = read(call, kind, body).await?;
    let projection = projection.after_write(kind.resource_type(&tenant), &body);
    let stored = kind.create(call, body, &projection).await?;
    Ok(call.one(StatusCode::CREATED, &stored, &projection, &tenant))
}

async fn get(call: &Call<'_>, kind: &Kind, id: &str) -> Result<Response, Refusal> {
    let tenant = call.tenant().await?;
    let projection = call.projection(kind.resource_type(&tenant))?;
    let stored = kind.get(call, id, &projection).await?;
    if !call.if_match().permits(&stored.version_tag()) {
        return Err(DirectoryError::VersionChanged(stored.version_tag()).into());
    }
    if call.if_none_match().matches(&stored.version_tag()) {
        return Ok(answer::not_modified(&stored));
    }
    Ok(call.one(StatusCode::OK, &stored, &projection, &tenant))
}

async fn replace(call: &Call<'_>, kind: &Kind, id: &str, body: Body) -> Result<Response, Refusal> {
    let tenant = call.tenant().await?;
    let projection = call.projection(kind.resource_type(&tenant))?;
    let body = read(call, kind, body).await?;
    let projection = projection.after_write(kind.resource_type(&tenant), &body);
    let stored = kind.replace(call, id, body, &call.condition(), &projection).await?;
    Ok(call.one(StatusCode::OK, &stored, &projection, &tenant))
}

/// 200 with the resource: some clients read the new state from it, all take it. 204 where a group
/// is too large to be shown for every change of it (RFC 7644 §3.5.2).
async fn patch(call: &Call<'_>, kind: &Kind, id: &str, body: Body) -> Result<Response, Refusal> {
    let tenant = call.tenant().await?;
    let projection = call.projection(kind.resource_type(&tenant))?;
    let body = read(call, kind, body).await?;
    let projection = projection.after_patch(kind.resource_type(&tenant), &body);
    let patched = kind.patch(call, id, body, &call.condition(), &projection).await?;
    if !patched.whole {
        return Ok(answer::done(&patched.stored));
    }
    Ok(call.one(StatusCode::OK, &patched.stored, &projection, &tenant))
}

async fn delete(call: &Call<'_>, kind: &Kind, id: &str) -> Result<Response, Refusal> {
    kind.delete(call, id, &call.condition()).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

async fn list(call: &Call<'_>, kind: &Kind, query: &ListQuery) -> Result<Response, Refusal> {
    let tenant = call.tenant().await?;
    let projection = projection_of(query, kind.resource_type(&tenant))?;
    let page = kind.list(call, query, &projection).await?;
    Ok(call.page(&page, &tenant, |_| &projection))
}
