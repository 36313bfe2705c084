//! `/Bulk` (RFC 7644 §3.7): many operations in one request, each on its own.
//!
//! There is no transaction around them: one that fails leaves no trace, and the others stand. Each
//! is authorised, checked and logged by the same domain operation as when it comes alone.

use std::collections::{HashMap, HashSet};

use axum::{body::Body, http::StatusCode, response::Response};
use seatlink_domain::{
    access::repairs,
    directory::{DirectoryError, Stored, version_tag},
    tenants::{self, Tenant},
};
use seatlink_scim::{
    Error as ScimError, Precondition, Projection,
    message::bulk::{
        BulkOperation, BulkRequest, BulkResult, Malformed, Method, Subject, bulk_response,
    },
};
use serde_json::Value;

use super::{
    answer::{self, Refusal},
    call::Call,
    kind::Kind,
};

/// `bulk.maxOperations` of the service provider configuration.
pub(crate) const MAX_OPERATIONS: usize = 1_000;

pub(super) async fn run(call: &Call<'_>, body: Body) -> Result<Response, Refusal> {
    call.require_scim()?;
    let leniency = call.actor.leniency;
    let request = BulkRequest::parse(call.large_body(body).await?, MAX_OPERATIONS, leniency)?;
    repairs::count(&call.state.platform, &call.actor, &request.repairs);
    let order = request.order();
    let mut operations: Vec<_> = request.operations.into_iter().map(Some).collect();
    let mut results: Vec<Option<BulkResult>> = operations.iter().map(|_| None).collect();
    let mut later = to_be_made(&operations);
    let mut made = HashMap::new();
    let mut incomplete = Vec::new();
    let mut errors = 0;
    for position in order {
        let Some(operation) = operations[position].take() else { continue };
        let result = match operation {
            Ok(mut operation) => {
                let rest = operation.defer(&later);
                let bulk_id = operation.bulk_id.clone();
                let result = one(call, operation, &mut made).await?;
                if let Some(bulk_id) = bulk_id {
                    later.remove(&bulk_id);
                }
                if result.outcome.is_ok() {
                    incomplete.extend(rest.map(|rest| (position, rest)));
                }
                result
            }
            Err(malformed) => refused(call, malformed),
        };
        errors += u64::from(result.outcome.is_err());
        results[position] = Some(result);
        if request.fail_on_errors.is_some_and(|limit| errors >= limit) {
            break;
        }
    }
    for (position, rest) in incomplete {
        if let Some(result) = &mut results[position] {
            complete(call, result, rest, &mut made).await?;
        }
    }
    // In the order of the request, whatever order references made necessary.
    let processed: Vec<BulkResult> = results.into_iter().flatten().collect();
    Ok(answer::json(StatusCode::OK, bulk_response(&processed).to_string()))
}

/// The bulkIds of all new resources.
fn to_be_made(operations: &[Option<Result<BulkOperation, Malformed>>]) -> HashSet<String> {
    let valid = operations.iter().flatten().flatten();
    let new = valid.filter(|operation| operation.method == Method::Post);
    new.filter_map(|operation| operation.bulk_id.clone()).collect()
}

/// Adds to a new resource what a circle of references kept out of it. One that stays incomplete has
/// failed (RFC 7644 §3.7.1) and is deleted again, as far as the tenant's profile deletes anybody.
/// Whoever was there before, and was restored by the create, stays.
async fn complete(
    call: &Call<'_>,
    result: &mut BulkResult,
    rest: BulkOperation,
    made: &mut HashMap<String, String>,
) -> Result<(), Refusal> {
    let id = result.bulk_id.as_ref().and_then(|bulk_id| made.get(bulk_id)).cloned();
    let endpoint = rest.endpoint.clone();
    let added = one(call, rest, made).await?;
    let Err(error) = added.outcome else {
        result.version = added.version;
        return Ok(());
    };
    let is_new = result.version.as_deref().is_some_and(is_first);
    if let Some(id) = id
        && is_new
    {
        let undo = BulkOperation {
            method: Method::Delete,
            endpoint,
            subject: Subject::Id(id),
            bulk_id: None,
            version: result.version.clone(),
            data: Value::Null,
        };
        match apply(call, undo).await {
            Ok(_) => (result.location, result.version) = (None, None),
            Err(error) => {
                tracing::warn!(request = %call.facts.id, error = %error.detail, "an incomplete resource stays");
            }
        }
    }
    result.outcome = Err(error);
    Ok(())
}

