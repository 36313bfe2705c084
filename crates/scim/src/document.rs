//! The canonical form of a resource.
//!
//! A [`Document`] holds what clients and the server assigned to a resource, without what is kept
//! elsewhere: `id`, `meta`, a user's `groups` and anything write-only. It is always tidy: names in
//! schema spelling and schema order, nothing null or empty, `schemas` first and true.

use serde_json::{Map, Value};

use crate::Error;

/// A resource in canonical form.
///
/// ```
/// use seatlink_scim::Document;
/// use serde_json::json;
///
/// let mut document = Document::from_stored(
///     r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bjensen"}"#,
/// )?;
/// document.set("name.formatted", json!("Barbara Jensen"));
/// assert_eq!(document.str_at(&["name", "formatted"]), Some("Barbara Jensen"));
/// document.remove("name");
/// assert!(document.get("name").is_none());
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Document(Map<String, Value>);

impl Document {
    /// Reads text that [`Document::to_text`] wrote; it is trusted to be canonical.
    pub fn from_stored(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text)
            .map(Self)
            .map_err(|_| Error::internal("A stored resource is not a JSON object."))
    }

    /// Wraps a map the caller knows to be canonical.
    pub(crate) fn from_canonical(map: Map<String, Value>) -> Self {
        Self(map)
    }

    pub(crate) fn map_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.0
    }

    /// The text to store.
    pub fn to_text(&self) -> String {
        serde_json::to_string(&self.0).expect("a JSON map with text keys always serialises")
    }

    /// A top-level attribute, or an extension container by its URN, in schema spelling.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Text at a path of object keys, such as `["name", "givenName"]`.
    pub fn str_at(&self, path: &[&str]) -> Option<&str> {
        let (first, rest) = path.split_first()?;
        let mut value = self.0.get(*first)?;
        for key in rest {
            value = value.as_object()?.get(*key)?;
        }
        value.as_str()
    }

    /// The attributes.
    pub fn map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The attributes, by value.
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// Stores a value the server fills in: a top-level attribute, a whole extension container by
    /// its URN, or a sub-attribute as `name.formatted`. Null and empty values remove.
    pub fn set(&mut self, name: &str, value: Value) {
        match name.split_once('.') {
            Some((parent, sub)) if !name.contains(':') => self.set_at(&[parent, sub], value),
            _ => self.set_at(&[name], value),
        }
    }

    /// Stores a value at a path of object keys, such as an extension URN, an attribute and a
    /// sub-attribute. Null and empty values remove, and so does emptying a parent.
    pub fn set_at(&mut self, path: &[&str], value: Value) {
        let Some((first, rest)) = path.split_first() else { return };
        place(&mut self.0, first, rest, value);
        if first.contains(':') {
            self.refresh_schemas();
        }
    }

    /// Removes what [`Document::set`] would store.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        if let (Some((parent, sub)), false) = (name.split_once('.'), name.contains(':')) {
            let container = self.0.get_mut(parent)?.as_object_mut()?;
            let removed = container.shift_remove(sub);
            if container.is_empty() {
                self.0.shift_remove(parent);
            }
            return removed;
        }
        let removed = self.0.shift_remove(name);
        if name.contains(':') {
            self.refresh_schemas();
        }
        removed
    }

    /// Makes `schemas` true again: the base schema, then every extension that has content.
    pub(crate) fn refresh_schemas(&mut self) {
        let base = self.0.get("schemas").and_then(|schemas| schemas.get(0)).cloned();
        let extensions =
            self.0.keys().filter(|key| key.contains(':')).map(|key| Value::from(key.as_str()));
        let schemas: Vec<Value> = base.into_iter().chain(extensions).collect();
        if let Some(slot) = self.0.get_mut("schemas") {
            *slot = Value::Array(schemas);
        }
    }
}

impl From<Document> for Value {
    fn from(document: Document) -> Self {
        Self::Object(document.0)
    }
}

fn place(map: &mut Map<String, Value>, key: &str, rest: &[&str], value: Value) {
    let Some((next, deeper)) = rest.split_first() else {
        if is_unassigned(&value) {
            map.shift_remove(key);
        } else {
            map.insert(key.to_owned(), value);
        }
        return;
    };
    let slot = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    if let Value::Object(inner) = slot {
        place(inner, next, deeper, value);
        if inner.is_empty() {
            map.shift_remove(key);
        }
    }
}

/// Whether a value is in the one unassigned state of RFC 7643 §2.5.
pub(crate) fn is_unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
    use serde_json::json;

    use super::Document;

    const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
    const EXTENSION: &str = "urn:example:2.0:User";

    #[test]
    fn schemas_follow_the_extension_content() {
        let mut document =
            Document::from_stored(&json!({"schemas": [USER], "userName": "a"}).to_string())
                .unwrap();
        document.set_at(&[EXTENSION, "team", "value"], json!("t1"));
        assert_eq!(document.get("schemas"), Some(&json!([USER, EXTENSION])));
        document.set_at(&[EXTENSION, "team", "value"], json!(null));
        assert_eq!(document.get("schemas"), Some(&json!([USER])));
        assert_eq!(document.get(EXTENSION), None);
    }

    #[test]
    fn text_that_is_not_an_object_is_an_internal_error() {
        assert_eq!(Document::from_stored("[]").unwrap_err().status, 500);
    }
}
