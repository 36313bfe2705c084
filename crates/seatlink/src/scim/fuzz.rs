//! The parsers of this surface against what nobody would send. `cargo xtask fuzz` runs them for
//! longer.

#[path = "../../../../fuzz/harness.rs"]
mod harness;

use std::borrow::Cow;

use serde_json::Value;

use super::{endpoint::Endpoint, json};

/// The strict reader and the lenient one agree on everything that has no name twice.
#[test]
fn fuzz_json() {
    let seeds = [
        r#"{"schemas":["a"],"userName":"b\u00e4\"","active":true,"x":[1,-2.5e3,null,{}]}"#,
        r#"{"a":{"b":[[[{"c":"d"}]]]},"a ":1,"A":2}"#,
    ];
    let words = [
        "{", "}", "[", "]", ",", ":", "\"a\":", "\"", "\\u", "\\ud800", "1e999", "-0", "null", " ",
        "\\\"",
    ];
    harness::run("json", &seeds, &words, |data| {
        let lenient = serde_json::from_slice::<Value>(data);
        match json::parse(data) {
            Ok(value) => {
                let written = value.to_string();
                // The parser takes fractions to within one unit of the last place.
                if !has_fraction(&value) {
                    assert_eq!(json::parse(written.as_bytes()).as_ref(), Ok(&value), "{written}");
                }
                assert_eq!(lenient.ok(), Some(value));
                String::from("ok")
            }
            Err(error) => {
                assert!(lenient.is_err() || error.detail.contains("twice"), "{}", error.detail);
                format!("{:?} {}", error.scim_type, error.detail)
            }
        }
    });
}

fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(map) => map.values().any(has_fraction),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

/// Whatever a path names is named by one path only, or by its encoded forms.
#[test]
fn fuzz_endpoint() {
    let seeds = [
        "/scim/v2",
        "/scim/v2/",
        "/scim/v2/Users",
        "/scim/v2/Users/1",
        "/scim/v2/Users/.search",
        "/scim/v2/.search",
        "/scim/v2/Groups/a%2Fb",
        "/scim/v2/Schemas/urn:a:b",
        "/scim/v2/ResourceTypes/User",
        "/scim/v2/Me",
        "/scim/v2/Bulk",
    ];
    let words = [
        "/", "//", "%2F", "%2e%2e", "..", ".", "%", "%ff", "%00", ";", "Users", "v2", "scim", "?",
        "#",
    ];
    harness::run("endpoint", &seeds, &words, |data| {
        let path = String::from_utf8_lossy(data);
        let Some(endpoint) = Endpoint::parse(&path) else { return String::from("nothing") };
        assert!(path.starts_with("/scim/v2"), "{path}");
        assert!(endpoint.allow().contains("OPTIONS"), "{path}");
        let kind = format!("{endpoint:?}");
        if let Endpoint::User(id) | Endpoint::Group(id) = &endpoint {
            assert!(!id.is_empty() && matches!(id, Cow::Borrowed(_) | Cow::Owned(_)), "{path}");
        }
        kind.split('(').next().unwrap_or_default().to_owned()
    });
}
