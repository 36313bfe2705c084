//! The connections provisioning clients come in by: OAuth clients and static tokens, with their
//! policy and with the counters of what was repaired for them.

use crate::{AppId, Error, Param, Row, SystemTx, TenantId, Timestamp, TokenId, Tx};

statements! {
    CLIENTS = "SELECT c.id, a.id, a.name, c.enabled, c.policy, c.last_used_at
        FROM clients c JOIN apps a ON a.tenant_id = c.tenant_id AND a.id = c.app_id
        WHERE c.tenant_id = $1 ORDER BY c.id";
    CLIENT = "SELECT c.id, a.id, a.name, c.enabled, c.policy, c.last_used_at
        FROM clients c JOIN apps a ON a.tenant_id = c.tenant_id AND a.id = c.app_id
        WHERE c.tenant_id = $1 AND c.id = $2";
    TOKENS = "SELECT id, name, revoked_at, policy, last_used_at
        FROM tokens WHERE tenant_id = $1 AND kind = 'static' ORDER BY id";
    TOKEN = "SELECT id, name, revoked_at, policy, last_used_at
        FROM tokens WHERE tenant_id = $1 AND id = $2 AND kind = 'static'";
    SET_CLIENT = @changing_access "UPDATE clients SET policy = $3 WHERE tenant_id = $1 AND id = $2";
    SET_TOKEN = @changing_access "UPDATE tokens SET policy = $3 WHERE tenant_id = $1 AND id = $2";
    COUNT_REPAIRS = "INSERT INTO repairs (tenant_id, connection, quirk, times, first_at, last_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, connection, quirk) DO UPDATE SET times = repairs.times + excluded.times,
            last_at = CASE WHEN excluded.last_at > repairs.last_at THEN excluded.last_at ELSE repairs.last_at END";
    REPAIRS = "SELECT connection, quirk, times, first_at, last_at FROM repairs
        WHERE tenant_id = $1 ORDER BY connection, quirk";
    REPAIRS_OF = "SELECT connection, quirk, times, first_at, last_at FROM repairs
        WHERE tenant_id = $1 AND connection = $2 ORDER BY quirk";
}

/// What a connection hangs from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    Application(AppId),
    StaticToken(TokenId),
}

#[derive(Clone, Debug)]
pub struct ConnectionRecord {
    /// The client id of an application, or a token's id.
    pub id: String,
    pub origin: Origin,
    pub name: String,
    /// Neither disabled nor revoked.
    pub open: bool,
    /// JSON; `None` is the default.
    pub policy: Option<String>,
    pub last_used_at: Option<Timestamp>,
}

/// How often one deviation was met on one connection.
#[derive(Clone, Debug)]
pub struct RepairsRecord {
    pub connection: String,
    pub quirk: String,
    pub times: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

fn client(row: &Row<'_>) -> Result<ConnectionRecord, Error> {
    Ok(ConnectionRecord {
        id: row.get(0)?,
        origin: Origin::Application(row.get(1)?),
        name: row.get(2)?,
        open: row.get(3)?,
        policy: row.get(4)?,
        last_used_at: row.get(5)?,
    })
}

fn token(row: &Row<'_>) -> Result<ConnectionRecord, Error> {
    let id: TokenId = row.get(0)?;
    let revoked_at: Option<Timestamp> = row.get(2)?;
    Ok(ConnectionRecord {
        id: id.to_string(),
        origin: Origin::StaticToken(id),
        name: row.opt_text(1)?.unwrap_or_default().to_owned(),
        open: revoked_at.is_none(),
        policy: row.get(3)?,
        last_used_at: row.get(4)?,
    })
}

fn repairs(row: &Row<'_>) -> Result<RepairsRecord, Error> {
    Ok(RepairsRecord {
        connection: row.get(0)?,
        quirk: row.get(1)?,
        times: row.get(2)?,
        first_at: row.get(3)?,
        last_at: row.get(4)?,
    })
}

pub async fn list(tx: &mut Tx) -> Result<Vec<ConnectionRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let mut all = tx.fetch_all(CLIENTS, &[Param::Id(tenant)], client).await?;
    all.extend(tx.fetch_all(TOKENS, &[Param::Id(tenant)], token).await?);
    Ok(all)
}

pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<ConnectionRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let found = tx.fetch_optional(CLIENT, &[Param::Id(tenant), Param::Text(id)], client).await?;
    match (found, id.parse::<TokenId>()) {
        (None, Ok(id)) => {
            tx.fetch_optional(TOKEN, &[Param::Id(tenant), Param::Id(id.uuid())], token).await
        }
        (found, _) => Ok(found),
    }
}

pub async fn set_policy(
    tx: &mut Tx,
    connection: &ConnectionRecord,
    policy: &str,
) -> Result<(), Error> {
    let tenant = Param::Id(tx.tenant().uuid());
    let policy = Param::Text(policy);
    match connection.origin {
        Origin::Application(_) => {
            tx.execute(SET_CLIENT, &[tenant, Param::Text(&connection.id), policy]).await?
        }
        Origin::StaticToken(id) => {
            tx.execute(SET_TOKEN, &[tenant, Param::Id(id.uuid()), policy]).await?
        }
    };
    Ok(())
}

/// Adds to the counter of one deviation. Written in batches, behind the requests.
pub async fn count_repairs(
    tx: &mut SystemTx,
    tenant: TenantId,
    counted: &RepairsRecord,
) -> Result<(), Error> {
    let params = [
        Param::Id(tenant.uuid()),
        Param::Text(&counted.connection),
        Param::Text(&counted.quirk),
        Param::Int(counted.times),
        Param::Int(counted.first_at.micros()),
        Param::Int(counted.last_at.micros()),
    ];
    tx.execute(COUNT_REPAIRS, &params).await?;
    Ok(())
}

/// The counters of one connection, or of all.
pub async fn list_repairs(
    tx: &mut Tx,
    connection: Option<&str>,
) -> Result<Vec<RepairsRecord>, Error> {
    let tenant = Param::Id(tx.tenant().uuid());
    match connection {
        Some(id) => tx.fetch_all(REPAIRS_OF, &[tenant, Param::Text(id)], repairs).await,
        None => tx.fetch_all(REPAIRS, &[tenant], repairs).await,
    }
}
