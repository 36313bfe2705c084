//! The normalised copy of a resource that searching works on.
//!
//! Databases fold case and compare times in ways of their own. The search form takes that out of
//! their hands: text is folded here, instants have one width, booleans are text, and every list
//! is an array of objects, so that one kind of query fits all.

use std::borrow::Cow;

use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::resolve_date_time;
use crate::schema::{Attribute, Kind, Mutability, ResourceType, Returned, common};

/// Folds text for comparison without regard to case and width: NFKC and lower case.
///
/// User names are compared in this form too (RFC 7644 §5). Folding twice gives the same text.
///
/// ```
/// use seatlink_scim::fold;
///
/// assert_eq!(fold("ＢＪｅｎｓｅｎ"), "bjensen");
/// assert_eq!(fold("Zoe\u{308}"), fold("ZOË"));
/// ```
pub fn fold(text: &str) -> String {
    fold_cow(text).into_owned()
}

pub(crate) fn fold_cow(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    // Lower case can break up and normalising can bring back capitals, so both run until nothing
    // moves; two rounds are enough for every character there is today.
    let mut folded = fold_once(text);
    loop {
        let again = fold_once(&folded);
        if again == folded {
            return Cow::Owned(folded);
        }
        folded = again;
    }
}

fn fold_once(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        // A sigma is the same letter at the end of a word, also when the word is cut there.
        .map(|character| if character == 'ς' { 'σ' } else { character })
        .nfkc()
        .collect()
}

/// The search form of a whole resource, with `id`, `meta` and whatever else the view holds.
///
/// A resolved filter gives the same answer on the search form as on the resource.
pub fn search_form(rt: &ResourceType, full: &Value) -> Value {
    let mut form = Map::new();
    let Value::Object(full) = full else { return Value::Object(form) };
    let shared = common();
    for attribute in [&shared.schemas, &shared.id, &shared.external_id, &shared.meta] {
        put(&mut form, attribute, full);
    }
    for attribute in &rt.schema.attributes {
        put(&mut form, attribute, full);
    }
    for extension in &rt.extensions {
        let Some(Value::Object(container)) = full.get(&extension.schema.id) else { continue };
        let mut inner = Map::new();
        for attribute in &extension.schema.attributes {
            put(&mut inner, attribute, container);
        }
        // Also when all of it is hidden: the name of the extension is a value of `schemas`.
        if !container.is_empty() {
            form.insert(extension.schema.id.clone(), Value::Object(inner));
        }
    }
    Value::Object(form)
}

fn put(form: &mut Map<String, Value>, attribute: &Attribute, source: &Map<String, Value>) {
    let hidden =
        attribute.returned == Returned::Never || attribute.mutability == Mutability::WriteOnly;
    if hidden {
        return;
    }
    if let Some(value) = source.get(&attribute.name).and_then(|value| normalised(attribute, value))
    {
        form.insert(attribute.name.clone(), value);
    }
}

fn normalised(attribute: &Attribute, value: &Value) -> Option<Value> {
    if !attribute.multi_valued {
        return single(attribute, value);
    }
    let items = match value {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    let elements: Vec<Value> = items.iter().filter_map(|item| element(attribute, item)).collect();
    (!elements.is_empty()).then_some(Value::Array(elements))
}

fn element(attribute: &Attribute, item: &Value) -> Option<Value> {
    let normal = single(attribute, item)?;
    let Value::Object(mut map) = normal else {
        return Some(json!({ "value": normal }));
    };
    // RFC 7643 §2.4: an element without primary is not primary, and a search must find it so.
    if attribute.sub_attribute("primary").is_some() && !map.contains_key("primary") {
        map.insert("primary".to_owned(), "false".into());
    }
    Some(Value::Object(map))
}

fn single(attribute: &Attribute, value: &Value) -> Option<Value> {
    match (attribute.kind, value) {
        (_, Value::Null) => None,
        (Kind::Complex, Value::Object(source)) => {
            let mut map = Map::new();
            for sub in &attribute.sub_attributes {
                put(&mut map, sub, source);
            }
            (!map.is_empty()).then_some(Value::Object(map))
        }
        (Kind::String | Kind::Reference, Value::String(text)) if !attribute.case_exact => {
            Some(fold(text).into())
        }
        (Kind::DateTime, Value::String(text)) => resolve_date_time(text).map(Value::String),
        (Kind::Boolean, Value::Bool(flag)) => Some(if *flag { "true" } else { "false" }.into()),
        (_, other) => Some(other.clone()),
    }
}
