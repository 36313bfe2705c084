//! Proof Key for Code Exchange (RFC 7636), method S256 only.
//!
//! `plain` is refused, and so is a challenge without a method, because the default of RFC 7636 §4.3
//! is `plain`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::Error;
use crate::token::{constant_time_eq, hash};

/// How a challenge is made from its verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeMethod {
    /// Base64url of the SHA-256 of the verifier.
    S256,
}

impl ChallengeMethod {
    /// The method as it travels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::S256 => "S256",
        }
    }
}

/// The challenge an authorization request carries and its code is bound to.
///
/// ```
/// use seatlink_oauth::pkce::CodeChallenge;
///
/// // The example of RFC 7636, appendix B.
/// let sent = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// let challenge = CodeChallenge::parse(sent, Some("S256"))?;
/// assert!(challenge.verify("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
/// # Ok::<(), seatlink_oauth::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeChallenge {
    /// Always S256.
    pub method: ChallengeMethod,
    /// 43 characters of base64url.
    pub value: String,
}

impl CodeChallenge {
    /// Parses `code_challenge` and `code_challenge_method`.
    pub fn parse(value: &str, method: Option<&str>) -> Result<Self, Error> {
        if method != Some(ChallengeMethod::S256.as_str()) {
            return Err(Error::invalid_request("code_challenge_method must be S256."));
        }
        if value.len() != 43 || !value.bytes().all(is_base64url_byte) {
            return Err(Error::invalid_request(
                "code_challenge must be 43 characters of base64url (RFC 7636 4.2).",
            ));
        }
        Ok(Self { method: ChallengeMethod::S256, value: value.to_owned() })
    }

    /// The challenge of a verifier; what a client sends.
    pub fn of_verifier(verifier: &str) -> Self {
        Self { method: ChallengeMethod::S256, value: URL_SAFE_NO_PAD.encode(hash(verifier)) }
    }

    /// True if this is the challenge of `verifier`. Takes the same time wherever the two differ.
    pub fn verify(&self, verifier: &str) -> bool {
        is_verifier(verifier)
            && constant_time_eq(Self::of_verifier(verifier).value.as_bytes(), self.value.as_bytes())
    }
}

/// True for 43 to 128 unreserved characters (RFC 7636 §4.1).
pub fn is_verifier(verifier: &str) -> bool {
    (43..=128).contains(&verifier.len())
        && verifier
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
}

/// A verifier from 32 random bytes; what a client keeps until it redeems the code.
pub fn verifier(random: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(random)
}

const fn is_base64url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed parse fails the test")]

    use super::*;
    use crate::error::ErrorCode;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn plain_and_a_missing_method_are_refused() {
        for method in [None, Some("plain"), Some("s256"), Some("S512")] {
            let error = CodeChallenge::parse(CHALLENGE, method).unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidRequest, "{method:?}");
        }
    }

    #[test]
    fn a_malformed_challenge_is_refused() {
        let long = format!("{CHALLENGE}A");
        for value in
            ["", &CHALLENGE[1..], &long, &CHALLENGE.replace('-', "+"), &CHALLENGE.replace('-', "=")]
        {
            assert!(CodeChallenge::parse(value, Some("S256")).is_err(), "{value}");
        }
    }

    #[test]
    fn only_the_right_verifier_passes() {
        let challenge = CodeChallenge::parse(CHALLENGE, Some("S256")).unwrap();
        assert!(challenge.verify(VERIFIER));
        // The challenge itself is what a downgrade to `plain` would present.
        for wrong in ["", CHALLENGE, &VERIFIER[1..], &VERIFIER.to_lowercase()] {
            assert!(!challenge.verify(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        assert!(is_verifier(&"a".repeat(43)) && is_verifier(&"~".repeat(128)));
        assert!(!is_verifier(&"a".repeat(42)) && !is_verifier(&"a".repeat(129)));
        assert!(!is_verifier(&"a+".repeat(30)) && !is_verifier(&"é".repeat(30)));
        assert!(is_verifier(&verifier(&[255; 32])));
    }

    #[test]
    fn a_short_verifier_fails_even_if_its_challenge_matches() {
        assert!(!CodeChallenge::of_verifier("short").verify("short"));
    }
}
