//! Forms: what was sent, from whom, and what is wrong with it.
//!
//! A handler that takes a [`Form`] has a form of this very session: the token is checked before the
//! handler runs, so no handler can forget it. Before there is a session, a [`DoorForm`] compares
//! the token with one in a cookie.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use seatlink_edge::{AppState, RequestHost, Served, SessionUser};
use seatlink_oauth::token;
use url::form_urlencoded;

use crate::{
    cookies,
    parts::Problems,
    viewer::{Viewer, Visitor},
};

/// Format of the token that ties a form to the browser it was made for, before there is a session.
const TOKEN: &str = "sllf";
/// The cookie that holds the same token.
pub(crate) const COOKIE: &str = "seatlink-form";

/// The fields of a form, as they were sent. A name may stand several times, as those of check boxes
/// do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sent(Vec<(String, String)>);

impl Sent {
    /// From a body of `application/x-www-form-urlencoded`.
    pub fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// The first value of a field; empty if it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// Whether a check box is on, or a button of this name was pressed.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    /// All values of a field, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// All fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A form with its fields read. Reading never fails: what is missing is empty, and what is wrong is
/// said on the page that comes back with what was typed.
pub trait Fields: Sized {
    fn read(sent: &Sent) -> Self;
}

impl Fields for () {
    fn read(_: &Sent) -> Self {}
}

impl Fields for Sent {
    fn read(sent: &Sent) -> Self {
        sent.clone()
    }
}

/// A form of this session. Any other is refused with 403 before the handler runs.
pub struct Form<T> {
    pub viewer: Viewer,
    pub sent: T,
}

impl<T: Fields> FromRequest<AppState> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let session = SessionUser::from_request_parts(&mut parts, state).await?;
        let visitor = Visitor::from_request_parts(&mut parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        let RequestHost(host) = RequestHost::from_request_parts(&mut parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        let sent = read_body(Request::from_parts(parts, body), state).await?;
        session.check_form(sent.get("csrf")).map_err(IntoResponse::into_response)?;
        let viewer =
            Viewer::of(state, visitor, host, session).await.map_err(IntoResponse::into_response)?;
        Ok(Self { viewer, sent: T::read(&sent) })
    }
}

/// A form from before there is a session.
pub enum DoorForm<T> {
    /// Of a page that this browser got from us.
    Own(T),
    /// The token is missing or another; the page says so and keeps what was typed.
    Stale(T),
}

impl<T: Fields> FromRequest<AppState> for DoorForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let RequestHost(host) = RequestHost::from_request_parts(&mut parts, state)
            .await
            .map_err(IntoResponse::into_response)?;
        let headers = parts.headers.clone();
        let sent = read_body(Request::from_parts(parts, body), state).await?;
        let own = own_token(&headers, &host).unwrap_or_default();
        let matches = token::constant_time_eq(own.as_bytes(), sent.get("csrf").as_bytes());
        let fields = T::read(&sent);
        Ok(if own.is_empty() || !matches { Self::Stale(fields) } else { Self::Own(fields) })
    }
}

async fn read_body(request: Request, state: &AppState) -> Result<Sent, Response> {
    let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
    Ok(Sent::parse(&body))
}

/// The token of this browser, or a new one. It is in a cookie and in the form; a page of another
/// site can neither read the one nor guess the other, so it cannot sign somebody in as somebody
/// else (RFC 9700 §4.7).
pub(crate) fn door_token(state: &AppState, headers: &HeaderMap, host: &Served) -> String {
    own_token(headers, host).map_or_else(
        || token::format(TOKEN, &state.platform.random()).expose().to_owned(),
        str::to_owned,
    )
}

fn own_token<'a>(headers: &'a HeaderMap, host: &Served) -> Option<&'a str> {
    cookies::read(headers, host, COOKIE).filter(|value| token::looks_like(TOKEN, value))
}

/// A field that can be wrong: a variant of the form's own enum.
pub trait FieldName: Copy + Eq {
    /// Its name and the id of its element.
    fn id(self) -> &'static str;
}

/// What is wrong with a form, field by field, in the reader's language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Errors<F>(Vec<(F, String)>);

impl<F> Default for Errors<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<F: FieldName> Errors<F> {
    pub fn add(&mut self, field: F, sentence: impl Into<String>) {
        self.0.push((field, sentence.into()));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with one field: the first thing.
    pub fn of(&self, field: F) -> Option<String> {
        self.0.iter().find(|(own, _)| *own == field).map(|(_, sentence)| sentence.clone())
    }

    /// The list for the top of the form, each line a link to its field. Without errors there is
    /// none.
    pub fn problems(&self, title: impl Into<String>) -> Option<Problems> {
        let lines = self.0.iter().map(|(field, sentence)| (field.id(), sentence.clone()));
        (!self.is_empty()).then(|| Problems::of(title, lines))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_and_may_repeat() {
        let sent = Sent::parse(b"role=a&role=b&name=J%C3%B6+R%26D&empty=");
        assert_eq!(sent.all("role").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(sent.get("name"), "Jö R&D");
        assert!(sent.has("empty") && !sent.has("other"));
        assert_eq!(sent.get("other"), "");
    }
}
