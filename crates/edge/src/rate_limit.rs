//! How many requests a connection may send in a second.
//!
//! Off unless the configuration says otherwise. One misconfigured identity provider that asks in a
//! loop should not slow down the others; those that are known to us wait for as long as
//! `Retry-After` says and go on. Each connection (an application's client or a static token) has a
//! bucket of its own, counted by the generic cell rate algorithm; several nodes on one database
//! count each for itself.
//!
//! Who has no valid token is no connection of ours. Such requests are counted by the address they
//! come from, and only they are refused: behind a proxy that names nobody all have one address, and
//! whoever sends made-up tokens through it must not keep out those who send good ones.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use super::sign_ins::network;

/// A sentence that promises less than this to a client helps nobody: it counts in whole seconds.
const SHORTEST_WAIT: u64 = 1;

/// After how many requests the buckets that are full again are forgotten.
const TIDYING: u32 = 1 << 20;

/// What a connection may send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// In the long run.
    pub per_second: NonZeroU32,
    /// At once, after a pause.
    pub burst: NonZeroU32,
}

pub struct RateLimit(Option<Buckets>);

struct Buckets {
    rate: Rate,
    limiter: DefaultKeyedRateLimiter<Arc<str>>,
    strangers: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    asked: AtomicU32,
}

impl RateLimit {
    pub fn new(rate: Option<Rate>) -> Self {
        Self(rate.map(|rate| {
            let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
            Buckets {
                rate,
                limiter: RateLimiter::keyed(quota),
                strangers: RateLimiter::keyed(quota),
                clock: DefaultClock::default(),
                asked: AtomicU32::new(0),
            }
        }))
    }

    /// Takes one request of this connection, or says what it is held to and in how many seconds to
    /// try again.
    pub(super) fn take(&self, connection: &Arc<str>) -> Result<(), (Rate, u64)> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        buckets.tidy();
        buckets.limiter.check_key(connection).map_err(|refused| {
            let wait = refused.wait_time_from(buckets.clock.now());
            (buckets.rate, whole_seconds(wait))
        })
    }

    /// Takes one request without a valid token from this address, or says in how many seconds to
    /// try again.
    pub(super) fn take_refused(&self, address: IpAddr) -> Result<(), u64> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        buckets.tidy();
        buckets
            .strangers
            .check_key(&network(address))
            .map_err(|refused| whole_seconds(refused.wait_time_from(buckets.clock.now())))
    }
}

impl Buckets {
    fn tidy(&self) {
        if self.asked.fetch_add(1, Ordering::Relaxed) % TIDYING == TIDYING - 1 {
            self.limiter.retain_recent();
            self.strangers.retain_recent();
        }
    }
}

/// Rounded up: whoever comes a moment too early is refused again.
fn whole_seconds(wait: Duration) -> u64 {
    (wait + Duration::from_secs(1))
        .saturating_sub(Duration::from_nanos(1))
        .as_secs()
        .max(SHORTEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(per_second: u32, burst: u32) -> RateLimit {
        let number = |value| NonZeroU32::new(value).unwrap_or(NonZeroU32::MIN);
        RateLimit::new(Some(Rate { per_second: number(per_second), burst: number(burst) }))
    }

    /// How many are taken before the first refusal, and that. The clock goes on meanwhile, so there
    /// may be more than a burst of them, and never fewer.
    fn until_refused<E>(take: impl Fn() -> Result<(), E>) -> (usize, Option<E>) {
        let mut taken = 0;
        for _ in 0..100 {
            match take() {
                Ok(()) => taken += 1,
                Err(refused) => return (taken, Some(refused)),
            }
        }
        (taken, None)
    }

    #[test]
    fn a_connection_is_refused_behind_its_burst_and_others_are_not() {
        let limit = rate(1, 3);
        let (one, other) = (Arc::from("one"), Arc::from("other"));
        let (taken, refused) = until_refused(|| limit.take(&one));
        assert!(taken >= 3, "{taken}");
        assert_eq!(refused.map(|(rate, seconds)| (rate.per_second.get(), seconds)), Some((1, 1)));
        assert!(limit.take(&other).is_ok());
    }

    #[test]
    fn who_has_no_token_is_counted_by_address_apart_from_connections() {
        let limit = rate(1, 2);
        let from = |text: &str| limit.take_refused(text.parse().expect("an address"));
        let (taken, refused) = until_refused(|| from("192.0.2.1"));
        assert!(taken >= 2, "{taken}");
        assert_eq!(refused, Some(1));
        assert_eq!(from("192.0.2.2"), Ok(()));
        assert!(limit.take(&Arc::from("192.0.2.1")).is_ok());
    }

    #[test]
    fn without_a_rate_nothing_is_refused() {
        let limit = RateLimit::new(None);
        let peer = IpAddr::from([192, 0, 2, 1]);
        assert!((0..10_000).all(|_| limit.take_refused(peer).is_ok()));
        assert!((0..10_000).all(|_| limit.take(&Arc::from("one")).is_ok()));
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds_rounded_up() {
        for (millis, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (2_500, 3)] {
            assert_eq!(whole_seconds(Duration::from_millis(millis)), seconds, "{millis} ms");
        }
    }
}
