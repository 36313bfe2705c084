//! The end of “Authenticate with {app}”: the browser comes back with a code.
//!
//! The state is the proof: it left this process only towards the administrator's browser and works
//! once. The session may be over by now, so none is asked for; but without one of the same tenant
//! the page tells nothing about the integration.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use seatlink_domain::{TenantId, login::Session};
use seatlink_edge::{AppState, MaybeSession, Problem, RequestHost, chain, words};
use seatlink_provision::{self as provision, Callback, CompleteError};
use serde::Deserialize;

use super::notice::Notice;
use crate::{
    answer::{html, see_other, shield, unreadable},
    parts::Html,
    paths,
    refused::{RefusedPage, refusal},
    viewer::Visitor,
};

/// RFC 6749 §4.1.2 and §4.1.2.1.
#[derive(Deserialize)]
pub(super) struct Brought {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl Brought {
    /// An error outweighs a code that came with it.
    fn read(self) -> Option<(String, Callback)> {
        let callback = match (self.error, self.code) {
            (Some(error), _) => Callback::Refused { error, description: self.error_description },
            (None, Some(code)) => Callback::Code(code),
            (None, None) => return None,
        };
        Some((self.state?, callback))
    }
}

pub(super) async fn complete(
    State(state): State<AppState>,
    host: RequestHost,
    MaybeSession(session): MaybeSession,
    visitor: Visitor,
    Path(_app_name): Path<String>,
    Query(brought): Query<Brought>,
) -> Result<Response, Problem> {
    // The address works once, so a choice of language leads to the console.
    let visitor = visitor.at(paths::Console);
    let t = visitor.texts().sending();
    let refused = |sentence: Html| {
        refusal(&visitor, StatusCode::BAD_REQUEST, t.not_authenticated(), sentence, paths::Console)
    };
    let Some((proof, callback)) = brought.read() else {
        return Ok(shield(&host, refused(t.callback_empty().into())));
    };
    let response = match provision::complete(&state.platform, &state.targets, &proof, callback)
        .await
    {
        Ok(authorized) if is_of(session.as_ref(), authorized.tenant) => {
            see_other(Notice::Authenticated.path())
        }
        Ok(_) => {
            let page = RefusedPage::new(&visitor, t.authenticated(), t.authenticated_note())
                .back(paths::Console, t.to_console());
            html(StatusCode::OK, &page)
        }
        Err(CompleteError::UnknownState) => refused(t.callback_unknown().into()),
        Err(error @ CompleteError::Failed { .. }) => {
            tracing::warn!(error = chain(&error), "an integration was not authenticated with");
            match &error {
                CompleteError::Failed { tenant, obstacle, .. }
                    if is_of(session.as_ref(), *tenant) =>
                {
                    refused(
                        Html::new().told(&words::obstacle(obstacle, visitor.language), |_| None),
                    )
                }
                _ => refused(t.callback_failed().into()),
            }
        }
        Err(CompleteError::Integration(error)) => return Err(unreadable(error)),
    };
    Ok(shield(&host, response))
}

fn is_of(session: Option<&Session>, tenant: TenantId) -> bool {
    session.is_some_and(|session| session.tenant == tenant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brought(state: Option<&str>, code: Option<&str>, error: Option<&str>) -> Brought {
        Brought {
            state: state.map(str::to_owned),
            code: code.map(str::to_owned),
            error: error.map(str::to_owned),
            error_description: None,
        }
    }

    #[test]
    fn a_refusal_is_not_overlooked_for_a_code() {
        let read = brought(Some("s"), Some("c"), Some("access_denied")).read();
        assert!(matches!(read, Some((_, Callback::Refused { .. }))));
    }

    #[test]
    fn without_state_or_outcome_there_is_nothing_to_complete() {
        assert!(brought(None, Some("c"), None).read().is_none());
        assert!(brought(Some("s"), None, None).read().is_none());
    }
}
