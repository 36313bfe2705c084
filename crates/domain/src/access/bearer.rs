//! The actor behind a bearer token.
//!
//! One indexed read finds the token with its realm, grant, client and user; a second one reads the
//! roles of the user it acts for. It is remembered only until this process commits what a token may
//! depend on, and for milliseconds at most ([`memory`]), so whatever ends a token, and a role that
//! loses the SCIM permission, counts at the next request.

mod memory;

use std::sync::Arc;

use seatlink_oauth::{client::ClientMetadata, token};
use seatlink_store::{
    self as store,
    tokens::{BearerRecord, TokenKind},
};

pub(crate) use self::memory::Memory;

use self::memory::{Found, Moment};
use super::{connections::Policy, roles, tokens::TokenScope};
use crate::{
    Platform,
    actor::{Actor, ActorKind},
    permission::{Permission, Permissions},
    settings::Realm,
};

/// The ACD API scope an application must have registered to reach the SCIM service.
pub(crate) const SCIM_SCOPE: &str = "Admin";

/// Why a token does not open the door. All of them are `invalid_token` (RFC 6750 §3.1) to the
/// caller.
#[derive(Debug, thiserror::Error)]
pub enum BearerError {
    #[error("the access token is not known here")]
    Unknown,
    #[error("the access token has expired")]
    Expired,
    #[error("the access token was revoked")]
    Revoked,
    #[error("the user this token acts for is inactive")]
    UserInactive,
    #[error("the application this token was given to is disabled")]
    ClientDisabled,
    #[error("the access token could not be looked up")]
    Store(#[from] store::Error),
}

/// Finds out who sends this token. A token of the other realm is unknown here.
pub async fn authenticate(
    platform: &Platform,
    realm: Realm,
    token: &str,
) -> Result<Actor, BearerError> {
    let hash = hash(token)?;
    let now = Moment::now(platform);
    let found = if let Some(found) = platform.bearers().recall(&hash, now) {
        found
    } else {
        let (record, held) = find(platform, hash).await?;
        let found = Arc::new(Found { actor: actor(&record, held)?, record });
        platform.bearers().keep(hash, now, &found);
        found
    };
    check(platform, realm, &found.record)?;
    platform.last_used().note(hash, found.record.last_used_at, platform.now());
    Ok(found.actor.clone())
}

/// The record of a token that opens the door, for answers about the token itself.
pub(crate) async fn resolve(
    platform: &Platform,
    realm: Realm,
    token: &str,
) -> Result<BearerRecord, BearerError> {
    let (record, _) = find(platform, hash(token)?).await?;
    check(platform, realm, &record)?;
    Ok(record)
}

/// What is not even shaped like a token of ours is not looked up.
fn hash(token: &str) -> Result<[u8; 32], BearerError> {
    if !token::looks_like(token::ACCESS_TOKEN, token)
        && !token::looks_like(token::STATIC_TOKEN, token)
    {
        return Err(BearerError::Unknown);
    }
    Ok(token::hash(token))
}

async fn find(
    platform: &Platform,
    hash: [u8; 32],
) -> Result<(BearerRecord, Permissions), BearerError> {
    platform
        .db()
        .system_read(move |mut tx| async move {
            let record =
                store::tokens::find_bearer(&mut tx, &hash).await?.ok_or(BearerError::Unknown)?;
            let held = match record.user {
                Some(user) => roles::permissions_of(&mut tx.enter(record.tenant), user).await?,
                None => Permissions::default(),
            };
            Ok((record, held))
        })
        .await
}

fn check(platform: &Platform, realm: Realm, record: &BearerRecord) -> Result<(), BearerError> {
    if record.realm != realm.as_str() || record.kind == TokenKind::Refresh {
        return Err(BearerError::Unknown);
    }
    if record.revoked_at.is_some() || record.grant_revoked_at.is_some() {
        return Err(BearerError::Revoked);
    }
    if record.expires_at.is_some_and(|at| at <= platform.now()) {
        return Err(BearerError::Expired);
    }
    if record.client_id.is_some() && record.client_enabled != Some(true) {
        return Err(BearerError::ClientDisabled);
    }
    if record.user.is_some() && record.user_active != Some(true) {
        return Err(BearerError::UserInactive);
    }
    Ok(())
}

/// What the token may do: a static token what its scope says, an application's token the SCIM
/// service if its person, where it has one, may use it. Without the registered API scope the SCIM
/// service stays closed to the application, whoever it acts for.
fn actor(record: &BearerRecord, held: Permissions) -> Result<Actor, store::Error> {
    let broken = || match &record.client_id {
        Some(client) => store::Error::inconsistent("clients", client),
        None => store::Error::inconsistent("tokens", record.id),
    };
    let policy = Policy::stored(record.policy.as_deref()).map_err(|_| broken())?;
    let (connection, name, permissions) = match record.client_id.clone() {
        None => {
            let scope = TokenScope::parse(&record.scope).ok_or_else(broken)?;
            let name = record.name.clone().unwrap_or_else(|| String::from("static token"));
            (record.id.to_string(), name, scope.permissions())
        }
        Some(client_id) => {
            let app = record.app_name.clone().unwrap_or_else(|| client_id.clone());
            let (name, may) = match record.user_name.clone() {
                Some(user_name) => (user_name, held.contains(Permission::Scim)),
                None => (app, true),
            };
            let registered = match &record.client_metadata {
                Some(metadata) => registered_for_scim(metadata).map_err(|_| broken())?,
                None => false,
            };
            // An application gets the SCIM service and nothing else its person may do: nobody was
            // asked for more on the consent page.
            let permissions = if registered && may {
                Permissions::default().with(Permission::Scim)
            } else {
                Permissions::default()
            };
            (client_id, name, permissions)
        }
    };
    Ok(Actor {
        tenant: record.tenant,
        kind: ActorKind::ProvisioningClient { authorised_by: record.user },
        name: Arc::from(name),
        permissions,
        connection: Some(Arc::from(connection)),
        request_id: None,
        leniency: policy.leniency,
        existing: policy.existing,
    })
}

fn registered_for_scim(metadata: &str) -> serde_json::Result<bool> {
    let client: ClientMetadata = serde_json::from_str(metadata)?;
    Ok(client.scopes.contains(SCIM_SCOPE))
}
