//! The part of the document that is derived from the declarations of the management API.

use serde_json::{Map, Value};
use utoipa::openapi::OpenApi;

use super::operation::{Operation, Paths};

/// Adds what was derived. It is merged as plain JSON: read into the types of the library, the parts
/// written by hand would lose the words that those types do not have.
pub(super) fn merge(derived: OpenApi, paths: &mut Paths, schemas: &mut Map<String, Value>) {
    let mut document = serde_json::to_value(derived).expect("a document has text keys");
    for (path, item) in object(document["paths"].take()) {
        for (method, operation) in object(item) {
            paths.add(&method, &path, Operation::from_value(operation));
        }
    }
    for (name, schema) in object(document["components"]["schemas"].take()) {
        let before = schemas.insert(name.clone(), schema);
        assert!(before.is_none(), "two schemas of the document are called {name}");
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
