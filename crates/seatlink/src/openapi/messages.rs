//! JSON schemas of SCIM's own messages: errors, lists, searches, PATCH, bulk, discovery.

use seatlink_scim::{
    ERROR_SCHEMA, ScimType,
    message::{
        LIST_RESPONSE_SCHEMA, SEARCH_REQUEST_SCHEMA,
        bulk::{BULK_REQUEST_SCHEMA, BULK_RESPONSE_SCHEMA},
    },
    patch::PATCH_SCHEMA,
};
use serde_json::{Map, Value, json};

use super::operation::schema;
use crate::scim::MAX_OPERATIONS;

pub(super) fn schemas(schemas: &mut Map<String, Value>) {
    let mut add = |name: &str, schema: Value| {
        schemas.insert(name.to_owned(), schema);
    };
    add("ScimError", error());
    for of in ["User", "Group", "Schema", "ResourceType"] {
        add(&format!("{of}List"), list(&schema(of)));
    }
    let any = json!({ "type": "object", "required": ["schemas", "id"] });
    add("ResourceList", list(&any));
    add("SearchRequest", search_request());
    add("PatchRequest", patch_request());
    add("BulkRequest", bulk_request());
    add("BulkResponse", bulk_response());
    add("ServiceProviderConfig", service_provider_config());
    add("Schema", schema_resource());
    add("ResourceType", resource_type());
}

/// `schemas` of a message that we send.
fn says(urn: &str) -> Value {
    json!({ "type": "array", "items": { "const": urn }, "minItems": 1, "maxItems": 1 })
}

/// Empty text has a meaning of its own in a query: not given, or the first page.
pub(super) fn or_empty(schema: &Value) -> Value {
    json!({ "anyOf": [schema, { "const": "" }] })
}

/// `schemas` of a message that a client sends.
fn names(urn: &str) -> Value {
    json!({ "type": "array", "contains": { "const": urn } })
}

fn error() -> Value {
    let types: Vec<&str> = ScimType::ALL.iter().map(|kind| kind.as_str()).collect();
    json!({
        "type": "object",
        "description": "An error (RFC 7644 §3.12).",
        "required": ["schemas", "status", "detail"],
        "properties": {
            "schemas": says(ERROR_SCHEMA),
            "status": {
                "type": "string",
                "pattern": "^[45][0-9][0-9]$",
                "description": "The HTTP status, as text.",
            },
            "scimType": { "type": "string", "enum": types },
            "detail": {
                "type": "string",
                "minLength": 1,
                "description": "A sentence that says what to do.",
            },
        },
        "additionalProperties": false,
    })
}

fn list(of: &Value) -> Value {
    let count =
        |description: &str| json!({ "type": "integer", "minimum": 0, "description": description });
    json!({
        "type": "object",
        "description": "A page of a list (RFC 7644 §3.4.2, RFC 9865 §2).",
        "required": ["schemas", "totalResults", "itemsPerPage", "Resources"],
        "properties": {
            "schemas": says(LIST_RESPONSE_SCHEMA),
            "totalResults": count("How many there are in all."),
            "startIndex": count("The position of the first; not when walking by cursor."),
            "itemsPerPage": count("How many are in this page."),
            "nextCursor": { "type": "string", "description": "Where to go on; not on the last page." },
            "previousCursor": { "type": "string" },
            "Resources": { "type": "array", "items": of },
        },
        "additionalProperties": false,
    })
}

fn search_request() -> Value {
    let attributes = json!({
        "type": ["array", "string", "null"],
        "items": { "type": "string" },
    });
    let number = json!({ "type": ["integer", "null"] });
    json!({
        "type": "object",
        "description": "A query as a message (RFC 7644 §3.4.3). Of `attributes` and `excludedAttributes`, and \
            of `startIndex` and `cursor`, only one is taken.",
        "required": ["schemas"],
        "properties": {
            "schemas": names(SEARCH_REQUEST_SCHEMA),
            "filter": or_empty(&json!({ "type": ["string", "null"], "format": "scim-filter" })),
            "sortBy": or_empty(&json!({ "type": ["string", "null"], "format": "scim-sort" })),
            "sortOrder": { "enum": ["ascending", "descending", "", null] },
            "startIndex": number,
            "count": number,
            "cursor": or_empty(&json!({ "type": ["string", "null"], "format": "scim-cursor" })),
            "attributes": attributes,
            "excludedAttributes": attributes,
        },
    })
}

fn patch_request() -> Value {
    let path = json!({ "type": "string", "format": "scim-path" });
    // `remove` with a value is a deviation of some clients; the RFC has none.
    json!({
        "type": "object",
        "description": "Changes to one resource, all or none (RFC 7644 §3.5.2).",
        "required": ["schemas", "Operations"],
        "properties": {
            "schemas": names(PATCH_SCHEMA),
            "Operations": {
                "type": "array",
                "minItems": 1,
                "maxItems": seatlink_scim::patch::MAX_OPERATIONS,
                "items": {
                    "oneOf": [
                        {
                            "type": "object",
                            "required": ["op", "value"],
                            "properties": {
                                "op": { "type": "string", "enum": ["add", "replace"] },
                                "path": path,
                                "value": {},
                            },
                        },
                        {
                            "type": "object",
                            "required": ["op", "path"],
                            "properties": {
                                "op": { "type": "string", "enum": ["remove"] },
                                "path": path,
                            },
                        },
                    ],
                },
            },
        },
    })
}

