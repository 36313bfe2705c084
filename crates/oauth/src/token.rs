//! Opaque tokens, codes and secrets: their format, their hash, and the token response.
//!
//! A token is `prefix_` + 43 characters of base64url (32 random bytes) + a 6-character checksum,
//! such as `slat_...`. The prefix and the checksum let a scanner recognise a leaked one without
//! asking us; neither is needed to check it. Only [`hash`] of a token is stored. The randomness
//! comes from the caller.

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroize as _;

use crate::scope::ScopeSet;

/// Prefix of access tokens.
pub const ACCESS_TOKEN: &str = "slat";
/// Prefix of refresh tokens.
pub const REFRESH_TOKEN: &str = "slrt";
/// Prefix of authorization codes. Its own prefix keeps a link or token of another kind from being
/// redeemed as a code.
pub const AUTHORIZATION_CODE: &str = "slac";
/// Prefix of static tokens.
pub const STATIC_TOKEN: &str = "slst";
/// Prefix of client secrets.
pub const CLIENT_SECRET: &str = "slcs";

/// The value of `issued_token_type` for access tokens (RFC 8693 §3).
pub const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";

const RANDOM_CHARS: usize = 43;
const CHECKSUM_CHARS: usize = 6;

/// A text that must not be shown, logged or compared in variable time.
///
/// ```
/// use seatlink_oauth::Secret;
///
/// let secret = Secret::new("hunter2");
/// assert_eq!(format!("{secret:?}"), "Secret(redacted)");
/// assert_eq!(secret.expose(), "hunter2");
/// ```
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. The name is long on purpose: search for it to find every place a secret
    /// leaves its type.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True if there is no character.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for Secret {}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Builds a token from its prefix (with or without the trailing underscore) and 32 random bytes.
///
/// ```
/// use seatlink_oauth::token;
///
/// let code = token::format(token::AUTHORIZATION_CODE, &[7; 32]);
/// assert!(code.expose().starts_with("slac_"));
/// assert!(token::looks_like(token::AUTHORIZATION_CODE, code.expose()));
/// assert!(!token::looks_like(token::ACCESS_TOKEN, code.expose()));
/// ```
pub fn format(prefix: &str, random: &[u8; 32]) -> Secret {
    let mut text = format!("{}_{}", prefix.trim_end_matches('_'), URL_SAFE_NO_PAD.encode(random));
    let checksum = checksum(&text);
    text.push_str(&checksum);
    Secret(text)
}

/// True if `value` has this prefix, the right length and a right checksum. It says nothing about
/// whether it is valid, but a value that fails need not be looked up.
pub fn looks_like(prefix: &str, value: &str) -> bool {
    let Some(body) =
        value.strip_prefix(prefix.trim_end_matches('_')).and_then(|rest| rest.strip_prefix('_'))
    else {
        return false;
    };
    if body.len() != RANDOM_CHARS + CHECKSUM_CHARS || !body.is_ascii() {
        return false;
    }
    let (text, given) = value.split_at(value.len() - CHECKSUM_CHARS);
    checksum(text) == given
}

/// The first characters of base64url(SHA-256(everything before the checksum)).
fn checksum(text: &str) -> String {
    let mut encoded = URL_SAFE_NO_PAD.encode(hash(text));
    encoded.truncate(CHECKSUM_CHARS);
    encoded
}

/// SHA-256 of a token, code or generated secret. These have 256 random bits, so a slow hash would
/// add nothing.
pub fn hash(text: &str) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    out
}

/// Compares without telling by its time where two values of the same length differ.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// A successful answer of the token endpoint (RFC 6749 §5.1). Send it with `Cache-Control:
/// no-store`.
///
/// ```
/// use seatlink_oauth::{ScopeSet, Secret, TokenResponse};
///
/// let scope = ScopeSet::parse("openid")?;
/// let mut response = TokenResponse::bearer(Secret::new("slat_example"), 3600, scope);
/// response.refresh_token = Some(Secret::new("slrt_example"));
/// let json = response.to_json();
/// assert_eq!(json["token_type"], "Bearer");
/// assert_eq!(json["scope"], "openid");
/// assert!(json.get("id_token").is_none());
/// # Ok::<(), seatlink_oauth::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Secret,
    /// Always `Bearer` for tokens we issue.
    pub token_type: String,
    /// Seconds the access token lives.
    pub expires_in: i64,
    /// The refresh token, if one is issued.
    pub refresh_token: Option<Secret>,
    /// The id_token, if `openid` was granted to a person's client.
    pub id_token: Option<Secret>,
    /// What was granted. Always stated: RFC 6749 §3.3 demands it whenever it differs from the
    /// request.
    pub scope: ScopeSet,
    /// [`ACCESS_TOKEN_TYPE`], which the reproduced system always sends.
    pub issued_token_type: Option<&'static str>,
}

impl TokenResponse {
    /// A bearer token without refresh token and id_token.
    pub fn bearer(access_token: Secret, expires_in: i64, scope: ScopeSet) -> Self {
        Self {
            access_token,
            token_type: "Bearer".to_owned(),
            expires_in,
            refresh_token: None,
            id_token: None,
            scope,
            issued_token_type: Some(ACCESS_TOKEN_TYPE),
        }
    }

    /// The JSON body. This is the one place where issued secrets are written out.
    pub fn to_json(&self) -> Value {
        let mut body = Map::new();
        body.insert("access_token".to_owned(), self.access_token.expose().into());
        body.insert("token_type".to_owned(), self.token_type.as_str().into());
        body.insert("expires_in".to_owned(), self.expires_in.into());
        if let Some(token) = &self.refresh_token {
            body.insert("refresh_token".to_owned(), token.expose().into());
        }
        if let Some(token) = &self.id_token {
            body.insert("id_token".to_owned(), token.expose().into());
        }
        body.insert("scope".to_owned(), self.scope.to_string().into());
        if let Some(kind) = self.issued_token_type {
            body.insert("issued_token_type".to_owned(), kind.into());
        }
        Value::Object(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_by_prefix_length_and_checksum() {
        let token = format("slat_", &[1; 32]);
        let text = token.expose();
        assert_eq!(text.len(), 5 + 43 + 6);
        assert!(looks_like("slat", text) && looks_like("slat_", text));
        let mut flipped = text.to_owned();
        flipped.replace_range(10..11, if &text[10..11] == "A" { "B" } else { "A" });
        for wrong in [
            "",
            "slat_",
            &text[..text.len() - 1],
            &format!("{text}A"),
            &flipped,
            &text.replace("slat", "slrt"),
        ] {
            assert!(!looks_like("slat", wrong), "{wrong}");
        }
        assert!(!looks_like("slat", &format!("slat_{}", "é".repeat(25))));
    }

    #[test]
    fn the_checksum_binds_the_prefix() {
        let code = format(AUTHORIZATION_CODE, &[1; 32]);
        let relabelled = code.expose().replacen("slac", "slat", 1);
        assert!(!looks_like(ACCESS_TOKEN, &relabelled));
    }

    #[test]
    fn a_response_never_shows_its_tokens_in_debug() {
        let mut response = TokenResponse::bearer(Secret::new("canary-a"), 60, ScopeSet::empty());
        response.refresh_token = Some(Secret::new("canary-b"));
        response.id_token = Some(Secret::new("canary-c"));
        assert!(!format!("{response:?}").contains("canary"));
        assert_eq!(response.to_json()["refresh_token"], "canary-b");
    }

    #[test]
    fn the_hash_is_sha_256() {
        assert_eq!(hash("abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
