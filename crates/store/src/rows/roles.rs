//! Roles and who holds them.

use crate::{Error, Param, RoleId, Row, Timestamp, Tx, UserId};

statements! {
    INSERT = "INSERT INTO roles (tenant_id, id, name, name_key, description, status, permissions, created_at, modified_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    UPDATE = @changing_access "UPDATE roles SET status = $3, permissions = $4, description = $5, modified_at = $6
        WHERE tenant_id = $1 AND id = $2";
    FIND = "SELECT id, name, description, status, permissions FROM roles WHERE tenant_id = $1 AND id = $2";
    LOCK = "SELECT id, name, description, status, permissions FROM roles
        WHERE tenant_id = $1 AND id = $2 FOR UPDATE";
    FIND_BY_NAME = "SELECT id, name, description, status, permissions FROM roles
        WHERE tenant_id = $1 AND name_key = $2";
    /// Whoever gives a role to somebody keeps it from being deactivated meanwhile, and waits for whoever does that.
    KEEP = "SELECT id, name, description, status, permissions FROM roles
        WHERE tenant_id = $1 AND id = $2 FOR KEY SHARE";
    KEEP_BY_NAME = "SELECT id, name, description, status, permissions FROM roles
        WHERE tenant_id = $1 AND name_key = $2 FOR KEY SHARE";
    LIST = "SELECT id, name, description, status, permissions FROM roles WHERE tenant_id = $1 ORDER BY name_key";
    HOLD = @changing_access "INSERT INTO user_roles (tenant_id, user_id, role_id, rank) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, user_id, role_id) DO UPDATE SET rank = excluded.rank";
    /// No token acts for a user who is new.
    HOLD_FIRST = "INSERT INTO user_roles (tenant_id, user_id, role_id, rank) VALUES ($1, $2, $3, 'primary')";
    DROP_PRIMARY = @changing_access "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2 AND rank = 'primary'";
    DROP_ALL = @changing_access "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2";
    DROP = @changing_access "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2 AND role_id = $3 AND rank = 'secondary'";
    HELD = "SELECT r.id, r.name, r.description, r.status, r.permissions, h.rank
        FROM user_roles h JOIN roles r ON r.tenant_id = h.tenant_id AND r.id = h.role_id
        WHERE h.tenant_id = $1 AND h.user_id = $2 ORDER BY h.rank, r.name_key";
    ACTIVE_HOLDERS = "SELECT COUNT(*) FROM user_roles h
        JOIN users u ON u.tenant_id = h.tenant_id AND u.id = h.user_id
        WHERE h.tenant_id = $1 AND h.role_id = $2 AND u.active = $3";
}

#[derive(Clone, Debug)]
pub struct RoleRecord {
    pub id: RoleId,
    pub name: String,
    pub description: String,
    pub status: String,
    /// JSON array of permission names.
    pub permissions: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rank {
    Primary,
    Secondary,
}

impl Rank {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }
}

fn from_row(row: &Row<'_>) -> Result<RoleRecord, Error> {
    Ok(RoleRecord {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        status: row.get(3)?,
        permissions: row.get(4)?,
    })
}

pub async fn insert(
    tx: &mut Tx,
    role: &RoleRecord,
    name_key: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(role.id.uuid()),
        Param::Text(&role.name),
        Param::Text(name_key),
        Param::Text(&role.description),
        Param::Text(&role.status),
        Param::Text(&role.permissions),
        Param::Int(at.micros()),
    ];
    tx.execute(INSERT, &params).await?;
    Ok(())
}

/// Writes everything but the name, which never changes.
pub async fn update(tx: &mut Tx, role: &RoleRecord, at: Timestamp) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(role.id.uuid()),
        Param::Text(&role.status),
        Param::Text(&role.permissions),
        Param::Text(&role.description),
        Param::Int(at.micros()),
    ];
    tx.execute(UPDATE, &params).await?;
    Ok(())
}

pub async fn find(tx: &mut Tx, id: RoleId) -> Result<Option<RoleRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

/// Reads the role and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &mut Tx, id: RoleId) -> Result<Option<RoleRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(LOCK, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

pub async fn find_by_name(tx: &mut Tx, key: &str) -> Result<Option<RoleRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND_BY_NAME, &[Param::Id(tenant), Param::Text(key)], from_row).await
}

/// [`find`] for whoever gives the role to somebody.
pub async fn keep(tx: &mut Tx, id: RoleId) -> Result<Option<RoleRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(KEEP, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

/// [`find_by_name`] for whoever gives the role to somebody.
pub async fn keep_by_name(tx: &mut Tx, key: &str) -> Result<Option<RoleRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(KEEP_BY_NAME, &[Param::Id(tenant), Param::Text(key)], from_row).await
}

pub async fn list(tx: &mut Tx) -> Result<Vec<RoleRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(LIST, &[Param::Id(tenant)], from_row).await
}

/// Gives the role; a primary role takes the place of the one before.
pub async fn hold(tx: &mut Tx, user: UserId, role: RoleId, rank: Rank) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    if rank == Rank::Primary {
        tx.execute(DROP_PRIMARY, &[Param::Id(tenant), Param::Id(user.uuid())]).await?;
    }
    let params = [
        Param::Id(tenant),
        Param::Id(user.uuid()),
        Param::Id(role.uuid()),
        Param::Text(rank.as_str()),
    ];
    tx.execute(HOLD, &params).await?;
    Ok(())
}

/// Gives the primary role to a user who is new.
pub async fn hold_first(tx: &mut Tx, user: UserId, role: RoleId) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(user.uuid()), Param::Id(role.uuid())];
    tx.execute(HOLD_FIRST, &params).await?;
    Ok(())
}

/// Takes a secondary role away.
pub async fn drop_secondary(tx: &mut Tx, user: UserId, role: RoleId) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(user.uuid()), Param::Id(role.uuid())];
    Ok(tx.execute(DROP, &params).await? == 1)
}

pub async fn drop_all(tx: &mut Tx, user: UserId) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    tx.execute(DROP_ALL, &[Param::Id(tenant), Param::Id(user.uuid())]).await?;
    Ok(())
}

/// The user's roles, the primary one first.
pub async fn held(tx: &mut Tx, user: UserId) -> Result<Vec<(RoleRecord, Rank)>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(HELD, &[Param::Id(tenant), Param::Id(user.uuid())], |row| {
        let rank = if row.text(5)? == "primary" { Rank::Primary } else { Rank::Secondary };
        Ok((from_row(row)?, rank))
    })
    .await
}

/// How many active users hold the role.
pub async fn active_holders(tx: &mut Tx, role: RoleId) -> Result<i64, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(role.uuid()), Param::Bool(true)];
    tx.fetch_one(ACTIVE_HOLDERS, &params, |row| row.get(0)).await
}