fn bulk_request() -> Value {
    json!({
        "type": "object",
        "description": "Many operations, each on its own (RFC 7644 §3.7).",
        "required": ["schemas", "Operations"],
        "properties": {
            "schemas": names(BULK_REQUEST_SCHEMA),
            "failOnErrors": { "type": ["integer", "null"], "minimum": 0, "maximum": u64::MAX },
            "Operations": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_OPERATIONS,
                "items": {
                    "type": "object",
                    "description": "One that is malformed fails on its own, inside the answer.",
                    "required": ["method", "path"],
                    "properties": {
                        "method": { "type": "string", "enum": ["POST", "PUT", "PATCH", "DELETE"] },
                        "bulkId": { "type": "string", "description": "Required for POST." },
                        "path": { "type": "string", "examples": ["/Users", "/Users/bulkId:a"] },
                        "version": { "type": "string", "description": "Acts as If-Match." },
                        "data": { "type": "object", "description": "A resource or a PATCH message." },
                    },
                },
            },
        },
    })
}

fn bulk_response() -> Value {
    json!({
        "type": "object",
        "required": ["schemas", "Operations"],
        "properties": {
            "schemas": says(BULK_RESPONSE_SCHEMA),
            "Operations": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["method", "status"],
                    "properties": {
                        "method": { "type": "string" },
                        "bulkId": { "type": "string" },
                        "location": { "type": "string" },
                        "version": { "type": "string" },
                        "status": { "type": "string", "pattern": "^[2-5][0-9][0-9]$" },
                        "response": schema("ScimError"),
                    },
                    "additionalProperties": false,
                },
            },
        },
        "additionalProperties": false,
    })
}

fn meta() -> Value {
    json!({
        "type": "object",
        "required": ["resourceType", "location"],
        "properties": { "resourceType": { "type": "string" }, "location": { "type": "string" } },
    })
}

fn service_provider_config() -> Value {
    let support = json!({
        "type": "object",
        "required": ["supported"],
        "properties": { "supported": { "type": "boolean" } },
    });
    let limit = json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "description": "What the service can do, and its limits (RFC 7643 §5, RFC 9865 §4).",
        "required": [
            "schemas", "patch", "bulk", "filter", "changePassword", "sort", "etag",
            "authenticationSchemes", "pagination", "meta",
        ],
        "properties": {
            "schemas": { "type": "array", "items": { "type": "string" } },
            "documentationUri": { "type": "string" },
            "patch": support,
            "bulk": {
                "type": "object",
                "required": ["supported", "maxOperations", "maxPayloadSize"],
                "properties": {
                    "supported": { "type": "boolean" },
                    "maxOperations": limit,
                    "maxPayloadSize": limit,
                },
            },
            "filter": {
                "type": "object",
                "required": ["supported", "maxResults"],
                "properties": { "supported": { "type": "boolean" }, "maxResults": limit },
            },
            "changePassword": support,
            "sort": support,
            "etag": support,
            "pagination": {
                "type": "object",
                "required": ["cursor", "index"],
                "properties": {
                    "cursor": { "type": "boolean" },
                    "index": { "type": "boolean" },
                    "defaultPaginationMethod": { "type": "string", "enum": ["cursor", "index"] },
                    "defaultPageSize": limit,
                    "maxPageSize": limit,
                    "cursorTimeout": limit,
                },
            },
            "authenticationSchemes": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["type", "name", "description"],
                    "properties": {
                        "type": { "type": "string" },
                        "name": { "type": "string" },
                        "description": { "type": "string" },
                        "specUri": { "type": "string" },
                        "documentationUri": { "type": "string" },
                        "primary": { "type": "boolean" },
                    },
                },
            },
            "meta": meta(),
        },
    })
}

fn schema_resource() -> Value {
    json!({
        "type": "object",
        "description": "A schema with its attributes (RFC 7643 §7).",
        "required": ["schemas", "id", "name", "attributes", "meta"],
        "properties": {
            "schemas": { "type": "array", "items": { "type": "string" } },
            "id": { "type": "string" },
            "name": { "type": "string" },
            "description": { "type": "string" },
            "attributes": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "type", "multiValued", "required", "mutability", "returned"],
                    "properties": {
                        "name": { "type": "string" },
                        "type": { "type": "string" },
                        "multiValued": { "type": "boolean" },
                        "required": { "type": "boolean" },
                        "caseExact": { "type": "boolean" },
                        "mutability": { "type": "string" },
                        "returned": { "type": "string" },
                        "uniqueness": { "type": "string" },
                    },
                },
            },
            "meta": meta(),
        },
    })
}

fn resource_type() -> Value {
    json!({
        "type": "object",
        "description": "A kind of resource and where it is served (RFC 7643 §6).",
        "required": ["schemas", "name", "endpoint", "schema", "schemaExtensions", "meta"],
        "properties": {
            "schemas": { "type": "array", "items": { "type": "string" } },
            "id": { "type": "string" },
            "name": { "type": "string" },
            "endpoint": { "type": "string" },
            "description": { "type": "string" },
            "schema": { "type": "string" },
            "schemaExtensions": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["schema", "required"],
                    "properties": {
                        "schema": { "type": "string" },
                        "required": { "type": "boolean" },
                    },
                },
            },
            "meta": meta(),
        },
    })
}
