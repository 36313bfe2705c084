//! `/Users` and `/Users/{id}`.

use axum::{
    body::Body,
    http::{Method, StatusCode},
    response::Response,
};
use seatlink_domain::{directory::users, tenants::Tenant};
use seatlink_scim::{ListQuery, ResourceType};

use super::{
    answer::{self, Refusal},
    call::{Call, projection_of},
};

pub(super) async fn collection(call: &Call<'_>, body: Body) -> Result<Response, Refusal> {
    if call.parts.method == Method::POST {
        create(call, body).await
    } else {
        let query = call.list_query()?;
        list(call, &query).await
    }
}

/// RFC 7644 §3.4.3.
pub(super) async fn search(call: &Call<'_>, body: Body) -> Result<Response, Refusal> {
    let query = ListQuery::from_search_request(call.body(body).await?)?;
    list(call, &query).await
}

pub(super) async fn item(call: &Call<'_>, id: &str, body: Body) -> Result<Response, Refusal> {
    match call.parts.method {
        Method::PUT => replace(call, id, body).await,
        Method::PATCH => patch(call, id, body).await,
        Method::DELETE => delete(call, id).await,
        _ => get(call, id).await,
    }
}

async fn create(call: &Call<'_>, body: Body) -> Result<Response, Refusal> {
    let tenant = call.tenant().await?;
    let projection = call.projection(resource_type(&tenant))?;
    let body = call.body(body).await?;
    let projection = projection.after_write(resource_type(&tenant), &body);
    let stored = users::create(&call.state.platform, &call.actor, body).await?;
    Ok(call.one(StatusCode::CREATED, &stored, &projection, &tenant))
}

async fn get(call: &Call<'_>, id: &str) -> Result<Response, Refusal> {
    let tenant = call.tenant().await?;
    let projection = call.projection(resource_type(&tenant))?;
    let stored = users::get(&call.state.platform, &call.actor, id).await?;
    if call.if_none_match().matches(&stored.version_tag()) {
        return Ok(answer::not_modified(&stored));
    }
    Ok(call.one(StatusCode::OK, &stored, &projection, &tenant))
}

async fn replace(call: &Call<'_>, id: &str, body: Body) -> Result<Response, Refusal> {
    let tenant = call.tenant().await?;
    let projection = call.projection(resource_type(&tenant))?;
    let body = call.body(body).await?;
    let projection = projection.after_write(resource_type(&tenant), &body);
    let stored =
        users::replace(&call.state.platform, &call.actor, id, body, &call.if_match()).await?;
    Ok(call.one(StatusCode::OK, &stored, &projection, &tenant))
}

/// Always 200 with the user: some clients read the new state from it, all take it.
async fn patch(call: &Call<'_>, id: &str, body: Body) -> Result<Response, Refusal> {
    let tenant = call.tenant().await?;
    let projection = call.projection(resource_type(&tenant))?;
    let body = call.body(body).await?;
    let projection = projection.after_patch(resource_type(&tenant), &body);
    let stored =
        users::patch(&call.state.platform, &call.actor, id, body, &call.if_match()).await?;
    Ok(call.one(StatusCode::OK, &stored, &projection, &tenant))
}

async fn delete(call: &Call<'_>, id: &str) -> Result<Response, Refusal> {
    users::delete(&call.state.platform, &call.actor, id, &call.if_match()).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

async fn list(call: &Call<'_>, query: &ListQuery) -> Result<Response, Refusal> {
    let tenant = call.tenant().await?;
    let projection = projection_of(query, resource_type(&tenant))?;
    let page = users::list(&call.state.platform, &call.actor, query, &projection).await?;
    Ok(call.page(&page, &tenant, |_| &projection))
}

fn resource_type(tenant: &Tenant) -> &ResourceType {
    tenant.registry.resource_type("User").expect("every profile has users")
}
