//! Connections of provisioning clients, which both sides have.

use seatlink_scim::Quirk;
use serde_json::{Map, Value, json};

use super::operation::{JSON, Operation, Paths, schema};

const TAG: &str = "API";
const ALWAYS: &[u16] = &[401, 403, 421, 429, 500, 503];

pub(super) fn schemas(schemas: &mut Map<String, Value>) {
    let choice = |words: &[&str]| json!({ "type": "string", "enum": words, "default": "conflict" });
    let policy = json!({
        "type": "object",
        "description": "How a connection's requests are taken.",
        "properties": {
            "leniency": {
                "type": "string",
                "enum": ["strict", "forgiving"],
                "default": "forgiving",
                "description": "By the letter of the RFCs, or with known clients' habits repaired.",
            },
            "existing": {
                "type": "object",
                "description": "What a create does that meets an inactive user with the same value.",
                "properties": {
                    "user_name": choice(&["conflict", "restore"]),
                    "external_id": choice(&["conflict", "restore", "create"]),
                    "email": choice(&["conflict", "create"]),
                },
                "additionalProperties": false,
            },
        },
        "additionalProperties": false,
    });
    schemas.insert(String::from("Policy"), policy);
    let text = json!({ "type": "string" });
    let time = json!({ "type": "string", "format": "date-time" });
    let quirks: Vec<&str> = Quirk::ALL.iter().map(|quirk| quirk.id()).collect();
    let repair = json!({
        "type": "object",
        "required": ["quirk", "clause", "known_from", "sentence", "times", "first_at", "last_at"],
        "properties": {
            "quirk": { "type": "string", "enum": quirks },
            "clause": { "type": "string", "description": "What it bends." },
            "known_from": text, "sentence": text,
            "times": { "type": "integer", "minimum": 1 },
            "first_at": time, "last_at": time,
        },
    });
    let connection = json!({
        "type": "object",
        "description": "What a provisioning client comes in by, and what was repaired for it.",
        "required": ["id", "kind", "name", "open", "policy", "last_used_at", "repairs", "rate_limited"],
        "properties": {
            "id": { "type": "string", "description": "The client id of an application or the id of a token." },
            "kind": { "type": "string", "enum": ["application", "static-token"] },
            "name": text,
            "open": { "type": "boolean", "description": "Neither disabled nor revoked." },
            "policy": schema("Policy"),
            "last_used_at": { "type": ["string", "null"], "format": "date-time" },
            "repairs": { "type": "array", "items": repair },
            "rate_limited": {
                "type": "integer", "minimum": 0,
                "description": "Requests refused with 429 because they were too many in a second.",
            },
        },
    });
    schemas.insert(String::from("ClientConnection"), connection);
}

fn operation(id: &str, summary: &str) -> Operation {
    Operation::new(TAG, id, summary).security(&["bearer"]).refuses("Api", ALWAYS)
}

pub(super) fn describe(paths: &mut Paths) {
    let list = json!({
        "type": "object",
        "required": ["connections"],
        "properties": {
            "connections": { "type": "array", "items": schema("ClientConnection") },
        },
    });
    paths.add(
        "get",
        "/api/v1/connections",
        operation("listConnections", "Applications and static tokens that clients come in by.")
            .answers(200, "The list.", JSON, &list),
    );
    paths.add(
        "get",
        "/api/v1/connections/{id}",
        operation("getConnection", "One connection.").shares("id").refuses("Api", &[404]).answers(
            200,
            "It.",
            JSON,
            &schema("ClientConnection"),
        ),
    );
    paths.add(
        "put",
        "/api/v1/connections/{id}/policy",
        operation("setPolicy", "Say how requests are taken, from the next one on.")
            .shares("id")
            .body(&[JSON], &schema("Policy"))
            .answers(200, "The connection as it is now.", JSON, &schema("ClientConnection"))
            .refuses("Api", &[400, 404, 413]),
    );
}
