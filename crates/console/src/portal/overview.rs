//! The first page of the portal, with the business unit ID that the guide sends people here for.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use seatlink_domain::{
    Permission,
    access::roles::{self, Role, RoleError, RoleQuery, RoleStatus},
    apps::{self, App, AppError, ClientType},
    outbox::{self, OutboxError},
};
use serde::Deserialize;

use super::{
    outbox::{Delivery, MailRow},
    texts::Texts,
};
use crate::{
    answer::html,
    pages::{Changes, Extra, Frame, Moment, People, PersonState, Place, Section},
};
use seatlink_edge::{AppState, Problem, SessionUser};

/// The rest is in the outbox.
const MAILS: i64 = 5;

#[derive(Template)]
#[template(path = "portal/overview.html")]
struct OverviewPage {
    frame: Frame,
    t: &'static Texts,
    extra: Extra,
    apps: Section<Vec<AppRow>>,
    roles: Section<Vec<Role>>,
    people: Section<People>,
    mails: Section<Vec<MailRow>>,
    changes: Section<Changes>,
}

struct AppRow {
    name: String,
    enabled: bool,
    kind: &'static str,
    /// The type cannot be edited, so one that does not work is said at once (guide A.1.12).
    warning: Option<&'static str>,
    client_id: String,
    redirects: Vec<String>,
    auth_method: &'static str,
    tracking_number: String,
    registered_at: Moment,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    session: SessionUser,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let frame = Frame::of(&state, &session, &headers, Place::Portal).await?;
    let actor = session.actor(&state).await?;
    let (platform, actor) = (&state.platform, &actor);
    let t = Texts::of(frame.language);
    let language = frame.language;
    let apps = async {
        let apps = apps::list(platform, actor).await?;
        Ok::<_, AppError>(apps.into_iter().map(|app| AppRow::new(app, t)).collect())
    };
    let mails = async {
        let messages = outbox::list(platform, actor, MAILS).await?;
        Ok::<_, OutboxError>(
            messages.into_iter().map(|mail| MailRow::new(mail, language)).collect(),
        )
    };
    let roles = async {
        let page = roles::list(platform, actor, &RoleQuery::default()).await?;
        Ok::<_, RoleError>(page.rows.into_iter().map(|row| row.role).collect())
    };
    let (apps, roles, people, mails, changes) = tokio::try_join!(
        Section::read(actor, &[Permission::ApplicationsView], apps),
        Section::read(
            actor,
            &[Permission::RolesView, Permission::EmployeesView, Permission::Scim],
            roles,
        ),
        Section::read(
            actor,
            &[Permission::EmployeesView, Permission::Scim],
            People::read(platform, actor, &asked.q, Extra::Role),
        ),
        Section::read(actor, &[Permission::Outbox], mails),
        Section::read(actor, &[Permission::AuditRead], Changes::latest(platform, actor, language)),
    )?;
    let extra = Extra::Role;
    let page = OverviewPage { frame, t, extra, apps, roles, people, mails, changes };
    Ok(html(StatusCode::OK, &page))
}

impl AppRow {
    fn new(app: App, t: &'static Texts) -> Self {
        let registration = app.registration;
        let is_back_end = registration.app_type == ClientType::BackEnd;
        Self {
            name: app.name,
            enabled: app.enabled,
            kind: t.app_type(registration.app_type),
            warning: is_back_end.then_some(t.back_end_note),
            client_id: app.client_id,
            redirects: registration.urls.redirects,
            auth_method: t.method(registration.auth_method),
            tracking_number: app.tracking_number,
            registered_at: app.created_at.into(),
        }
    }
}
