//! Queries over all resource types: `/scim/v2?filter=…` and `/scim/v2/.search` (RFC 7644 §3.4.2.1,
//! §3.4.3).

use axum::{body::Body, response::Response};
use seatlink_domain::directory::listing::{self, Projections};
use seatlink_scim::{Error as ScimError, ListQuery, Projection};

use super::{
    answer::Refusal,
    call::{Call, projection_of},
};

pub(super) async fn query(call: &Call<'_>) -> Result<Response, Refusal> {
    let query = call.list_query()?;
    list(call, &query).await
}

pub(super) async fn search(call: &Call<'_>, body: Body) -> Result<Response, Refusal> {
    let query = ListQuery::from_search_request(call.body(body).await?)?;
    list(call, &query).await
}

async fn list(call: &Call<'_>, query: &ListQuery) -> Result<Response, Refusal> {
    let tenant = call.tenant().await?;
    // Every type is shown by its own schema: a name that it does not have chooses nothing of it.
    let projections: Vec<(&str, Projection)> = tenant
        .registry
        .resource_types()
        .iter()
        .map(|rt| Ok((rt.name.as_str(), projection_of(query, rt)?)))
        .collect::<Result<_, ScimError>>()?;
    let all = Projection::all();
    let chosen = |kind: &str| {
        projections.iter().find(|(name, _)| *name == kind).map_or(&all, |(_, chosen)| chosen)
    };
    let shown = Projections { user: chosen("User"), group: chosen("Group") };
    let page = listing::everything(&call.state.platform, &call.actor, query, shown).await?;
    Ok(call.page(&page, &tenant, chosen))
}
