//! Pure checks of what is redeemed: codes and refresh tokens.
//!
//! The caller has already claimed the code or token in its store, so that only one of several
//! parallel requests gets here; these functions decide what the claimed one is worth. They tell the
//! client one sentence for every mismatch that would otherwise help to guess.

use crate::error::Error;
use crate::pkce::CodeChallenge;
use crate::request::TokenRequest;

/// How long a code lives unless configured otherwise.
pub const DEFAULT_CODE_SECONDS: i64 = 60;
/// How long a code may live at most (RFC 6749 §4.1.2).
pub const MAX_CODE_SECONDS: i64 = 600;

/// What a code is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeFacts {
    /// The client it was issued to.
    pub client_id: String,
    /// The `redirect_uri` of the authorization request, if it had one.
    pub redirect_uri: Option<String>,
    /// The challenge of the authorization request, if it had one.
    pub code_challenge: Option<CodeChallenge>,
    /// When it ends, in Unix seconds.
    pub expires_at: i64,
}

/// Checks that this client may redeem this code with this request (RFC 6749 §4.1.3, RFC 7636 §4.6).
///
/// ```
/// use seatlink_oauth::grant::{CodeFacts, check_code};
/// use seatlink_oauth::{Secret, TokenRequest};
///
/// let facts = CodeFacts {
///     client_id: "c1".into(),
///     redirect_uri: Some("https://app.example/cb".into()),
///     code_challenge: None,
///     expires_at: 1_060,
/// };
/// let request = TokenRequest::AuthorizationCode {
///     code: Secret::new("slac_x"),
///     redirect_uri: Some("https://app.example/cb".into()),
///     code_verifier: None,
/// };
/// assert!(check_code(&facts, &request, "c1", 1_000).is_ok());
/// assert!(check_code(&facts, &request, "c2", 1_000).is_err());
/// ```
pub fn check_code(
    facts: &CodeFacts,
    request: &TokenRequest,
    client_id: &str,
    now: i64,
) -> Result<(), Error> {
    let TokenRequest::AuthorizationCode { redirect_uri, code_verifier, .. } = request else {
        return Err(Error::invalid_request(
            "Only an authorization_code request can redeem a code.",
        ));
    };
    if facts.client_id != client_id {
        return Err(unusable_code());
    }
    if now >= facts.expires_at {
        return Err(Error::invalid_grant(
            "The code has expired. Start again at the authorization endpoint.",
        ));
    }
    if facts.redirect_uri != *redirect_uri {
        return Err(Error::invalid_grant(
            "redirect_uri differs from the one of the authorization request.",
        ));
    }
    match (&facts.code_challenge, code_verifier) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) if challenge.verify(verifier) => Ok(()),
        (Some(_), Some(_)) => {
            Err(Error::invalid_grant("code_verifier does not match the code_challenge."))
        }
        (Some(_), None) => Err(Error::invalid_grant("code_verifier is missing.")),
        // Accepting it would let an attacker strip the challenge from the victim's request (RFC
        // 9700 §4.8.2).
        (None, Some(_)) => Err(Error::invalid_grant(
            "There is a code_verifier, but the authorization request had no code_challenge.",
        )),
    }
}

/// The answer for a code that does not exist, is used, or belongs to another client. One sentence
/// for all three.
pub fn unusable_code() -> Error {
    Error::invalid_grant("The code is unknown, already used, or was issued to another client.")
}

/// The state of a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshFacts {
    /// The client it was issued to.
    pub client_id: String,
    /// When it ends if it is not used, in Unix seconds.
    pub expires_at: i64,
    /// When its family ends however often it is used, if ever.
    pub absolute_expires_at: Option<i64>,
    /// When it was replaced by its successor, if it was.
    pub rotated_at: Option<i64>,
    /// Whether its family was revoked.
    pub revoked: bool,
    /// For how many seconds a replaced token may be repeated. Zero means never.
    pub grace_seconds: i64,
}

/// What to do with a presented refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshDecision {
    /// It is the newest of its family: replace it.
    Rotate,
    /// It was replaced a moment ago, most likely because the answer was lost: serve the client
    /// again within the same family.
    ReuseWithinGrace,
    /// It was replaced long ago, so two parties hold it: revoke the family and answer
    /// [`unusable_refresh_token`].
    Revoke,
    /// It is of no use, and nothing else follows: answer this.
    Refuse(Error),
}

