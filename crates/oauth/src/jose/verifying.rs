//! Verifying tokens.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::jose::{JoseError, SigningAlg, TYP_JWT};

/// 2,048 bits in base64url.
const MIN_MODULUS_CHARS: usize = 342;
/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 60;

/// A public key.
#[derive(Clone)]
pub struct VerifyingKey {
    kid: String,
    alg: SigningAlg,
    key: DecodingKey,
}

impl VerifyingKey {
    /// Reads a JSON Web Key. It needs a `kid` and one of our algorithms; a key for encryption or a
    /// short one is refused.
    pub fn from_jwk(jwk: &Value) -> Result<Self, JoseError> {
        let jwk: Jwk = serde_json::from_value(jwk.clone()).map_err(|_| JoseError::Key)?;
        let alg = match (&jwk.algorithm, jwk.common.key_algorithm) {
            (AlgorithmParameters::EllipticCurve(ec), None | Some(KeyAlgorithm::ES256))
                if ec.curve == EllipticCurve::P256 =>
            {
                SigningAlg::Es256
            }
            (AlgorithmParameters::RSA(rsa), None | Some(KeyAlgorithm::RS256))
                if rsa.n.len() >= MIN_MODULUS_CHARS =>
            {
                SigningAlg::Rs256
            }
            _ => return Err(JoseError::Key),
        };
        if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
            return Err(JoseError::Key);
        }
        let key = DecodingKey::from_jwk(&jwk).map_err(|_| JoseError::Key)?;
        let kid = jwk.common.key_id.ok_or(JoseError::Key)?;
        Ok(Self { kid, alg, key })
    }

    /// The keys of a JWKS document that can be used; others are left out.
    pub fn from_jwks(document: &Value) -> Vec<Self> {
        let keys = document.get("keys").and_then(Value::as_array);
        keys.into_iter().flatten().filter_map(|jwk| Self::from_jwk(jwk).ok()).collect()
    }

    /// Its key id.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Its algorithm.
    pub const fn alg(&self) -> SigningAlg {
        self.alg
    }
}

impl std::fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("kid", &self.kid)
            .field("alg", &self.alg)
            .finish_non_exhaustive()
    }
}

/// Whether a token that has ended is still of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// It must be valid now.
    Current,
    /// It may have ended, such as the `id_token_hint` of a logout (RP-Initiated Logout §2).
    MayHaveEnded,
}

/// What a token must be.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Its `typ`. Telling kinds apart is what keeps an id_token from passing for an access token
    /// (RFC 8725 §3.11).
    pub typ: &'a str,
    /// Its issuer.
    pub issuer: &'a str,
    /// Who it must be for; `None` if the caller reads and judges `aud` itself.
    pub audience: Option<&'a str>,
    /// Whether it must be valid now.
    pub lifetime: Lifetime,
}

/// Verifies an id_token: signature, issuer, audience and lifetime.
pub fn verify<T: DeserializeOwned>(
    keys: &[VerifyingKey],
    token: &str,
    issuer: &str,
    audience: &str,
    now: i64,
) -> Result<T, JoseError> {
    let lifetime = Lifetime::Current;
    let expected = Expected { typ: TYP_JWT, issuer, audience: Some(audience), lifetime };
    verify_as(keys, token, &expected, now)
}

/// Verifies a token against what it must be.
pub fn verify_as<T: DeserializeOwned>(
    keys: &[VerifyingKey],
    token: &str,
    expected: &Expected<'_>,
    now: i64,
) -> Result<T, JoseError> {
    // `none`, unknown algorithms and repeated members end here: the header has no value for them.
    let header = jsonwebtoken::decode_header(token).map_err(|_| JoseError::Malformed)?;
    let alg = match header.alg {
        Algorithm::ES256 => SigningAlg::Es256,
        Algorithm::RS256 => SigningAlg::Rs256,
        _ => return Err(JoseError::Malformed),
    };
    // RFC 7515 §4.1.11: an extension we do not understand must fail, and we understand none.
    if header.crit.is_some() || !header.typ.as_deref().is_some_and(|typ| is_typ(typ, expected.typ))
    {
        return Err(JoseError::Malformed);
    }
    let kid = header.kid.ok_or(JoseError::UnknownKey)?;
    let key =
        keys.iter().find(|key| key.kid == kid && key.alg == alg).ok_or(JoseError::UnknownKey)?;
    // Only the signature is left to the library: its lifetime checks would read the clock of the
    // machine.
    let mut validation = Validation::new(header.alg);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let claims: Value = jsonwebtoken::decode(token, &key.key, &validation)
        .map_err(|_| JoseError::Signature)?
        .claims;
    check_claims(&claims, expected, now)?;
    serde_json::from_value(claims).map_err(|_| JoseError::Claims)
}

fn check_claims(claims: &Value, expected: &Expected<'_>, now: i64) -> Result<(), JoseError> {
    if claims.get("iss").and_then(Value::as_str) != Some(expected.issuer) {
        return Err(JoseError::Issuer);
    }
    if expected.audience.is_some_and(|audience| !is_for(claims, audience)) {
        return Err(JoseError::Audience);
    }
    let seconds = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or(JoseError::Claims),
    };
    let ends = seconds("exp")?.ok_or(JoseError::Lifetime)?;
    let begins = [seconds("nbf")?, seconds("iat")?].into_iter().flatten().max();
    let begun = begins.is_none_or(|begins| begins <= now.saturating_add(LEEWAY));
    let ended = match expected.lifetime {
        Lifetime::Current => ends <= now.saturating_sub(LEEWAY),
        Lifetime::MayHaveEnded => false,
    };
    if begun && !ended { Ok(()) } else { Err(JoseError::Lifetime) }
}

/// `aud` is one text or a list of them (RFC 7519 §4.1.3).
fn is_for(claims: &Value, audience: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(many)) => many.iter().any(|one| one.as_str() == Some(audience)),
        _ => false,
    }
}

/// Compares media types: without case, and with or without the `application/` that may be left out
/// (RFC 7515 §4.1.9).
fn is_typ(given: &str, expected: &str) -> bool {
    let bare = |typ: &str| {
        let lower = typ.to_ascii_lowercase();
        lower.strip_prefix("application/").map(str::to_owned).unwrap_or(lower)
    };
    bare(given) == bare(expected)
}
