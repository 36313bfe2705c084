//! From our user document to what a target's account should say.
//!
//! Pure. The rules are one table: which place of the account each rule fills, and where in our
//! document its value comes from. Everything not in the table is never sent: roles, groups,
//! entitlements and passwords are ours alone, and `manager` is left out because its value is an id
//! of ours that names nobody at the target.
//!
//! A rule without a value has no opinion, so what a target's own administrators entered survives.
//! The exception is a value we delivered earlier and no longer have: it is cleared. Which values
//! were delivered is remembered in the [`Fingerprint`].

#[cfg(test)]
mod fuzz;
mod merge;
mod patch;

use aws_lc_rs::digest;
use serde_json::{Map, Value};

pub(crate) use merge::{Observed, field};

pub(crate) const USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const ENTERPRISE_URN: &str =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Where in an account one rule's value stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// A simple attribute of the core schema.
    Core(&'static str),
    /// A sub-attribute of `name`.
    Name(&'static str),
    /// A simple attribute of the enterprise extension.
    Enterprise(&'static str),
    /// The element of a multi-valued attribute that has this `type`.
    Element { attribute: &'static str, kind: &'static str, pick: Pick },
}

/// Which of our elements feeds an element of the target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pick {
    /// The one of the same type, else the primary one, else the first: an address everybody has.
    Main,
    /// Only the one of the same type.
    SameType,
}

/// The default mapping. The position of a rule is its bit in a stored [`Fingerprint`]: append, and
/// never reorder.
const RULES: [Place; 23] = [
    Place::Core("userName"),
    Place::Name("givenName"),
    Place::Name("familyName"),
    Place::Name("middleName"),
    Place::Name("honorificPrefix"),
    Place::Name("honorificSuffix"),
    Place::Core("displayName"),
    Place::Core("nickName"),
    Place::Core("profileUrl"),
    Place::Core("title"),
    Place::Core("userType"),
    Place::Core("preferredLanguage"),
    Place::Core("locale"),
    Place::Core("timezone"),
    Place::Element { attribute: "emails", kind: "work", pick: Pick::Main },
    Place::Element { attribute: "phoneNumbers", kind: "mobile", pick: Pick::SameType },
    Place::Element { attribute: "phoneNumbers", kind: "work", pick: Pick::SameType },
    Place::Element { attribute: "addresses", kind: "work", pick: Pick::Main },
    Place::Enterprise("employeeNumber"),
    Place::Enterprise("costCenter"),
    Place::Enterprise("organization"),
    Place::Enterprise("division"),
    Place::Enterprise("department"),
];

/// The parts of an address that are mapped, in the order of RFC 7643 §4.1.2.
const ADDRESS_PARTS: [&str; 6] =
    ["formatted", "streetAddress", "locality", "region", "postalCode", "country"];

/// What the account of one person should say, by rule.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Mapped {
    external_id: String,
    values: [Option<Value>; RULES.len()],
}

impl Mapped {
    /// Applies the default mapping to `document`. `external_id` is our id of the person.
    pub(crate) fn of(document: &Map<String, Value>, external_id: String) -> Self {
        Self { external_id, values: RULES.map(|place| value_for(place, document)) }
    }

    pub(crate) fn external_id(&self) -> &str {
        &self.external_id
    }

    pub(crate) fn user_name(&self) -> Option<&str> {
        self.values[0].as_ref().and_then(Value::as_str)
    }

    /// The work e-mail address.
    pub(crate) fn email(&self) -> Option<&str> {
        self.rules().find_map(|(place, value)| match place {
            Place::Element { attribute: "emails", .. } => value?.get("value")?.as_str(),
            Place::Core(_) | Place::Name(_) | Place::Enterprise(_) | Place::Element { .. } => None,
        })
    }

    fn rules(&self) -> impl Iterator<Item = (Place, Option<&Value>)> {
        RULES.into_iter().zip(self.values.iter().map(Option::as_ref))
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let mut delivered = 0;
        let mut hash = digest::Context::new(&digest::SHA256);
        for (rule, value) in self.values.iter().enumerate() {
            if let Some(value) = value {
                delivered |= 1 << rule;
                hash.update(&[u8::try_from(rule).unwrap_or(u8::MAX)]);
                hash.update(value.to_string().as_bytes());
                hash.update(b"\n");
            }
        }
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&u32::to_be_bytes(delivered));
        bytes[4..].copy_from_slice(&hash.finish().as_ref()[..28]);
        Fingerprint(bytes)
    }
}

/// What was last delivered to an account, in 32 bytes: which rules had a value (4 bytes, one bit per
/// rule), then a truncated SHA-256 of the values. Equal fingerprints mean nothing to send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of an account we have not written to yet: differs from every delivered one, clears nothing.
    pub(crate) const NOTHING: Self = Self([0; 32]);

    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn bytes(self) -> [u8; 32] {
        self.0
    }

    fn delivered(self, rule: usize) -> bool {
        let [a, b, c, d, ..] = self.0;
        u32::from_be_bytes([a, b, c, d]) & (1 << rule) != 0
    }
}

fn value_for(place: Place, document: &Map<String, Value>) -> Option<Value> {
    match place {
        Place::Core(name) => text(document.get(name)),
        Place::Name(part) => text(document.get("name")?.get(part)),
        Place::Enterprise(name) => text(document.get(ENTERPRISE_URN)?.get(name)),
        Place::Element { attribute, kind, pick } => {
            let elements = document.get(attribute)?.as_array()?;
            element_for(attribute, kind, choose(elements, kind, pick)?)
        }
    }
}

fn choose<'a>(elements: &'a [Value], kind: &str, pick: Pick) -> Option<&'a Value> {
    let same_type = elements.iter().find(|element| has_type(element, kind));
    match pick {
        Pick::SameType => same_type,
        Pick::Main => same_type
            .or_else(|| elements.iter().find(|element| is_primary(element)))
            .or_else(|| elements.first()),
    }
}

fn element_for(attribute: &str, kind: &str, element: &Value) -> Option<Value> {
    let mut out = Map::new();
    out.insert("type".into(), kind.into());
    if attribute == "addresses" {
        for part in ADDRESS_PARTS {
            if let Some(value) = text(element.get(part)) {
                out.insert(part.into(), value);
            }
        }
        // A type alone is no address.
        return (out.len() > 1).then_some(Value::Object(out));
    }
    out.insert("value".into(), text(element.get("value"))?);
    if attribute == "emails" {
        out.insert("primary".into(), true.into());
    }
    Some(Value::Object(out))
}

/// A non-empty string; every mapped value is one.
fn text(value: Option<&Value>) -> Option<Value> {
    value.filter(|value| value.as_str().is_some_and(|text| !text.is_empty())).cloned()
}

fn has_type(element: &Value, kind: &str) -> bool {
    element
        .get("type")
        .and_then(Value::as_str)
        .is_some_and(|found| found.eq_ignore_ascii_case(kind))
}

fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests;
