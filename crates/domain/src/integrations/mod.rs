//! Integrations: an application of the sending side, its SCIM connection and who is assigned to it.
//!
//! Settings can be read by whoever may see the integration. Secrets are sealed, never part of an
//! answer, and read only by the engine.

mod assignments;
mod credentials;

pub use assignments::{assign_group, assign_people, unassign_group, unassign_people};
pub use credentials::{
    begin_authorization, mark_needs_authorization, save_tokens, secrets, take_authorization,
};

use seatlink_store::{
    self as store, Constraint, IntegrationId, TenantId, Timestamp, integrations::IntegrationRecord,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Platform,
    actor::{Actor, Forbidden},
    changes::{self, Change, Operation, Reason, Subject},
    permission::Permission,
    seal::{Purpose, SealError, Secret},
};

/// Whether the engine may work for an integration.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Something is missing: provisioning is off, or no connection is configured.
    Unconfigured,
    /// Somebody has to authenticate with the application, for the first time or again.
    NeedsAuthorization,
    Ready,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unconfigured => "unconfigured",
            Self::NeedsAuthorization => "needs-authorization",
            Self::Ready => "ready",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "ready" => Self::Ready,
            "needs-authorization" => Self::NeedsAuthorization,
            _ => Self::Unconfigured,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The application's login page URL (sign-in method SWA).
    pub login_page_url: String,
    /// General > App Settings > Enable SCIM provisioning.
    #[serde(default)]
    pub scim_enabled: bool,
    #[serde(default)]
    pub connection: Option<Connection>,
    #[serde(default)]
    pub to_app: ToApp,
}

/// Provisioning > SCIM Connection.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Connection {
    pub base_url: String,
    /// The attribute people are looked up by before they are created.
    #[serde(default = "user_name")]
    pub unique_identifier: String,
    #[serde(default)]
    pub actions: SupportedActions,
    pub auth: AuthMode,
    #[serde(default)]
    pub update_style: UpdateStyle,
    /// Requests under way at once.
    #[serde(default = "concurrency")]
    pub concurrency: u16,
}

fn user_name() -> String {
    String::from("userName")
}

const fn concurrency() -> u16 {
    32
}

/// Which provisioning actions the target supports.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SupportedActions {
    pub push_new_users: bool,
    pub push_profile_updates: bool,
}

impl Default for SupportedActions {
    fn default() -> Self {
        Self { push_new_users: true, push_profile_updates: true }
    }
}

/// How the target is authenticated with; the secrets are kept apart.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "kebab-case")]
pub enum AuthMode {
    Basic {
        username: String,
    },
    /// HTTP Header: the whole value of the Authorization header is the secret.
    Header,
    OAuth2 {
        token_endpoint: String,
        authorization_endpoint: String,
        client_id: String,
    },
}

/// How an account that exists is changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UpdateStyle {
    /// Read, merge, replace: what applications made with the integration wizard do.
    #[default]
    Put,
    Patch,
}

/// Provisioning > To App.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ToApp {
    pub create_users: bool,
    pub update_user_attributes: bool,
    pub deactivate_users: bool,
}

#[derive(Clone, Debug)]
pub struct Integration {
    pub id: IntegrationId,
    pub tenant: TenantId,
    /// The internal name; it stands in the callback URL.
    pub app_name: String,
    pub label: String,
    pub settings: Settings,
    pub status: Status,
    pub status_reason: Option<String>,
    pub created_at: Timestamp,
}

impl Integration {
    /// Where the authorization server sends the browser back to.
    pub fn callback_path(&self) -> String {
        format!("/admin/app/cpc/{}/oauth/callback", self.app_name)
    }

    fn from_record(record: &IntegrationRecord) -> Result<Self, IntegrationError> {
        let settings = serde_json::from_str(&record.settings).map_err(|_| {
            store::Error::Inconsistent { table: "integrations", id: record.id.to_string() }
        })?;
        Ok(Self {
            id: record.id,
            tenant: record.tenant,
            app_name: record.app_name.clone(),
            label: record.label.clone(),
            settings,
            status: Status::parse(&record.status),
            status_reason: record.status_reason.clone(),
            created_at: record.created_at,
        })
    }
}

/// What only the engine reads.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Secrets {
    pub password: Option<Secret>,
    pub header: Option<Secret>,
    pub client_secret: Option<Secret>,
    pub tokens: Option<Tokens>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tokens {
    pub access_token: Secret,
    pub refresh_token: Option<Secret>,
    pub expires_at: Option<Timestamp>,
}

/// An authorization under way: what the callback needs again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    pub verifier: Option<Secret>,
    pub redirect_uri: String,
}

