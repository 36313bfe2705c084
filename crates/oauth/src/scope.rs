//! Scopes: parsing, comparing and granting.
//!
//! A scope is a list of case-sensitive names (RFC 6749 §3.3). What is granted is never wider than
//! what was asked for and what the client registered. What a scope lets its holder do is not
//! decided here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Error;

/// The scope that makes a request an OpenID Connect request.
pub const OPENID: &str = "openid";
/// The scope that releases the names of the person.
pub const PROFILE: &str = "profile";
/// The scope that releases the e-mail address of the person.
pub const EMAIL: &str = "email";
/// A scope some clients send to get a refresh token. It is never granted and never an error:
/// refresh tokens come with [`OPENID`].
pub const OFFLINE_ACCESS: &str = "offline_access";

/// More names than any honest request has; bounds the work of comparing.
const MAX_NAMES: usize = 64;

/// An ordered set of scope names.
///
/// ```
/// use seatlink_oauth::ScopeSet;
///
/// let scope = ScopeSet::parse("openid profile openid")?;
/// assert_eq!(scope.to_string(), "openid profile");
/// assert!(scope.contains("openid"));
/// assert!(!scope.contains("OpenID"));
/// # Ok::<(), seatlink_oauth::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeSet(Vec<String>);

impl ScopeSet {
    /// The set without names.
    pub const fn empty() -> Self {
        Self(Vec::new())
    }

    /// Parses names separated by spaces; repeated names and spaces count once.
    ///
    /// Any character outside RFC 6749 §3.3 is `invalid_scope`, so a tab or a look-alike letter
    /// never passes for a name.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut names: Vec<String> = Vec::new();
        for name in text.split(' ').filter(|name| !name.is_empty()) {
            if !name.bytes().all(is_scope_byte) {
                return Err(Error::invalid_scope(
                    "A scope name holds a character that is not allowed.",
                ));
            }
            if names.iter().any(|known| known == name) {
                continue;
            }
            if names.len() == MAX_NAMES {
                return Err(Error::invalid_scope("The scope holds too many names."));
            }
            names.push(name.to_owned());
        }
        Ok(Self(names))
    }

    /// True if this exact name is in the set.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|known| known == name)
    }

    /// True if there is no name.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The names in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The names that both sets hold, in the order of this one.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|name| other.contains(name)).cloned().collect())
    }

    /// The names of both sets, this one's first.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut names = self.0.clone();
        names.extend(other.0.iter().filter(|name| !self.contains(name)).cloned());
        Self(names)
    }

    /// The set without one name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|known| *known != name).cloned().collect())
    }

    /// True if every name is also in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().all(|name| other.contains(name))
    }
}

/// `%x21 / %x23-5B / %x5D-7E`: printable ASCII without space, `"` and `\` (RFC 6749 §3.3).
const fn is_scope_byte(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E)
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl FromStr for ScopeSet {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl Serialize for ScopeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ScopeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// What is granted of a request: the names the client registered. A request without scope gets all
/// of them (RFC 6749 §3.3 asks for a documented default), and names nobody registered are left out
/// silently.
///
/// `offline_access` alone counts as no scope: Okta's guides have administrators type it into the
/// authorize URL to get a refresh token. A request that names only other unknown scopes is granted
/// nothing; the caller answers `invalid_scope`.
///
/// The caller states the result in its answer whenever it differs from the request. The set to
/// compare with is usually
/// [`ClientMetadata::allowed_scopes`](crate::client::ClientMetadata::allowed_scopes).
pub fn granted(requested: &ScopeSet, registered: &ScopeSet) -> ScopeSet {
    let requested = requested.without(OFFLINE_ACCESS);
    if requested.is_empty() { registered.clone() } else { requested.intersect(registered) }
}

/// The scope of a refreshed token: the one held, or the narrower one asked for (RFC 6749 §6).
///
/// A name that was not granted is `invalid_scope`; `offline_access` alone is forgiven, because
/// clients that sent it in the first request repeat it here and it is never granted.
pub fn narrowed(requested: Option<&ScopeSet>, held: &ScopeSet) -> Result<ScopeSet, Error> {
    let Some(requested) =
        requested.map(|scope| scope.without(OFFLINE_ACCESS)).filter(|scope| !scope.is_empty())
    else {
        return Ok(held.clone());
    };
    if requested.is_subset(held) {
        Ok(requested)
    } else {
        Err(Error::invalid_scope("A refresh can narrow the scope but never widen it."))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed parse fails the test")]

    use super::*;
    use crate::error::ErrorCode;

    fn scope(text: &str) -> ScopeSet {
        ScopeSet::parse(text).unwrap()
    }

    #[test]
    fn names_outside_the_standard_are_refused() {
        for bad in [
            "openid\t",
            "openid\u{a0}profile",
            "оpenid",
            "a\"b",
            "a\\b",
            "openid\nprofile",
            "a\u{7f}",
        ] {
            assert_eq!(ScopeSet::parse(bad).unwrap_err().code, ErrorCode::InvalidScope, "{bad:?}");
        }
        let many = (0..65).map(|n| format!("s{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(ScopeSet::parse(&many).unwrap_err().code, ErrorCode::InvalidScope);
    }

    #[test]
    fn order_is_kept_and_repeats_count_once() {
        assert_eq!(scope("  b a  b ").to_string(), "b a");
    }

    #[test]
    fn what_is_granted_is_never_wider_than_registered() {
        let registered = scope("openid Admin");
        assert_eq!(
            granted(&scope("openid offline_access Reporting"), &registered),
            scope("openid")
        );
        assert_eq!(granted(&scope(""), &registered), registered);
        assert_eq!(granted(&scope("offline_access"), &registered), registered);
        assert!(granted(&scope("admin"), &registered).is_empty());
    }

    #[test]
    fn a_refresh_narrows_and_never_widens() {
        let held = scope("openid profile");
        assert_eq!(narrowed(None, &held).unwrap(), held);
        assert_eq!(narrowed(Some(&scope("openid")), &held).unwrap(), scope("openid"));
        assert_eq!(narrowed(Some(&scope("offline_access")), &held).unwrap(), held);
        assert_eq!(
            narrowed(Some(&scope("openid offline_access")), &held).unwrap(),
            scope("openid")
        );
        assert_eq!(
            narrowed(Some(&scope("openid Admin")), &held).unwrap_err().code,
            ErrorCode::InvalidScope
        );
    }

    #[test]
    fn it_travels_through_json_as_one_string() {
        let text = serde_json::to_string(&scope("openid Admin")).unwrap();
        assert_eq!(text, "\"openid Admin\"");
        assert_eq!(serde_json::from_str::<ScopeSet>(&text).unwrap(), scope("openid Admin"));
        assert!(serde_json::from_str::<ScopeSet>("\"a\\tb\"").is_err());
    }
}
