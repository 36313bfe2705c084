//! The session of a person in a browser: its cookie, and the way to the login page without one.

use std::borrow::Cow;

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use seatlink_domain::{
    Actor, Secret,
    login::{Session, sessions},
};

use super::{Facts, Problem, chain};
use crate::{AppState, Served};

/// A person who is signed in. Anybody else is sent to the login page and back.
#[derive(Clone, Debug)]
pub struct SessionUser(pub Session);

impl SessionUser {
    /// The person as an actor, with the permissions their roles give at this moment.
    pub async fn actor(&self, state: &AppState) -> Result<Actor, Problem> {
        self.0.actor(&state.platform).await.map_err(|error| {
            tracing::error!(error = chain(&error), "the permissions of a session were not read");
            Problem::of_failure(&error)
        })
    }

    /// The second line against forms of other sites: the token in every form of this session.
    pub fn check_form(&self, token: &str) -> Result<(), Problem> {
        if self.0.csrf_matches(token) { Ok(()) } else { Err(Problem::ForeignForm) }
    }
}

impl FromRequestParts<AppState> for SessionUser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        match find(parts, state).await {
            Ok(Some(session)) => Ok(Self(session)),
            Ok(None) => Err(to_login(parts).into_response()),
            Err(problem) => Err(problem.into_response()),
        }
    }
}

/// A person who may be signed in, for pages that everybody sees.
#[derive(Clone, Debug)]
pub struct MaybeSession(pub Option<Session>);

impl FromRequestParts<AppState> for MaybeSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        find(parts, state).await.map(Self)
    }
}

async fn find(parts: &Parts, state: &AppState) -> Result<Option<Session>, Problem> {
    let host = &Facts::of(&parts.extensions)?.host;
    let Some(cookie) = session_cookie(&parts.headers, host) else { return Ok(None) };
    sessions::authenticate(&state.platform, host.realm, cookie).await.map_err(|error| {
        tracing::error!(error = chain(&error), "a session was not read");
        Problem::of_failure(&error)
    })
}

/// The value of the session cookie.
pub fn session_cookie<'a>(headers: &'a HeaderMap, host: &Served) -> Option<&'a str> {
    let name = cookie_name(host);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(own, value)| (own == name).then_some(value))
}

/// The cookie that keeps a person signed in until the browser or the session ends.
pub fn set_session_cookie(host: &Served, cookie: &Secret) -> HeaderValue {
    cookie_header(host, cookie.expose(), "")
}

pub fn clear_session_cookie(host: &Served) -> HeaderValue {
    cookie_header(host, "", "; Max-Age=0")
}

/// `__Host-` binds the cookie to this host and to HTTPS; over plain HTTP on loopback, browsers
/// would not take a cookie of that name. Browsers keep cookies apart by host, not by port (RFC 6265
/// §8.5), so there the port is part of the name: both sides on one machine would sign each other's
/// people out.
fn cookie_name(host: &Served) -> Cow<'static, str> {
    if is_encrypted(host) {
        return Cow::Borrowed("__Host-seatlink");
    }
    match host.origin.rsplit_once(':') {
        Some((_, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Cow::Owned(format!("seatlink-{port}"))
        }
        _ => Cow::Borrowed("seatlink"),
    }
}

/// `Lax`, because the way back from an identity provider is a navigation from another site.
fn cookie_header(host: &Served, value: &str, rest: &str) -> HeaderValue {
    let name = cookie_name(host);
    let secure = if is_encrypted(host) { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{rest}"))
        .expect("cookies are made of the token alphabet")
}

fn is_encrypted(host: &Served) -> bool {
    host.origin.starts_with("https:")
}

/// To the login page, and from there back to what was asked for if that can be asked again.
fn to_login(parts: &Parts) -> Redirect {
    let again = matches!(parts.method, Method::GET | Method::HEAD);
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    match uri.path_and_query() {
        Some(path) if again => {
            let next = utf8_percent_encode(path.as_str(), NON_ALPHANUMERIC);
            Redirect::to(&format!("/login?next={next}"))
        }
        _ => Redirect::to("/login"),
    }
}

/// Where to go after signing in: a path of this site, else nowhere. Browsers read `\` as `/` and
/// drop tabs and line breaks, so that `/\evil` and `//evil` both lead away.
pub fn local_path(next: &str) -> Option<&str> {
    let local = next.starts_with('/')
        && !next[1..].starts_with(['/', '\\'])
        && !next.chars().any(|c| c.is_control() || c == '\\');
    local.then_some(next)
}

#[cfg(test)]
mod tests {
    use seatlink_domain::Realm;

    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for good in ["/", "/portal?x=1#y", "/auth/authorize?redirect_uri=https%3A%2F%2Fapp"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "portal",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x=y",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn listeners_on_one_machine_have_cookies_of_their_own() {
        let name = |origin: &str| {
            let served = Served {
                origin: origin.into(),
                scim_base: origin.into(),
                realm: Realm::Commercial,
                region: "na1".into(),
            };
            cookie_name(&served).into_owned()
        };
        assert_ne!(name("http://127.0.0.1:8080"), name("http://127.0.0.1:8081"));
        assert_eq!(name("http://[::1]"), "seatlink");
        assert_eq!(name("https://na1.example.com:8443"), "__Host-seatlink");
    }
}
