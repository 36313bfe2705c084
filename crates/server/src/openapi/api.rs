//! Our own API, `/api/v1`.

use serde_json::{Map, Value, json};

use super::operation::{JSON, Operation, Paths, schema};

const TAG: &str = "API";
/// What any request to the API may get.
const ALWAYS: &[u16] = &[401, 403, 421, 429, 500, 503];

pub(super) fn schemas(schemas: &mut Map<String, Value>) {
    let mut add = |name: &str, schema: Value| {
        schemas.insert(name.to_owned(), schema);
    };
    add("Integration", integration());
    add("Standing", standing());
    add("Connection", connection());
    add("Assignment", assignment());
    add("Change", change());
    add("RegisteredSchema", registered_schema());
}

fn integration() -> Value {
    json!({
        "type": "object",
        "description": "An application of the sending side and its connection, without secrets.",
        "required": ["id", "app_name", "label", "status", "settings", "callback_url", "created_at"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "app_name": { "type": "string" },
            "label": { "type": "string" },
            "status": { "type": "string", "enum": ["unconfigured", "needs-authorization", "ready"] },
            "status_reason": { "type": ["string", "null"] },
            "settings": { "type": "object" },
            "callback_url": { "type": "string" },
            "created_at": { "type": "string", "format": "date-time" },
            "standing": { "oneOf": [schema("Standing"), { "type": "null" }] },
        },
    })
}

fn standing() -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "description": "How far provisioning is.",
        "required": ["waiting", "failed", "active", "inactive"],
        "properties": { "waiting": count, "failed": count, "active": count, "inactive": count },
    })
}

fn connection() -> Value {
    let mode = |name: &str, also: Value| {
        let mut required = vec![String::from("mode")];
        required.extend(also.as_object().into_iter().flat_map(|map| map.keys().cloned()));
        let mut properties = also;
        properties["mode"] = json!({ "const": name });
        json!({ "type": "object", "required": required, "properties": properties })
    };
    let text = json!({ "type": "string" });
    let url = json!({ "type": "string", "format": "uri" });
    json!({
        "type": "object",
        "description": "Where and how provisioning reaches the application. The secret that belongs to the mode \
            is sent beside it and never answered.",
        "required": ["base_url", "auth"],
        "properties": {
            "base_url": { "type": "string", "format": "uri", "description": "Without `_`: some clients refuse it." },
            "unique_identifier": { "type": "string", "default": "userName" },
            "actions": {
                "type": "object",
                "properties": {
                    "push_new_users": { "type": "boolean" },
                    "push_profile_updates": { "type": "boolean" },
                },
            },
            "auth": {
                "oneOf": [
                    mode("basic", json!({ "username": text })),
                    mode("header", json!({})),
                    mode(
                        "o-auth2",
                        json!({
                            "token_endpoint": url,
                            "authorization_endpoint": url,
                            "client_id": text,
                        }),
                    ),
                ],
            },
            "update_style": { "type": "string", "enum": ["put", "patch"] },
            "concurrency": { "type": "integer", "minimum": 0, "maximum": 65_535 },
            "password": { "type": ["string", "null"] },
            "header": { "type": ["string", "null"] },
            "client_secret": { "type": ["string", "null"] },
        },
    })
}

fn assignment() -> Value {
    let ids = json!({ "type": "array", "items": { "type": "string", "format": "uuid" } });
    json!({
        "type": "object",
        "properties": { "people": ids, "groups": ids },
        "additionalProperties": false,
    })
}

fn change() -> Value {
    json!({
        "type": "object",
        "description": "A row of the change log.",
        "required": ["sequence", "at", "actor", "operation", "resource", "reason", "sentence", "event"],
        "properties": {
            "sequence": { "type": "integer" },
            "at": { "type": "string", "format": "date-time" },
            "actor": { "type": "object" },
            "operation": { "type": "string" },
            "resource": { "type": "object" },
            "reason": { "type": "string", "description": "A stable word for programs." },
            "sentence": {
                "type": "string",
                "description": "The event in words: English, or Chinese if Accept-Language asks for it.",
            },
            "event": {
                "type": ["object", "null"],
                "required": ["type"],
                "properties": { "type": { "type": "string" } },
                "description": "What happened: the stable name of the event and its fields. A person, group, role or \
                    application has id and name. Null if this version cannot read the row.",
            },
        },
    })
}

fn registered_schema() -> Value {
    json!({
        "type": "object",
        "description": "A schema of the tenant's own: an extension, or the core schema of a resource type.",
        "required": ["resourceType", "endpoint", "required", "schema", "created"],
        "properties": {
            "resourceType": { "type": "string" },
            "endpoint": { "type": ["string", "null"], "description": "Null for an extension." },
            "required": { "type": "boolean" },
            "schema": { "type": "object", "description": "In the form of RFC 7643 section 7." },
            "created": { "type": "string", "format": "date-time" },
        },
    })
}

