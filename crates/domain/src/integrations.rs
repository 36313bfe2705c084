//! Integrations: an application of the sending side, its SCIM connection and who is assigned to it.
//!
//! Settings can be read by whoever may see the integration. Secrets are sealed, never part of an
//! answer, and read only by the engine.

mod assignments;
mod configure;
mod credentials;
mod settings;
mod stored;

pub use assignments::{assign_group, assign_people, unassign_group, unassign_people};
pub use configure::{Switch, connect, enable_scim, set_to_app};
pub use credentials::{
    begin_authorization, mark_needs_authorization, save_tokens, secrets, take_authorization,
};
pub use settings::{
    AuthMode, Connection, ConnectionChange, Settings, SupportedActions, ToApp, ToAppChange,
    UpdateStyle,
};

use std::fmt;

use seatlink_store::{
    self as store, Constraint, IntegrationId, TenantId, Timestamp, integrations::IntegrationRecord,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::stored::StoredSettings;
use crate::{
    Platform,
    actor::{Actor, Forbidden},
    log::{self, Change, Event, Named, StatusReason},
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

#[derive(Clone, Debug)]
pub struct Integration {
    pub id: IntegrationId,
    pub tenant: TenantId,
    /// The internal name; it stands in the callback URL.
    pub app_name: String,
    pub label: String,
    pub settings: Settings,
    pub status: Status,
    /// What is missing, unless it is ready.
    pub status_reason: Option<StatusReason>,
    pub created_at: Timestamp,
}

impl Integration {
    /// Where the authorization server sends the browser back to.
    pub fn callback_path(&self) -> String {
        format!("/admin/app/cpc/{}/oauth/callback", self.app_name)
    }

    /// As a field of an event.
    pub fn named(&self) -> Named<IntegrationId> {
        Named::new(self.id, &self.label)
    }

    fn from_record(record: &IntegrationRecord) -> Result<Self, IntegrationError> {
        let inconsistent =
            |_| store::Error::Inconsistent { table: "integrations", id: record.id.to_string() };
        let settings = StoredSettings::read(&record.settings).map_err(inconsistent)?;
        let reason = record.status_reason.as_deref().map(serde_json::from_str).transpose();
        Ok(Self {
            id: record.id,
            tenant: record.tenant,
            app_name: record.app_name.clone(),
            label: record.label.clone(),
            settings,
            status: Status::parse(&record.status),
            status_reason: reason.map_err(inconsistent)?,
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

/// Which of the addresses of an integration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UrlField {
    LoginPage,
    Base,
    TokenEndpoint,
    AuthorizationEndpoint,
}

impl fmt::Display for UrlField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LoginPage => "login page URL",
            Self::Base => "SCIM connector base URL",
            Self::TokenEndpoint => "access token endpoint URI",
            Self::AuthorizationEndpoint => "authorization endpoint URI",
        })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum IntegrationError {
    #[error("there is no integration {0}")]
    NotFound(String),
    #[error("an integration needs a label of 1 to 100 characters")]
    BadLabel,
    #[error(
        "the name of an integration may contain only lower-case letters, digits and underscores: {0}"
    )]
    BadName(String),
    #[error("another integration is already named {0}")]
    NameTaken(String),
    #[error("{field}: {value} is not an absolute http or https URL")]
    BadUrl { field: UrlField, value: String },
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
    check_url(UrlField::LoginPage, &new.login_page_url)?;
    let app_name = new.app_name.unwrap_or_else(|| app_name_from(&label));
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if app_name.is_empty() || app_name.len() > 64 || !app_name.chars().all(is_plain) {
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
        settings: StoredSettings::text(&settings),
        secrets: None,
        status: Status::Unconfigured.as_str().to_owned(),
        status_reason: Some(stored(&StatusReason::ProvisioningOff)),
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
            let change = Change::new(Event::IntegrationCreated { app: named(&record) });
            log::record(&mut tx, &actor, at, &change).await?;
            Ok::<_, IntegrationError>(())
        })
        .await?;
    Ok(integration)
}

/// An integration as a field of an event.
fn named(record: &IntegrationRecord) -> Named<IntegrationId> {
    Named::new(record.id, &record.label)
}

fn stored(reason: &StatusReason) -> String {
    serde_json::to_string(reason).expect("reasons have text keys")
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

fn check_url(field: UrlField, value: &str) -> Result<(), IntegrationError> {
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

fn open_secrets(
    platform: &Platform,
    record: &IntegrationRecord,
) -> Result<Secrets, IntegrationError> {
    match &record.secrets {
        Some(sealed) => Ok(platform.sealer().open_json(Purpose::Integration, sealed)?),
        None => Ok(Secrets::default()),
    }
}
