//! “Test Connector Configuration”: one short list request, and a report per provisioning action.
//!
//! Only the list is asked for; the ticks say which actions are chosen, as administrators know it. A
//! cross means not chosen, never failed.

use seatlink_domain::{
    Actor, IntegrationId, Platform,
    integrations::{
        self, AuthMode, Connection, ConnectionChange, Integration, IntegrationError, Secrets,
    },
};

use crate::{
    connector::{Cause, Connector, Failure, Remote},
    http::HttpClient,
    session::{self, Misconfigured, Session},
};

/// What a successful test shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    pub actions: [(ProvisioningAction, Choice); 6],
}

impl Report {
    pub const SENTENCE: &'static str = "Connector configured successfully";
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

/// The connection does not work; the text is the banner to show.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    #[error(
        "Error authenticating: {what}. The connector configuration could not be tested. Make sure \
         that the URL, Authentication Parameters are correct and that there is an implementation \
         available at the URL provided."
    )]
    Failed { what: String },
    #[error("The connector configuration could not be tested: {0}.")]
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

/// Section D of the guide: credentials that do not work are not saved. OAuth is saved first and authenticated with
/// afterwards.
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
    connector.probe().await.map_err(|failure| TestError::Failed { what: words(&failure) })?;
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

fn words(failure: &Failure) -> String {
    match &failure.cause {
        Cause::Unauthorized(remote)
        | Cause::Forbidden { remote, .. }
        | Cause::Unavailable { remote, .. }
        | Cause::Broken(remote)
        | Cause::Rejected(remote)
        | Cause::NotFound(remote)
        | Cause::Conflict(remote)
        | Cause::Changed(remote)
        | Cause::InvalidAnswer(remote) => with_detail(remote),
        Cause::RateLimited { .. } => "Too Many Requests".to_owned(),
        Cause::ForbiddenTarget(why) => why.clone(),
        // A probe neither looks for nor creates anybody.
        Cause::NoMatch | Cause::Ambiguous { .. } | Cause::EmptyAnswer | Cause::NoIdentifier => {
            "the answer is not a SCIM list".to_owned()
        }
    }
}

fn with_detail(remote: &Remote) -> String {
    match &remote.detail {
        Some(detail) => {
            let detail = detail.trim_end_matches('.');
            format!("{}. Errors reported by remote server: {detail}", remote.phrase)
        }
        None => remote.phrase.clone(),
    }
}
