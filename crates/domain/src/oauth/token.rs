//! The token endpoint: the phases that every grant type shares, in the one order there is.
//!
//! Authenticate the client, check that its type may use the grant, hand over to the grant's own
//! file, sign and answer. A grant type cannot skip a phase.

use seatlink_oauth::{
    TokenResponse,
    request::{ClientCredential, TokenRequest},
    scope,
};

use super::{
    OauthError, claims, client_credentials,
    clients::{self, Client},
    code,
    issued::Issued,
    refresh,
};
use crate::{Platform, settings::Realm};

/// Answers one request of the token endpoint.
pub async fn issue(
    platform: &Platform,
    realm: Realm,
    credential: ClientCredential,
    request: TokenRequest,
) -> Result<TokenResponse, OauthError> {
    let (client, _) = clients::authenticate(platform, realm, &credential).await?;
    client.metadata.check_grant(request.grant_type())?;
    let issued = match request {
        TokenRequest::AuthorizationCode { ref code, .. } => {
            let code = code.clone();
            code::exchange(platform, client.clone(), &code, request).await?
        }
        TokenRequest::RefreshToken { refresh_token, scope } => {
            refresh::exchange(platform, client.clone(), refresh_token, scope).await?
        }
        TokenRequest::ClientCredentials { scope } => {
            client_credentials::issue(platform, client.clone(), scope).await?
        }
    };
    answer(platform, realm, &client, issued).await
}

async fn answer(
    platform: &Platform,
    realm: Realm,
    client: &Client,
    issued: Issued,
) -> Result<TokenResponse, OauthError> {
    let life = platform.settings().lifetimes.access_token.as_secs();
    let (access, refresh) = issued.fresh.into_secrets();
    let id_token = match issued.id_token.filter(|_| issued.scope.contains(scope::OPENID)) {
        Some(facts) => {
            let facts = facts.with_access_token(&access);
            Some(claims::sign(platform, realm, client, &issued.scope, facts).await?)
        }
        None => None,
    };
    let mut response =
        TokenResponse::bearer(access, i64::try_from(life).unwrap_or(i64::MAX), issued.scope);
    response.refresh_token = refresh;
    response.id_token = id_token;
    Ok(response)
}
