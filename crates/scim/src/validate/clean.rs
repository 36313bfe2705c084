//! Checking and tidying one value against its attribute.
//!
//! Shared by bodies and PATCH, so that a value is acceptable or not in the same way everywhere.

use std::fmt;

use serde_json::{Map, Value};

use super::At;
use crate::elements::{is_primary, without_repeats};
use crate::schema::{Attribute, Canonical, Kind, Mutability, ResourceType};
use crate::{Error, Leniency, Quirk, Repair, fold, resolve_date_time};

/// What to do with read-only sub-attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadOnly {
    /// Leave them out: bodies of POST and PUT (RFC 7644 §3.3, §3.5.1).
    Ignore,
    /// Refuse them in strict mode: PATCH (RFC 7644 §3.5.2).
    Refuse,
}

/// Checks values and collects what had to be repaired or left out.
pub(crate) struct Cleaner<'a> {
    rt: &'a ResourceType,
    leniency: Leniency,
    read_only: ReadOnly,
    pub(crate) repairs: Vec<Repair>,
    pub(crate) ignored: Vec<String>,
}

/// The parts of a complex value by position in the schema; `None` clears.
pub(crate) type Parts = Vec<(usize, Option<Value>)>;

impl<'a> Cleaner<'a> {
    pub(crate) fn new(rt: &'a ResourceType, leniency: Leniency, read_only: ReadOnly) -> Self {
        Self { rt, leniency, read_only, repairs: Vec::new(), ignored: Vec::new() }
    }

    pub(crate) fn repair(&mut self, quirk: Quirk, at: impl fmt::Display) {
        self.repairs.push(Repair { quirk, at: at.to_string() });
    }

    /// Leaves out what no schema of the resource has.
    pub(crate) fn unknown(&mut self, path: impl Into<String>) {
        let path = path.into();
        self.repair(Quirk::UnknownAttribute, &path);
        self.ignored.push(path);
    }

    fn forgives(&self) -> bool {
        self.leniency == Leniency::Forgiving
    }

    /// A whole attribute; `None` is unassigned.
    pub(crate) fn value(
        &mut self,
        attribute: &Attribute,
        value: Value,
        at: At<'_>,
    ) -> Result<Option<Value>, Error> {
        if !attribute.multi_valued {
            return self.single(attribute, value, at);
        }
        if value.is_object() && attribute.kind == Kind::Complex {
            if !self.forgives() {
                return Err(Error::invalid_value(format!(
                    "The attribute {at} must be an array of objects."
                )));
            }
            self.repair(Quirk::ObjectForArray, at);
        }
        let elements = self.elements(attribute, value, at)?;
        Ok((!elements.is_empty()).then_some(Value::Array(elements)))
    }

    /// The elements of a list, given as an array or as one of them.
    pub(crate) fn elements(
        &mut self,
        attribute: &Attribute,
        value: Value,
        at: At<'_>,
    ) -> Result<Vec<Value>, Error> {
        let items = match value {
            Value::Null => return Ok(Vec::new()),
            Value::Array(items) => items,
            Value::String(text) if text.is_empty() && self.forgives() => {
                self.repair(Quirk::EmptyClears, at);
                return Ok(Vec::new());
            }
            single => vec![single],
        };
        let is_membership =
            self.rt.has_members() && at.urn().is_none() && attribute.name == "members";
        if !is_membership {
            check_length(items.len(), at)?;
        }
        let mut elements = Vec::with_capacity(items.len());
        for item in items {
            if let Some(element) = self.element(attribute, item, at)? {
                elements.push(element);
            }
        }
        if elements.iter().filter(|element| is_primary(element)).count() > 1 {
            // RFC 7643 §2.4.
            return Err(Error::invalid_value(format!("Only one value of {at} can be primary.")));
        }
        Ok(without_repeats(attribute, elements))
    }

    fn element(
        &mut self,
        attribute: &Attribute,
        item: Value,
        at: At<'_>,
    ) -> Result<Option<Value>, Error> {
        if attribute.kind != Kind::Complex {
            return self.simple(attribute, item, at);
        }
        let item = self.unpack_json(attribute, item, at);
        let given_value = item.get("value").and_then(Value::as_str).map(str::is_empty);
        let Some(Value::Object(map)) = self.complex(attribute, item, at)? else {
            return Ok(None);
        };
        // Clearing the value of an element leaves labels that label nothing.
        let emptied = self.forgives()
            && given_value == Some(true)
            && !map.contains_key("value")
            && map.keys().all(|name| matches!(name.as_str(), "type" | "primary" | "display"));
        Ok((!emptied).then_some(Value::Object(map)))
    }

