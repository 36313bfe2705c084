//! Who holds a role, and what a tenant would lose with it.

use super::Rank;
use crate::{Error, Param, RoleId, Row, Timestamp, Tx, UserId};

statements! {
    HOLDERS = "SELECT CAST(COALESCE(SUM(holders), 0) AS BIGINT), CAST(COALESCE(SUM(active), 0) AS BIGINT)
        FROM role_tallies WHERE tenant_id = $1 AND role_id = $2";
    /// In the order of their ids, behind one of them.
    PEOPLE = "SELECT u.id, u.user_name, u.active, u.document, h.rank
        FROM user_roles h CROSS JOIN users u
        WHERE h.tenant_id = $1 AND h.role_id = $2 AND h.user_id > $3 AND u.tenant_id = $1 AND u.id = h.user_id
        ORDER BY h.user_id LIMIT $4";
    /// The names of a stretch of the tenant's people, and who of them holds the role.
    NAMED = "SELECT u.id, u.user_name, u.active, u.document, h.rank, u.user_name_key
        FROM (SELECT id, user_name, user_name_key, active, document FROM users
            WHERE tenant_id = $1 AND user_name_key > $3 AND user_name_key >= $4 AND user_name_key < $5
            ORDER BY user_name_key LIMIT $6) AS u
        CROSS JOIN user_roles h
        WHERE h.tenant_id = $1 AND h.user_id = u.id AND h.role_id = $2
        ORDER BY u.user_name_key LIMIT $7";
    STRETCH = "SELECT user_name_key FROM users
        WHERE tenant_id = $1 AND user_name_key > $2 AND user_name_key >= $3 AND user_name_key < $4
        ORDER BY user_name_key LIMIT 1 OFFSET $5";
    /// Whether anybody active holds an active role with a permission.
    SOMEBODY_MAY = "SELECT COUNT(*) FROM (SELECT 1 FROM roles r
        WHERE r.tenant_id = $1 AND r.status = 'active' AND strpos(r.permissions, $2) > 0
            AND (SELECT SUM(t.active) FROM role_tallies t WHERE t.tenant_id = $1 AND t.role_id = r.id) > 0
        LIMIT 1) AS found";
    /// Whether anybody active holds an active role with a permission that is another than this one.
    SOMEBODY_ELSE_MAY = "SELECT COUNT(*) FROM (SELECT 1 FROM roles r
        WHERE r.tenant_id = $1 AND r.id <> $3 AND r.status = 'active' AND strpos(r.permissions, $2) > 0
            AND (SELECT SUM(t.active) FROM role_tallies t WHERE t.tenant_id = $1 AND t.role_id = r.id) > 0
        LIMIT 1) AS found";
    /// Authorizations that count, of active people who have a permission by this role alone.
    CONNECTIONS = "SELECT DISTINCT g.client_id, a.name, u.user_name
        FROM grants g
        CROSS JOIN user_roles h
        CROSS JOIN users u
        CROSS JOIN clients c
        CROSS JOIN apps a
        WHERE g.tenant_id = $1 AND g.user_id IS NOT NULL AND g.revoked_at IS NULL AND g.expires_at > $4
            AND h.tenant_id = $1 AND h.user_id = g.user_id AND h.role_id = $2
            AND u.tenant_id = $1 AND u.id = g.user_id AND u.active
            AND c.id = g.client_id AND c.enabled AND a.tenant_id = c.tenant_id AND a.id = c.app_id
            AND NOT EXISTS (SELECT 1 FROM user_roles o JOIN roles r ON r.tenant_id = o.tenant_id AND r.id = o.role_id
                WHERE o.tenant_id = $1 AND o.user_id = g.user_id AND o.role_id <> $2 AND r.status = 'active'
                    AND strpos(r.permissions, $3) > 0)
        ORDER BY 2, 3, 1 LIMIT $5";
}

/// How many hold a role.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Holders {
    pub all: i64,
    pub active: i64,
}

/// Somebody who holds a role.
#[derive(Clone, Debug)]
pub struct HolderRecord {
    pub id: UserId,
    pub user_name: String,
    pub active: bool,
    pub document: String,
    pub rank: Rank,
}

