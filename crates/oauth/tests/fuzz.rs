//! Every parser of the protocol against what nobody would send. `cargo xtask fuzz` runs them for
//! longer.

#[path = "../../../fuzz/harness.rs"]
mod harness;
#[path = "../../../fuzz/targets/oauth.rs"]
mod targets;

use seatlink_oauth::jose::{SigningAlg, SigningKey, TYP_JWT, generate};
use serde_json::json;

const FORM: &[&str] = &[
    "&",
    "=",
    "+",
    "%20",
    "%00",
    "%ff",
    "%3A",
    "\n",
    "Basic ",
    "Bearer ",
    "YTpi",
    "YTo=",
    "Og==",
    "grant_type=",
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "code=",
    "client_id=",
    "client_secret=",
    "redirect_uri=",
    "code_verifier=",
    "scope=openid",
    "token=",
    "token_type_hint=",
    "response_type=code",
    "response_mode=query",
    "state=",
    "nonce=",
    "prompt=none",
    "prompt=login",
    "max_age=0",
    "max_age=-1",
    "code_challenge_method=S256",
    "code_challenge=",
    "request=",
    "request_uri=",
    "id_token_hint=",
    "ui_locales=",
    "tenantId=",
    "post_logout_redirect_uri=",
];

#[test]
fn fuzz_token() {
    let seeds = [
        "grant_type=authorization_code&code=slac_x&client_id=c1&client_secret=s1&redirect_uri=https://a/cb",
        "Basic YTpi\ngrant_type=refresh_token&refresh_token=slrt_x&scope=openid",
        "Basic YTpi\ntoken=slat_x&token_type_hint=access_token",
    ];
    harness::run("token", &seeds, FORM, targets::token);
}

#[test]
fn fuzz_authorize() {
    let seeds = [
        "scope=openid&response_type=code&client_id=c1&state=st-1&redirect_uri=https://a/cb&nonce=n",
        "response_type=code&client_id=c1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&prompt=login consent&max_age=5",
        "id_token_hint=a.b.c&post_logout_redirect_uri=https://a/out&state=x",
    ];
    harness::run("authorize", &seeds, FORM, targets::authorize);
}

#[test]
fn fuzz_redirect_uri() {
    let seeds = ["https://app.example/cb", "http://127.0.0.1:80/cb?x=1", "https://a/b%2F../c?d=e"];
    let words = [
        "https://",
        "http://",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "@",
        ":",
        "/../",
        "%2e%2e",
        "?",
        "&",
        "#",
        "*",
        "\\",
    ];
    harness::run("redirect_uri", &seeds, &words, targets::redirect_uri);
}

#[test]
fn fuzz_id_token() {
    let key =
        generate(SigningAlg::Es256).and_then(|der| SigningKey::from_pkcs8(SigningAlg::Es256, &der));
    let key = key.expect("a key can be made");
    let claims = json!({
        "iss": "https://as.example", "sub": "genuine", "aud": "c1", "iat": 1_000_000, "exp": 1_000_300,
    });
    let genuine = key.sign(TYP_JWT, &claims).expect("it can be signed");
    let keys = [key.verifying_key().expect("it is public")];
    let words = [".", "eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiJ9", "=", "AA", "e30", "bnVsbA"];
    harness::run("id_token", &[&genuine], &words, |data| targets::id_token(&keys, data));
    let document = json!({ "keys": [key.public_jwk()] }).to_string();
    let words = [
        "\"kty\":",
        "\"EC\"",
        "\"RSA\"",
        "\"oct\"",
        "\"crv\":\"P-256\"",
        "\"n\":\"AA\"",
        "{",
        "}",
        "[",
        "]",
        ",",
    ];
    harness::run("jwks", &[&document], &words, targets::jwks);
}
