//! Reading a JSON body as RFC 7493 wants it: no name twice in one object.
//!
//! Of two equal names a reader may take either. Whatever checked the request before us may have taken
//! the other one.

use std::fmt;

use seatlink_scim::Error as ScimError;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Parses a body. Nesting is limited to 128 levels by the parser.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, ScimError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ScimError::invalid_syntax("The request has no body; a JSON object is needed."));
    }
    match serde_json::from_slice::<Strict>(bytes) {
        Ok(Strict(value)) => Ok(value),
        Err(error) => {
            Err(ScimError::invalid_syntax(format!("The body is not valid JSON: {error}.")))
        }
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = entries.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(de::Error::custom("an object has the same name twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn detail(text: &str) -> String {
        parse(text.as_bytes()).map_or_else(|error| error.detail, |value| value.to_string())
    }

    #[test]
    fn a_value_is_read_as_it_stands() {
        let text = r#"{"b":[1,-2,1.5,null,true,"ä\u00e4"],"a":{}}"#;
        assert_eq!(
            parse(text.as_bytes()),
            Ok(json!({ "b": [1, -2, 1.5, null, true, "ää"], "a": {} }))
        );
    }

    #[test]
    fn the_same_name_twice_is_refused_at_any_depth() {
        assert!(detail(r#"{"a":1,"a":2}"#).contains("twice"));
        assert!(detail(r#"{"x":[{"a":1,"\u0061":2}]}"#).contains("twice"));
    }

    #[test]
    fn deep_nesting_is_refused_before_the_stack_ends() {
        assert!(detail(&"[".repeat(200_000)).contains("recursion limit"));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "  \n", "{", "{} {}", "1e999999", "\"\\ud800\"", "nul"] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(parse(b"\"\xff\"").is_err());
    }
}
