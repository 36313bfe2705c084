//! Pages of resources: by id or sorted, from an index or behind a position, over one type or
//! several.
//!
//! A page that goes on behind a [`Position`] finds its place by comparison, so it costs the same
//! wherever it is, and what others insert or delete meanwhile moves no row to another page. Ids
//! grow with time, so in order of id what is new comes last.
//!
//! Sorted lists are read in two steps, keys first: a sort that carries documents along would carry
//! the whole tenant.

mod reach;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use seatlink_scim::{Op, Operand, ResolvedFilter, SortOrder, Target};
use uuid::Uuid;

pub use self::reach::is_quick;
pub use crate::filter_sql::{Table, order::KeyForm};

use self::reach::Recent;
use crate::{
    Error, Row, SqlBuf, Timestamp, Tx,
    dialect::Dialect,
    filter_sql::{self, order},
    tallies::{self, Tally},
};

/// One row of a page, of whatever type.
#[derive(Clone, Debug)]
pub struct ListedRecord {
    pub id: Uuid,
    pub version: i64,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    /// The canonical SCIM document without `id`, `meta` and what is computed.
    pub document: String,
    /// For a user: the id in `manager`, which may be nobody's.
    pub manager: Option<Uuid>,
}

/// One type of a list.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub table: Table<'a>,
    pub filter: Option<&'a ResolvedFilter>,
    /// What the list is sorted by, if this type has it.
    pub sorted_by: Option<&'a Target>,
}

/// A value by which a list is sorted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Key {
    Text(String),
    Time(i64),
    /// In decimal digits, which keep every number apart from its neighbours.
    Number(String),
    Id(Uuid),
}

/// Where a row stands in a sorted list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Position {
    pub key: Option<Key>,
    pub id: Uuid,
}

/// A row of a sorted list before its document is read.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Which of the sources.
    pub source: usize,
    pub position: Position,
}

impl<'a> Table<'a> {
    /// The name of the resource type.
    pub const fn kind(self) -> &'a str {
        match self {
            Self::Users => "User",
            Self::Groups => "Group",
            Self::Resources(kind) => kind,
        }
    }

    /// Appends the columns of a [`ListedRecord`] and where they are.
    fn push_records(self, sql: &mut SqlBuf<'a>, tenant: Uuid) {
        sql.push(match self {
            Self::Users => "SELECT id, version, created_at, modified_at, document, manager_id",
            Self::Groups | Self::Resources(_) => {
                "SELECT id, version, created_at, modified_at, document"
            }
        });
        self.push_rows(sql, tenant);
    }

    /// How a row of [`Table::push_records`] is read.
    const fn reader(self) -> fn(&Row<'_>) -> Result<ListedRecord, Error> {
        match self {
            Self::Users => user_from_row,
            Self::Groups | Self::Resources(_) => from_row,
        }
    }

    /// Appends where the rows of the type are, behind a select list.
    fn push_rows(self, sql: &mut SqlBuf<'a>, tenant: Uuid) {
        sql.push(match self {
            Self::Users => " FROM users WHERE tenant_id = ",
            Self::Groups => " FROM groups WHERE tenant_id = ",
            Self::Resources(_) => " FROM resources WHERE tenant_id = ",
        });
        sql.bind(tenant);
        if let Self::Resources(kind) = self {
            sql.push(" AND resource_type = ").bind(kind);
        }
    }
}

impl<'a> Source<'a> {
    fn push_filter(&self, sql: &mut SqlBuf<'a>, tenant: Uuid, recent: Option<Recent<'a>>) {
        if let Some(recent) = recent {
            recent.push(sql, tenant);
        }
        if let Some(filter) = self.filter {
            sql.push(" AND ");
            filter_sql::push(sql, filter, self.table, tenant);
        }
    }
}

fn from_row(row: &Row<'_>) -> Result<ListedRecord, Error> {
    Ok(ListedRecord {
        id: row.get(0)?,
        version: row.get(1)?,
        created_at: row.get(2)?,
        modified_at: row.get(3)?,
        document: row.get(4)?,
        manager: None,
    })
}

fn user_from_row(row: &Row<'_>) -> Result<ListedRecord, Error> {
    Ok(ListedRecord { manager: row.get(5)?, ..from_row(row)? })
}

