//! The building blocks: operations, answers, and what all surfaces share.

use serde_json::{Map, Value, json};

pub(super) const SCIM_JSON: &str = "application/scim+json";
pub(super) const JSON: &str = "application/json";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// The paths of a document under construction.
#[derive(Default)]
pub(super) struct Paths(Map<String, Value>);

impl Paths {
    /// Adds an operation. Whatever takes GET takes HEAD too, with the same answers and no bodies.
    /// An operation that is there already is a mistake of whoever wrote the second one.
    pub(super) fn add(&mut self, method: &str, path: &str, operation: Operation) {
        let item = self.0.entry(path).or_insert_with(|| json!({}));
        assert!(item.get(method).is_none(), "{method} {path} stands in the document twice");
        if method == "get" {
            item["head"] = operation.clone().without_bodies().into_value();
        }
        item[method] = operation.into_value();
    }

    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// One operation.
#[derive(Clone)]
pub(super) struct Operation(Value);

impl Operation {
    pub(super) fn new(tag: &str, id: &str, summary: &str) -> Self {
        Self(json!({ "tags": [tag], "operationId": id, "summary": summary, "responses": {} }))
    }

    pub(super) fn description(mut self, text: &str) -> Self {
        self.0["description"] = text.into();
        self
    }

    /// Which credential it takes: one of the named schemes. An empty name is “none”.
    pub(super) fn security(mut self, schemes: &[&str]) -> Self {
        let alternatives = schemes.iter().map(|name| match *name {
            "" => json!({}),
            name => json!({ name: [] }),
        });
        self.0["security"] = alternatives.collect();
        self
    }

    /// A shared parameter.
    pub(super) fn shares(self, name: &str) -> Self {
        self.takes(json!({ "$ref": format!("#/components/parameters/{name}") }))
    }

    /// A parameter of its own.
    pub(super) fn takes(mut self, parameter: Value) -> Self {
        match self.0.get_mut("parameters").and_then(Value::as_array_mut) {
            Some(parameters) => parameters.push(parameter),
            None => self.0["parameters"] = json!([parameter]),
        }
        self
    }

    /// A required body, in one of these media types.
    pub(super) fn body(mut self, types: &[&str], schema: &Value) -> Self {
        let content: Map<String, Value> =
            types.iter().map(|name| ((*name).to_owned(), json!({ "schema": schema }))).collect();
        self.0["requestBody"] = json!({ "required": true, "content": content });
        self
    }

    /// The body may be left out.
    pub(super) fn or_none(mut self) -> Self {
        self.0["requestBody"]["required"] = false.into();
        self
    }

    /// An answer with a body of this type and schema.
    pub(super) fn answers(
        self,
        status: u16,
        description: &str,
        content_type: &str,
        schema: &Value,
    ) -> Self {
        let content = json!({ content_type: { "schema": schema } });
        self.says(status, json!({ "description": description, "content": content }))
    }

    /// An answer without a body.
    pub(super) fn bare(self, status: u16, description: &str) -> Self {
        self.says(status, json!({ "description": description }))
    }

    /// Headers of an answer that is already there, by their shared names.
    pub(super) fn with_headers(mut self, status: u16, names: &[&str]) -> Self {
        let headers: Map<String, Value> = names
            .iter()
            .map(|name| {
                let place = format!("#/components/headers/{name}");
                ((*name).to_owned(), json!({ "$ref": place }))
            })
            .collect();
        self.0["responses"][status.to_string()]["headers"] = Value::Object(headers);
        self
    }

    /// Where a client goes on from an answer: operations with the parameter `id` from the body.
    pub(super) fn leads_to(mut self, status: u16, operations: &[&str]) -> Self {
        let links: Map<String, Value> = operations
            .iter()
            .map(|id| {
                let link =
                    json!({ "operationId": id, "parameters": { "id": "$response.body#/id" } });
                ((*id).to_owned(), link)
            })
            .collect();
        self.0["responses"][status.to_string()]["links"] = Value::Object(links);
        self
    }

    /// Refusals of a surface, by status.
    pub(super) fn refuses(mut self, surface: &str, statuses: &[u16]) -> Self {
        for status in statuses {
            self = self.says(*status, refusal(surface, *status));
        }
        self
    }

    fn says(mut self, status: u16, answer: Value) -> Self {
        self.0["responses"][status.to_string()] = answer;
        self
    }

