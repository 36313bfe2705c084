//! The access token of one integration, kept fresh.
//!
//! Renewed a minute before it runs out and after a 401, by one caller at a time: refresh tokens are
//! often good for one use, so two renewals at once could cost the connection. The stored tokens are
//! read again before each renewal, because another process or an administrator may have been
//! faster.

use std::time::Duration;

use reqwest::header::HeaderValue;
use seatlink_domain::{
    Actor, IntegrationId, Platform, TenantId, Timestamp,
    integrations::{self, IntegrationError, Tokens},
    log::TokenTrouble,
};
use tokio::sync::Mutex;

use crate::oauth_client::{Grant, OauthClient};

/// Long enough for a slow request to be answered before the token it carries runs out.
const RENEW_BEFORE_EXPIRY: Duration = Duration::from_mins(1);

/// After a renewal that failed while the old token is good.
const BETWEEN_RENEWALS: Duration = Duration::from_secs(5);

/// Holds and renews the tokens of one integration.
pub(crate) struct TokenKeeper {
    platform: Platform,
    tenant: TenantId,
    integration: IntegrationId,
    client: OauthClient,
    held: Mutex<Held>,
}

/// Tokens, and when to renew them without being asked.
struct Held {
    tokens: Option<Tokens>,
    renew_at: Option<Timestamp>,
}

impl Held {
    /// Tokens of unknown age.
    fn stored(tokens: Option<Tokens>) -> Self {
        let end = tokens.as_ref().and_then(|tokens| tokens.expires_at);
        Self { renew_at: end.map(|end| before(end, RENEW_BEFORE_EXPIRY)), tokens }
    }

    /// Tokens given at `now`. Those that live for a minute or less are used for half of it.
    fn fresh(tokens: Tokens, now: Timestamp) -> Self {
        let early = |end: Timestamp| before(end, RENEW_BEFORE_EXPIRY.min(end.since(now) / 2));
        Self { renew_at: tokens.expires_at.map(early), tokens: Some(tokens) }
    }
}

fn before(end: Timestamp, margin: Duration) -> Timestamp {
    let micros = i64::try_from(margin.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(end.micros().saturating_sub(micros))
}

/// Why there is no token to send.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum TokenProblem {
    /// Only a person can help, by authorizing again.
    NeedsAuthorization(TokenTrouble),
    /// The authorization server or our database cannot be reached now.
    Unavailable(TokenTrouble),
}

impl TokenKeeper {
    pub(crate) fn new(
        platform: Platform,
        tenant: TenantId,
        integration: IntegrationId,
        client: OauthClient,
        tokens: Option<Tokens>,
    ) -> Self {
        Self { platform, tenant, integration, client, held: Mutex::new(Held::stored(tokens)) }
    }

    /// The header to send now.
    pub(crate) async fn current(&self) -> Result<HeaderValue, TokenProblem> {
        let mut held = self.held.lock().await;
        let Some(tokens) = held.tokens.as_ref() else {
            return Err(TokenProblem::NeedsAuthorization(TokenTrouble::NotAuthorized));
        };
        let now = self.platform.now();
        let header = bearer(tokens)?;
        let still_good = tokens.expires_at.is_none_or(|end| end > now);
        if held.renew_at.is_none_or(|at| at > now) {
            return Ok(header);
        }
        match self.renew(&mut held, &header).await {
            // What is left of the old token may be all the authorization server needs to come back.
            // Some servers give no refresh token, and then the old one is used to its end.
            Err(_) if still_good => {
                held.renew_at = Some(now.plus(BETWEEN_RENEWALS));
                Ok(header)
            }
            other => other,
        }
    }

    /// The header to send after the target refused `stale`.
    pub(crate) async fn renewed(&self, stale: &HeaderValue) -> Result<HeaderValue, TokenProblem> {
        let mut held = self.held.lock().await;
        self.renew(&mut held, stale).await
    }

    /// Runs under the lock of `held`, which is what makes it one at a time.
    async fn renew(
        &self,
        held: &mut Held,
        stale: &HeaderValue,
    ) -> Result<HeaderValue, TokenProblem> {
        if let Some(header) = other_than(held.tokens.as_ref(), stale)? {
            return Ok(header);
        }
        *held = Held::stored(self.stored().await?);
        if let Some(header) = other_than(held.tokens.as_ref(), stale)? {
            return Ok(header);
        }
        let refresh_token = held.tokens.as_ref().and_then(|tokens| tokens.refresh_token.clone());
        let Some(refresh_token) = refresh_token else {
            return Err(TokenProblem::NeedsAuthorization(TokenTrouble::NoRefreshToken));
        };
        let now = self.platform.now();
        match self.client.token(Grant::Refresh { token: &refresh_token }, now).await {
            Ok(mut fresh) => {
                // Without a new refresh token the old one stays good (RFC 6749 §6).
                fresh.refresh_token.get_or_insert(refresh_token);
                let header = bearer(&fresh)?;
                let actor = Actor::system(self.tenant);
                integrations::save_tokens(&self.platform, &actor, self.integration, fresh.clone())
                    .await
                    .map_err(|error| unavailable(&error))?;
                *held = Held::fresh(fresh, now);
                Ok(header)
            }
            Err(trouble @ (TokenTrouble::Refused { .. } | TokenTrouble::Invalid(_))) => {
                // Another process may have used the same refresh token a moment ago.
                *held = Held::stored(self.stored().await?);
                match other_than(held.tokens.as_ref(), stale)? {
                    Some(header) => Ok(header),
                    None => Err(TokenProblem::NeedsAuthorization(trouble)),
                }
            }
            Err(trouble) => Err(TokenProblem::Unavailable(trouble)),
        }
    }

    async fn stored(&self) -> Result<Option<Tokens>, TokenProblem> {
        let actor = Actor::system(self.tenant);
        integrations::secrets(&self.platform, &actor, self.integration)
            .await
            .map(|secrets| secrets.tokens)
            .map_err(|error| unavailable(&error))
    }
}

/// The header of these tokens when it is not the refused one.
fn other_than(
    tokens: Option<&Tokens>,
    stale: &HeaderValue,
) -> Result<Option<HeaderValue>, TokenProblem> {
    let header = tokens.map(bearer).transpose()?;
    Ok(header.filter(|header| header != stale))
}

fn bearer(tokens: &Tokens) -> Result<HeaderValue, TokenProblem> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", tokens.access_token.expose()))
        .map_err(|_| TokenProblem::NeedsAuthorization(TokenTrouble::Unsendable))?;
    value.set_sensitive(true);
    Ok(value)
}

fn unavailable(error: &IntegrationError) -> TokenProblem {
    tracing::error!(%error, "the stored tokens could not be read or written");
    TokenProblem::Unavailable(TokenTrouble::Unstored)
}
