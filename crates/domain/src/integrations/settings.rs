//! What an administrator sets for an integration. Nothing of it is secret.
//!
//! These are values of the domain alone. How they are stored is in [`stored`](super::stored), how
//! programs read and write them is the business of each surface.

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The application's login page URL (sign-in method SWA).
    pub login_page_url: String,
    /// General > App Settings > Enable SCIM provisioning.
    pub scim_enabled: bool,
    pub connection: Option<Connection>,
    pub to_app: ToApp,
}

/// Provisioning > SCIM Connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connection {
    pub base_url: String,
    /// The attribute people are looked up by before they are created.
    pub unique_identifier: String,
    pub actions: SupportedActions,
    pub auth: AuthMode,
    pub update_style: UpdateStyle,
    /// Requests under way at once.
    pub concurrency: u16,
}

/// A connection as it should be from now on. What is `None` keeps its value; in a new connection it
/// is what the guide of the screen begins with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConnectionChange {
    pub base_url: String,
    pub auth: AuthMode,
    /// `userName` in a new connection.
    pub unique_identifier: Option<String>,
    /// On in a new connection.
    pub push_new_users: Option<bool>,
    /// On in a new connection.
    pub push_profile_updates: Option<bool>,
    /// PUT in a new connection.
    pub update_style: Option<UpdateStyle>,
    /// 32 in a new connection.
    pub concurrency: Option<u16>,
}

impl ConnectionChange {
    pub fn applied_to(self, present: Option<&Connection>) -> Connection {
        let actions = present.map_or_else(SupportedActions::default, |now| now.actions);
        let identifier = || {
            present.map_or_else(|| String::from("userName"), |now| now.unique_identifier.clone())
        };
        let style = || present.map_or_else(UpdateStyle::default, |now| now.update_style);
        Connection {
            base_url: self.base_url,
            unique_identifier: self.unique_identifier.unwrap_or_else(identifier),
            actions: SupportedActions {
                push_new_users: self.push_new_users.unwrap_or(actions.push_new_users),
                push_profile_updates: self
                    .push_profile_updates
                    .unwrap_or(actions.push_profile_updates),
            },
            auth: self.auth,
            update_style: self.update_style.unwrap_or_else(style),
            concurrency: self
                .concurrency
                .unwrap_or_else(|| present.map_or(32, |now| now.concurrency)),
        }
    }
}

impl From<Connection> for ConnectionChange {
    fn from(whole: Connection) -> Self {
        Self {
            base_url: whole.base_url,
            auth: whole.auth,
            unique_identifier: Some(whole.unique_identifier),
            push_new_users: Some(whole.actions.push_new_users),
            push_profile_updates: Some(whole.actions.push_profile_updates),
            update_style: Some(whole.update_style),
            concurrency: Some(whole.concurrency),
        }
    }
}

/// Which provisioning actions the target supports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
#[derive(Clone, PartialEq, Eq, Debug)]
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
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum UpdateStyle {
    /// Read, merge, replace: what applications made with the integration wizard do.
    #[default]
    Put,
    Patch,
}

/// Provisioning > To App.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ToApp {
    pub create_users: bool,
    pub update_user_attributes: bool,
    pub deactivate_users: bool,
}

/// What is `None` keeps its value: no action goes off because a request did not name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ToAppChange {
    pub create_users: Option<bool>,
    pub update_user_attributes: Option<bool>,
    pub deactivate_users: Option<bool>,
}

impl ToAppChange {
    pub fn applied_to(self, now: ToApp) -> ToApp {
        ToApp {
            create_users: self.create_users.unwrap_or(now.create_users),
            update_user_attributes: self
                .update_user_attributes
                .unwrap_or(now.update_user_attributes),
            deactivate_users: self.deactivate_users.unwrap_or(now.deactivate_users),
        }
    }
}

impl From<ToApp> for ToAppChange {
    fn from(whole: ToApp) -> Self {
        Self {
            create_users: Some(whole.create_users),
            update_user_attributes: Some(whole.update_user_attributes),
            deactivate_users: Some(whole.deactivate_users),
        }
    }
}
