//! Work items: one row for each subject an integration has to reconcile, whatever happened how
//! often.
//!
//! A need that arises while the item is being worked on raises its generation, and finishing
//! deletes only the generation that was leased.

use crate::{
    Error, IntegrationId, Param, Posted, Row, SqlBuf, Subject, SystemTx, TenantId, Timestamp, Tx,
    UserId,
};
use uuid::Uuid;

statements! {
    /// Each integration is asked, so that a tenant without any looks no further.
    ENQUEUE_USER = "WITH RECURSIVE above (id) AS (
            SELECT group_id FROM memberships WHERE tenant_id = $1 AND member_id = $2
            UNION
            SELECT m.group_id FROM above a CROSS JOIN memberships m WHERE m.tenant_id = $1 AND m.member_id = a.id
        )
        INSERT INTO work (tenant_id, integration_id, subject_type, subject_id, state, priority, generation, due_at, attempts, updated_at)
        SELECT i.tenant_id, i.id, 'User', u.id, 'due', $3, 1, $4, 0, $4
        FROM integrations i CROSS JOIN users u
        WHERE i.tenant_id = $1 AND u.tenant_id = $1 AND u.id = $2 AND (
            EXISTS (SELECT 1 FROM assignments s
                WHERE s.tenant_id = $1 AND s.integration_id = i.id AND s.subject_id = $2)
            OR EXISTS (SELECT 1 FROM links l
                WHERE l.tenant_id = $1 AND l.integration_id = i.id AND l.subject_type = 'User' AND l.subject_id = $2)
            OR EXISTS (SELECT 1 FROM above g CROSS JOIN assignments s
                WHERE s.tenant_id = $1 AND s.integration_id = i.id AND s.subject_id = g.id))
        ORDER BY i.id
        ON CONFLICT (tenant_id, integration_id, subject_type, subject_id) DO UPDATE
        SET state = 'due', generation = work.generation + 1, attempts = 0, due_at = excluded.due_at,
            updated_at = excluded.updated_at,
            priority = CASE WHEN excluded.priority < work.priority THEN excluded.priority ELSE work.priority END";
    ENQUEUE_INTEGRATION = "WITH RECURSIVE below (id) AS (
            SELECT subject_id FROM assignments WHERE tenant_id = $1 AND integration_id = $2
            UNION
            SELECT m.member_id FROM below b CROSS JOIN memberships m WHERE m.tenant_id = $1 AND m.group_id = b.id
        )
        INSERT INTO work (tenant_id, integration_id, subject_type, subject_id, state, priority, generation, due_at, attempts, updated_at)
        SELECT c.tenant_id, $2, c.subject_type, c.subject_id, 'due', 1, 1, $3, 0, $3
        FROM (
            SELECT u.tenant_id, 'User' AS subject_type, u.id AS subject_id FROM below b CROSS JOIN users u
            WHERE u.tenant_id = $1 AND u.id = b.id
            UNION
            SELECT tenant_id, subject_type, subject_id FROM links WHERE tenant_id = $1 AND integration_id = $2
        ) c
        WHERE c.tenant_id = $1
        ON CONFLICT (tenant_id, integration_id, subject_type, subject_id) DO UPDATE
        SET state = 'due', generation = work.generation + 1, attempts = 0, due_at = excluded.due_at,
            updated_at = excluded.updated_at";
    RETRY_ATTENTION = "UPDATE work SET state = 'due', attempts = 0, due_at = $3, updated_at = $3
        WHERE tenant_id = $1 AND integration_id = $2 AND state = 'attention'";
    RETRY_ONE = "UPDATE work SET state = 'due', attempts = 0, due_at = $5, updated_at = $5
        WHERE tenant_id = $1 AND integration_id = $2 AND subject_type = $3 AND subject_id = $4";
    WITH_DUE = "SELECT i.tenant_id, i.id FROM integrations i WHERE i.status = 'ready' AND EXISTS (
            SELECT 1 FROM work w WHERE w.tenant_id = i.tenant_id AND w.integration_id = i.id
                AND w.state = 'due' AND w.due_at <= $1 AND (w.lease_until IS NULL OR w.lease_until <= $1))";
    NEXT_DUE = "SELECT MIN(CASE WHEN w.lease_until IS NOT NULL AND w.lease_until > w.due_at
                THEN w.lease_until ELSE w.due_at END)
        FROM work w JOIN integrations i ON i.tenant_id = w.tenant_id AND i.id = w.integration_id
        WHERE w.state = 'due' AND i.status = 'ready'";
    /// Deactivations first, skipping what another node is taking at this moment.
    LEASE = "UPDATE work SET lease_owner = $3, lease_until = $4
        WHERE tenant_id = $1 AND integration_id = $2 AND (subject_type, subject_id) IN (
            SELECT subject_type, subject_id FROM work
            WHERE tenant_id = $1 AND integration_id = $2 AND state = 'due' AND due_at <= $5
                AND (lease_until IS NULL OR lease_until <= $5)
            ORDER BY priority, due_at LIMIT $6 FOR UPDATE SKIP LOCKED)
        RETURNING subject_type, subject_id, generation, attempts";
    DONE = "DELETE FROM work
        WHERE tenant_id = $1 AND integration_id = $2 AND subject_type = $3 AND subject_id = $4 AND generation = $5";
    RELEASE = "UPDATE work SET lease_owner = NULL, lease_until = NULL
        WHERE tenant_id = $1 AND integration_id = $2 AND subject_type = $3 AND subject_id = $4";
    RETRY_LATER = "UPDATE work SET lease_owner = NULL, lease_until = NULL, attempts = attempts + 1, due_at = $6,
            last_error = $7, last_code = $8, updated_at = $9
        WHERE tenant_id = $1 AND integration_id = $2 AND subject_type = $3 AND subject_id = $4 AND generation = $5";
    NEEDS_ATTENTION = "UPDATE work SET lease_owner = NULL, lease_until = NULL, attempts = attempts + 1, state = 'attention',
            last_error = $6, last_code = $7, updated_at = $8
        WHERE tenant_id = $1 AND integration_id = $2 AND subject_type = $3 AND subject_id = $4 AND generation = $5";
    RELEASE_OWNER = "UPDATE work SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = $1";
    RELEASE_ALL = "UPDATE work SET lease_owner = NULL, lease_until = NULL WHERE lease_owner IS NOT NULL";
    COUNT = "SELECT COUNT(*) FROM work WHERE tenant_id = $1 AND integration_id = $2 AND state = $3";
    FIND = "SELECT subject_type, subject_id, state, attempts, due_at, last_error, last_code FROM work
        WHERE tenant_id = $1 AND integration_id = $2 AND subject_type = $3 AND subject_id = $4";
    LIST_STATE = "SELECT subject_type, subject_id, state, attempts, due_at, last_error, last_code FROM work
        WHERE tenant_id = $1 AND integration_id = $2 AND state = $3 ORDER BY updated_at DESC, subject_id LIMIT $4";
    HASTEN = "UPDATE work SET due_at = $3, attempts = 0
        WHERE tenant_id = $1 AND integration_id = $2 AND state = 'due' AND due_at > $3";
    PAUSE = "UPDATE work SET due_at = $3 WHERE tenant_id = $1 AND integration_id = $2 AND state = 'due' AND due_at < $3";
}

