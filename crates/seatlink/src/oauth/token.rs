//! The endpoints where clients authenticate: token, revocation, introspection.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use seatlink_domain::oauth::{
    OauthError, introspect as introspection, revoke as revocation, token,
};
use seatlink_oauth::{
    Error, Params,
    request::{check_token_query, client_credential, token_reference, token_request},
};

use super::answer::{fresh, refuse_client};
use seatlink_edge::{AppState, RequestHost};

pub(super) async fn issue(
    State(state): State<AppState>,
    host: RequestHost,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let call = Call { query: query.as_deref(), headers: &headers, body: &body };
    let answer = async {
        let (params, authorization) = call.read()?;
        let (credential, request) = token_request(&params, authorization)?;
        token::issue(&state.platform, host.realm, credential, request).await
    };
    match answer.await {
        Ok(issued) => fresh(StatusCode::OK, &issued.to_json()),
        Err(error) => refuse_client(&error, call.authorization()),
    }
}

pub(super) async fn revoke(
    State(state): State<AppState>,
    host: RequestHost,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let call = Call { query: query.as_deref(), headers: &headers, body: &body };
    let answer = async {
        let (params, authorization) = call.read()?;
        let credential = client_credential(&params, authorization)?;
        let named = token_reference(&params)?;
        let named = named.token.expose();
        revocation::revoke(&state.platform, host.realm, credential, named).await
    };
    match answer.await {
        Ok(()) => (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response(),
        Err(error) => refuse_client(&error, call.authorization()),
    }
}

pub(super) async fn introspect(
    State(state): State<AppState>,
    host: RequestHost,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let call = Call { query: query.as_deref(), headers: &headers, body: &body };
    let answer = async {
        let (params, authorization) = call.read()?;
        let credential = client_credential(&params, authorization)?;
        let named = token_reference(&params)?;
        let named = named.token.expose();
        introspection::introspect(&state.platform, host.realm, credential, named).await
    };
    match answer.await {
        Ok(facts) => fresh(StatusCode::OK, &facts),
        Err(error) => refuse_client(&error, call.authorization()),
    }
}

/// What a client sent, before any of it is believed.
#[derive(Clone, Copy)]
struct Call<'a> {
    query: Option<&'a str>,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

impl<'a> Call<'a> {
    fn authorization(self) -> Option<&'a str> {
        self.headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default())
    }

    fn read(self) -> Result<(Params, Option<&'a str>), OauthError> {
        check_token_query(self.query.unwrap_or_default())?;
        let content_type = self.headers.get(header::CONTENT_TYPE);
        let essence = content_type
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default();
        if !essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Error::invalid_request(
                "The request must be a form: Content-Type application/x-www-form-urlencoded.",
            )
            .into());
        }
        if self.headers.get_all(header::AUTHORIZATION).iter().nth(1).is_some() {
            return Err(
                Error::invalid_request("There is more than one Authorization header.").into()
            );
        }
        Ok((Params::from_form(self.body)?, self.authorization()))
    }
}