#[derive(Debug, thiserror::Error)]
pub enum IntegrationError {
    #[error("there is no integration {0}")]
    NotFound(String),
    #[error("an integration needs a label of 1 to 100 characters")]
    BadLabel,
    #[error("an integration's name consists of lower-case letters, digits and underscores: {0}")]
    BadName(String),
    #[error("another integration is named {0} already")]
    NameTaken(String),
    #[error("{field}: {value} is not an absolute http or https URL")]
    BadUrl { field: &'static str, value: String },
    #[error("the base URL must not contain “_”: some identity providers refuse it")]
    Underscore,
    #[error("turn SCIM provisioning on first (General > App Settings > Enable SCIM provisioning)")]
    ScimOff,
    #[error("there is no user or group {0} to assign")]
    NoSubject(Uuid),
    #[error("stored credentials cannot be opened")]
    Seal(#[from] SealError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the integration could not be read or written")]
    Store(#[from] store::Error),
}

/// Applications > Create App Integration (SWA).
#[derive(Clone, Debug)]
pub struct NewIntegration {
    pub label: String,
    pub login_page_url: String,
    /// The internal name; made from the label when absent.
    pub app_name: Option<String>,
}

pub async fn create(
    platform: &Platform,
    actor: &Actor,
    new: NewIntegration,
) -> Result<Integration, IntegrationError> {
    actor.require(Permission::Integrations)?;
    let label = new.label.trim().to_owned();
    if label.is_empty() || label.chars().count() > 100 {
        return Err(IntegrationError::BadLabel);
    }
    check_url("login page URL", &new.login_page_url)?;
    let app_name = new.app_name.unwrap_or_else(|| app_name_from(&label));
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if app_name.is_empty() || app_name.len() > 64 || !app_name.chars().all(named) {
        return Err(IntegrationError::BadName(app_name));
    }
    let settings = Settings {
        login_page_url: new.login_page_url,
        scim_enabled: false,
        connection: None,
        to_app: ToApp::default(),
    };
    let at = platform.now();
    let record = IntegrationRecord {
        tenant: actor.tenant,
        id: platform.new_id(),
        app_name,
        label,
        settings: serde_json::to_string(&settings).expect("settings have text keys"),
        secrets: None,
        status: Status::Unconfigured.as_str().to_owned(),
        status_reason: Some(String::from("SCIM provisioning is off.")),
        created_at: at,
    };
    let integration = Integration::from_record(&record)?;
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            store::integrations::insert(&mut tx, &record).await.map_err(|error| match error {
                store::Error::Conflict(Constraint::AppName) => {
                    IntegrationError::NameTaken(record.app_name.clone())
                }
                other => other.into(),
            })?;
            let sentence = format!("The application “{}” was created.", record.label);
            let change = Change::new(
                Operation::Create,
                Subject::Integration,
                record.id.uuid(),
                Reason::Created,
                sentence,
            );
            changes::record(&mut tx, &actor, at, &change).await?;
            Ok::<_, IntegrationError>(())
        })
        .await?;
    Ok(integration)
}

fn app_name_from(label: &str) -> String {
    let mut name = String::new();
    for c in label.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
    }
    let name = name.trim_matches('_');
    let name = if name.is_empty() { "app" } else { name };
    format!("{}_1", name.chars().take(60).collect::<String>())
}

fn check_url(field: &'static str, value: &str) -> Result<(), IntegrationError> {
    match url::Url::parse(value) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(()),
        Ok(_) | Err(_) => Err(IntegrationError::BadUrl { field, value: value.to_owned() }),
    }
}

pub async fn get(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
) -> Result<Integration, IntegrationError> {
    actor.require(Permission::Integrations)?;
    let record = platform
        .db()
        .read(
            actor.tenant,
            move |mut tx| async move { store::integrations::find(&mut tx, id).await },
        )
        .await?
        .ok_or_else(|| IntegrationError::NotFound(id.to_string()))?;
    Integration::from_record(&record)
}

pub async fn find_by_name(
    platform: &Platform,
    actor: &Actor,
    app_name: &str,
) -> Result<Option<Integration>, IntegrationError> {
    actor.require(Permission::Integrations)?;
    let app_name = app_name.to_owned();
    let record = platform
        .db()
        .read(actor.tenant, move |mut tx| async move {
            store::integrations::find_by_app_name(&mut tx, &app_name).await
        })
        .await?;
    record.as_ref().map(Integration::from_record).transpose()
}

pub async fn list(
    platform: &Platform,
    actor: &Actor,
) -> Result<Vec<Integration>, IntegrationError> {
    actor.require(Permission::Integrations)?;
    let records = platform
        .db()
        .read(actor.tenant, |mut tx| async move { store::integrations::list(&mut tx).await })
        .await?;
    records.iter().map(Integration::from_record).collect()
}

