//! Working through everything that is due at one integration.
//!
//! Keeps a window of leased items full, so that reading, sending and recording overlap and no batch
//! waits for the slowest of the one before it. Ends when nothing is due any more, when the
//! integration is no longer ready, or when its door is closed; whoever started it starts it again.

use std::{sync::Arc, time::Duration};

use seatlink_domain::{
    Actor, IntegrationId, TenantId,
    integrations::{self, IntegrationError, Status},
    work,
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep},
};

use super::{
    Shared,
    attempt::Attempt,
    gate::{Door, Gate},
};
use crate::session::{Misconfigured, Session};

/// Leased items per request allowed under way: while one is with the target, others are being read
/// or recorded.
const WINDOW: usize = 4;
/// What is configured is read again this often; the bound for a change to take effect.
const CONFIGURATION_AGE: Duration = Duration::from_secs(1);
/// Between hearing of new work and leasing it, so that a burst of commits is one lease.
const GATHER: Duration = Duration::from_millis(5);
/// Kept of each lease for recording the outcome.
const MARGIN: Duration = Duration::from_secs(5);

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ended {
    /// Nothing is due.
    Idle,
    /// Something is due and cannot be worked on now; not to be tried again at once.
    Stuck,
}

pub(super) struct Runner {
    pub(super) shared: Arc<Shared>,
    pub(super) tenant: TenantId,
    pub(super) id: IntegrationId,
    pub(super) door: Arc<Door>,
    pub(super) stop: watch::Receiver<bool>,
}

/// Whether more may be due than was leased.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Supply {
    Unknown,
    Dry,
}

#[derive(Debug, thiserror::Error)]
enum OpenError {
    #[error(transparent)]
    Integration(#[from] IntegrationError),
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
}

impl Runner {
    pub(super) async fn run(mut self) -> Ended {
        let mut attempts = JoinSet::new();
        let ended = self.work(&mut attempts).await;
        // What is under way ends by itself, at the latest with its lease.
        while attempts.join_next().await.is_some() {}
        ended
    }

    async fn work(&mut self, attempts: &mut JoinSet<()>) -> Ended {
        let mut woken = self.shared.platform.woken();
        let mut session = match self.open(None).await {
            Ok(Some(session)) => session,
            Ok(None) => return Ended::Stuck,
            Err(error) => return self.cannot_open(&error),
        };
        let mut gate = self.gate_to(&session);
        gate.reopen();
        let mut read_at = Instant::now();
        let mut supply = Supply::Unknown;
        loop {
            if *self.stop.borrow() {
                self.door.shut();
                return Ended::Idle;
            }
            if read_at.elapsed() >= CONFIGURATION_AGE {
                session = match self.open(Some(&session)).await {
                    Ok(Some(session)) => session,
                    Ok(None) => {
                        // No longer ready: what waits is given back, and tried when it is again.
                        self.door.shut();
                        return Ended::Stuck;
                    }
                    Err(error) => {
                        self.door.shut();
                        return self.cannot_open(&error);
                    }
                };
                gate = self.gate_to(&session);
                read_at = Instant::now();
            }
            let open = gate.is_open(self.shared.platform.now());
            if attempts.is_empty() && !open {
                return Ended::Stuck;
            }
            if open && supply == Supply::Unknown {
                supply = match self.lease(&session, &gate, attempts).await {
                    Ok(supply) => supply,
                    Err(error) => {
                        tracing::error!(integration = %self.id, %error, "cannot lease work");
                        return Ended::Stuck;
                    }
                };
            }
            if attempts.is_empty() {
                return Ended::Idle;
            }
            tokio::select! {
                biased;
                _ = self.stop.changed() => {}
                ended = attempts.join_next() => {
                    if let Some(Err(error)) = ended {
                        tracing::error!(integration = %self.id, %error, "an attempt broke off");
                    }
                }
                _ = woken.changed() => {
                    sleep(GATHER).await;
                    supply = Supply::Unknown;
                }
                // What comes due by itself wakes nobody.
                () = sleep(self.shared.options.poll) => supply = Supply::Unknown,
            }
        }
    }

    /// Fills the window. Small gaps are left, so that leasing stays rare and in batches.
    async fn lease(
        &self,
        session: &Arc<Session>,
        gate: &Arc<Gate>,
        attempts: &mut JoinSet<()>,
    ) -> Result<Supply, work::WorkError> {
        let window = usize::from(session.concurrency()) * WINDOW;
        let room = window.saturating_sub(attempts.len());
        if room < window.div_ceil(4) {
            return Ok(Supply::Unknown);
        }
        let Shared { platform, owner, options, .. } = &*self.shared;
        let deadline = Instant::now() + options.lease.saturating_sub(MARGIN);
        let leases =
            work::lease(platform, self.tenant, self.id, owner, room, options.lease).await?;
        let supply = if leases.len() < room { Supply::Dry } else { Supply::Unknown };
        for lease in leases {
            let attempt = Attempt {
                shared: Arc::clone(&self.shared),
                session: Arc::clone(session),
                gate: Arc::clone(gate),
                lease,
                deadline,
            };
            attempts.spawn(attempt.run());
        }
        Ok(supply)
    }

    /// Reads the integration. `before` is kept when nothing in it changed, and with it its tokens.
    async fn open(&self, before: Option<&Arc<Session>>) -> Result<Option<Arc<Session>>, OpenError> {
        let Shared { platform, http, .. } = &*self.shared;
        let actor = Actor::system(self.tenant);
        let integration = integrations::get(platform, &actor, self.id).await?;
        if integration.status != Status::Ready {
            return Ok(None);
        }
        let secrets = integrations::secrets(platform, &actor, self.id).await?;
        if let Some(before) = before.filter(|before| before.is_of(&integration, &secrets)) {
            return Ok(Some(Arc::clone(before)));
        }
        Ok(Some(Arc::new(Session::open(platform, http, integration, secrets)?)))
    }

    fn gate_to(&self, session: &Session) -> Arc<Gate> {
        let gate = self.door.gate_to(&session.connection);
        gate.widen_to(session.concurrency());
        gate
    }

    fn cannot_open(&self, error: &OpenError) -> Ended {
        tracing::error!(integration = %self.id, %error, "cannot use an integration");
        Ended::Stuck
    }
}
