//! An integration on the overview: its state, what to do about it, what failed, its settings.

use askama::{Template, filters::HtmlSafe};
use seatlink_domain::{
    integrations::{AuthMode, Connection, Integration, Status, ToApp},
    work::{Item, Standing},
};
use seatlink_edge::words::{status, stored};
use seatlink_texts::{Texts, format};

use crate::{
    parts::{Banner, Buttons, CopyButton, Empty, Facts, Figures, Glyph, Html, State, Tone},
    paths,
    viewer::Viewer,
};

/// Each has a button of its own; more are retried together.
pub(super) const FAILED: i64 = 50;

/// An integration with its work.
pub(crate) struct View {
    pub(crate) integration: Integration,
    pub(crate) standing: Standing,
    pub(crate) failed: Vec<Item>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Authentication {
    First,
    Again,
}

pub(super) fn show_integrations(viewer: &Viewer, views: &[View]) -> Html {
    if views.is_empty() {
        return Html::new().part(&Empty::yet(viewer.texts().sending().no_applications(), ""));
    }
    views.iter().fold(Html::new(), |html, view| html.part(&Entry::new(viewer, view)))
}

#[derive(Template)]
#[template(path = "sending/integration.html")]
struct Entry<'a> {
    t: Texts,
    id: String,
    label: &'a str,
    state: State,
    acts: Html,
    banner: Option<Banner>,
    figures: Figures,
    retry_all: Buttons,
    failed: Vec<FailedRow>,
    /// More failed than have a row.
    is_cut: bool,
    settings: Facts,
}

impl HtmlSafe for Entry<'_> {}

struct FailedRow {
    sentence: Html,
    /// How often it was tried, and the word of the reason.
    note: Html,
    retry: Buttons,
}

impl<'a> Entry<'a> {
    fn new(viewer: &Viewer, view: &'a View) -> Self {
        let t = viewer.texts();
        let s = t.sending();
        let (integration, standing) = (&view.integration, view.standing);
        let number = |count: i64| format::integer(t.language(), count);
        let retry_all = Buttons::post(paths::Retry(integration.id), viewer.csrf(), s.retry_all());
        Self {
            t,
            id: integration.id.to_string(),
            label: &integration.label,
            state: match integration.status {
                Status::Ready => State::good(s.ready()),
                Status::NeedsAuthorization => State::unauthorized(s.needs_authorization()),
                Status::Unconfigured => State::none(s.not_configured()),
            },
            acts: acts(viewer, integration, standing),
            banner: banner(t, integration),
            figures: Figures::default()
                .figure(s.active_accounts(), number(standing.active))
                .figure(s.inactive_accounts(), number(standing.inactive))
                .figure(s.waiting(), number(standing.waiting))
                .problem(s.failed(), standing.failed, number(standing.failed)),
            retry_all: retry_all.small().glyph(Glyph::Retry),
            failed: view
                .failed
                .iter()
                .map(|record| FailedRow::new(viewer, integration, record))
                .collect(),
            is_cut: i64::try_from(view.failed.len()).is_ok_and(|rows| rows >= FAILED),
            settings: settings(viewer, integration),
        }
    }
}

fn acts(viewer: &Viewer, integration: &Integration, standing: Standing) -> Html {
    let s = viewer.texts().sending();
    let mut acts = Html::new();
    if let Some(authentication) = Authentication::of(integration, standing) {
        let text = match authentication {
            Authentication::First => s.authenticate_with(&integration.label),
            Authentication::Again => s.re_authenticate_with(&integration.label),
        };
        let button = Buttons::post(paths::Authenticate(integration.id), viewer.csrf(), text)
            .primary(integration.status == Status::NeedsAuthorization);
        acts = acts.part(&button);
    }
    if integration.status == Status::Ready {
        let path = paths::Synchronise(integration.id);
        acts = acts.part(&Buttons::post(path, viewer.csrf(), s.sync_now()));
    }
    acts
}

