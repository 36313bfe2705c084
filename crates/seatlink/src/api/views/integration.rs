//! Integrations: what they are, what can be set, and how far provisioning is.

use seatlink_domain::{
    GroupId, IntegrationId, Secret, UserId,
    integrations::{
        AuthMode, Connection, ConnectionChange, Integration, NewIntegration, Secrets, Settings,
        Status, Switch, ToApp, ToAppChange, UpdateStyle,
    },
    log::Event,
    work::{Item, Standing},
};
use seatlink_edge::words;
use seatlink_provision::{self as provision, Choice, ProvisioningAction, TypedConnection};
use seatlink_texts::{Language, Texts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// All integrations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IntegrationList)]
pub(crate) struct IntegrationList {
    pub(crate) integrations: Vec<IntegrationView>,
}

/// An application of the sending side and its connection, without secrets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Integration)]
pub(crate) struct IntegrationView {
    #[schema(value_type = Uuid)]
    id: IntegrationId,
    /// The internal name; it stands in the callback URL.
    name: String,
    label: String,
    status: StatusView,
    /// What is missing.
    #[schema(required)]
    status_reason: Option<String>,
    settings: SettingsView,
    /// Where the application sends the browser back to, below the address of the server.
    callback_path: String,
    /// The same as a whole. The command line leaves it out, for it does not know how the server is
    /// reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required, value_type = String)]
    callback_url: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    /// Null where nobody counted: it is part of the answer for a single integration.
    #[schema(required)]
    standing: Option<StandingView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = IntegrationStatus)]
enum StatusView {
    Unconfigured,
    NeedsAuthorization,
    Ready,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IntegrationSettings)]
struct SettingsView {
    login_page_url: String,
    scim_enabled: bool,
    #[schema(required)]
    connection: Option<ConnectionView>,
    to_app: ToAppView,
}

/// Where and how provisioning reaches the application.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Connection)]
struct ConnectionView {
    base_url: String,
    unique_identifier: String,
    actions: ActionsView,
    auth: AuthWords,
    update_style: UpdateStyleWord,
    concurrency: u16,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupportedActions)]
struct ActionsView {
    push_new_users: bool,
    push_profile_updates: bool,
}

/// How the application is authenticated with. The secrets are never answered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "lowercase", deny_unknown_fields)]
#[schema(as = Auth)]
enum AuthWords {
    Basic {
        username: String,
    },
    /// The secret is the whole value of the Authorization header.
    Header {},
    OAuth2 {
        #[schema(format = "uri")]
        token_endpoint: String,
        #[schema(format = "uri")]
        authorization_endpoint: String,
        client_id: String,
    },
}

/// How an account that exists is changed: read, merged and replaced, or with PATCH.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = UpdateStyle)]
enum UpdateStyleWord {
    Put,
    Patch,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToApp)]
struct ToAppView {
    create_users: bool,
    update_user_attributes: bool,
    deactivate_users: bool,
}

/// How far provisioning is, in people.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Standing)]
pub(crate) struct StandingView {
    #[schema(minimum = 0)]
    waiting: i64,
    #[schema(minimum = 0)]
    failed: i64,
    #[schema(minimum = 0)]
    active: i64,
    #[schema(minimum = 0)]
    inactive: i64,
}

/// An application to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewIntegration)]
pub(crate) struct NewIntegrationBody {
    /// What people call it; not spaces alone.
    #[schema(max_length = 100, pattern = r"[^\s\u0085]")]
    label: String,
    #[schema(format = "uri")]
    login_page_url: String,
    /// The internal name, which stands in the callback URL; made from the label if it is not given.
    #[schema(pattern = "^[a-z0-9_]{1,64}$")]
    name: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScimProvisioning)]
pub(crate) struct ScimProvisioningBody {
    enabled: bool,
}

/// Where and how provisioning is to reach the application. Optional members that are left out stay.
/// So does the secret, unless the way to authenticate changes; the secret that belongs to the mode
/// is never answered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConnectionChange)]
pub(crate) struct ConnectionBody {
    /// Without `_`: some identity providers refuse it.
    #[schema(format = "uri")]
    base_url: String,
    auth: AuthWords,
    /// The attribute that accounts are looked up by; `userName` in a new connection.
    unique_identifier: Option<String>,
    actions: Option<ActionsBody>,
    /// `put` in a new connection.
    update_style: Option<UpdateStyleWord>,
    /// Requests under way at once; 32 in a new connection.
    concurrency: Option<u16>,
    /// For the mode `basic`.
    #[schema(value_type = Option<String>)]
    password: Option<Secret>,
    /// For the mode `header`: the whole value of the Authorization header.
    #[schema(value_type = Option<String>)]
    header: Option<Secret>,
    /// For the mode `oauth2`.
    #[schema(value_type = Option<String>)]
    client_secret: Option<Secret>,
}

