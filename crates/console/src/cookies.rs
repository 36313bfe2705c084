//! Cookies of the pages besides the session's: the token of a form before sign-in, language,
//! colours.

use axum::http::{HeaderMap, HeaderValue, header};
use seatlink_edge::Served;

/// The value of a cookie, by the name it was set with.
pub(crate) fn read<'a>(headers: &'a HeaderMap, host: &Served, name: &str) -> Option<&'a str> {
    let prefix = prefix(host);
    pairs(headers)
        .find_map(|(own, value)| (own.strip_prefix(prefix) == Some(name)).then_some(value))
}

/// The same where the host is not known, for a value that protects nothing.
pub(crate) fn read_any<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    pairs(headers)
        .find_map(|(own, value)| (own.strip_prefix(BOUND).unwrap_or(own) == name).then_some(value))
}

/// A cookie for this whole site that no script reads; `rest` holds further attributes, such as `;
/// Max-Age=0`.
pub(crate) fn set(host: &Served, name: &str, value: &str, rest: &str) -> HeaderValue {
    let prefix = prefix(host);
    let secure = if prefix.is_empty() { "" } else { "; Secure" };
    let text = format!("{prefix}{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{rest}");
    HeaderValue::try_from(text).expect("names and values are made of the token alphabet")
}

/// Binds a cookie to this host and to HTTPS. Over plain HTTP browsers would not take a cookie of
/// such a name.
const BOUND: &str = "__Host-";

fn prefix(host: &Served) -> &'static str {
    if host.origin.starts_with("https:") { BOUND } else { "" }
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}