/// One item taken to be worked on.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRecord {
    pub subject: Subject,
    pub generation: i64,
    pub attempts: i64,
}

#[derive(Clone, Debug)]
pub struct WorkRecord {
    pub subject: Subject,
    pub state: String,
    pub attempts: i64,
    pub due_at: Timestamp,
    pub last_error: Option<String>,
    pub last_code: Option<String>,
}

/// Which of an integration's items comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Priority {
    /// Access that must end.
    First,
    Normal,
}

impl Priority {
    const fn rank(self) -> i64 {
        match self {
            Self::First => 0,
            Self::Normal => 1,
        }
    }
}

/// An item wherever the person is assigned, directly or through groups, or already has an account;
/// as many rows.
pub async fn enqueue_user(
    tx: &mut Tx,
    user: UserId,
    priority: Priority,
    at: Timestamp,
) -> Result<Posted, Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(user.uuid()),
        Param::Int(priority.rank()),
        Param::Int(at.micros()),
    ];
    tx.post(ENQUEUE_USER, &params).await
}

/// An item of one integration for each of `users` that exists.
pub async fn enqueue_users(
    tx: &mut Tx,
    integration: IntegrationId,
    users: &[Uuid],
    priority: Priority,
    at: Timestamp,
) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push("INSERT INTO work (tenant_id, integration_id, subject_type, subject_id, state, priority, generation, due_at, attempts, updated_at) SELECT tenant_id, ");
    sql.bind_typed(Param::Id(integration.uuid())).push(", 'User', id, 'due', ");
    sql.bind_typed(Param::Int(priority.rank())).push(", 1, ");
    sql.bind_typed(Param::Int(at.micros())).push(", 0, ").bind_typed(Param::Int(at.micros()));
    sql.push(" FROM users WHERE tenant_id = ")
        .bind(Param::Id(tenant))
        .push(" AND id ")
        .in_ids(users);
    // Items are met in one order, integration by integration, so that nobody waits for each other.
    sql.push(
        " ORDER BY id ON CONFLICT (tenant_id, integration_id, subject_type, subject_id) DO UPDATE
        SET state = 'due', generation = work.generation + 1, attempts = 0, due_at = excluded.due_at,
            updated_at = excluded.updated_at,
            priority = CASE WHEN excluded.priority < work.priority THEN excluded.priority ELSE work.priority END",
    );
    tx.execute(&sql, &[]).await
}

