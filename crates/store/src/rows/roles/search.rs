//! Pages of roles: searched, filtered, sorted, and how many there are of each status.

use super::{RoleRecord, from_row, holders::Holders};
use crate::{Error, Param, SqlBuf, Tx};

/// What the page is sorted by. Roles that are equal in it are sorted by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    Name,
    Status,
    Holders,
    Modified,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Ascending,
    Descending,
}

/// Where a page begins: behind a role with these values.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub value: Value<'a>,
    pub name_key: &'a str,
}

/// The value of a role that the page is sorted by.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    Text(&'a str),
    Number(i64),
}

/// Which roles are wanted. What is `None` is not asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// A folded text that name or description contains.
    pub text: Option<&'a str>,
    pub status: Option<&'a str>,
    /// The name of a permission in quotes, as the stored list has it.
    pub permission: Option<&'a str>,
}

/// A role with how many hold it and its folded name.
#[derive(Clone, Debug)]
pub struct FoundRole {
    pub role: RoleRecord,
    pub holders: Holders,
    pub name_key: String,
}

fn conditions<'a>(sql: &mut SqlBuf<'a>, wanted: &Wanted<'a>) {
    if let Some(text) = wanted.text {
        sql.push(" AND strpos(r.search, ").bind(text).push(") > 0");
    }
    if let Some(permission) = wanted.permission {
        sql.push(" AND strpos(r.permissions, ").bind(permission).push(") > 0");
    }
}

/// The next roles in this order. Reads all roles of the tenant, and of each the tallies; never who
/// holds it.
pub async fn page(
    tx: &mut Tx,
    wanted: Wanted<'_>,
    (sort, direction): (Sort, Direction),
    place: Option<Place<'_>>,
    limit: i64,
) -> Result<Vec<FoundRole>, Error> {
    let column = match sort {
        Sort::Name => "r.name_key",
        Sort::Status => "r.status",
        Sort::Holders => "r.active",
        Sort::Modified => "r.modified_at",
    };
    let tenant = tx.tenant();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push(
        "SELECT r.id, r.name, r.description, r.status, r.permissions, r.version, r.created_at, r.modified_at,
            r.modified_by, r.holders, r.active, r.name_key
        FROM (SELECT r.id, r.name, r.name_key, r.description, r.status, r.permissions, r.version, r.created_at,
                r.modified_at, r.modified_by, CAST(COALESCE((SELECT SUM(t.holders) FROM role_tallies t
                    WHERE t.tenant_id = r.tenant_id AND t.role_id = r.id), 0) AS BIGINT) AS holders,
                CAST(COALESCE((SELECT SUM(t.active) FROM role_tallies t
                    WHERE t.tenant_id = r.tenant_id AND t.role_id = r.id), 0) AS BIGINT) AS active
            FROM roles r WHERE r.tenant_id = ",
    );
    sql.bind(tenant);
    conditions(&mut sql, &wanted);
    if let Some(status) = wanted.status {
        sql.push(" AND r.status = ").bind(status);
    }
    sql.push(") AS r");
    let descending = direction == Direction::Descending;
    if let Some(place) = place {
        sql.push(" WHERE (").push(column).push(", r.name_key) ");
        sql.push(if descending { "< (" } else { "> (" });
        sql.bind(match place.value {
            Value::Text(text) => Param::Text(text),
            Value::Number(number) => Param::Int(number),
        });
        sql.push(", ").bind(place.name_key).push(")");
    }
    sql.push(" ORDER BY ").push(column);
    sql.push(if descending { " DESC, r.name_key DESC" } else { ", r.name_key" });
    sql.push(" LIMIT ").bind(limit);
    tx.fetch_all(&sql, &[], |row| {
        Ok(FoundRole {
            role: from_row(row)?,
            holders: Holders { all: row.get(9)?, active: row.get(10)? },
            name_key: row.get(11)?,
        })
    })
    .await
}

/// How many of the wanted roles there are of each status, whatever status is wanted.
pub async fn by_status(tx: &mut Tx, wanted: Wanted<'_>) -> Result<Vec<(String, i64)>, Error> {
    let tenant = tx.tenant();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push("SELECT r.status, COUNT(*) FROM roles r WHERE r.tenant_id = ").bind(tenant);
    conditions(&mut sql, &wanted);
    sql.push(" GROUP BY r.status");
    tx.fetch_all(&sql, &[], |row| Ok((row.get(0)?, row.get(1)?))).await
}
