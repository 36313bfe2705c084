//! The buttons of an integration: authenticate, retry, synchronise.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use seatlink_domain::{
    IntegrationId, UserId,
    integrations::{self, Integration, IntegrationError},
    work::{self, WorkError},
};
use seatlink_edge::{AppState, Problem};
use seatlink_provision::{self as provision, BeginError};

use super::notice::Notice;
use crate::{
    answer::{see_other, unreadable},
    form::{Fields, Form, Sent},
    parts::{Html, Quote},
    paths,
    refused::{forbidden, refusal},
    viewer::{Viewer, Visitor},
};

/// Whom to try again.
pub(super) struct Person(
    /// The id of one person; everybody when it is empty.
    String,
);

impl Fields for Person {
    fn read(sent: &Sent) -> Self {
        Self(sent.get("person").trim().to_owned())
    }
}

/// The integration of a button that was pressed, if the person may see it.
async fn pressed(state: &AppState, viewer: &Viewer, id: &str) -> Result<Integration, Response> {
    let id: IntegrationId = id.parse().map_err(|_| Problem::NotFound.into_response())?;
    integrations::get(&state.platform, &viewer.actor, id)
        .await
        .map_err(|error| integration_refused(&viewer.visitor, error))
}

/// Guide E: sends the browser to the application, which sends it back to the callback.
pub(super) async fn authenticate(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form { viewer, sent: () }: Form<()>,
) -> Result<Response, Response> {
    let integration = pressed(&state, &viewer, &id).await?;
    let callback_url = format!("{}{}", viewer.host.origin, integration.callback_path());
    provision::begin(&state.platform, &viewer.actor, &state.targets, integration.id, &callback_url)
        .await
        .map(|url| see_other(url.as_str()))
        .map_err(|error| match error {
            BeginError::Integration(error) => integration_refused(&viewer.visitor, error),
            BeginError::NotOauth | BeginError::Misconfigured(_) | BeginError::Forbidden(_) => {
                not_done(&viewer.visitor, &error)
            }
        })
}

pub(super) async fn retry(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form { viewer, sent: Person(person) }: Form<Person>,
) -> Result<Response, Response> {
    let integration = pressed(&state, &viewer, &id).await?;
    let person = match person.as_str() {
        "" => None,
        text => Some(text.parse::<UserId>().map_err(|_| Problem::NotFound.into_response())?),
    };
    work::retry(&state.platform, &viewer.actor, integration.id, person)
        .await
        .map(|count| see_other(Notice::Retried(count).path()))
        .map_err(|error| work_refused(&viewer.visitor, error))
}

pub(super) async fn sync(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form { viewer, sent: () }: Form<()>,
) -> Result<Response, Response> {
    let integration = pressed(&state, &viewer, &id).await?;
    provision::sweep(&state.platform, &viewer.actor, integration.id)
        .await
        .map(|count| see_other(Notice::Queued(count).path()))
        .map_err(|error| work_refused(&viewer.visitor, error))
}

fn integration_refused(visitor: &Visitor, error: IntegrationError) -> Response {
    match &error {
        IntegrationError::Forbidden(missing) => forbidden(visitor, missing, paths::Console),
        IntegrationError::NotFound(_) => Problem::NotFound.into_response(),
        IntegrationError::Seal(_) | IntegrationError::Store(_) => unreadable(error).into_response(),
        IntegrationError::BadLabel
        | IntegrationError::BadName(_)
        | IntegrationError::NameTaken(_)
        | IntegrationError::BadUrl { .. }
        | IntegrationError::Underscore
        | IntegrationError::ScimOff
        | IntegrationError::NoSubject(_) => not_done(visitor, &error),
    }
}

fn work_refused(visitor: &Visitor, error: WorkError) -> Response {
    match &error {
        WorkError::Forbidden(missing) => forbidden(visitor, missing, paths::Console),
        WorkError::Document(_) | WorkError::Store(_) => unreadable(error).into_response(),
    }
}

fn not_done(visitor: &Visitor, error: &dyn std::error::Error) -> Response {
    let title = visitor.texts().sending().not_done();
    let words = Html::new().part(&Quote::new(sentence(error), Some("en")));
    refusal(visitor, StatusCode::CONFLICT, title, words, paths::Console)
}

/// Errors are worded to go on after a colon; alone they are a sentence.
fn sentence(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let start: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{start}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_alone_reads_as_a_sentence() {
        let error = std::io::Error::other("this connection does not use OAuth 2");
        assert_eq!(sentence(&error), "This connection does not use OAuth 2.");
        assert_eq!(sentence(&std::io::Error::other("No.")), "No.");
    }
}
