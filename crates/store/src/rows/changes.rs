//! The change log: append only, one row for every mutation, skip, repair and refusal.

pub mod search;

use crate::{Error, Param, Row, Timestamp, Tx};
use uuid::Uuid;

statements! {
    APPEND = "INSERT INTO changes (tenant_id, at, actor_kind, actor_id, actor_name, connection, request_id,
            operation, resource_type, resource_id, difference, reason, event)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// One look into the index for each stretch of the log, so the log's length costs 60 looks a
    /// million rows.
    OF_RESOURCE = "WITH RECURSIVE stretches (number) AS (
            SELECT 0
            UNION ALL
            SELECT number + 1 FROM stretches WHERE number < (SELECT MAX(seq) >> 14 FROM changes))
        SELECT c.seq, c.at, c.actor_kind, c.actor_id, c.actor_name, c.connection, c.request_id, c.operation,
            c.resource_type, c.resource_id, c.difference, c.reason, c.event
        FROM stretches AS s CROSS JOIN changes AS c
        WHERE c.tenant_id = $1 AND (c.seq >> 14) = s.number AND c.resource_id = $2 ORDER BY c.seq";
    LATEST = "SELECT seq, at, actor_kind, actor_id, actor_name, connection, request_id, operation,
            resource_type, resource_id, difference, reason, event
        FROM changes WHERE tenant_id = $1 ORDER BY at DESC, seq DESC LIMIT $2";
    COUNT_SINCE = "SELECT COUNT(*) FROM (SELECT 1 FROM changes WHERE tenant_id = $1 AND at >= $2 LIMIT $3) AS c";
    COUNT_DISTINCT = "SELECT COUNT(DISTINCT resource_id) FROM changes WHERE tenant_id = $1 AND reason = $2";
}

#[derive(Clone, Copy, Debug)]
pub struct ChangeWrite<'a> {
    pub at: Timestamp,
    pub actor_kind: &'a str,
    pub actor_id: Option<&'a str>,
    pub actor_name: &'a str,
    pub connection: Option<&'a str>,
    pub request_id: Option<&'a str>,
    pub operation: &'a str,
    pub resource_type: &'a str,
    pub resource_id: Option<Uuid>,
    pub difference: Option<&'a str>,
    pub reason: &'a str,
    /// JSON: what happened, as the domain's events.
    pub event: &'a str,
}

#[derive(Clone, Debug)]
pub struct ChangeRecord {
    pub sequence: i64,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub actor_name: String,
    pub connection: Option<String>,
    pub request_id: Option<String>,
    pub operation: String,
    pub resource_type: String,
    pub resource_id: Option<Uuid>,
    pub difference: Option<String>,
    pub reason: String,
    /// JSON: what happened, as the domain's events.
    pub event: String,
}

fn from_row(row: &Row<'_>) -> Result<ChangeRecord, Error> {
    Ok(ChangeRecord {
        sequence: row.get(0)?,
        at: row.get(1)?,
        actor_kind: row.get(2)?,
        actor_id: row.get(3)?,
        actor_name: row.get(4)?,
        connection: row.get(5)?,
        request_id: row.get(6)?,
        operation: row.get(7)?,
        resource_type: row.get(8)?,
        resource_id: row.get(9)?,
        difference: row.get(10)?,
        reason: row.get(11)?,
        event: row.get(12)?,
    })
}

pub async fn append(tx: &mut Tx, change: ChangeWrite<'_>) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Int(change.at.micros()),
        Param::Text(change.actor_kind),
        Param::OptText(change.actor_id),
        Param::Text(change.actor_name),
        Param::OptText(change.connection),
        Param::OptText(change.request_id),
        Param::Text(change.operation),
        Param::Text(change.resource_type),
        Param::OptId(change.resource_id),
        Param::OptText(change.difference),
        Param::Text(change.reason),
        Param::Text(change.event),
    ];
    let _ = tx.post(APPEND, &params).await?;
    Ok(())
}

/// Everything that happened to one resource, the oldest first.
pub async fn of_resource(tx: &mut Tx, resource: Uuid) -> Result<Vec<ChangeRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(OF_RESOURCE, &[Param::Id(tenant), Param::Id(resource)], from_row).await
}

/// The newest first.
pub async fn latest(tx: &mut Tx, limit: i64) -> Result<Vec<ChangeRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(LATEST, &[Param::Id(tenant), Param::Int(limit)], from_row).await
}

/// How many distinct resources the log names with this reason.
pub async fn count_distinct(tx: &mut Tx, reason: &str) -> Result<i64, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Text(reason)];
    tx.fetch_one(COUNT_DISTINCT, &params, |row| row.get(0)).await
}

/// How many changes there are since a moment, counted no further than `most`.
pub async fn count_since(tx: &mut Tx, since: Timestamp, most: i64) -> Result<i64, Error> {
    let params = [Param::Id(tx.tenant().uuid()), Param::Int(since.micros()), Param::Int(most)];
    tx.fetch_one(COUNT_SINCE, &params, |row| row.get(0)).await
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

    use uuid::Uuid;

    use super::{ChangeWrite, OF_RESOURCE, append, of_resource};
    use crate::{Db, Durability, Error, Location, Options, Param, TenantId, Timestamp};

    fn change(number: i64, resource: Uuid) -> ChangeWrite<'static> {
        ChangeWrite {
            at: Timestamp::from_micros(number),
            actor_kind: "system",
            actor_id: None,
            actor_name: "test",
            connection: None,
            request_id: None,
            operation: "patch",
            resource_type: "User",
            resource_id: Some(resource),
            difference: None,
            reason: "changed",
            event: "{}",
        }
    }

    #[tokio::test]
    async fn the_history_of_a_resource_reaches_over_all_stretches() {
        const ROWS: i64 = 3 << 14;
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite { path: folder.path().join("seatlink.db") };
        let db = Db::open(Options { location, durability: Durability::Normal }).await.unwrap();
        let tenant = TenantId::from(Uuid::from_u128(1));
        let (rare, common) = (Uuid::from_u128(2), Uuid::from_u128(3));
        let written: Result<(), Error> = db
            .write(tenant, move |mut tx| async move {
                for number in 0..ROWS {
                    let resource = if number % 10_000 == 0 { rare } else { common };
                    append(&mut tx, change(number, resource)).await?;
                }
                Ok(())
            })
            .await;
        written.unwrap();
        let found: Result<_, Error> =
            db.scan(tenant, move |mut tx| async move { of_resource(&mut tx, rare).await }).await;
        let times: Vec<i64> = found.unwrap().iter().map(|change| change.at.micros()).collect();
        assert_eq!(times, [0, 10_000, 20_000, 30_000, 40_000]);

        let asked = OF_RESOURCE.text(crate::Dialect::Sqlite);
        let plan: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {asked}").into());
        let steps: Result<Vec<String>, Error> = db
            .scan(tenant, move |mut tx| async move {
                tx.fetch_all(plan, &[Param::Null, Param::Null], |row| row.get(3)).await
            })
            .await;
        let steps = steps.unwrap();
        let reached = "ix_changes_resource (tenant_id=? AND <expr>=? AND resource_id=?)";
        assert!(steps.iter().any(|step| step.contains(reached)), "{steps:#?}");
    }
}
