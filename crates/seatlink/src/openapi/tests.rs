//! That the document says what the router serves, and holds together.

use std::collections::BTreeSet;

use serde_json::Value;

use super::document;
use seatlink_edge::Side;

const SIDES: [Side; 3] = [Side::Receiving, Side::Sending, Side::Both];

/// Every operation as path, method and description.
fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// What is meant, if it is a reference.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null)
        }
        None => value,
    }
}

/// OpenAPI 3.1 §4.8.17 wants it; what derives the document does not.
#[test]
fn every_response_says_what_it_is() {
    for side in SIDES {
        let document = document(side);
        for (path, method, operation) in operations(&document) {
            let responses = operation["responses"].as_object();
            assert!(responses.is_some_and(|all| !all.is_empty()), "{method} {path}");
            for (status, response) in responses.into_iter().flatten() {
                let says = resolved(&document, response)["description"].as_str();
                assert!(says.is_some_and(|text| !text.is_empty()), "{method} {path} {status}");
            }
        }
    }
}

#[test]
fn every_part_of_an_address_is_a_parameter_and_every_operation_says_who_may_call_it() {
    let document = document(Side::Both);
    for (path, method, operation) in operations(&document) {
        let parts: BTreeSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let parameters: BTreeSet<&str> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|parameter| resolved(&document, parameter))
            .filter(|parameter| parameter["in"] == "path" && parameter["required"] == true)
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        assert_eq!(parts, parameters, "{method} {path}");
        assert!(operation["security"].is_array(), "{method} {path}");
        assert!(operation["summary"].is_string(), "{method} {path}");
    }
}

/// A misspelt member must not go unnoticed. Documents in the form of RFC 7643 are read by the
/// directory.
#[test]
fn bodies_of_the_management_api_take_no_members_that_they_do_not_know() {
    const READ_ELSEWHERE: [&str; 2] = ["OwnSchema", "OwnResourceType"];
    let document = document(Side::Both);
    let mut bodies = 0;
    for (path, method, operation) in operations(&document) {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if !path.starts_with("/manage/") || schema["$ref"].is_null() {
            continue;
        }
        bodies += 1;
        let mut waiting = vec![schema.clone()];
        while let Some(schema) = waiting.pop() {
            let mut references = BTreeSet::new();
            collect(&schema, "$ref", &mut references);
            for name in references.iter().filter_map(|reference| reference.rsplit('/').next()) {
                if !READ_ELSEWHERE.contains(&name) {
                    waiting.push(document["components"]["schemas"][name].clone());
                }
            }
            if schema["properties"].is_object() {
                assert_eq!(schema["additionalProperties"], false, "{method} {path}: {schema}");
            }
        }
    }
    assert!(bodies > 7, "{bodies} bodies were looked at");
}

#[test]
fn names_follow_one_rule() {
    let document = document(Side::Both);
    let snake = |name: &str| {
        name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
    };
    let schemas = &document["components"]["schemas"];
    let mut waiting: Vec<String> = operations(&document)
        .filter(|(path, ..)| path.starts_with("/manage/"))
        .flat_map(|(_, _, operation)| {
            let mut references = BTreeSet::new();
            collect(operation, "$ref", &mut references);
            references
        })
        .filter(|reference| reference.starts_with("#/components/schemas/"))
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(reference) = waiting.pop() {
        if reference.ends_with("/OwnResourceType") || !seen.insert(reference.clone()) {
            continue;
        }
        let name = reference.rsplit('/').next().unwrap_or_default();
        for member in schemas[name]["properties"].as_object().into_iter().flat_map(|all| all.keys())
        {
            assert!(snake(member), "{name}.{member}");
        }
        let mut references = BTreeSet::new();
        collect(&schemas[name], "$ref", &mut references);
        waiting.extend(references);
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn a_side_documents_its_own_doors_only() {
    let has = |side, path: &str| document(side)["paths"].get(path).is_some();
    let integrations = "/manage/v1/integrations";
    assert!(has(Side::Receiving, "/auth/token") && !has(Side::Receiving, integrations));
    assert!(has(Side::Sending, integrations) && !has(Side::Sending, "/auth/token"));
    assert!(has(Side::Receiving, "/manage/v1/outbox") && !has(Side::Sending, "/manage/v1/outbox"));
}

#[test]
fn every_reference_has_a_target_and_every_operation_a_name_of_its_own() {
    for side in SIDES {
        let document = document(side);
        let mut references = BTreeSet::new();
        collect(&document, "$ref", &mut references);
        for reference in references {
            let pointer = reference.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
        let names: Vec<&str> = operations(&document)
            .filter_map(|(.., operation)| operation["operationId"].as_str())
            .collect();
        assert_eq!(names.len(), operations(&document).count());
        let different: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(different.len(), names.len());
    }
}

fn collect(value: &Value, name: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(text)) = map.get(name) {
                found.insert(text.clone());
            }
            map.values().for_each(|value| collect(value, name, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, name, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn schemas_of_resources_follow_the_registry() {
    let schemas = &document(Side::Both)["components"]["schemas"];
    let password = |of: &str| schemas[of]["properties"].get("password").is_some();
    assert!(password("UserRequest") && !password("User"), "it can be set and is never returned");
    assert_eq!(schemas["UserRequest"]["required"], serde_json::json!(["schemas", "userName"]));
    assert_eq!(schemas["GroupRequest"]["required"], serde_json::json!(["schemas", "displayName"]));
}