/// Whether this is the version of a resource that nobody has changed since it was made.
fn is_first(version: &str) -> bool {
    // Behind the number may be a stamp of what is computed.
    let first = version_tag(1);
    version == first || version.starts_with(&format!("{}-", first.trim_end_matches('"')))
}

/// Where the operation went is told of all but a POST that failed; a library may insist on it
/// (UnboundID's does).
fn refused(call: &Call<'_>, malformed: Malformed) -> BulkResult {
    let location = malformed
        .path
        .map(|path| if path.starts_with('/') { format!("{}{path}", call.base()) } else { path });
    BulkResult {
        method: malformed.method,
        bulk_id: malformed.bulk_id,
        location,
        version: None,
        outcome: Err(malformed.error),
    }
}

async fn one(
    call: &Call<'_>,
    mut operation: BulkOperation,
    made: &mut HashMap<String, String>,
) -> Result<BulkResult, Refusal> {
    let mut result = BulkResult {
        method: operation.method.as_str().to_owned(),
        bulk_id: operation.bulk_id.clone(),
        location: None,
        version: None,
        outcome: Ok(StatusCode::OK.as_u16()),
    };
    let resolved = operation.resolve(made);
    let path = operation.subject.path(&operation.endpoint);
    result.location = path.map(|path| format!("{}{path}", call.base()));
    if let Err(error) = resolved {
        result.outcome = Err(error);
        return Ok(result);
    }
    let method = operation.method;
    let bulk_id = operation.bulk_id.take();
    match apply(call, operation).await {
        Ok(stored) => {
            result.outcome = Ok(match method {
                Method::Post => StatusCode::CREATED,
                Method::Put | Method::Patch => StatusCode::OK,
                Method::Delete => StatusCode::NO_CONTENT,
            }
            .as_u16());
            if let Some(stored) = stored {
                result.version = Some(stored.version_tag());
                result.location = Some(stored.location(call.base()));
                if let (Method::Post, Some(bulk_id)) = (method, bulk_id) {
                    made.insert(bulk_id, stored.id().to_string());
                }
            }
        }
        Err(error) => result.outcome = Err(error),
    }
    Ok(result)
}

/// The resource afterwards; nothing after a deletion.
async fn apply(call: &Call<'_>, operation: BulkOperation) -> Result<Option<Stored>, ScimError> {
    let BulkOperation { method, endpoint, subject, version, data, .. } = operation;
    let id = match subject {
        Subject::New => String::new(),
        Subject::Id(id) => id,
        Subject::BulkId(id) => {
            return Err(ScimError::conflict(format!("The reference bulkId:{id} has no resource.")));
        }
    };
    let condition = Precondition::parse(version.as_deref());
    let tenant = tenants::load(&call.state.platform, call.actor.tenant).await;
    let tenant = tenant.map_err(|error| refusal_of(call, &error.into()))?;
    let kind = Kind::at(&tenant, &endpoint).ok_or_else(|| {
        ScimError::invalid_path(
            "The path must be /Users, /Groups, the endpoint of another resource type, or one resource below \
             them.",
        )
    })?;
    let shown = shown(&kind, &tenant)?;
    let outcome = match method {
        Method::Post => kind.create(call, data, &shown).await.map(Some),
        Method::Put => kind.replace(call, &id, data, &condition, &shown).await.map(Some),
        Method::Patch => {
            let patched = kind.patch(call, &id, data, &condition, &shown).await;
            patched.map(|patched| Some(patched.stored))
        }
        Method::Delete => kind.delete(call, &id, &condition).await.map(|()| None),
    };
    outcome.map_err(|error| refusal_of(call, &error))
}

/// The answer shows no resource, so members need not be read.
fn shown(kind: &Kind, tenant: &Tenant) -> Result<Projection, ScimError> {
    match kind {
        Kind::Groups => Projection::parse(None, Some("members"), kind.resource_type(tenant)),
        Kind::Users | Kind::Own(_) => Ok(Projection::all()),
    }
}

fn refusal_of(call: &Call<'_>, error: &DirectoryError) -> ScimError {
    let answer = answer::of_directory(call.facts, error);
    if answer.status == 500 { internal(call) } else { answer }
}

fn internal(call: &Call<'_>) -> ScimError {
    ScimError::internal(format!(
        "Something failed on our side. Report the request id {} to the operator of this server.",
        call.facts.id
    ))
}
