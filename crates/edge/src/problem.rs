//! Refusals that belong to no single operation, and how each surface says them.
//!
//! A handler or extractor returns a [`Problem`]; the edge renders it in the form of the surface the
//! request was for. So a missing page under `/scim` is a SCIM error, under `/api` JSON, elsewhere
//! HTML, whoever noticed it.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use seatlink_domain::{StoreError, directory::TOO_LONG};
use seatlink_scim as scim;
use seatlink_texts::{Language, Texts};
use serde_json::json;

use super::ApiError;

/// What went wrong before or around an operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// RFC 9110 §15.5.20: answering for a host we do not know would poison links and issuers.
    UnknownHost,
    NotFound,
    MethodNotAllowed,
    TooLarge {
        limit: usize,
    },
    /// The credentials are missing or not valid.
    Unauthorized(Credential),
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

/// What is wrong with the bearer token of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Credential {
    Missing,
    Several,
    /// The header is there and not of the form `Bearer <token>`.
    Form,
    Unknown,
    Expired,
    Revoked,
    UserInactive,
    ClientDisabled,
}

impl Credential {
    /// What `WWW-Authenticate` says (RFC 6750 §3): no error code for a request without credentials.
    const fn challenge(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Missing | Self::Form => "Bearer realm=\"Seatlink\"",
            Self::Several
            | Self::Unknown
            | Self::Expired
            | Self::Revoked
            | Self::UserInactive
            | Self::ClientDisabled => "Bearer realm=\"Seatlink\", error=\"invalid_token\"",
        })
    }

    const fn sentence(self, texts: Texts) -> &'static str {
        let t = texts.errors();
        match self {
            Self::Missing => t.token_missing(),
            Self::Several => t.token_several(),
            Self::Form => t.token_form(),
            Self::Unknown => t.token_unknown(),
            Self::Expired => t.token_expired(),
            Self::Revoked => t.token_revoked(),
            Self::UserInactive => t.token_user_inactive(),
            Self::ClientDisabled => t.token_client_disabled(),
        }
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

/// A refusal that is to be shown as a page, with what the page may say of it.
pub struct Refusal<'a> {
    pub problem: &'a Problem,
    /// In English; what the reader's language has no text for is said with it.
    pub sentence: &'a str,
    pub request_id: &'a str,
    /// Of the request, for the reader's language.
    pub headers: &'a HeaderMap,
}

/// Renders a refusal as HTML. The surface for people provides it, because the edge knows no
/// template.
pub type RefusalPage = fn(&Refusal<'_>) -> String;

impl Problem {
    /// What to say of a failure inside: that it will pass, if the database is all that is in the
    /// way.
    pub fn of_failure(error: &(dyn std::error::Error + 'static)) -> Self {
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

    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
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

    fn sentence(&self, language: Language, request_id: &str) -> String {
        let texts = Texts::of(language);
        let t = texts.errors();
        match self {
            Self::UnknownHost => t.unknown_host().to_owned(),
            Self::NotFound => t.not_found().to_owned(),
            Self::MethodNotAllowed => t.method_not_allowed().to_owned(),
            Self::TooLarge { limit } => {
                let limit = u64::try_from(*limit).unwrap_or(u64::MAX);
                t.too_large(&texts.common().bytes(limit)).into()
            }
            Self::Unauthorized(credential) => credential.sentence(texts).to_owned(),
            Self::BadRequest(sentence) => sentence.clone(),
            Self::ForeignForm => t.foreign_form().to_owned(),
            Self::TimedOut => t.timed_out(request_id).into(),
            Self::Unavailable => t.unavailable().to_owned(),
            Self::TooManyRequests { per_second, wait } => t.rate_limited(*per_second, *wait).into(),
            Self::TooManyRefused { wait } => t.too_many_refused(*wait).into(),
            Self::Internal => t.internal(request_id).into(),
            Self::Status(status) => {
                let reason = status.canonical_reason().unwrap_or("The request was refused");
                format!("{reason}.")
            }
        }
    }

    /// In the form of the surface. `language` is the reader's; SCIM and OAuth speak English, as
    /// their standards do. `reader` is who renders a page and the head of the request.
    pub(super) fn render(
        &self,
        surface: Surface,
        language: Language,
        request_id: &str,
        (page, headers): (RefusalPage, &HeaderMap),
    ) -> Response {
        let status = self.status();
        let language = match surface {
            Surface::Api => language,
            Surface::Scim | Surface::Oauth | Surface::Page => Language::English,
        };
        let sentence = self.sentence(language, request_id);
        let (content_type, body) = match surface {
            Surface::Scim => ("application/scim+json", scim_error(status, sentence).to_json()),
            Surface::Oauth => ("application/json", self.oauth_json(&sentence)),
            Surface::Api => {
                let error = ApiError::new(status, self.api_code(), sentence, request_id);
                return self.with_headers(error.into_response());
            }
            Surface::Page => {
                let refusal = Refusal { problem: self, sentence: &sentence, request_id, headers };
                ("text/html; charset=utf-8", page(&refusal))
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
        if let Self::Unauthorized(credential) = self {
            headers.insert(header::WWW_AUTHENTICATE, credential.challenge());
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
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
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
        let problem = Problem::Unauthorized(Credential::Expired);
        let page: RefusalPage = |_| String::new();
        let reader = (page, &HeaderMap::new());
        let response = problem.render(Surface::Scim, Language::English, "r1", reader);
        let challenge = response.headers().get(header::WWW_AUTHENTICATE);
        assert!(challenge.is_some_and(|value| {
            value.to_str().is_ok_and(|text| text.contains("error=\"invalid_token\""))
        }));
    }
}