    fn without_bodies(mut self) -> Self {
        let Value::Object(responses) = self.0["responses"].take() else { return self };
        let shared = responses_by_name();
        self.0["responses"] = responses
            .into_iter()
            .map(|(status, answer)| {
                let place = answer.get("$ref").and_then(Value::as_str);
                let name = place.and_then(|place| place.rsplit('/').next());
                let mut answer = name.and_then(|name| shared.get(name).cloned()).unwrap_or(answer);
                if let Some(answer) = answer.as_object_mut() {
                    answer.remove("content");
                    answer.remove("links");
                }
                (status, answer)
            })
            .collect::<Map<_, _>>()
            .into();
        let id = self.0["operationId"].as_str().unwrap_or_default();
        self.0["operationId"] = format!("{id}Head").into();
        self
    }

    /// One that was written or derived elsewhere.
    pub(super) fn from_value(operation: Value) -> Self {
        Self(operation)
    }

    fn into_value(self) -> Value {
        self.0
    }
}

/// A reference to a schema of the document.
pub(super) fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A named list as the object that `components` wants.
pub(super) fn component(entries: Vec<(String, Value)>) -> Value {
    Value::Object(entries.into_iter().collect())
}

/// What refusals share: status, name, sentence, headers.
const REFUSALS: [(u16, &str, &str, &[&str]); 13] = [
    (
        400,
        "BadRequest",
        "The request is not well formed or breaks a rule; the sentence says which.",
        &[],
    ),
    (401, "Unauthorized", "There is no valid credential.", &["WWW-Authenticate"]),
    (403, "Forbidden", "The credential does not permit this.", &[]),
    (404, "NotFound", "There is no such resource.", &[]),
    (
        409,
        "Conflict",
        "A value that must be unique is taken, or the present state forbids it.",
        &[],
    ),
    (
        412,
        "PreconditionFailed",
        "The resource has a version that `If-Match` or `If-None-Match` rules out.",
        &[],
    ),
    (413, "TooLarge", "The body or the number of operations is over the limit.", &[]),
    (415, "UnsupportedMediaType", "The body is not JSON in UTF-8, or it is compressed.", &[]),
    (421, "Misdirected", "This listener does not answer for the host of the request.", &[]),
    (422, "Unprocessable", "The request was understood and its content cannot be used.", &[]),
    (
        429,
        "TooManyRequests",
        "Come back after the time that `Retry-After` names.",
        &["Retry-After"],
    ),
    (500, "Internal", "Our fault; the answer names the request id.", &[]),
    (503, "Unavailable", "The database is busy or the request took too long.", &["Retry-After"]),
];

const SURFACES: [(&str, &str, &str); 3] =
    [("Scim", SCIM_JSON, "ScimError"), ("Api", JSON, "ApiError"), ("Oauth", JSON, "OauthError")];

/// What the shared response is called.
pub(super) fn refusal_name(surface: &str, status: u16) -> String {
    let name = REFUSALS.iter().find(|(known, ..)| *known == status).map(|(_, name, ..)| *name);
    let name = name.expect("every refusal of the document is in the table");
    format!("{surface}{name}")
}

fn refusal(surface: &str, status: u16) -> Value {
    json!({ "$ref": format!("#/components/responses/{}", refusal_name(surface, status)) })
}

/// Every refusal in the form of every surface.
pub(super) fn responses() -> Vec<(String, Value)> {
    responses_by_name().into_iter().collect()
}

fn responses_by_name() -> Map<String, Value> {
    let mut responses = Map::new();
    for (surface, content_type, error) in SURFACES {
        for (_, name, description, headers) in REFUSALS {
            let mut response = json!({
                "description": description,
                "content": { content_type: { "schema": schema(error) } },
            });
            for header in headers {
                response["headers"][*header] =
                    json!({ "$ref": format!("#/components/headers/{header}") });
            }
            responses.insert(format!("{surface}{name}"), response);
        }
    }
    responses
}

/// The headers of answers.
pub(super) fn headers() -> Vec<(String, Value)> {
    let text = |description: &str, required: bool, example: &str| {
        json!({
            "description": description,
            "required": required,
            "schema": { "type": "string" },
            "example": example,
        })
    };
    [
        ("ETag", text("The version, equal to `meta.version`.", true, "W/\"3\"")),
        ("Location", text("The URI of the resource.", true, "https://example.com/scim/v2/Users/1")),
        (
            "Content-Location",
            text("Equal to `meta.location`.", true, "https://example.com/scim/v2/Users/1"),
        ),
        ("Allow", text("The methods the address takes.", true, "GET, HEAD, OPTIONS")),
        (
            "WWW-Authenticate",
            text("How to authenticate (RFC 6750 §3, RFC 7617).", true, "Bearer realm=\"Seatlink\""),
        ),
        ("Retry-After", text("Seconds to wait.", false, "1")),
        ("Cache-Control", text("How long the answer may be kept.", true, "no-store")),
    ]
    .map(|(name, header)| (name.to_owned(), header))
    .into()
}
