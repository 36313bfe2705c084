//! `seatlink history`: what happened to a user, who did it, and why.

use seatlink_domain::{ChangeRecord, Platform, changes};

use super::{
    find::{self, TenantArgument},
    report::{Failure, Report},
};
use crate::api::views::ChangeView;

#[derive(Debug, clap::Args)]
pub(super) struct History {
    #[command(flatten)]
    tenant: TenantArgument,
    /// User name, or the id of any resource, deleted or not
    user: String,
}

impl History {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let id = match self.user.parse() {
            Ok(id) => id,
            Err(_) => find::user(platform, &actor, &self.user).await?.id(),
        };
        let rows = changes::history(platform, &actor, id).await?;
        if rows.is_empty() {
            return Err(Failure::failed(format!("Nothing is known about {id}.")));
        }
        let text: Vec<String> = rows.iter().map(line).collect();
        Ok(Report::views(rows.iter().map(ChangeView::of), text.join("\n")))
    }
}

fn line(row: &ChangeRecord) -> String {
    let via = row.connection.as_deref().map_or_else(String::new, |via| format!(" via {via}"));
    format!(
        "{}  {} [{}]  {}  ({}{via})",
        row.at.rfc3339(),
        row.operation,
        row.reason,
        row.sentence,
        row.actor_name,
    )
}