/// Which provisioning actions the application supports; both in a new connection. What is left out
/// stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SupportedActionsChange)]
struct ActionsBody {
    push_new_users: Option<bool>,
    push_profile_updates: Option<bool>,
}

/// Which changes go to the application. What is left out stays: nothing goes off that was not
/// named.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ToAppChange)]
pub(crate) struct ToAppBody {
    create_users: Option<bool>,
    update_user_attributes: Option<bool>,
    deactivate_users: Option<bool>,
}

/// People and groups by their ids.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Subjects)]
pub(crate) struct SubjectsBody {
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    pub(crate) people: Vec<UserId>,
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    pub(crate) groups: Vec<GroupId>,
}

/// One person, or everybody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Retry)]
pub(crate) struct RetryBody {
    /// Everything that failed if it is left out.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) person: Option<UserId>,
}

/// How many assignments are new, and how far provisioning is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssignReport {
    pub(crate) assigned_people: u64,
    pub(crate) assigned_groups: usize,
    pub(crate) standing: StandingView,
}

/// How many assignments ended, and how far provisioning is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnassignReport {
    pub(crate) unassigned_people: u64,
    pub(crate) unassigned_groups: usize,
    pub(crate) standing: StandingView,
}

/// How many are tried again, and how far provisioning is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RetryReport {
    pub(crate) retried: u64,
    pub(crate) standing: StandingView,
}

/// How many are looked at, and how far provisioning is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SyncReport {
    pub(crate) queued: u64,
    pub(crate) standing: StandingView,
}

/// Who could not be provisioned, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FailedList {
    pub(crate) failed: Vec<FailedView>,
}

/// A person who could not be provisioned.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Failed)]
pub(crate) struct FailedView {
    #[schema(value_type = Uuid)]
    person: UserId,
    #[schema(minimum = 0)]
    attempts: i64,
    /// A stable word for programs.
    #[schema(required)]
    reason: Option<String>,
    /// The reason in words, the application's own included: English, or Chinese if
    /// `Accept-Language` asks for it.
    #[schema(required)]
    message: Option<String>,
    /// What happened, as in the change log.
    #[schema(required, value_type = Option<Object>)]
    event: Option<Value>,
}

/// The connection works.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TestReport {
    message: &'static str,
    actions: TestedActions,
}

/// Which provisioning actions are chosen. `false` means not chosen, never failed.
#[derive(Debug, Default, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "six ticks of one screen")]
struct TestedActions {
    user_import: bool,
    import_profile_updates: bool,
    create_users: bool,
    update_user_attributes: bool,
    push_groups: bool,
    import_groups: bool,
}

impl IntegrationView {
    /// `origin` is that of the server, such as `https://na1.example.com`, if it is known.
    pub(crate) fn of(
        origin: Option<&str>,
        integration: &Integration,
        standing: Option<Standing>,
    ) -> Self {
        Self {
            id: integration.id,
            name: integration.app_name.clone(),
            label: integration.label.clone(),
            status: match integration.status {
                Status::Unconfigured => StatusView::Unconfigured,
                Status::NeedsAuthorization => StatusView::NeedsAuthorization,
                Status::Ready => StatusView::Ready,
            },
            status_reason: words::status_reason(integration),
            settings: SettingsView::from(&integration.settings),
            callback_url: origin.map(|origin| format!("{origin}{}", integration.callback_path())),
            callback_path: integration.callback_path(),
            created_at: integration.created_at.rfc3339(),
            standing: standing.map(StandingView::from),
        }
    }
}

impl From<&Settings> for SettingsView {
    fn from(settings: &Settings) -> Self {
        let ToApp { create_users, update_user_attributes, deactivate_users } = settings.to_app;
        Self {
            login_page_url: settings.login_page_url.clone(),
            scim_enabled: settings.scim_enabled,
            connection: settings.connection.as_ref().map(ConnectionView::from),
            to_app: ToAppView { create_users, update_user_attributes, deactivate_users },
        }
    }
}

