//! Answers of handlers: a page, a way on.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use seatlink_edge::{Problem, Served, chain};

/// Renders a page.
pub(crate) fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(body) => {
            let content_type = (header::CONTENT_TYPE, "text/html; charset=utf-8");
            (status, [content_type], body).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            Problem::Internal.into_response()
        }
    }
}

/// A page cannot be shown because something could not be read. The cause goes to the log; the
/// reader gets the request id.
pub(crate) fn unreadable<E: std::error::Error + 'static>(error: E) -> Problem {
    tracing::error!(error = chain(&error), "a page could not be put together");
    Problem::of_failure(&error)
}

/// 303, so that a browser never repeats a form at the new address (RFC 9700 §4.12).
pub(crate) fn see_other(location: impl AsRef<str>) -> Response {
    match HeaderValue::try_from(location.as_ref()) {
        Ok(location) => {
            let headers = [
                (header::LOCATION, location),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(_) => Problem::BadRequest(String::from("The address to go to is not a valid one."))
            .into_response(),
    }
}

/// Keeps addresses of these pages, which may hold a request or a code, out of the next site's hands
/// (RFC 9700 §4.2.4).
///
/// With `no-referrer` a browser also says `Origin: null` for our own form. That does no harm where
/// it sends `Sec-Fetch-Site` as well, which is over HTTPS and on loopback; elsewhere `same-origin`
/// hides as much from others.
pub(crate) fn shield(host: &Served, mut response: Response) -> Response {
    let trustworthy = ["https://", "http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|start| host.origin.starts_with(start));
    let policy = if trustworthy { "no-referrer" } else { "same-origin" };
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static(policy));
    response
}
