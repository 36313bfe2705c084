//! Token requests and the credentials in them.

#![expect(clippy::unwrap_used, reason = "a failed parse fails the test")]

use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::error::ErrorCode;

fn form(text: &str) -> Params {
    Params::from_form(text.as_bytes()).unwrap()
}

fn basic(text: &str) -> String {
    format!("Basic {}", STANDARD.encode(text))
}

fn from_basic(text: &str) -> ClientCredential {
    client_credential(&form(""), Some(&basic(text))).unwrap()
}

#[test]
fn basic_is_form_decoded_after_base64() {
    let cases = [
        ("c1:s1", "c1", "s1"),
        ("a%3Ab:c%3Ad", "a:b", "c:d"),
        ("my+app:p%2Bw+d%25", "my app", "p+w d%"),
        ("c1:a:b", "c1", "a:b"),
        ("c1:a&b=c", "c1", "a&b=c"),
        ("c1:%E5%9D%90", "c1", "坐"),
        ("c1:100%", "c1", "100%"),
    ];
    for (header, id, secret) in cases {
        let expected = ClientCredential::Basic { id: id.to_owned(), secret: Secret::new(secret) };
        assert_eq!(from_basic(header), expected, "{header}");
        assert_eq!(from_basic(header).secret().unwrap().expose(), secret);
    }
}

#[test]
fn the_scheme_ignores_case_and_padding_may_be_missing() {
    let header = format!("bAsIc {}", STANDARD.encode("c1:s").trim_end_matches('='));
    assert!(client_credential(&form(""), Some(&header)).is_ok());
}

#[test]
fn an_empty_basic_password_is_no_proof() {
    assert_eq!(from_basic("c1:"), ClientCredential::None { id: "c1".to_owned() });
}

#[test]
fn malformed_headers_fail_client_authentication() {
    let no_utf8 = format!("Basic {}", STANDARD.encode(b"c1:\xff"));
    let headers = [
        "",
        "Basic",
        "Basic !!!",
        "Bearer abc",
        &basic("no-colon"),
        &basic(":secret"),
        &basic("c%ff:s"),
        &no_utf8,
    ];
    for header in headers {
        let error = client_credential(&form(""), Some(header)).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidClient, "{header}");
        assert_eq!(error.token_status(Some(header)), 401);
    }
}

#[test]
fn two_methods_in_one_request_are_refused() {
    let header = basic("c1:s1");
    for body in ["client_id=c1&client_secret=s1", "client_secret=s1", "client_id=c2"] {
        let error = client_credential(&form(body), Some(&header)).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest, "{body}");
    }
    assert!(client_credential(&form("client_id=c1"), Some(&header)).is_ok());
}

#[test]
fn a_client_must_be_named() {
    assert_eq!(
        client_credential(&form("client_secret=s"), None).unwrap_err().code,
        ErrorCode::InvalidClient
    );
    let public = client_credential(&form("client_id=c1&client_secret="), None).unwrap();
    assert_eq!(public, ClientCredential::None { id: "c1".to_owned() });
}

#[test]
fn assertions_are_not_ignored() {
    let body = form("client_id=c1&client_assertion=eyJ");
    assert_eq!(client_credential(&body, None).unwrap_err().code, ErrorCode::InvalidClient);
}

#[test]
fn password_and_implicit_grants_do_not_exist() {
    for grant in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "Authorization_Code",
    ] {
        let error =
            token_request(&form(&format!("grant_type={grant}&client_id=c1")), None).unwrap_err();
        assert_eq!(error.code, ErrorCode::UnsupportedGrantType, "{grant}");
    }
}

#[test]
fn each_grant_names_what_it_lacks() {
    for (body, missing) in [
        ("client_id=c1", "grant_type is missing."),
        ("client_id=c1&grant_type=authorization_code", "code is missing."),
        ("client_id=c1&grant_type=refresh_token", "refresh_token is missing."),
    ] {
        let error = token_request(&form(body), None).unwrap_err();
        assert_eq!((error.code, error.description.as_str()), (ErrorCode::InvalidRequest, missing));
    }
}

#[test]
fn a_token_request_hides_its_secrets_in_debug() {
    let body = "client_id=c1&client_secret=canary&grant_type=authorization_code&code=canary&code_verifier=canary";
    let parsed = token_request(&form(body), None).unwrap();
    assert!(!format!("{parsed:?}").contains("canary"));
}

#[test]
fn scope_of_a_token_request_is_checked() {
    let error = token_request(&form("client_id=c1&grant_type=client_credentials&scope=a%09"), None)
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidScope);
}

#[test]
fn credentials_in_the_url_are_refused() {
    assert!(check_token_query("scope=openid").is_ok());
    for query in ["client_secret=s", "x=1&code=c", "client%5Fsecret=s", "access_token=t"] {
        assert_eq!(
            check_token_query(query).unwrap_err().code,
            ErrorCode::InvalidRequest,
            "{query}"
        );
    }
}
