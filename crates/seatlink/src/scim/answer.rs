//! Answers of the SCIM service, and its refusals.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use seatlink_domain::directory::{DirectoryError, Stored};
use seatlink_scim::Error as ScimError;

use seatlink_edge::{Facts, Problem, chain};

/// RFC 7644 §3.8; UTF-8 is JSON's own encoding, so there is no charset parameter (RFC 8259 §11).
const SCIM_JSON: HeaderValue = HeaderValue::from_static("application/scim+json");

/// Why there is no other answer.
#[derive(Debug)]
pub(super) enum Refusal {
    Scim(ScimError),
    Directory(DirectoryError),
    /// The token does not carry the permission (RFC 6750 §3.1).
    Forbidden(String),
    /// With the methods that the endpoint takes (RFC 9110 §15.5.6).
    MethodNotAllowed(&'static str),
    Problem(Problem),
}

impl From<ScimError> for Refusal {
    fn from(error: ScimError) -> Self {
        Self::Scim(error)
    }
}

impl From<DirectoryError> for Refusal {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Forbidden(forbidden) => Self::Forbidden(format!("{forbidden}.")),
            other => Self::Directory(other),
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Refusal {
    pub(super) fn render(self, facts: &Facts) -> Response {
        match self {
            Self::Scim(error) => error_response(&error),
            Self::Directory(error) => {
                let answer = of_directory(facts, &error);
                match answer.status {
                    // The edge words it, with the request id.
                    500 => Problem::Internal.into_response(),
                    503 => {
                        let soon = HeaderValue::from_static("1");
                        with(error_response(&answer), header::RETRY_AFTER, soon)
                    }
                    _ => error_response(&answer),
                }
            }
            Self::Forbidden(sentence) => {
                let challenge = HeaderValue::from_static(
                    "Bearer realm=\"Seatlink\", error=\"insufficient_scope\"",
                );
                let response = error_response(&ScimError::forbidden(sentence));
                with(response, header::WWW_AUTHENTICATE, challenge)
            }
            Self::MethodNotAllowed(allow) => {
                let error = ScimError::method_not_allowed(format!(
                    "This endpoint takes these methods only: {allow}."
                ));
                with(error_response(&error), header::ALLOW, HeaderValue::from_static(allow))
            }
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

/// What the client is answered; what went wrong inside is logged once.
pub(super) fn of_directory(facts: &Facts, error: &DirectoryError) -> ScimError {
    let answer = error.to_scim();
    if answer.status < 500 {
        tracing::debug!(request = %facts.id, error = chain(error), "refused");
    } else {
        tracing::error!(request = %facts.id, error = chain(error), "an operation failed");
    }
    answer
}

fn error_response(error: &ScimError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    json(status, error.to_json())
}

/// A SCIM message.
pub(super) fn json(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, SCIM_JSON);
    response
}

/// One resource: version and place stand in the headers as well (RFC 7644 §3.3, §3.14; RFC 7643
/// §3.1 names `Content-Location`, the examples of RFC 7644 show `Location`).
pub(super) fn resource(status: StatusCode, stored: &Stored, base: &str, body: Body) -> Response {
    let place = header_value(&stored.location(base));
    let response = with(json(status, body), header::LOCATION, place.clone());
    let response = with(response, header::CONTENT_LOCATION, place);
    versioned(response, stored)
}

/// RFC 9110 §15.4.5: no body, and the version that the client has.
pub(super) fn not_modified(stored: &Stored) -> Response {
    versioned(empty(StatusCode::NOT_MODIFIED), stored)
}

/// Done, with nothing to show but the new version. The type is that of what was changed (RFC 9110
/// §15.3.5); the Java library SCIM-SDK takes an answer without it for a failure.
pub(super) fn done(stored: &Stored) -> Response {
    versioned(json(StatusCode::NO_CONTENT, Body::empty()), stored)
}

pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

pub(super) fn with(mut response: Response, name: HeaderName, value: HeaderValue) -> Response {
    response.headers_mut().insert(name, value);
    response
}

fn versioned(response: Response, stored: &Stored) -> Response {
    with(response, header::ETAG, header_value(&stored.version_tag()))
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("origins, ids and versions are visible ASCII")
}
