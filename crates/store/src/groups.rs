//! Groups and their memberships. Member lists are edited by set statements and never loaded to be changed.

use crate::{
    Error, GroupId, Param, Row, SqlBuf, Timestamp, Tx, UserId,
    filter_sql::{self, Table},
};
use seatlink_scim::filter::ResolvedFilter;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO groups (tenant_id, id, name_key, external_id, version, created_at, modified_at,
            document, search)
        VALUES ($1, $2, $3, $4, 1, $5, $5, $6, $7)";
    UPDATE = "UPDATE groups SET name_key = $3, external_id = $4, version = version + 1, modified_at = $5,
            document = $6, search = $7
        WHERE tenant_id = $1 AND id = $2";
    TOUCH = "UPDATE groups SET version = version + 1, modified_at = $3 WHERE tenant_id = $1 AND id = $2";
    FIND = "SELECT id, external_id, version, created_at, modified_at, document
        FROM groups WHERE tenant_id = $1 AND id = $2";
    LOCK = "SELECT id, external_id, version, created_at, modified_at, document
        FROM groups WHERE tenant_id = $1 AND id = $2 FOR UPDATE";
    FIND_BY_NAME = "SELECT id, external_id, version, created_at, modified_at, document
        FROM groups WHERE tenant_id = $1 AND name_key = $2";
    COUNT = "SELECT COUNT(*) FROM groups WHERE tenant_id = $1";
    DELETE = "DELETE FROM groups WHERE tenant_id = $1 AND id = $2";
    DELETE_MEMBERS = "DELETE FROM memberships WHERE tenant_id = $1 AND group_id = $2";
    DELETE_MEMBER_EVERYWHERE = "DELETE FROM memberships WHERE tenant_id = $1 AND member_id = $2";
    LIST_MEMBERS = "SELECT m.member_id, m.member_type FROM memberships m
        WHERE m.tenant_id = $1 AND m.group_id = $2 ORDER BY m.member_id";
    /// `CROSS JOIN` keeps SQLite from starting at the groups: the memberships of one person are few.
    GROUPS_OF = "SELECT g.id, g.document FROM memberships m CROSS JOIN groups g
        WHERE m.tenant_id = $1 AND m.member_id = $2 AND g.tenant_id = $1 AND g.id = m.group_id ORDER BY m.group_id";
    /// `UNION`, not `UNION ALL`: a group already seen is not walked again.
    USERS_BELOW = "WITH RECURSIVE below (id) AS (
            SELECT member_id FROM memberships WHERE tenant_id = $1 AND group_id = $2
            UNION
            SELECT m.member_id FROM below b CROSS JOIN memberships m WHERE m.tenant_id = $1 AND m.group_id = b.id
        )
        SELECT u.id FROM below b CROSS JOIN users u WHERE u.tenant_id = $1 AND u.id = b.id ORDER BY u.id";
    IS_MEMBER = "SELECT 1 FROM memberships WHERE tenant_id = $1 AND group_id = $2 AND member_id = $3";
}

#[derive(Clone, Debug)]
pub struct GroupRecord {
    pub id: GroupId,
    pub external_id: Option<String>,
    pub version: i64,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    /// The canonical SCIM document without `id`, `meta` and `members`.
    pub document: String,
}

#[derive(Clone, Copy, Debug)]
pub struct GroupWrite<'a> {
    pub id: GroupId,
    pub name_key: &'a str,
    pub external_id: Option<&'a str>,
    pub at: Timestamp,
    pub document: &'a str,
    pub search: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MemberType {
    User,
    Group,
}

impl MemberType {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct MembershipRecord {
    pub member: Uuid,
    pub kind: MemberType,
}

fn from_row(row: &Row<'_>) -> Result<GroupRecord, Error> {
    Ok(GroupRecord {
        id: row.get(0)?,
        external_id: row.get(1)?,
        version: row.get(2)?,
        created_at: row.get(3)?,
        modified_at: row.get(4)?,
        document: row.get(5)?,
    })
}

pub async fn insert(tx: &mut Tx, group: GroupWrite<'_>) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(group.id.uuid()),
        Param::Text(group.name_key),
        Param::OptText(group.external_id),
        Param::Int(group.at.micros()),
        Param::Text(group.document),
        Param::Json(group.search),
    ];
    tx.execute(INSERT, &params).await?;
    Ok(())
}

pub async fn update(tx: &mut Tx, group: GroupWrite<'_>) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(group.id.uuid()),
        Param::Text(group.name_key),
        Param::OptText(group.external_id),
        Param::Int(group.at.micros()),
        Param::Text(group.document),
        Param::Json(group.search),
    ];
    tx.execute(UPDATE, &params).await?;
    Ok(())
}

/// A new version without a new document: the members changed.
pub async fn touch(tx: &mut Tx, id: GroupId, at: Timestamp) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    tx.execute(TOUCH, &[Param::Id(tenant), Param::Id(id.uuid()), Param::Int(at.micros())]).await?;
    Ok(())
}

pub async fn find(tx: &mut Tx, id: GroupId) -> Result<Option<GroupRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

/// Reads the group, not its members, and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &mut Tx, id: GroupId) -> Result<Option<GroupRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(LOCK, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

pub async fn find_by_name(tx: &mut Tx, key: &str) -> Result<Option<GroupRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND_BY_NAME, &[Param::Id(tenant), Param::Text(key)], from_row).await
}

