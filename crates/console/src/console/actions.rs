//! The buttons of an integration: authenticate, retry, synchronise.

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use seatlink_domain::{
    Actor, IntegrationId, UserId,
    integrations::{self, Integration, IntegrationError},
    work::{self, WorkError},
};
use seatlink_provision::{self as provision, BeginError};
use serde::Deserialize;

use super::{notice::Notice, texts::Texts};
use crate::{
    Language,
    answer::see_other,
    pages::{Place, forbidden, refusal, unreadable},
};
use seatlink_edge::{AppState, Problem, RequestHost, RequestId, SessionUser};

#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    csrf: String,
    /// One person; everybody when it is missing or empty.
    #[serde(default)]
    person: String,
}

/// A button of an integration that is there, pressed by somebody who may.
struct Pressed {
    actor: Actor,
    integration: Integration,
    language: Language,
}

impl Pressed {
    async fn check(
        state: &AppState,
        session: &SessionUser,
        request: &RequestId,
        headers: &HeaderMap,
        id: &str,
        csrf: &str,
    ) -> Result<Self, Response> {
        session.check_form(csrf).map_err(Problem::into_response)?;
        let id: IntegrationId = id.parse().map_err(|_| Problem::NotFound.into_response())?;
        let actor = session.actor(state).await.map_err(Problem::into_response)?;
        let actor = actor.with_request_id(request.as_str());
        let language = crate::language::language_of(None, headers);
        match integrations::get(&state.platform, &actor, id).await {
            Ok(integration) => Ok(Self { actor, integration, language }),
            Err(error) => Err(integration_refused(language, error)),
        }
    }
}

/// Guide E: sends the browser to the application, which sends it back to the callback.
pub(super) async fn authenticate(
    State(state): State<AppState>,
    host: RequestHost,
    session: SessionUser,
    request: RequestId,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Response> {
    let Pressed { actor, integration, language } =
        Pressed::check(&state, &session, &request, &headers, &id, &sent.csrf).await?;
    let callback_url = format!("{}{}", host.origin, integration.callback_path());
    provision::begin(&state.platform, &actor, &state.targets, integration.id, &callback_url)
        .await
        .map(|url| see_other(url.as_str()))
        .map_err(|error| match error {
            BeginError::Integration(error) => integration_refused(language, error),
            BeginError::NotOauth | BeginError::Misconfigured(_) | BeginError::Forbidden(_) => {
                not_done(language, &error)
            }
        })
}

pub(super) async fn retry(
    State(state): State<AppState>,
    session: SessionUser,
    request: RequestId,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Response> {
    let Pressed { actor, integration, language } =
        Pressed::check(&state, &session, &request, &headers, &id, &sent.csrf).await?;
    let person = match sent.person.trim() {
        "" => None,
        text => Some(text.parse::<UserId>().map_err(|_| Problem::NotFound.into_response())?),
    };
    work::retry(&state.platform, &actor, integration.id, person)
        .await
        .map(|count| see_other(&Notice::Retried(count).path()))
        .map_err(|error| work_refused(language, error))
}

pub(super) async fn sync(
    State(state): State<AppState>,
    session: SessionUser,
    request: RequestId,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Response> {
    let Pressed { actor, integration, language } =
        Pressed::check(&state, &session, &request, &headers, &id, &sent.csrf).await?;
    provision::sweep(&state.platform, &actor, integration.id)
        .await
        .map(|count| see_other(&Notice::Queued(count).path()))
        .map_err(|error| work_refused(language, error))
}

fn integration_refused(language: Language, error: IntegrationError) -> Response {
    match &error {
        IntegrationError::Forbidden(missing) => forbidden(language, missing, Place::Console.path()),
        IntegrationError::NotFound(_) => Problem::NotFound.into_response(),
        IntegrationError::Seal(_) | IntegrationError::Store(_) => unreadable(error).into_response(),
        IntegrationError::BadLabel
        | IntegrationError::BadName(_)
        | IntegrationError::NameTaken(_)
        | IntegrationError::BadUrl { .. }
        | IntegrationError::Underscore
        | IntegrationError::ScimOff
        | IntegrationError::NoSubject(_) => not_done(language, &error),
    }
}

fn work_refused(language: Language, error: WorkError) -> Response {
    match &error {
        WorkError::Forbidden(missing) => forbidden(language, missing, Place::Console.path()),
        WorkError::Document(_) | WorkError::Store(_) => unreadable(error).into_response(),
    }
}

fn not_done(language: Language, error: &dyn std::error::Error) -> Response {
    let title = Texts::of(language).not_done;
    refusal(language, StatusCode::CONFLICT, title, &sentence(error), Place::Console.path())
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
