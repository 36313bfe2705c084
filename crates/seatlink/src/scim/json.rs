//! Reading a JSON body as RFC 7493 wants it: no name twice in one object.
//!
//! Of two equal names a reader may take either. Whatever checked the request before us may have
//! taken the other one. To SCIM names that differ in case are the same (RFC 7643 §2.1).

use std::{collections::HashSet, fmt};

use seatlink_scim::Error as ScimError;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Parses a body. Nesting is limited to 128 levels by the parser.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, ScimError> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(ScimError::invalid_syntax(
            "The body begins with a byte order mark; send UTF-8 without one (RFC 8259 §8.1).",
        ));
    }
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

/// Names of an object up to which they are compared one by one.
const FEW_NAMES: usize = 24;

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
        let mut folded = HashSet::new();
        while let Some((name, Strict(value))) = entries.next_entry::<String, Strict>()? {
            // Few names are compared faster than they are hashed.
            let is_known = if object.len() < FEW_NAMES {
                object.keys().any(|known: &String| known.eq_ignore_ascii_case(&name))
            } else {
                if folded.is_empty() {
                    folded.extend(object.keys().map(|known| known.to_ascii_lowercase()));
                }
                !folded.insert(name.to_ascii_lowercase())
            };
            if is_known {
                let name: String = name.chars().take(100).collect();
                return Err(de::Error::custom(format!(
                    "an object has the same name twice, “{name}”; upper and lower case are the same"
                )));
            }
            object.insert(name, value);
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
        assert!(detail(r#"{"userName":"a","USERNAME":"b"}"#).contains("“USERNAME”"));
        // However many names there are.
        let many: Vec<String> = (0..200).map(|n| format!("\"a{n}\":{n}")).collect();
        assert!(!detail(&format!("{{{}}}", many.join(","))).contains("twice"));
        assert!(detail(&format!("{{{},\"A150\":1}}", many.join(","))).contains("twice"));
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
        assert!(detail("\u{feff}{}").contains("byte order mark"));
    }
}
