//! Bulk requests and responses (RFC 7644 §3.7).
//!
//! Reading and writing the messages and finding references between operations are here; running
//! the operations is the caller's, one at a time and each atomic.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use crate::patch::PATCH_SCHEMA;
use crate::{Error, Leniency, Quirk, Repair};

/// The URN of the bulk request.
pub const BULK_REQUEST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// The URN of the bulk response.
pub const BULK_RESPONSE_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

const REFERENCE: &str = "bulkId:";

/// The method of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Create.
    Post,
    /// Replace.
    Put,
    /// Change.
    Patch,
    /// Delete.
    Delete,
}

impl Method {
    /// The name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What an operation acts on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A new resource.
    New,
    /// A resource by its id.
    Id(String),
    /// A resource another operation of the request creates.
    BulkId(String),
}

impl Subject {
    /// The path of an operation on it; none of its own for a new resource.
    pub fn path(&self, endpoint: &str) -> Option<String> {
        match self {
            Self::New => None,
            Self::Id(id) => Some(format!("{endpoint}/{id}")),
            Self::BulkId(id) => Some(format!("{endpoint}/{REFERENCE}{id}")),
        }
    }
}

/// One operation that is well formed.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkOperation {
    /// What to do.
    pub method: Method,
    /// The endpoint, such as `/Users`.
    pub endpoint: String,
    /// What to do it to.
    pub subject: Subject,
    /// The name other operations refer to.
    pub bulk_id: Option<String>,
    /// The version that is expected; acts as `If-Match`.
    pub version: Option<String>,
    /// The body: a resource, or a PATCH message (erratum 5050); null for DELETE.
    pub data: Value,
}

/// A bulk request. Operations that are malformed are errors of their own (RFC 7644 §3.7.3), so
/// that the others still run.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkRequest {
    /// After how many errors to stop; `None` is never.
    pub fail_on_errors: Option<u64>,
    /// The operations with what must be echoed of the malformed ones.
    pub operations: Vec<Result<BulkOperation, Malformed>>,
    /// What was repaired for the client to understand it.
    pub repairs: Vec<Repair>,
}

/// An operation that cannot be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The method as sent.
    pub method: String,
    /// The path as sent, which stands for the location of anything but a POST (RFC 7644 §3.7.3).
    pub path: Option<String>,
    /// The bulkId as sent.
    pub bulk_id: Option<String>,
    /// What is wrong.
    pub error: Error,
}

impl BulkRequest {
    /// Reads a bulk request with at most `max_operations` operations.
    ///
    /// ```
    /// use seatlink_scim::{Leniency, message::bulk::BulkRequest};
    /// use serde_json::json;
    ///
    /// let body = json!({
    ///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    ///     "Operations": [{"method": "DELETE", "path": "/Users/1"}],
    /// });
    /// let request = BulkRequest::parse(body.clone(), 1000, Leniency::Strict)?;
    /// assert_eq!(request.operations.len(), 1);
    /// let error = BulkRequest::parse(body, 0, Leniency::Strict).expect_err("too many");
    /// assert_eq!(error.status, 413);
    /// # Ok::<(), seatlink_scim::Error>(())
    /// ```
    pub fn parse(body: Value, max_operations: usize, leniency: Leniency) -> Result<Self, Error> {
        let Value::Object(mut body) = body else {
            return Err(Error::invalid_syntax("The body must be a JSON object."));
        };
        let names_schema = take(&mut body, "schemas").is_some_and(|schemas| {
            schemas.as_array().is_some_and(|urns| {
                urns.iter()
                    .filter_map(Value::as_str)
                    .any(|urn| urn.eq_ignore_ascii_case(BULK_REQUEST_SCHEMA))
            })
        });
        if !names_schema {
            return Err(Error::invalid_syntax(format!(
                "The list schemas must name {BULK_REQUEST_SCHEMA}; add it."
            )));
        }
        let fail_on_errors = match take(&mut body, "failOnErrors") {
            None | Some(Value::Null) => None,
            Some(value) => Some(value.as_u64().ok_or_else(|| {
                Error::invalid_value("The member failOnErrors must be a whole number, 0 or more.")
            })?),
        };
        let operations = match take(&mut body, "Operations") {
            Some(Value::Array(operations)) if !operations.is_empty() => operations,
            _ => {
                return Err(Error::invalid_syntax(
                    "Operations must be an array with one or more objects.",
                ));
            }
        };
        if operations.len() > max_operations {
            return Err(Error::payload_too_large(format!(
                "The request has more operations than maxOperations ({max_operations}) allows."
            )));
        }
        let mut seen = HashSet::new();
        let mut repairs = Vec::new();
        let operations = operations
            .into_iter()
            .enumerate()
            .map(|(position, mut value)| {
                if leniency == Leniency::Forgiving && wrap_operations(&mut value) {
                    let at = format!("Operations[{position}].data");
                    repairs.push(Repair { quirk: Quirk::BareOperations, at });
                }
                operation(value, &mut seen)
            })
            .collect();
        let fail_on_errors = fail_on_errors.filter(|limit| *limit > 0);
        Ok(Self { fail_on_errors, operations, repairs })
    }

