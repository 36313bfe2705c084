//! Connections that point reads share: statements of many operations follow one another on each,
//! nobody waiting for the answer to anybody else's.
//!
//! A point read is one or two statements outside any transaction, so there is nothing on the
//! connection to keep apart. A few busy connections cost both sides less than many that wake up for
//! one statement each, and answer sooner.

use std::{
    num::NonZero,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use deadpool_postgres::{ClientWrapper, Object, Pool};
use parking_lot::Mutex;
use tokio::time::timeout;

use super::connect;
use crate::error::Error;

/// Of the connections that the configuration allows, one in so many is shared at most.
const SHARE: usize = 4;

/// How long a read waits for one more connection while another one works, and how soon the next one
/// tries again.
const WAIT_BESIDE: Duration = Duration::from_millis(200);
const REST: Duration = Duration::from_secs(5);

pub(super) struct Shared {
    /// Where connections come from; they leave it for good.
    pool: Pool,
    places: Box<[Place]>,
    closed: AtomicBool,
}

#[derive(Default)]
struct Place {
    client: Mutex<Option<Arc<SharedClient>>>,
    /// Held by whoever connects; the others wait for the outcome.
    connecting: tokio::sync::Mutex<Option<Failure>>,
    /// Until when nobody tries to open it while another one works.
    rests_until: Mutex<Option<Instant>>,
}

/// An attempt to connect that came to nothing.
struct Failure {
    ended: Instant,
    reason: String,
}

pub(super) struct SharedClient {
    client: ClientWrapper,
    /// Nothing more is sent on it, though it may not be closed yet.
    given_up: AtomicBool,
}

impl SharedClient {
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
    }

    fn usable(&self) -> bool {
        !self.client.is_closed() && !self.given_up.load(Ordering::Acquire)
    }
}

impl Deref for SharedClient {
    type Target = ClientWrapper;

    fn deref(&self) -> &ClientWrapper {
        &self.client
    }
}

impl Shared {
    /// How many of `size` connections are shared: one for each core of ours, for more than one core
    /// can ask is less than one connection answers. Each one more is a process that wakes up for
    /// fewer statements at a time.
    pub(super) fn share_of(size: usize) -> usize {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        (size / SHARE).clamp(1, cores)
    }

    pub(super) fn new(pool: Pool, count: usize) -> Self {
        let places = (0..count).map(|_| Place::default()).collect();
        Self { pool, places, closed: AtomicBool::new(false) }
    }

    /// The connection with the fewest operations on it. One that nobody has opened yet comes first,
    /// but while another one works it is not waited for long.
    pub(super) async fn client(&self) -> Result<Arc<SharedClient>, Error> {
        let usable = self.places.iter().filter_map(Place::usable);
        let quietest = usable.min_by_key(Arc::strong_count);
        let Some(unopened) = self.places.iter().find(|place| place.usable().is_none()) else {
            return quietest.ok_or_else(Error::closed);
        };
        let Some(client) = quietest else {
            return self.open(unopened).await;
        };
        if unopened.rests() {
            return Ok(client);
        }
        if let Ok(Ok(opened)) = timeout(WAIT_BESIDE, self.open(unopened)).await {
            return Ok(opened);
        }
        unopened.rest();
        Ok(client)
    }

    async fn open(&self, place: &Place) -> Result<Arc<SharedClient>, Error> {
        let asked = Instant::now();
        let mut failure = place.connecting.lock().await;
        if let Some(client) = place.usable() {
            return Ok(client);
        }
        // Somebody tried for all who waited: a database that does not answer is not waited for by
        // one after the other.
        if let Some(failed) = failure.as_ref().filter(|failed| failed.ended > asked) {
            return Err(Error::Unavailable(failed.reason.clone()));
        }
        match connect(&self.pool).await {
            Ok(client) => {
                let client = Arc::new(SharedClient {
                    client: Object::take(client),
                    given_up: AtomicBool::new(false),
                });
                *failure = None;
                if self.closed.load(Ordering::Acquire) {
                    return Err(Error::closed());
                }
                *place.client.lock() = Some(Arc::clone(&client));
                Ok(client)
            }
            Err(error) => {
                *failure = Some(Failure { ended: Instant::now(), reason: error.to_string() });
                Err(error)
            }
        }
    }

    /// What is running keeps its connection until it is done.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        for place in &self.places {
            *place.client.lock() = None;
        }
    }
}

impl Place {
    fn rests(&self) -> bool {
        // Somebody is opening it, or just could not.
        self.connecting.try_lock().is_err()
            || self.rests_until.lock().is_some_and(|until| until > Instant::now())
    }

    fn rest(&self) {
        *self.rests_until.lock() = Some(Instant::now() + REST);
    }

    fn usable(&self) -> Option<Arc<SharedClient>> {
        self.client.lock().as_ref().filter(|client| client.usable()).map(Arc::clone)
    }
}
