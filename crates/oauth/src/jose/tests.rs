//! Signatures, and the tokens that must not pass for ours.

#![expect(clippy::unwrap_used, reason = "a key that cannot be made fails the test")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use serde_json::{Value, json};

use super::*;
use crate::claims::IdTokenClaims;

const ISSUER: &str = "https://as.example";
const NOW: i64 = 1_000_000;

fn key(alg: SigningAlg) -> SigningKey {
    SigningKey::from_pkcs8(alg, &generate(alg).unwrap()).unwrap()
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "sub": "u1", "aud": "c1", "iat": NOW, "exp": NOW + 300 })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn check(key: &SigningKey, token: &str) -> Result<Value, JoseError> {
    verify(&[key.verifying_key().unwrap()], token, ISSUER, "c1", NOW)
}

fn segment(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token with any header, signed over its real bytes with the HMAC secret the attacker chose.
fn hmac_token(header: &Value, secret: &[u8]) -> String {
    let message = format!("{}.{}", segment(header), segment(&claims()));
    let hmac = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
    let tag = aws_lc_rs::hmac::sign(&hmac, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// The token under another header, with the signature kept.
fn reheaded(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", segment(header))
}

#[test]
fn what_is_signed_can_be_verified_through_the_published_key() {
    for alg in [SigningAlg::Es256, SigningAlg::Rs256] {
        let key = key(alg);
        let document =
            json!({ "keys": [{ "kty": "oct", "k": "AA", "kid": "x" }, key.public_jwk()] });
        let keys = VerifyingKey::from_jwks(&document);
        assert_eq!(keys.len(), 1, "a symmetric key is never taken from a key set");
        let token = key.sign(TYP_JWT, &claims()).unwrap();
        assert_eq!(verify::<Value>(&keys, &token, ISSUER, "c1", NOW).unwrap(), claims());
    }
}

#[test]
fn the_key_id_is_the_thumbprint_and_survives_storage() {
    for alg in [SigningAlg::Es256, SigningAlg::Rs256] {
        let der = generate(alg).unwrap();
        let key = SigningKey::from_pkcs8(alg, &der).unwrap();
        let jwk: Jwk = serde_json::from_value(key.public_jwk()).unwrap();
        assert_eq!(key.kid, jwk.thumbprint(ThumbprintHash::SHA256).unwrap());
        assert_eq!(key.kid, SigningKey::from_pkcs8(alg, &der).unwrap().kid);
        for private in ["d", "p", "q", "k"] {
            assert!(key.public_jwk().get(private).is_none());
        }
    }
}

#[test]
fn a_key_is_read_only_with_its_own_algorithm() {
    let der = generate(SigningAlg::Es256).unwrap();
    assert_eq!(SigningKey::from_pkcs8(SigningAlg::Rs256, &der).unwrap_err(), JoseError::Key);
    assert_eq!(SigningKey::from_pkcs8(SigningAlg::Es256, &der[1..]).unwrap_err(), JoseError::Key);
}

#[test]
fn a_changed_token_is_refused() {
    let key = key(SigningAlg::Es256);
    let token = key.sign(TYP_JWT, &claims()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let payload = segment(&with("sub", json!("admin")));
    let changed = format!("{}.{payload}.{}", parts[0], parts[2]);
    assert_eq!(check(&key, &changed), Err(JoseError::Signature));
    let unsigned = format!("{}.{}.", parts[0], parts[1]);
    assert_eq!(check(&key, &unsigned), Err(JoseError::Signature));
    for broken in ["", ".", "..", "a.b.c", parts[0], &format!("{token}.x"), &format!(" {token}")] {
        assert!(check(&key, broken).is_err(), "{broken:?}");
    }
}

#[test]
fn an_algorithm_cannot_be_swapped() {
    let key = key(SigningAlg::Rs256);
    let token = key.sign(TYP_JWT, &claims()).unwrap();
    for alg in ["none", "None", "NONE", ""] {
        let header = json!({ "alg": alg, "typ": "JWT", "kid": key.kid });
        let stripped = format!("{}.{}.", segment(&header), segment(&claims()));
        assert_eq!(check(&key, &stripped), Err(JoseError::Malformed), "{alg}");
    }
    // The classic confusion: the public key, in each form it is published, taken as an HMAC secret.
    let jwk = key.public_jwk();
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": key.kid });
    let modulus = jwk["n"].as_str().unwrap();
    for secret in [
        jwk.to_string().into_bytes(),
        modulus.as_bytes().to_vec(),
        URL_SAFE_NO_PAD.decode(modulus).unwrap(),
    ] {
        assert_eq!(check(&key, &hmac_token(&header, &secret)), Err(JoseError::Malformed));
    }
    for alg in ["ES256", "PS256", "RS512"] {
        let header = json!({ "alg": alg, "typ": "JWT", "kid": key.kid });
        assert!(check(&key, &reheaded(&token, &header)).is_err(), "{alg}");
    }
}

#[test]
fn keys_and_places_named_in_the_header_are_not_followed() {
    let ours = key(SigningAlg::Es256);
    let attacker = key(SigningAlg::Es256);
    let signed = attacker.sign(TYP_JWT, &claims()).unwrap();
    assert_eq!(check(&ours, &signed), Err(JoseError::UnknownKey));
    for (name, value) in [
        ("jwk", attacker.public_jwk()),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!(["MIIB"])),
    ] {
        for kid in [ours.kid.as_str(), attacker.kid.as_str()] {
            let mut header = json!({ "alg": "ES256", "typ": "JWT", "kid": kid });
            header[name] = value.clone();
            assert!(check(&ours, &reheaded(&signed, &header)).is_err(), "{name}");
        }
    }
}

#[test]
fn a_token_needs_a_known_key_id_and_no_critical_extension() {
    let key = key(SigningAlg::Es256);
    let token = key.sign(TYP_JWT, &claims()).unwrap();
    let traversal = json!({ "alg": "ES256", "typ": "JWT", "kid": "../../x" });
    assert_eq!(check(&key, &reheaded(&token, &traversal)), Err(JoseError::UnknownKey));
    let anonymous = json!({ "alg": "ES256", "typ": "JWT" });
    assert_eq!(check(&key, &reheaded(&token, &anonymous)), Err(JoseError::UnknownKey));
    let critical =
        json!({ "alg": "ES256", "typ": "JWT", "kid": key.kid, "crit": ["b64"], "b64": false });
    assert_eq!(check(&key, &reheaded(&token, &critical)), Err(JoseError::Malformed));
}

#[test]
fn kinds_of_tokens_do_not_pass_for_each_other() {
    let key = key(SigningAlg::Es256);
    let keys = [key.verifying_key().unwrap()];
    let access = key.sign(TYP_ACCESS_TOKEN, &claims()).unwrap();
    assert_eq!(check(&key, &access), Err(JoseError::Malformed));
    let expected = Expected {
        typ: "application/AT+jwt",
        issuer: ISSUER,
        audience: None,
        lifetime: Lifetime::Current,
    };
    assert!(verify_as::<Value>(&keys, &access, &expected, NOW).is_ok());
    let id_token = key.sign(TYP_JWT, &claims()).unwrap();
    assert_eq!(verify_as::<Value>(&keys, &id_token, &expected, NOW), Err(JoseError::Malformed));
}

#[test]
fn issuer_and_audience_must_be_the_expected_ones() {
    let key = key(SigningAlg::Es256);
    let result = |claims: Value| check(&key, &key.sign(TYP_JWT, &claims).unwrap()).map(|_| ());
    assert_eq!(result(with("iss", json!("https://as.example/"))), Err(JoseError::Issuer));
    assert_eq!(result(with("iss", Value::Null)), Err(JoseError::Issuer));
    assert_eq!(result(with("iss", json!([ISSUER]))), Err(JoseError::Issuer));
    assert_eq!(result(with("aud", json!("c2"))), Err(JoseError::Audience));
    assert_eq!(result(with("aud", json!([]))), Err(JoseError::Audience));
    assert_eq!(result(with("aud", Value::Null)), Err(JoseError::Audience));
    assert_eq!(result(with("aud", json!(["c2", "c1"]))), Ok(()));
}

#[test]
fn the_lifetime_is_judged_by_the_given_clock() {
    let key = key(SigningAlg::Es256);
    let result = |claims: Value| check(&key, &key.sign(TYP_JWT, &claims).unwrap()).map(|_| ());
    assert_eq!(result(with("exp", json!(NOW - 59))), Ok(()));
    assert_eq!(result(with("exp", json!(NOW - 60))), Err(JoseError::Lifetime));
    assert_eq!(result(with("nbf", json!(NOW + 60))), Ok(()));
    assert_eq!(result(with("nbf", json!(NOW + 61))), Err(JoseError::Lifetime));
    assert_eq!(result(with("iat", json!(NOW + 61))), Err(JoseError::Lifetime));
    assert_eq!(result(with("exp", json!("never"))), Err(JoseError::Claims));
    let mut endless = claims();
    endless.as_object_mut().unwrap().remove("exp");
    assert_eq!(result(endless), Err(JoseError::Lifetime));
}

#[test]
fn a_hint_may_have_ended_but_must_still_be_ours() {
    let (ours, older) = (key(SigningAlg::Es256), key(SigningAlg::Rs256));
    let keys = [ours.verifying_key().unwrap(), older.verifying_key().unwrap()];
    let lifetime = Lifetime::MayHaveEnded;
    let expected = Expected { typ: TYP_JWT, issuer: ISSUER, audience: None, lifetime };
    let read = |token: &str| verify_as::<IdTokenClaims>(&keys, token, &expected, NOW);
    let mut ended = with("iat", json!(1));
    ended["exp"] = json!(5);
    for key in [&ours, &older] {
        let claims = read(&key.sign(TYP_JWT, &ended).unwrap()).unwrap();
        assert_eq!((claims.sub.as_str(), claims.aud.as_str()), ("u1", "c1"));
    }
    let other_key = key(SigningAlg::Es256).sign(TYP_JWT, &ended).unwrap();
    assert_eq!(read(&other_key), Err(JoseError::UnknownKey));
    let no_id_token = ours.sign(TYP_ACCESS_TOKEN, &ended).unwrap();
    assert_eq!(read(&no_id_token), Err(JoseError::Malformed));
    ended["iss"] = json!("https://other.example");
    assert_eq!(read(&ours.sign(TYP_JWT, &ended).unwrap()), Err(JoseError::Issuer));
}

#[test]
fn weak_or_misplaced_public_keys_are_refused() {
    let good = key(SigningAlg::Rs256).public_jwk();
    let changed = |name: &str, value: Value| {
        let mut jwk = good.clone();
        jwk[name] = value;
        VerifyingKey::from_jwk(&jwk).map(|_| ())
    };
    assert_eq!(changed("kid", json!("other")), Ok(()));
    assert_eq!(changed("n", json!("A".repeat(171))), Err(JoseError::Key));
    assert_eq!(changed("use", json!("enc")), Err(JoseError::Key));
    assert_eq!(changed("alg", json!("HS256")), Err(JoseError::Key));
    assert_eq!(changed("kid", Value::Null), Err(JoseError::Key));
}

#[test]
fn claims_that_are_no_json_are_an_error_and_not_a_panic() {
    let unwritable = std::collections::BTreeMap::from([(vec![1], 1)]);
    assert_eq!(key(SigningAlg::Es256).sign(TYP_JWT, &unwritable), Err(JoseError::Signing));
}

#[test]
fn debug_shows_no_private_key() {
    let shown = format!("{:?}", key(SigningAlg::Es256));
    assert!(
        shown.starts_with("SigningKey { kid: ") && shown.ends_with("alg: Es256, .. }"),
        "{shown}"
    );
}
