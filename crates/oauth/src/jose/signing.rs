//! Making keys and signing with them.

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};

use crate::jose::verifying::VerifyingKey;
use crate::jose::{JoseError, SigningAlg};
use crate::token::hash;

/// Smaller RSA keys are refused (RFC 7518 §3.3).
const MIN_RSA_BYTES: usize = 256;

/// Makes a key and returns it as PKCS#8 DER, to be sealed and stored. An RSA key takes tens of
/// milliseconds.
pub fn generate(alg: SigningAlg) -> Result<Vec<u8>, JoseError> {
    match alg {
        SigningAlg::Es256 => {
            let document = EcdsaKeyPair::generate_pkcs8(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                &SystemRandom::new(),
            )
            .map_err(|_| JoseError::Key)?;
            Ok(document.as_ref().to_vec())
        }
        SigningAlg::Rs256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| JoseError::Key)?;
            let document: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| JoseError::Key)?;
            Ok(document.as_ref().to_vec())
        }
    }
}

/// A private key, ready to sign. Reading one is slow compared with signing, so keep it in memory.
///
/// ```
/// use seatlink_oauth::jose::{self, SigningAlg, SigningKey};
/// use serde_json::json;
///
/// let key = SigningKey::from_pkcs8(SigningAlg::Es256, &jose::generate(SigningAlg::Es256)?)?;
/// let claims = json!({
///     "iss": "https://as.example", "sub": "u1", "aud": "c1", "iat": 1_000, "exp": 1_300
/// });
/// let token = key.sign(jose::TYP_JWT, &claims)?;
/// let keys = [key.verifying_key()?];
/// let read: serde_json::Value = jose::verify(&keys, &token, "https://as.example", "c1", 1_100)?;
/// assert_eq!(read["sub"], "u1");
/// # Ok::<(), seatlink_oauth::jose::JoseError>(())
/// ```
pub struct SigningKey {
    /// The RFC 7638 thumbprint of the public key, so that the same key always has the same id.
    pub kid: String,
    /// The only algorithm this key signs with.
    pub alg: SigningAlg,
    pair: Pair,
    jwk: Value,
}

enum Pair {
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
}

#[derive(Serialize)]
struct Header<'a> {
    alg: SigningAlg,
    typ: &'a str,
    kid: &'a str,
}

impl SigningKey {
    /// Reads a key that [`generate`] made.
    pub fn from_pkcs8(alg: SigningAlg, der: &[u8]) -> Result<Self, JoseError> {
        let (pair, thumbprint_input, public) = match alg {
            SigningAlg::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der)
                    .map_err(|_| JoseError::Key)?;
                // An uncompressed point: 4, x, y (SEC 1 §2.3.3).
                let [4, point @ ..] = pair.public_key().as_ref() else {
                    return Err(JoseError::Key);
                };
                let (x, y) = point.split_at_checked(32).ok_or(JoseError::Key)?;
                let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
                let input = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
                (Pair::Es256(pair), input, json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y }))
            }
            SigningAlg::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| JoseError::Key)?;
                if pair.public_modulus_len() < MIN_RSA_BYTES {
                    return Err(JoseError::Key);
                }
                let parts = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                let (n, e) = (URL_SAFE_NO_PAD.encode(&parts.n), URL_SAFE_NO_PAD.encode(&parts.e));
                let input = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
                (Pair::Rs256(pair), input, json!({ "kty": "RSA", "n": n, "e": e }))
            }
        };
        // The members in this order and without space are what RFC 7638 §3 hashes.
        let kid = URL_SAFE_NO_PAD.encode(hash(&thumbprint_input));
        let mut jwk = public;
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(alg);
        jwk["kid"] = json!(kid);
        Ok(Self { kid, alg, pair, jwk })
    }

    /// Signs claims as a compact JWS with this `typ`.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, JoseError> {
        let header = encode(&Header { alg: self.alg, typ, kid: &self.kid })?;
        let mut token = format!("{header}.{}", encode(claims)?);
        let signature = self.signature_of(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    fn signature_of(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Es256(pair) => {
                let signature = pair.sign(&random, message).map_err(|_| JoseError::Signing)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map_err(|_| JoseError::Signing)?;
                Ok(signature)
            }
        }
    }

    /// The public half, for the `keys` list of the JWKS endpoint.
    pub fn public_jwk(&self) -> Value {
        self.jwk.clone()
    }

    /// The public half, to verify with.
    pub fn verifying_key(&self) -> Result<VerifyingKey, JoseError> {
        VerifyingKey::from_jwk(&self.jwk)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("alg", &self.alg)
            .finish_non_exhaustive()
    }
}

fn encode(value: &impl Serialize) -> Result<String, JoseError> {
    serde_json::to_vec(value)
        .map(|json| URL_SAFE_NO_PAD.encode(json))
        .map_err(|_| JoseError::Signing)
}
