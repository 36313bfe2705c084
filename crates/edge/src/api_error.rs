//! The one form in which the management API refuses, whoever noticed what is wrong.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A refusal of the management API.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiError {
    error: ApiProblem,
}

/// What is wrong and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiProblem {
    /// The HTTP status, again.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// A stable word for programs.
    code: &'static str,
    /// A sentence for people, in the language that `Accept-Language` asks for.
    message: String,
    /// What the log of the server knows the request by; the same as in `X-Request-Id`.
    request_id: String,
    /// Members of the body that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    fields: Vec<FieldProblem>,
    /// Lines of an imported file that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    rows: Vec<RowProblem>,
}

/// One member of the body and what is wrong with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The path of the member, such as `actions.push_new_users`.
    pub field: String,
    /// What is wrong, in the words of the JSON reader.
    pub message: String,
}

/// One line of an imported file and what is wrong with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RowProblem {
    pub line: u64,
    /// The column as the file names it.
    #[schema(required)]
    pub column: Option<String>,
    pub message: String,
}

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: String, request_id: &str) -> Self {
        let request_id = request_id.to_owned();
        let (fields, rows) = (Vec::new(), Vec::new());
        let status = status.as_u16();
        Self { error: ApiProblem { status, code, message, request_id, fields, rows } }
    }

    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldProblem>) -> Self {
        self.error.fields = fields;
        self
    }

    #[must_use]
    pub fn with_rows(mut self, rows: Vec<RowProblem>) -> Self {
        self.error.rows = rows;
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.error.status);
        (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(self)).into_response()
    }
}
