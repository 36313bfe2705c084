//! `seatlink connection`: how the requests of provisioning clients are taken, and what was repaired
//! in them.

use clap::Subcommand;
use seatlink_domain::{
    Platform, Timestamp,
    access::connections::{self, Connection, OnEmail, OnExternalId, OnUserName, PolicyChange},
};
use seatlink_scim::Leniency;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    find::{self, TenantArgument},
    report::{Failure, Report, list_of},
};
use crate::api::views::ClientConnectionView;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List connections: the applications and static tokens of provisioning clients
    List {
        #[command(flatten)]
        tenant: TenantArgument,
    },
    /// Show the policy of a connection and each deviation it repaired, with the clause of the RFC
    Show(Named),
    /// Change the policy of a connection; its next request follows it
    Set(Set),
}

#[derive(Debug, clap::Args)]
pub(super) struct Named {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Client id of an application, id of a token, or the name of either
    connection: String,
}

#[derive(Debug, clap::Args)]
#[group(id = "policy", required = true, multiple = true)]
struct Choices {
    /// Accept only what the RFC allows
    #[arg(long, conflicts_with = "forgiving")]
    strict: bool,

    /// Also accept known deviations of common clients, and report each (the default)
    #[arg(long)]
    forgiving: bool,

    /// When a client creates a user whose userName an inactive user has: conflict or restore
    #[arg(long, value_name = "WHAT", value_parser = word::<OnUserName>)]
    on_user_name: Option<OnUserName>,

    /// The same for externalId: conflict, restore or create
    #[arg(long, value_name = "WHAT", value_parser = word::<OnExternalId>)]
    on_external_id: Option<OnExternalId>,

    /// The same for an e-mail address: conflict or create
    #[arg(long, value_name = "WHAT", value_parser = word::<OnEmail>)]
    on_email: Option<OnEmail>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Set {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    choices: Choices,
}

/// A choice as settings spell it; the complaint lists the others.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(Value::from(text)).map_err(|error| error.to_string())
}

fn spelt(choice: impl Serialize) -> String {
    match serde_json::to_value(choice) {
        Ok(Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

impl Command {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        match self {
            Self::List { tenant } => {
                let actor = tenant.operator(platform).await?;
                Ok(table(&connections::list(platform, &actor).await?))
            }
            Self::Show(named) => {
                let actor = named.tenant.operator(platform).await?;
                Ok(report(&find::connection(platform, &actor, &named.connection).await?))
            }
            Self::Set(Set { named, choices }) => {
                let actor = named.tenant.operator(platform).await?;
                let found = find::connection(platform, &actor, &named.connection).await?;
                let policy = choices.change();
                Ok(report(&connections::set_policy(platform, &actor, &found.id, policy).await?))
            }
        }
    }
}

impl Choices {
    /// What is not named stays.
    fn change(&self) -> PolicyChange {
        let leniency = match (self.strict, self.forgiving) {
            (true, _) => Some(Leniency::Strict),
            (false, true) => Some(Leniency::Forgiving),
            (false, false) => None,
        };
        PolicyChange {
            leniency,
            on_user_name: self.on_user_name,
            on_external_id: self.on_external_id,
            on_email: self.on_email,
        }
    }
}

fn moment(at: Option<Timestamp>) -> String {
    at.map_or_else(|| String::from("-"), Timestamp::rfc3339)
}

fn table(all: &[Connection]) -> Report {
    let rows: Vec<[String; 6]> = all
        .iter()
        .map(|connection| {
            let repairs: i64 = connection.repairs.iter().map(|repair| repair.times).sum();
            [
                connection.id.clone(),
                connection.kind.as_str().to_owned(),
                connection.policy.leniency.as_str().to_owned(),
                repairs.to_string(),
                moment(connection.last_used_at),
                connection.name.clone(),
            ]
        })
        .collect();
    let json = list_of(all.iter().map(ClientConnectionView::of));
    Report::table(json, ["id", "kind", "requests", "repairs", "last used", "name"], &rows)
}

fn report(connection: &Connection) -> Report {
    let existing = connection.policy.existing;
    let mut lines = vec![
        format!("{} ({} {})", connection.name, connection.kind.as_str(), connection.id),
        format!("requests are taken  {}", connection.policy.leniency.as_str()),
        String::from("a create that meets an inactive user"),
        format!("  of that user name   {}", spelt(existing.user_name)),
        format!("  of that externalId  {}", spelt(existing.external_id)),
        format!("  of that e-mail      {}", spelt(existing.email)),
        format!("last used           {}", moment(connection.last_used_at)),
    ];
    if connection.rate_limited > 0 {
        lines.push(format!("refused by the rate limit  {} requests", connection.rate_limited));
    }
    if connection.repairs.is_empty() {
        lines.push(String::from("Nothing had to be repaired so far."));
    } else {
        lines.push(String::from("repaired so far"));
    }
    for repair in &connection.repairs {
        let quirk = repair.quirk;
        lines.push(format!(
            "  {} times {} ({}), last {}: {}",
            repair.times,
            quirk.id(),
            quirk.clause(),
            repair.last_at.rfc3339(),
            quirk.sentence(),
        ));
    }
    Report::view(&ClientConnectionView::of(connection), lines.join("\n"))
}
