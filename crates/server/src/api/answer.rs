//! How the API answers: the value as JSON, or one error with a code and a sentence.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use seatlink_domain::{
    Actor,
    directory::{import::ImportError, schemas::SchemaError},
    integrations::IntegrationError,
    log::LogError,
    work::WorkError,
};
use seatlink_provision::TestError;
use seatlink_texts::Language;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    http::{Problem, chain},
    state::AppState,
    words,
};

/// Settings and lists of ids; files have a limit of their own.
const BODY_LIMIT: usize = 8 * 1_024 * 1_024;

/// A refusal in the words of this surface, or one that the edge words.
pub(super) enum Refusal {
    Said { status: StatusCode, body: Value },
    Problem(Problem),
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Said { status, body: json!({ "error": { "code": code, "message": message } }) }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", message)
    }

    pub(super) fn forbidden(message: String) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    /// The cause goes to the log; the caller has the request id.
    pub(super) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = chain(error), "an API operation failed");
        let problem = Problem::of_failure(error);
        if problem == Problem::Unavailable {
            return problem.into();
        }
        let message = "Something failed on our side; the request id finds it in our log.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Said { status, body } => json_response(status, &body),
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<IntegrationError> for Refusal {
    fn from(error: IntegrationError) -> Self {
        match &error {
            IntegrationError::NotFound(_) => Self::not_found(error.to_string()),
            // The address is right; what the body names is not there.
            IntegrationError::NoSubject(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "no-subject", error.to_string())
            }
            IntegrationError::NameTaken(_) => {
                Self::new(StatusCode::CONFLICT, "conflict", error.to_string())
            }
            IntegrationError::Forbidden(forbidden) => Self::forbidden(forbidden.to_string()),
            IntegrationError::BadLabel
            | IntegrationError::BadName(_)
            | IntegrationError::BadUrl { .. }
            | IntegrationError::Underscore
            | IntegrationError::ScimOff => Self::bad_request(error.to_string()),
            IntegrationError::Seal(_) | IntegrationError::Store(_) => Self::internal(&error),
        }
    }
}

impl From<WorkError> for Refusal {
    fn from(error: WorkError) -> Self {
        match &error {
            WorkError::Forbidden(forbidden) => Self::forbidden(forbidden.to_string()),
            WorkError::Document(_) | WorkError::Store(_) => Self::internal(&error),
        }
    }
}

impl From<LogError> for Refusal {
    fn from(error: LogError) -> Self {
        match &error {
            LogError::Forbidden(forbidden) => Self::forbidden(forbidden.to_string()),
            LogError::Store(_) => Self::internal(&error),
        }
    }
}

impl From<SchemaError> for Refusal {
    fn from(error: SchemaError) -> Self {
        match &error {
            SchemaError::Refused(refused) => match refused.status {
                404 => Self::not_found(error.to_string()),
                409 => Self::new(StatusCode::CONFLICT, "conflict", error.to_string()),
                _ => Self::bad_request(error.to_string()),
            },
            SchemaError::NotFound(_) => Self::not_found(error.to_string()),
            SchemaError::Ambiguous(_) => Self::bad_request(error.to_string()),
            SchemaError::InUse { .. } => {
                Self::new(StatusCode::CONFLICT, "in-use", error.to_string())
            }
            SchemaError::Forbidden(forbidden) => Self::forbidden(forbidden.to_string()),
            SchemaError::Tenant(_) | SchemaError::Store(_) => Self::internal(&error),
        }
    }
}

impl From<TestError> for Refusal {
    fn from(error: TestError) -> Self {
        match error {
            TestError::Integration(error) => error.into(),
            TestError::Failed(_) | TestError::Misconfigured(_) => {
                let sentence = words::test_error(&error, Language::English);
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "test-failed", sentence)
            }
        }
    }
}

impl From<ImportError> for Refusal {
    fn from(error: ImportError) -> Self {
        match &error {
            ImportError::Rows(rows) => {
                let rows: Vec<Value> = rows
                    .iter()
                    .map(|row| json!({ "line": row.line, "column": row.column, "message": row.sentence }))
                    .collect();
                let code = "bad-rows";
                let error = json!({ "code": code, "message": error.to_string(), "rows": rows });
                Self::Said {
                    status: StatusCode::UNPROCESSABLE_ENTITY,
                    body: json!({ "error": error }),
                }
            }
            ImportError::Forbidden(forbidden) => Self::forbidden(forbidden.to_string()),
            ImportError::Tenant(_)
            | ImportError::Store(_)
            | ImportError::File(_)
            | ImportError::FileChanged
            | ImportError::Stopped { .. } => Self::internal(&error),
        }
    }
}

pub(super) type Answer = Result<Response, Refusal>;

pub(super) fn ok(value: &impl Serialize) -> Response {
    json_response(StatusCode::OK, value)
}

pub(super) fn created(value: &impl Serialize) -> Response {
    json_response(StatusCode::CREATED, value)
}

fn json_response(status: StatusCode, value: &impl Serialize) -> Response {
    let text = serde_json::to_string(value).expect("answers have text keys");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The body as the type the operation takes; the complaint names what is wrong with it.
pub(super) async fn body<T: DeserializeOwned>(
    state: &AppState,
    actor: &Actor,
    body: Body,
) -> Result<T, Refusal> {
    let held = state.room.read(actor.tenant, &HeaderMap::new(), body, BODY_LIMIT).await?;
    let bytes = &held.bytes;
    // Serde reads an array as the fields of a structure in their order.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(Refusal::bad_request("The request body must be a JSON object."));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        Refusal::bad_request(format!("The request body is not as expected: {error}."))
    })
}
