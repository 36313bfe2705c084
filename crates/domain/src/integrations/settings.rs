//! What an administrator sets for an integration. Nothing of it is secret.

use serde::{Deserialize, Serialize};

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
