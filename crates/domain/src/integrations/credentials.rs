//! Credentials of an integration: read and renewed by the engine, never part of an answer.

use seatlink_store::{self as store, IntegrationId, TenantId};

use super::{IntegrationError, Pending, Secrets, Status, Tokens, named, open_secrets, stored};
use crate::{
    Platform,
    actor::Actor,
    log::{self, Change, Event, Problem, StatusReason},
    permission::Permission,
    seal::Purpose,
};

/// The credentials, for the engine.
pub async fn secrets(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
) -> Result<Secrets, IntegrationError> {
    actor.require(Permission::Integrations)?;
    let record = platform
        .db()
        .read(
            actor.tenant,
            move |mut tx| async move { store::integrations::find(&mut tx, id).await },
        )
        .await?
        .ok_or_else(|| IntegrationError::NotFound(id.to_string()))?;
    open_secrets(platform, &record)
}

/// Keeps new tokens and lets the engine work with them.
pub async fn save_tokens(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    tokens: Tokens,
) -> Result<(), IntegrationError> {
    actor.require(Permission::Integrations)?;
    let at = platform.now();
    let ground = platform.clone();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let mut record = store::integrations::lock(&mut tx, id)
                .await?
                .ok_or_else(|| IntegrationError::NotFound(id.to_string()))?;
            let mut secrets = open_secrets(&ground, &record)?;
            let first = secrets.tokens.is_none() || record.status != Status::Ready.as_str();
            secrets.tokens = Some(tokens);
            let sealed = ground.sealer().seal_json(Purpose::Integration, &secrets);
            store::integrations::update_secrets(&mut tx, id, &sealed).await?;
            Status::Ready.as_str().clone_into(&mut record.status);
            record.status_reason = None;
            store::integrations::update(&mut tx, &record).await?;
            if first {
                store::work::hasten(&mut tx, id, at).await?;
            }
            let app = named(&record);
            let event =
                if first { Event::AppAuthorized { app } } else { Event::AppTokenRefreshed { app } };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok::<_, IntegrationError>(())
        })
        .await?;
    platform.wake();
    Ok(())
}

/// Stops the engine until somebody authenticates again; what is due stays due.
pub async fn mark_needs_authorization(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    problem: Problem,
) -> Result<(), IntegrationError> {
    actor.require(Permission::Integrations)?;
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let mut record = store::integrations::lock(&mut tx, id)
                .await?
                .ok_or_else(|| IntegrationError::NotFound(id.to_string()))?;
            if record.status == Status::NeedsAuthorization.as_str() {
                return Ok(());
            }
            Status::NeedsAuthorization.as_str().clone_into(&mut record.status);
            let lost = StatusReason::AuthorizationLost(problem.clone());
            record.status_reason = Some(stored(&lost));
            store::integrations::update(&mut tx, &record).await?;
            let event = Event::AuthorizationLost { app: named(&record), problem };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok(())
        })
        .await
}

/// Remembers what the callback will need, under a hash of `state`.
pub async fn begin_authorization(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    pending: Pending,
    state: &str,
) -> Result<(), IntegrationError> {
    actor.require(Permission::Integrations)?;
    let until = platform.now().plus(platform.settings().lifetimes.pending_authorization);
    let sealed = platform.sealer().seal_json(Purpose::PendingAuthorization, &pending);
    let hash = seatlink_oauth::token::hash(state);
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            Ok(store::integrations::insert_pending(&mut tx, &hash, id, &sealed, until).await?)
        })
        .await
}

/// What was begun under `state`, once and only while it is fresh.
pub async fn take_authorization(
    platform: &Platform,
    state: &str,
) -> Result<Option<(TenantId, IntegrationId, Pending)>, IntegrationError> {
    let now = platform.now();
    let hash = seatlink_oauth::token::hash(state);
    let taken = platform
        .db()
        .system_write(move |mut tx| async move {
            store::integrations::take_pending(&mut tx, &hash).await
        })
        .await?;
    match taken {
        Some((tenant, id, sealed, expires_at)) if expires_at > now => {
            let pending = platform.sealer().open_json(Purpose::PendingAuthorization, &sealed)?;
            Ok(Some((tenant, id, pending)))
        }
        Some(_) | None => Ok(None),
    }
}
