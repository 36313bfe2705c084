//! How a list reaches its rows: by an index, by the log, or by walking the tenant.
//!
//! What changed since a moment is what incremental clients ask again and again. `modified_at` has
//! no index: every write of a user would move an entry from somewhere in the middle to the end, one
//! more page for each. But the log has a row for every change, with the same time, and grows at its
//! end only. So where few changes lie behind the moment, they name the rows worth looking at.

use seatlink_scim::{Op, Operand, ResolvedFilter};

use super::{Source, Table, asked_state};
use crate::{Error, SqlBuf, Timestamp, Tx, changes, filter_sql};

/// With more changes than this the rows are walked: then many of them match, and a page is full
/// soon.
const FEW_CHANGES: i64 = 20_000;

/// The moment behind which the log names the rows of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recent<'a> {
    kind: &'a str,
    since: Timestamp,
}

impl<'a> Recent<'a> {
    /// Found if the filter asks for what changed since a moment, and little did.
    pub(super) async fn of(tx: &mut Tx, source: Source<'a>) -> Result<Option<Self>, Error> {
        // Of users the log says all with the time that they bear.
        if source.table != Table::Users {
            return Ok(None);
        }
        let since = source.filter.and_then(filter_sql::changed_since);
        let Some(since) = since.map(Timestamp::from_micros) else { return Ok(None) };
        let count = changes::count_since(tx, since, FEW_CHANGES + 1).await?;
        Ok((count <= FEW_CHANGES).then_some(Self { kind: source.table.kind(), since }))
    }

    /// Appends that the log has a change of the row since then.
    pub(super) fn push(self, sql: &mut SqlBuf<'a>, tenant: uuid::Uuid) {
        sql.push(" AND id IN (SELECT c.resource_id FROM changes AS c WHERE c.tenant_id = ")
            .bind(tenant)
            .push(" AND c.at >= ")
            .bind(self.since.micros())
            .push(" AND c.resource_type = ")
            .bind(self.kind)
            .push(" AND c.resource_id IS NOT NULL)");
    }
}

/// Whether the cost of a page of so many is that of what it shows. Otherwise all rows of the type
/// may have to be looked at.
pub fn is_quick(source: Source<'_>, limit: u64) -> bool {
    // A number that is kept.
    if limit == 0 && source.filter.is_none_or(|filter| asked_state(filter, source.table).is_some())
    {
        return true;
    }
    let by_filter = source.filter.is_some_and(|filter| finds(filter, source.table));
    if source.sorted_by.is_some_and(|target| !filter_sql::order::is_unique(target, source.table)) {
        return by_filter;
    }
    by_filter || source.filter.is_none_or(|filter| asked_state(filter, source.table) == Some(true))
}

/// Whether an index finds the few rows that match.
fn finds(filter: &ResolvedFilter, table: Table<'_>) -> bool {
    match filter {
        ResolvedFilter::And(filters) => filters.iter().any(|inner| finds(inner, table)),
        ResolvedFilter::Or(filters) => filters.iter().all(|inner| finds(inner, table)),
        // A group may have everybody as its member, through any number of others.
        ResolvedFilter::Compare { target, .. } | ResolvedFilter::Any { target, .. }
            if table == Table::Users && target.schema.is_none() && target.attribute == "groups" =>
        {
            false
        }
        ResolvedFilter::Compare { value: Operand::Null, .. } => false,
        ResolvedFilter::Compare { op: Op::Eq, .. } | ResolvedFilter::Any { .. } => {
            filter_sql::narrows(filter, table)
        }
        ResolvedFilter::Never => true,
        ResolvedFilter::Compare { .. } | ResolvedFilter::Present(_) | ResolvedFilter::Not(_) => {
            false
        }
    }
}
