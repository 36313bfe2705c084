//! Sorting in memory (RFC 7644 §3.4.2.3).
//!
//! This is the meaning of sorting; what databases do is tested against it.

use std::cmp::Ordering;

use serde_json::Value;

use super::Target;
use crate::document::is_unassigned;
use crate::search_form::fold_cow;
use crate::{Kind, resolve_date_time};

/// How many characters of a text count when sorting. A page that goes on where another ended has
/// to name the place, so the place must not be of any length.
pub const SORTED_CHARACTERS: usize = 256;

/// What a resource is sorted by: one value in comparable form.
#[derive(Clone, Debug, PartialEq)]
pub enum SortKey {
    /// Text, folded unless the attribute is case exact; an instant in its fixed form; a boolean.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Decimal(f64),
}

impl Target {
    /// The value that a resource is sorted by, if it has one. Of a list that is the primary
    /// element, or else the first.
    ///
    /// ```
    /// use seatlink_scim::{Leniency, Registry, filter};
    /// use serde_json::json;
    ///
    /// let registry = Registry::standard();
    /// let user = registry.resource_type("User").expect("users are standard");
    /// let target = filter::sort_target("emails", user, Leniency::Strict)?;
    /// let view = json!({"emails": [{"value": "a@x"}, {"value": "B@x", "primary": true}]});
    /// assert_eq!(target.sort_key(&view), Some(filter::SortKey::Text("b@x".into())));
    /// # Ok::<(), seatlink_scim::Error>(())
    /// ```
    pub fn sort_key(&self, view: &Value) -> Option<SortKey> {
        let holder = match &self.schema {
            Some(urn) => view.get(urn)?,
            None => view,
        };
        let attribute = one_of(holder.get(&self.attribute)?)?;
        let value = match (&self.sub, attribute) {
            (Some(sub), Value::Object(map)) => match map.get(sub) {
                Some(value) => one_of(value)?,
                // RFC 7643 §2.4: an element without primary is not primary.
                None if self.multi_valued && self.kind == Kind::Boolean && sub == "primary" => {
                    &Value::Bool(false)
                }
                None => return None,
            },
            (Some(sub), simple) if sub == "value" => simple,
            (Some(_), _) => return None,
            (None, simple) => simple,
        };
        if is_unassigned(value) {
            return None;
        }
        match (self.kind, value) {
            (Kind::Integer | Kind::Decimal, Value::Number(number)) => match number.as_i64() {
                Some(whole) => Some(SortKey::Integer(whole)),
                None => number.as_f64().map(SortKey::Decimal),
            },
            (Kind::Integer | Kind::Decimal, _) => None,
            (Kind::DateTime, Value::String(text)) => resolve_date_time(text).map(SortKey::Text),
            (_, Value::Bool(flag)) => Some(SortKey::Text(flag.to_string())),
            (_, Value::String(text)) => {
                let folded = if self.case_exact { text.as_str().into() } else { fold_cow(text) };
                Some(SortKey::Text(folded.chars().take(SORTED_CHARACTERS).collect()))
            }
            _ => None,
        }
    }
}

/// The primary element of a list, or else the first; what is no list is itself.
fn one_of(value: &Value) -> Option<&Value> {
    let Value::Array(elements) = value else { return Some(value) };
    let is_primary = |element: &&Value| element.get("primary") == Some(&Value::Bool(true));
    elements.iter().find(is_primary).or_else(|| elements.first())
}

impl SortKey {
    /// Which comes first when sorting upwards. A missing value is larger than any other.
    pub fn compare(this: Option<&Self>, other: Option<&Self>) -> Ordering {
        match (this, other) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(this), Some(other)) => this.order(other),
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(this), Self::Text(other)) => this.cmp(other),
            (Self::Integer(this), Self::Integer(other)) => this.cmp(other),
            _ => self.decimal().partial_cmp(&other.decimal()).unwrap_or(Ordering::Equal),
        }
    }

    fn decimal(&self) -> f64 {
        match self {
            Self::Text(_) => f64::NAN,
            // The nearest decimal; JSON numbers carry no more than that.
            Self::Integer(whole) => serde_json::Number::from(*whole).as_f64().unwrap_or(f64::NAN),
            Self::Decimal(decimal) => *decimal,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Leniency, Registry, filter};

    fn key(path: &str, view: &Value) -> Option<SortKey> {
        let registry = Registry::standard();
        let user = registry.resource_type("User").expect("users are standard");
        filter::sort_target(path, user, Leniency::Strict)
            .unwrap_or_else(|error| unreachable!("{path}: {}", error.detail))
            .sort_key(view)
    }

    fn text(text: &str) -> SortKey {
        SortKey::Text(text.to_owned())
    }

    #[test]
    fn case_counts_where_the_schema_says_so() {
        let view = json!({ "userName": "Bjensen", "externalId": "Bjensen" });
        assert_eq!(key("USERNAME", &view), Some(text("bjensen")));
        assert_eq!(key("externalid", &view), Some(text("Bjensen")));
    }

    #[test]
    fn the_primary_element_counts_and_else_the_first() {
        let view = json!({ "emails": [
            { "value": "b@x", "type": "home" },
            { "value": "a@x", "type": "work", "primary": true },
        ]});
        assert_eq!(key("emails", &view), Some(text("a@x")));
        assert_eq!(key("emails.type", &view), Some(text("work")));
        assert_eq!(key("emails.display", &view), None);
        let without = json!({ "emails": [{ "value": "b@x" }, { "value": "a@x" }] });
        assert_eq!(key("emails.value", &without), Some(text("b@x")));
    }

    #[test]
    fn times_compare_as_instants() {
        let early = json!({ "meta": { "created": "2020-01-01T01:00:00+02:00" } });
        let late = json!({ "meta": { "created": "2020-01-01T00:00:00Z" } });
        let keys = (key("meta.created", &early), key("meta.created", &late));
        assert_eq!(SortKey::compare(keys.0.as_ref(), keys.1.as_ref()), Ordering::Less);
    }

    #[test]
    fn a_missing_value_is_the_largest() {
        let some = SortKey::Text(String::from("\u{10ffff}"));
        assert_eq!(SortKey::compare(None, Some(&some)), Ordering::Greater);
        assert_eq!(SortKey::compare(None, None), Ordering::Equal);
    }

    #[test]
    fn an_attribute_of_an_extension_is_named_by_its_urn() {
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let view = json!({ urn: { "department": "Sales", "manager": { "value": "26" } } });
        assert_eq!(key(&format!("{urn}:department"), &view), Some(text("sales")));
        assert_eq!(key(&format!("{urn}:manager.value"), &view), Some(text("26")));
    }
}
