//! The log searched, the newest rows first.
//!
//! Rows are looked at in stretches that an index gives in order, by time or of one resource, and
//! filtered; so a search costs what it looks at, however long the log is, and says where it
//! stopped.

use uuid::Uuid;

use super::{ChangeRecord, from_row};
use crate::{Dialect, Error, Param, Session, SqlBuf, Timestamp, Tx};

statements! {
    NEWEST = "SELECT COALESCE(MAX(seq), 0) FROM changes";
}

/// What rows have to say. What is `None` is not asked for.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// Not before this.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// The actor's name contains the first or the second of these.
    pub actor_name: Option<(String, String)>,
    pub actor_id: Option<String>,
    pub operations: Vec<String>,
    pub reasons: Vec<String>,
    pub resource_type: Option<String>,
    pub connection: Option<String>,
    pub request_id: Option<String>,
}

impl Conditions {
    /// Whether rows have to be looked at that are not wanted. By time they need not.
    pub fn leaves_out(&self) -> bool {
        self.actor_name.is_some()
            || self.actor_id.is_some()
            || !self.operations.is_empty()
            || !self.reasons.is_empty()
            || self.resource_type.is_some()
            || self.connection.is_some()
            || self.request_id.is_some()
    }
}

/// A place in the log: behind a row. Of one resource, where rows are in the order of their numbers,
/// only the number counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    pub at: Timestamp,
    pub sequence: i64,
}

impl Place {
    /// Before everything.
    pub const NEWEST: Self = Self { at: Timestamp::from_micros(i64::MAX), sequence: i64::MAX };
}

/// What a stretch had.
#[derive(Debug)]
pub struct Stretch {
    pub found: Vec<ChangeRecord>,
    /// The last row that was looked at.
    pub end: Option<Place>,
    /// How many rows were looked at.
    pub looked_at: i64,
}

const COLUMNS: &str =
    "c.seq, c.at, c.actor_kind, c.actor_id, c.actor_name, c.connection, c.request_id, c.operation,
    c.resource_type, c.resource_id, c.difference, c.reason, c.event";

/// Which rows an index gives in order.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// All of the tenant, by time.
    All,
    /// Those of one resource whose numbers lie between these stretches of 16,384, both included.
    Resource { id: Uuid, lowest: i64, highest: i64 },
}

/// Looks at so many rows behind a place and answers up to `limit` of them that meet the conditions.
pub async fn stretch(
    tx: &mut Tx,
    source: Source,
    conditions: &Conditions,
    behind: Place,
    (stretch, limit): (i64, i64),
) -> Result<Stretch, Error> {
    let tenant = tx.tenant().uuid();
    let operations: Vec<&str> = conditions.operations.iter().map(String::as_str).collect();
    let reasons: Vec<&str> = conditions.reasons.iter().map(String::as_str).collect();
    let since = conditions.since.map_or(i64::MIN, Timestamp::micros);
    let until = conditions.until.map_or(i64::MAX, Timestamp::micros);

    let mut sql = SqlBuf::new(tx.dialect());
    given(&mut sql, source, tenant, (since, until), behind, stretch);
    sql.push("SELECT ").push(COLUMNS).push(" FROM given AS c WHERE TRUE");
    if let Some((name, other)) = &conditions.actor_name {
        sql.push(" AND (strpos(c.actor_name, ").bind(name);
        sql.push(") > 0 OR strpos(c.actor_name, ").bind(other).push(") > 0)");
    }
    if let Some(id) = &conditions.actor_id {
        sql.push(" AND c.actor_id = ").bind(id);
    }
    if !operations.is_empty() {
        sql.push(" AND c.operation = ANY(").bind_typed(Param::Texts(&operations)).push(")");
    }
    if !reasons.is_empty() {
        sql.push(" AND c.reason = ANY(").bind_typed(Param::Texts(&reasons)).push(")");
    }
    if let Some(resource_type) = &conditions.resource_type {
        sql.push(" AND c.resource_type = ").bind(resource_type);
    }
    if let Some(connection) = &conditions.connection {
        sql.push(" AND c.connection = ").bind(connection);
    }
    if let Some(request) = &conditions.request_id {
        sql.push(" AND c.request_id = ").bind(request);
    }
    sql.push(order(source)).push(" LIMIT ").bind(limit);
    let found = tx.fetch_all(&sql, &[], from_row).await?;
    // A full page goes on behind its last row, and how far the stretch went does not matter.
    if i64::try_from(found.len()).is_ok_and(|found| found == limit) {
        let end = found.last().map(|row| Place { at: row.at, sequence: row.sequence });
        return Ok(Stretch { found, end, looked_at: limit });
    }

    let mut sql = SqlBuf::new(tx.dialect());
    given(&mut sql, source, tenant, (since, until), behind, stretch);
    sql.push("SELECT c.at, c.seq, (SELECT COUNT(*) FROM given) FROM given AS c");
    sql.push(match source {
        Source::All => " ORDER BY c.at, c.seq LIMIT 1",
        Source::Resource { .. } => " ORDER BY c.seq LIMIT 1",
    });
    let end = tx
        .fetch_optional(&sql, &[], |row| {
            Ok((Place { at: row.get(0)?, sequence: row.get(1)? }, row.get::<i64>(2)?))
        })
        .await?;
    Ok(Stretch {
        found,
        end: end.map(|(end, _)| end),
        looked_at: end.map_or(0, |(_, count)| count),
    })
}

