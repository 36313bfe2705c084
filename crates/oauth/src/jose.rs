//! Signing keys, JSON Web Tokens and JSON Web Keys.
//!
//! Two algorithms exist, ES256 and RS256, and a key has exactly one (RFC 8725 §3.1). A token is
//! verified only with a key we were given: `jku`, `x5u`, `x5c` and `jwk` in its header are never
//! followed, `none` and the HMAC algorithms do not exist. The clock is passed in. Key generation
//! uses the randomness of the cryptographic library.

mod signing;
mod verifying;

use serde::{Deserialize, Serialize};

pub use signing::{SigningKey, generate};
pub use verifying::{Expected, Lifetime, VerifyingKey, verify, verify_as};

/// `typ` of an id_token.
pub const TYP_JWT: &str = "JWT";
/// `typ` of a JWT access token (RFC 9068 §2.1), so that an id_token can never pass for one.
pub const TYP_ACCESS_TOKEN: &str = "at+jwt";

/// A signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum SigningAlg {
    /// ECDSA on P-256 with SHA-256. The default: small and fast.
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    /// RSA PKCS#1 v1.5 with SHA-256, 2,048 bits. For clients that know nothing else.
    #[serde(rename = "RS256")]
    Rs256,
}

impl SigningAlg {
    /// The algorithm as it travels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// The algorithm with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Es256, Self::Rs256].into_iter().find(|alg| alg.as_str() == name)
    }
}

/// Why a key or token was refused. The caller answers `invalid_token` for every token; the
/// difference is for its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoseError {
    /// The key could not be made or read, or is too weak.
    #[error("the key is unusable")]
    Key,
    /// The claims could not be written or signed.
    #[error("the claims could not be signed")]
    Signing,
    /// The token is no signed JWT of an algorithm and type we accept.
    #[error("the token is malformed or of an unacceptable algorithm or type")]
    Malformed,
    /// No key has the token's key id and algorithm.
    #[error("no key matches the token")]
    UnknownKey,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    Signature,
    /// The token is of another issuer.
    #[error("the issuer is wrong")]
    Issuer,
    /// The token is for somebody else.
    #[error("the audience is wrong")]
    Audience,
    /// The token has ended or not begun.
    #[error("the token is outside its lifetime")]
    Lifetime,
    /// The claims have another shape.
    #[error("the claims have an unexpected shape")]
    Claims,
}

#[cfg(test)]
mod tests;
