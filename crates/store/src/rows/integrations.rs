//! Integrations of the sending side, the authorizations they wait for, and who is assigned to them.

use crate::{Error, IntegrationId, Param, Row, SqlBuf, SystemTx, TenantId, Timestamp, Tx, UserId};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO integrations (tenant_id, id, app_name, label, settings, secrets, status, status_reason, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    UPDATE = "UPDATE integrations SET label = $3, settings = $4, status = $5, status_reason = $6
        WHERE tenant_id = $1 AND id = $2";
    UPDATE_SECRETS = "UPDATE integrations SET secrets = $3 WHERE tenant_id = $1 AND id = $2";
    FIND = "SELECT tenant_id, id, app_name, label, settings, secrets, status, status_reason, created_at
        FROM integrations WHERE tenant_id = $1 AND id = $2";
    LOCK = "SELECT tenant_id, id, app_name, label, settings, secrets, status, status_reason, created_at
        FROM integrations WHERE tenant_id = $1 AND id = $2 FOR UPDATE";
    FIND_BY_APP_NAME = "SELECT tenant_id, id, app_name, label, settings, secrets, status, status_reason, created_at
        FROM integrations WHERE tenant_id = $1 AND app_name = $2";
    LIST = "SELECT tenant_id, id, app_name, label, settings, secrets, status, status_reason, created_at
        FROM integrations WHERE tenant_id = $1 ORDER BY app_name";
    INSERT_PENDING = "INSERT INTO pending_authorizations (state_hash, tenant_id, integration_id, sealed, expires_at)
        VALUES ($1, $2, $3, $4, $5)";
    TAKE_PENDING = "DELETE FROM pending_authorizations WHERE state_hash = $1
        RETURNING tenant_id, integration_id, sealed, expires_at";
    /// The table holds authorizations that wait for a browser, so few that no index is worth its
    /// writes.
    DELETE_EXPIRED_PENDING = "DELETE FROM pending_authorizations WHERE expires_at < $1";
    ASSIGN_GROUP = "INSERT INTO assignments (tenant_id, integration_id, subject_id, subject_type, created_at)
        VALUES ($1, $2, $3, 'Group', $4)
        ON CONFLICT (tenant_id, integration_id, subject_id) DO NOTHING";
    UNASSIGN = "DELETE FROM assignments WHERE tenant_id = $1 AND integration_id = $2 AND subject_id = $3";
    UNASSIGN_EVERYWHERE = "DELETE FROM assignments WHERE tenant_id = $1 AND subject_id = $2";
    /// The person is the first of the subjects looked for: `subject_id = $3 OR …` would read every
    /// assignment.
    IS_ASSIGNED = "WITH RECURSIVE above (id) AS (
            SELECT u.id FROM users u WHERE u.tenant_id = $1 AND u.id = $3
            UNION
            SELECT m.group_id FROM above a CROSS JOIN memberships m WHERE m.tenant_id = $1 AND m.member_id = a.id
        )
        SELECT 1 FROM above g CROSS JOIN assignments a
        WHERE a.tenant_id = $1 AND a.integration_id = $2 AND a.subject_id = g.id LIMIT 1";
    OF_GROUP = "WITH RECURSIVE above (id) AS (
            SELECT g.id FROM groups g WHERE g.tenant_id = $1 AND g.id = $2
            UNION
            SELECT m.group_id FROM above a CROSS JOIN memberships m WHERE m.tenant_id = $1 AND m.member_id = a.id
        )
        SELECT DISTINCT a.integration_id FROM above g CROSS JOIN assignments a
        WHERE a.tenant_id = $1 AND a.subject_id = g.id ORDER BY a.integration_id";
}

#[derive(Clone, Debug)]
pub struct IntegrationRecord {
    pub tenant: TenantId,
    pub id: IntegrationId,
    pub app_name: String,
    pub label: String,
    /// JSON; its shape belongs to `domain`.
    pub settings: String,
    /// Credentials, sealed.
    pub secrets: Option<Vec<u8>>,
    pub status: String,
    pub status_reason: Option<String>,
    pub created_at: Timestamp,
}

fn from_row(row: &Row<'_>) -> Result<IntegrationRecord, Error> {
    Ok(IntegrationRecord {
        tenant: row.get(0)?,
        id: row.get(1)?,
        app_name: row.get(2)?,
        label: row.get(3)?,
        settings: row.get(4)?,
        secrets: row.get(5)?,
        status: row.get(6)?,
        status_reason: row.get(7)?,
        created_at: row.get(8)?,
    })
}

pub async fn insert(tx: &mut Tx, record: &IntegrationRecord) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(record.id.uuid()),
        Param::Text(&record.app_name),
        Param::Text(&record.label),
        Param::Text(&record.settings),
        Param::OptBytes(record.secrets.as_deref()),
        Param::Text(&record.status),
        Param::OptText(record.status_reason.as_deref()),
        Param::Int(record.created_at.micros()),
    ];
    tx.execute(INSERT, &params).await?;
    Ok(())
}

