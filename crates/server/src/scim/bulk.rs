//! `/Bulk` (RFC 7644 §3.7): many operations in one request, each on its own.
//!
//! There is no transaction around them: one that fails leaves no trace, and the others stand. Each is
//! authorised, checked and logged by the same domain operation as when it comes alone.

use std::collections::HashMap;

use axum::{body::Body, http::StatusCode, response::Response};
use seatlink_domain::directory::{
    DirectoryError, Stored, groups,
    resources::{self, OwnType},
    users,
};
use seatlink_scim::{
    Error as ScimError, Precondition, Projection,
    message::bulk::{
        BulkOperation, BulkRequest, BulkResult, Malformed, Method, Subject, bulk_response,
    },
};

use super::{
    answer::{self, Refusal},
    call::Call,
};

/// `bulk.maxOperations` of the service provider configuration.
pub(crate) const MAX_OPERATIONS: usize = 1_000;

pub(super) async fn run(call: &Call<'_>, body: Body) -> Result<Response, Refusal> {
    call.require_scim()?;
    let request = BulkRequest::parse(call.large_body(body).await?, MAX_OPERATIONS)?;
    let order = request.order();
    let mut operations: Vec<_> = request.operations.into_iter().map(Some).collect();
    let mut results: Vec<Option<BulkResult>> = operations.iter().map(|_| None).collect();
    let mut made = HashMap::new();
    let mut errors = 0;
    for position in order {
        let Some(operation) = operations[position].take() else { continue };
        let result = match operation {
            Ok(operation) => one(call, operation, &mut made).await?,
            Err(malformed) => refused(malformed),
        };
        errors += u64::from(result.outcome.is_err());
        results[position] = Some(result);
        if request.fail_on_errors.is_some_and(|limit| errors >= limit) {
            break;
        }
    }
    // In the order of the request, whatever order references made necessary.
    let processed: Vec<BulkResult> = results.into_iter().flatten().collect();
    Ok(answer::json(StatusCode::OK, bulk_response(&processed).to_string()))
}

fn refused(malformed: Malformed) -> BulkResult {
    BulkResult {
        method: malformed.method,
        bulk_id: malformed.bulk_id,
        location: None,
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
    if let Err(error) = operation.resolve(made) {
        result.outcome = Err(error);
        return Ok(result);
    }
    if let Subject::Id(id) = &operation.subject {
        result.location = Some(format!("{}{}/{id}", call.base(), operation.endpoint));
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
    let platform = &call.state.platform;
    let actor = &call.actor;
    let outcome = match endpoint.as_str() {
        "/Users" => match method {
            Method::Post => users::create(platform, actor, data).await.map(Some),
            Method::Put => users::replace(platform, actor, &id, data, &condition).await.map(Some),
            Method::Patch => users::patch(platform, actor, &id, data, &condition).await.map(Some),
            Method::Delete => users::delete(platform, actor, &id, &condition).await.map(|()| None),
        },
        "/Groups" => {
            let few = without_members(call).await?;
            match method {
                Method::Post => groups::create(platform, actor, data, &few).await.map(Some),
                Method::Put => {
                    groups::replace(platform, actor, &id, data, &condition, &few).await.map(Some)
                }
                Method::Patch => {
                    let patched = groups::patch(platform, actor, &id, data, &condition, &few).await;
                    patched.map(|patched| Some(patched.stored))
                }
                Method::Delete => {
                    groups::delete(platform, actor, &id, &condition).await.map(|()| None)
                }
            }
        }
        other => {
            let tenant = call.tenant().await.map_err(|_| internal(call))?;
            let own = OwnType::at(&tenant, other).ok_or_else(|| {
                ScimError::invalid_path(
                    "The path must be /Users, /Groups, the endpoint of another resource type, or one \
                     resource below them.",
                )
            })?;
            match method {
                Method::Post => resources::create(platform, actor, &own, data).await.map(Some),
                Method::Put => {
                    resources::replace(platform, actor, &own, &id, data, &condition).await.map(Some)
                }
                Method::Patch => {
                    resources::patch(platform, actor, &own, &id, data, &condition).await.map(Some)
                }
                Method::Delete => {
                    resources::delete(platform, actor, &own, &id, &condition).await.map(|()| None)
                }
            }
        }
    };
    outcome.map_err(|error| told(call, &error))
}

/// The answer shows no resource, so members need not be read.
async fn without_members(call: &Call<'_>) -> Result<Projection, ScimError> {
    let tenant = call.tenant().await.map_err(|_| internal(call))?;
    let group = tenant.registry.resource_type("Group").ok_or_else(|| internal(call))?;
    Projection::parse(None, Some("members"), group)
}

fn told(call: &Call<'_>, error: &DirectoryError) -> ScimError {
    let answer = answer::of_directory(call.facts, error);
    if answer.status == 500 { internal(call) } else { answer }
}

fn internal(call: &Call<'_>) -> ScimError {
    ScimError::internal(format!(
        "Something failed on our side. Name the request id {} to whoever runs this server.",
        call.facts.id
    ))
}
