//! `seatlink history`: what happened to a user, who did it, and why.

use seatlink_domain::{ChangeRecord, Platform, changes};
use serde_json::{Value, json};

use super::{
    find::{self, TenantArgument},
    report::{Failure, Report},
};

#[derive(Debug, clap::Args)]
pub(super) struct History {
    #[command(flatten)]
    tenant: TenantArgument,
    /// User name, or the id of anything that has a history, deleted or not
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
        Ok(Report::new(rows.iter().map(to_json).collect(), text.join("\n")))
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

fn to_json(row: &ChangeRecord) -> Value {
    let difference = row.difference.as_deref().and_then(|text| serde_json::from_str(text).ok());
    json!({
        "sequence": row.sequence,
        "at": row.at.rfc3339(),
        "actor": { "kind": row.actor_kind, "id": row.actor_id, "name": row.actor_name },
        "connection": row.connection,
        "request_id": row.request_id,
        "operation": row.operation,
        "resource_type": row.resource_type,
        "resource_id": row.resource_id,
        "reason": row.reason,
        "sentence": row.sentence,
        "difference": difference.unwrap_or(Value::Null),
    })
}
