//! The SCIM service below `/scim/v2`.
//!
//! One handler takes the whole tree and authenticates before it looks at what is asked for, so no
//! spelling of a path goes around it. Every answer, refusals included, is a SCIM message. The rules
//! of the protocol are in `seatlink_scim`, those of the directory in the domain; here is only HTTP.

mod answer;
mod bulk;
mod call;
mod collection;
mod deviations;
mod discovery;
#[cfg(test)]
mod documented;
mod endpoint;
mod everything;
#[cfg(test)]
mod fuzz;
mod gapped;
mod json;
mod kind;
mod own;

use std::sync::OnceLock;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::any,
};
use seatlink_domain::actor::ActorKind;
use seatlink_scim::{Error as ScimError, Leniency, Quirk};

pub(crate) use self::bulk::MAX_OPERATIONS;
use self::{answer::Refusal, call::Call, discovery::Part, endpoint::Endpoint, kind::Kind};
use seatlink_edge::{AppState, Facts, authenticate};

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/scim", any(serve))
        .route("/scim/", any(serve))
        .route("/scim/{*below}", any(serve))
}

async fn serve(State(state): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let facts = match Facts::of(&parts.extensions) {
        Ok(facts) => facts,
        Err(problem) => return problem.into_response(),
    };
    match answer(&state, facts, &parts, body).await {
        Ok(response) => response,
        Err(refusal) => refusal.render(facts),
    }
}

async fn answer(
    state: &AppState,
    facts: &Facts,
    parts: &Parts,
    body: Body,
) -> Result<Response, Refusal> {
    let tidied = deviations::tidied(parts.uri.path());
    let plain = Endpoint::parse(parts.uri.path());
    let repaired = tidied.as_deref().and_then(Endpoint::parse);
    let endpoint = plain.as_ref().or(repaired.as_ref());
    if endpoint == Some(&Endpoint::ServiceProviderConfig)
        && matches!(parts.method, Method::GET | Method::HEAD)
        && !parts.headers.contains_key(header::AUTHORIZATION)
    {
        return discovery::provider_config(facts, &parts.uri);
    }
    let actor = authenticate(state, facts, &parts.headers).await?;
    let query = deviations::plus_signs(parts.uri.query().unwrap_or_default());
    let call = Call { state, facts, parts, actor, query, turn: OnceLock::new() };
    stay_in_region(&call).await?;
    let (plain, repaired) = match (plain, repaired) {
        (None, None) => own::endpoints(&call, parts.uri.path(), tidied.as_deref()).await?,
        found => found,
    };
    let forgives = call.actor.leniency == Leniency::Forgiving;
    let (endpoint, slashes) = match (plain, repaired) {
        (Some(plain), _) => (plain, None),
        (None, Some(repaired)) if forgives => (repaired, Some(Quirk::PathSlashes)),
        (None, _) => {
            return Err(ScimError::not_found(
                "There is no such endpoint; the service is at /scim/v2.",
            )
            .into());
        }
    };
    call.count(slashes);
    if parts.method == Method::OPTIONS {
        let allow = HeaderValue::from_static(endpoint.allow());
        return Ok(answer::with(answer::empty(StatusCode::NO_CONTENT), header::ALLOW, allow));
    }
    if !endpoint.allows(&parts.method) {
        return Err(Refusal::MethodNotAllowed(endpoint.allow()));
    }
    dispatch(&call, endpoint, body).await
}

async fn dispatch(
    call: &Call<'_>,
    endpoint: Endpoint<'_>,
    body: Body,
) -> Result<Response, Refusal> {
    match endpoint {
        Endpoint::Users => collection::collection(call, &Kind::Users, body).await,
        Endpoint::User(id) => collection::item(call, &Kind::Users, &id, body).await,
        Endpoint::SearchUsers => collection::search(call, &Kind::Users, body).await,
        Endpoint::Groups => collection::collection(call, &Kind::Groups, body).await,
        Endpoint::Group(id) => collection::item(call, &Kind::Groups, &id, body).await,
        Endpoint::SearchGroups => collection::search(call, &Kind::Groups, body).await,
        Endpoint::Own(name) => {
            collection::collection(call, &own::kind(call, &name).await?, body).await
        }
        Endpoint::OwnItem(name, id) => {
            collection::item(call, &own::kind(call, &name).await?, &id, body).await
        }
        Endpoint::SearchOwn(name) => {
            collection::search(call, &own::kind(call, &name).await?, body).await
        }
        Endpoint::Me => collection::item(call, &Kind::Users, &myself(call)?, body).await,
        Endpoint::ServiceProviderConfig => discovery::provider_config(call.facts, &call.parts.uri),
        Endpoint::Schemas => discovery::describe(call, Part::Schemas).await,
        Endpoint::Schema(urn) => discovery::describe(call, Part::Schema(&urn)).await,
        Endpoint::ResourceTypes => discovery::describe(call, Part::ResourceTypes).await,
        Endpoint::ResourceType(name) => discovery::describe(call, Part::ResourceType(&name)).await,
        Endpoint::Root => everything::query(call).await,
        Endpoint::SearchAll => everything::search(call, body).await,
        Endpoint::Bulk => bulk::run(call, body).await,
    }
}

/// RFC 7644 §3.11: the user on whose behalf the client acts. A client that acts for itself has
/// none.
fn myself(call: &Call<'_>) -> Result<String, ScimError> {
    match &call.actor.kind {
        ActorKind::User(id) | ActorKind::ProvisioningClient { authorised_by: Some(id) } => {
            Ok(id.to_string())
        }
        ActorKind::ProvisioningClient { authorised_by: None }
        | ActorKind::Operator
        | ActorKind::System => Err(ScimError::not_found(
            "This token acts for no user, so there is nobody at /Me; use /Users/{id}.",
        )),
    }
}

/// RFC 7644 §6.1: the tenant comes from the token; a host of another region contradicts it.
async fn stay_in_region(call: &Call<'_>) -> Result<(), Refusal> {
    if !call.state.has_several_hosts() {
        return Ok(());
    }
    let region = &call.tenant().await?.region;
    match call.state.elsewhere(&call.facts.host, region) {
        None => Ok(()),
        Some(home) => Err(ScimError::forbidden(format!(
            "The SCIM service of this tenant is at {}.",
            home.scim_base
        ))
        .into()),
    }
}
