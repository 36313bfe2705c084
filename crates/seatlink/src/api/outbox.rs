//! Mails that wait or were sent, and the files that wait with them, for programs.
//!
//! Without a mail server this is where contacts' credentials are handed on from. Text and file are
//! gone once a mail is sent.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use seatlink_domain::{MessageId, outbox};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    refusal::{Kind, Refusal},
    views::{MailFile, MailList, MailView},
};
use crate::openapi::refusals::{Always, BadRequest, NoSuch};
use seatlink_edge::{AppState, Bearer, RequestHost, download};

const LIMIT: i64 = 200;

/// What is in it may be a secret.
const NO_STORE: [(HeaderName, HeaderValue); 1] =
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];

/// Mails that wait or were sent.
#[utoipa::path(
    get, path = "/manage/v1/outbox", operation_id = "listMails", tag = "API",
    responses((status = 200, description = "At most 200 of them.", body = MailList), Always),
    security(("bearer" = [])),
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    RequestHost(host): RequestHost,
) -> Result<([(HeaderName, HeaderValue); 1], Json<MailList>), Refusal> {
    let messages = outbox::list(&state.platform, &actor, LIMIT).await?;
    let messages = messages.iter().map(|message| MailView::of(&host.origin, message)).collect();
    Ok((NO_STORE, Json(MailList { messages })))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Named {
    /// The id of the mail.
    #[param(min_length = 1, example = "01890a5d-ac96-774b-bcce-b302099a8057")]
    id: String,
}

/// The file that waits with a mail.
#[utoipa::path(
    get, path = "/manage/v1/outbox/{id}/attachment", operation_id = "getMailAttachment", tag = "API",
    params(Named),
    responses(
        (
            status = 200, description = "The file.", body = MailFile,
            content_type = "application/octet-stream",
        ),
        BadRequest, NoSuch, Always,
    ),
    security(("bearer" = [])),
)]
pub(super) async fn attachment(
    State(state): State<AppState>,
    Bearer(actor): Bearer,
    Path(Named { id }): Path<Named>,
) -> Result<Response, Refusal> {
    let Ok(id) = id.parse::<MessageId>() else { return Err(Refusal::NoSuch(Kind::Mail, id)) };
    let file = outbox::attachment(&state.platform, &actor, id).await?;
    Ok(download(&file.name, file.content))
}