/// Writes label, settings and status; secrets and name have their own ways.
pub async fn update(tx: &mut Tx, record: &IntegrationRecord) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(record.id.uuid()),
        Param::Text(&record.label),
        Param::Text(&record.settings),
        Param::Text(&record.status),
        Param::OptText(record.status_reason.as_deref()),
    ];
    tx.execute(UPDATE, &params).await?;
    Ok(())
}

pub async fn update_secrets(tx: &mut Tx, id: IntegrationId, sealed: &[u8]) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(id.uuid()), Param::Bytes(sealed)];
    tx.execute(UPDATE_SECRETS, &params).await?;
    Ok(())
}

pub async fn find(tx: &mut Tx, id: IntegrationId) -> Result<Option<IntegrationRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

/// Reads the integration and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &mut Tx, id: IntegrationId) -> Result<Option<IntegrationRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(LOCK, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

pub async fn find_by_app_name(
    tx: &mut Tx,
    app_name: &str,
) -> Result<Option<IntegrationRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Text(app_name)];
    tx.fetch_optional(FIND_BY_APP_NAME, &params, from_row).await
}

pub async fn list(tx: &mut Tx) -> Result<Vec<IntegrationRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(LIST, &[Param::Id(tenant)], from_row).await
}

pub async fn insert_pending(
    tx: &mut Tx,
    state_hash: &[u8],
    id: IntegrationId,
    sealed: &[u8],
    expires_at: Timestamp,
) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Bytes(state_hash),
        Param::Id(tenant),
        Param::Id(id.uuid()),
        Param::Bytes(sealed),
        Param::Int(expires_at.micros()),
    ];
    tx.execute(INSERT_PENDING, &params).await?;
    Ok(())
}

/// What was pending under this state, once. The callback names no tenant.
pub async fn take_pending(
    tx: &mut SystemTx,
    state_hash: &[u8],
) -> Result<Option<(TenantId, IntegrationId, Vec<u8>, Timestamp)>, Error> {
    tx.fetch_optional(TAKE_PENDING, &[Param::Bytes(state_hash)], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })
    .await
}

/// Removes authorizations that nobody came back from.
pub async fn delete_expired_pending(tx: &mut SystemTx, before: Timestamp) -> Result<u64, Error> {
    tx.execute(DELETE_EXPIRED_PENDING, &[Param::Int(before.micros())]).await
}

/// Assigns those of `users` that exist; the answer counts new assignments.
pub async fn assign_users(
    tx: &mut Tx,
    id: IntegrationId,
    users: &[Uuid],
    at: Timestamp,
) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push("INSERT INTO assignments (tenant_id, integration_id, subject_id, subject_type, created_at) SELECT tenant_id, ");
    sql.bind_typed(Param::Id(id.uuid())).push(", id, 'User', ").bind_typed(Param::Int(at.micros()));
    sql.push(" FROM users WHERE tenant_id = ")
        .bind(Param::Id(tenant))
        .push(" AND id ")
        .in_ids(users);
    // Nobody is assigned who is being deleted.
    sql.push(" FOR KEY SHARE ON CONFLICT (tenant_id, integration_id, subject_id) DO NOTHING");
    tx.execute(&sql, &[]).await
}

pub async fn assign_group(
    tx: &mut Tx,
    id: IntegrationId,
    group: Uuid,
    at: Timestamp,
) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params =
        [Param::Id(tenant), Param::Id(id.uuid()), Param::Id(group), Param::Int(at.micros())];
    Ok(tx.execute(ASSIGN_GROUP, &params).await? == 1)
}

pub async fn unassign(tx: &mut Tx, id: IntegrationId, subject: Uuid) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(id.uuid()), Param::Id(subject)];
    Ok(tx.execute(UNASSIGN, &params).await? == 1)
}

pub async fn unassign_users(tx: &mut Tx, id: IntegrationId, users: &[Uuid]) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push("DELETE FROM assignments WHERE tenant_id = ").bind(Param::Id(tenant));
    sql.push(" AND integration_id = ").bind(Param::Id(id.uuid()));
    sql.push(" AND subject_id ").in_ids(users);
    tx.execute(&sql, &[]).await
}

/// Ends every direct assignment of a user or group.
pub async fn unassign_everywhere(tx: &mut Tx, subject: Uuid) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    tx.execute(UNASSIGN_EVERYWHERE, &[Param::Id(tenant), Param::Id(subject)]).await
}

/// Whether the user is assigned, directly or through any group above.
pub async fn is_assigned(tx: &mut Tx, id: IntegrationId, user: UserId) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(id.uuid()), Param::Id(user.uuid())];
    Ok(tx.fetch_optional(IS_ASSIGNED, &params, |_| Ok(())).await?.is_some())
}

/// The integrations that the group, or any group above it, is assigned to.
pub async fn of_group(tx: &mut Tx, group: Uuid) -> Result<Vec<IntegrationId>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(OF_GROUP, &[Param::Id(tenant), Param::Id(group)], |row| row.get(0)).await
}
