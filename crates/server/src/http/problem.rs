//! Refusals that belong to no single operation, and how each surface says them.
//!
//! A handler or extractor returns a [`Problem`]; the edge renders it in the form of the surface the
//! request was for. So a missing page under `/scim` is a SCIM error, under `/api` JSON, elsewhere HTML,
//! whoever noticed it.

use askama::Template;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use seatlink_domain::{
    StoreError,
    directory::{TOO_LONG, UNAVAILABLE},
};
use seatlink_scim as scim;
use serde_json::json;

use super::ApiError;

/// What went wrong before or around an operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Problem {
    /// RFC 9110 §15.5.20: answering for a host we do not know would poison links and issuers.
    UnknownHost,
    NotFound,
    MethodNotAllowed,
    TooLarge {
        limit: usize,
    },
    /// The credentials are missing or not valid; the sentence says which.
    Unauthorized {
        sentence: String,
        challenge: Challenge,
    },
    /// A form came from another site, or its token is missing or old.
    ForeignForm,
    BadRequest(String),
    TimedOut,
    /// The database is busy or cannot be reached. The cause was logged where it happened.
    Unavailable,
    /// The connection sent more requests than it is allowed to.
    TooManyRequests {
        per_second: u32,
        /// Seconds until the next one is taken.
        wait: u64,
    },
    /// Too many requests without a valid credential came from one address.
    TooManyRefused {
        /// Seconds until the next one is looked at.
        wait: u64,
    },
    /// The cause was logged where it happened; the caller gets the request id.
    Internal,
    /// Any other status, with the sentence of the status.
    Status(StatusCode),
}

/// What `WWW-Authenticate` says (RFC 6750 §3): no error code for a request without credentials.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Challenge {
    Missing,
    InvalidToken,
}

impl Challenge {
    pub(crate) const fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Missing => "Bearer realm=\"Seatlink\"",
            Self::InvalidToken => "Bearer realm=\"Seatlink\", error=\"invalid_token\"",
        })
    }
}

/// The part of the address space a request is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Surface {
    Scim,
    Oauth,
    Api,
    Page,
}

impl Surface {
    /// By the raw path: encodings and doubled slashes below `/scim` stay SCIM's.
    pub(crate) fn of(path: &str) -> Self {
        const MACHINES: [&str; 5] =
            ["/auth/token", "/auth/introspect", "/auth/revoke", "/auth/userinfo", "/auth/jwks"];
        if path.starts_with("/scim") {
            Self::Scim
        } else if path.starts_with("/.well-known/") || MACHINES.contains(&path) {
            Self::Oauth
        } else if ["/manage", "/api"].iter().any(|root| is_below(root, path)) {
            // Nothing is at `/api` yet; whoever asks there is a program.
            Self::Api
        } else {
            Self::Page
        }
    }
}

fn is_below(root: &str, path: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }} · Seatlink</title>
<link rel="stylesheet" href="/assets/seatlink.css">
<main class="notice">
<h1>{{ title }}</h1>
<p>{{ sentence }}</p>
<p class="fine">Request {{ request_id }}</p>
</main>
</html>
"#
)]
struct ProblemPage<'a> {
    title: &'a str,
    sentence: &'a str,
    request_id: &'a str,
}

