//! JSON schemas of resources, made from the schemas that requests are checked against.
//!
//! Each resource type has two: what a client sends, and what it gets. What it gets may be a
//! selection (`attributes`), so little is required there; what it sends must have what the schema
//! demands.

use seatlink_scim::{Attribute, Kind, Mutability, Registry, ResourceType, Returned, Schema};
use serde_json::{Map, Value, json};

/// Which way the resource goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

/// The resources of the standard profile.
pub(super) fn schemas(schemas: &mut Map<String, Value>) {
    for rt in Registry::standard().resource_types() {
        schemas.insert(rt.name.clone(), resource(rt, Way::Out));
        schemas.insert(format!("{}Request", rt.name), resource(rt, Way::In));
    }
}

fn resource(rt: &ResourceType, way: Way) -> Value {
    let mut properties = Map::new();
    properties.insert(String::from("schemas"), urns(rt, way));
    for name in ["id", "externalId", "meta"] {
        if let Some(found) = rt.find(None, name) {
            insert(&mut properties, found.attribute, way);
        }
    }
    for attribute in &rt.schema.attributes {
        insert(&mut properties, attribute, way);
    }
    for extension in &rt.extensions {
        properties.insert(extension.schema.id.clone(), container(&extension.schema, way));
    }
    let mut required = vec!["schemas"];
    match way {
        Way::Out => required.push("id"),
        Way::In => required.extend(demanded(&rt.schema.attributes)),
    }
    let mut schema = json!({
        "type": "object",
        "description": format!(
            "{}. Attributes of the standard profile; tenants may have fewer, and extensions of their own: \
             `/scim/v2/Schemas` tells.",
            rt.description
        ),
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    });
    if way == Way::Out {
        schema["patternProperties"] = json!({ "^[Uu][Rr][Nn]:": { "type": "object" } });
    }
    schema
}

/// The attribute `schemas`.
fn urns(rt: &ResourceType, way: Way) -> Value {
    let mut schema = json!({
        "type": "array",
        "description": "The URNs of the schemas of the resource.",
        "items": { "type": "string" },
        "minItems": 1,
    });
    if way == Way::In {
        let known: Vec<&str> = rt.schemas().map(|schema| schema.id.as_str()).collect();
        schema["items"] = json!({ "type": "string", "enum": known });
        schema["contains"] = json!({ "const": rt.schema.id });
        schema["uniqueItems"] = true.into();
    }
    schema
}

fn container(schema: &Schema, way: Way) -> Value {
    let mut properties = Map::new();
    for attribute in &schema.attributes {
        insert(&mut properties, attribute, way);
    }
    let mut value = json!({
        "type": kinds("object", way),
        "description": schema.description,
        "properties": properties,
        "additionalProperties": false,
    });
    let required: Vec<&str> = demanded(&schema.attributes).collect();
    if way == Way::In && !required.is_empty() {
        value["required"] = json!(required);
    }
    value
}

/// What a client must send.
fn demanded(attributes: &[Attribute]) -> impl Iterator<Item = &str> {
    attributes
        .iter()
        .filter(|attribute| attribute.required && attribute.mutability != Mutability::ReadOnly)
        .map(|attribute| attribute.name.as_str())
}

fn insert(properties: &mut Map<String, Value>, attribute: &Attribute, way: Way) {
    if way == Way::Out && attribute.returned == Returned::Never {
        return;
    }
    properties.insert(attribute.name.clone(), of(attribute, way));
}

fn of(attribute: &Attribute, way: Way) -> Value {
    if way == Way::In && attribute.mutability == Mutability::ReadOnly {
        // Whatever it is, it is left out: a resource can be sent back as it was read.
        return json!({
            "description": format!("{} Ignored in requests.", attribute.description),
        });
    }
    let one = single(attribute, way);
    if !attribute.multi_valued {
        return one;
    }
    let mut list = json!({
        "type": kinds("array", way),
        "description": attribute.description,
        "items": one,
    });
    if way == Way::In && attribute.name != "members" {
        list["maxItems"] = seatlink_scim::validate::MAX_VALUES.into();
    }
    if way == Way::In && attribute.sub_attribute("primary").is_some() {
        // RFC 7643 §2.4.
        list["contains"] =
            json!({ "required": ["primary"], "properties": { "primary": { "const": true } } });
        list["minContains"] = 0.into();
        list["maxContains"] = 1.into();
    }
    list
}

fn single(attribute: &Attribute, way: Way) -> Value {
    let (kind, format) = match attribute.kind {
        Kind::String => ("string", None),
        Kind::Boolean => ("boolean", None),
        Kind::Decimal => ("number", None),
        Kind::Integer => ("integer", None),
        Kind::DateTime => ("string", Some("date-time")),
        Kind::Binary => ("string", Some("byte")),
        Kind::Reference => ("string", Some("uri-reference")),
        Kind::Complex => ("object", None),
    };
    let required = attribute.required && way == Way::In;
    let mut schema = json!({
        "type": if required { json!(kind) } else { kinds(kind, way) },
        "description": attribute.description,
    });
    // Values that clients sent to a forgiving connection come back as they are.
    if let Some(format) = format.filter(|_| way == Way::In) {
        schema["format"] = format.into();
    }
    if !attribute.canonical_values.is_empty() {
        schema["examples"] = json!(attribute.canonical_values);
    }
    match attribute.kind {
        Kind::Complex => complex(&mut schema, attribute, way),
        Kind::String | Kind::Reference if way == Way::In => {
            // No zero character: no database keeps one. A required text says something.
            schema["pattern"] =
                if required { "^[^\\u0000]*[^\\u0000\\s][^\\u0000]*$" } else { "^[^\\u0000]*$" }
                    .into();
        }
        _ => {}
    }
    schema
}

fn complex(schema: &mut Value, attribute: &Attribute, way: Way) {
    let mut properties = Map::new();
    for sub in &attribute.sub_attributes {
        insert(&mut properties, sub, way);
    }
    schema["properties"] = Value::Object(properties);
    schema["additionalProperties"] = false.into();
    let required: Vec<&str> = demanded(&attribute.sub_attributes).collect();
    if way == Way::In && !required.is_empty() {
        schema["required"] = json!(required);
    }
}

/// Null is the unassigned state in requests (RFC 7643 §2.5); answers leave such attributes out.
fn kinds(kind: &str, way: Way) -> Value {
    match way {
        Way::In => json!([kind, "null"]),
        Way::Out => json!(kind),
    }
}
