//! `/openapi.json`: what this listener serves, as an OpenAPI 3.1 document.
//!
//! The SCIM schemas in it come from the registry that validation uses, and the management API from
//! the declarations that its router is made of, so they cannot drift. The SCIM service, the
//! authorization server and the probes are written beside them, one file for each, because their
//! JSON says what derived schemas cannot (`const`, `patternProperties`); a test asks the router
//! which methods each of their addresses takes. Pages of people are left out. Nothing in it depends
//! on a tenant: custom extensions and resource types are described by `/scim/v2/Schemas`, to
//! whoever has a token of theirs.

mod attributes;
mod derived;
mod messages;
mod oauth;
mod operation;
mod ops;
pub(crate) mod refusals;
mod scim;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use seatlink_scim::Precondition;
use serde_json::{Map, Value, json};

use self::operation::{Paths, component};
use crate::api;
use seatlink_edge::{AppState, Side};

/// Where the document is.
const PATH: &str = "/openapi.json";

pub(crate) fn router() -> Router<AppState> {
    Router::new().route(PATH, get(show))
}

/// A rendered document and its version.
struct Rendered {
    text: Bytes,
    version: String,
}

/// Rendered at the first request, once: the document does not change while the process runs.
fn rendered(side: Side) -> &'static Rendered {
    static RENDERED: [OnceLock<Rendered>; 3] = [const { OnceLock::new() }; 3];
    let place = match side {
        Side::Receiving => &RENDERED[0],
        Side::Sending => &RENDERED[1],
        Side::Both => &RENDERED[2],
    };
    place.get_or_init(|| {
        let text = document(side).to_string();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        let version = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&hash.as_ref()[..12]));
        Rendered { text: Bytes::from(text), version }
    })
}

/// `GET /openapi.json`, without authentication.
async fn show(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let Rendered { text, version } = rendered(state.side);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = Response::default();
    if Precondition::parse(known).matches(version) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = Body::from(text.clone());
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
    }
    let headers = response.headers_mut();
    headers.insert(
        header::ETAG,
        HeaderValue::from_str(version).expect("the version is base64 in quotes"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    // Nothing in it depends on who asks; tools in a browser may read it.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// The document of a listener that opens these doors.
pub(crate) fn document(side: Side) -> Value {
    let mut paths = Paths::default();
    scim::describe(&mut paths);
    if side.receives() {
        oauth::describe(&mut paths);
    }
    ops::describe(&mut paths);
    let mut schemas = Map::new();
    messages::schemas(&mut schemas);
    attributes::schemas(&mut schemas);
    oauth::schemas(&mut schemas);
    derived::merge(api::router(side).to_openapi(), &mut paths, &mut schemas);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Seatlink",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": "User provisioning: a SCIM 2.0 service with its authorization server, and the \
                API of the sending side.\n\n\
                Every answer carries `X-Request-Id`: the id of the request if it was 8 to 64 letters, \
                digits, `-`, `_` or `.`, else one of ours. A method that an address does not take is answered \
                with 405 and `Allow`; a request for a host that is not configured with 421; a head over \
                128 KiB with 431 before any of this applies. Unknown query parameters are ignored.\n\n\
                Below `/manage/v1` members of JSON are `snake_case`, choices are words in `kebab-case`; what an \
                object is called by is `id`, a reference to another one ends in `_id`. Only parts in the form of RFC \
                7643 keep the names of the RFC. Members that an operation does not know are refused by name. PUT \
                keeps what its body leaves out. Refusals are in Chinese if `Accept-Language` asks for it.",
        },
        // Relative: whoever reads the document has the origin already.
        "servers": [{ "url": "/" }],
        "tags": tags(side),
        "paths": paths.into_value(),
        "components": {
            "securitySchemes": security_schemes(side),
            "parameters": component(scim::parameters()),
            "headers": component(operation::headers()),
            "responses": component(operation::responses()),
            "schemas": schemas,
        },
    })
}

fn tags(side: Side) -> Value {
    let mut tags = vec![json!({
        "name": "SCIM",
        "description": "The SCIM 2.0 service (RFC 7643, RFC 7644, RFC 9865).",
    })];
    if side.receives() {
        tags.push(json!({
            "name": "OAuth",
            "description": "The authorization server (OAuth 2.0, OpenID Connect).",
        }));
    }
    let about = if side.sends() { "The sending side and connections" } else { "Connections" };
    tags.push(json!({
        "name": "API",
        "description": format!("{about}, for programs; the token needs the scope `admin`."),
    }));
    tags.push(json!({ "name": "Operations", "description": "Probes, and this document." }));
    Value::Array(tags)
}

fn security_schemes(side: Side) -> Value {
    let mut schemes = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A static token of an administrator, or an access token of the authorization \
                server, in the Authorization header.",
        },
    });
    if side.receives() {
        schemes["oauth2"] = oauth::security_scheme();
        schemes["client"] = json!({
            "type": "http",
            "scheme": "basic",
            "description": "Client id and client secret, each form-encoded (RFC 6749 §2.3.1). A client that \
                registered for it sends them in the form instead.",
        });
    }
    schemes
}