/// Decides what a presented refresh token is worth (RFC 6749 §6, RFC 9700 §4.14.2).
///
/// A replayed token revokes its family even after it has expired, because it proves a copy. A token
/// of another client changes nothing: whoever found it must not be able to cut off its owner.
///
/// ```
/// use seatlink_oauth::grant::{RefreshDecision, RefreshFacts, refresh_decision};
///
/// let facts = RefreshFacts {
///     client_id: "c1".into(),
///     expires_at: 9_000,
///     absolute_expires_at: None,
///     rotated_at: Some(1_000),
///     revoked: false,
///     grace_seconds: 60,
/// };
/// assert_eq!(refresh_decision(&facts, "c1", 1_060), RefreshDecision::ReuseWithinGrace);
/// assert_eq!(refresh_decision(&facts, "c1", 1_061), RefreshDecision::Revoke);
/// ```
pub fn refresh_decision(facts: &RefreshFacts, client_id: &str, now: i64) -> RefreshDecision {
    if facts.client_id != client_id || facts.revoked {
        return RefreshDecision::Refuse(unusable_refresh_token());
    }
    let replayed = facts.rotated_at.is_some_and(|at| {
        // A grace of zero refuses even a repeat within the same second.
        facts.grace_seconds <= 0 || now.saturating_sub(at) > facts.grace_seconds
    });
    if replayed {
        return RefreshDecision::Revoke;
    }
    let expired =
        now >= facts.expires_at || facts.absolute_expires_at.is_some_and(|end| now >= end);
    match (expired, facts.rotated_at) {
        (true, _) => RefreshDecision::Refuse(Error::invalid_grant(
            "The refresh token has expired. An administrator must authenticate again.",
        )),
        (false, Some(_)) => RefreshDecision::ReuseWithinGrace,
        (false, None) => RefreshDecision::Rotate,
    }
}

/// The answer for a refresh token that does not exist, is revoked, or belongs to another client.
/// One sentence for all.
pub fn unusable_refresh_token() -> Error {
    Error::invalid_grant("The refresh token is unknown, revoked, or was issued to another client.")
}

