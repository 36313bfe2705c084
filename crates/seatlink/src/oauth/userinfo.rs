//! Userinfo, by GET and POST (OpenID Connect Core §5.3.1).

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use seatlink_domain::oauth::userinfo::userinfo;
use seatlink_oauth::challenge::bearer_token;

use super::answer::{fresh, refuse_bearer};
use seatlink_edge::{AppState, RequestHost};

pub(super) async fn show(
    State(state): State<AppState>,
    host: RequestHost,
    headers: HeaderMap,
) -> Response {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = header.and_then(bearer_token) else { return refuse_bearer(None) };
    match userinfo(&state.platform, host.realm, token).await {
        Ok(person) => fresh(StatusCode::OK, &person.to_json()),
        Err(error) => refuse_bearer(Some(&error)),
    }
}
