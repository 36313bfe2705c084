//! The paths of the SCIM service.

use serde_json::{Value, json};

use super::{
    messages::or_empty,
    operation::{JSON, Operation, Paths, SCIM_JSON, schema},
};

const TAG: &str = "SCIM";
const BODIES: &[&str] = &[SCIM_JSON, JSON];
/// What any request to the service may get.
const ALWAYS: &[u16] = &[401, 403, 421, 429, 500, 503];

/// Parameters that operations share.
pub(super) fn parameters() -> Vec<(String, Value)> {
    let query = |name: &str, schema: Value, description: &str| {
        (
            name.to_owned(),
            json!({ "name": name, "in": "query", "schema": schema, "description": description }),
        )
    };
    let header = |name: &str, description: &str| {
        (
            name.to_owned(),
            json!({
                "name": name,
                "in": "header",
                "schema": { "type": "string" },
                "description": description,
                "example": "W/\"3\"",
            }),
        )
    };
    let segment = |key: &str, name: &str, description: &str, example: &str| {
        (
            key.to_owned(),
            json!({
                "name": name,
                "in": "path",
                "required": true,
                "schema": { "type": "string", "minLength": 1 },
                "description": description,
                "example": example,
            }),
        )
    };
    vec![
        query(
            "filter",
            or_empty(&json!({ "type": "string", "format": "scim-filter" })),
            "Which resources (RFC 7644 §3.4.2.2), such as `userName eq \"pat@example.com\"`. At most 8 KiB, \
             200 comparisons and 32 levels.",
        ),
        query(
            "sortBy",
            or_empty(&json!({ "type": "string", "format": "scim-sort" })),
            "The attribute to sort by (RFC 7644 §3.4.2.3).",
        ),
        query(
            "sortOrder",
            json!({ "type": "string", "enum": ["ascending", "descending", ""] }),
            "The direction; ascending unless given.",
        ),
        query(
            "startIndex",
            json!({ "type": "integer" }),
            "The position of the first resource, from 1; less counts as 1.",
        ),
        query(
            "count",
            json!({ "type": "integer" }),
            "How many at most; 0 or less asks for the number only, more than the maximum gets the maximum.",
        ),
        query(
            "cursor",
            or_empty(&json!({ "type": "string", "format": "scim-cursor" })),
            "Walks by cursor (RFC 9865) instead of by index: empty for the first page, then `nextCursor` of the \
             page before. Not together with startIndex.",
        ),
        query(
            "attributes",
            json!({ "type": "string" }),
            "Only these attributes, separated by commas (RFC 7644 §3.9). Unknown names are ignored.",
        ),
        query(
            "excludedAttributes",
            json!({ "type": "string" }),
            "All but these attributes. Not together with attributes.",
        ),
        header("If-Match", "Only if the resource has one of these versions; else 412."),
        header(
            "If-None-Match",
            "Only if the resource has none of these versions; else 304 for a GET, 412 for a change.",
        ),
        segment("id", "id", "The id of the resource.", "01890a5d-ac96-774b-bcce-b302099a8057"),
        segment("urn", "urn", "The URN of a schema.", "urn:ietf:params:scim:schemas:core:2.0:User"),
        segment("name", "name", "The name of a resource type.", "User"),
    ]
}

pub(super) fn describe(paths: &mut Paths) {
    for kind in ["User", "Group"] {
        collection(paths, kind);
        item(
            paths,
            kind,
            &format!("/scim/v2/{kind}s/{{id}}"),
            &format!("a {}", kind.to_lowercase()),
        );
    }
    item(paths, "Me", "/scim/v2/Me", "the user on whose behalf the client acts");
    everything(paths);
    bulk(paths);
    discovery(paths);
}

fn operation(id: &str, summary: &str) -> Operation {
    Operation::new(TAG, id, summary).security(&["bearer"]).refuses("Scim", ALWAYS)
}