    /// Entra ID sends app roles as JSON inside the value: `"{\"id\":...,\"value\":...}"`.
    fn unpack_json(&mut self, attribute: &Attribute, item: Value, at: At<'_>) -> Value {
        let applies =
            self.forgives() && matches!(attribute.name.as_str(), "roles" | "entitlements");
        let text = match &item {
            Value::String(text) => Some(text),
            Value::Object(map) => match map.get("value") {
                Some(Value::String(text)) => Some(text),
                _ => None,
            },
            _ => None,
        };
        let Some(Value::Object(inner)) = text
            .filter(|text| applies && text.trim_start().starts_with('{'))
            .and_then(|text| serde_json::from_str(text).ok())
        else {
            return item;
        };
        let Some(value) = inner.get("value").or_else(|| inner.get("id")).filter(|v| v.is_string())
        else {
            return item;
        };
        let mut unpacked = match &item {
            Value::Object(map) => map.clone(),
            _ => Map::new(),
        };
        unpacked.insert("value".to_owned(), value.clone());
        let display = inner.get("displayName").or_else(|| inner.get("display"));
        if let (Some(display), false) = (display, unpacked.contains_key("display")) {
            unpacked.insert("display".to_owned(), display.clone());
        }
        self.repair(Quirk::JsonInString, at);
        Value::Object(unpacked)
    }

    /// One value of an attribute that holds one.
    pub(crate) fn single(
        &mut self,
        attribute: &Attribute,
        value: Value,
        at: At<'_>,
    ) -> Result<Option<Value>, Error> {
        let value = self.out_of_array(value, at);
        if attribute.kind == Kind::Complex {
            self.complex(attribute, value, at)
        } else {
            self.simple(attribute, value, at)
        }
    }

    /// Entra ID sends a manager as an array of one.
    fn out_of_array(&mut self, value: Value, at: At<'_>) -> Value {
        match value {
            // RFC 7643 §2.5: an empty array is the unassigned state of lists, and of nothing else.
            Value::Array(items) if items.is_empty() && self.forgives() => {
                self.repair(Quirk::EmptyClears, at);
                Value::Null
            }
            Value::Array(mut items) if items.len() == 1 && self.forgives() => {
                self.repair(Quirk::ArrayOfOne, at);
                items.pop().unwrap_or_default()
            }
            other => other,
        }
    }

    /// Old jobs of Entra ID send every value of a PATCH as `{"$ref": null, "value": ...}`. Any
    /// other object is no plain value.
    fn unwrapped(&mut self, value: Value, at: At<'_>) -> Value {
        let Value::Object(mut map) = value else { return value };
        let is_patch = self.read_only == ReadOnly::Refuse;
        let is_wrapping = map.len() == 2 && map.get("$ref").is_some_and(Value::is_null);
        if !(is_wrapping && is_patch && self.forgives()) {
            return Value::Object(map);
        }
        match map.shift_remove("value") {
            Some(inner) => {
                self.repair(Quirk::WrappedValue, at);
                inner
            }
            None => Value::Object(map),
        }
    }

    fn complex(
        &mut self,
        attribute: &Attribute,
        value: Value,
        at: At<'_>,
    ) -> Result<Option<Value>, Error> {
        let mut parts = self.parts(attribute, value, at)?;
        parts.sort_by_key(|(position, _)| *position);
        let map: Map<String, Value> = parts
            .into_iter()
            .filter_map(|(position, part)| {
                Some((attribute.sub_attributes[position].name.clone(), part?))
            })
            .collect();
        Ok((!map.is_empty()).then_some(Value::Object(map)))
    }

    /// A complex value as its parts, each with the information whether it clears. Null gives none.
    pub(crate) fn parts(
        &mut self,
        attribute: &Attribute,
        value: Value,
        at: At<'_>,
    ) -> Result<Parts, Error> {
        let value = self.out_of_array(value, at);
        let map = match value {
            Value::Null => return Ok(Parts::new()),
            Value::Object(map) => map,
            Value::String(text) if text.is_empty() && self.forgives() => {
                self.repair(Quirk::EmptyClears, at);
                return Ok(Parts::new());
            }
            Value::String(text) if self.forgives() && attribute.sub_position("value").is_some() => {
                self.repair(Quirk::BareValue, at);
                Map::from_iter([("value".to_owned(), Value::String(text))])
            }
            _ => {
                return Err(Error::invalid_value(format!(
                    "The attribute {at} must be a JSON object."
                )));
            }
        };
        let mut parts = Parts::with_capacity(map.len());
        for (key, value) in map {
            if let Some((position, part)) = self.part(attribute, &key, value, at)? {
                parts.retain(|(earlier, _)| *earlier != position);
                parts.push((position, part));
            }
        }
        Ok(parts)
    }

    fn part(
        &mut self,
        attribute: &Attribute,
        key: &str,
        value: Value,
        at: At<'_>,
    ) -> Result<Option<(usize, Option<Value>)>, Error> {
        let Some(position) = attribute.sub_position(key) else {
            if self.rt.is_switched_off(at.urn(), at.name(), Some(key)) {
                self.ignored.push(at.sub(key).to_string());
            } else if self.forgives() {
                self.unknown(at.sub(key).to_string());
            } else {
                return Err(Error::invalid_syntax(format!(
                    "There is no sub-attribute {key} in {at}; remove it."
                )));
            }
            return Ok(None);
        };
        let sub = &attribute.sub_attributes[position];
        let at = at.sub(&sub.name);
        if sub.mutability == Mutability::ReadOnly {
            if self.read_only == ReadOnly::Refuse {
                if !self.forgives() {
                    return Err(Error::mutability(format!(
                        "The attribute {at} is read-only; leave it out."
                    )));
                }
                self.repair(Quirk::ReadOnlyEcho, at);
            }
            self.ignored.push(at.to_string());
            return Ok(None);
        }
        let part = if sub.multi_valued {
            let elements = self.elements(sub, value, at)?;
            (!elements.is_empty()).then_some(Value::Array(elements))
        } else {
            let value = self.out_of_array(value, at);
            self.simple(sub, value, at)?
        };
        Ok(Some((position, part)))
    }