/// Names that begin with a text, from one on.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// Behind this folded name; empty for the beginning.
    pub behind: &'a str,
    /// Folded names from this one, which all that begin with it are.
    pub from: &'a str,
    /// Folded names below this one.
    pub below: &'a str,
    /// How many of the tenant's people are looked at.
    pub stretch: i64,
}

/// A connection whose person has a permission by one role alone.
#[derive(Clone, Debug)]
pub struct ConnectionOfHolder {
    pub client_id: String,
    pub app: String,
    pub user_name: String,
}

fn holder(row: &Row<'_>) -> Result<HolderRecord, Error> {
    Ok(HolderRecord {
        id: row.get(0)?,
        user_name: row.get(1)?,
        active: row.get(2)?,
        document: row.get(3)?,
        rank: Rank::parse(row.text(4)?),
    })
}

/// How many hold the role, by a sum of at most 64 rows.
pub async fn count(tx: &mut Tx, role: RoleId) -> Result<Holders, Error> {
    let params = [Param::from(tx.tenant()), Param::from(role)];
    tx.fetch_one(HOLDERS, &params, |row| Ok(Holders { all: row.get(0)?, active: row.get(1)? }))
        .await
}

/// Those who hold the role, in the order of their ids.
pub async fn people(
    tx: &mut Tx,
    role: RoleId,
    behind: UserId,
    limit: i64,
) -> Result<Vec<HolderRecord>, Error> {
    let params =
        [Param::from(tx.tenant()), Param::from(role), Param::from(behind), Param::Int(limit)];
    tx.fetch_all(PEOPLE, &params, holder).await
}

/// Those of a stretch of names who hold the role, each with the folded name.
pub async fn named(
    tx: &mut Tx,
    role: RoleId,
    names: Names<'_>,
    limit: i64,
) -> Result<Vec<(HolderRecord, String)>, Error> {
    let params = [
        Param::from(tx.tenant()),
        Param::from(role),
        Param::Text(names.behind),
        Param::Text(names.from),
        Param::Text(names.below),
        Param::Int(names.stretch),
        Param::Int(limit),
    ];
    tx.fetch_all(NAMED, &params, |row| Ok((holder(row)?, row.get(5)?))).await
}

/// The last name of a stretch; `None` if there are no more names than the stretch holds.
pub async fn stretch_end(tx: &mut Tx, names: Names<'_>) -> Result<Option<String>, Error> {
    let params = [
        Param::from(tx.tenant()),
        Param::Text(names.behind),
        Param::Text(names.from),
        Param::Text(names.below),
        Param::Int(names.stretch - 1),
    ];
    tx.fetch_optional(STRETCH, &params, |row| row.get(0)).await
}

/// Whether anybody active has this permission (in quotes, as the stored list has it).
pub async fn somebody_may(tx: &mut Tx, quoted: &str) -> Result<bool, Error> {
    let params = [Param::from(tx.tenant()), Param::Text(quoted)];
    tx.fetch_one(SOMEBODY_MAY, &params, |row| Ok(row.get::<i64>(0)? > 0)).await
}

/// [`somebody_may`] by another role than this one.
pub async fn somebody_else_may(tx: &mut Tx, quoted: &str, role: RoleId) -> Result<bool, Error> {
    let params = [Param::from(tx.tenant()), Param::Text(quoted), Param::from(role)];
    tx.fetch_one(SOMEBODY_ELSE_MAY, &params, |row| Ok(row.get::<i64>(0)? > 0)).await
}

/// Connections that work because this role gives their person a permission (in quotes).
pub async fn connections(
    tx: &mut Tx,
    role: RoleId,
    quoted: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<ConnectionOfHolder>, Error> {
    let params = [
        Param::from(tx.tenant()),
        Param::from(role),
        Param::Text(quoted),
        Param::from(now),
        Param::Int(limit),
    ];
    tx.fetch_all(CONNECTIONS, &params, |row| {
        Ok(ConnectionOfHolder { client_id: row.get(0)?, app: row.get(1)?, user_name: row.get(2)? })
    })
    .await
}
