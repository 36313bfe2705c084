//! Sealing: credentials that must be read again are encrypted at rest with AES-256-GCM.
//!
//! The key comes from the operator (a file beside the data, or one named in the configuration).
//! What a sealed value is for is bound to it, so a sealed mail cannot be passed off as a sealed
//! credential.

use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    hmac,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A value that is never logged or shown: redacted `Debug`, no `Display`, wiped when dropped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The value itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What a sealed value is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Mail,
    Integration,
    PendingAuthorization,
    SigningKey,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Mail => b"mail",
            Self::Integration => b"integration",
            Self::PendingAuthorization => b"pending authorization",
            Self::SigningKey => b"signing key",
        }
    }
}

/// Makes digests that tell whether a value is still the same, and tell nobody else what it is.
///
/// Names and addresses are few enough to be guessed from a plain hash; without this key they are
/// not.
#[derive(Clone, Debug)]
pub struct DigestKey(hmac::Key);

impl DigestKey {
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// HMAC-SHA-256 of the parts, cut to 16 bytes, in base64url (RFC 4648 §5): 22 characters.
    pub fn digest<const N: usize>(&self, parts: [&str; N]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            // With its length in front, a part cannot pass for the end of the one before it.
            context.update(&part.len().to_be_bytes());
            context.update(part.as_bytes());
        }
        URL_SAFE_NO_PAD.encode(&context.sign().as_ref()[..16])
    }
}

/// The value was sealed with another key, for another purpose, or is damaged.
#[derive(Debug, thiserror::Error)]
#[error(
    "a sealed value cannot be opened with this key; check that seal.key belongs to this database"
)]
pub struct SealError;

pub struct Sealer {
    key: RandomizedNonceKey,
    /// Of its own, because clients have cursors made by the million and a key wears out by use.
    cursors: RandomizedNonceKey,
    deliveries: DigestKey,
}

impl Sealer {
    pub fn new(key: &[u8; 32]) -> Self {
        let mac = hmac::Key::new(hmac::HMAC_SHA256, key);
        let derived = hmac::sign(&mac, b"cursors of lists");
        let cipher = |key: &[u8]| {
            RandomizedNonceKey::new(&AES_256_GCM, key).expect("AES-256 takes 32 bytes")
        };
        let delivered = hmac::sign(&mac, b"values delivered to targets");
        Self {
            key: cipher(key),
            cursors: cipher(derived.as_ref()),
            deliveries: DigestKey(hmac::Key::new(hmac::HMAC_SHA256, delivered.as_ref())),
        }
    }

    pub(crate) const fn deliveries(&self) -> &DigestKey {
        &self.deliveries
    }

    pub(crate) fn seal(&self, purpose: Purpose, plain: &[u8]) -> Vec<u8> {
        seal(&self.key, purpose.label(), plain)
    }

    pub(crate) fn open(&self, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        open(&self.key, purpose.label(), sealed)
    }

    /// Seals a cursor; it opens only for what it is bound to.
    pub(crate) fn seal_cursor(&self, bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
        seal(&self.cursors, bound_to, plain)
    }

    pub(crate) fn open_cursor(&self, bound_to: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        open(&self.cursors, bound_to, sealed)
    }

    pub(crate) fn seal_json<T: Serialize>(&self, purpose: Purpose, value: &T) -> Vec<u8> {
        let plain = serde_json::to_vec(value).expect("sealed types have string keys only");
        self.seal(purpose, &Zeroizing::new(plain))
    }

    pub(crate) fn open_json<T: for<'de> Deserialize<'de>>(
        &self,
        purpose: Purpose,
        sealed: &[u8],
    ) -> Result<T, SealError> {
        let plain = Zeroizing::new(self.open(purpose, sealed)?);
        serde_json::from_slice(&plain).map_err(|_| SealError)
    }
}

fn seal(key: &RandomizedNonceKey, bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut text = plain.to_vec();
    let nonce = key
        .seal_in_place_append_tag(Aad::from(bound_to), &mut text)
        .expect("values this small can be sealed");
    let mut sealed = nonce.as_ref().to_vec();
    sealed.append(&mut text);
    sealed
}

fn open(key: &RandomizedNonceKey, bound_to: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let (nonce, text) = sealed.split_at_checked(12).ok_or(SealError)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError)?;
    let mut text = text.to_vec();
    let plain = key.open_in_place(nonce, Aad::from(bound_to), &mut text).map_err(|_| SealError)?;
    Ok(plain.to_vec())
}
