//! Building URLs that carry a query: redirects back to a client, and the authorize URL of a client.
//!
//! Nothing here decides whether a URL may be used; see [`crate::client::match_redirect_uri`].

use url::form_urlencoded::Serializer;

use crate::error::Error;
use crate::token::Secret;

/// Appends parameters to a URL and keeps the query it already has (RFC 6749 §3.1, §4.1.2).
///
/// A client uses it for an authorize URL that was configured as `…/auth/authorize?scope=openid`;
/// the parameters follow after `&` and the existing ones are neither parsed nor changed.
///
/// ```
/// use seatlink_oauth::redirect::append_query;
///
/// let url = append_query("https://as.example/auth/authorize?scope=openid", &[("state", "a b")]);
/// assert_eq!(url, "https://as.example/auth/authorize?scope=openid&state=a+b");
/// ```
pub fn append_query(uri: &str, parameters: &[(&str, &str)]) -> String {
    if parameters.is_empty() {
        return uri.to_owned();
    }
    let (base, fragment) = match uri.split_once('#') {
        Some((base, fragment)) => (base, Some(fragment)),
        None => (uri, None),
    };
    let separator = match base.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let added = Serializer::new(String::new()).extend_pairs(parameters).finish();
    let mut out = format!("{base}{separator}{added}");
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

/// The redirect that hands a code to the client (RFC 6749 §4.1.2). `iss` goes along in every answer
/// (RFC 9207 §2).
pub fn code_response(
    redirect_uri: &str,
    code: &Secret,
    state: Option<&str>,
    issuer: &str,
) -> String {
    let mut parameters = vec![("code", code.expose())];
    parameters.extend(state.map(|state| ("state", state)));
    parameters.push(("iss", issuer));
    append_query(redirect_uri, &parameters)
}

/// The redirect that tells the client why there is no code (RFC 6749 §4.1.2.1). Only for a redirect
/// URI that has been matched against the registered ones; before that an error is a page.
pub fn error_response(
    redirect_uri: &str,
    error: &Error,
    state: Option<&str>,
    issuer: &str,
) -> String {
    let description = error.wire_description();
    let mut parameters =
        vec![("error", error.code.as_str()), ("error_description", description.as_str())];
    parameters.extend(state.map(|state| ("state", state)));
    parameters.push(("iss", issuer));
    append_query(redirect_uri, &parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_query_is_kept_as_it_is() {
        let cases = [
            ("https://a.example/cb", "https://a.example/cb?x=1"),
            ("https://a.example/cb?", "https://a.example/cb?x=1"),
            ("https://a.example/cb?y=%2F&", "https://a.example/cb?y=%2F&x=1"),
            ("https://a.example/cb?scope=openid", "https://a.example/cb?scope=openid&x=1"),
            ("https://a.example/cb?y#top", "https://a.example/cb?y&x=1#top"),
        ];
        for (uri, expected) in cases {
            assert_eq!(append_query(uri, &[("x", "1")]), expected);
        }
        assert_eq!(append_query("https://a.example/cb?", &[]), "https://a.example/cb?");
    }

    #[test]
    fn values_cannot_break_out_of_the_query() {
        let url =
            append_query("https://a.example/cb", &[("state", "a&code=evil#x\r\nSet-Cookie: a=b")]);
        assert_eq!(url, "https://a.example/cb?state=a%26code%3Devil%23x%0D%0ASet-Cookie%3A+a%3Db");
    }

    #[test]
    fn every_answer_carries_state_unchanged_and_the_issuer() {
        let issuer = "https://as.example";
        let code =
            code_response("https://a.example/cb", &Secret::new("slac_x"), Some("s+/="), issuer);
        assert_eq!(
            code,
            "https://a.example/cb?code=slac_x&state=s%2B%2F%3D&iss=https%3A%2F%2Fas.example"
        );
        let error =
            error_response("https://a.example/cb", &Error::access_denied("No."), None, issuer);
        assert_eq!(
            error,
            "https://a.example/cb?error=access_denied&error_description=No.&iss=https%3A%2F%2Fas.example"
        );
    }
}
