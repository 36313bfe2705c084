//! `seatlink integration configure`: sections C, D and F of the guide in one command.
//!
//! What is not named stays as it is.

use seatlink_domain::{
    Platform, Secret,
    integrations::{
        self, AuthMode, ConnectionChange, Integration, Secrets, Switch, ToAppChange, UpdateStyle,
    },
};

use super::{Named, report};
use crate::cli::{
    find,
    report::{Failure, Report},
    users::read_secret,
};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Configure {
    #[command(flatten)]
    named: Named,

    /// Enable SCIM provisioning: on or off
    #[arg(long, value_name = "SWITCH", value_parser = switch)]
    scim: Option<Switch>,

    /// SCIM connector base URL, such as https://na1.example.com/scim/v2
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// Attribute that finds an existing account [default: userName]
    #[arg(long, value_name = "ATTRIBUTE")]
    unique_identifier: Option<String>,

    /// Authentication mode: basic, header or oauth2
    #[arg(long, value_name = "MODE", value_parser = ["basic", "header", "oauth2"])]
    auth: Option<String>,

    /// Read the secret of the authentication mode from standard input: the password, the whole
    /// value of the Authorization header, or the client secret
    #[arg(long)]
    secret_stdin: bool,

    /// User name for basic
    #[arg(long)]
    username: Option<String>,

    /// Token endpoint for oauth2
    #[arg(long, value_name = "URL")]
    token_endpoint: Option<String>,

    /// Authorization endpoint for oauth2; Seatlink keeps its query
    #[arg(long, value_name = "URL")]
    authorization_endpoint: Option<String>,

    /// Client id for oauth2
    #[arg(long)]
    client_id: Option<String>,

    /// Method that updates accounts: put or patch
    #[arg(long, value_name = "STYLE", value_parser = update_style)]
    update_style: Option<UpdateStyle>,

    /// Supported action: Push New Users
    #[arg(long, value_name = "SWITCH", value_parser = switch)]
    push_new_users: Option<Switch>,

    /// Supported action: Push Profile Updates
    #[arg(long, value_name = "SWITCH", value_parser = switch)]
    push_profile_updates: Option<Switch>,

    /// Provisioning action: Create Users
    #[arg(long, value_name = "SWITCH", value_parser = switch)]
    create_users: Option<Switch>,

    /// Provisioning action: Update User Attributes
    #[arg(long, value_name = "SWITCH", value_parser = switch)]
    update_user_attributes: Option<Switch>,

    /// Provisioning action: Deactivate Users
    #[arg(long, value_name = "SWITCH", value_parser = switch)]
    deactivate_users: Option<Switch>,
}

fn switch(text: &str) -> Result<Switch, &'static str> {
    match text {
        "on" => Ok(Switch::On),
        "off" => Ok(Switch::Off),
        _ => Err("use on or off"),
    }
}

fn update_style(text: &str) -> Result<UpdateStyle, &'static str> {
    match text {
        "put" => Ok(UpdateStyle::Put),
        "patch" => Ok(UpdateStyle::Patch),
        _ => Err("use put or patch"),
    }
}

fn is_on(switch: Option<Switch>) -> Option<bool> {
    switch.map(|switch| switch == Switch::On)
}

