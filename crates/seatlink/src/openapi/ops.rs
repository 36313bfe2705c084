//! Probes, and the document itself.

use serde_json::{Value, json};

use super::{
    PATH,
    operation::{JSON, Operation, Paths},
};

pub(super) fn describe(paths: &mut Paths) {
    let status = |also: &str| -> Value {
        let mut schema = json!({
            "type": "object",
            "required": ["status"],
            "properties": { "status": { "type": "string" } },
        });
        if !also.is_empty() {
            schema["properties"][also] = json!({ "type": "string" });
        }
        schema
    };
    paths.add(
        "get",
        "/health",
        Operation::new("Operations", "health", "Whether the process answers.")
            .security(&[])
            .answers(200, "It does.", JSON, &status("version")),
    );
    paths.add(
        "get",
        "/ready",
        Operation::new("Operations", "ready", "Whether the database answers too.")
            .security(&[])
            .answers(200, "It does.", JSON, &status(""))
            .answers(503, "It does not.", JSON, &status("")),
    );
    paths.add(
        "get",
        PATH,
        Operation::new("Operations", "openapi", "This document.")
            .security(&[])
            .takes(json!({
                "name": "If-None-Match",
                "in": "header",
                "schema": { "type": "string" },
                "description": "The version that the client has.",
            }))
            .answers(200, "An OpenAPI 3.1 document.", JSON, &json!({ "type": "object" }))
            .with_headers(200, &["ETag", "Cache-Control"])
            .bare(304, "The client has this version.")
            .with_headers(304, &["ETag", "Cache-Control"]),
    );
}
