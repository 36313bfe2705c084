//! The same change as PATCH operations, for targets that prefer them.
//!
//! Only the subset that every known service provider reads the same way: lower-case verbs, an
//! explicit path in each operation, JSON booleans, no operation for what is already right.

use seatlink_domain::work::Delivered;
use serde_json::{Map, Value, json};

use super::{
    ENTERPRISE_URN, Mapped, Owned, Place, element_path, field, has_type,
    merge::{Observed, position},
};

impl Mapped {
    /// The operations that turn `observed` into what [`Mapped::laid_over`] describes.
    pub(crate) fn operations(&self, observed: &Observed, before: &Delivered) -> Vec<Value> {
        let wanted = self.laid_over(observed, before);
        let mut operations = Vec::new();
        let mut replaced: Vec<&str> = Vec::new();
        for Owned { place, path, .. } in &self.owned {
            match *place {
                Place::Core(name) => {
                    change(&mut operations, path, field(&observed.0, name), field(&wanted, name));
                }
                Place::Name(part) => {
                    change_inside(&mut operations, path, observed, &wanted, "name", part);
                }
                Place::Enterprise(name) => {
                    change_inside(&mut operations, path, observed, &wanted, ENTERPRISE_URN, name);
                }
                Place::Element { attribute, .. } if replaced.contains(&attribute) => {}
                Place::Element { attribute, kind, .. } => {
                    match element_change(observed, &wanted, attribute, kind) {
                        ElementChange::None => {}
                        ElementChange::Value(value) => operations.push(json!({
                            "op": "replace",
                            "path": format!("{}.value", element_path(attribute, kind)),
                            "value": value
                        })),
                        ElementChange::Gone => operations
                            .push(json!({"op": "remove", "path": element_path(attribute, kind)})),
                        ElementChange::Attribute(value) => {
                            replaced.push(attribute);
                            operations
                                .push(json!({"op": "replace", "path": attribute, "value": value}));
                        }
                    }
                }
            }
        }
        for name in ["externalId", "active"] {
            change(&mut operations, name, field(&observed.0, name), field(&wanted, name));
        }
        operations
    }
}

fn change(operations: &mut Vec<Value>, path: &str, is: Option<&Value>, wanted: Option<&Value>) {
    match wanted {
        Some(value) if is != Some(value) => {
            operations.push(json!({"op": "replace", "path": path, "value": value}));
        }
        None if is.is_some() => operations.push(json!({"op": "remove", "path": path})),
        Some(_) | None => {}
    }
}

fn change_inside(
    operations: &mut Vec<Value>,
    path: &str,
    observed: &Observed,
    wanted: &Map<String, Value>,
    outer: &str,
    inner: &str,
) {
    let inside = |map: &Map<String, Value>| {
        let object = field(map, outer)?.as_object()?;
        field(object, inner).cloned()
    };
    change(operations, path, inside(&observed.0).as_ref(), inside(wanted).as_ref());
}

enum ElementChange {
    None,
    /// The element of this type exists and only its value differs.
    Value(Value),
    Gone,
    /// Anything else: a path into an element that does not exist yet is refused by some targets
    /// (`noTarget`) and created by others, the whole attribute is understood by all.
    Attribute(Value),
}

fn element_change(
    observed: &Observed,
    wanted: &Map<String, Value>,
    attribute: &str,
    kind: &str,
) -> ElementChange {
    let elements = |map: &Map<String, Value>| {
        field(map, attribute).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let (old, new) = (elements(&observed.0), elements(wanted));
    let find = |list: &[Value]| position(list, kind).map(|at| list[at].clone());
    match (find(&old), find(&new)) {
        (before, after) if before == after => ElementChange::None,
        (Some(before), None) if has_type(&before, kind) => ElementChange::Gone,
        (Some(before), Some(after))
            if has_type(&before, kind) && differs_in_value(&before, &after) =>
        {
            ElementChange::Value(after["value"].clone())
        }
        (Some(_) | None, Some(_) | None) => ElementChange::Attribute(new.into()),
    }
}

fn differs_in_value(before: &Value, after: &Value) -> bool {
    let mut patched = before.clone();
    match (&mut patched, after.get("value")) {
        (Value::Object(object), Some(value)) => {
            object.insert("value".to_owned(), value.clone());
            object.shift_remove("display");
            patched == *after
        }
        _ => false,
    }
}
