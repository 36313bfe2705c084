//! What the API refuses with: every error of an operation, turned into one form in one place.
//!
//! A handler returns the error as it is. Status, code and sentence are made when the answer leaves, because only
//! then the language and the id of the request are at hand.

use std::{error::Error, sync::Arc};

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use seatlink_domain::{
    access::connections::ConnectionError,
    changes::ChangesError,
    directory::{import::ImportError, schemas::SchemaError},
    integrations::IntegrationError,
    outbox::OutboxError,
    work::WorkError,
};
use seatlink_provision::TestError;

use super::body::BodyError;
use crate::{
    http::{ApiError, Facts, FieldProblem, Problem, RowProblem, chain},
    login::Language,
};

/// Why a request of the API was not carried out.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error("there is no {what} {id}")]
    NoSuch { what: &'static str, id: String },
    #[error(transparent)]
    Integration(#[from] IntegrationError),
    #[error(transparent)]
    Work(#[from] WorkError),
    #[error(transparent)]
    Test(#[from] TestError),
    #[error(transparent)]
    Changes(#[from] ChangesError),
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The edge words it.
    #[error("the request was refused before an operation")]
    Edge(Problem),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Edge(problem)
    }
}

/// What a refusal means to a program. `None` is our own fault or the database's.
type Meaning = Option<(StatusCode, &'static str)>;

const BAD_REQUEST: Meaning = Some((StatusCode::BAD_REQUEST, "bad-request"));
const FORBIDDEN: Meaning = Some((StatusCode::FORBIDDEN, "forbidden"));
const NOT_FOUND: Meaning = Some((StatusCode::NOT_FOUND, "not-found"));
const CONFLICT: Meaning = Some((StatusCode::CONFLICT, "conflict"));
const NO_SUBJECT: Meaning = Some((StatusCode::UNPROCESSABLE_ENTITY, "no-subject"));
const TEST_FAILED: Meaning = Some((StatusCode::UNPROCESSABLE_ENTITY, "test-failed"));
const BAD_ROWS: Meaning = Some((StatusCode::UNPROCESSABLE_ENTITY, "bad-rows"));
const IN_USE: Meaning = Some((StatusCode::CONFLICT, "in-use"));

impl Refusal {
    fn meaning(&self) -> Meaning {
        match self {
            Self::Body(_) => BAD_REQUEST,
            Self::NoSuch { .. } => NOT_FOUND,
            Self::Integration(error) | Self::Test(TestError::Integration(error)) => {
                of_integration(error)
            }
            Self::Work(WorkError::Forbidden(_)) | Self::Changes(ChangesError::Forbidden(_)) => {
                FORBIDDEN
            }
            Self::Work(WorkError::Document(_) | WorkError::Store(_))
            | Self::Changes(ChangesError::Store(_))
            | Self::Edge(_) => None,
            Self::Test(TestError::Failed { .. } | TestError::Misconfigured(_)) => TEST_FAILED,
            Self::Schema(error) => of_schema(error),
            Self::Connection(error) => match error {
                ConnectionError::NotFound(_) => NOT_FOUND,
                ConnectionError::Forbidden(_) => FORBIDDEN,
                ConnectionError::Store(_) => None,
            },
            Self::Import(error) => match error {
                ImportError::Rows(_) => BAD_ROWS,
                ImportError::Forbidden(_) => FORBIDDEN,
                ImportError::Tenant(_)
                | ImportError::Store(_)
                | ImportError::File(_)
                | ImportError::FileChanged
                | ImportError::Stopped { .. } => None,
            },
            Self::Outbox(error) => match error {
                OutboxError::NotFound(_) | OutboxError::NoAttachment(_) => NOT_FOUND,
                OutboxError::AlreadySent(_) => BAD_REQUEST,
                OutboxError::Forbidden(_) => FORBIDDEN,
                OutboxError::Seal(_) | OutboxError::Store(_) => None,
            },
        }
    }

    /// The one place where the language of the reader is passed.
    fn sentence(&self, language: Language) -> String {
        match language {
            // Machines and the log read the same.
            Language::English | Language::Chinese => sentence(self),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Body(error) => error.fields(),
            _ => Vec::new(),
        }
    }

    fn rows(&self) -> Vec<RowProblem> {
        match self {
            Self::Import(ImportError::Rows(rows)) => rows
                .iter()
                .map(|row| RowProblem {
                    line: row.line,
                    column: row.column.clone(),
                    message: row.sentence.clone(),
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

fn of_integration(error: &IntegrationError) -> Meaning {
    match error {
        IntegrationError::NotFound(_) => NOT_FOUND,
        // The address is right; what the body names is not there.
        IntegrationError::NoSubject(_) => NO_SUBJECT,
        IntegrationError::NameTaken(_) => CONFLICT,
        IntegrationError::Forbidden(_) => FORBIDDEN,
        IntegrationError::BadLabel
        | IntegrationError::BadName(_)
        | IntegrationError::BadUrl { .. }
        | IntegrationError::Underscore
        | IntegrationError::ScimOff => BAD_REQUEST,
        IntegrationError::Seal(_) | IntegrationError::Store(_) => None,
    }
}

fn of_schema(error: &SchemaError) -> Meaning {
    match error {
        SchemaError::Refused(refused) => match refused.status {
            404 => NOT_FOUND,
            409 => CONFLICT,
            _ => BAD_REQUEST,
        },
        SchemaError::NotFound(_) => NOT_FOUND,
        SchemaError::Ambiguous(_) => BAD_REQUEST,
        SchemaError::InUse { .. } => IN_USE,
        SchemaError::Forbidden(_) => FORBIDDEN,
        SchemaError::Tenant(_) | SchemaError::Store(_) => None,
    }
}

/// What an error says, as a sentence.
fn sentence(error: &dyn Error) -> String {
    let text = error.to_string();
    let mut rest = text.chars();
    let Some(first) = rest.next() else { return text };
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), rest.as_str())
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if let Self::Edge(problem) = self {
            return problem.into_response();
        }
        if let Some((status, _)) = self.meaning() {
            let mut response = status.into_response();
            response.extensions_mut().insert(Arc::new(self));
            return response;
        }
        tracing::error!(error = chain(&self), "an API operation failed");
        Problem::of_failure(&self).into_response()
    }
}

/// Says a refusal in the language that the request asks for.
pub(super) async fn render(request: Request, next: Next) -> Response {
    let language = Language::choose(None, request.headers());
    let id = Facts::of(request.extensions()).map(|facts| facts.id.clone());
    let response = next.run(request).await;
    let Some(refusal) = response.extensions().get::<Arc<Refusal>>() else { return response };
    let Some((status, code)) = refusal.meaning() else { return response };
    match id {
        Ok(id) => ApiError::new(status, code, refusal.sentence(language), id.as_str())
            .with_fields(refusal.fields())
            .with_rows(refusal.rows())
            .into_response(),
        Err(problem) => problem.into_response(),
    }
}
