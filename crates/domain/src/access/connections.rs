//! Connections: what a provisioning client comes in by, and how its requests are taken.
//!
//! A connection is an application's client or a static token. Its [`Policy`] says whether the known
//! deviations of clients are repaired, and what a create does when an inactive user is met. The
//! policy lies on the row that the bearer token is looked up with, so a change counts at the next
//! request and costs no further read.

use seatlink_store::{
    self as store, Timestamp,
    connections::{ConnectionRecord, Origin, RepairsRecord},
};
use serde::Serialize;

pub use super::policy::{Existing, OnEmail, OnExternalId, OnUserName, Policy, PolicyChange};
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
    ) -> Result<Self, store::Error> {
        Ok(Self {
            kind: match record.origin {
                Origin::Application(_) => Kind::Application,
                Origin::StaticToken(_) => Kind::StaticToken,
            },
            policy: policy_of(&record)?,
            id: record.id,
            name: record.name,
            open: record.open,
            last_used_at: record.last_used_at,
            repairs: counted.clone().filter_map(repairs::counted).collect(),
            rate_limited: repairs::refused(counted),
        })
    }
}

fn policy_of(record: &ConnectionRecord) -> Result<Policy, store::Error> {
    let table = match record.origin {
        Origin::Application(_) => "clients",
        Origin::StaticToken(_) => "tokens",
    };
    Policy::stored(record.policy.as_deref())
        .map_err(|_| store::Error::inconsistent(table, &record.id))
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
    actor.require(Permission::ConnectionsView)?;
    repairs::flush(platform).await?;
    platform
        .db()
        .scan(actor.tenant, |mut tx| async move {
            let records = store::connections::list(&mut tx).await?;
            let counted = store::connections::list_repairs(&mut tx, None).await?;
            let connections = records.into_iter().map(|record| {
                let id = record.id.clone();
                let own = counted.iter().filter(|row| row.connection == id);
                Connection::of(record, own)
            });
            Ok(connections.collect::<Result<_, _>>()?)
        })
        .await
}

pub async fn get(
    platform: &Platform,
    actor: &Actor,
    id: &str,
) -> Result<Connection, ConnectionError> {
    actor.require(Permission::ConnectionsView)?;
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
            Ok(Connection::of(record, counted.iter())?)
        })
        .await
}

/// Changes how a connection's requests are taken, from the next one on. What is not named stays.
pub async fn set_policy(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    change: PolicyChange,
) -> Result<Connection, ConnectionError> {
    actor.require(Permission::ConnectionsEdit)?;
    let (at, by, name) = (platform.now(), actor.clone(), id.to_owned());
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let Some(record) = store::connections::find(&mut tx, &name).await? else {
                return Err(ConnectionError::NotFound(name));
            };
            let before = policy_of(&record)?;
            let policy = change.applied_to(before);
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
#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

    use seatlink_store::tokens::{TokenKind, TokenWrite};

    use super::*;
    use crate::outbox::tests::ground;

    #[tokio::test]
    async fn a_policy_of_another_version_is_an_error_and_is_not_written_over() {
        let ground = ground().await;
        let (platform, actor) = (&ground.platform, &ground.operator);
        let (token, at) = (platform.new_id(), platform.now());
        let id = ToString::to_string(&token);
        let insert = move |mut tx| async move {
            let written = TokenWrite {
                hash: &[1; 32],
                id: token,
                kind: TokenKind::Static,
                name: Some("hr"),
                grant: None,
                client_id: None,
                user: None,
                scope: "scim",
                created_at: at,
                expires_at: None,
            };
            store::tokens::insert(&mut tx, written).await?;
            let record = store::connections::find(&mut tx, &token.to_string()).await?.unwrap();
            store::connections::set_policy(&mut tx, &record, "{\"of\":\"tomorrow\"}").await
        };
        platform.db().write(actor.tenant, insert).await.unwrap();
        let broken = |result: Result<Connection, ConnectionError>| {
            matches!(result, Err(ConnectionError::Store(
                store::Error::Inconsistent { table: "tokens", id: row })) if row == id)
        };
        assert!(broken(get(platform, actor, &id).await));
        assert!(broken(set_policy(platform, actor, &id, PolicyChange::default()).await));
        assert!(broken(get(platform, actor, &id).await), "it was not written over");
    }
}