fn banner(t: Texts, integration: &Integration) -> Option<Banner> {
    let s = t.sending();
    let banner = match integration.status {
        Status::Ready => return None,
        Status::NeedsAuthorization => Banner::alert(s.needs_authorization_note()),
        Status::Unconfigured => Banner::new(Tone::Plain, s.not_configured_note()),
    };
    Some(match &integration.status_reason {
        Some(reason) => banner.text(Html::new().told(&status(reason, t.language()), |_| None)),
        None => banner,
    })
}

impl FailedRow {
    fn new(viewer: &Viewer, integration: &Integration, record: &Item) -> Self {
        let s = viewer.texts().sending();
        let note = Html::new()
            .text(s.attempts(record.attempts).as_str())
            .text(" · ")
            .code(record.last.as_ref().map(|last| last.reason.as_str()).unwrap_or_default());
        let told = record.last.as_ref().map(|last| stored(&last.event, viewer.language()));
        let sentence = told.map(|told| Html::new().told(&told, |_| None)).unwrap_or_default();
        Self {
            sentence,
            note,
            retry: Buttons::post(paths::Retry(integration.id), viewer.csrf(), s.retry())
                .hidden("person", record.subject.id.to_string())
                .small(),
        }
    }
}

fn settings(viewer: &Viewer, integration: &Integration) -> Facts {
    let t = viewer.texts();
    let (c, s) = (t.common(), t.sending());
    let settings = &integration.settings;
    let code = |text: &str| Html::new().code(text);
    let on = if settings.scim_enabled { c.enabled() } else { c.off() };
    let facts = Facts::new()
        .fact(s.application_name(), code(&integration.app_name))
        .fact(s.login_page_url(), code(&settings.login_page_url))
        .fact(s.scim_provisioning(), on);
    let facts = match &settings.connection {
        Some(connection) => {
            let callback = format!("{}{}", viewer.host.origin, integration.callback_path());
            connection_facts(t, facts, connection, &callback)
        }
        None => facts,
    };
    let ToApp { create_users, update_user_attributes, deactivate_users, .. } = &settings.to_app;
    facts.facts(
        s.provisioning_to_app(),
        switched_on(
            t,
            &[
                (*create_users, s.create_users()),
                (*update_user_attributes, s.update_user_attributes()),
                (*deactivate_users, s.deactivate_users()),
            ],
        ),
    )
}

fn connection_facts(t: Texts, facts: Facts, connection: &Connection, callback: &str) -> Facts {
    let (c, s) = (t.common(), t.sending());
    let code = |text: &str| Html::new().code(text);
    let actions = [
        (connection.actions.push_new_users, s.push_new_users()),
        (connection.actions.push_profile_updates, s.push_profile_updates()),
    ];
    let facts = facts
        .fact(s.base_url(), code(&connection.base_url))
        .fact(s.unique_identifier(), code(&connection.unique_identifier))
        .facts(s.supported_actions(), switched_on(t, &actions));
    match &connection.auth {
        AuthMode::Basic { username } => facts
            .fact(s.authentication_mode(), s.basic_authentication())
            .fact(s.user_name(), Html::new().name(username)),
        AuthMode::Header => facts.fact(s.authentication_mode(), s.http_header()),
        AuthMode::OAuth2 { token_endpoint, authorization_endpoint, client_id } => {
            let copy = CopyButton::new(callback, c.copy(s.callback_url()));
            facts
                .fact(s.authentication_mode(), s.oauth2())
                .fact(s.token_endpoint(), code(token_endpoint))
                .fact(s.authorization_endpoint(), code(authorization_endpoint))
                .fact(c.client_id(), code(client_id))
                .fact(s.callback_url(), code(callback).text(" ").part(&copy))
        }
    }
}

/// The names of what is on, or that nothing is.
fn switched_on(t: Texts, switches: &[(bool, &'static str)]) -> Vec<Html> {
    let on: Vec<Html> =
        switches.iter().filter(|(on, _)| *on).map(|(_, name)| Html::from(*name)).collect();
    if on.is_empty() { vec![Html::from(t.common().none())] } else { on }
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
