//! Objects that come as JSON inside text.

use serde_json::Value;

use super::Resolver;
use crate::schema::Kind;
use crate::{Path, Quirk};

impl Resolver<'_> {
    /// The Java library SCIM-SDK hands over values as text, so its clients send
    /// `"{\"value\":...}"`, alone or in a list, where an object belongs. Text that is no JSON, or
    /// that goes where text belongs, is left as it is.
    pub(super) fn unpacked(&mut self, path: Option<&Path>, mut value: Value) -> Value {
        if !self.forgives() || !is_packed(&value) || !self.takes_objects(path) {
            return value;
        }
        let mut found = false;
        match &mut value {
            Value::Array(items) => items.iter_mut().for_each(|item| found |= unpack(item)),
            single => found = unpack(single),
        }
        let at = || path.map_or_else(|| "value".to_owned(), ToString::to_string);
        if found {
            self.cleaner.repair(Quirk::JsonInString, at());
        }
        match value {
            Value::Array(mut items) if found && items.len() == 1 && self.takes_one(path) => {
                self.cleaner.repair(Quirk::ArrayOfOne, at());
                items.pop().unwrap_or_default()
            }
            other => other,
        }
    }

    fn takes_objects(&self, path: Option<&Path>) -> bool {
        let Some(path) = path else { return true };
        if path.attribute.sub.is_some() || path.sub.is_some() {
            return false;
        }
        let name = &path.attribute.name;
        let found = match &path.attribute.urn {
            Some(urn) => self.rt.find(Some(urn), name),
            None => self.rt.find(None, name).or_else(|| self.rt.find_unqualified(name)),
        };
        match found {
            // The JSON in the text of a role has parts of its own, which the cleaner knows.
            Some(found) => {
                found.attribute.kind == Kind::Complex
                    && !matches!(found.attribute.name.as_str(), "roles" | "entitlements")
            }
            None => self.is_container(path),
        }
    }

    /// Attributes of a whole resource or schema, as opposed to those of an attribute.
    fn takes_one(&self, path: Option<&Path>) -> bool {
        path.is_none_or(|path| self.is_container(path))
    }

    fn is_container(&self, path: &Path) -> bool {
        path.filter.is_none() && self.rt.declares(&path.attribute.to_string())
    }
}

fn is_packed(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim_start().starts_with(['{', '[']),
        Value::Array(items) => items.iter().any(|item| item.is_string() && is_packed(item)),
        _ => false,
    }
}

/// Replaces text by the object in it, or by the objects.
fn unpack(value: &mut Value) -> bool {
    let Value::String(text) = &*value else { return false };
    if !is_packed(value) {
        return false;
    }
    match serde_json::from_str(text) {
        Ok(inner @ Value::Object(_)) => *value = inner,
        Ok(Value::Array(items)) if items.iter().all(Value::is_object) => *value = items.into(),
        Ok(_) | Err(_) => return false,
    }
    true
}
