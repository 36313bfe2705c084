//! How these endpoints say what happened: JSON for programs.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use seatlink_domain::oauth::OauthError;
use seatlink_oauth::{Error, challenge};
use serde_json::Value;

use seatlink_edge::oauth::logged;

const REALM: &str = "Seatlink";
/// Seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("60");

/// A JSON answer that no cache keeps (RFC 6749 §5.1).
pub(super) fn fresh(status: StatusCode, body: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ];
    (status, headers, body.to_string()).into_response()
}

/// A JSON document that everybody may keep for a while.
pub(super) fn public(body: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        // Nothing in it depends on who asks; pages of other sites may read it.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, body.to_string()).into_response()
}

/// A refusal at an endpoint where clients authenticate (RFC 6749 §5.2).
pub(super) fn refuse_client(error: &OauthError, authorization: Option<&str>) -> Response {
    let public = logged(error);
    let mut response = fresh(status(public.token_status(authorization)), &public.to_json());
    match response.status() {
        StatusCode::UNAUTHORIZED => insert(response.headers_mut(), &challenge::basic(REALM)),
        StatusCode::SERVICE_UNAVAILABLE => {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        _ => {}
    }
    response
}

/// A refusal at an endpoint that takes a bearer token (RFC 6750 §3). Without a token there is no
/// error to name.
pub(super) fn refuse_bearer(error: Option<&OauthError>) -> Response {
    let Some(error) = error else {
        let missing =
            Error::invalid_token("The request has no bearer token in its Authorization header.");
        let mut response = fresh(StatusCode::UNAUTHORIZED, &missing.to_json());
        insert(response.headers_mut(), &challenge::bearer(REALM, None, None));
        return response;
    };
    let public = logged(error);
    let mut response = fresh(status(public.code.status()), &public.to_json());
    if matches!(response.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        insert(response.headers_mut(), &challenge::bearer(REALM, Some(&public), None));
    }
    response
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST)
}

fn insert(headers: &mut HeaderMap, challenge: &str) {
    if let Ok(value) = HeaderValue::try_from(challenge) {
        headers.insert(header::WWW_AUTHENTICATE, value);
    }
}
