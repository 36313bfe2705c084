//! What pages load besides themselves: one stylesheet, compiled in.

use std::sync::LazyLock;

use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use seatlink_oauth::token;

use seatlink_edge::AppState;

const STYLESHEET: &str = include_str!("assets/seatlink.css");

/// Changes with the content, so that a changed stylesheet is fetched with the first page that needs it.
static TAG: LazyLock<String> =
    LazyLock::new(|| format!("\"{}\"", URL_SAFE_NO_PAD.encode(&token::hash(STYLESHEET)[..9])));

pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/assets/seatlink.css", get(stylesheet))
}

async fn stylesheet(headers: HeaderMap) -> Response {
    let kept = [(header::ETAG, TAG.as_str()), (header::CACHE_CONTROL, "no-cache")];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|tag| tag.trim() == TAG.as_str())) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLESHEET).into_response()
}