    /// The order in which to run the operations: as sent, except that what others refer to comes
    /// first where that is possible. Of operations in a circle one comes first that refers to
    /// others: see [`BulkOperation::defer`].
    pub fn order(&self) -> Vec<usize> {
        let creators: HashMap<&str, usize> = self
            .operations
            .iter()
            .enumerate()
            .filter_map(|(position, operation)| {
                Some((operation.as_ref().ok()?.bulk_id.as_deref()?, position))
            })
            .collect();
        let needs: Vec<Vec<usize>> = self
            .operations
            .iter()
            .map(|operation| match operation {
                Ok(operation) => operation
                    .references()
                    .iter()
                    .filter_map(|reference| creators.get(reference.as_str()).copied())
                    .collect(),
                Err(_) => Vec::new(),
            })
            .collect();
        let mut order = Vec::with_capacity(needs.len());
        let mut state = vec![Visit::New; needs.len()];
        // An explicit stack: a chain of references may be as long as the request.
        for start in 0..needs.len() {
            let mut stack = vec![(start, 0)];
            while let Some((position, next)) = stack.pop() {
                match state[position] {
                    Visit::Done => continue,
                    Visit::Open if next == 0 => continue,
                    Visit::New | Visit::Open => state[position] = Visit::Open,
                }
                if let Some(&needed) = needs[position].get(next) {
                    stack.push((position, next + 1));
                    stack.push((needed, 0));
                } else {
                    state[position] = Visit::Done;
                    order.push(position);
                }
            }
        }
        order
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    Open,
    Done,
}

impl BulkOperation {
    /// The bulkIds the operation refers to, in its path and its data.
    pub fn references(&self) -> Vec<String> {
        let mut found = Vec::new();
        if let Subject::BulkId(id) = &self.subject {
            found.push(id.clone());
        }
        collect(&self.data, &mut found);
        found
    }

    /// Takes out of a new resource what refers to resources that come `later`, itself among them,
    /// and makes a PATCH of it that adds the same once they exist. That is how a circle is resolved
    /// (RFC 7644 §3.7.1).
    pub fn defer(&mut self, later: &HashSet<String>) -> Option<Self> {
        let (Method::Post, Some(bulk_id)) = (self.method, &self.bulk_id) else { return None };
        if !self.references().iter().any(|reference| later.contains(reference)) {
            return None;
        }
        let Value::Object(resource) = &mut self.data else { return None };
        let mut operations = Vec::new();
        resource.retain(|name, value| match value {
            // The attributes of an extension.
            Value::Object(extension) if name.contains(':') => {
                extension.retain(|part, value| {
                    stays(|| format!("{name}:{part}"), value, later, &mut operations)
                });
                true
            }
            value => stays(|| name.clone(), value, later, &mut operations),
        });
        Some(Self {
            method: Method::Patch,
            endpoint: self.endpoint.clone(),
            subject: Subject::BulkId(bulk_id.clone()),
            bulk_id: None,
            version: None,
            data: json!({ "schemas": [PATCH_SCHEMA], "Operations": operations }),
        })
    }

    /// Puts ids in place of references. Fails with the first bulkId that has no id.
    pub fn resolve(&mut self, ids: &HashMap<String, String>) -> Result<(), Error> {
        let unresolved = |bulk_id: &str| {
            Error::conflict(format!(
                "The reference bulkId:{bulk_id} names no operation of this request that created a resource."
            ))
        };
        if let Subject::BulkId(bulk_id) = &self.subject {
            let id = ids.get(bulk_id).ok_or_else(|| unresolved(bulk_id))?;
            self.subject = Subject::Id(id.clone());
        }
        substitute(&mut self.data, ids).map_err(|bulk_id| unresolved(&bulk_id))
    }
}

/// The outcome of one operation.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkResult {
    /// The method as sent.
    pub method: String,
    /// The bulkId as sent.
    pub bulk_id: Option<String>,
    /// Where the resource is; not for a POST that failed.
    pub location: Option<String>,
    /// The version after the operation.
    pub version: Option<String>,
    /// The status, or the error.
    pub outcome: Result<u16, Error>,
}

/// The body of a bulk response. `status` is text (erratum 7916).
pub fn bulk_response(results: &[BulkResult]) -> Value {
    let operations: Vec<Value> = results.iter().map(bulk_result).collect();
    json!({ "schemas": [BULK_RESPONSE_SCHEMA], "Operations": operations })
}

fn bulk_result(result: &BulkResult) -> Value {
    let mut value = json!({ "method": result.method });
    if let Some(bulk_id) = &result.bulk_id {
        value["bulkId"] = bulk_id.as_str().into();
    }
    if let Some(location) = &result.location {
        value["location"] = location.as_str().into();
    }
    if let Some(version) = &result.version {
        value["version"] = version.as_str().into();
    }
    match &result.outcome {
        Ok(status) => value["status"] = status.to_string().into(),
        Err(error) => {
            value["status"] = error.status.to_string().into();
            value["response"] = error.to_value();
        }
    }
    value
}

fn take(map: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = map.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    map.remove(&key)
}