pub(super) fn describe(paths: &mut Paths) {
    directory(paths);
    own_schemas(paths);
    integrations(paths);
    settings(paths);
    work(paths);
}

fn operation(id: &str, summary: &str) -> Operation {
    Operation::new(TAG, id, summary).security(&["bearer"]).refuses("Api", ALWAYS)
}

fn of_integration(id: &str, summary: &str) -> Operation {
    operation(id, summary).shares("id").refuses("Api", &[404])
}

/// An object with these required members.
fn object(members: &Value) -> Value {
    let required: Vec<&String> = members.as_object().into_iter().flat_map(Map::keys).collect();
    json!({ "type": "object", "required": required, "properties": members })
}

fn directory(paths: &mut Paths) {
    let count = json!({ "type": "integer", "minimum": 0 });
    let summary =
        json!({ "created": count, "updated": count, "unchanged": count, "groups": count });
    paths.add(
        "post",
        "/api/v1/people/import",
        operation("importPeople", "Import people: all rows or none.")
            .description("A CSV file with a header line, or SCIM users as JSON.")
            .body(&["text/csv", JSON], &json!({}))
            .answers(200, "What was imported.", JSON, &object(&summary))
            .refuses("Api", &[400, 413, 422]),
    );
    let rows = json!({ "changes": { "type": "array", "items": schema("Change") } });
    paths.add(
        "get",
        "/api/v1/history/{id}",
        operation("history", "What happened to a resource, with the reasons.")
            .shares("id")
            .answers(200, "Rows of the change log.", JSON, &object(&rows))
            .refuses("Api", &[404]),
    );
}

fn own_schemas(paths: &mut Paths) {
    let path = "/api/v1/schemas";
    let all = json!({ "schemas": { "type": "array", "items": schema("RegisteredSchema") } });
    paths.add(
        "get",
        path,
        operation("listOwnSchemas", "Schemas that the tenant registered.").answers(
            200,
            "The list.",
            JSON,
            &object(&all),
        ),
    );
    let form = json!({
        "type": "object",
        "required": ["id", "attributes"],
        "properties": {
            "id": { "type": "string", "description": "A URN." },
            "name": { "type": "string" },
            "description": { "type": "string" },
            "attributes": { "type": "array", "minItems": 1, "items": { "type": "object" } },
        },
    });
    let new = json!({
        "type": "object",
        "required": ["resourceType", "schema"],
        "properties": {
            "resourceType": {
                "description": "The name of the type to extend, or a new type in the form of RFC 7643 section 6.",
                "oneOf": [
                    { "type": "string" },
                    {
                        "type": "object",
                        "required": ["name", "endpoint", "schema"],
                        "properties": {
                            "name": { "type": "string" },
                            "endpoint": { "type": "string" },
                            "description": { "type": "string" },
                            "schema": { "type": "string" },
                            "schemaExtensions": { "type": "array", "items": { "type": "object" } },
                        },
                    },
                ],
            },
            "required": { "type": "boolean", "description": "For an extension: whether every resource must have it." },
            "schema": form,
            "extensions": { "type": "array", "items": form },
        },
        "additionalProperties": false,
    });
    paths.add(
        "post",
        path,
        operation("addOwnSchema", "Register an extension or a resource type.")
            .body(&[JSON], &new)
            .answers(201, "It works from now on.", JSON, &object(&all))
            .refuses("Api", &[400, 404, 409, 413]),
    );
    let text = json!({ "type": "string" });
    paths.add(
        "delete",
        "/api/v1/schemas/{urn}",
        operation("removeOwnSchema", "Remove a schema that no resource holds data of.")
            .takes(json!({ "name": "urn", "in": "path", "required": true, "schema": text }))
            .takes(json!({
                "name": "resourceType",
                "in": "query",
                "description": "Needed where the schema extends several types.",
                "schema": text,
            }))
            .answers(200, "What was removed.", JSON, &schema("RegisteredSchema"))
            .refuses("Api", &[400, 404, 409]),
    );
}

