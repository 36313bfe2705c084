//! What can go wrong at the OAuth endpoints that answer in JSON.

use seatlink_oauth::{Error, ErrorCode};
use seatlink_store as store;

use crate::{access::bearer::BearerError, seal::SealError, tenants::TenantError};

#[derive(Debug, thiserror::Error)]
pub enum OauthError {
    /// The caller's mistake, in the words of the RFC.
    #[error(transparent)]
    Protocol(#[from] Error),
    #[error("no host is configured for the realm “{0}”, so there is no issuer")]
    NoIssuer(&'static str),
    #[error("a signing key could not be used: {0}")]
    Key(String),
    #[error("a signing key could not be opened")]
    Seal(#[from] SealError),
    #[error("the tenant of a token could not be read")]
    Tenant(#[source] Box<TenantError>),
    #[error("the authorization server's data could not be read or written")]
    Store(#[from] store::Error),
}

impl OauthError {
    /// What the caller is answered; the cause of a failure of ours stays in the log.
    pub fn to_public(&self) -> Error {
        match self {
            Self::Protocol(error) => error.clone(),
            Self::Store(store::Error::Busy | store::Error::Unavailable(_)) => Error::new(
                ErrorCode::TemporarilyUnavailable,
                "The authorization server is busy. Try again in a moment.",
            ),
            Self::NoIssuer(_) | Self::Key(_) | Self::Seal(_) | Self::Tenant(_) | Self::Store(_) => {
                Error::new(ErrorCode::ServerError, "The authorization server met a problem.")
            }
        }
    }
}

impl From<BearerError> for OauthError {
    fn from(error: BearerError) -> Self {
        match error {
            BearerError::Store(error) => Self::Store(error),
            // RFC 6750 §3.1: expired, revoked, malformed or invalid for other reasons.
            BearerError::Unknown
            | BearerError::Expired
            | BearerError::Revoked
            | BearerError::UserInactive
            | BearerError::ClientDisabled => {
                Self::Protocol(Error::new(ErrorCode::InvalidToken, format!("{error}.")))
            }
        }
    }
}
