//! From our user document to what a target's account should say.
//!
//! Pure. The rules are a list: which place of the account each rule fills, and where in our
//! document its value comes from. A rule is known by the path of its place, never by its position,
//! so rules can be added, removed and reordered. What no rule covers is never sent: roles, groups,
//! entitlements and passwords are ours alone, and `manager` is left out because its value is an id
//! of ours that names nobody at the target.
//!
//! A rule without a value has no opinion, so what a target's own administrators entered survives.
//! The exception is a value we delivered earlier and no longer have: it is cleared. What was
//! delivered is remembered by path ([`Delivered`]), as digests. A place that no rule owns any more
//! is left as it is at the target, and what was delivered there stays remembered in case a rule
//! owns it again.

mod difference;
#[cfg(test)]
mod fuzz;
mod merge;
mod patch;

use std::borrow::Cow;

use seatlink_domain::{DigestKey, work::Delivered};
use serde_json::{Map, Value};

pub(crate) use difference::{Goal, Update};
pub(crate) use merge::{Observed, field};

pub(crate) const USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const ENTERPRISE_URN: &str =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Where in an account a rule's value stands.
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

impl Place {
    /// What the place is called in [`Delivered`], which is stored: the path of what the rule's
    /// value fills (RFC 7644 §3.10), an e-mail address by its `value`, an address as a whole.
    fn path(self) -> Cow<'static, str> {
        match self {
            Self::Core(name) => name.into(),
            Self::Name(part) => format!("name.{part}").into(),
            Self::Enterprise(name) => format!("{ENTERPRISE_URN}:{name}").into(),
            Self::Element { attribute: "addresses", kind, .. } => {
                element_path("addresses", kind).into()
            }
            Self::Element { attribute, kind, .. } => {
                format!("{}.value", element_path(attribute, kind)).into()
            }
        }
    }
}

/// The path of the element of this type.
fn element_path(attribute: &str, kind: &str) -> String {
    format!("{attribute}[type eq \"{kind}\"]")
}

/// Which of our elements feeds an element of the target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pick {
    /// The one of the same type, else the primary one, else the first: an address everybody has.
    Main,
    /// Only the one of the same type.
    SameType,
}

/// The default mapping.
const RULES: &[Place] = &[
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

/// What the account of one person should say: a value, or none, for every place that a rule owns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mapped {
    external_id: String,
    owned: Vec<Owned>,
}

/// A place that a rule owns, and what it should say.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Owned {
    place: Place,
    path: Cow<'static, str>,
    value: Option<Value>,
    /// Of the value.
    digest: Option<String>,
}

impl Mapped {
    /// Applies the default mapping to `document`. `external_id` is our id of the person.
    pub(crate) fn of(
        document: &Map<String, Value>,
        external_id: String,
        digests: &DigestKey,
    ) -> Self {
        Self::by(RULES, document, external_id, digests)
    }

    fn by(
        rules: &[Place],
        document: &Map<String, Value>,
        external_id: String,
        digests: &DigestKey,
    ) -> Self {
        let owned = |place: &Place| {
            let path = place.path();
            let value = value_for(*place, document);
            // Bound to the person and the place, so that equal digests never show equal values.
            let digest = value
                .as_ref()
                .map(|value| digests.digest([&external_id, &path, &value.to_string()]));
            Owned { place: *place, path, value, digest }
        };
        let owned = rules.iter().map(owned).collect();
        Self { external_id, owned }
    }

    pub(crate) fn external_id(&self) -> &str {
        &self.external_id
    }

    pub(crate) fn user_name(&self) -> Option<&str> {
        let user_name = self.owned.iter().find(|owned| owned.place == Place::Core("userName"))?;
        user_name.value.as_ref()?.as_str()
    }

    /// The work e-mail address.
    pub(crate) fn email(&self) -> Option<&str> {
        self.owned.iter().find_map(|owned| match owned.place {
            Place::Element { attribute: "emails", .. } => {
                owned.value.as_ref()?.get("value")?.as_str()
            }
            Place::Core(_) | Place::Name(_) | Place::Enterprise(_) | Place::Element { .. } => None,
        })
    }

    /// Whether an account to which `before` was delivered says all this already.
    pub(crate) fn is_delivered(&self, before: &Delivered) -> bool {
        self.owned.iter().all(|owned| owned.digest.as_deref() == before.digest(&owned.path))
    }

    /// What is delivered to an account that had nothing of ours before.
    pub(crate) fn delivered(&self) -> Delivered {
        self.delivered_over(&Delivered::default())
    }

    /// What is delivered to an account when all this is sent after `before`.
    pub(crate) fn delivered_over(&self, before: &Delivered) -> Delivered {
        let left = before
            .iter()
            .filter(|(path, _)| !self.owned.iter().any(|owned| owned.path == *path))
            .map(|(path, digest)| (path.to_owned(), digest.to_owned()));
        let sent = self.owned.iter().filter_map(|owned| {
            owned.digest.clone().map(|digest| (owned.path.to_string(), digest))
        });
        left.chain(sent).collect()
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