fn order(source: Source) -> &'static str {
    match source {
        Source::All => " ORDER BY c.at DESC, c.seq DESC",
        Source::Resource { .. } => " ORDER BY c.seq DESC",
    }
}

/// The rows of a stretch, as the table `given`.
fn given(
    sql: &mut SqlBuf<'_>,
    source: Source,
    tenant: Uuid,
    (since, until): (i64, i64),
    behind: Place,
    stretch: i64,
) {
    match source {
        Source::All => {
            sql.push("WITH given AS (SELECT ")
                .push(COLUMNS)
                .push(" FROM changes AS c WHERE c.tenant_id = ");
            sql.bind(tenant);
            // Of two upper bounds SQLite may choose the one that is of no use, so there is one.
            sql.push(" AND c.at >= ").bind(since);
            sql.push(" AND c.at <= ").bind(behind.at.micros().min(until.saturating_sub(1)));
            sql.push(" AND (c.at, c.seq) < (").bind(behind.at.micros());
            sql.push(", ").bind(behind.sequence).push(")");
        }
        Source::Resource { id, lowest, highest } => {
            sql.push("WITH RECURSIVE stretches (number) AS (SELECT ").bind_typed(highest);
            sql.push(" UNION ALL SELECT number - 1 FROM stretches WHERE number > ")
                .bind_typed(lowest);
            sql.push("), given AS (SELECT ").push(COLUMNS).push(" FROM stretches AS s CROSS JOIN ");
            // PostgreSQL would also join the other way round, over all rows of the tenant in the
            // index.
            let lateral = sql.dialect() == Dialect::Postgres;
            if lateral {
                sql.push("LATERAL (SELECT ").push(COLUMNS).push(" FROM ");
            }
            sql.push("changes AS c WHERE c.tenant_id = ").bind(tenant);
            sql.push(" AND (c.seq >> 14) = s.number AND c.resource_id = ").bind(id);
            sql.push(" AND c.seq < ").bind(behind.sequence);
            sql.push(" AND c.at >= ").bind(since).push(" AND c.at < ").bind(until);
            if lateral {
                sql.push(" ORDER BY c.seq DESC LIMIT ").bind(stretch).push(") AS c");
            }
        }
    }
    sql.push(match source {
        Source::All => " ORDER BY c.at DESC, c.seq DESC",
        // The same order as by the number of the row alone, which PostgreSQL would go by through
        // all rows of all resources.
        Source::Resource { .. } => " ORDER BY s.number DESC, c.seq DESC",
    });
    sql.push(" LIMIT ").bind(stretch).push(") ");
}

/// The number of the newest row of all tenants.
pub async fn newest(tx: &mut Session) -> Result<i64, Error> {
    tx.fetch_one(NEWEST, &[], |row| row.get(0)).await
}
