//! Logout that a client asks for (OpenID Connect RP-Initiated Logout 1.0).
//!
//! A verified id token of the person who is signed in says enough to end the session at once.
//! Anything less is answered with a page that asks, or any link on the web could sign people out.

use seatlink_oauth::{
    claims::IdTokenClaims,
    client::match_post_logout_redirect_uri,
    jose::{self, Expected, Lifetime, TYP_JWT},
    redirect::append_query,
    request::LogoutRequest,
};

use super::{OauthError, clients, issuer, keys};
use crate::{Platform, login::Session, settings::Realm};

/// What to do with a logout request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logout {
    pub confirmation: Confirmation,
    /// Where to go afterwards; only a registered address of a known client.
    pub redirect: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Confirmation {
    /// The request proved whose session it is about.
    NotNeeded,
    /// Ask the person first.
    Needed,
}

pub async fn check(
    platform: &Platform,
    realm: Realm,
    request: &LogoutRequest,
    session: Option<&Session>,
) -> Result<Logout, OauthError> {
    let hint = match request.id_token_hint.as_deref() {
        Some(hint) => verify_hint(platform, realm, hint).await?,
        None => None,
    };
    let named = request.client_id.clone();
    let of_hint = hint.as_ref().map(|hint| hint.client_id.clone());
    // A client id that contradicts the hint proves nothing about either.
    let client_id = match (named, of_hint) {
        (Some(named), Some(hinted)) if named != hinted => None,
        (named, hinted) => hinted.or(named),
    };
    let mut redirect = None;
    if let (Some(id), Some(uri)) = (client_id, request.post_logout_redirect_uri.as_deref()) {
        redirect = clients::find(platform, realm, &id)
            .await?
            .filter(|client| client.metadata.enabled)
            .and_then(|client| {
                match_post_logout_redirect_uri(&client.metadata.post_logout_redirect_uris, uri)
                    .ok()
                    .map(|uri| match request.state.as_deref() {
                        Some(state) => append_query(uri, &[("state", state)]),
                        None => uri.to_owned(),
                    })
            });
    }
    let proved = match (session, &hint) {
        (None, _) => true,
        (Some(session), Some(hint)) => session.user.to_string() == hint.subject,
        (Some(_), None) => false,
    };
    let confirmation = if proved { Confirmation::NotNeeded } else { Confirmation::Needed };
    Ok(Logout { confirmation, redirect })
}

/// Whom and which client an id token of ours was about.
pub(super) struct Hint {
    pub(super) subject: String,
    client_id: String,
}

/// Reads a hint that this realm signed, expired or not: it is asked for long after the sign-in.
/// Anything else is no hint.
pub(super) async fn verify_hint(
    platform: &Platform,
    realm: Realm,
    hint: &str,
) -> Result<Option<Hint>, OauthError> {
    let keys = keys::all(platform, realm).await?;
    let keys: Vec<_> = keys.iter().filter_map(|key| key.verifying_key().ok()).collect();
    let expected = Expected {
        typ: TYP_JWT,
        issuer: issuer(platform, realm)?,
        audience: None,
        lifetime: Lifetime::MayHaveEnded,
    };
    let claims = jose::verify_as::<IdTokenClaims>(&keys, hint, &expected, platform.now().seconds());
    Ok(claims.ok().map(|claims| Hint { subject: claims.sub, client_id: claims.aud }))
}
