//! What the case files share: placeholders, the acceptance extension, and comparing resources.

use seatlink_scim::{Leniency, Registry, ResourceType, Schema, validate};
use serde_json::{Map, Value, json};

/// The parsed case file.
pub(crate) fn cases(text: &str) -> Value {
    serde_json::from_str(text).expect("a case file is JSON")
}

/// The standard registry with the extension the cases use.
pub(crate) fn registry() -> Registry {
    let filters = cases(include_str!("../cases/filters.json"));
    let schema =
        Schema::from_json(&filters["testExtension"]).expect("the extension is well formed");
    Registry::standard().with_extension("User", schema, false).expect("it is new")
}

/// Puts labels in place of `${label}`: labels are ids here.
pub(crate) fn labels_as_ids(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(without_placeholders(text)),
        Value::Array(items) => items.iter().map(labels_as_ids).collect(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), labels_as_ids(value))).collect()
        }
        other => other.clone(),
    }
}

/// The same for text.
pub(crate) fn without_placeholders(text: &str) -> String {
    text.replace("${", "").replace('}', "")
}

/// The resource type a sample resource is of.
pub(crate) fn type_of<'a>(registry: &'a Registry, resource: &Value) -> &'a ResourceType {
    let urns = resource["schemas"].as_array().expect("a sample has schemas");
    registry
        .resource_types()
        .iter()
        .find(|rt| urns.iter().any(|urn| urn == rt.schema.id.as_str()))
        .expect("a sample is of a known type")
}

/// A sample resource as the server would return it.
pub(crate) fn stored(registry: &Registry, sample: &Value) -> Value {
    let rt = type_of(registry, sample);
    let accepted =
        validate::create(rt, sample.clone(), Leniency::Strict).expect("samples are valid");
    let mut full = accepted.document.into_map();
    full.insert("id".to_owned(), sample["id"].clone());
    if let Some(meta) = sample.get("meta") {
        full.insert("meta".to_owned(), meta.clone());
    } else {
        full.insert("meta".to_owned(), json!({ "resourceType": rt.name }));
    }
    Value::Object(full)
}

/// A resource reduced to what comparing looks at: order, unassigned values, `primary: false`,
/// `meta`, `schemas`, `id` and what the server adds to members do not count.
pub(crate) fn comparable(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(comparable_map(map)),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(comparable).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        other => other.clone(),
    }
}

fn comparable_map(map: &Map<String, Value>) -> Map<String, Value> {
    let skipped = ["meta", "schemas", "id", "password", "$ref"];
    let mut entries: Vec<(String, Value)> = map
        .iter()
        .filter(|(key, value)| {
            let says_nothing = *key == "primary" && **value == json!(false);
            !skipped.contains(&key.as_str()) && !says_nothing
        })
        .map(|(key, value)| {
            let value = if key == "members" { members(value) } else { comparable(value) };
            (key.to_ascii_lowercase(), value)
        })
        .filter(|(_, value)| {
            !matches!(value, Value::Null) && *value != json!([]) && *value != json!({})
        })
        .collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries.into_iter().collect()
}

fn members(value: &Value) -> Value {
    let ids =
        value.as_array().into_iter().flatten().map(|member| json!({ "value": member["value"] }));
    comparable(&ids.collect())
}

/// Whether an error is the one a case names: `scimType` may be a list.
pub(crate) fn is_error(expected: &Value, error: &seatlink_scim::Error) -> bool {
    let one_of = |expected: &Value, actual: Value| match expected {
        Value::Array(any) => any.contains(&actual),
        one => *one == actual,
    };
    let scim_type = error.scim_type.map(|kind| kind.as_str().into()).unwrap_or_default();
    one_of(&expected["status"], error.status.into()) && one_of(&expected["scimType"], scim_type)
}
