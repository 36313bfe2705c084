//! Fuzz targets of the OAuth protocol: each takes any bytes and says in a few words what became of
//! them.

use std::borrow::Cow;

use seatlink_oauth::{
    AuthorizeRequest, Error, Params, ScopeSet,
    challenge::bearer_token,
    client::check_redirect_uri_syntax,
    jose::{JoseError, VerifyingKey, verify},
    pkce::CodeChallenge,
    redirect::append_query,
    request::{
        LogoutRequest, check_token_query, client_credential, token_reference, token_request,
    },
};
use serde_json::Value;

fn text(data: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(data)
}

fn said<T>(outcome: &Result<T, Error>) -> String {
    match outcome {
        Ok(_) => String::from("ok"),
        Err(error) => {
            let sent = error.wire_description();
            assert!(sent.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"'), "{sent}");
            error.to_string()
        }
    }
}

/// Forms of the token, revocation and introspection endpoints. The first line is the Authorization
/// header.
pub(crate) fn token(data: &[u8]) -> String {
    let whole = text(data);
    let (header, form) = whole.split_once('\n').unwrap_or(("", &whole));
    let header = (!header.is_empty()).then_some(header);
    let params = match Params::from_form(form.as_bytes()) {
        Ok(params) => params,
        Err(error) => return error.to_string(),
    };
    let bearer = header.and_then(bearer_token).is_some();
    format!(
        "{} {} {} {} {bearer}",
        said(&token_request(&params, header)),
        said(&client_credential(&params, header)),
        said(&token_reference(&params)),
        said(&check_token_query(form)),
    )
}

/// Queries of the authorization and logout endpoints.
pub(crate) fn authorize(data: &[u8]) -> String {
    let params = match Params::from_query(&text(data)) {
        Ok(params) => params,
        Err(error) => return error.to_string(),
    };
    let logout = LogoutRequest::parse(&params);
    let challenge = params
        .get("code_challenge")
        .map(|given| CodeChallenge::parse(given, params.get("code_challenge_method")).is_ok());
    let scope = params.get("scope").map(|scope| ScopeSet::parse(scope).is_ok());
    let hint = logout.post_logout_redirect_uri.is_some();
    format!("{} {challenge:?} {scope:?} {hint}", said(&AuthorizeRequest::parse(&params)))
}

/// Redirect URIs: what may be registered stays itself when an answer is appended to it.
pub(crate) fn redirect_uri(data: &[u8]) -> String {
    let uri = text(data);
    let outcome = check_redirect_uri_syntax(&uri);
    if outcome.is_ok() {
        let sent = append_query(&uri, &[("code", "a b&c"), ("state", "\r\nSet-Cookie: x")]);
        assert!(sent.starts_with(&*uri) || uri.ends_with(['?', '&']), "{sent}");
        assert!(sent.bytes().all(|byte| byte.is_ascii_graphic()), "{sent}");
    }
    said(&outcome)
}

/// A token that somebody made up, against a key of ours: whatever it says, it is not valid.
pub(crate) fn id_token(keys: &[VerifyingKey], data: &[u8]) -> String {
    let checked: Result<Value, JoseError> =
        verify(keys, &text(data), "https://as.example", "c1", 1_000_000);
    match checked {
        Ok(claims) => {
            assert_eq!(claims["sub"], "genuine", "a forged token was accepted");
            String::from("ok")
        }
        Err(error) => error.to_string(),
    }
}

/// A JWKS document.
pub(crate) fn jwks(data: &[u8]) -> String {
    let document: Value = serde_json::from_slice(data).unwrap_or_default();
    VerifyingKey::from_jwks(&document).len().min(9).to_string()
}
