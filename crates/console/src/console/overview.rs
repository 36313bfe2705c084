//! The first page of the console: how each integration stands, and what there is to do about it.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use seatlink_domain::{
    Actor, Permission, Platform, UserId,
    integrations::{self, AuthMode, Integration, IntegrationError, Status},
    work::{self, Item, Standing, WorkError},
};
use seatlink_texts::Language;
use serde::Deserialize;

use super::{
    notice::{Notice, Told},
    texts::Texts,
};
use crate::{
    answer::html,
    pages::{Changes, Extra, Frame, People, PersonState, Place, Section, grouped},
    words::{self, Sentence},
};
use seatlink_edge::{AppState, Problem, RequestHost, SessionUser};

/// Each has a button of its own; more are retried together.
const FAILED: i64 = 50;

#[derive(Template)]
#[template(path = "console/overview.html")]
struct OverviewPage {
    frame: Frame,
    t: &'static Texts,
    extra: Extra,
    notice: Option<String>,
    integrations: Section<Vec<IntegrationView>>,
    people: Section<People>,
    changes: Section<Changes>,
}

struct IntegrationView {
    integration: Integration,
    /// Why it is not ready.
    reason: Option<Sentence>,
    callback_url: String,
    figures: Figures,
    failed: Vec<FailedRow>,
    /// Which of the two labels the button has; without OAuth 2 there is none.
    authentication: Option<Authentication>,
}

struct Figures {
    waiting: String,
    failed: String,
    active: String,
    inactive: String,
}

struct FailedRow {
    person: UserId,
    sentence: Option<Sentence>,
    reason: String,
    attempts: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Authentication {
    First,
    Again,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(flatten)]
    told: Told,
}

pub(super) async fn show(
    State(state): State<AppState>,
    host: RequestHost,
    session: SessionUser,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let frame = Frame::of(&state, &session, &headers, Place::Console).await?;
    let actor = session.actor(&state).await?;
    let (platform, actor) = (&state.platform, &actor);
    let language = frame.language;
    let (integrations, people, changes) = tokio::try_join!(
        Section::read(
            actor,
            &[Permission::Integrations],
            views(platform, actor, &host.origin, language)
        ),
        Section::read(
            actor,
            &[Permission::EmployeesView, Permission::Scim],
            People::read(platform, actor, &asked.q, Extra::Title),
        ),
        Section::read(actor, &[Permission::AuditRead], Changes::latest(platform, actor, language)),
    )?;
    let t = Texts::of(frame.language);
    let notice = Notice::read(&asked.told).map(|notice| notice.sentence(t));
    let extra = Extra::Title;
    let page = OverviewPage { frame, t, extra, notice, integrations, people, changes };
    Ok(html(StatusCode::OK, &page))
}

/// The integrations could not be read, or their work.
#[derive(Debug, thiserror::Error)]
enum ViewError {
    #[error(transparent)]
    Integration(#[from] IntegrationError),
    #[error(transparent)]
    Work(#[from] WorkError),
}

async fn views(
    platform: &Platform,
    actor: &Actor,
    origin: &str,
    language: Language,
) -> Result<Vec<IntegrationView>, ViewError> {
    let all = integrations::list(platform, actor).await?;
    let mut views = Vec::with_capacity(all.len());
    for integration in all {
        let (standing, failed) = tokio::try_join!(
            work::standing(platform, actor, integration.id),
            work::failed(platform, actor, integration.id, FAILED),
        )?;
        views.push(IntegrationView::new(integration, standing, &failed, (origin, language)));
    }
    Ok(views)
}

impl IntegrationView {
    fn new(
        integration: Integration,
        standing: Standing,
        failed: &[Item],
        (origin, language): (&str, Language),
    ) -> Self {
        Self {
            callback_url: format!("{origin}{}", integration.callback_path()),
            authentication: Authentication::of(&integration, standing),
            figures: Figures {
                waiting: figure(standing.waiting),
                failed: figure(standing.failed),
                active: figure(standing.active),
                inactive: figure(standing.inactive),
            },
            reason: integration.status_reason.as_ref().map(|why| words::status(why, language)),
            failed: failed.iter().map(|item| FailedRow::new(item, language)).collect(),
            integration,
        }
    }

    /// More failed than have a row.
    fn is_cut(&self) -> bool {
        i64::try_from(self.failed.len()).is_ok_and(|rows| rows >= FAILED)
    }
}

fn figure(number: i64) -> String {
    grouped(u64::try_from(number).unwrap_or(0))
}

impl FailedRow {
    fn new(item: &Item, language: Language) -> Self {
        Self {
            person: item.subject.id.into(),
            sentence: item.last.as_ref().map(|last| words::stored(&last.event, language)),
            reason: item.last.as_ref().map(|last| last.reason.clone()).unwrap_or_default(),
            attempts: item.attempts,
        }
    }
}

impl Authentication {
    /// Accounts over there mean that somebody has authenticated before, whatever came since.
    fn of(integration: &Integration, standing: Standing) -> Option<Self> {
        let connection = integration.settings.connection.as_ref()?;
        if !matches!(connection.auth, AuthMode::OAuth2 { .. }) || !integration.settings.scim_enabled
        {
            return None;
        }
        let before = integration.status == Status::Ready || standing.active + standing.inactive > 0;
        Some(if before { Self::Again } else { Self::First })
    }
}

#[cfg(test)]
mod tests {
    use seatlink_domain::{
        Timestamp,
        integrations::{Connection, Settings, SupportedActions, ToApp, UpdateStyle},
    };
    use uuid::Uuid;

    use super::*;

    const NOBODY: Standing = Standing { waiting: 0, failed: 0, active: 0, inactive: 0 };

    fn integration(auth: AuthMode, status: Status) -> Integration {
        let connection = Connection {
            base_url: String::from("https://na1.example.com/scim/v2"),
            unique_identifier: String::from("userName"),
            actions: SupportedActions::default(),
            auth,
            update_style: UpdateStyle::Put,
            concurrency: 1,
        };
        Integration {
            id: Uuid::nil().into(),
            tenant: Uuid::nil().into(),
            app_name: String::from("cxone_1"),
            label: String::from("CXone"),
            settings: Settings {
                login_page_url: String::from("https://na1.example.com/login"),
                scim_enabled: true,
                connection: Some(connection),
                to_app: ToApp::default(),
            },
            status,
            status_reason: None,
            created_at: Timestamp::from_micros(0),
        }
    }

    fn oauth() -> AuthMode {
        AuthMode::OAuth2 {
            token_endpoint: String::new(),
            authorization_endpoint: String::new(),
            client_id: String::new(),
        }
    }

    #[test]
    fn the_button_says_again_once_it_was_done_before() {
        let first = integration(oauth(), Status::NeedsAuthorization);
        assert_eq!(Authentication::of(&first, NOBODY), Some(Authentication::First));
        let provisioned = Standing { inactive: 1, ..NOBODY };
        assert_eq!(Authentication::of(&first, provisioned), Some(Authentication::Again));
        let ready = integration(oauth(), Status::Ready);
        assert_eq!(Authentication::of(&ready, NOBODY), Some(Authentication::Again));
    }

    #[test]
    fn there_is_no_button_without_oauth() {
        let ready = integration(AuthMode::Header, Status::Ready);
        assert_eq!(Authentication::of(&ready, NOBODY), None);
    }
}