impl Problem {
    /// What to say of a failure inside: that it will pass, if the database is all that is in the way.
    pub(crate) fn of_failure(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            match error.downcast_ref() {
                Some(StoreError::Busy | StoreError::Unavailable(_)) => return Self::Unavailable,
                Some(StoreError::TooLong) => return Self::BadRequest(String::from(TOO_LONG)),
                Some(_) | None => {}
            }
            cause = error.source();
        }
        Self::Internal
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unauthorized { .. } => StatusCode::UNAUTHORIZED,
            Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::TimedOut | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooManyRequests { .. } | Self::TooManyRefused { .. } => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Status(status) => *status,
        }
    }

    fn sentence(&self, request_id: &str) -> String {
        match self {
            Self::UnknownHost => String::from(
                "This server does not answer for the host name of this request. Use one of its \
                 configured names.",
            ),
            Self::NotFound => String::from("There is nothing at this address."),
            Self::MethodNotAllowed => {
                String::from("This address exists, but not for this HTTP method.")
            }
            Self::TooLarge { limit } => {
                format!("The request body is larger than the limit of {limit} bytes.")
            }
            Self::Unauthorized { sentence, .. } | Self::BadRequest(sentence) => sentence.clone(),
            Self::ForeignForm => String::from(
                "This form was sent from another site, or it is too old. Go back, reload the page \
                 and send it again.",
            ),
            Self::TimedOut => format!(
                "The request took too long and was given up. Try again; if it happens often, name \
                 the request id {request_id} to whoever runs this server."
            ),
            Self::Unavailable => String::from(UNAVAILABLE),
            Self::TooManyRequests { per_second, wait } => format!(
                "This connection sent more requests than the {per_second} a second that it may send here. \
                 Wait {wait} s, then go on."
            ),
            Self::TooManyRefused { wait } => format!(
                "Too many requests without a valid token came from this address. Check the token, wait {wait} s, \
                 then try again."
            ),
            Self::Internal => format!(
                "Something failed on our side. Name the request id {request_id} to whoever runs \
                 this server."
            ),
            Self::Status(status) => {
                let reason = status.canonical_reason().unwrap_or("The request was refused");
                format!("{reason}.")
            }
        }
    }

    pub(super) fn render(&self, surface: Surface, request_id: &str) -> Response {
        let status = self.status();
        let sentence = self.sentence(request_id);
        let (content_type, body) = match surface {
            Surface::Scim => ("application/scim+json", scim_error(status, sentence).to_json()),
            Surface::Oauth => ("application/json", self.oauth_json(&sentence)),
            Surface::Api => {
                let error = ApiError::new(status, self.api_code(), sentence, request_id);
                return self.with_headers(error.into_response());
            }
            Surface::Page => {
                let title = status.canonical_reason().unwrap_or("Refused");
                let page = ProblemPage { title, sentence: &sentence, request_id };
                // The template cannot fail; if it does, the bare sentence is still an answer.
                match page.render() {
                    Ok(html) => ("text/html; charset=utf-8", html),
                    Err(_) => ("text/plain; charset=utf-8", sentence),
                }
            }
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let content_type = HeaderValue::from_static(content_type);
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        self.with_headers(response)
    }

    fn with_headers(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        if let Self::Unauthorized { challenge, .. } = self {
            headers.insert(header::WWW_AUTHENTICATE, challenge.header());
        }
        // RFC 9110 §10.2.3. Okta reads whole seconds only.
        match self {
            Self::TooManyRequests { wait, .. } | Self::TooManyRefused { wait } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*wait));
            }
            Self::Unavailable | Self::TimedOut => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }

    /// RFC 6749 §5.2 has no code for a missing page; `invalid_request` is its catch-all.
    fn oauth_json(&self, sentence: &str) -> String {
        let code = match self.status().as_u16() {
            401 => "invalid_token",
            403 => "access_denied",
            429 | 503 => "temporarily_unavailable",
            500.. => "server_error",
            _ => "invalid_request",
        };
        json!({ "error": code, "error_description": sentence }).to_string()
    }

    fn api_code(&self) -> &'static str {
        match self.status().as_u16() {
            401 => "unauthorized",
            403 => "forbidden",
            404 => "not-found",
            405 => "method-not-allowed",
            413 => "too-large",
            421 => "unknown-host",
            429 => "too-many-requests",
            503 => "unavailable",
            500.. => "internal",
            _ => "bad-request",
        }
    }
}

/// The SCIM error of a status that no operation gave.
fn scim_error(status: StatusCode, detail: String) -> scim::Error {
    scim::Error { status: status.as_u16(), scim_type: None, detail }
}

impl IntoResponse for Problem {
    /// Leaves the wording to the edge, which knows the surface.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self);
        response
    }
}

/// An error and what caused it, on one line, for the log.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_below_scim_is_answered_by_scim() {
        for path in ["/scim", "/scim/v2/Users", "/scim//v2", "/scim/v2%2FUsers", "/scim;x=1"] {
            assert_eq!(Surface::of(path), Surface::Scim, "{path}");
        }
        assert_eq!(Surface::of("/apis"), Surface::Page);
        assert_eq!(Surface::of("/auth/authorize"), Surface::Page);
        assert_eq!(Surface::of("/auth/token"), Surface::Oauth);
    }

    #[test]
    fn an_unauthorized_answer_carries_a_challenge() {
        let problem = Problem::Unauthorized {
            sentence: String::from("No."),
            challenge: Challenge::InvalidToken,
        };
        let response = problem.render(Surface::Scim, "r1");
        let challenge = response.headers().get(header::WWW_AUTHENTICATE);
        assert!(challenge.is_some_and(|value| {
            value.to_str().is_ok_and(|text| text.contains("error=\"invalid_token\""))
        }));
    }

    #[test]
    fn what_a_page_says_is_escaped() {
        let page = ProblemPage { title: "<b>", sentence: "<script>", request_id: "1" };
        let html = page.render().unwrap_or_default();
        assert!(!html.contains("<script>") && !html.contains("<b>"));
    }
}
