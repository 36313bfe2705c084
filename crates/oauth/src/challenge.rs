//! The `Authorization` and `WWW-Authenticate` headers of bearer tokens (RFC 6750) and of the Basic
//! scheme (RFC 7617).

use crate::error::{Error, ErrorCode};
use crate::scope::ScopeSet;

/// The token of `Authorization: Bearer …`, or nothing if the header has another scheme or is
/// malformed.
///
/// The header is the only place a token is taken from: never the query or the body (RFC 9700
/// §4.3.2).
///
/// ```
/// use seatlink_oauth::challenge::bearer_token;
///
/// assert_eq!(bearer_token("bearer slat_abc"), Some("slat_abc"));
/// assert_eq!(bearer_token("Basic eDp5"), None);
/// ```
pub fn bearer_token(authorization_header: &str) -> Option<&str> {
    let (scheme, token) = authorization_header.trim().split_once(' ')?;
    let token = token.trim_start_matches(' ');
    let text = token.trim_end_matches('=');
    let well_formed = !text.is_empty()
        && text.bytes().all(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
        });
    (scheme.eq_ignore_ascii_case("bearer") && well_formed).then_some(token)
}

/// A challenge for a bearer token (RFC 6750 §3).
///
/// A request without any credentials gets no error code, only the scheme; pass `None`. The scopes
/// are stated when they are what is missing.
///
/// ```
/// use seatlink_oauth::challenge::bearer;
/// use seatlink_oauth::{Error, ScopeSet};
///
/// assert_eq!(bearer("scim", None, None), "Bearer realm=\"scim\"");
/// let missing = Error::insufficient_scope("The token lacks a scope.");
/// let scope = ScopeSet::parse("Admin")?;
/// assert_eq!(
///     bearer("scim", Some(&missing), Some(&scope)),
///     "Bearer realm=\"scim\", error=\"insufficient_scope\", \
///      error_description=\"The token lacks a scope.\", scope=\"Admin\"",
/// );
/// # Ok::<(), seatlink_oauth::Error>(())
/// ```
pub fn bearer(realm: &str, error: Option<&Error>, scope: Option<&ScopeSet>) -> String {
    let mut parts = vec![format!("Bearer realm=\"{}\"", quotable(realm))];
    if let Some(error) = error {
        parts.push(format!("error=\"{}\"", error.code));
        parts.push(format!("error_description=\"{}\"", error.wire_description()));
    }
    if let Some(scope) = scope.filter(|scope| !scope.is_empty()) {
        parts.push(format!("scope=\"{scope}\""));
    }
    parts.join(", ")
}

/// A challenge for the Basic scheme (RFC 7617 §2).
pub fn basic(realm: &str) -> String {
    format!("Basic realm=\"{}\", charset=\"UTF-8\"", quotable(realm))
}

/// The challenge that must accompany a token endpoint's error, if any: only `invalid_client` for a
/// client that tried the `Authorization` header (RFC 6749 §5.2).
pub fn for_token_endpoint(
    realm: &str,
    error: &Error,
    authorization_header: Option<&str>,
) -> Option<String> {
    let challenged = error.code == ErrorCode::InvalidClient && authorization_header.is_some();
    challenged.then(|| basic(realm))
}

/// The text without what would end a quoted string or a header.
fn quotable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_is_read_only_from_its_own_scheme() {
        assert_eq!(bearer_token("Bearer   a.b-c_d~+/=="), Some("a.b-c_d~+/=="));
        for header in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer ==",
            "Bearer a b",
            "Bearer a,b",
            "Token abc",
            "Bearerabc",
            "Bearer é",
        ] {
            assert_eq!(bearer_token(header), None, "{header:?}");
        }
    }

    #[test]
    fn no_text_can_break_out_of_a_header() {
        let error = Error::invalid_token("bad \"token\"\r\nX-Evil: 1");
        let header = bearer("a\"b\r\nc", Some(&error), None);
        assert_eq!(
            header,
            "Bearer realm=\"abc\", error=\"invalid_token\", error_description=\"bad 'token'??X-Evil: 1\""
        );
        assert_eq!(basic("x\"y"), "Basic realm=\"xy\", charset=\"UTF-8\"");
    }

    #[test]
    fn only_a_client_that_used_the_header_is_challenged() {
        let error = Error::invalid_client("No.");
        assert!(for_token_endpoint("as", &error, Some("Basic x")).is_some());
        assert!(for_token_endpoint("as", &error, None).is_none());
        assert!(for_token_endpoint("as", &Error::invalid_grant("No."), Some("Basic x")).is_none());
    }
}
