//! What every operation stands on: database, time, randomness, sealing, settings and wake-ups.
//!
//! Time and randomness come from here and nowhere else, so that a test can hold the clock still.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::rand;
use parking_lot::RwLock;
use seatlink_store::{Db, TenantId, Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    access::{bearer, last_used, repairs},
    directory::listing::Positions,
    oauth::keys::Ring,
    seal::{DigestKey, Sealer},
    settings::Settings,
    tenants::Tenant,
};

/// How long a tenant's settings may be remembered; the bound for changes made by another process.
const TENANT_MEMORY: Duration = Duration::from_secs(1);

/// The shared ground of all operations. Clones are cheap and mean the same platform.
#[derive(Clone)]
pub struct Platform {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Clock,
    sealer: Sealer,
    settings: Settings,
    woken: watch::Sender<u64>,
    tenants: RwLock<HashMap<TenantId, (Timestamp, Arc<Tenant>)>>,
    keys: Ring,
    last_used: last_used::Buffer,
    repairs: repairs::Buffer,
    bearers: bearer::Memory,
    positions: Positions,
}

/// Where the time comes from.
#[derive(Clone)]
pub enum Clock {
    System,
    /// Stands still until it is moved. For tests.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.micros())))
    }

    /// Moves a fixed clock forward; the system's clock cannot be moved.
    pub fn advance(&self, by: Duration) {
        if let Self::Fixed(micros) = self {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Self::Fixed(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
        }
    }
}

impl Platform {
    pub fn new(db: Db, clock: Clock, sealer: Sealer, settings: Settings) -> Self {
        let (woken, _) = watch::channel(0);
        let inner = Inner {
            db,
            clock,
            sealer,
            settings,
            woken,
            tenants: RwLock::default(),
            keys: Ring::default(),
            last_used: last_used::Buffer::default(),
            repairs: repairs::Buffer::default(),
            bearers: bearer::Memory::default(),
            positions: Positions::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }

    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    /// The key of the digests by which delivered values are remembered.
    pub fn delivery_digests(&self) -> &DigestKey {
        self.inner.sealer.deliveries()
    }

    /// The signing keys that were needed so far.
    pub(crate) fn keys(&self) -> &Ring {
        &self.inner.keys
    }

    pub(crate) fn last_used(&self) -> &last_used::Buffer {
        &self.inner.last_used
    }

    pub(crate) fn repairs(&self) -> &repairs::Buffer {
        &self.inner.repairs
    }

    pub(crate) fn bearers(&self) -> &bearer::Memory {
        &self.inner.bearers
    }

    /// Places in lists by index.
    pub(crate) fn positions(&self) -> &Positions {
        &self.inner.positions
    }

    /// Bytes nobody can guess.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        rand::fill(&mut bytes).expect("the operating system provides randomness");
        bytes
    }

    /// A new id. Version 7 with the microseconds in its next twelve bits (RFC 9562 §6.2, method 3),
    /// so that ids made one after another sort in that order.
    pub fn new_id<I: From<Uuid>>(&self) -> I {
        let now = self.now();
        let micros = u64::try_from(now.micros()).unwrap_or(0);
        let mut tail: [u8; 10] = self.random();
        let fraction = (micros % 1_000) * 4_096 / 1_000;
        tail[0] = u8::try_from(fraction >> 8).unwrap_or(0);
        tail[1] = u8::try_from(fraction & 0xff).unwrap_or(0);
        I::from(uuid::Builder::from_unix_timestamp_millis(micros / 1_000, &tail).into_uuid())
    }

    /// Tells the engine that work was committed.
    pub fn wake(&self) {
        self.inner.woken.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Changes whenever work was committed in this process.
    pub fn woken(&self) -> watch::Receiver<u64> {
        self.inner.woken.subscribe()
    }

    pub(crate) fn remembered_tenant(&self, id: TenantId) -> Option<Arc<Tenant>> {
        let tenants = self.inner.tenants.read();
        let (at, tenant) = tenants.get(&id)?;
        (self.now().since(*at) < TENANT_MEMORY).then(|| Arc::clone(tenant))
    }

    pub(crate) fn remember_tenant(&self, tenant: &Arc<Tenant>) {
        self.inner.tenants.write().insert(tenant.id, (self.now(), Arc::clone(tenant)));
    }

    pub(crate) fn forget_tenant(&self, id: TenantId) {
        self.inner.tenants.write().remove(&id);
    }

    /// Finishes what is being written and closes the database.
    pub async fn close(&self) {
        self.inner.db.clone().close().await;
    }
}
