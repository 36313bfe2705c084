//! The authorization server: who may ask, who agreed, and what is given out.
//!
//! Codes, tokens and secrets are random and kept only as hashes. Everything a person agreed to
//! hangs from one grant; when the grant ends, everything does. The two realms share nothing: a
//! client, token or key of one is unknown in the other.

pub mod authorize;
mod claims;
mod client_credentials;
pub(crate) mod clients;
mod code;
mod error;
pub mod expiry;
pub mod introspect;
mod issued;
pub mod keys;
pub mod logout;
mod refresh;
pub mod revoke;
pub mod token;
pub mod userinfo;

use std::time::Duration;

use crate::{Platform, settings::Realm};

pub use self::error::OauthError;

/// However often it is refreshed, a connection must be authorised anew after this long. Two years:
/// the refresh token's own life slides, because provisioning clients may be silent for weeks and
/// nobody is there to sign in.
const GRANT_LIFE: Duration = Duration::from_hours(2 * 365 * 24);

/// Who the realm's tokens are from, such as `https://login.example.com`.
pub fn issuer(platform: &Platform, realm: Realm) -> Result<&str, OauthError> {
    platform.settings().issuer(realm).ok_or(OauthError::NoIssuer(realm.as_str()))
}
