//! The edge: what every request passes through, once, whatever it is for.
//!
//! It names the request, finds the host it is for, keeps foreign forms out, bounds how long an
//! answer may take, turns a panic into an answer, and sets the headers that all answers carry. It
//! does not authenticate: that is the surfaces' work, because each refuses in its own words.

#[cfg(test)]
mod tests;

use std::{convert::Infallible, net::IpAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Version, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use seatlink_texts::Language;
use tower::ServiceExt;

use super::{
    Problem, RequestId,
    facts::Facts,
    language::language,
    origin::foreign_form,
    problem::{RefusalPage, Surface},
    request_id::{self, RequestIds},
};
use crate::{AppState, Served, ops};

/// Provisioning clients give up after a minute; an answer later than that helps nobody.
const PATIENCE: Duration = Duration::from_mins(1);

/// What any address may be asked with, for the method that none takes (RFC 9110 §15.5.6).
const METHODS: HeaderValue =
    HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");

/// The edge of one listener.
pub struct Edge {
    router: Router,
    state: AppState,
    ids: RequestIds,
    page: RefusalPage,
}

impl Edge {
    /// `page` renders what is refused before or around a handler for people.
    pub fn new(router: Router, state: AppState, page: RefusalPage) -> Arc<Self> {
        let ids = RequestIds::new(&state.platform);
        Arc::new(Self { router, state, ids, page })
    }

    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Body>,
        peer: IpAddr,
    ) -> Result<Response, Infallible> {
        let surface = Surface::of(request.uri().path());
        let id = self.ids.of(request.headers());
        let shape = Shape {
            surface,
            language: language(request.headers()),
            encrypted: false,
            leads_elsewhere: leads_elsewhere(request.uri().path()),
        };
        // Only a page depends on its reader.
        let reader = match surface {
            Surface::Page => request.headers().clone(),
            Surface::Scim | Surface::Oauth | Surface::Api => HeaderMap::new(),
        };
        let reader = (self.page, &reader);
        let response = match self.admit(&request, surface) {
            Err(problem) => {
                let is_method = problem == Problem::MethodNotAllowed;
                let mut response = problem.into_response();
                if is_method {
                    response.headers_mut().insert(header::ALLOW, METHODS);
                }
                finish(response, &id, shape, reader)
            }
            Ok(host) => {
                let shape = Shape { encrypted: host.origin.starts_with("https:"), ..shape };
                let host = host.clone();
                let response = self.run(request, Facts { id: id.clone(), host, peer }).await;
                finish(response, &id, shape, reader)
            }
        };
        Ok(response)
    }

    fn admit(&self, request: &Request<Body>, surface: Surface) -> Result<&Served, Problem> {
        // It has no path to serve. TRACE, which would echo credentials (RFC 9110 §9.3.8), has one
        // and no route takes it: the answer names the methods that do.
        if *request.method() == Method::CONNECT {
            return Err(Problem::MethodNotAllowed);
        }
        let authority = authority(request)?;
        let host = if ops::is_probe(request.uri().path()) {
            self.state.any_host()?
        } else {
            self.state.served(authority)?
        };
        if surface == Surface::Page && foreign_form(request, authority) {
            return Err(Problem::ForeignForm);
        }
        Ok(host)
    }

    async fn run(&self, mut request: Request<Body>, facts: Facts) -> Response {
        let asked = tracing::enabled!(tracing::Level::DEBUG).then(|| {
            // Without the query: filters hold personal data, callbacks hold codes.
            (request.method().clone(), request.uri().path().to_owned())
        });
        let id = facts.id.clone();
        request.extensions_mut().insert(facts);
        let work = AssertUnwindSafe(self.router.clone().oneshot(request)).catch_unwind();
        let response = match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Err(_panic)) => {
                // The panic hook has written where it happened.
                tracing::error!(request = %id, "a request handler panicked");
                Problem::Internal.into_response()
            }
            Err(_elapsed) => {
                tracing::error!(request = %id, "a request took too long");
                Problem::TimedOut.into_response()
            }
        };
        if let Some((method, path)) = asked {
            let status = response.status().as_u16();
            tracing::debug!(request = %id, %method, path, status, "answered");
        }
        response
    }
}