fn add(paths: &mut Paths, method: &str, path: &str, operation: Operation) {
    paths.add(method, path, operation);
}

/// Every address tells its methods.
fn options(paths: &mut Paths, path: &str, id: &str) {
    let operation = operation(&format!("options{id}"), "The methods this address takes.");
    let parameter = path.split_once('{').map(|(_, name)| name.trim_end_matches('}'));
    let operation = parameter.into_iter().fold(operation, Operation::shares);
    let operation = operation.bare(204, "In the header `Allow`.").with_headers(204, &["Allow"]);
    add(paths, "options", path, operation);
}

fn listing(operation: Operation, of: &str) -> Operation {
    [
        "filter",
        "sortBy",
        "sortOrder",
        "startIndex",
        "count",
        "cursor",
        "attributes",
        "excludedAttributes",
    ]
    .into_iter()
    .fold(operation, Operation::shares)
    .answers(200, "A page of the list; an empty one if nothing matches.", SCIM_JSON, &schema(of))
    .bare(414, "The address is longer than 64 KiB; use `.search`.")
    .bare(431, "The head of the request is larger than 128 KiB.")
    .refuses("Scim", &[400])
}

fn searching(operation: Operation, of: &str) -> Operation {
    operation
        .body(BODIES, &schema("SearchRequest"))
        .answers(200, "A page of the list.", SCIM_JSON, &schema(of))
        .refuses("Scim", &[400, 413, 415])
}

fn collection(paths: &mut Paths, kind: &str) {
    let path = format!("/scim/v2/{kind}s");
    let list = format!("{kind}List");
    let noun = kind.to_lowercase();
    add(
        paths,
        "get",
        &path,
        listing(operation(&format!("list{kind}s"), &format!("List {noun}s.")), &list),
    );
    let item = [
        format!("get{kind}"),
        format!("replace{kind}"),
        format!("patch{kind}"),
        format!("delete{kind}"),
    ];
    let item: Vec<&str> = item.iter().map(String::as_str).collect();
    add(
        paths,
        "post",
        &path,
        projected(operation(&format!("create{kind}"), &format!("Create a {noun}.")))
            .body(BODIES, &schema(&format!("{kind}Request")))
            .answers(201, "It was created.", SCIM_JSON, &schema(kind))
            .with_headers(201, &["Location", "Content-Location", "ETag"])
            .leads_to(201, &item)
            .refuses("Scim", &[400, 409, 413, 415]),
    );
    options(paths, &path, &format!("{kind}s"));
    let path = format!("{path}/.search");
    let search = operation(&format!("search{kind}s"), &format!("Search {noun}s by POST."));
    add(paths, "post", &path, searching(search, &list));
    options(paths, &path, &format!("Search{kind}s"));
}

fn projected(operation: Operation) -> Operation {
    operation.shares("attributes").shares("excludedAttributes")
}

