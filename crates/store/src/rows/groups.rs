//! Groups: the SCIM document, its search form and the columns that hot paths ask for.

use crate::{Error, GroupId, Param, Row, Timestamp, Tx};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO groups (tenant_id, id, display_name, name_key, external_id, version, created_at,
            modified_at, document, search)
        VALUES ($1, $2, $3, $4, $5, 1, $6, $6, $7, $8)
        ON CONFLICT (tenant_id, name_key) DO NOTHING";
    UPDATE = "UPDATE groups SET display_name = $3, name_key = $4, external_id = $5, version = version + 1,
            modified_at = $6, document = $7, search = $8
        WHERE tenant_id = $1 AND id = $2";
    TOUCH = "UPDATE groups SET version = version + 1, modified_at = $3 WHERE tenant_id = $1 AND id = $2";
    FIND = "SELECT id, display_name, external_id, version, created_at, modified_at, document
        FROM groups WHERE tenant_id = $1 AND id = $2";
    LOCK = "SELECT id, display_name, external_id, version, created_at, modified_at, document
        FROM groups WHERE tenant_id = $1 AND id = $2 FOR UPDATE";
    /// A group that changes may join another one at the same time. What is read beside the row is
    /// as old as the statement, whoever was waited for: see [`crate::gate`].
    LOCK_FOR_CHANGE = "SELECT id, display_name, external_id, version, created_at, modified_at, document,
            EXISTS (SELECT 1 FROM assignments WHERE tenant_id = $1 AND subject_type = 'Group'),
            EXISTS (SELECT 1 FROM memberships WHERE tenant_id = $1 AND group_id = $2 LIMIT 1 OFFSET $3)
        FROM groups WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE";
    FIND_BY_NAME = "SELECT id, display_name, external_id, version, created_at, modified_at, document
        FROM groups WHERE tenant_id = $1 AND name_key = $2";
    TOUCH_ALL = "UPDATE groups SET version = version + 1, modified_at = $3
        WHERE tenant_id = $1 AND id = ANY($2) RETURNING id, display_name";
    EXISTING = "SELECT id FROM groups WHERE tenant_id = $1 AND id = ANY($2)";
    DELETE = "DELETE FROM groups WHERE tenant_id = $1 AND id = $2";
}

#[derive(Clone, Debug)]
pub struct GroupRecord {
    pub id: GroupId,
    pub display_name: String,
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
    pub display_name: &'a str,
    pub name_key: &'a str,
    pub external_id: Option<&'a str>,
    pub at: Timestamp,
    pub document: &'a str,
    pub search: &'a str,
}

fn from_row(row: &Row<'_>) -> Result<GroupRecord, Error> {
    Ok(GroupRecord {
        id: row.get(0)?,
        display_name: row.get(1)?,
        external_id: row.get(2)?,
        version: row.get(3)?,
        created_at: row.get(4)?,
        modified_at: row.get(5)?,
        document: row.get(6)?,
    })
}

/// False, and nothing written, when the name is taken.
pub async fn insert(tx: &mut Tx, group: GroupWrite<'_>) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(group.id.uuid()),
        Param::Text(group.display_name),
        Param::Text(group.name_key),
        Param::OptText(group.external_id),
        Param::Int(group.at.micros()),
        Param::Text(group.document),
        Param::Json(group.search),
    ];
    Ok(tx.execute(INSERT, &params).await? == 1)
}

pub async fn update(tx: &mut Tx, group: GroupWrite<'_>) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(group.id.uuid()),
        Param::Text(group.display_name),
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
    tx.post_one(TOUCH, &[Param::Id(tenant), Param::Id(id.uuid()), Param::Int(at.micros())]).await
}

pub async fn find(tx: &mut Tx, id: GroupId) -> Result<Option<GroupRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

/// Reads the group, not its members, and keeps others from changing it, and from putting it into
/// another group, until the transaction ends.
pub async fn lock(tx: &mut Tx, id: GroupId) -> Result<Option<GroupRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(LOCK, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

/// A group that is about to be changed.
#[derive(Clone, Debug)]
pub struct LockedGroup {
    pub record: GroupRecord,
    /// Whether any group of the tenant is assigned to an integration: if none is, nobody needs to
    /// know who came and went.
    pub watched: bool,
    /// Whether it has more members than were asked about.
    pub large: bool,
}

/// [`lock`], with what a change of the group depends on. `large` is more than `many` members; no
/// more of them are looked at.
pub async fn lock_for_change(
    tx: &mut Tx,
    id: GroupId,
    many: i64,
) -> Result<Option<LockedGroup>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(id.uuid()), Param::Int(many)];
    tx.fetch_optional(LOCK_FOR_CHANGE, &params, |row| {
        Ok(LockedGroup { record: from_row(row)?, watched: row.get(7)?, large: row.get(8)? })
    })
    .await
}

pub async fn find_by_name(tx: &mut Tx, key: &str) -> Result<Option<GroupRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND_BY_NAME, &[Param::Id(tenant), Param::Text(key)], from_row).await
}

/// Removes the row of the group; its memberships go first.
pub async fn delete(tx: &mut Tx, id: GroupId) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    Ok(tx.execute(DELETE, &[Param::Id(tenant), Param::Id(id.uuid())]).await? == 1)
}

/// A new version of each of these groups: somebody in them is gone. The answer names them.
pub async fn touch_all(
    tx: &mut Tx,
    ids: &[Uuid],
    at: Timestamp,
) -> Result<Vec<(GroupId, String)>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Ids(ids), Param::Int(at.micros())];
    tx.fetch_all(TOUCH_ALL, &params, |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Those of `ids` that name a group of this tenant.
pub async fn existing(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(EXISTING, &[Param::Id(tenant), Param::Ids(ids)], |row| row.get(0)).await
}