/// When a refreshed token ends: `idle_seconds` after now, but never after the end of its family.
pub fn sliding_expiry(now: i64, idle_seconds: i64, absolute_expires_at: Option<i64>) -> i64 {
    let sliding = now.saturating_add(idle_seconds);
    absolute_expires_at.map_or(sliding, |end| sliding.min(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use crate::token::Secret;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn facts(code_challenge: Option<CodeChallenge>) -> CodeFacts {
        CodeFacts {
            client_id: "c1".to_owned(),
            redirect_uri: Some("https://app.example/cb".to_owned()),
            code_challenge,
            expires_at: 1_060,
        }
    }

    fn request(redirect_uri: Option<&str>, verifier: Option<&str>) -> TokenRequest {
        TokenRequest::AuthorizationCode {
            code: Secret::new("slac_x"),
            redirect_uri: redirect_uri.map(str::to_owned),
            code_verifier: verifier.map(str::to_owned),
        }
    }

    const CB: Option<&str> = Some("https://app.example/cb");

    fn code(facts: &CodeFacts, request: &TokenRequest, now: i64) -> Option<ErrorCode> {
        check_code(facts, request, "c1", now).err().map(|error| error.code)
    }

    #[test]
    fn a_code_is_bound_to_client_redirect_uri_and_time() {
        let facts = facts(None);
        let refused = Some(ErrorCode::InvalidGrant);
        let elsewhere = request(Some("https://app.example/cb/"), None);
        assert_eq!(code(&facts, &request(CB, None), 1_059), None);
        assert_eq!(code(&facts, &request(CB, None), 1_060), refused);
        assert_eq!(code(&facts, &request(None, None), 1_000), refused);
        assert_eq!(code(&facts, &elsewhere, 1_000), refused);
        assert_eq!(check_code(&facts, &request(CB, None), "c2", 1_000), Err(unusable_code()));
    }

    #[test]
    fn only_a_code_request_redeems_a_code() {
        let other = TokenRequest::ClientCredentials { scope: None };
        assert_eq!(code(&facts(None), &other, 1_000), Some(ErrorCode::InvalidRequest));
    }

    #[test]
    fn a_redirect_uri_that_was_not_asked_for_cannot_appear_later() {
        let mut facts = facts(None);
        facts.redirect_uri = None;
        assert_eq!(code(&facts, &request(None, None), 1_000), None);
        assert_eq!(code(&facts, &request(CB, None), 1_000), Some(ErrorCode::InvalidGrant));
    }

    #[test]
    fn pkce_cannot_be_dropped_added_or_downgraded() {
        let challenge = CodeChallenge::of_verifier(VERIFIER);
        let bound = facts(Some(challenge.clone()));
        assert_eq!(code(&bound, &request(CB, Some(VERIFIER)), 1_000), None);
        // Missing, wrong, and the challenge itself as a `plain` verifier.
        let other = "x".repeat(43);
        for verifier in [None, Some(other.as_str()), Some(challenge.value.as_str()), Some("")] {
            assert_eq!(
                code(&bound, &request(CB, verifier), 1_000),
                Some(ErrorCode::InvalidGrant),
                "{verifier:?}"
            );
        }
        // The challenge was stripped from the authorization request.
        assert_eq!(
            code(&facts(None), &request(CB, Some(VERIFIER)), 1_000),
            Some(ErrorCode::InvalidGrant)
        );
    }

    fn token() -> RefreshFacts {
        RefreshFacts {
            client_id: "c1".to_owned(),
            expires_at: 9_000,
            absolute_expires_at: Some(20_000),
            rotated_at: None,
            revoked: false,
            grace_seconds: 60,
        }
    }

    fn refused(decision: &RefreshDecision) -> bool {
        matches!(decision, RefreshDecision::Refuse(error) if error.code == ErrorCode::InvalidGrant)
    }

    #[test]
    fn the_newest_token_rotates_until_it_expires() {
        assert_eq!(refresh_decision(&token(), "c1", 8_999), RefreshDecision::Rotate);
        assert!(refused(&refresh_decision(&token(), "c1", 9_000)));
    }

    #[test]
    fn a_family_ends_at_its_absolute_limit() {
        let facts = RefreshFacts { expires_at: 30_000, ..token() };
        assert_eq!(refresh_decision(&facts, "c1", 19_999), RefreshDecision::Rotate);
        assert!(refused(&refresh_decision(&facts, "c1", 20_000)));
        assert_eq!(sliding_expiry(1_000, 500, Some(20_000)), 1_500);
        assert_eq!(sliding_expiry(19_900, 500, Some(20_000)), 20_000);
        assert_eq!(sliding_expiry(i64::MAX, 500, None), i64::MAX);
    }

    #[test]
    fn a_replaced_token_works_within_the_grace_and_revokes_after_it() {
        let facts = RefreshFacts { rotated_at: Some(1_000), ..token() };
        for now in [990, 1_000, 1_060] {
            assert_eq!(
                refresh_decision(&facts, "c1", now),
                RefreshDecision::ReuseWithinGrace,
                "{now}"
            );
        }
        assert_eq!(refresh_decision(&facts, "c1", 1_061), RefreshDecision::Revoke);
        assert_eq!(refresh_decision(&facts, "c1", 10_000), RefreshDecision::Revoke);
    }

    #[test]
    fn without_grace_even_the_same_second_revokes() {
        let facts = RefreshFacts { rotated_at: Some(1_000), grace_seconds: 0, ..token() };
        assert_eq!(refresh_decision(&facts, "c1", 1_000), RefreshDecision::Revoke);
    }

    #[test]
    fn an_expired_token_is_not_revived_by_the_grace() {
        let facts = RefreshFacts { rotated_at: Some(8_990), ..token() };
        assert!(refused(&refresh_decision(&facts, "c1", 9_010)));
    }

    #[test]
    fn another_client_is_refused_and_revokes_nothing() {
        let facts = RefreshFacts { rotated_at: Some(1_000), ..token() };
        assert!(refused(&refresh_decision(&facts, "c2", 5_000)));
    }

    #[test]
    fn a_revoked_family_is_refused_and_not_revoked_again() {
        let facts = RefreshFacts { rotated_at: Some(1_000), revoked: true, ..token() };
        assert!(refused(&refresh_decision(&facts, "c1", 1_010)));
        assert!(refused(&refresh_decision(&facts, "c1", 5_000)));
    }
}
