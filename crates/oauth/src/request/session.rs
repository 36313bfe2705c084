//! Requests about what was issued: revocation, introspection, logout.

use crate::error::Error;
use crate::request::Params;
use crate::token::Secret;

/// What kind of token the caller thinks it names (RFC 7009 §2.1). Only a hint: the other kind is
/// tried too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenTypeHint {
    /// An access token.
    AccessToken,
    /// A refresh token.
    RefreshToken,
}

/// The token of a revocation (RFC 7009 §2.1) or introspection request (RFC 7662 §2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenReference {
    /// The token itself.
    pub token: Secret,
    /// What kind the caller thinks it is. An unknown hint is no hint.
    pub hint: Option<TokenTypeHint>,
}

/// Parses a revocation or introspection request. The client's credentials are read by
/// [`client_credential`](crate::request::client_credential).
///
/// ```
/// use seatlink_oauth::request::{Params, TokenTypeHint, token_reference};
///
/// let form = Params::from_form(b"token=slrt_x&token_type_hint=refresh_token")?;
/// assert_eq!(token_reference(&form)?.hint, Some(TokenTypeHint::RefreshToken));
/// # Ok::<(), seatlink_oauth::Error>(())
/// ```
pub fn token_reference(params: &Params) -> Result<TokenReference, Error> {
    let hint = match params.get("token_type_hint") {
        Some("access_token") => Some(TokenTypeHint::AccessToken),
        Some("refresh_token") => Some(TokenTypeHint::RefreshToken),
        Some(_) | None => None,
    };
    Ok(TokenReference { token: Secret::new(params.require("token")?), hint })
}

/// A logout request of a client (RP-Initiated Logout §2).
///
/// Without a verified `id_token_hint` the person must be asked first, and nobody is sent anywhere
/// unless `post_logout_redirect_uri` is registered; see
/// [`match_post_logout_redirect_uri`](crate::client::match_post_logout_redirect_uri).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogoutRequest {
    /// An id_token of the session; may have expired.
    pub id_token_hint: Option<String>,
    /// The client, if it is not taken from the hint.
    pub client_id: Option<String>,
    /// Where to go afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// Returned unchanged.
    pub state: Option<String>,
    /// Preferred languages for pages.
    pub ui_locales: Option<String>,
}

impl LogoutRequest {
    /// Parses the request; every parameter is optional.
    pub fn parse(params: &Params) -> Self {
        Self {
            id_token_hint: params.owned("id_token_hint"),
            client_id: params.owned("client_id"),
            post_logout_redirect_uri: params.owned("post_logout_redirect_uri"),
            state: params.owned("state"),
            ui_locales: params.owned("ui_locales"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_must_be_named_and_an_unknown_hint_is_none() -> Result<(), Error> {
        assert!(token_reference(&Params::from_form(b"token=")?).is_err());
        let reference = token_reference(&Params::from_form(b"token=x&token_type_hint=id_token")?)?;
        assert_eq!(reference.hint, None);
        assert_eq!(reference.token.expose(), "x");
        Ok(())
    }
}
