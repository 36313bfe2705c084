//! The refresh grant (RFC 6749 §6), with rotation and detection of reuse (RFC 9700 §4.14.2).
//!
//! Every refresh gives a new refresh token. The one before still answers for a short grace, because
//! a client whose reply was lost has no other; what it gets hangs from the same grant. After the
//! grace a rotated token is taken as stolen, and the grant ends.

use seatlink_oauth::{
    Error, ScopeSet, Secret,
    grant::{RefreshDecision, RefreshFacts, refresh_decision, unusable_refresh_token},
    scope, token as format,
};
use seatlink_store::{
    self as store, GrantId, SystemTx, Timestamp, UserId,
    tokens::{TokenKind, TokenRecord},
};

use super::{
    OauthError,
    clients::Client,
    issued::{self, Fresh, Hanging, Issued, Unfit},
};
use crate::{
    Platform,
    log::{self, Change, Event, Named, Only},
};

fn locked() -> Error {
    Error::temporarily_unavailable(
        "The user who authorised this is locked after wrong passwords. The refresh token stays good; try again later.",
    )
}

pub(super) async fn exchange(
    platform: &Platform,
    client: Client,
    refresh_token: Secret,
    requested: Option<ScopeSet>,
) -> Result<Issued, OauthError> {
    if !format::looks_like(format::REFRESH_TOKEN, refresh_token.expose()) {
        return Err(unusable_refresh_token().into());
    }
    let hash = format::hash(refresh_token.expose());
    let grace = platform.settings().lifetimes.refresh_grace;
    let grace = i64::try_from(grace.as_secs()).unwrap_or(i64::MAX);
    let fresh = Fresh::pair(platform);
    let outcome = platform
        .db()
        .system_write(move |mut tx| async move {
            let Some(held) = Held::find(&mut tx, &hash, &client).await? else {
                return Ok::<_, store::Error>(Err(unusable_refresh_token()));
            };
            match refresh_decision(&held.facts(&client, grace), &client.id, fresh.at().seconds()) {
                RefreshDecision::Rotate | RefreshDecision::ReuseWithinGrace => {
                    renew(tx, &client, &hash, held, requested, fresh).await
                }
                RefreshDecision::Revoke => revoke(tx, &client, &held, fresh.at()).await.map(Err),
                RefreshDecision::Refuse(error) => Ok(Err(error)),
            }
        })
        .await?;
    Ok(outcome?)
}

/// A refresh token of this client, with what it hangs from.
struct Held {
    record: TokenRecord,
    grant: GrantId,
    user: UserId,
    ends_at: Timestamp,
}

impl Held {
    async fn find(
        tx: &mut SystemTx,
        hash: &[u8],
        client: &Client,
    ) -> Result<Option<Self>, store::Error> {
        let Some(record) = store::tokens::find(tx, hash).await? else { return Ok(None) };
        if record.kind != TokenKind::Refresh || record.client_id.as_deref() != Some(&*client.id) {
            return Ok(None);
        }
        let (Some(grant), Some(user), Some(ends_at)) =
            (record.grant, record.user, record.grant_expires_at)
        else {
            return Ok(None);
        };
        Ok(Some(Self { record, grant, user, ends_at }))
    }

    fn facts(&self, client: &Client, grace_seconds: i64) -> RefreshFacts {
        RefreshFacts {
            client_id: client.id.clone(),
            expires_at: self.record.expires_at.unwrap_or(self.ends_at).seconds(),
            absolute_expires_at: Some(self.ends_at.seconds()),
            rotated_at: self.record.rotated_at.map(Timestamp::seconds),
            revoked: self.record.revoked_at.is_some() || self.record.grant_revoked_at.is_some(),
            grace_seconds,
        }
    }
}

async fn renew(
    tx: SystemTx,
    client: &Client,
    hash: &[u8],
    held: Held,
    requested: Option<ScopeSet>,
    fresh: Fresh,
) -> Result<Result<Issued, Error>, store::Error> {
    let at = fresh.at();
    let whole = ScopeSet::parse(&held.record.scope)
        .map_err(|_| store::Error::inconsistent("tokens", held.record.id))?;
    let scope = match scope::narrowed(requested.as_ref(), &whole) {
        Ok(scope) => scope,
        Err(error) => return Ok(Err(error)),
    };
    let mut tx = tx.enter(held.record.tenant);
    let standing = match issued::standing(&mut tx, held.user, at).await? {
        Ok(standing) => standing,
        // A lock passes. `invalid_grant` would make clients drop the connection, and then anybody
        // who knows a user name could cut it with six wrong passwords.
        Err(Unfit::Locked) => return Ok(Err(locked())),
        Err(unfit @ (Unfit::Gone | Unfit::Inactive)) => return Ok(Err(unfit.error())),
    };
    // False when another request rotated it a moment ago: that is a use within the grace.
    store::tokens::rotate(&mut tx, hash, at).await?;
    let hanging = Hanging {
        grant: held.grant,
        client_id: &client.id,
        user: Some(held.user),
        ends_at: held.ends_at,
    };
    fresh.insert(&mut tx, &hanging, &scope.to_string(), &held.record.scope).await?;
    let actor = client.actor(held.record.tenant, Some(held.user), &standing.user_name);
    let user = Named::new(held.user, standing.user_name);
    let event = Event::TokensRefreshed { app: Only::new(client.app), user };
    log::record(&mut tx, &actor, at, &Change::new(event)).await?;
    Ok(Ok(Issued { fresh, scope, id_token: None }))
}

async fn revoke(
    tx: SystemTx,
    client: &Client,
    held: &Held,
    at: Timestamp,
) -> Result<Error, store::Error> {
    let mut tx = tx.enter(held.record.tenant);
    let event = Event::RefreshTokenReused { app: Only::new(client.app) };
    if store::grants::revoke(&mut tx, held.grant, at, event.reason().as_str()).await? {
        let actor = client.actor(held.record.tenant, Some(held.user), &client.id);
        log::record(&mut tx, &actor, at, &Change::new(event)).await?;
    }
    Ok(unusable_refresh_token())
}
