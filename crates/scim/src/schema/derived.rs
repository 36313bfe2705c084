//! What follows from the schemas of a resource type, worked out once.
//!
//! Requests ask these questions for every resource, and walking the attributes each time would cost
//! more than the answer is worth.

use serde_json::Value;

use super::{Attribute, Kind, ResourceType, Returned, Uniqueness};
use crate::filter::{Operand, Target, decimal_key};
use crate::{Document, fold, resolve_date_time};

/// Answers about a resource type.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Derived {
    trims: bool,
    uniques: Vec<UniquePath>,
}

/// An attribute whose values are unique among the resources of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
struct UniquePath {
    schema: Option<String>,
    attribute: String,
    sub: Option<String>,
    kind: Kind,
    case_exact: bool,
}

/// A value that no other resource of the type may have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueValue {
    /// The attribute path in schema spelling.
    pub path: String,
    /// The value in comparable form: equal keys are equal values.
    pub key: String,
}

impl Derived {
    pub(super) fn of(rt: &ResourceType) -> Self {
        let trims = rt.schemas().any(|schema| schema.attributes.iter().any(is_held_back));
        let mut uniques = Vec::new();
        // User names and the like have unique columns of their own.
        let core = (!rt.is_user() && !rt.has_members()).then_some((None, &rt.schema));
        let extensions =
            rt.extensions.iter().map(|extension| (Some(&extension.schema.id), &extension.schema));
        for (urn, schema) in core.into_iter().chain(extensions) {
            for attribute in &schema.attributes {
                let mut add = |sub: Option<&Attribute>| {
                    let leaf = sub.unwrap_or(attribute);
                    if leaf.uniqueness != Uniqueness::None && leaf.kind != Kind::Complex {
                        uniques.push(UniquePath {
                            schema: urn.cloned(),
                            attribute: attribute.name.clone(),
                            sub: sub.map(|sub| sub.name.clone()),
                            kind: leaf.kind,
                            case_exact: leaf.case_exact,
                        });
                    }
                };
                add(None);
                attribute.sub_attributes.iter().for_each(|sub| add(Some(sub)));
            }
        }
        Self { trims, uniques }
    }
}

/// Whether the attribute or a part of it can stand in a document without being returned by default.
fn is_held_back(attribute: &Attribute) -> bool {
    let held =
        matches!(attribute.returned, Returned::Never | Returned::Request) && !attribute.set_aside;
    held || attribute.sub_attributes.iter().any(is_held_back)
}

impl ResourceType {
    /// Whether a document can hold something that a response leaves out by default. If not, the
    /// document is what is returned, as it stands.
    pub fn trims(&self) -> bool {
        self.derived.trims
    }

    /// The unique value that a filter asks for; `None` if it is not unique or only comparing can
    /// tell.
    pub(crate) fn unique_value(&self, target: &Target, operand: &Operand) -> Option<UniqueValue> {
        let unique = self.derived.uniques.iter().find(|unique| unique.is_of(target))?;
        Some(UniqueValue { path: unique.path(), key: operand.unique_key()?.into_owned() })
    }

    /// Whether attributes beyond those of the core User and Group schemas have unique values.
    pub fn has_unique_values(&self) -> bool {
        !self.derived.uniques.is_empty()
    }

    /// The values of a document that no other resource of this type may have, in order and without
    /// repetition. What the core User and Group schemas make unique is not among them.
    ///
    /// ```
    /// use seatlink_scim::{Attribute, Document, Kind, Registry, ResourceType, Schema, Uniqueness};
    ///
    /// let schema = Schema {
    ///     id: "urn:example:scim:schemas:1.0:Device".to_owned(),
    ///     name: "Device".to_owned(),
    ///     description: "A device.".to_owned(),
    ///     attributes: vec![
    ///         Attribute::new("serial", Kind::String, "").unique(Uniqueness::Server),
    ///     ],
    /// };
    /// let registry = Registry::standard()
    ///     .with_resource_type(ResourceType::new("Device", "/Devices", schema))?;
    /// let device = registry.resource_type("Device").expect("it was added");
    /// let document = Document::from_stored(r#"{"serial":"A1"}"#)?;
    /// assert_eq!(device.unique_values(&document)[0].key, "a1");
    /// # Ok::<(), seatlink_scim::Error>(())
    /// ```
    pub fn unique_values(&self, document: &Document) -> Vec<UniqueValue> {
        let mut values = Vec::new();
        for unique in &self.derived.uniques {
            let container = match &unique.schema {
                None => Some(document.map()),
                Some(urn) => document.get(urn).and_then(Value::as_object),
            };
            let Some(value) = container.and_then(|map| map.get(&unique.attribute)) else {
                continue;
            };
            unique.collect(value, &mut values);
        }
        values.sort_unstable();
        values.dedup();
        values
    }
}

impl UniquePath {
    fn is_of(&self, target: &Target) -> bool {
        // The values of a simple list are called `value`.
        let same_sub = self.sub == target.sub
            || self.sub.is_none() && target.multi_valued && target.sub.as_deref() == Some("value");
        // Base64 is compared as it stands, whatever its schema says of letter case.
        let comparable = self.kind != Kind::Binary || self.case_exact;
        self.schema == target.schema && self.attribute == target.attribute && same_sub && comparable
    }

    fn collect(&self, value: &Value, values: &mut Vec<UniqueValue>) {
        match (value, &self.sub) {
            (Value::Array(elements), _) => {
                for element in elements {
                    self.collect(element, values);
                }
            }
            (Value::Object(map), Some(sub)) => match map.get(sub) {
                Some(Value::Array(inner)) => {
                    for value in inner {
                        self.push(value, values);
                    }
                }
                Some(value) => self.push(value, values),
                None => {}
            },
            (value, _) => self.push(value, values),
        }
    }

    fn push(&self, value: &Value, values: &mut Vec<UniqueValue>) {
        let key = match value {
            Value::String(text) if self.kind == Kind::DateTime => {
                resolve_date_time(text).unwrap_or_else(|| text.clone())
            }
            Value::String(text) if self.case_exact => text.clone(),
            Value::String(text) => fold(text),
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (None, Some(decimal)) => decimal_key(decimal),
                _ => number.to_string(),
            },
            Value::Null | Value::Array(_) | Value::Object(_) => return,
        };
        values.push(UniqueValue { path: self.path(), key });
    }

    fn path(&self) -> String {
        let mut path = String::new();
        if let Some(urn) = &self.schema {
            path.push_str(urn);
            path.push(':');
        }
        path.push_str(&self.attribute);
        if let Some(sub) = &self.sub {
            path.push('.');
            path.push_str(sub);
        }
        path
    }
}
