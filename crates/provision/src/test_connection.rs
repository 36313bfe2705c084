//! “Test Connector Configuration”: one short list request, and a report per provisioning action.
//!
//! Only the list is asked for; the ticks say which actions are chosen, as administrators know it. A
//! cross means not chosen, never failed.

use seatlink_domain::{
    Actor, IntegrationId, Platform,
    integrations::{
        self, AuthMode, Connection, ConnectionChange, Integration, IntegrationError, Secrets,
    },
    log::Trouble,
};

use crate::{
    connector::Connector,
    http::HttpClient,
    session::{self, Misconfigured, Session},
};

/// What a successful test shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    pub actions: [(ProvisioningAction, Choice); 6],
}

/// The provisioning actions in the order they are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProvisioningAction {
    UserImport,
    ImportProfileUpdates,
    CreateUsers,
    UpdateUserAttributes,
    PushGroups,
    ImportGroups,
}

impl ProvisioningAction {
    pub const fn label(self) -> &'static str {
        match self {
            Self::UserImport => "User Import",
            Self::ImportProfileUpdates => "Import Profile Updates",
            Self::CreateUsers => "Create Users",
            Self::UpdateUserAttributes => "Update User Attributes",
            Self::PushGroups => "Push Groups",
            Self::ImportGroups => "Import Groups",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    Selected,
    NotSelected,
}

impl Choice {
    const fn of(selected: bool) -> Self {
        if selected { Self::Selected } else { Self::NotSelected }
    }
}

/// The connection does not work.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    #[error("the connector configuration could not be tested: {0:?}")]
    Failed(Trouble),
    #[error("the connector configuration could not be tested")]
    Misconfigured(#[from] Misconfigured),
    #[error(transparent)]
    Integration(#[from] IntegrationError),
}

/// Tests a stored integration with its stored credentials.
pub async fn test(
    platform: &Platform,
    actor: &Actor,
    http: &HttpClient,
    id: IntegrationId,
) -> Result<Report, TestError> {
    let integration = integrations::get(platform, actor, id).await?;
    let secrets = integrations::secrets(platform, &Actor::system(integration.tenant), id).await?;
    let session = Session::open(platform, http, integration, secrets)?;
    probe(&session.connector, &session.connection).await
}

/// Tests credentials that are not stored yet: what does not work is not saved.
pub(crate) async fn try_out(
    http: &HttpClient,
    connection: &Connection,
    secrets: &Secrets,
) -> Result<Report, TestError> {
    probe(&session::open_unsaved(http, connection, secrets)?, connection).await
}

/// A connection and the secrets that were typed with it.
#[derive(Clone, Debug)]
pub struct TypedConnection {
    pub change: ConnectionChange,
    pub secrets: Secrets,
}

/// Section D of the guide: credentials that do not work are not saved. OAuth is saved first and
/// authenticated with afterwards.
pub async fn connect(
    platform: &Platform,
    actor: &Actor,
    http: &HttpClient,
    id: IntegrationId,
    typed: TypedConnection,
) -> Result<Integration, TestError> {
    // Before anything is sent anywhere: whoever may not see the integration may not try it either.
    let integration = integrations::get(platform, actor, id).await?;
    let TypedConnection { change, secrets } = typed;
    let connection = change.clone().applied_to(integration.settings.connection.as_ref());
    match connection.auth {
        AuthMode::Basic { .. } | AuthMode::Header => {
            try_out(http, &connection, &secrets).await?;
        }
        AuthMode::OAuth2 { .. } => {}
    }
    Ok(integrations::connect(platform, actor, id, change, secrets).await?)
}

async fn probe(connector: &Connector, connection: &Connection) -> Result<Report, TestError> {
    connector.probe().await.map_err(|failure| TestError::Failed(failure.problem().trouble))?;
    let actions = &connection.actions;
    Ok(Report {
        actions: [
            (ProvisioningAction::UserImport, Choice::NotSelected),
            (ProvisioningAction::ImportProfileUpdates, Choice::NotSelected),
            (ProvisioningAction::CreateUsers, Choice::of(actions.push_new_users)),
            (ProvisioningAction::UpdateUserAttributes, Choice::of(actions.push_profile_updates)),
            (ProvisioningAction::PushGroups, Choice::NotSelected),
            (ProvisioningAction::ImportGroups, Choice::NotSelected),
        ],
    })
}
