//! The claims of an id_token and of the userinfo answer (OpenID Connect Core §2, §5.1, §5.3).
//!
//! `sub` is a stable id of the person, never an e-mail address, and the same in both answers.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::scope::{EMAIL, PROFILE, ScopeSet};
use crate::token::Secret;

/// What is said about a person besides `sub`. A claim without value is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonClaims {
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// The last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The user name. It may change; match on `sub`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// The language, as a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The time zone, by its IANA name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// True if the person proved to receive mail at `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
}

impl PersonClaims {
    /// The claims that these scopes release: `profile` the names, `email` the address (OpenID
    /// Connect Core §5.4).
    ///
    /// ```
    /// use seatlink_oauth::ScopeSet;
    /// use seatlink_oauth::claims::PersonClaims;
    ///
    /// let person = PersonClaims {
    ///     name: Some("Ada Lovelace".into()),
    ///     email: Some("ada@example.com".into()),
    ///     ..PersonClaims::default()
    /// };
    /// let released = person.released_by(&ScopeSet::parse("openid profile")?);
    /// assert_eq!(released.name.as_deref(), Some("Ada Lovelace"));
    /// assert_eq!(released.email, None);
    /// # Ok::<(), seatlink_oauth::Error>(())
    /// ```
    #[must_use]
    pub fn released_by(&self, scope: &ScopeSet) -> Self {
        let mut released = self.clone();
        if !scope.contains(PROFILE) {
            released = Self {
                email: released.email,
                email_verified: released.email_verified,
                ..Self::default()
            };
        }
        if !scope.contains(EMAIL) {
            released.email = None;
            released.email_verified = None;
        }
        released
    }
}

/// The claims of an id_token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdTokenClaims {
    /// The issuer, exactly as in the metadata.
    pub iss: String,
    /// The person.
    pub sub: String,
    /// The client the token is for.
    pub aud: String,
    /// When it ends, in Unix seconds.
    pub exp: i64,
    /// When it was issued, in Unix seconds.
    pub iat: i64,
    /// The `nonce` of the request, unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// When the person signed in, in Unix seconds. Required if the request had `max_age`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// Binds the access token issued with it; see [`at_hash`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// What is said about the person.
    #[serde(flatten)]
    pub person: PersonClaims,
}

/// The userinfo answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserInfo {
    /// The person; equal to `sub` of the id_token.
    pub sub: String,
    /// What the scopes of the access token release.
    #[serde(flatten)]
    pub person: PersonClaims,
}

impl UserInfo {
    /// The JSON body.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("texts and booleans under distinct names are always JSON")
    }
}

/// The left half of SHA-256 of the access token (OpenID Connect Core §3.1.3.6); both algorithms we
/// sign with use SHA-256.
pub fn at_hash(access_token: &Secret) -> String {
    let digest = digest::digest(&digest::SHA256, access_token.expose().as_bytes());
    URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person() -> PersonClaims {
        PersonClaims {
            name: Some("Ada".to_owned()),
            email: Some("ada@example.com".to_owned()),
            email_verified: Some(true),
            ..PersonClaims::default()
        }
    }

    #[test]
    fn claims_follow_the_scopes() -> Result<(), crate::Error> {
        let shown = |scope: &str| -> Result<Value, crate::Error> {
            let scope = ScopeSet::parse(scope)?;
            Ok(UserInfo { sub: "u1".to_owned(), person: person().released_by(&scope) }.to_json())
        };
        assert_eq!(shown("openid")?, json!({ "sub": "u1" }));
        assert_eq!(shown("openid profile")?, json!({ "sub": "u1", "name": "Ada" }));
        assert_eq!(
            shown("openid email")?,
            json!({ "sub": "u1", "email": "ada@example.com", "email_verified": true })
        );
        Ok(())
    }

    #[test]
    fn at_hash_matches_a_published_example() {
        // OpenID Connect Core, appendix A.3.
        let token = Secret::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        assert_eq!(at_hash(&token), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
