//! Comparing everybody again: what was missed or went wrong elsewhere is found here.
//!
//! A sweep writes no decisions, it only queues every assigned or linked person; the engine then
//! decides from state, and whoever is right already costs one read.

use std::time::Duration;

use seatlink_domain::{
    Actor, IntegrationId, Platform,
    integrations::{self, IntegrationError, Status},
    tenants::{self, TenantError},
    work::{self, WorkError},
};
use tokio::{sync::watch, time::sleep};

/// Queues everybody at one integration, on demand. Tells how many.
pub async fn sweep(
    platform: &Platform,
    actor: &Actor,
    integration: IntegrationId,
) -> Result<u64, WorkError> {
    work::enqueue_all(platform, actor, integration).await
}

#[derive(Debug, thiserror::Error)]
enum SweepError {
    #[error("the tenants could not be listed")]
    Tenants(#[from] TenantError),
    #[error("a tenant's integrations could not be listed")]
    Integrations(#[from] IntegrationError),
    #[error("an integration's people could not be queued")]
    Work(#[from] WorkError),
}

/// Sweeps every ready integration, again and again, until asked to stop.
pub(crate) async fn on_schedule(
    platform: Platform,
    every: Option<Duration>,
    mut stop: watch::Receiver<bool>,
) {
    let Some(every) = every else { return };
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = sleep(every) => match sweep_all(&platform).await {
                Ok(queued) => tracing::info!(queued, "swept all integrations"),
                Err(error) => tracing::error!(%error, "a sweep broke off"),
            }
        }
    }
}

async fn sweep_all(platform: &Platform) -> Result<u64, SweepError> {
    let mut queued = 0;
    for tenant in tenants::list(platform).await? {
        let actor = Actor::system(tenant.id);
        for integration in integrations::list(platform, &actor).await? {
            if integration.status == Status::Ready {
                queued += sweep(platform, &actor, integration.id).await?;
            }
        }
    }
    Ok(queued)
}