impl From<&Connection> for ConnectionView {
    fn from(connection: &Connection) -> Self {
        Self {
            base_url: connection.base_url.clone(),
            unique_identifier: connection.unique_identifier.clone(),
            actions: ActionsView {
                push_new_users: connection.actions.push_new_users,
                push_profile_updates: connection.actions.push_profile_updates,
            },
            auth: match connection.auth.clone() {
                AuthMode::Basic { username } => AuthWords::Basic { username },
                AuthMode::Header => AuthWords::Header {},
                AuthMode::OAuth2 { token_endpoint, authorization_endpoint, client_id } => {
                    AuthWords::OAuth2 { token_endpoint, authorization_endpoint, client_id }
                }
            },
            update_style: match connection.update_style {
                UpdateStyle::Put => UpdateStyleWord::Put,
                UpdateStyle::Patch => UpdateStyleWord::Patch,
            },
            concurrency: connection.concurrency,
        }
    }
}

impl From<Standing> for StandingView {
    fn from(standing: Standing) -> Self {
        let Standing { waiting, failed, active, inactive } = standing;
        Self { waiting, failed, active, inactive }
    }
}

impl FailedView {
    pub(crate) fn of(item: &Item, language: Language) -> Self {
        let last = item.last.as_ref();
        let event = last.and_then(|last| last.event.as_ref().ok());
        Self {
            person: item.subject.id.into(),
            attempts: item.attempts,
            reason: last.map(|last| last.reason.clone()),
            message: last.map(|last| words::stored(&last.event, language).text()),
            event: event.map(Event::to_json),
        }
    }
}

impl From<provision::Report> for TestReport {
    fn from(report: provision::Report) -> Self {
        let mut actions = TestedActions::default();
        for (action, choice) in report.actions {
            let place = match action {
                ProvisioningAction::UserImport => &mut actions.user_import,
                ProvisioningAction::ImportProfileUpdates => &mut actions.import_profile_updates,
                ProvisioningAction::CreateUsers => &mut actions.create_users,
                ProvisioningAction::UpdateUserAttributes => &mut actions.update_user_attributes,
                ProvisioningAction::PushGroups => &mut actions.push_groups,
                ProvisioningAction::ImportGroups => &mut actions.import_groups,
            };
            *place = choice == Choice::Selected;
        }
        Self { message: Texts::of(Language::English).log().test_succeeded(), actions }
    }
}

impl From<NewIntegrationBody> for NewIntegration {
    fn from(body: NewIntegrationBody) -> Self {
        let NewIntegrationBody { label, login_page_url, name } = body;
        Self { label, login_page_url, app_name: name }
    }
}

impl From<ScimProvisioningBody> for Switch {
    fn from(body: ScimProvisioningBody) -> Self {
        if body.enabled { Self::On } else { Self::Off }
    }
}

impl From<ToAppBody> for ToAppChange {
    fn from(body: ToAppBody) -> Self {
        let ToAppBody { create_users, update_user_attributes, deactivate_users } = body;
        Self { create_users, update_user_attributes, deactivate_users }
    }
}

impl From<ConnectionBody> for TypedConnection {
    fn from(body: ConnectionBody) -> Self {
        let actions = body.actions.unwrap_or_default();
        let (password, header, client_secret) = (body.password, body.header, body.client_secret);
        Self {
            change: ConnectionChange {
                base_url: body.base_url,
                auth: match body.auth {
                    AuthWords::Basic { username } => AuthMode::Basic { username },
                    AuthWords::Header {} => AuthMode::Header,
                    AuthWords::OAuth2 { token_endpoint, authorization_endpoint, client_id } => {
                        AuthMode::OAuth2 { token_endpoint, authorization_endpoint, client_id }
                    }
                },
                unique_identifier: body.unique_identifier,
                push_new_users: actions.push_new_users,
                push_profile_updates: actions.push_profile_updates,
                update_style: body.update_style.map(|style| match style {
                    UpdateStyleWord::Put => UpdateStyle::Put,
                    UpdateStyleWord::Patch => UpdateStyle::Patch,
                }),
                concurrency: body.concurrency,
            },
            secrets: Secrets { password, header, client_secret, tokens: None },
        }
    }
}
