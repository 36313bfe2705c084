//! Connections: what a provisioning client comes in by, and how its requests are taken.
//!
//! A connection is an application's client or a static token. Its [`Policy`] says whether the habits of known
//! clients are repaired, and what a create does when an inactive user is met. The policy lies on the row that
//! the bearer token is looked up with, so a change counts at the next request and costs no further read.

use seatlink_store::{
    self as store, Timestamp,
    connections::{ConnectionRecord, Origin, RepairsRecord},
};
use serde::Serialize;

pub use super::policy::{Existing, OnEmail, OnExternalId, OnUserName, Policy};
use super::repairs::{self, RepairCount};
use crate::{
    Platform,
    actor::{Actor, Forbidden},
    log::{self, Change, Connected, Event, Subject},
    permission::Permission,
};

/// What a connection hangs from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Application,
    StaticToken,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::StaticToken => "static-token",
        }
    }
}

/// A connection as an administrator sees it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The client id of an application, or the id of a token.
    pub id: String,
    pub kind: Kind,
    pub name: String,
    /// Neither disabled nor revoked.
    pub open: bool,
    pub policy: Policy,
    pub last_used_at: Option<Timestamp>,
    pub repairs: Vec<RepairCount>,
    /// Requests that were refused because they were too many in a second.
    pub rate_limited: i64,
}

impl Connection {
    fn of<'a>(
        record: ConnectionRecord,
        counted: impl Iterator<Item = &'a RepairsRecord> + Clone,
    ) -> Self {
        Self {
            kind: match record.origin {
                Origin::Application(_) => Kind::Application,
                Origin::StaticToken(_) => Kind::StaticToken,
            },
            policy: Policy::stored(record.policy.as_deref()),
            id: record.id,
            name: record.name,
            open: record.open,
            last_used_at: record.last_used_at,
            repairs: counted.clone().filter_map(repairs::counted).collect(),
            rate_limited: repairs::refused(counted),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    #[error(
        "there is no connection {0}; it is named by the client id of an application or the id of a token"
    )]
    NotFound(String),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the connections could not be read or written")]
    Store(#[from] store::Error),
}

/// All connections of the tenant, each with what was repaired for it so far.
pub async fn list(platform: &Platform, actor: &Actor) -> Result<Vec<Connection>, ConnectionError> {
    actor.require(Permission::AccountSettings)?;
    repairs::flush(platform).await?;
    platform
        .db()
        .scan(actor.tenant, |mut tx| async move {
            let records = store::connections::list(&mut tx).await?;
            let counted = store::connections::list_repairs(&mut tx, None).await?;
            Ok(records
                .into_iter()
                .map(|record| {
                    let id = record.id.clone();
                    let own = counted.iter().filter(|row| row.connection == id);
                    Connection::of(record, own)
                })
                .collect())
        })
        .await
}

pub async fn get(
    platform: &Platform,
    actor: &Actor,
    id: &str,
) -> Result<Connection, ConnectionError> {
    actor.require(Permission::AccountSettings)?;
    // What this process still holds in memory belongs to the answer.
    repairs::flush(platform).await?;
    let id = id.to_owned();
    platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            let Some(record) = store::connections::find(&mut tx, &id).await? else {
                return Err(ConnectionError::NotFound(id));
            };
            let counted = store::connections::list_repairs(&mut tx, Some(&record.id)).await?;
            Ok(Connection::of(record, counted.iter()))
        })
        .await
}

/// Changes how a connection's requests are taken, from the next one on.
pub async fn set_policy(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    policy: Policy,
) -> Result<Connection, ConnectionError> {
    actor.require(Permission::AccountSettings)?;
    let (at, by, name) = (platform.now(), actor.clone(), id.to_owned());
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let Some(record) = store::connections::find(&mut tx, &name).await? else {
                return Err(ConnectionError::NotFound(name));
            };
            let before = Policy::stored(record.policy.as_deref());
            let (subject, uuid) = match record.origin {
                Origin::Application(app) => (Subject::App, app.uuid()),
                Origin::StaticToken(token) => (Subject::Token, token.uuid()),
            };
            let Existing { user_name, external_id, email } = policy.existing;
            let event = Event::PolicySet {
                connection: Connected { subject, id: Some(uuid), name: record.name.clone() },
                leniency: policy.leniency,
                user_name,
                external_id,
                email,
            };
            let (before, after) = (json(before), json(policy));
            store::connections::set_policy(&mut tx, &record, &after.to_string()).await?;
            let difference = serde_json::json!({ "policy": { "from": before, "to": after } });
            let change = Change::new(event).with_difference(difference);
            log::record(&mut tx, &by, at, &change).await?;
            Ok(())
        })
        .await?;
    get(platform, actor, id).await
}

fn json(policy: Policy) -> serde_json::Value {
    serde_json::to_value(policy).expect("a policy is plain data")
}
