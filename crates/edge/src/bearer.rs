//! Bearer tokens: from the `Authorization` header to an actor.
//!
//! Only the header is looked at. A token in a URL ends up in logs and histories, one in a form body
//! is optional in RFC 6750 §2.2 and not offered.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use seatlink_domain::{
    Actor,
    access::{
        bearer::{self, BearerError},
        repairs,
    },
};
use seatlink_oauth::token;
use seatlink_scim::{Leniency, Quirk, Repair};

use super::{Credential, Facts, Problem, chain, sign_ins::client_address};
use crate::AppState;

/// Whoever the request's token stands for.
#[derive(Clone, Debug)]
pub struct Bearer(pub Actor);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let facts = Facts::of(&parts.extensions)?;
        authenticate(state, facts, &parts.headers).await.map(Self)
    }
}

pub async fn authenticate(
    state: &AppState,
    facts: &Facts,
    headers: &HeaderMap,
) -> Result<Actor, Problem> {
    match actor(state, facts, headers).await {
        Err(refused @ Problem::Unauthorized(_)) => {
            let address = client_address(facts.peer, headers, &state.proxies);
            Err(match state.rate_limit.take_refused(address) {
                Ok(()) => refused,
                Err(wait) => Problem::TooManyRefused { wait },
            })
        }
        answer => answer,
    }
}

async fn actor(state: &AppState, facts: &Facts, headers: &HeaderMap) -> Result<Actor, Problem> {
    let (token, form) = token(headers)?;
    match bearer::authenticate(&state.platform, facts.host.realm, token).await {
        Ok(actor) if form == Form::Loose && actor.leniency == Leniency::Strict => {
            Err(Problem::Unauthorized(Credential::Form))
        }
        Ok(actor) => {
            if let Some(connection) = &actor.connection
                && let Err((rate, wait)) = state.rate_limit.take(connection)
            {
                repairs::count_refused(&state.platform, &actor);
                let per_second = rate.per_second.get();
                return Err(Problem::TooManyRequests { per_second, wait });
            }
            if form == Form::Loose {
                let repairs = Repair { quirk: Quirk::TokenForm, at: String::from("Authorization") };
                repairs::count(&state.platform, &actor, &[repairs]);
            }
            Ok(actor.with_request_id(facts.id.as_str()))
        }
        Err(BearerError::Store(error)) => {
            tracing::error!(request = %facts.id, error = chain(&error), "a token was not looked up");
            Err(Problem::of_failure(&error))
        }
        Err(BearerError::Unknown) => Err(Problem::Unauthorized(Credential::Unknown)),
        Err(BearerError::Expired) => Err(Problem::Unauthorized(Credential::Expired)),
        Err(BearerError::Revoked) => Err(Problem::Unauthorized(Credential::Revoked)),
        Err(BearerError::UserInactive) => Err(Problem::Unauthorized(Credential::UserInactive)),
        Err(BearerError::ClientDisabled) => Err(Problem::Unauthorized(Credential::ClientDisabled)),
    }
}

/// How the header carries the token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// RFC 6750 §2.1.
    Bearer,
    /// One of ours by its look, with no scheme or with the scheme twice: what is left when a
    /// console writes the scheme and the person who pastes the token does too, or neither does. It
    /// is the same secret in the same header.
    Loose,
}

fn token(headers: &HeaderMap) -> Result<(&str, Form), Problem> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (given.next(), given.next()) {
        (None, _) => return Err(Problem::Unauthorized(Credential::Missing)),
        (Some(value), None) => value.to_str().unwrap_or_default(),
        (Some(_), Some(_)) => return Err(Problem::Unauthorized(Credential::Several)),
    };
    let is_static = |value: &str| token::looks_like(token::STATIC_TOKEN, value);
    match (after_scheme(value), after_scheme(after_scheme(value).unwrap_or_default())) {
        (Some(_), Some(token)) if is_static(token) => Ok((token, Form::Loose)),
        (Some(token), _) => Ok((token, Form::Bearer)),
        (None, _) if is_static(value.trim()) => Ok((value.trim(), Form::Loose)),
        (None, _) => Err(Problem::Unauthorized(Credential::Form)),
    }
}

fn after_scheme(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
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
        assert_eq!(token(&headers(&["bEARER abc"])), Ok(("abc", Form::Bearer)));
    }

    #[test]
    fn only_a_static_token_of_ours_may_lack_the_scheme_or_have_it_twice() {
        let secret = token::format(token::STATIC_TOKEN, &[7; 32]);
        let ours = secret.expose();
        let secret = token::format(token::ACCESS_TOKEN, &[7; 32]);
        let access = secret.expose();
        let of = |value: String| {
            let value = HeaderValue::from_str(&value).expect("a header value");
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value)]);
            token(&headers).map(|(token, form)| (token.to_owned(), form)).ok()
        };
        assert_eq!(of(ours.to_owned()), Some((ours.to_owned(), Form::Loose)));
        assert_eq!(of(format!("Bearer bearer {ours}")), Some((ours.to_owned(), Form::Loose)));
        assert_eq!(of(format!("Bearer {ours}")), Some((ours.to_owned(), Form::Bearer)));
        assert_eq!(of(access.to_owned()), None);
        assert_eq!(of(format!("Basic {ours}")), None);
        let twice = of(format!("Bearer Bearer {access}"));
        assert_eq!(twice, Some((format!("Bearer {access}"), Form::Bearer)), "known to nobody");
    }

    #[test]
    fn another_scheme_or_no_header_is_no_credential() {
        for values in [&[][..], &["Basic YTpi"], &["abc"]] {
            let headers = headers(values);
            let refused = token(&headers);
            assert!(
                matches!(
                    refused,
                    Err(Problem::Unauthorized(Credential::Missing | Credential::Form))
                ),
                "{values:?}"
            );
        }
    }

    #[test]
    fn two_credentials_are_refused() {
        assert!(token(&headers(&["Bearer a", "Bearer b"])).is_err());
    }
}
