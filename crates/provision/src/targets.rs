//! Where requests may go.
//!
//! Target URLs are typed by tenants, so they are a way to make this process talk to addresses it
//! can reach and the tenant cannot: databases beside it, a cloud's metadata service. The rule is
//! checked on the URL before each request and on the resolved address at connect time, so a name
//! that resolves differently the second time (DNS rebinding) gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;
use seatlink_domain::log::ForbiddenTarget;
use url::Host;

/// Which addresses targets may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TargetPolicy {
    /// `https` on public addresses. The only sensible choice where tenants are strangers.
    #[default]
    PublicHttpsOnly,
    /// Also `http` and `https` on this machine: the demo and tests.
    AllowLoopback,
    /// Also the private ranges, with `http`: an installation inside one organisation's network.
    /// Link-local addresses, among them every cloud's metadata service, stay out of reach.
    AllowPrivate,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reach {
    Public,
    Loopback,
    Private,
    /// Link-local, multicast, documentation, reserved: no target lives there.
    Never,
}

impl TargetPolicy {
    /// Checks everything about a URL that can be known before its name is resolved.
    pub fn check(self, url: &Url) -> Result<(), ForbiddenTarget> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ForbiddenTarget::Credentials);
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(ForbiddenTarget::Scheme),
        };
        let local = literal.is_some_and(|address| reach(address) == Reach::Loopback)
            || matches!(url.host(), Some(Host::Domain(name)) if is_localhost(name));
        match (url.scheme(), self) {
            ("https", _) | ("http", Self::AllowPrivate) => {}
            ("http", Self::AllowLoopback) if local => {}
            _ => return Err(ForbiddenTarget::Scheme),
        }
        match (self, url.port()) {
            // Low ports other than 443 belong to other protocols.
            (Self::PublicHttpsOnly, Some(port)) if port < 1024 => {
                return Err(ForbiddenTarget::Port(port));
            }
            (Self::PublicHttpsOnly | Self::AllowLoopback | Self::AllowPrivate, _) => {}
        }
        match literal {
            Some(address) if !self.permits(address) => {
                Err(ForbiddenTarget::Address(address.to_string()))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Checks an address at connect time.
    pub(crate) fn permits(self, address: IpAddr) -> bool {
        match reach(address) {
            Reach::Public => true,
            Reach::Loopback => matches!(self, Self::AllowLoopback | Self::AllowPrivate),
            Reach::Private => self == Self::AllowPrivate,
            Reach::Never => false,
        }
    }
}

fn is_localhost(name: &str) -> bool {
    // RFC 6761 §6.3.
    name == "localhost" || name.ends_with(".localhost")
}

fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

/// The IANA special-purpose registry for IPv4 (RFC 6890 and its updates).
fn reach_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [127, ..] => Reach::Loopback,
        [10, ..] | [192, 168, ..] | [172, 16..=31, ..] | [100, 64..=127, ..] => Reach::Private,
        [0 | 224..=255, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Reach::Never,
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if address == Ipv6Addr::LOCALHOST {
        return Reach::Loopback;
    }
    match address.segments() {
        // IPv4-mapped (RFC 4291 §2.5.5.2), NAT64 (RFC 6052) and 6to4 (RFC 3056) lead to the IPv4
        // address inside.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => {
            let ([one, two], [three, four]) = (high.to_be_bytes(), low.to_be_bytes());
            reach_v4(Ipv4Addr::new(one, two, three, four))
        }
        [0xfc00..=0xfdff, ..] => Reach::Private,
        // Teredo, benchmarking, documentation.
        [0x2001, 0 | 2 | 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => Reach::Never,
        [0x2000..=0x3fff, ..] => Reach::Public,
        _ => Reach::Never,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a malformed case should fail the test")]

    use super::*;

    fn refused(policy: TargetPolicy, url: &str) -> bool {
        policy.check(&url.parse().unwrap()).is_err()
    }

    #[test]
    fn the_default_policy_takes_public_https_only() {
        let policy = TargetPolicy::PublicHttpsOnly;
        for good in [
            "https://scim.example.com/scim/v2",
            "https://scim.example.com:8443/v2",
            "https://8.8.8.8/",
            "https://[2606:4700::1111]/",
        ] {
            assert!(!refused(policy, good), "{good}");
        }
        for bad in [
            "http://scim.example.com/",
            "ftp://scim.example.com/",
            "https://user:secret@scim.example.com/",
            "https://scim.example.com:22/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://10.0.0.4/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[::ffff:10.0.0.4]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://0.0.0.0/",
        ] {
            assert!(refused(policy, bad), "{bad}");
        }
    }

    #[test]
    fn loopback_can_be_allowed_without_allowing_the_network_around_it() {
        let policy = TargetPolicy::AllowLoopback;
        assert!(!refused(policy, "http://127.0.0.1:8080/scim/v2"));
        assert!(!refused(policy, "http://na1.localhost:8080/scim/v2"));
        assert!(refused(policy, "http://10.0.0.4/"));
        assert!(refused(policy, "http://scim.example.com/"));
        assert!(!policy.permits("192.168.1.1".parse().unwrap()));
    }

    #[test]
    fn private_targets_can_be_allowed_but_never_the_metadata_service() {
        let policy = TargetPolicy::AllowPrivate;
        assert!(!refused(policy, "http://10.0.0.4:8080/"));
        assert!(!refused(policy, "https://intranet.example/"));
        assert!(refused(policy, "http://169.254.169.254/"));
        assert!(!policy.permits("fe80::1".parse().unwrap()));
    }
}