    fn simple(
        &mut self,
        attribute: &Attribute,
        value: Value,
        at: At<'_>,
    ) -> Result<Option<Value>, Error> {
        let value = self.unwrapped(value, at);
        match (attribute.kind, value) {
            (_, Value::Null) => Ok(None),
            (_, Value::String(text)) if text.is_empty() && self.forgives() => {
                self.repair(Quirk::EmptyClears, at);
                Ok(None)
            }
            (
                Kind::String | Kind::Reference | Kind::DateTime | Kind::Binary,
                Value::String(text),
            ) => self.text(attribute, text, at).map(Some),
            (Kind::Boolean, Value::Bool(flag)) => Ok(Some(Value::Bool(flag))),
            (Kind::Boolean, Value::String(text)) if self.forgives() => {
                let flag = match text.to_ascii_lowercase().as_str() {
                    "true" => true,
                    "false" => false,
                    _ => {
                        return Err(Error::invalid_value(format!(
                            "The attribute {at} must be true or false."
                        )));
                    }
                };
                self.repair(Quirk::StringBoolean, at);
                Ok(Some(Value::Bool(flag)))
            }
            // serde_json reads a fraction or an exponent as a float, so those are refused here
            // (RFC 7643 §2.3.4).
            (Kind::Integer, Value::Number(number)) if number.is_i64() => {
                Ok(Some(Value::Number(number)))
            }
            (Kind::Decimal, Value::Number(number)) => Ok(Some(Value::Number(number))),
            (kind, _) => {
                Err(Error::invalid_value(format!("The attribute {at} must be {}.", wanted(kind))))
            }
        }
    }

    fn text(&mut self, attribute: &Attribute, text: String, at: At<'_>) -> Result<Value, Error> {
        let kind = attribute.kind;
        let is_one_of = |values: &[String]| {
            values.iter().any(|value| {
                *value == text || (!attribute.case_exact && fold(value) == fold(&text))
            })
        };
        if attribute.canonical == Canonical::Only && !is_one_of(&attribute.canonical_values) {
            let values = attribute.canonical_values.join(", ");
            return Err(Error::invalid_value(format!(
                "The attribute {at} must be one of: {values}."
            )));
        }
        // PostgreSQL cannot hold it, and no attribute has a use for it.
        if text.contains('\0') {
            return Err(Error::invalid_value(format!(
                "The attribute {at} must not hold a zero character."
            )));
        }
        // Known clients send random text where a URI belongs; only strict mode insists.
        if kind == Kind::Reference && self.forgives() && !is_uri(&text) {
            self.repair(Quirk::LooseReference, at);
            return Ok(Value::String(text));
        }
        let fits = match kind {
            Kind::DateTime => resolve_date_time(&text).is_some(),
            Kind::Binary => is_base64(&text),
            Kind::Reference => is_uri(&text),
            Kind::String | Kind::Boolean | Kind::Decimal | Kind::Integer | Kind::Complex => true,
        };
        if fits {
            Ok(Value::String(text))
        } else {
            Err(Error::invalid_value(format!("The attribute {at} must be {}.", wanted(kind))))
        }
    }
}

/// The most values of one attribute. Every later filter and PATCH walks over them, so the cost of
/// a request is bounded by this. Members of groups are stored apart and do not count.
pub const MAX_VALUES: usize = 1000;

pub(crate) fn check_length(length: usize, at: impl fmt::Display) -> Result<(), Error> {
    if length > MAX_VALUES {
        return Err(Error::invalid_value(format!(
            "The attribute {at} can hold {MAX_VALUES} values at most."
        )));
    }
    Ok(())
}

fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "text",
        Kind::Boolean => "true or false",
        Kind::Decimal => "a number",
        Kind::Integer => "a whole number without fraction or exponent",
        Kind::DateTime => "a date and time such as 2011-05-13T04:42:34Z",
        Kind::Binary => "base64 text",
        Kind::Reference => "a URI",
        Kind::Complex => "a JSON object",
    }
}

/// RFC 4648, both alphabets, padding optional.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    let length_fits = digits.len() % 4 != 1;
    let padding_fits = padding == 0 || (padding <= 2 && text.len().is_multiple_of(4));
    length_fits && padding_fits && digits.bytes().all(alphabet)
}

/// The characters RFC 3986 does not allow anywhere; a relative reference is a URI here.
fn is_uri(text: &str) -> bool {
    text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"\"<>\\^`{|}".contains(c))
}