/// The host a request names: in the request line, else in its one `Host` header. HTTP/1.1 requires
/// the header; without it, or with two, proxies and servers may disagree (RFC 9112 §3.2).
fn authority(request: &Request<Body>) -> Result<Option<&str>, Problem> {
    let mut named = request.headers().get_all(header::HOST).iter();
    match (named.next(), named.next()) {
        (None, _) if request.version() == Version::HTTP_11 => {
            Err(Problem::BadRequest(String::from("The request has no Host header.")))
        }
        (Some(_), Some(_)) => {
            Err(Problem::BadRequest(String::from("The request has more than one Host header.")))
        }
        (Some(named), None) if !is_host(named.as_bytes()) => {
            Err(Problem::BadRequest(String::from(
                "The Host header is no host name; send a name or address, with a port if need be.",
            )))
        }
        (named, _) => Ok(match request.uri().authority() {
            Some(authority) => Some(authority.as_str()),
            None => named.and_then(|value| value.to_str().ok()),
        }),
    }
}

/// Whether this can be a host and port at all: what it is compared with decides the rest.
fn is_host(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:[]%!$&'()*+,;=".contains(byte))
}

/// Signing in and consenting end with a redirect to the client, the console's “Authenticate with …”
/// with one to the application. Browsers apply `form-action` to the redirects after a form as well,
/// so those pages cannot limit it to this site.
fn leads_elsewhere(path: &str) -> bool {
    path == "/console"
        || path == "/login"
        || path.starts_with("/login/")
        || path.starts_with("/auth/")
}

/// What of a request its answer's form depends on.
#[derive(Clone, Copy)]
struct Shape {
    surface: Surface,
    language: Language,
    encrypted: bool,
    leads_elsewhere: bool,
}

fn finish(
    response: Response,
    id: &RequestId,
    shape: Shape,
    reader: (RefusalPage, &HeaderMap),
) -> Response {
    let mut response = match problem_of(&response) {
        Some(problem) => {
            let mut rendered = problem.render(shape.surface, shape.language, id.as_str(), reader);
            if let Some(allow) = response.headers().get(header::ALLOW) {
                rendered.headers_mut().insert(header::ALLOW, allow.clone());
            }
            rendered
        }
        None => response,
    };
    let is_page = has_type(&response, "text/html");
    let headers = response.headers_mut();
    headers.insert(request_id::HEADER, id.to_header());
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if shape.encrypted {
        set(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if is_page {
        set(headers, header::CACHE_CONTROL, "no-store");
        set(headers, header::REFERRER_POLICY, "same-origin");
        set(headers, header::X_FRAME_OPTIONS, "DENY");
        set(headers, header::CONTENT_SECURITY_POLICY, content_security_policy(shape));
    }
    response
}

/// A problem that was returned as one, or a bare refusal of the framework: its texts are made for
/// developers of this server and fit no surface.
fn problem_of(response: &Response) -> Option<Problem> {
    if let Some(problem) = response.extensions().get::<Problem>() {
        return Some(problem.clone());
    }
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    let typed = response.headers().contains_key(header::CONTENT_TYPE);
    if !refused || (typed && !has_type(response, "text/plain")) {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Problem::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Problem::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge { limit: super::FORM_LIMIT },
        StatusCode::INTERNAL_SERVER_ERROR => Problem::Internal,
        other => Problem::Status(other),
    })
}

fn has_type(response: &Response, wanted: &str) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with(wanted))
}

/// Sets a header unless the handler chose its own value.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

const fn content_security_policy(shape: Shape) -> &'static str {
    if shape.leads_elsewhere {
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
         connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    } else {
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
         connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    }
}