impl Configure {
    pub(in crate::cli) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.named.tenant.operator(platform).await?;
        let found = find::integration(platform, &actor, &self.named.integration).await?;
        let id = found.id;
        let secret = if self.secret_stdin { Some(read_secret("secret")?) } else { None };
        let connection = self.connection(&found)?;
        let secrets = secrets_for(secret, connection.as_ref());
        let mut integration = found;
        if let Some(switch) = self.scim {
            integration = integrations::enable_scim(platform, &actor, id, switch).await?;
        }
        if let Some(connection) = connection {
            integration = integrations::connect(platform, &actor, id, connection, secrets).await?;
        }
        let to_app = self.to_app();
        if to_app != ToAppChange::default() {
            integration = integrations::set_to_app(platform, &actor, id, to_app).await?;
        }
        Ok(report(&integration))
    }

    /// The connection as it should be, if anything about it was named.
    fn connection(&self, found: &Integration) -> Result<Option<ConnectionChange>, Failure> {
        let named = self.base_url.is_some()
            || self.unique_identifier.is_some()
            || self.auth.is_some()
            || self.secret_stdin
            || self.username.is_some()
            || self.token_endpoint.is_some()
            || self.authorization_endpoint.is_some()
            || self.client_id.is_some()
            || self.update_style.is_some()
            || self.push_new_users.is_some()
            || self.push_profile_updates.is_some();
        if !named {
            return Ok(None);
        }
        let present = found.settings.connection.as_ref();
        let base_url = self
            .base_url
            .clone()
            .or_else(|| present.map(|now| now.base_url.clone()))
            .ok_or_else(|| Failure::input("A new connection needs --base-url."))?;
        Ok(Some(ConnectionChange {
            base_url,
            auth: self.auth_mode(present.map(|now| &now.auth))?,
            unique_identifier: self.unique_identifier.clone(),
            push_new_users: is_on(self.push_new_users),
            push_profile_updates: is_on(self.push_profile_updates),
            update_style: self.update_style,
            concurrency: None,
        }))
    }

    fn auth_mode(&self, present: Option<&AuthMode>) -> Result<AuthMode, Failure> {
        let mode = match (self.auth.as_deref(), present) {
            (Some(mode), _) => mode,
            (None, Some(AuthMode::Basic { .. })) => "basic",
            (None, Some(AuthMode::Header)) => "header",
            (None, Some(AuthMode::OAuth2 { .. })) => "oauth2",
            (None, None) => return Err(Failure::input("A new connection needs --auth.")),
        };
        let needed = |given: &Option<String>, kept: Option<&String>, option: &str| {
            given.clone().or_else(|| kept.cloned()).ok_or_else(|| {
                Failure::input(format!("The authentication mode {mode} needs {option}."))
            })
        };
        match mode {
            "basic" => {
                let kept = match present {
                    Some(AuthMode::Basic { username }) => Some(username),
                    _ => None,
                };
                Ok(AuthMode::Basic { username: needed(&self.username, kept, "--username")? })
            }
            "header" => Ok(AuthMode::Header),
            _ => {
                let kept = match present {
                    Some(AuthMode::OAuth2 {
                        token_endpoint,
                        authorization_endpoint,
                        client_id,
                    }) => Some((token_endpoint, authorization_endpoint, client_id)),
                    _ => None,
                };
                Ok(AuthMode::OAuth2 {
                    token_endpoint: needed(
                        &self.token_endpoint,
                        kept.map(|kept| kept.0),
                        "--token-endpoint",
                    )?,
                    authorization_endpoint: needed(
                        &self.authorization_endpoint,
                        kept.map(|kept| kept.1),
                        "--authorization-endpoint",
                    )?,
                    client_id: needed(&self.client_id, kept.map(|kept| kept.2), "--client-id")?,
                })
            }
        }
    }

    fn to_app(&self) -> ToAppChange {
        ToAppChange {
            create_users: is_on(self.create_users),
            update_user_attributes: is_on(self.update_user_attributes),
            deactivate_users: is_on(self.deactivate_users),
        }
    }
}

/// The secret belongs to the mode it is used with.
fn secrets_for(secret: Option<Secret>, connection: Option<&ConnectionChange>) -> Secrets {
    let mut secrets = Secrets::default();
    match connection.map(|connection| &connection.auth) {
        Some(AuthMode::Basic { .. }) => secrets.password = secret,
        Some(AuthMode::Header) => secrets.header = secret,
        Some(AuthMode::OAuth2 { .. }) => secrets.client_secret = secret,
        None => {}
    }
    secrets
}
