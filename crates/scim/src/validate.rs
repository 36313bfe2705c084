//! Checking what clients send, one pass per operation.
//!
//! [`create`] and [`replace`] take a body apart once and build the canonical [`Document`] from it.
//! What must not be written is left out (read-only data, switched-off fields), set aside
//! (passwords) or refused; nothing a client sent is stored without a schema knowing it.

mod body;
mod clean;
mod place;

use serde_json::{Map, Value};

use crate::schema::{Attribute, Kind, Mutability, ResourceType};
use crate::{Document, Error, Leniency, Repair};
use body::{Body, is_unseen};

pub use clean::MAX_VALUES;
pub(crate) use clean::{Cleaner, ReadOnly, check_length};
pub(crate) use place::At;

/// A checked body.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// The resource in canonical form.
    pub document: Document,
    /// What is kept apart from the document ([`Attribute::set_aside`]), by attribute path; null
    /// clears.
    pub set_aside: Map<String, Value>,
    /// An `id` the client sent. It is ignored when creating; bulk and imports may want to know it.
    pub id: Option<String>,
    /// What was repaired for the client.
    pub repairs: Vec<Repair>,
    /// Paths of what was left out: unknown, read-only or switched off.
    pub ignored: Vec<String>,
}

/// Checks the body of a POST.
///
/// ```
/// use seatlink_scim::{Leniency, Registry, validate};
/// use serde_json::json;
///
/// let registry = Registry::standard();
/// let user = registry.resource_type("User").expect("users are standard");
/// let body = json!({
///     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
///     "userName": "bjensen",
///     "active": "True",
/// });
/// assert!(validate::create(user, body.clone(), Leniency::Strict).is_err());
/// let accepted = validate::create(user, body, Leniency::Forgiving)?;
/// assert_eq!(accepted.document.get("active"), Some(&json!(true)));
/// assert_eq!(accepted.repairs[0].at, "active");
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
pub fn create(rt: &ResourceType, body: Value, leniency: Leniency) -> Result<Accepted, Error> {
    let body = Body::read(rt, body, leniency)?;
    require(rt, |schema, attribute| body.get(schema, &attribute.name))?;
    body.require_set_aside()?;
    Ok(body.into_accepted())
}

/// Checks the body of a PUT against the resource as it is.
///
/// A document that was read and sent back is accepted as it is: `id`, `meta`, `groups` and other
/// read-only data are ignored. What is omitted is cleared (RFC 7644 §3.5.1), except immutable
/// attributes, `active` of users, what a response does not show by default, and fields this
/// resource type does not offer.
pub fn replace(
    rt: &ResourceType,
    current: &Document,
    body: Value,
    leniency: Leniency,
) -> Result<Accepted, Error> {
    let mut body = Body::read(rt, body, leniency)?;
    keep_what_is_not_the_clients(rt, current, &mut body)?;
    // An absent `active` is no request to switch a user on or off.
    if rt.is_user()
        && body.get(None, "active").is_none()
        && let (Some(active), Some(position)) =
            (current.get("active"), rt.schema.position("active"))
    {
        body.set_core(position, active.clone());
    }
    require(rt, |schema, attribute| body.get(schema, &attribute.name))?;
    let mut accepted = body.into_accepted();
    keep_unoffered(rt, current, &mut accepted.document);
    Ok(accepted)
}

/// RFC 7644 §3.5.1: an immutable value must stay what it is; it can be set where there is none.
/// What the server filled in stays too, as long as it still describes what stands next to it.
fn keep_what_is_not_the_clients(
    rt: &ResourceType,
    current: &Document,
    body: &mut Body<'_>,
) -> Result<(), Error> {
    for (container, schema) in rt.schemas().enumerate() {
        let source = if container == 0 {
            Some(current.map())
        } else {
            current.get(&schema.id).and_then(Value::as_object)
        };
        let Some(source) = source else { continue };
        for (position, attribute) in schema.attributes.iter().enumerate() {
            let Some(old) = source.get(&attribute.name) else { continue };
            let clears = body.clears(container, position);
            let slot = body.slot(container, position);
            if attribute.mutability == Mutability::Immutable {
                match slot {
                    Some(new) if new != old => return Err(immutable(&attribute.name)),
                    Some(_) => {}
                    None => *slot = Some(old.clone()),
                }
            } else if attribute.mutability == Mutability::ReadOnly {
                *slot = Some(old.clone());
            } else if is_unseen(attribute) && slot.is_none() {
                // Whoever reads a resource and sends it back has not seen it.
                if !clears {
                    *slot = Some(old.clone());
                }
            } else if attribute.kind == Kind::Complex && !attribute.multi_valued {
                keep_immutable_parts(attribute, old, slot)?;
                keep_read_only_parts(attribute, old, slot);
                keep_unseen_parts(attribute, old, slot);
            }
        }
    }
    Ok(())
}

fn keep_immutable_parts(
    attribute: &Attribute,
    old: &Value,
    slot: &mut Option<Value>,
) -> Result<(), Error> {
    for sub in &attribute.sub_attributes {
        if sub.mutability != Mutability::Immutable {
            continue;
        }
        let Some(old) = old.get(&sub.name) else { continue };
        let Value::Object(map) = slot.get_or_insert_with(|| Value::Object(Map::new())) else {
            continue;
        };
        match map.get(&sub.name) {
            Some(new) if new != old => {
                return Err(immutable(&format!("{}.{}", attribute.name, sub.name)));
            }
            Some(_) => {}
            None => {
                map.insert(sub.name.clone(), old.clone());
                attribute.arrange(map);
            }
        }
    }
    Ok(())
}