/// Section C of the guide: SCIM provisioning on or off.
pub async fn enable_scim(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    switch: Switch,
) -> Result<Integration, IntegrationError> {
    configure(platform, actor, id, None, move |settings| {
        settings.scim_enabled = switch == Switch::On;
        Ok(match switch {
            Switch::On => String::from("SCIM provisioning was switched on."),
            Switch::Off => String::from("SCIM provisioning was switched off."),
        })
    })
    .await
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Switch {
    On,
    Off,
}

/// Section D of the guide. Secrets that are not given stay as they are, unless the way to authenticate
/// changes: what was given for one target is not sent to another.
pub async fn connect(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    connection: Connection,
    secrets: Secrets,
) -> Result<Integration, IntegrationError> {
    actor.require(Permission::Integrations)?;
    check_url("SCIM connector base URL", &connection.base_url)?;
    if connection.base_url.contains('_') {
        return Err(IntegrationError::Underscore);
    }
    if let AuthMode::OAuth2 { token_endpoint, authorization_endpoint, .. } = &connection.auth {
        check_url("access token endpoint URI", token_endpoint)?;
        check_url("authorization endpoint URI", authorization_endpoint)?;
    }
    configure(platform, actor, id, Some(secrets), move |settings| {
        if !settings.scim_enabled {
            return Err(IntegrationError::ScimOff);
        }
        settings.connection = Some(connection);
        Ok(String::from("The SCIM connection was changed."))
    })
    .await
}

/// Section F of the guide.
pub async fn set_to_app(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    to_app: ToApp,
) -> Result<Integration, IntegrationError> {
    configure(platform, actor, id, None, move |settings| {
        settings.to_app = to_app;
        Ok(String::from("The provisioning actions were changed."))
    })
    .await
}

async fn configure(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    new_secrets: Option<Secrets>,
    edit: impl FnOnce(&mut Settings) -> Result<String, IntegrationError> + Send + 'static,
) -> Result<Integration, IntegrationError> {
    actor.require(Permission::Integrations)?;
    let at = platform.now();
    let ground = platform.clone();
    let actor = actor.clone();
    let integration = platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let mut record = store::integrations::lock(&mut tx, id)
                .await?
                .ok_or_else(|| IntegrationError::NotFound(id.to_string()))?;
            let before = Integration::from_record(&record)?;
            let mut settings = before.settings.clone();
            let sentence = edit(&mut settings)?;
            let mut secrets = open_secrets(&ground, &record)?;
            if let Some(new) = new_secrets {
                let auth_changed = before.settings.connection.as_ref().map(|c| &c.auth)
                    != settings.connection.as_ref().map(|c| &c.auth);
                let moved = before.settings.connection.as_ref().map(|c| &c.base_url)
                    != settings.connection.as_ref().map(|c| &c.base_url);
                // What was given for one address is not sent to another.
                if auth_changed || moved || new.client_secret.is_some() {
                    secrets.tokens = None;
                }
                if auth_changed {
                    secrets = Secrets::default();
                }
                secrets.password = new.password.or(secrets.password);
                secrets.header = new.header.or(secrets.header);
                secrets.client_secret = new.client_secret.or(secrets.client_secret);
                let sealed = ground.sealer().seal_json(Purpose::Integration, &secrets);
                store::integrations::update_secrets(&mut tx, id, &sealed).await?;
            }
            if settings.connection != before.settings.connection {
                store::work::hasten(&mut tx, id, at).await?;
            }
            // Who was skipped because an action was off is looked at again.
            if settings.to_app != before.settings.to_app {
                store::work::enqueue_integration(&mut tx, id, at).await?;
            }
            record.settings = serde_json::to_string(&settings).expect("settings have text keys");
            let (status, reason) = status_of(&settings, &secrets);
            status.as_str().clone_into(&mut record.status);
            record.status_reason = reason;
            store::integrations::update(&mut tx, &record).await?;
            let difference = serde_json::json!({
                "settings": { "from": before.settings, "to": settings },
            });
            let change = Change::new(
                Operation::Configure,
                Subject::Integration,
                id.uuid(),
                Reason::Configured,
                sentence,
            )
            .with_difference(difference);
            changes::record(&mut tx, &actor, at, &change).await?;
            Integration::from_record(&record)
        })
        .await?;
    platform.wake();
    Ok(integration)
}

fn open_secrets(
    platform: &Platform,
    record: &IntegrationRecord,
) -> Result<Secrets, IntegrationError> {
    match &record.secrets {
        Some(sealed) => Ok(platform.sealer().open_json(Purpose::Integration, sealed)?),
        None => Ok(Secrets::default()),
    }
}

/// What is missing before the engine can work, in the words of the screen where it is found.
fn status_of(settings: &Settings, secrets: &Secrets) -> (Status, Option<String>) {
    let missing = |status, sentence: &str| (status, Some(sentence.to_owned()));
    if !settings.scim_enabled {
        return missing(Status::Unconfigured, "SCIM provisioning is off.");
    }
    let Some(connection) = &settings.connection else {
        return missing(Status::Unconfigured, "No SCIM connection is configured.");
    };
    match &connection.auth {
        AuthMode::Basic { .. } if secrets.password.is_none() => {
            missing(Status::Unconfigured, "The password is missing.")
        }
        AuthMode::Header if secrets.header.is_none() => {
            missing(Status::Unconfigured, "The value of the Authorization header is missing.")
        }
        AuthMode::OAuth2 { .. } if secrets.tokens.is_none() => missing(
            Status::NeedsAuthorization,
            "Nobody has authenticated with the application yet.",
        ),
        AuthMode::Basic { .. } | AuthMode::Header | AuthMode::OAuth2 { .. } => {
            (Status::Ready, None)
        }
    }
}
