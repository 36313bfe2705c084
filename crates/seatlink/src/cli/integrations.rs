//! `seatlink integration`: applications that people are provisioned to.

mod configure;

use std::fmt::Write as _;

use clap::Subcommand;
use seatlink_domain::{
    Actor, GroupId, IntegrationId, Platform, UserId,
    integrations::{self, Integration, NewIntegration},
    work::{self, Standing},
};
use serde_json::json;

use self::configure::Configure;
use seatlink_texts::Language;

use super::{
    find::{self, TenantArgument},
    report::{Failure, Report, json_of, list_of},
};
use crate::api::views::{FailedView, IntegrationView};
use seatlink_edge::words;

/// Failed people that `show` lists.
const SHOWN_FAILURES: i64 = 20;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create an application integration (sign-in method SWA)
    Create(Create),
    /// List integrations
    List {
        #[command(flatten)]
        tenant: TenantArgument,
    },
    /// Show settings, state and failed provisioning
    Show(Named),
    /// Set the SCIM connection and the provisioning actions
    Configure(Box<Configure>),
    /// Assign users or a group to the application
    Assign(Subjects),
    /// Remove assignments; people with no remaining assignment are deactivated in the application
    Unassign(Subjects),
    /// Retry failed provisioning
    Retry {
        #[command(flatten)]
        named: Named,
        /// Only for this user
        #[arg(long)]
        user: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Create {
    #[command(flatten)]
    tenant: TenantArgument,

    /// Label that people see
    #[arg(long)]
    label: String,

    #[arg(long, value_name = "URL")]
    login_page_url: String,

    /// Name in the callback URL [default: made from the label]
    #[arg(long)]
    name: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Named {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Name or id of the integration
    integration: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Subjects {
    #[command(flatten)]
    named: Named,

    /// User names or ids
    #[arg(long = "user", value_name = "USER", required_unless_present = "group")]
    users: Vec<String>,

    /// Name or id of a group
    #[arg(long)]
    group: Option<String>,
}

impl Command {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        match self {
            Self::Create(create) => create.run(platform).await,
            Self::List { tenant } => list(platform, &tenant).await,
            Self::Show(named) => show(platform, &named).await,
            Self::Configure(configure) => configure.run(platform).await,
            Self::Assign(subjects) => assign(platform, &subjects).await,
            Self::Unassign(subjects) => unassign(platform, &subjects).await,
            Self::Retry { named, user } => retry(platform, &named, user.as_deref()).await,
        }
    }
}

impl Create {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let new = NewIntegration {
            label: self.label,
            login_page_url: self.login_page_url,
            app_name: self.name,
        };
        Ok(report(&integrations::create(platform, &actor, new).await?))
    }
}

async fn list(platform: &Platform, tenant: &TenantArgument) -> Result<Report, Failure> {
    let actor = tenant.operator(platform).await?;
    let all = integrations::list(platform, &actor).await?;
    let rows: Vec<[String; 4]> = all
        .iter()
        .map(|one| {
            [
                one.app_name.clone(),
                one.status.as_str().to_owned(),
                one.id.to_string(),
                one.label.clone(),
            ]
        })
        .collect();
    let json = list_of(all.iter().map(|one| IntegrationView::of(None, one, None)));
    Ok(Report::table(json, ["name", "status", "id", "label"], &rows))
}

async fn show(platform: &Platform, named: &Named) -> Result<Report, Failure> {
    let actor = named.tenant.operator(platform).await?;
    let integration = find::integration(platform, &actor, &named.integration).await?;
    let standing = work::standing(platform, &actor, integration.id).await?;
    let Standing { waiting, failed, active, inactive } = standing;
    let failures = work::failed(platform, &actor, integration.id, SHOWN_FAILURES).await?;
    let mut text = format!(
        "{} ({})\n{}: {} active there, {} inactive, {} waiting, {} failed",
        integration.label,
        integration.app_name,
        integration.status.as_str(),
        active,
        inactive,
        waiting,
        failed,
    );
    if let Some(reason) = words::status_reason(&integration) {
        text.push('\n');
        text.push_str(&reason);
    }
    for item in &failures {
        let error = failure(item).unwrap_or_default();
        write!(text, "\n  {}: {error}", item.subject.id).expect("writing to a String cannot fail");
    }
    let mut json = json_of(&IntegrationView::of(None, &integration, Some(standing)));
    json["failed"] = list_of(failures.iter().map(|item| FailedView::of(item, Language::English)));
    Ok(Report::new(json, text))
}

/// Why an item failed.
fn failure(item: &work::Item) -> Option<String> {
    item.last.as_ref().map(|last| words::stored(&last.event, Language::English).text())
}

/// Who is meant, found before anything is changed.
struct Found {
    actor: Actor,
    integration: IntegrationId,
    people: Vec<UserId>,
    group: Option<GroupId>,
}

impl Subjects {
    async fn find(&self, platform: &Platform) -> Result<Found, Failure> {
        let actor = self.named.tenant.operator(platform).await?;
        let integration = find::integration(platform, &actor, &self.named.integration).await?.id;
        let mut people = Vec::with_capacity(self.users.len());
        for user in &self.users {
            people.push(UserId::from(find::user(platform, &actor, user).await?.id()));
        }
        let group = match &self.group {
            Some(group) => Some(find::group(platform, &actor, group).await?),
            None => None,
        };
        Ok(Found { actor, integration, people, group })
    }
}

async fn assign(platform: &Platform, subjects: &Subjects) -> Result<Report, Failure> {
    let Found { actor, integration, people, group } = subjects.find(platform).await?;
    if let Some(group) = group {
        integrations::assign_group(platform, &actor, integration, group).await?;
    }
    let mut count = 0;
    if !people.is_empty() {
        count = integrations::assign_people(platform, &actor, integration, people).await?;
    }
    Ok(Report::new(json!({ "people": count, "group": group }), "Assigned."))
}

async fn unassign(platform: &Platform, subjects: &Subjects) -> Result<Report, Failure> {
    let Found { actor, integration, people, group } = subjects.find(platform).await?;
    if let Some(group) = group {
        integrations::unassign_group(platform, &actor, integration, group).await?;
    }
    let mut count = 0;
    if !people.is_empty() {
        count = integrations::unassign_people(platform, &actor, integration, people).await?;
    }
    Ok(Report::new(json!({ "people": count, "group": group }), "Unassigned."))
}

async fn retry(platform: &Platform, named: &Named, user: Option<&str>) -> Result<Report, Failure> {
    let actor = named.tenant.operator(platform).await?;
    let integration = find::integration(platform, &actor, &named.integration).await?;
    let user = match user {
        Some(user) => Some(UserId::from(find::user(platform, &actor, user).await?.id())),
        None => None,
    };
    let count = work::retry(platform, &actor, integration.id, user).await?;
    Ok(Report::new(json!({ "retried": count }), format!("{count} will be tried again.")))
}

fn report(integration: &Integration) -> Report {
    let text = format!(
        "Integration {} ({}) is {}.",
        integration.app_name,
        integration.id,
        integration.status.as_str()
    );
    Report::view(&IntegrationView::of(None, integration, None), text)
}