/// A page in order of ids, which never changes for a row that stays.
pub async fn by_id(
    tx: &mut Tx,
    source: Source<'_>,
    order: SortOrder,
    after: Option<Uuid>,
    offset: i64,
    limit: i64,
) -> Result<Vec<ListedRecord>, Error> {
    let tenant = tx.tenant().uuid();
    if offset > 0 && source.filter.is_none() {
        // Rows that are passed over are counted in the index; what the page needs is read behind
        // them. Behind the end there is no first, and nothing compares with that.
        let mut sql = SqlBuf::new(tx.dialect());
        source.table.push_records(&mut sql, tenant);
        sql.push(match order {
            SortOrder::Ascending => " AND id >= (SELECT id",
            SortOrder::Descending => " AND id <= (SELECT id",
        });
        source.table.push_rows(&mut sql, tenant);
        push_after(&mut sql, source, order, after, false);
        push_window(&mut sql, order, 1, offset);
        sql.push(")");
        push_window(&mut sql, order, limit, 0);
        return tx.fetch_all(&sql, &[], source.table.reader()).await;
    }
    let recent = Recent::of(tx, source).await?;
    let mut sql = SqlBuf::new(tx.dialect());
    source.table.push_records(&mut sql, tenant);
    push_after(&mut sql, source, order, after, recent.is_some());
    source.push_filter(&mut sql, tenant, recent);
    push_window(&mut sql, order, limit, offset);
    tx.fetch_all(&sql, &[], source.table.reader()).await
}

/// The last of the next so many rows without a filter, if there are as many: counted in the index,
/// nothing is read.
pub async fn pass_over(
    tx: &mut Tx,
    table: Table<'_>,
    after: Option<Uuid>,
    count: i64,
) -> Result<Option<Uuid>, Error> {
    let tenant = tx.tenant().uuid();
    let up = SortOrder::Ascending;
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push("SELECT id");
    table.push_rows(&mut sql, tenant);
    let source = Source { table, filter: None, sorted_by: None };
    push_after(&mut sql, source, up, after, false);
    push_window(&mut sql, up, 1, count - 1);
    tx.fetch_optional(&sql, &[], |row| row.get(0)).await
}

fn push_after(
    sql: &mut SqlBuf<'_>,
    source: Source<'_>,
    order: SortOrder,
    after: Option<Uuid>,
    by_log: bool,
) {
    let Some(after) = after else { return };
    // SQLite would take the range of ids for the better way in, however few rows the filter leaves.
    let narrows = |filter| filter_sql::narrows(filter, source.table);
    let by_filter =
        sql.dialect() == Dialect::Sqlite && (by_log || source.filter.is_some_and(narrows));
    sql.push(if by_filter { " AND +id" } else { " AND id" });
    sql.push(match order {
        SortOrder::Ascending => " > ",
        SortOrder::Descending => " < ",
    });
    sql.bind(after);
}

fn push_window(sql: &mut SqlBuf<'_>, order: SortOrder, limit: i64, offset: i64) {
    sql.push(match order {
        SortOrder::Ascending => " ORDER BY id LIMIT ",
        SortOrder::Descending => " ORDER BY id DESC LIMIT ",
    });
    sql.bind(limit);
    if offset > 0 {
        sql.push(" OFFSET ").bind(offset);
    }
}

