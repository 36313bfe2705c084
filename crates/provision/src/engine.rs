//! The engine: finds due work and keeps one runner per integration busy with it.
//!
//! Woken by commits of this process and by a timer for everything else: retries that come due, work
//! of other processes, leases that lapsed with a killed one. All state that matters is in the
//! database, so the engine may be killed at any line and started again, here or elsewhere, and
//! several may run at once.

mod attempt;
mod gate;
mod outcome;
mod runner;

use std::{collections::HashMap, fmt::Write as _, sync::Arc, time::Duration};

use seatlink_domain::{IntegrationId, Platform, TenantId, work};
use tokio::{
    sync::watch,
    task::{self, JoinError, JoinHandle, JoinSet},
    time::{Instant, sleep, timeout},
};

use self::{
    gate::Door,
    runner::{Ended, Runner},
};
use crate::{http::HttpClient, sweep};

/// Between two looks for due work when commits come thick and fast.
const SPACING: Duration = Duration::from_millis(25);
/// How long an integration rests that has due work and cannot do it.
const REST: Duration = Duration::from_secs(1);
/// The timer never fires more often, whatever the database says is due.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// How the engine runs.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// How long an item belongs to the process that took it. A killed process's items wait this
    /// long.
    pub lease: Duration,
    /// How often to look for due work without being woken.
    pub poll: Duration,
    /// How often everybody at every integration is compared again; `None` for never.
    pub sweep_every: Option<Duration>,
    /// How long a stop waits for what is under way.
    pub grace: Duration,
    pub store_use: StoreUse,
}

/// Whether other processes work on the same store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoreUse {
    /// Leases found at the start are of a dead process and are freed at once.
    Alone,
    /// They may be of a living one, so they run out by themselves.
    Shared,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            lease: Duration::from_mins(1),
            poll: Duration::from_secs(1),
            sweep_every: Some(Duration::from_hours(6)),
            grace: Duration::from_secs(20),
            store_use: StoreUse::Shared,
        }
    }
}

/// The outbound engine.
#[derive(Debug)]
pub struct Engine;

/// A running engine. Dropping it lets the engine run on; [`EngineHandle::stop`] ends it.
#[derive(Debug)]
pub struct EngineHandle {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    sweep: JoinHandle<()>,
}

/// What all parts of one engine share.
struct Shared {
    platform: Platform,
    http: HttpClient,
    options: EngineOptions,
    /// Names this process in leases.
    owner: String,
}

impl Engine {
    /// Starts the engine on the current runtime.
    pub fn start(platform: Platform, http: HttpClient, options: EngineOptions) -> EngineHandle {
        let (stop, stopped) = watch::channel(false);
        let sweep = tokio::spawn(sweep::on_schedule(
            platform.clone(),
            options.sweep_every,
            stopped.clone(),
        ));
        let owner = name(platform.random());
        let shared = Arc::new(Shared { platform, http, options, owner });
        let task = tokio::spawn(Coordinator::new(shared, stopped).run());
        EngineHandle { stop, task, sweep }
    }
}

impl EngineHandle {
    /// Takes no more work, waits for what is under way and gives the rest back.
    pub async fn stop(self) {
        // Nobody listens any more when the engine ended by itself; that is what was wanted.
        let _gone = self.stop.send(true);
        for part in [self.task, self.sweep] {
            if let Err(error) = part.await {
                tracing::error!(%error, "the provisioning engine broke off");
            }
        }
    }
}

/// Starts runners where work is due.
struct Coordinator {
    shared: Arc<Shared>,
    stop: watch::Receiver<bool>,
    doors: HashMap<IntegrationId, Arc<Door>>,
    runners: JoinSet<Ended>,
    running: HashMap<task::Id, IntegrationId>,
    resting: HashMap<IntegrationId, Instant>,
}

impl Coordinator {
    fn new(shared: Arc<Shared>, stop: watch::Receiver<bool>) -> Self {
        Self {
            shared,
            stop,
            doors: HashMap::new(),
            runners: JoinSet::new(),
            running: HashMap::new(),
            resting: HashMap::new(),
        }
    }

    async fn run(mut self) {
        let mut woken = self.shared.platform.woken();
        if self.shared.options.store_use == StoreUse::Alone
            && let Err(error) = work::release_all(&self.shared.platform).await
        {
            tracing::error!(%error, "cannot free the leases of an earlier process");
        }
        while !*self.stop.borrow() {
            woken.mark_unchanged();
            self.look().await;
            let wait = self.wait().await;
            tokio::select! {
                _ = self.stop.changed() => {}
                Some(ended) = self.runners.join_next_with_id() => self.ended(ended),
                _ = woken.changed() => sleep(SPACING).await,
                () = sleep(wait) => {}
            }
        }
        self.wind_up().await;
    }

    async fn look(&mut self) {
        let due = match work::integrations_with_due_work(&self.shared.platform).await {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, "cannot look for due work");
                return;
            }
        };
        self.resting.retain(|_, until| *until > Instant::now());
        for (tenant, id) in due {
            let idle = !self.running.values().any(|running| *running == id);
            if idle && !self.resting.contains_key(&id) {
                self.start(tenant, id);
            }
        }
    }

    fn start(&mut self, tenant: TenantId, id: IntegrationId) {
        let door = self.doors.entry(id).or_insert_with(|| Arc::new(Door::new()));
        let runner = Runner {
            shared: Arc::clone(&self.shared),
            tenant,
            id,
            door: Arc::clone(door),
            stop: self.stop.clone(),
        };
        let handle = self.runners.spawn(runner.run());
        self.running.insert(handle.id(), id);
    }

    fn ended(&mut self, ended: Result<(task::Id, Ended), JoinError>) {
        let (task, ended) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(%error, "a provisioning runner broke off");
                (error.id(), Ended::Stuck)
            }
        };
        if let Some(id) = self.running.remove(&task)
            && ended == Ended::Stuck
        {
            self.resting.insert(id, Instant::now() + REST);
        }
    }

    /// Until the next item comes due, within bounds.
    async fn wait(&self) -> Duration {
        let poll = self.shared.options.poll;
        // Runners look for themselves; asking beside them would only cost them the database.
        if !self.running.is_empty() {
            return poll;
        }
        match work::next_due_at(&self.shared.platform).await {
            Ok(Some(at)) => {
                at.since(self.shared.platform.now()).clamp(SHORTEST_WAIT.min(poll), poll)
            }
            Ok(None) => poll,
            Err(error) => {
                tracing::error!(%error, "cannot tell when work comes due");
                poll
            }
        }
    }

    async fn wind_up(&mut self) {
        let ended = async { while self.runners.join_next().await.is_some() {} };
        if timeout(self.shared.options.grace, ended).await.is_err() {
            self.runners.shutdown().await;
        }
        if let Err(error) = work::release(&self.shared.platform, &self.shared.owner).await {
            tracing::error!(%error, "cannot give leased work back");
        }
    }
}

#[cfg(test)]
mod tests;

/// A name for this process that no other has.
fn name(random: [u8; 16]) -> String {
    random.iter().fold(String::with_capacity(32), |mut name, byte| {
        // Writing to a string cannot fail.
        let _infallible = write!(name, "{byte:02x}");
        name
    })
}