/// An item for everyone assigned by any path, or linked.
pub async fn enqueue_integration(
    tx: &mut Tx,
    integration: IntegrationId,
    at: Timestamp,
) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(integration.uuid()), Param::Int(at.micros())];
    tx.execute(ENQUEUE_INTEGRATION, &params).await
}

/// Puts everything that needs attention back to be tried.
pub async fn retry_attention(
    tx: &mut Tx,
    integration: IntegrationId,
    at: Timestamp,
) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(integration.uuid()), Param::Int(at.micros())];
    tx.execute(RETRY_ATTENTION, &params).await
}

pub async fn retry_one(
    tx: &mut Tx,
    integration: IntegrationId,
    subject: Subject,
    at: Timestamp,
) -> Result<bool, Error> {
    let [tenant, integration, kind, id] = subject.at(integration, tx);
    let params = [tenant, integration, kind, id, Param::Int(at.micros())];
    Ok(tx.execute(RETRY_ONE, &params).await? == 1)
}

pub async fn integrations_with_due(
    tx: &mut SystemTx,
    now: Timestamp,
) -> Result<Vec<(TenantId, IntegrationId)>, Error> {
    tx.fetch_all(WITH_DUE, &[Param::Int(now.micros())], |row| Ok((row.get(0)?, row.get(1)?))).await
}

pub async fn next_due(tx: &mut SystemTx) -> Result<Option<Timestamp>, Error> {
    tx.fetch_one(NEXT_DUE, &[], |row| row.get(0)).await
}

pub async fn lease(
    tx: &mut Tx,
    integration: IntegrationId,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<LeaseRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(integration.uuid()),
        Param::Text(owner),
        Param::Int(until.micros()),
        Param::Int(now.micros()),
        Param::Int(limit),
    ];
    tx.fetch_all(LEASE, &params, |row| {
        Ok(LeaseRecord {
            subject: Subject::of(row, 0)?,
            generation: row.get(2)?,
            attempts: row.get(3)?,
        })
    })
    .await
}

/// Ends the item, or frees it when a newer need has arisen meanwhile.
pub async fn finish(
    tx: &mut Tx,
    integration: IntegrationId,
    lease: LeaseRecord,
) -> Result<(), Error> {
    let [tenant, integration, kind, id] = lease.subject.at(integration, tx);
    let params = [tenant, integration, kind, id, Param::Int(lease.generation)];
    if tx.execute(DONE, &params).await? == 0 {
        tx.execute(RELEASE, &params[..4]).await?;
    }
    Ok(())
}

