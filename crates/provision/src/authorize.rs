//! “Authenticate with {app}”: sending an administrator's browser to the target's authorization
//! server, and turning the code it brings back into tokens.
//!
//! The state is random, single-use and short-lived, and only its hash is stored. A proof key
//! (RFC 7636) goes with every request: servers that do not know it ignore it (RFC 6749 §3.1).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Url;
use seatlink_domain::{
    Actor, IntegrationId, Platform, TenantId,
    integrations::{self, AuthMode, IntegrationError, Pending},
    log::{ForbiddenTarget, Quoted, Said, TokenTrouble},
};

use crate::{
    http::HttpClient,
    oauth_client::{Grant, authorization_url, proof_key},
    session::{self, Misconfigured},
};

/// What the browser brought back (RFC 6749 §4.1.2).
#[derive(Clone, Debug)]
pub enum Callback {
    Code(String),
    Refused { error: String, description: Option<String> },
}

/// An authorization that is complete: tokens are stored and the integration is ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Authorized {
    pub tenant: TenantId,
    pub integration: IntegrationId,
}

/// The authorization could not be started.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    #[error("this connection does not use OAuth 2; save its credentials instead")]
    NotOauth,
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
    #[error("the authorization endpoint cannot be used: {0}")]
    Forbidden(#[from] ForbiddenTarget),
    #[error(transparent)]
    Integration(#[from] IntegrationError),
}

/// The authorization did not end in tokens.
#[derive(Debug, thiserror::Error)]
pub enum CompleteError {
    #[error("this authorization is unknown, was used already or took too long; start it again")]
    UnknownState,
    #[error("authentication with the app failed: {obstacle:?}")]
    Failed { tenant: TenantId, integration: IntegrationId, obstacle: Obstacle },
    #[error(transparent)]
    Integration(#[from] IntegrationError),
}

/// What stood between a code and its tokens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Obstacle {
    Tokens(TokenTrouble),
    Misconfigured(Misconfigured),
}

/// Starts an authorization and gives the URL to send the browser to.
pub async fn begin(
    platform: &Platform,
    actor: &Actor,
    http: &HttpClient,
    id: IntegrationId,
    callback_url: &str,
) -> Result<Url, BeginError> {
    let integration = integrations::get(platform, actor, id).await?;
    let connection = integration.settings.connection.as_ref().ok_or(Misconfigured::NoConnection)?;
    let AuthMode::OAuth2 { authorization_endpoint, client_id, .. } = &connection.auth else {
        return Err(BeginError::NotOauth);
    };
    let endpoint = Url::parse(authorization_endpoint.trim())
        .map_err(|_| Misconfigured::Endpoint("authorization endpoint URI"))?;
    // The browser goes there, not we; the check keeps other schemes and plain http out.
    http.policy().check(&endpoint)?;
    let state = URL_SAFE_NO_PAD.encode(platform.random::<32>());
    let (verifier, challenge) = proof_key(platform.random());
    let pending = Pending { verifier: Some(verifier), redirect_uri: callback_url.to_owned() };
    integrations::begin_authorization(platform, actor, id, pending, &state).await?;
    Ok(authorization_url(&endpoint, client_id, callback_url, &state, Some(&challenge)))
}

/// Ends the authorization that `state` belongs to. Whoever holds the state may end it: it left this
/// process only towards the administrator's browser.
pub async fn complete(
    platform: &Platform,
    http: &HttpClient,
    state: &str,
    callback: Callback,
) -> Result<Authorized, CompleteError> {
    let (tenant, id, pending) = integrations::take_authorization(platform, state)
        .await?
        .ok_or(CompleteError::UnknownState)?;
    let failed = |obstacle| CompleteError::Failed { tenant, integration: id, obstacle };
    let code = match callback {
        Callback::Code(code) => code,
        Callback::Refused { error, description } => {
            return Err(failed(Obstacle::Tokens(TokenTrouble::Refused {
                code: Quoted::new(error),
                said: description.map(Quoted::new).map(Said::Words),
            })));
        }
    };
    let actor = Actor::system(tenant);
    let integration = integrations::get(platform, &actor, id).await?;
    let secrets = integrations::secrets(platform, &actor, id).await?;
    let client = integration
        .settings
        .connection
        .as_ref()
        .ok_or(Misconfigured::NoConnection)
        .and_then(|connection| session::oauth_client(http, connection, secrets.client_secret))
        .map_err(|error| failed(Obstacle::Misconfigured(error)))?;
    let grant = Grant::Code {
        code: &code,
        redirect_uri: &pending.redirect_uri,
        verifier: pending.verifier.as_ref(),
    };
    let tokens = client
        .token(grant, platform.now())
        .await
        .map_err(|trouble| failed(Obstacle::Tokens(trouble)))?;
    integrations::save_tokens(platform, &actor, id, tokens).await?;
    platform.wake();
    Ok(Authorized { tenant, integration: id })
}
