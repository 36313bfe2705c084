//! That the document says what the router serves, and holds together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document;
use crate::{api, oauth, openapi};
use seatlink_edge::{Side, ops};

type Served = BTreeMap<String, BTreeSet<String>>;

/// What a router serves, from its own mouth: axum lists routes nowhere but in its debug text.
fn routes(debug: &str) -> Served {
    let between = |text: &str, start: &str, end: &str| {
        let (_, rest) = text.split_once(start)?;
        Some(rest.split_once(end)?.0.to_owned())
    };
    let numbered = |entry: &str| Some(entry.split_once(')')?.0.to_owned());
    // The second half is about fallbacks.
    let handlers = debug.split("Node {").next().unwrap_or_default();
    let paths: BTreeMap<String, String> = between(debug, "Node { paths: {", "} }")
        .unwrap_or_default()
        .split("RouteId(")
        .filter_map(|entry| Some((numbered(entry)?, between(entry, "\"", "\"")?)))
        .collect();
    handlers
        .split("RouteId(")
        .filter_map(|entry| {
            let path = paths.get(&numbered(entry)?)?;
            let allow = between(entry, "allow_header: Bytes(b\"", "\"")?;
            Some((path.clone(), allow.split(',').map(str::to_ascii_lowercase).collect()))
        })
        .collect()
}

fn documented(side: Side) -> Served {
    let document = document(side);
    let paths = document["paths"].as_object().expect("the document has paths");
    paths
        .iter()
        .filter(|(path, _)| !path.starts_with("/scim"))
        .map(|(path, item)| {
            (path.clone(), item.as_object().into_iter().flatten().map(|(m, _)| m.clone()).collect())
        })
        .collect()
}

#[test]
fn every_route_for_programs_is_in_the_document_and_no_other() {
    let mut served = Served::new();
    for router in
        [api::router(), api::of_connections(), oauth::router(), ops::router(), openapi::router()]
    {
        let routes = routes(&format!("{router:?}"));
        assert!(!routes.is_empty(), "the debug text of a router was not understood: {router:?}");
        served.extend(routes);
    }
    assert_eq!(documented(Side::Both), served);
}

#[test]
fn a_side_documents_its_own_doors_only() {
    let has = |side, path: &str| documented(side).contains_key(path);
    assert!(has(Side::Receiving, "/auth/token") && !has(Side::Receiving, "/api/v1/integrations"));
    assert!(has(Side::Sending, "/api/v1/integrations") && !has(Side::Sending, "/auth/token"));
}

#[test]
fn every_reference_has_a_target_and_every_operation_a_name_of_its_own() {
    for side in [Side::Receiving, Side::Sending, Side::Both] {
        let document = document(side);
        let mut references = BTreeSet::new();
        collect(&document, "$ref", &mut references);
        for reference in references {
            let pointer = reference.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
        let names: Vec<&str> = document["paths"]
            .as_object()
            .into_iter()
            .flat_map(|paths| paths.values())
            .filter_map(Value::as_object)
            .flat_map(|item| item.values())
            .filter_map(|operation| operation["operationId"].as_str())
            .collect();
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