/// One resource. `Me` is a user under another name.
fn item(paths: &mut Paths, id: &str, path: &str, noun: &str) {
    let kind = if id == "Me" { "User" } else { id };
    let resource = schema(kind);
    let start = |verb: &str, summary: &str| {
        let operation = operation(&format!("{verb}{id}"), summary).refuses("Scim", &[404]);
        if id == "Me" { operation } else { operation.shares("id") }
    };
    add(
        paths,
        "get",
        path,
        projected(start("get", &format!("Read {noun}.")))
            .shares("If-Match")
            .shares("If-None-Match")
            .answers(200, "The resource.", SCIM_JSON, &resource)
            .with_headers(200, &["Location", "Content-Location", "ETag"])
            .bare(304, "The client has this version.")
            .with_headers(304, &["ETag"])
            .refuses("Scim", &[400, 412]),
    );
    let changing = &[400, 409, 412, 413, 415][..];
    add(
        paths,
        "put",
        path,
        projected(start("replace", &format!("Replace {noun}.")))
            .description(
                "What is left out is cleared, except the password, `active` and immutable attributes. Sending \
                 back what was read changes nothing.",
            )
            .shares("If-Match")
            .shares("If-None-Match")
            .body(BODIES, &schema(&format!("{kind}Request")))
            .answers(200, "The resource as it is now.", SCIM_JSON, &resource)
            .with_headers(200, &["Location", "Content-Location", "ETag"])
            .refuses("Scim", changing),
    );
    let change = projected(start("patch", &format!("Change {noun}.")))
        .shares("If-Match")
        .shares("If-None-Match")
        .body(BODIES, &schema("PatchRequest"))
        .answers(200, "The resource as it is now.", SCIM_JSON, &resource)
        .with_headers(200, &["Location", "Content-Location", "ETag"])
        .refuses("Scim", changing);
    let change = if kind == "Group" {
        change
            .description(
                "A group of more than a hundred members is answered with 204, unless attributes are asked for.",
            )
            .bare(204, "Done.")
            .with_headers(204, &["ETag"])
    } else {
        change
    };
    add(paths, "patch", path, change);
    add(
        paths,
        "delete",
        path,
        start("delete", &format!("Delete {noun}."))
            .shares("If-Match")
            .shares("If-None-Match")
            .bare(204, "It is gone.")
            .refuses("Scim", &[412]),
    );
    options(paths, path, id);
}

/// Queries over all resource types.
fn everything(paths: &mut Paths) {
    for path in ["/scim/v2", "/scim/v2/.search"] {
        let (method, id) = if path == "/scim/v2" { ("get", "query") } else { ("post", "search") };
        let operation = operation(id, "Query all resource types.");
        let operation = if method == "get" {
            listing(operation, "ResourceList")
        } else {
            searching(operation, "ResourceList")
        };
        add(paths, method, path, operation);
        options(paths, path, id);
    }
}

fn bulk(paths: &mut Paths) {
    let path = "/scim/v2/Bulk";
    let operation = operation("bulk", "Many operations in one request.")
        .description(
            "Each is atomic and stands on its own; the answer has the outcome of each, up to `failOnErrors` \
             failures. The limits are in the service provider configuration.",
        )
        .body(BODIES, &schema("BulkRequest"))
        .answers(200, "What became of each operation.", SCIM_JSON, &schema("BulkResponse"))
        .refuses("Scim", &[400, 413, 415]);
    add(paths, "post", path, operation);
    options(paths, path, "Bulk");
}

fn discovery(paths: &mut Paths) {
    let whole = "A filter is refused with 403; all other parameters are ignored (RFC 7644 §4).";
    let path = "/scim/v2/ServiceProviderConfig";
    add(
        paths,
        "get",
        path,
        operation("getServiceProviderConfig", "What the service can do, and its limits.")
            .description("Needs no credential; one that is sent must be valid.")
            .security(&["", "bearer"])
            .answers(200, "The configuration.", SCIM_JSON, &schema("ServiceProviderConfig")),
    );
    options(paths, path, "ServiceProviderConfig");
    for (plural, kind, parameter) in
        [("Schemas", "Schema", "urn"), ("ResourceTypes", "ResourceType", "name")]
    {
        let path = format!("/scim/v2/{plural}");
        add(
            paths,
            "get",
            &path,
            operation(&format!("list{plural}"), "All of the tenant, in one page.")
                .description(whole)
                .answers(200, "The list.", SCIM_JSON, &schema(&format!("{kind}List"))),
        );
        options(paths, &path, plural);
        let path = format!("{path}/{{{parameter}}}");
        add(
            paths,
            "get",
            &path,
            operation(&format!("get{kind}"), "One of them.")
                .description(whole)
                .shares(parameter)
                .answers(200, "It.", SCIM_JSON, &schema(kind))
                .refuses("Scim", &[404]),
        );
        options(paths, &path, kind);
    }
}
