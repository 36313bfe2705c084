//! How many sign-ins one address may fail.
//!
//! Wrong passwords lock the person they are tried on. Whoever tries one password on many people
//! locks nobody that way, so the address they come from is counted as well: a refused sign-in
//! counts, one that succeeds does not. Each node counts for itself, in memory.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use axum::http::HeaderMap;
use parking_lot::Mutex;
use seatlink_domain::Timestamp;

/// Addresses that are remembered at most.
const ADDRESSES: usize = 100_000;
/// What proxies add the address of their client to.
const FORWARDED_FOR: &str = "x-forwarded-for";

pub struct SignIns {
    most: u32,
    lasts: Duration,
    addresses: Mutex<HashMap<IpAddr, Failed>>,
}

struct Failed {
    since: Timestamp,
    times: u32,
}

impl SignIns {
    /// `most` failures of one address in this time.
    pub fn new(most: u32, lasts: Duration) -> Self {
        Self { most, lasts, addresses: Mutex::default() }
    }

    /// Counts a try as failed until it is known to have succeeded: many at once are counted one by
    /// one. An error is the number of seconds after which the address may try again.
    pub fn begin(&self, address: IpAddr, now: Timestamp) -> Result<(), u64> {
        let mut addresses = self.addresses.lock();
        if addresses.len() >= ADDRESSES {
            self.tidy(&mut addresses, now);
        }
        let failed = addresses.entry(network(address)).or_insert(Failed { since: now, times: 0 });
        if now.since(failed.since) >= self.lasts {
            *failed = Failed { since: now, times: 0 };
        }
        if failed.times >= self.most {
            return Err(self.lasts.saturating_sub(now.since(failed.since)).as_secs().max(1));
        }
        failed.times += 1;
        Ok(())
    }

    pub fn succeeded(&self, address: IpAddr) {
        if let Some(failed) = self.addresses.lock().get_mut(&network(address)) {
            failed.times = failed.times.saturating_sub(1);
        }
    }

    /// Forgets whose time is over; if that is not enough, all but those who are refused, and then
    /// them too.
    fn tidy(&self, addresses: &mut HashMap<IpAddr, Failed>, now: Timestamp) {
        addresses.retain(|_, failed| now.since(failed.since) < self.lasts);
        if addresses.len() >= ADDRESSES {
            addresses.retain(|_, failed| failed.times >= self.most);
        }
        if addresses.len() >= ADDRESSES {
            addresses.clear();
        }
    }
}

/// Whoever has an IPv6 address has all those of its network.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The address of the client: the one that is connected, or, if that is a proxy of ours, the last
/// one that such a proxy was not. A proxy on this machine is one of ours.
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let is_ours = |address: IpAddr| {
        let address = address.to_canonical();
        address.is_loopback() || proxies.iter().any(|proxy| proxy.to_canonical() == address)
    };
    let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
    let named: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    let mut client = peer;
    for name in named.into_iter().rev() {
        if !is_ours(client) {
            break;
        }
        // What is no address was not written by a proxy.
        let Ok(address) = name.trim().trim_matches(['[', ']']).parse() else { break };
        client = address;
    }
    client
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn an_address_may_fail_so_often_and_then_has_to_wait() {
        let sign_ins = SignIns::new(3, HOUR);
        let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
        for _ in 0..20 {
            assert_eq!(sign_ins.begin(one, at(0)), Ok(()));
            sign_ins.succeeded(one);
        }
        for _ in 0..3 {
            assert_eq!(sign_ins.begin(one, at(0)), Ok(()));
        }
        assert_eq!(sign_ins.begin(one, at(600)), Err(3_000));
        assert_eq!(sign_ins.begin(address("::ffff:192.0.2.1"), at(600)), Err(3_000));
        assert_eq!(sign_ins.begin(other, at(600)), Ok(()));
        assert_eq!(sign_ins.begin(one, at(3_600)), Ok(()));
    }

    #[test]
    fn addresses_of_one_network_are_one() {
        let sign_ins = SignIns::new(1, HOUR);
        assert_eq!(sign_ins.begin(address("2001:db8:1:2::1"), at(0)), Ok(()));
        assert!(sign_ins.begin(address("2001:db8:1:2:ffff::9"), at(0)).is_err());
        assert_eq!(sign_ins.begin(address("2001:db8:1:3::1"), at(0)), Ok(()));
    }

    #[test]
    fn however_many_addresses_there_are_the_memory_is_bounded() {
        let sign_ins = SignIns::new(1, HOUR);
        for number in 0..250_000_u32 {
            let address = IpAddr::V4(std::net::Ipv4Addr::from(number));
            assert_eq!(sign_ins.begin(address, at(0)), Ok(()));
        }
        assert!(sign_ins.addresses.lock().len() <= ADDRESSES);
    }

    #[test]
    fn only_a_proxy_of_ours_is_believed() {
        let of = |peer: &str, forwarded: &[&'static str], proxies: &[&str]| {
            let lines = forwarded.iter().map(|line| HeaderValue::from_static(line));
            let headers = lines
                .map(|line| (axum::http::HeaderName::from_static(FORWARDED_FOR), line))
                .collect();
            let proxies: Vec<IpAddr> = proxies.iter().map(|proxy| address(proxy)).collect();
            client_address(address(peer), &headers, &proxies).to_string()
        };
        let spoofed = &["203.0.113.9"][..];
        assert_eq!(of("192.0.2.1", spoofed, &[]), "192.0.2.1");
        assert_eq!(of("127.0.0.1", spoofed, &[]), "203.0.113.9");
        assert_eq!(of("127.0.0.1", &[], &[]), "127.0.0.1");
        // What the client wrote itself stands in front of what the proxy saw.
        assert_eq!(of("127.0.0.1", &["1.1.1.1, 203.0.113.9"], &[]), "203.0.113.9");
        assert_eq!(of("10.0.0.2", &["1.1.1.1, 203.0.113.9", "10.0.0.1"], &[]), "10.0.0.2");
        let ours = &["10.0.0.1", "10.0.0.2"];
        assert_eq!(of("10.0.0.2", &["1.1.1.1, 203.0.113.9", "10.0.0.1"], ours), "203.0.113.9");
        assert_eq!(of("127.0.0.1", &["unknown"], &[]), "127.0.0.1");
        assert_eq!(of("127.0.0.1", &["[2001:db8::1]"], &[]), "2001:db8::1");
    }
}
