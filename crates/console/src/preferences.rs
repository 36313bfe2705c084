//! The choice of language and colours, from the foot of any page.

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use seatlink_edge::{AppState, RequestHost, local_path};
use seatlink_texts::Language;

use crate::{
    answer::see_other,
    cookies,
    form::Sent,
    paths,
    viewer::{COLOURS, Colours, LANGUAGE},
};

/// A year; browsers keep no cookie for much longer.
const KEPT: &str = "; Max-Age=31536000";

pub(crate) fn router() -> Router<AppState> {
    Router::new().route(paths::Preferences::ROUTE, post(choose))
}

/// Changes nothing but cookies of this browser, so the edge's look at the sender is all the
/// protection it needs: there is no token, because the form also stands on pages that are shown
/// before there is a session.
async fn choose(host: RequestHost, headers: HeaderMap, body: Bytes) -> Response {
    let sent = Sent::parse(&body);
    let chosen: Vec<HeaderValue> = [
        Language::of_tag(sent.get("language"))
            .map(|language| cookies::set(&host, LANGUAGE, language.tag(), KEPT)),
        Colours::parse(sent.get("colours"))
            .map(|colours| cookies::set(&host, COLOURS, colours.as_str(), KEPT)),
    ]
    .into_iter()
    .flatten()
    .collect();
    // The script changes the colours itself and wants no page.
    let is_script = headers.get("sec-fetch-mode").is_some_and(|mode| mode != "navigate");
    let mut response = if is_script {
        StatusCode::NO_CONTENT.into_response()
    } else {
        see_other(local_path(sent.get("back")).unwrap_or("/"))
    };
    for cookie in chosen {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
