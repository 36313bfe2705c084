//! What every handler stands on: the platform, and what this listener is.

use std::{net::IpAddr, sync::Arc};

use seatlink_domain::{
    Platform,
    settings::{Host, Realm},
};
use seatlink_provision::HttpClient;

use crate::{Problem, Rate, RateLimit, Room, SignIns};

/// Shared by all requests of one listener. Clones are cheap.
#[derive(Clone)]
pub struct AppState {
    pub platform: Platform,
    pub side: Side,
    /// For calling targets of provisioning while a person waits: authorization, trying a
    /// connection.
    pub targets: HttpClient,
    pub rate_limit: Arc<RateLimit>,
    /// Failed sign-ins of each address.
    pub sign_ins: Arc<SignIns>,
    /// Who tells the address of their client truly.
    pub proxies: Arc<[IpAddr]>,
    /// For large bodies.
    pub room: Arc<Room>,
    hosts: Arc<[Served]>,
}

/// Which doors of the directory a listener opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// SCIM service, authorization server, portal and administration.
    Receiving,
    /// Directory console, integrations and their API.
    Sending,
    Both,
}

impl Side {
    pub const fn receives(self) -> bool {
        matches!(self, Self::Receiving | Self::Both)
    }

    pub const fn sends(self) -> bool {
        matches!(self, Self::Sending | Self::Both)
    }
}

/// A host this listener answers for. Links are made from it, never from what a request claims.
#[derive(Clone, Debug)]
pub struct Served {
    pub origin: Arc<str>,
    /// The base of every SCIM location: the origin and `/scim/v2`.
    pub scim_base: Arc<str>,
    pub realm: Realm,
    pub region: Arc<str>,
}

impl Served {
    fn new(host: &Host) -> Self {
        Self {
            origin: Arc::from(host.origin.as_str()),
            scim_base: Arc::from(format!("{}/scim/v2", host.origin)),
            realm: host.realm,
            region: Arc::from(host.region.as_str()),
        }
    }

    fn authority(&self) -> &str {
        self.origin.split_once("://").map_or(&*self.origin, |(_, authority)| authority)
    }
}

impl AppState {
    pub fn new(platform: Platform, side: Side, targets: HttpClient) -> Self {
        let hosts = platform.settings().hosts.iter().map(Served::new).collect();
        let rate_limit = Arc::new(RateLimit::new(None));
        let room = Arc::new(Room::default());
        let lockout = platform.settings().lockout;
        let sign_ins = Arc::new(SignIns::new(lockout.attempts_of_address, lockout.lasts));
        let proxies = Arc::default();
        Self { platform, side, targets, rate_limit, sign_ins, proxies, room, hosts }
    }

    /// With a limit on what each connection may send.
    #[must_use]
    pub fn limited_to(mut self, rate: Option<Rate>) -> Self {
        self.rate_limit = Arc::new(RateLimit::new(rate));
        self
    }

    /// With proxies in front of it.
    #[must_use]
    pub fn behind(mut self, proxies: &[IpAddr]) -> Self {
        self.proxies = Arc::from(proxies);
        self
    }

    /// A listener that answers for one host of several, as in the demo, where each side has a port.
    #[must_use]
    pub fn only_for(mut self, origin: &str) -> Self {
        let only = self.hosts.iter().filter(|host| &*host.origin == origin).cloned().collect();
        self.hosts = only;
        self
    }

    /// The host a request is for. With a single host there is nothing to confuse, so any name
    /// for it will do: a probe by address, a forwarded port.
    pub fn served(&self, authority: Option<&str>) -> Result<&Served, Problem> {
        if let [only] = &*self.hosts {
            return Ok(only);
        }
        authority
            .and_then(|name| self.hosts.iter().find(|host| same_authority(host.authority(), name)))
            .ok_or(Problem::UnknownHost)
    }

    /// For probes, which come by address and are told nothing that depends on a host.
    pub fn any_host(&self) -> Result<&Served, Problem> {
        self.hosts.first().ok_or(Problem::UnknownHost)
    }

    pub fn has_several_hosts(&self) -> bool {
        self.hosts.len() > 1
    }

    /// The host of a region of this realm, if it is another one than this.
    pub fn elsewhere(&self, here: &Served, region: &str) -> Option<&Served> {
        if &*here.region == region {
            return None;
        }
        self.hosts.iter().find(|host| host.realm == here.realm && &*host.region == region)
    }
}

/// A name with and without the port that its scheme implies is the same (RFC 9110 §4.2.3).
fn same_authority(own: &str, named: &str) -> bool {
    let named = named.strip_suffix(":443").or_else(|| named.strip_suffix(":80")).unwrap_or(named);
    own.eq_ignore_ascii_case(named)
}
