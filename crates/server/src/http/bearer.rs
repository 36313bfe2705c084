//! Bearer tokens: from the `Authorization` header to an actor.
//!
//! Only the header is looked at. A token in a URL ends up in logs and histories, one in a form body is
//! optional in RFC 6750 §2.2 and not offered.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use seatlink_domain::{
    Actor,
    access::bearer::{self, BearerError},
};

use super::{Challenge, Facts, Problem, chain};
use crate::state::AppState;

/// Whoever the request's token stands for.
#[derive(Clone, Debug)]
pub(crate) struct Bearer(pub(crate) Actor);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let facts = Facts::of(&parts.extensions)?;
        authenticate(state, facts, &parts.headers).await.map(Self)
    }
}

pub(crate) async fn authenticate(
    state: &AppState,
    facts: &Facts,
    headers: &HeaderMap,
) -> Result<Actor, Problem> {
    let token = token(headers)?;
    match bearer::authenticate(&state.platform, facts.host.realm, token).await {
        Ok(actor) => Ok(actor.with_request_id(facts.id.as_str())),
        Err(BearerError::Store(error)) => {
            tracing::error!(request = %facts.id, error = chain(&error), "a token was not looked up");
            Err(Problem::Internal)
        }
        Err(
            refused @ (BearerError::Unknown
            | BearerError::Expired
            | BearerError::Revoked
            | BearerError::UserInactive
            | BearerError::ClientDisabled),
        ) => Err(unauthorized(&refused.to_string(), Challenge::InvalidToken)),
    }
}

fn token(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (given.next(), given.next()) {
        (None, _) => {
            return Err(unauthorized(
                "the request has no Authorization header with a bearer token",
                Challenge::Missing,
            ));
        }
        (Some(value), None) => value.to_str().unwrap_or_default(),
        (Some(_), Some(_)) => {
            return Err(unauthorized(
                "the request has more than one Authorization header",
                Challenge::InvalidToken,
            ));
        }
    };
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => Ok(token.trim()),
        _ => Err(unauthorized(
            "the Authorization header must be of the form “Bearer <token>”",
            Challenge::Missing,
        )),
    }
}

fn unauthorized(reason: &str, challenge: Challenge) -> Problem {
    Problem::Unauthorized { sentence: format!("Not authorized: {reason}."), challenge }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        values.iter().map(|v| (header::AUTHORIZATION, HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn the_scheme_is_read_without_case() {
        assert_eq!(token(&headers(&["bEARER abc"])), Ok("abc"));
    }

    #[test]
    fn another_scheme_or_no_header_is_no_credential() {
        for values in [&[][..], &["Basic YTpi"], &["abc"]] {
            let headers = headers(values);
            let refused = token(&headers);
            assert!(
                matches!(refused, Err(Problem::Unauthorized { challenge: Challenge::Missing, .. })),
                "{values:?}"
            );
        }
    }

    #[test]
    fn two_credentials_are_refused() {
        assert!(token(&headers(&["Bearer a", "Bearer b"])).is_err());
    }
}