fn integrations(paths: &mut Paths) {
    let path = "/api/v1/integrations";
    let all = json!({ "integrations": { "type": "array", "items": schema("Integration") } });
    paths.add(
        "get",
        path,
        operation("listIntegrations", "All integrations.").answers(
            200,
            "The list.",
            JSON,
            &object(&all),
        ),
    );
    let new = json!({
        "type": "object",
        "required": ["label", "login_page_url"],
        "properties": {
            "label": {
                "type": "string", "maxLength": 100, "pattern": "[^\\s\\u0085]",
                "description": "What the integration is called; not spaces alone.",
            },
            "login_page_url": { "type": "string", "format": "uri" },
            "app_name": { "type": ["string", "null"], "pattern": "^[a-z0-9_]{1,64}$" },
        },
        "additionalProperties": false,
    });
    paths.add(
        "post",
        path,
        operation("createIntegration", "Add an application.")
            .body(&[JSON], &new)
            .answers(201, "It was added.", JSON, &schema("Integration"))
            .leads_to(201, &["getIntegration", "setScimProvisioning", "setToApp", "listFailed"])
            .refuses("Api", &[400, 409, 413]),
    );
    paths.add(
        "get",
        "/api/v1/integrations/{id}",
        of_integration("getIntegration", "One integration and how far it is.").answers(
            200,
            "It.",
            JSON,
            &schema("Integration"),
        ),
    );
}

fn settings(paths: &mut Paths) {
    let switches = json!({
        "type": "object",
        "properties": {
            "create_users": { "type": "boolean" },
            "update_user_attributes": { "type": "boolean" },
            "deactivate_users": { "type": "boolean" },
        },
    });
    let enabled = json!({
        "type": "object",
        "required": ["enabled"],
        "properties": { "enabled": { "type": "boolean" } },
        "additionalProperties": false,
    });
    for (path, id, summary, body) in [
        (
            "scim-provisioning",
            "setScimProvisioning",
            "Switch SCIM provisioning on or off.",
            enabled,
        ),
        (
            "connection",
            "setConnection",
            "Say where and how the application is reached.",
            schema("Connection"),
        ),
        ("to-app", "setToApp", "Say which changes go to the application.", switches),
    ] {
        let operation = of_integration(id, summary)
            .body(&[JSON], &body)
            .answers(200, "The integration as it is now.", JSON, &schema("Integration"))
            .refuses("Api", &[400, 413, 422]);
        paths.add("put", &format!("/api/v1/integrations/{{id}}/{path}"), operation);
    }
    let report = json!({
        "message": { "type": "string" },
        "actions": { "type": "object", "additionalProperties": { "type": "boolean" } },
    });
    paths.add(
        "post",
        "/api/v1/integrations/{id}/test",
        of_integration("testConnection", "Try the connection.")
            .answers(200, "It works.", JSON, &object(&report))
            .refuses("Api", &[400, 422]),
    );
}

fn work(paths: &mut Paths) {
    let count = json!({ "type": "integer", "minimum": 0 });
    let subjects = |word: &str| {
        object(&json!({
            format!("{word}_people"): count,
            format!("{word}_groups"): count,
            "standing": schema("Standing"),
        }))
    };
    let counted = |word: &str| object(&json!({ word: count, "standing": schema("Standing") }));
    let at = |path: &str| format!("/api/v1/integrations/{{id}}/{path}");
    for (path, id, summary, word) in [
        ("assign", "assign", "Assign people and groups.", "assigned"),
        ("unassign", "unassign", "Take assignments back.", "unassigned"),
    ] {
        let operation = of_integration(id, summary)
            .body(&[JSON], &schema("Assignment"))
            .answers(200, "How many changed, and how far it is.", JSON, &subjects(word))
            .refuses("Api", &[400, 413, 422]);
        paths.add("post", &at(path), operation);
    }
    let row = object(&json!({
        "person": { "type": "string", "format": "uuid" },
        "attempts": count,
        "reason": { "type": ["string", "null"] },
        "message": { "type": ["string", "null"] },
    }));
    let failed = object(&json!({ "failed": { "type": "array", "items": row } }));
    paths.add(
        "get",
        &at("failed"),
        of_integration("listFailed", "Who could not be provisioned, and why.").answers(
            200,
            "At most 500 of them.",
            JSON,
            &failed,
        ),
    );
    let person = json!({
        "type": "object",
        "properties": { "person": { "type": ["string", "null"], "format": "uuid" } },
        "additionalProperties": false,
    });
    paths.add(
        "post",
        &at("retry"),
        of_integration("retry", "Try what failed again: everything, or one person.")
            .body(&[JSON], &person)
            .answers(200, "How many are tried again.", JSON, &counted("retried"))
            .refuses("Api", &[400, 413]),
    );
    paths.add(
        "post",
        &at("sync"),
        of_integration("sync", "Compare everybody with what was delivered.").answers(
            200,
            "How many are looked at.",
            JSON,
            &counted("queued"),
        ),
    );
}