/// Frees the item to be tried again at `due`.
pub async fn retry_later(
    tx: &mut Tx,
    integration: IntegrationId,
    lease: LeaseRecord,
    due: Timestamp,
    code: &str,
    error: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let [tenant, integration, kind, id] = lease.subject.at(integration, tx);
    let params = [
        tenant,
        integration,
        kind,
        id,
        Param::Int(lease.generation),
        Param::Int(due.micros()),
        Param::Text(error),
        Param::Text(code),
        Param::Int(now.micros()),
    ];
    if tx.execute(RETRY_LATER, &params).await? == 0 {
        tx.execute(RELEASE, &params[..4]).await?;
    }
    Ok(())
}

/// Sets the item aside until somebody asks for it again or the person changes.
pub async fn needs_attention(
    tx: &mut Tx,
    integration: IntegrationId,
    lease: LeaseRecord,
    code: &str,
    error: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let [tenant, integration, kind, id] = lease.subject.at(integration, tx);
    let params = [
        tenant,
        integration,
        kind,
        id,
        Param::Int(lease.generation),
        Param::Text(error),
        Param::Text(code),
        Param::Int(now.micros()),
    ];
    if tx.execute(NEEDS_ATTENTION, &params).await? == 0 {
        tx.execute(RELEASE, &params[..4]).await?;
    }
    Ok(())
}

/// Makes everything that waits for a later try due at once: what it waited for has changed.
pub async fn hasten(tx: &mut Tx, integration: IntegrationId, at: Timestamp) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(integration.uuid()), Param::Int(at.micros())];
    tx.execute(HASTEN, &params).await
}

/// Moves everything due before `until` to `until`: the target asked for a pause.
pub async fn pause(
    tx: &mut Tx,
    integration: IntegrationId,
    until: Timestamp,
) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(integration.uuid()), Param::Int(until.micros())];
    tx.execute(PAUSE, &params).await
}

/// Frees an item that was leased and not tried, whatever need has arisen since.
pub async fn give_back(
    tx: &mut Tx,
    integration: IntegrationId,
    lease: LeaseRecord,
) -> Result<(), Error> {
    let params = lease.subject.at(integration, tx);
    tx.execute(RELEASE, &params).await?;
    Ok(())
}

pub async fn release_owner(tx: &mut SystemTx, owner: &str) -> Result<u64, Error> {
    tx.execute(RELEASE_OWNER, &[Param::Text(owner)]).await
}

/// Frees every lease. Only for a store that a single process can work on: its owner is then dead.
pub async fn release_all(tx: &mut SystemTx) -> Result<u64, Error> {
    tx.execute(RELEASE_ALL, &[]).await
}

pub async fn count(tx: &mut Tx, integration: IntegrationId, state: &str) -> Result<i64, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(integration.uuid()), Param::Text(state)];
    tx.fetch_one(COUNT, &params, |row| row.get(0)).await
}

fn from_row(row: &Row<'_>) -> Result<WorkRecord, Error> {
    Ok(WorkRecord {
        subject: Subject::of(row, 0)?,
        state: row.get(2)?,
        attempts: row.get(3)?,
        due_at: row.get(4)?,
        last_error: row.get(5)?,
        last_code: row.get(6)?,
    })
}

pub async fn find(
    tx: &mut Tx,
    integration: IntegrationId,
    subject: Subject,
) -> Result<Option<WorkRecord>, Error> {
    let params = subject.at(integration, tx);
    tx.fetch_optional(FIND, &params, from_row).await
}

pub async fn list(
    tx: &mut Tx,
    integration: IntegrationId,
    state: &str,
    limit: i64,
) -> Result<Vec<WorkRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let params =
        [Param::Id(tenant), Param::Id(integration.uuid()), Param::Text(state), Param::Int(limit)];
    tx.fetch_all(LIST_STATE, &params, from_row).await
}
