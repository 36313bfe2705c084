//! Settings of one installation: its hosts, issuers and the lifetimes of what it gives out.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Commercial and government installations share nothing: not clients, tokens, keys or hosts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Realm {
    #[default]
    Commercial,
    Government,
}

impl Realm {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commercial => "commercial",
            Self::Government => "government",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "commercial" => Some(Self::Commercial),
            "government" => Some(Self::Government),
            _ => None,
        }
    }
}

/// A host name we answer to, and what it means.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// The scheme and authority people type, such as `https://na1.example.com`, without a path.
    pub origin: String,
    #[serde(default)]
    pub realm: Realm,
    /// The region whose SCIM service and pages this host serves.
    pub region: String,
    /// Whether tokens of the realm name this host as their issuer.
    #[serde(default)]
    pub issuer: bool,
}

#[derive(Clone, Debug)]
pub struct Settings {
    pub hosts: Vec<Host>,
    pub lifetimes: Lifetimes,
    pub lockout: Lockout,
    pub mail_from: String,
}

/// How long things live.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// RFC 6749 §4.1.2 allows ten minutes at most.
    pub code: Duration,
    pub access_token: Duration,
    /// Slides: each refresh starts it again.
    pub refresh_token: Duration,
    /// How long a rotated refresh token still answers, for clients that lost the reply.
    pub refresh_grace: Duration,
    pub session_idle: Duration,
    pub session: Duration,
    /// How long the sending side waits for the callback of an authorization.
    pub pending_authorization: Duration,
}

/// When wrong passwords lock a user, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Lockout {
    pub attempts: i64,
    /// Failed sign-ins of one address, whomever they were for.
    pub attempts_of_address: u32,
    pub lasts: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            code: Duration::from_mins(1),
            access_token: Duration::from_hours(1),
            refresh_token: Duration::from_hours(2160),
            refresh_grace: Duration::from_mins(1),
            session_idle: Duration::from_mins(20),
            session: Duration::from_hours(8),
            pending_authorization: Duration::from_mins(10),
        }
    }
}

impl Default for Lockout {
    fn default() -> Self {
        Self { attempts: 6, attempts_of_address: 100, lasts: Duration::from_mins(30) }
    }
}

impl Settings {
    /// One host that is everything: the shape of a laptop installation.
    pub fn single(origin: &str, region: &str) -> Self {
        let host = Host {
            origin: origin.trim_end_matches('/').to_owned(),
            realm: Realm::Commercial,
            region: region.to_owned(),
            issuer: true,
        };
        Self::new(vec![host])
    }

    pub fn new(hosts: Vec<Host>) -> Self {
        Self {
            hosts,
            lifetimes: Lifetimes::default(),
            lockout: Lockout::default(),
            mail_from: String::from("Seatlink <no-reply@seatlink.invalid>"),
        }
    }

    /// The issuer of a realm: its host marked so, else its first.
    pub fn issuer(&self, realm: Realm) -> Option<&str> {
        let mut of_realm = self.hosts.iter().filter(|host| host.realm == realm);
        let marked = of_realm.clone().find(|host| host.issuer);
        marked.or_else(|| of_realm.next()).map(|host| host.origin.as_str())
    }

    /// The host a request names in its `Host` header, compared as authorities are: without case.
    pub fn host(&self, authority: &str) -> Option<&Host> {
        self.hosts.iter().find(|host| {
            let own = host.origin.split_once("://").map_or(host.origin.as_str(), |(_, rest)| rest);
            own.eq_ignore_ascii_case(authority)
        })
    }

    /// Where a region's SCIM service and pages are.
    pub fn region_origin(&self, realm: Realm, region: &str) -> Option<&str> {
        let mut hosts = self.hosts.iter().filter(|host| host.realm == realm);
        hosts.find(|host| host.region == region).map(|host| host.origin.as_str())
    }
}