fn operation(value: Value, seen: &mut HashSet<String>) -> Result<BulkOperation, Malformed> {
    let Value::Object(mut map) = value else {
        return Err(Malformed {
            method: String::new(),
            path: None,
            bulk_id: None,
            error: Error::invalid_syntax("Every operation must be a JSON object."),
        });
    };
    let mut text = |name| match take(&mut map, name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let method = text("method").unwrap_or_default();
    let bulk_id = text("bulkId");
    let path = text("path").unwrap_or_default();
    let version = text("version").filter(|version| !version.is_empty());
    let data = take(&mut map, "data").unwrap_or_default();
    checked(&method, bulk_id.as_deref(), &path, &data, seen)
        .map(|(kind, endpoint, subject)| BulkOperation {
            method: kind,
            endpoint,
            subject,
            bulk_id: bulk_id.clone(),
            version,
            data,
        })
        .map_err(|error| {
            let is_post = method.eq_ignore_ascii_case(Method::Post.as_str());
            Malformed {
                method,
                path: (!is_post && !path.is_empty()).then_some(path),
                bulk_id,
                error,
            }
        })
}

fn checked(
    method: &str,
    bulk_id: Option<&str>,
    path: &str,
    data: &Value,
    seen: &mut HashSet<String>,
) -> Result<(Method, String, Subject), Error> {
    let all = [Method::Post, Method::Put, Method::Patch, Method::Delete];
    let Some(method) = all.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(method))
    else {
        return Err(Error::invalid_syntax("The method must be POST, PUT, PATCH or DELETE."));
    };
    if method == Method::Post && bulk_id.is_none_or(str::is_empty) {
        return Err(Error::invalid_syntax("A POST in a bulk request needs a bulkId."));
    }
    if let Some(bulk_id) = bulk_id
        && !seen.insert(bulk_id.to_owned())
    {
        return Err(Error::invalid_value(format!("The bulkId {bulk_id} is used twice.")));
    }
    let malformed =
        || Error::invalid_path("The path must be /Users or /Users/{id}, relative to the base URL.");
    let (endpoint, id) = match path.strip_prefix('/').ok_or_else(malformed)?.split_once('/') {
        Some((endpoint, id)) => (endpoint, Some(id)),
        None => (path.trim_start_matches('/'), None),
    };
    let has_query = path.contains(['?', '#']);
    if endpoint.is_empty() || endpoint.eq_ignore_ascii_case("Bulk") || has_query {
        return Err(malformed());
    }
    let subject = match (method, id) {
        (Method::Post, None) => Subject::New,
        (Method::Post, Some(_)) => return Err(malformed()),
        (_, Some(id)) if !id.is_empty() && !id.contains('/') => match id.strip_prefix(REFERENCE) {
            Some(bulk_id) => Subject::BulkId(bulk_id.to_owned()),
            None => Subject::Id(id.to_owned()),
        },
        _ => return Err(malformed()),
    };
    if method != Method::Delete && !data.is_object() {
        return Err(Error::invalid_syntax("The operation needs data: a JSON object."));
    }
    Ok((method, format!("/{endpoint}"), subject))
}

/// The example of RFC 7644 §3.7.3 has the operations of a PATCH alone where the message belongs.
fn wrap_operations(operation: &mut Value) -> bool {
    let Some(map) = operation.as_object_mut() else { return false };
    let is_patch = map.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("method")
            && value.as_str().is_some_and(|method| method.eq_ignore_ascii_case("PATCH"))
    });
    let Some((_, data)) = map.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("data")) else {
        return false;
    };
    if !is_patch || !data.is_array() {
        return false;
    }
    *data = json!({ "schemas": [PATCH_SCHEMA], "Operations": data.take() });
    true
}

/// Whether an attribute stays in its resource. What refers to resources that come later is moved
/// into an operation.
fn stays(
    path: impl FnOnce() -> String,
    value: &mut Value,
    later: &HashSet<String>,
    operations: &mut Vec<Value>,
) -> bool {
    let refers = |value: &Value| {
        let mut found = Vec::new();
        collect(value, &mut found);
        found.iter().any(|reference| later.contains(reference))
    };
    if !refers(value) {
        return true;
    }
    let taken = match &mut *value {
        Value::Array(items) => {
            let (taken, left): (Vec<Value>, Vec<Value>) = items.drain(..).partition(refers);
            *items = left;
            Value::Array(taken)
        }
        single => single.take(),
    };
    operations.push(json!({ "op": "add", "path": path(), "value": taken }));
    value.is_array()
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            if let Some(bulk_id) = text.strip_prefix(REFERENCE) {
                found.push(bulk_id.to_owned());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(map) => map.values().for_each(|item| collect(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn substitute(value: &mut Value, ids: &HashMap<String, String>) -> Result<(), String> {
    match value {
        Value::String(text) => {
            if let Some(bulk_id) = text.strip_prefix(REFERENCE) {
                match ids.get(bulk_id) {
                    Some(id) => *text = id.clone(),
                    None => return Err(bulk_id.to_owned()),
                }
            }
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| substitute(item, ids)),
        Value::Object(map) => map.values_mut().try_for_each(|item| substitute(item, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}