/// How the values compare by which these types are sorted; `None` if they differ between the types.
pub fn key_form(sources: &[Source<'_>]) -> Option<KeyForm> {
    let mut forms = sources
        .iter()
        .filter_map(|source| source.sorted_by.map(|target| order::form(target, source.table)));
    let first = forms.next().unwrap_or(KeyForm::Text);
    forms.all(|form| form == first).then_some(first)
}

/// A page of the keys of a sorted list. Missing values come last upwards and first downwards; equal
/// values are in order of ids.
pub async fn sorted(
    tx: &mut Tx,
    sources: &[Source<'_>],
    form: KeyForm,
    direction: SortOrder,
    after: Option<&Position>,
    offset: i64,
    limit: i64,
) -> Result<Vec<Hit>, Error> {
    let mut found = Vec::with_capacity(sources.len());
    for source in sources {
        found.push((*source, Recent::of(tx, *source).await?));
    }
    let mut sql = SqlBuf::new(tx.dialect());
    push_sorted(&mut sql, tx.tenant().uuid(), &found, form, direction, after);
    sql.push(" LIMIT ").bind(limit);
    if offset > 0 {
        sql.push(" OFFSET ").bind(offset);
    }
    tx.fetch_all(&sql, &[], |row| {
        let key = match form {
            KeyForm::Text => row.get::<Option<String>>(2)?.map(Key::Text),
            KeyForm::Time => row.get::<Option<i64>>(2)?.map(Key::Time),
            KeyForm::Number => row.get::<Option<String>>(2)?.map(Key::Number),
            KeyForm::Id => row.get::<Option<Uuid>>(2)?.map(Key::Id),
        };
        let source = usize::try_from(row.get::<i64>(0)?).unwrap_or(0);
        Ok(Hit { source, position: Position { key, id: row.get(1)? } })
    })
    .await
}

fn push_sorted<'a>(
    sql: &mut SqlBuf<'a>,
    tenant: Uuid,
    sources: &[(Source<'a>, Option<Recent<'a>>)],
    form: KeyForm,
    direction: SortOrder,
    after: Option<&'a Position>,
) {
    sql.push("SELECT p.source, p.id, ");
    sql.push(match (form, sql.dialect()) {
        (KeyForm::Text | KeyForm::Time | KeyForm::Id, _) => "p.key",
        (KeyForm::Number, Dialect::Postgres) => "CAST(p.key AS TEXT)",
        // Seventeen digits are enough for every number with a fraction to come back as itself.
        (KeyForm::Number, Dialect::Sqlite) => {
            "CASE typeof(p.key) WHEN 'real' THEN printf('%!.17g', p.key) ELSE CAST(p.key AS TEXT) END"
        }
    });
    sql.push(" FROM (");
    for (index, (source, recent)) in sources.iter().enumerate() {
        sql.push(if index == 0 { "SELECT " } else { " UNION ALL SELECT " });
        sql.bind_typed(i64::try_from(index).unwrap_or(0)).push(" AS source, id, ");
        match source.sorted_by {
            Some(target) => order::push_key(sql, target, source.table, tenant),
            None => order::push_nothing(sql, form),
        }
        sql.push(" AS key");
        source.table.push_rows(sql, tenant);
        source.push_filter(sql, tenant, *recent);
    }
    sql.push(") AS p");
    let is_unique = matches!(sources, [(Source { table, sorted_by: Some(target), .. }, _)]
        if order::is_unique(target, *table));
    push_behind(sql, direction, after, is_unique);
    sql.push(match (direction, is_unique) {
        (SortOrder::Ascending, true) => " ORDER BY p.key",
        (SortOrder::Descending, true) => " ORDER BY p.key DESC",
        (SortOrder::Ascending, false) => " ORDER BY p.key NULLS LAST, p.id",
        (SortOrder::Descending, false) => " ORDER BY p.key DESC NULLS FIRST, p.id DESC",
    });
}

/// Appends the condition that a row comes behind the position.
fn push_behind<'a>(
    sql: &mut SqlBuf<'a>,
    direction: SortOrder,
    after: Option<&'a Position>,
    is_unique: bool,
) {
    let Some(Position { key, id }) = after else { return };
    let is_ascending = direction == SortOrder::Ascending;
    let beyond = if is_ascending { " > " } else { " < " };
    match key {
        Some(key) if is_unique => {
            sql.push(" WHERE p.key").push(beyond);
            push_value(sql, key);
        }
        Some(key) => {
            sql.push(" WHERE (p.key").push(beyond);
            push_value(sql, key);
            sql.push(" OR (p.key = ");
            push_value(sql, key);
            sql.push(" AND p.id").push(beyond).bind(*id).push(")");
            sql.push(if is_ascending { " OR p.key IS NULL)" } else { ")" });
        }
        None => {
            sql.push(" WHERE ((p.key IS NULL AND p.id").push(beyond).bind(*id).push(")");
            sql.push(if is_ascending { ")" } else { " OR p.key IS NOT NULL)" });
        }
    }
}

fn push_value<'a>(sql: &mut SqlBuf<'a>, key: &'a Key) {
    match key {
        Key::Text(text) => sql.bind(text),
        Key::Time(micros) => sql.bind(*micros),
        Key::Number(digits) => sql.push("CAST(").bind_typed(digits.as_str()).push(" AS NUMERIC)"),
        Key::Id(id) => sql.bind(*id),
    };
}

/// Those rows of the table, in the order of `ids`. One that has gone meanwhile is left out.
pub async fn rows(tx: &mut Tx, table: Table<'_>, ids: &[Uuid]) -> Result<Vec<ListedRecord>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let tenant = tx.tenant().uuid();
    let mut sql = SqlBuf::new(tx.dialect());
    table.push_records(&mut sql, tenant);
    sql.push(" AND id ").in_ids(ids);
    let found = tx.fetch_all(&sql, &[], table.reader()).await?;
    let mut found: HashMap<Uuid, ListedRecord> =
        found.into_iter().map(|record| (record.id, record)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// How many rows a list has.
pub async fn count(tx: &mut Tx, source: Source<'_>) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let tallied: Option<fn(Tally) -> i64> = match source.filter {
        None => Some(|tally| tally.all),
        Some(filter) => match asked_state(filter, source.table) {
            Some(true) => Some(|tally| tally.active),
            Some(false) => Some(|tally| tally.all - tally.active),
            None => None,
        },
    };
    let count: i64 = if let Some(number) = tallied {
        number(tallies::read(tx, source.table.kind()).await?)
    } else {
        let recent = Recent::of(tx, source).await?;
        let mut sql = SqlBuf::new(tx.dialect());
        sql.push("SELECT COUNT(*)");
        source.table.push_rows(&mut sql, tenant);
        source.push_filter(&mut sql, tenant, recent);
        tx.fetch_one(&sql, &[], |row| row.get(0)).await?
    };
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The state of users that the filter asks for, if it asks for nothing else.
fn asked_state(filter: &ResolvedFilter, table: Table<'_>) -> Option<bool> {
    match filter {
        ResolvedFilter::Compare { target, op: Op::Eq, value: Operand::Bool(state) }
            if table == Table::Users && target.schema.is_none() && target.attribute == "active" =>
        {
            Some(*state)
        }
        _ => None,
    }
}
