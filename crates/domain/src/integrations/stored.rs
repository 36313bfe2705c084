//! Settings as the database and the change log keep them.
//!
//! The names in this JSON stay when types of the domain or of a surface change. Whatever cannot be
//! read, an unknown member included, is an inconsistent row and no default: a node of an older
//! version would otherwise write back what it did not understand.

use serde::{Deserialize, Serialize};

use super::settings::{AuthMode, Connection, Settings, SupportedActions, ToApp, UpdateStyle};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredSettings {
    login_page_url: String,
    scim_enabled: bool,
    connection: Option<StoredConnection>,
    to_app: StoredToApp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredConnection {
    base_url: String,
    unique_identifier: String,
    actions: StoredActions,
    auth: StoredAuth,
    update_style: StoredStyle,
    concurrency: u16,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredActions {
    push_new_users: bool,
    push_profile_updates: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "lowercase", deny_unknown_fields)]
enum StoredAuth {
    Basic { username: String },
    Header {},
    OAuth2 { token_endpoint: String, authorization_endpoint: String, client_id: String },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StoredStyle {
    Put,
    Patch,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredToApp {
    create_users: bool,
    update_user_attributes: bool,
    deactivate_users: bool,
}

impl StoredSettings {
    pub(super) fn read(text: &str) -> Result<Settings, serde_json::Error> {
        serde_json::from_str::<Self>(text).map(Settings::from)
    }

    pub(super) fn text(settings: &Settings) -> String {
        serde_json::to_string(&Self::from(settings)).expect("settings have text keys")
    }
}

impl From<&Settings> for StoredSettings {
    fn from(settings: &Settings) -> Self {
        let ToApp { create_users, update_user_attributes, deactivate_users } = settings.to_app;
        Self {
            login_page_url: settings.login_page_url.clone(),
            scim_enabled: settings.scim_enabled,
            connection: settings.connection.as_ref().map(StoredConnection::from),
            to_app: StoredToApp { create_users, update_user_attributes, deactivate_users },
        }
    }
}

impl From<StoredSettings> for Settings {
    fn from(stored: StoredSettings) -> Self {
        let StoredToApp { create_users, update_user_attributes, deactivate_users } = stored.to_app;
        Self {
            login_page_url: stored.login_page_url,
            scim_enabled: stored.scim_enabled,
            connection: stored.connection.map(Connection::from),
            to_app: ToApp { create_users, update_user_attributes, deactivate_users },
        }
    }
}

impl From<&Connection> for StoredConnection {
    fn from(connection: &Connection) -> Self {
        let SupportedActions { push_new_users, push_profile_updates } = connection.actions;
        Self {
            base_url: connection.base_url.clone(),
            unique_identifier: connection.unique_identifier.clone(),
            actions: StoredActions { push_new_users, push_profile_updates },
            auth: match connection.auth.clone() {
                AuthMode::Basic { username } => StoredAuth::Basic { username },
                AuthMode::Header => StoredAuth::Header {},
                AuthMode::OAuth2 { token_endpoint, authorization_endpoint, client_id } => {
                    StoredAuth::OAuth2 { token_endpoint, authorization_endpoint, client_id }
                }
            },
            update_style: match connection.update_style {
                UpdateStyle::Put => StoredStyle::Put,
                UpdateStyle::Patch => StoredStyle::Patch,
            },
            concurrency: connection.concurrency,
        }
    }
}

impl From<StoredConnection> for Connection {
    fn from(stored: StoredConnection) -> Self {
        let StoredActions { push_new_users, push_profile_updates } = stored.actions;
        Self {
            base_url: stored.base_url,
            unique_identifier: stored.unique_identifier,
            actions: SupportedActions { push_new_users, push_profile_updates },
            auth: match stored.auth {
                StoredAuth::Basic { username } => AuthMode::Basic { username },
                StoredAuth::Header {} => AuthMode::Header,
                StoredAuth::OAuth2 { token_endpoint, authorization_endpoint, client_id } => {
                    AuthMode::OAuth2 { token_endpoint, authorization_endpoint, client_id }
                }
            },
            update_style: match stored.update_style {
                StoredStyle::Put => UpdateStyle::Put,
                StoredStyle::Patch => UpdateStyle::Patch,
            },
            concurrency: stored.concurrency,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(auth: AuthMode) -> Settings {
        Settings {
            login_page_url: String::from("https://app.example.com/login"),
            scim_enabled: true,
            connection: Some(Connection {
                base_url: String::from("https://app.example.com/scim/v2"),
                unique_identifier: String::from("userName"),
                actions: SupportedActions { push_new_users: true, push_profile_updates: false },
                auth,
                update_style: UpdateStyle::Patch,
                concurrency: 7,
            }),
            to_app: ToApp { create_users: true, ..ToApp::default() },
        }
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let oauth = AuthMode::OAuth2 {
            token_endpoint: String::from("https://as.example.com/token"),
            authorization_endpoint: String::from("https://as.example.com/authorize"),
            client_id: String::from("c"),
        };
        let basic = AuthMode::Basic { username: String::from("u") };
        for (auth, mode) in [(oauth, "oauth2"), (basic, "basic"), (AuthMode::Header, "header")] {
            let settings = settings(auth);
            let text = StoredSettings::text(&settings);
            assert!(text.contains(&format!("\"mode\":\"{mode}\"")), "{text}");
            assert_eq!(StoredSettings::read(&text).ok(), Some(settings));
        }
    }

    #[test]
    fn settings_that_are_not_understood_are_no_defaults() {
        let text = StoredSettings::text(&settings(AuthMode::Header));
        for (known, unknown) in [
            ("\"to_app\":", "\"from_app\":{},\"to_app\":"),
            ("\"mode\":\"header\"", "\"mode\":\"header\",\"also\":1"),
            ("\"patch\"", "\"post\""),
            ("\"scim_enabled\":true,", ""),
        ] {
            let changed = text.replace(known, unknown);
            assert_ne!(changed, text);
            assert!(StoredSettings::read(&changed).is_err(), "{changed}");
        }
    }
}
