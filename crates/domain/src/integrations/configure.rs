//! Changing the settings of an integration, and what follows for its status and its work.

use seatlink_store::{self as store, IntegrationId};

use super::{
    AuthMode, ConnectionChange, Integration, IntegrationError, Secrets, Settings, Status,
    ToAppChange, UrlField, check_url, open_secrets, stored, stored::StoredSettings,
};
use crate::{
    Platform,
    actor::Actor,
    log::{self, Change, Event, Named, StatusReason},
    permission::Permission,
    seal::Purpose,
};

/// Section C of the guide: SCIM provisioning on or off.
pub async fn enable_scim(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    switch: Switch,
) -> Result<Integration, IntegrationError> {
    configure(platform, actor, id, None, move |settings, app| {
        settings.scim_enabled = switch == Switch::On;
        Ok(match switch {
            Switch::On => Event::ProvisioningSwitchedOn { app },
            Switch::Off => Event::ProvisioningSwitchedOff { app },
        })
    })
    .await
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Switch {
    On,
    Off,
}

/// Section D of the guide. Secrets that are not given stay as they are, unless the way to
/// authenticate changes: what was given for one target is not sent to another. Other members that
/// are not given stay too.
pub async fn connect(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    change: ConnectionChange,
    secrets: Secrets,
) -> Result<Integration, IntegrationError> {
    actor.require(Permission::Integrations)?;
    check_url(UrlField::Base, &change.base_url)?;
    if change.base_url.contains('_') {
        return Err(IntegrationError::Underscore);
    }
    if let AuthMode::OAuth2 { token_endpoint, authorization_endpoint, .. } = &change.auth {
        check_url(UrlField::TokenEndpoint, token_endpoint)?;
        check_url(UrlField::AuthorizationEndpoint, authorization_endpoint)?;
    }
    configure(platform, actor, id, Some(secrets), move |settings, app| {
        if !settings.scim_enabled {
            return Err(IntegrationError::ScimOff);
        }
        settings.connection = Some(change.applied_to(settings.connection.as_ref()));
        Ok(Event::ConnectionChanged { app })
    })
    .await
}

/// Section F of the guide. Actions that are not named stay as they are.
pub async fn set_to_app(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    change: ToAppChange,
) -> Result<Integration, IntegrationError> {
    configure(platform, actor, id, None, move |settings, app| {
        settings.to_app = change.applied_to(settings.to_app);
        Ok(Event::ActionsChanged { app })
    })
    .await
}

async fn configure(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    new_secrets: Option<Secrets>,
    edit: impl FnOnce(&mut Settings, Named<IntegrationId>) -> Result<Event, IntegrationError>
    + Send
    + 'static,
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
            let event = edit(&mut settings, before.named())?;
            if settings == before.settings && new_secrets.is_none() {
                return Ok(before);
            }
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
            record.settings = StoredSettings::text(&settings);
            let (status, reason) = status_of(&settings, &secrets);
            status.as_str().clone_into(&mut record.status);
            record.status_reason = reason.as_ref().map(stored);
            store::integrations::update(&mut tx, &record).await?;
            let difference = serde_json::json!({
                "settings": {
                    "from": StoredSettings::from(&before.settings),
                    "to": StoredSettings::from(&settings),
                },
            });
            let change = Change::new(event).with_difference(difference);
            log::record(&mut tx, &actor, at, &change).await?;
            Integration::from_record(&record)
        })
        .await?;
    platform.wake();
    Ok(integration)
}

/// What is missing before the engine can work.
fn status_of(settings: &Settings, secrets: &Secrets) -> (Status, Option<StatusReason>) {
    let missing = |reason| (Status::Unconfigured, Some(reason));
    if !settings.scim_enabled {
        return missing(StatusReason::ProvisioningOff);
    }
    let Some(connection) = &settings.connection else {
        return missing(StatusReason::NoConnection);
    };
    match &connection.auth {
        AuthMode::Basic { .. } if secrets.password.is_none() => missing(StatusReason::NoPassword),
        AuthMode::Header if secrets.header.is_none() => missing(StatusReason::NoHeader),
        AuthMode::OAuth2 { .. } if secrets.tokens.is_none() => {
            (Status::NeedsAuthorization, Some(StatusReason::NotAuthenticated))
        }
        AuthMode::Basic { .. } | AuthMode::Header | AuthMode::OAuth2 { .. } => {
            (Status::Ready, None)
        }
    }
}
