//! What the API refuses with: every error of an operation, turned into one form in one place.
//!
//! A handler returns the error as it is. Status, code and sentence are made when the answer leaves,
//! because only then the language and the id of the request are at hand.

mod sentence;

use std::{fmt, sync::Arc};

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use seatlink_domain::{
    access::connections::ConnectionError,
    directory::{import::ImportError, schemas::SchemaError},
    integrations::IntegrationError,
    log::LogError,
    outbox::OutboxError,
    work::WorkError,
};
use seatlink_provision::TestError;
use seatlink_texts::Texts;

use super::body::BodyError;
use seatlink_edge::{ApiError, Facts, FieldProblem, Problem, RowProblem, chain, language};

/// Why a request of the API was not carried out.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error("there is no {0} {1}")]
    NoSuch(Kind, String),
    #[error(transparent)]
    Integration(#[from] IntegrationError),
    #[error(transparent)]
    Work(#[from] WorkError),
    #[error(transparent)]
    Test(#[from] TestError),
    #[error(transparent)]
    Changes(#[from] LogError),
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

/// What an address may name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Integration,
    Resource,
    Mail,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Integration => "integration",
            Self::Resource => "resource",
            Self::Mail => "mail",
        })
    }
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
            Self::Body(_) | Self::Changes(LogError::BadCursor) => BAD_REQUEST,
            Self::NoSuch(..) => NOT_FOUND,
            Self::Integration(error) | Self::Test(TestError::Integration(error)) => {
                of_integration(error)
            }
            Self::Work(WorkError::Forbidden(_)) | Self::Changes(LogError::Forbidden(_)) => {
                FORBIDDEN
            }
            Self::Work(WorkError::Document(_) | WorkError::Store(_))
            | Self::Changes(LogError::Store(_))
            | Self::Edge(_) => None,
            Self::Test(TestError::Failed(_) | TestError::Misconfigured(_)) => TEST_FAILED,
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
    let texts = Texts::of(language(request.headers()));
    let id = Facts::of(request.extensions()).map(|facts| facts.id.clone());
    let response = next.run(request).await;
    let Some(refusal) = response.extensions().get::<Arc<Refusal>>() else { return response };
    let (Some((status, code)), Some(sentence)) =
        (refusal.meaning(), sentence::sentence(refusal, texts))
    else {
        return response;
    };
    match id {
        Ok(id) => ApiError::new(status, code, sentence.into(), id.as_str())
            .with_fields(refusal.fields())
            .with_rows(refusal.rows())
            .into_response(),
        Err(problem) => problem.into_response(),
    }
}
