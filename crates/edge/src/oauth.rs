//! Failures of OAuth operations, as any surface reports them.

use seatlink_domain::oauth::OauthError;
use seatlink_oauth::Error;

use crate::chain;

/// What the caller may know. Failures of ours are logged here, where they stop.
pub fn logged(error: &OauthError) -> Error {
    match error {
        OauthError::Protocol(error) => tracing::debug!(%error, "an OAuth request was refused"),
        OauthError::NoIssuer(_)
        | OauthError::Key(_)
        | OauthError::Seal(_)
        | OauthError::Tenant(_)
        | OauthError::Store(_) => {
            tracing::error!(error = chain(error), "an OAuth request failed");
        }
    }
    error.to_public()
}