pub async fn count(tx: &mut Tx, filter: Option<&ResolvedFilter>) -> Result<i64, Error> {
    let tenant = tx.tenant().uuid();
    let Some(filter) = filter else {
        return tx.fetch_one(COUNT, &[Param::Id(tenant)], |row| row.get(0)).await;
    };
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push("SELECT COUNT(*) FROM groups WHERE tenant_id = ").bind(Param::Id(tenant));
    sql.push(" AND ");
    filter_sql::push(&mut sql, filter, Table::Groups, tenant);
    tx.fetch_one(&sql, &[], |row| row.get(0)).await
}

pub async fn list(
    tx: &mut Tx,
    filter: Option<&ResolvedFilter>,
    offset: i64,
    limit: i64,
) -> Result<Vec<GroupRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push(
        "SELECT id, external_id, version, created_at, modified_at, document
        FROM groups WHERE tenant_id = ",
    )
    .bind(Param::Id(tenant));
    if let Some(filter) = filter {
        sql.push(" AND ");
        filter_sql::push(&mut sql, filter, Table::Groups, tenant);
    }
    sql.push(" ORDER BY id LIMIT ").bind(Param::Int(limit));
    sql.push(" OFFSET ").bind(Param::Int(offset));
    tx.fetch_all(&sql, &[], from_row).await
}

/// Removes the group, its memberships and its own place in other groups.
pub async fn delete(tx: &mut Tx, id: GroupId) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    tx.execute(DELETE_MEMBERS, &[Param::Id(tenant), Param::Id(id.uuid())]).await?;
    remove_from_all(tx, id.uuid()).await?;
    Ok(tx.execute(DELETE, &[Param::Id(tenant), Param::Id(id.uuid())]).await? == 1)
}

/// Adds those of `ids` that exist in this tenant; the answer counts new memberships.
pub async fn add_members(
    tx: &mut Tx,
    group: GroupId,
    kind: MemberType,
    ids: &[Uuid],
) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push(
        "INSERT INTO memberships (tenant_id, group_id, member_id, member_type) SELECT tenant_id, ",
    );
    sql.bind_typed(Param::Id(group.uuid())).push(", id, ").bind_typed(Param::Text(kind.as_str()));
    sql.push(match kind {
        MemberType::User => " FROM users",
        MemberType::Group => " FROM groups",
    });
    sql.push(" WHERE tenant_id = ").bind(Param::Id(tenant)).push(" AND id ").in_ids(ids);
    sql.push(" ON CONFLICT (tenant_id, group_id, member_id) DO NOTHING");
    tx.execute(&sql, &[]).await
}

/// Those of `ids` that name a user of this tenant.
pub async fn existing_users(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let tenant = tx.tenant().uuid();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push("SELECT id FROM users WHERE tenant_id = ").bind(Param::Id(tenant));
    sql.push(" AND id ").in_ids(ids);
    tx.fetch_all(&sql, &[], |row| row.get(0)).await
}

/// Those of `ids` that name a group of this tenant.
pub async fn existing_groups(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let tenant = tx.tenant().uuid();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push("SELECT id FROM groups WHERE tenant_id = ").bind(Param::Id(tenant));
    sql.push(" AND id ").in_ids(ids);
    tx.fetch_all(&sql, &[], |row| row.get(0)).await
}

/// The answer counts memberships that were there; naming a non-member changes nothing.
pub async fn remove_members(tx: &mut Tx, group: GroupId, ids: &[Uuid]) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push("DELETE FROM memberships WHERE tenant_id = ").bind(Param::Id(tenant));
    sql.push(" AND group_id = ").bind(Param::Id(group.uuid()));
    sql.push(" AND member_id ").in_ids(ids);
    tx.execute(&sql, &[]).await
}

pub async fn remove_all_members(tx: &mut Tx, group: GroupId) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    tx.execute(DELETE_MEMBERS, &[Param::Id(tenant), Param::Id(group.uuid())]).await
}

/// Removes every member that is not one of `ids`.
pub async fn retain_members(tx: &mut Tx, group: GroupId, ids: &[Uuid]) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push("DELETE FROM memberships WHERE tenant_id = ").bind(Param::Id(tenant));
    sql.push(" AND group_id = ").bind(Param::Id(group.uuid()));
    sql.push(" AND NOT member_id ").in_ids(ids);
    tx.execute(&sql, &[]).await
}

/// Takes a user or group out of every group it is in.
pub async fn remove_from_all(tx: &mut Tx, member: Uuid) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    tx.execute(DELETE_MEMBER_EVERYWHERE, &[Param::Id(tenant), Param::Id(member)]).await
}

pub async fn list_members(tx: &mut Tx, group: GroupId) -> Result<Vec<MembershipRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(LIST_MEMBERS, &[Param::Id(tenant), Param::Id(group.uuid())], |row| {
        Ok(MembershipRecord {
            member: row.get(0)?,
            kind: if row.text(1)? == "Group" { MemberType::Group } else { MemberType::User },
        })
    })
    .await
}

pub async fn is_member(tx: &mut Tx, group: GroupId, member: Uuid) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(group.uuid()), Param::Id(member)];
    Ok(tx.fetch_optional(IS_MEMBER, &params, |_| Ok(())).await?.is_some())
}

/// The groups that name this user or group directly, with their documents.
pub async fn groups_of(tx: &mut Tx, member: Uuid) -> Result<Vec<(GroupId, String)>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(member)];
    tx.fetch_all(GROUPS_OF, &params, |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Every user reached from the group, through nested groups too; cycles end the walk.
pub async fn users_below(tx: &mut Tx, group: GroupId) -> Result<Vec<UserId>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(USERS_BELOW, &[Param::Id(tenant), Param::Id(group.uuid())], |row| row.get(0)).await
}
