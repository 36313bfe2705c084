//! The first page of the portal, with the business unit ID that the guide sends people here for.

use askama::{Template, filters::HtmlSafe};
use axum::{extract::State, http::StatusCode, response::Response};
use seatlink_domain::{
    Permission,
    access::roles::{self, Role, RoleError, RoleQuery},
    apps::{self, App, ClientType},
    outbox::{self, Message},
};
use seatlink_edge::AppState;
use seatlink_texts::Texts;

use super::outbox::delivery;
use crate::{
    answer::html,
    nav::Place,
    parts::{
        Banner, Button, Column, Copies, Empty, Facts, Head, Html, ListQuery, Panel, Section,
        State as StateMark, Table, Times, Tone, Trail, TrailEntry,
    },
    paths,
    sections::{
        Overview,
        changes::Changes,
        people::{Extra, People},
        shown,
    },
    shell::Shell,
    viewer::Viewer,
    words,
};

/// The rest is in the outbox.
const MAILS: i64 = 5;

/// What the page shows, as far as it could be read.
pub(crate) struct Sections {
    pub(crate) apps: Section<Vec<App>>,
    pub(crate) roles: Section<Vec<Role>>,
    pub(crate) people: Section<People>,
    pub(crate) mails: Section<Vec<Message>>,
    pub(crate) changes: Section<Changes>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    query: ListQuery,
) -> Response {
    let (platform, actor) = (&state.platform, &viewer.actor);
    let search = query.search();
    let roles = async {
        let page = roles::list(platform, actor, &RoleQuery::default()).await?;
        Ok::<_, RoleError>(page.rows.into_iter().map(|row| row.role).collect())
    };
    let (apps, roles, people, mails, changes) = tokio::join!(
        Section::read(actor, &[Permission::ApplicationsView], apps::list(platform, actor)),
        Section::read(
            actor,
            &[Permission::RolesView, Permission::EmployeesView, Permission::Scim],
            roles,
        ),
        Section::read(
            actor,
            &[Permission::EmployeesView, Permission::Scim],
            People::read(platform, actor, &search, Extra::Role),
        ),
        Section::read(actor, &[Permission::Outbox], outbox::list(platform, actor, MAILS)),
        Section::read(actor, &[Permission::AuditRead], Changes::latest(platform, actor)),
    );
    let sections = Sections { apps, roles, people, mails, changes };
    html(StatusCode::OK, &page(&viewer, &query, &sections))
}

pub(crate) fn page(viewer: &Viewer, query: &ListQuery, sections: &Sections) -> Overview {
    let t = viewer.texts();
    let (c, p) = (t.common(), t.portal());
    let times = viewer.times();
    let retry = || query.path();
    let apps = shown(&sections.apps, viewer, retry(), |apps| show_apps(t, &times, apps));
    let people =
        shown(&sections.people, viewer, retry(), |people| people.show(t, query, Extra::Role));
    let roles = shown(&sections.roles, viewer, retry(), |roles| show_roles(t, query, roles));
    let mails = shown(&sections.mails, viewer, retry(), |mails| show_mails(t, &times, mails));
    let changes = shown(&sections.changes, viewer, retry(), |changes| changes.show(t, &times));
    Overview {
        frame: Shell::of(viewer, Place::Portal),
        title: p.title(),
        head: Head::new(p.title()).lead(p.intro()),
        banner: None,
        wide: vec![
            Panel::new("applications", p.applications(), apps),
            Panel::new("people", c.people(), people),
        ],
        narrow: vec![
            Panel::new("roles", p.roles(), roles),
            Panel::new("mails", p.mails(), mails),
            Panel::new("changes", t.log().changes(), changes),
        ],
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<article class="entry"><div class="named"><h3><bdi translate="no">{{ name }}</bdi></h3>{{ state }}</div>{% if let Some(warning) = warning %}{{ warning }}{% endif %}{{ facts }}{{ copies }}</article>"#
)]
struct AppEntry<'a> {
    name: &'a str,
    state: StateMark,
    /// The type cannot be edited, so one that does not work is said at once (guide A.1.12).
    warning: Option<Banner>,
    facts: Facts,
    copies: Copies,
}

impl HtmlSafe for AppEntry<'_> {}

fn show_apps(t: Texts, times: &Times, apps: &[App]) -> Html {
    if apps.is_empty() {
        return Html::new().part(&Empty::yet(t.portal().no_applications(), ""));
    }
    apps.iter().fold(Html::new(), |html, app| html.part(&app_entry(t, times, app)))
}

fn app_entry<'a>(t: Texts, times: &Times, app: &'a App) -> AppEntry<'a> {
    let (c, p) = (t.common(), t.portal());
    let registration = &app.registration;
    let warning = (registration.app_type == ClientType::BackEnd)
        .then(|| Banner::new(Tone::Warning, p.type_back_end()).text(p.back_end_note()));
    let redirects = &registration.urls.redirects;
    let mut facts = Facts::new()
        .fact(p.application_type(), words::app_type(t, registration.app_type))
        .fact(p.authentication_method(), words::auth_method(t, registration.auth_method))
        .fact(p.tracking_number(), Html::new().code(&app.tracking_number))
        .fact(p.registered(), Html::new().part(&times.time(app.created_at)));
    if redirects.is_empty() {
        facts = facts.fact(p.redirect_urls(), c.none());
    }
    let copy = |what: &str| String::from(c.copy(what));
    let copies = Copies::default().value(c.client_id(), &app.client_id, copy(c.client_id()));
    let copies = redirects
        .iter()
        .fold(copies, |copies, url| copies.value(p.redirect_urls(), url, copy(p.redirect_urls())));
    let state =
        if app.enabled { StateMark::good(c.enabled()) } else { StateMark::off(c.disabled()) };
    AppEntry { name: &app.name, state, warning, facts, copies }
}

fn show_roles(t: Texts, query: &ListQuery, roles: &[Role]) -> Html {
    let (c, p) = (t.common(), t.portal());
    if roles.is_empty() {
        return Html::new().part(&Empty::yet(p.no_roles(), ""));
    }
    let columns = [
        Column::name(c.role(), |role: &Role| Html::new().name(&role.name)),
        Column::state(c.status(), |role: &Role| {
            Html::new().part(&words::role_status(t, role.status))
        }),
        Column::plain(p.scim(), |role: &Role| {
            if role.permissions.contains(Permission::Scim) {
                Html::new().strong(c.on())
            } else {
                Html::new().text(c.off())
            }
        }),
    ];
    Html::new().part(&Table::new(p.roles(), &query.only(&[]), "", &columns, roles))
}

fn show_mails(t: Texts, times: &Times, mails: &[Message]) -> Html {
    if mails.is_empty() {
        return Html::new().part(&Empty::yet(t.portal().no_mails(), ""));
    }
    let entry = |mail: &Message| TrailEntry {
        at: times.time(mail.created_at),
        actor: mail.to.clone(),
        sentence: Html::new()
            .name_link(format!("{}#mail-{}", paths::Outbox, mail.id), &mail.subject),
        note: Html::new().part(&delivery(t, mail)),
        detail: Html::new(),
        alarming: mail.last_error.is_some() && mail.sent_at.is_none(),
    };
    let all = Button::link(paths::Outbox, t.portal().all_mails()).small();
    Html::new().part(&Trail::new(mails.iter().map(entry).collect())).acts(&Html::new().part(&all))
}
