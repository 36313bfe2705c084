//! Which attributes that are returned on request a client wrote.
//!
//! What is no attribute is no concern here: validation has refused or ignored it.

use serde_json::{Map, Value};

use super::Selected;
use crate::schema::{Attribute, Found, ResourceType, Returned};
use crate::{AttrPath, Path};

/// In the body of a POST or PUT.
pub(super) fn by_body(rt: &ResourceType, body: &Value) -> Vec<Selected> {
    let mut found = Collector { rt, found: Vec::new() };
    if let Value::Object(map) = body {
        found.map(None, map);
    }
    found.found
}

/// In the operations of a PATCH.
pub(super) fn by_patch(rt: &ResourceType, body: &Value) -> Vec<Selected> {
    let mut found = Collector { rt, found: Vec::new() };
    let operations = member(body, "Operations").and_then(Value::as_array);
    for operation in operations.into_iter().flatten() {
        let value = member(operation, "value").unwrap_or(&Value::Null);
        match member(operation, "path").and_then(Value::as_str) {
            Some(path) if !path.is_empty() => found.path(path, value),
            _ => {
                if let Value::Object(map) = value {
                    found.map(None, map);
                }
            }
        }
    }
    found.found
}

/// A member of an object by its name in any letter case.
fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let mut members = object.as_object()?.iter();
    members.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

struct Collector<'a> {
    rt: &'a ResourceType,
    found: Vec<Selected>,
}

impl Collector<'_> {
    /// The members of a resource, or of the container of an extension.
    fn map(&mut self, urn: Option<&str>, map: &Map<String, Value>) {
        for (key, value) in map {
            match (urn, value) {
                (Some(_), _) => {
                    if let Some(found) = self.rt.find(urn, key) {
                        self.attribute(found, None, value);
                    }
                }
                (None, _) => self.path(key, value),
            }
        }
    }

    fn path(&mut self, path: &str, value: &Value) {
        if let Some(extension) = self.rt.extension(path) {
            if let Value::Object(map) = value {
                let urn = extension.schema.id.clone();
                self.map(Some(&urn), map);
            }
            return;
        }
        let Ok(path) = Path::parse(path) else { return };
        let AttrPath { urn, name, sub } = path.attribute;
        if let Some(found) = self.rt.find(urn.as_deref(), &name) {
            self.attribute(found, path.sub.or(sub).as_deref(), value);
        }
    }

    fn attribute(&mut self, found: Found<'_>, sub: Option<&str>, value: &Value) {
        let Found { attribute, schema } = found;
        if attribute.returned == Returned::Request {
            self.add(schema, attribute, None);
        }
        for part in &attribute.sub_attributes {
            let is_said = match sub {
                Some(name) => part.name.eq_ignore_ascii_case(name),
                None => is_in(value, &part.name),
            };
            if part.returned == Returned::Request && is_said {
                self.add(schema, attribute, Some(part));
            }
        }
    }

    fn add(&mut self, schema: Option<&str>, attribute: &Attribute, sub: Option<&Attribute>) {
        let one = Selected {
            schema: schema.map(str::to_owned),
            attribute: Some(attribute.name.clone()),
            sub: sub.map(|sub| sub.name.clone()),
        };
        if !self.found.contains(&one) {
            self.found.push(one);
        }
    }
}

/// Whether a complex value, or one of a list of them, says something of a sub-attribute.
fn is_in(value: &Value, name: &str) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(|element| is_in(element, name)),
        single => member(single, name).is_some(),
    }
}
