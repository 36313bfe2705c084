//! What pages load besides themselves: one stylesheet and one script, compiled in.
//!
//! The address holds a hash of the content, so that browsers keep a file for a year and still get a
//! new one at once.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use seatlink_edge::{AppState, Problem};
use seatlink_oauth::token;

/// The layers in the order in which the first file names them.
const STYLESHEET: &str = concat!(
    include_str!("assets/base.css"),
    include_str!("assets/shell.css"),
    include_str!("assets/parts.css"),
    include_str!("assets/pages.css"),
);
const SCRIPT: &str = include_str!("assets/app.js");

struct Asset {
    name: &'static str,
    content_type: &'static str,
    content: &'static str,
    path: String,
}

static ASSETS: LazyLock<[Asset; 2]> = LazyLock::new(|| {
    let asset = |name, content_type, content: &'static str| {
        let hash = URL_SAFE_NO_PAD.encode(&token::hash(content)[..9]);
        Asset { name, content_type, content, path: format!("/assets/{hash}/{name}") }
    };
    [
        asset("seatlink.css", "text/css; charset=utf-8", STYLESHEET),
        asset("app.js", "text/javascript; charset=utf-8", SCRIPT),
    ]
});

pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/assets/{hash}/{name}", get(show))
}

/// The address of a file for a page.
pub(crate) fn path(name: &str) -> String {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    asset.map_or_else(String::new, |asset| asset.path.clone())
}

async fn show(Path((hash, name)): Path<(String, String)>) -> Response {
    let path = format!("/assets/{hash}/{name}");
    let Some(asset) = ASSETS.iter().find(|asset| asset.path == path) else {
        return Problem::NotFound.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stylesheet_stays_small() {
        assert!(STYLESHEET.len() < 30_000, "{} bytes", STYLESHEET.len());
    }
}
