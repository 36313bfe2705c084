//! Laying mapped values over an account as the target shows it.
//!
//! A PUT replaces the whole resource (RFC 7644 §3.5.1), so the body starts from the target's own
//! answer and only what a rule covers changes in it. Attribute names are compared without case
//! (RFC 7643 §2.1): one known target answers `timeZone` and expects `timezone`, and a body holding
//! both would be ambiguous.

use seatlink_domain::work::Delivered;
use serde_json::{Map, Value, json};

use super::{ENTERPRISE_URN, Mapped, Owned, Place, USER_URN, has_type, is_primary};

/// An account as the target showed it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Observed(pub(crate) Map<String, Value>);

impl Observed {
    /// False only when the target says so: `active` is optional (RFC 7643 §4.1.1).
    pub(crate) fn is_inactive(&self) -> bool {
        field(&self.0, "active") == Some(&Value::Bool(false))
    }

    /// The whole account with `active` set and nothing else changed.
    pub(crate) fn with_active(&self, active: Value) -> Map<String, Value> {
        let mut body = self.0.clone();
        set(&mut body, "active", active);
        body
    }
}

impl Mapped {
    /// The body that creates the account.
    pub(crate) fn new_account(&self) -> Map<String, Value> {
        self.laid_over(&Observed::default(), &Delivered::default())
    }

    /// The account as it should be, starting from what it is: active, with every rule's value set
    /// and every earlier delivered value that is gone cleared.
    pub(crate) fn laid_over(&self, observed: &Observed, before: &Delivered) -> Map<String, Value> {
        let mut body = if observed.0.is_empty() {
            Map::from_iter([("schemas".to_owned(), json!([USER_URN]))])
        } else {
            observed.0.clone()
        };
        // An external id that somebody else gave stays theirs; we link by the target's id.
        if field(&body, "externalId").is_none_or(Value::is_null) {
            set(&mut body, "externalId", self.external_id.as_str().into());
        }
        let name_before = field(&body, "name").cloned();
        for Owned { place, path, value, .. } in &self.owned {
            match value {
                Some(value) => put(&mut body, *place, value),
                None if before.digest(path).is_some() => clear(&mut body, *place),
                None => {}
            }
        }
        drop_stale_formatted_name(&mut body, name_before.as_ref());
        set(&mut body, "active", true.into());
        settle_schemas(&mut body);
        body
    }
}

fn put(body: &mut Map<String, Value>, place: Place, value: &Value) {
    match place {
        Place::Core(name) => set(body, name, value.clone()),
        Place::Name(part) => set(container(body, "name"), part, value.clone()),
        Place::Enterprise(name) => set(container(body, ENTERPRISE_URN), name, value.clone()),
        Place::Element { attribute, kind, .. } => put_element(body, attribute, kind, value),
    }
}

fn put_element(body: &mut Map<String, Value>, attribute: &str, kind: &str, value: &Value) {
    let mut elements = match take(body, attribute) {
        Some(Value::Array(elements)) => elements,
        Some(_) | None => Vec::new(),
    };
    if is_primary(value) {
        // At most one element is primary (RFC 7643 §2.4).
        for element in elements.iter_mut().filter_map(Value::as_object_mut) {
            if field(element, "primary") == Some(&Value::Bool(true)) {
                remove_field(element, "primary");
            }
        }
    }
    let found = position(&elements, kind);
    match (found.map(|at| &mut elements[at]), value) {
        (Some(Value::Object(element)), Value::Object(parts)) => {
            for (name, part) in parts {
                set(element, name, part.clone());
            }
            // A display text made from the old value would contradict the new one.
            remove_field(element, "display");
        }
        _ => elements.push(value.clone()),
    }
    body.insert(attribute.to_owned(), elements.into());
}

/// The element a rule owns: the one of its type, else the only element when it has no type at all.
pub(super) fn position(elements: &[Value], kind: &str) -> Option<usize> {
    elements.iter().position(|element| has_type(element, kind)).or_else(|| match elements {
        [only] if only.get("type").is_none_or(Value::is_null) => Some(0),
        _ => None,
    })
}

fn clear(body: &mut Map<String, Value>, place: Place) {
    match place {
        Place::Core(name) => remove_field(body, name),
        Place::Name(part) => clear_inside(body, "name", part),
        Place::Enterprise(name) => clear_inside(body, ENTERPRISE_URN, name),
        Place::Element { attribute, kind, .. } => {
            if let Some(Value::Array(mut elements)) = take(body, attribute) {
                elements.retain(|element| !has_type(element, kind));
                if !elements.is_empty() {
                    body.insert(attribute.to_owned(), elements.into());
                }
            }
        }
    }
}

fn clear_inside(body: &mut Map<String, Value>, outer: &str, inner: &str) {
    if let Some(Value::Object(mut parts)) = take(body, outer) {
        remove_field(&mut parts, inner);
        if !parts.is_empty() {
            body.insert(outer.to_owned(), parts.into());
        }
    }
}

/// `name.formatted` came from the target with the old parts; next to new parts it is wrong, and
/// targets that derive it derive it again.
fn drop_stale_formatted_name(body: &mut Map<String, Value>, before: Option<&Value>) {
    if field(body, "name") != before
        && let Some(Value::Object(name)) = body.get_mut("name")
    {
        remove_field(name, "formatted");
    }
}

/// `schemas` names the enterprise extension exactly when the body has it; URNs of extensions we
/// know nothing of stay.
fn settle_schemas(body: &mut Map<String, Value>) {
    let mut urns = match take(body, "schemas") {
        Some(Value::Array(urns)) => urns,
        Some(_) | None => Vec::new(),
    };
    let is = |urn: &Value, name: &str| urn.as_str().is_some_and(|u| u.eq_ignore_ascii_case(name));
    if !urns.iter().any(|urn| is(urn, USER_URN)) {
        urns.insert(0, USER_URN.into());
    }
    if field(body, ENTERPRISE_URN).is_none() {
        urns.retain(|urn| !is(urn, ENTERPRISE_URN));
    } else if !urns.iter().any(|urn| is(urn, ENTERPRISE_URN)) {
        urns.push(ENTERPRISE_URN.into());
    }
    // First, as every example of RFC 7643 §8 has it.
    body.shift_insert(0, "schemas".to_owned(), urns.into());
}

/// The object at `name`, made when missing, under the schema's spelling.
fn container<'a>(body: &'a mut Map<String, Value>, name: &str) -> &'a mut Map<String, Value> {
    if !matches!(body.get(name), Some(Value::Object(_))) {
        let object = match take(body, name) {
            Some(Value::Object(object)) => object,
            Some(_) | None => Map::new(),
        };
        body.insert(name.to_owned(), object.into());
    }
    body.get_mut(name)
        .and_then(Value::as_object_mut)
        .expect("an object was put there in the lines above")
}

/// The member of that name in any case.
pub(crate) fn field<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

fn take(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = object.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    object.shift_remove(&key)
}

fn remove_field(object: &mut Map<String, Value>, name: &str) {
    take(object, name);
}

/// Sets the member in the schema's spelling, replacing any other spelling of it.
fn set(object: &mut Map<String, Value>, name: &str, value: Value) {
    if !object.contains_key(name) {
        remove_field(object, name);
    }
    object.insert(name.to_owned(), value);
}
