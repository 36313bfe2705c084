//! Elements of multi-valued attributes: identity, merging and the one primary.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::schema::{Attribute, Mutability};

/// What makes two elements the same one.
#[derive(PartialEq, Eq, Hash)]
enum Identity {
    /// RFC 7643 §2.4: the same (type, value) pair does not appear twice.
    Pair(Option<String>, String),
    /// Without a `value`, only an equal element is the same. Being primary is no part of it, for
    /// that changes when another one becomes primary.
    Whole(Value),
}

fn identity(attribute: &Attribute, element: &Value) -> Identity {
    let Value::Object(map) = element else {
        // Simple values that are not case exact are the same in any case.
        return match element {
            Value::String(text) if !attribute.case_exact => Identity::Pair(None, crate::fold(text)),
            other => Identity::Whole(other.clone()),
        };
    };
    if let Some(value) = map.get("value").and_then(Value::as_str) {
        // RFC 7643 §4.2: a member is its value; the other parts only describe it.
        let by_value = attribute
            .sub_attribute("value")
            .is_some_and(|sub| sub.mutability == Mutability::Immutable);
        let kind = if by_value { None } else { map.get("type").and_then(Value::as_str) };
        return Identity::Pair(kind.map(str::to_owned), value.to_owned());
    }
    let mut whole = map.clone();
    whole.shift_remove("primary");
    Identity::Whole(Value::Object(whole))
}

/// Adds elements to a list. One that is there already takes over the sub-attributes given.
///
/// Returns the position of the element that was given as primary.
pub(crate) fn merge(
    attribute: &Attribute,
    existing: &mut Vec<Value>,
    incoming: Vec<Value>,
) -> Option<usize> {
    let mut positions: HashMap<Identity, usize> =
        HashMap::with_capacity(existing.len() + incoming.len());
    for (position, element) in existing.iter().enumerate() {
        positions.entry(identity(attribute, element)).or_insert(position);
    }
    let mut primary = None;
    for element in incoming {
        let claims_primary = is_primary(&element);
        let next = existing.len();
        let position = *positions.entry(identity(attribute, &element)).or_insert(next);
        if position == next {
            existing.push(element);
        } else if let (Some(Value::Object(old)), Value::Object(new)) =
            (existing.get_mut(position), element)
        {
            overlay(attribute, old, new);
        }
        if claims_primary {
            primary = Some(position);
        }
    }
    primary
}

/// Drops repeated elements from a list a client sent.
pub(crate) fn without_repeats(attribute: &Attribute, elements: Vec<Value>) -> Vec<Value> {
    if elements.len() < 2 {
        return elements;
    }
    let mut kept = Vec::with_capacity(elements.len());
    merge(attribute, &mut kept, elements);
    kept
}

fn overlay(attribute: &Attribute, old: &mut Map<String, Value>, new: Map<String, Value>) {
    for (name, value) in new {
        // `primary: false` equals absent, so it must not count as a change (RFC 7643 §2.4).
        let says_nothing =
            value == Value::Bool(false) && name == "primary" && !old.contains_key(&name);
        if !says_nothing {
            old.insert(name, value);
        }
    }
    attribute.arrange(old);
}

/// Whether the element is the primary one.
pub(crate) fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

/// RFC 7644 §3.5.2: a new primary makes every other value not primary.
pub(crate) fn keep_one_primary(elements: &mut [Value], keep: usize) {
    for (position, element) in elements.iter_mut().enumerate() {
        if position != keep
            && is_primary(element)
            && let Value::Object(map) = element
        {
            map.insert("primary".to_owned(), Value::Bool(false));
        }
    }
}