fn keep_unseen_parts(attribute: &Attribute, old: &Value, slot: &mut Option<Value>) {
    let Some(Value::Object(map)) = slot else { return };
    for sub in attribute.sub_attributes.iter().filter(|sub| is_unseen(sub)) {
        if let Some(old) = old.get(&sub.name)
            && !map.contains_key(&sub.name)
        {
            map.insert(sub.name.clone(), old.clone());
            attribute.arrange(map);
        }
    }
}

fn keep_read_only_parts(attribute: &Attribute, old: &Value, slot: &mut Option<Value>) {
    let (Some(old), Some(Value::Object(new))) = (old.as_object(), slot) else { return };
    let is_read_only = |name: &str| {
        attribute.sub_attribute(name).is_some_and(|sub| sub.mutability == Mutability::ReadOnly)
    };
    let written: Vec<_> = old.iter().filter(|(name, _)| !is_read_only(name)).collect();
    let unchanged = written.len() == new.len()
        && written.into_iter().all(|(name, value)| new.get(name) == Some(value));
    if unchanged {
        new.clone_from(old);
    }
}

pub(crate) fn immutable(path: &str) -> Error {
    Error::mutability(format!(
        "The attribute {path} cannot be changed once it is set; leave it as it is."
    ))
}

/// Fields that are stored but not offered, because a setting switched them off, are not the
/// client's to clear.
fn keep_unoffered(rt: &ResourceType, current: &Document, document: &mut Document) {
    for (name, value) in current.map() {
        if name == "schemas" {
            continue;
        }
        if name.contains(':') {
            let Some(container) = value.as_object() else { continue };
            for (inner, value) in container {
                if rt.find(Some(name), inner).is_none() {
                    document.set_at(&[name, inner], value.clone());
                }
            }
        } else if let Some(found) = rt.find(None, name) {
            let (false, Some(parts)) = (found.attribute.multi_valued, value.as_object()) else {
                continue;
            };
            for (sub, value) in parts {
                if found.attribute.sub_attribute(sub).is_none() {
                    document.set_at(&[name, sub], value.clone());
                }
            }
        } else {
            document.set_at(&[name], value.clone());
        }
    }
}

/// Checks that every required attribute has a value. In an extension that is not required as a
/// whole, only what is in use counts.
pub(crate) fn require<'v>(
    rt: &ResourceType,
    get: impl Fn(Option<&str>, &Attribute) -> Option<&'v Value>,
) -> Result<(), Error> {
    match first_missing(rt, get) {
        Some(path) if rt.extension(&path).is_some() => Err(Error::invalid_value(format!(
            "The extension {path} is required; send its attributes below that name."
        ))),
        Some(path) => Err(Error::invalid_value(format!(
            "The attribute {path} is required; send a value for it."
        ))),
        None => Ok(()),
    }
}

/// The path of the first required attribute without a value.
pub(crate) fn first_missing<'v>(
    rt: &ResourceType,
    get: impl Fn(Option<&str>, &Attribute) -> Option<&'v Value>,
) -> Option<String> {
    for attribute in rt.schema.attributes.iter().filter(|attribute| demands(attribute)) {
        if let Some(path) = missing_in(attribute, get(None, attribute)) {
            return Some(path);
        }
    }
    for extension in &rt.extensions {
        let urn = extension.schema.id.as_str();
        let attributes = &extension.schema.attributes;
        if !extension.required && !attributes.iter().any(demands) {
            continue;
        }
        let in_use = attributes.iter().any(|attribute| get(Some(urn), attribute).is_some());
        if extension.required && !in_use {
            return Some(urn.to_owned());
        }
        if in_use {
            for attribute in attributes.iter().filter(|attribute| demands(attribute)) {
                if let Some(path) = missing_in(attribute, get(Some(urn), attribute)) {
                    return Some(format!("{urn}:{path}"));
                }
            }
        }
    }
    None
}

/// Whether an attribute or a part of it is required of clients.
fn demands(attribute: &Attribute) -> bool {
    let may_be_sent = attribute.mutability != Mutability::ReadOnly && !attribute.set_aside;
    may_be_sent && (attribute.required || attribute.sub_attributes.iter().any(|sub| sub.required))
}

fn missing_in(attribute: &Attribute, value: Option<&Value>) -> Option<String> {
    match value {
        None => attribute.required.then(|| {
            // Naming the part helps more than naming the whole.
            match attribute.sub_attributes.iter().find(|sub| sub.required) {
                Some(sub) => format!("{}.{}", attribute.name, sub.name),
                None => attribute.name.clone(),
            }
        }),
        Some(Value::String(text)) if attribute.required && text.trim().is_empty() => {
            Some(attribute.name.clone())
        }
        Some(value) => {
            let elements = match value {
                Value::Array(elements) => elements.as_slice(),
                single => std::slice::from_ref(single),
            };
            let required = attribute.sub_attributes.iter().filter(|sub| sub.required);
            required
                .into_iter()
                .find(|sub| {
                    elements.iter().any(|element| match element.get(&sub.name) {
                        None => true,
                        Some(Value::String(text)) => text.trim().is_empty(),
                        Some(_) => false,
                    })
                })
                .map(|sub| format!("{}.{}", attribute.name, sub.name))
        }
    }
}
