//! Who reads the outbox: a person in a browser, or a program with a token.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Response},
};
use seatlink_domain::Actor;

use super::outbox::json_refusal;
use crate::viewer::Viewer;
use seatlink_edge::{AppState, Challenge, Facts, MaybeSession, Problem, authenticate};

/// A token outweighs a cookie: whoever sends one means it.
pub(super) enum Reader {
    Person(Box<Viewer>),
    Program(Actor),
}

impl Reader {
    pub(super) fn actor(&self) -> &Actor {
        match self {
            Self::Person(viewer) => &viewer.actor,
            Self::Program(actor) => actor,
        }
    }
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            let facts = Facts::of(&parts.extensions).map_err(Problem::into_response)?;
            let actor = authenticate(state, facts, &parts.headers).await;
            return actor.map(Self::Program).map_err(|problem| json_refusal(&problem));
        }
        let MaybeSession(session) = MaybeSession::from_request_parts(parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        if session.is_none() && wants_json(&parts.headers) {
            return Err(json_refusal(&Problem::Unauthorized {
                sentence: String::from("Not authorized: sign in, or send a bearer token."),
                challenge: Challenge::Missing,
            }));
        }
        // Without a session this leads to the login page.
        let viewer = Viewer::from_request_parts(parts, state).await?;
        Ok(Self::Person(Box::new(viewer)))
    }
}

/// Browsers name HTML and never JSON when they open a page.
pub(super) fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = |kind: &str| {
        headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|range| range.split(';').next())
            .any(|range| range.trim().eq_ignore_ascii_case(kind))
    };
    accepted("application/json") && !accepted("text/html")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_browser_gets_the_page_and_a_program_the_data() {
        for (accept, json) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false),
            ("text/html, application/json", false),
            ("*/*", false),
        ] {
            let value = HeaderValue::from_static(accept);
            let headers = HeaderMap::from_iter([(header::ACCEPT, value)]);
            assert_eq!(wants_json(&headers), json, "{accept}");
        }
    }
}
