//! Roles: their statements by key. Pages of them are in [`search`], who holds them in [`holders`].

pub mod holders;
pub mod search;

use crate::{Error, Param, RoleId, Row, Timestamp, Tx, UserId};

statements! {
    INSERT = "INSERT INTO roles (tenant_id, id, name, name_key, description, status, permissions, search, version,
            created_at, modified_at, modified_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9, $10)";
    UPDATE = @changing_access "UPDATE roles SET name = $3, name_key = $4, description = $5, status = $6, permissions = $7, search = $8,
            version = version + 1, modified_at = $9, modified_by = $10
        WHERE tenant_id = $1 AND id = $2";
    /// Taking one's own name again changes nothing.
    TAKE_NAME = "INSERT INTO role_names AS n (tenant_id, name_key, role_id) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, name_key) DO UPDATE SET role_id = n.role_id RETURNING role_id";
    FIND = "SELECT id, name, description, status, permissions, version, created_at, modified_at, modified_by FROM roles WHERE tenant_id = $1 AND id = $2";
    LOCK = "SELECT id, name, description, status, permissions, version, created_at, modified_at, modified_by FROM roles
        WHERE tenant_id = $1 AND id = $2 FOR UPDATE";
    FIND_BY_NAME = "SELECT id, name, description, status, permissions, version, created_at, modified_at, modified_by FROM roles
        WHERE tenant_id = $1 AND name_key = $2";
    /// Whoever gives a role to somebody keeps it from being deactivated meanwhile, and waits for
    /// whoever does that.
    KEEP = "SELECT id, name, description, status, permissions, version, created_at, modified_at, modified_by FROM roles
        WHERE tenant_id = $1 AND id = $2 FOR KEY SHARE";
    KEEP_BY_NAME = "SELECT id, name, description, status, permissions, version, created_at, modified_at, modified_by FROM roles
        WHERE tenant_id = $1 AND name_key = $2 FOR KEY SHARE";
    HOLD = @changing_access "INSERT INTO user_roles (tenant_id, user_id, role_id, rank) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, user_id, role_id) DO UPDATE SET rank = excluded.rank";
    /// No token acts for a user who is new.
    HOLD_FIRST = "INSERT INTO user_roles (tenant_id, user_id, role_id, rank) VALUES ($1, $2, $3, 'primary')";
    DROP_PRIMARY = @changing_access "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2 AND rank = 'primary' AND role_id <> $3";
    DROP_ALL = @changing_access "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2";
    DROP = @changing_access "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2 AND role_id = $3";
    HELD = "SELECT r.id, r.name, r.description, r.status, r.permissions, r.version, r.created_at, r.modified_at, r.modified_by, h.rank
        FROM user_roles h JOIN roles r ON r.tenant_id = h.tenant_id AND r.id = h.role_id
        WHERE h.tenant_id = $1 AND h.user_id = $2 ORDER BY h.rank, r.name_key";
}

#[derive(Clone, Debug)]
pub struct RoleRecord {
    pub id: RoleId,
    pub name: String,
    pub description: String,
    pub status: String,
    /// JSON array of permission names.
    pub permissions: String,
    /// Grows with every change.
    pub version: i64,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    /// The name of whoever changed it last.
    pub modified_by: String,
}

/// What is written of a role.
#[derive(Clone, Copy, Debug)]
pub struct RoleWrite<'a> {
    pub id: RoleId,
    pub name: &'a str,
    /// The folded name.
    pub name_key: &'a str,
    pub description: &'a str,
    pub status: &'a str,
    /// JSON array of permission names.
    pub permissions: &'a str,
    /// Folded name and description, which are searched for a text.
    pub search: &'a str,
    pub at: Timestamp,
    pub by: &'a str,
}

impl<'a> RoleWrite<'a> {
    fn params(&self, tx: &Tx) -> [Param<'a>; 10] {
        [
            Param::from(tx.tenant()),
            Param::from(self.id),
            Param::Text(self.name),
            Param::Text(self.name_key),
            Param::Text(self.description),
            Param::Text(self.status),
            Param::Text(self.permissions),
            Param::Text(self.search),
            Param::from(self.at),
            Param::Text(self.by),
        ]
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rank {
    Primary,
    Secondary,
}

impl Rank {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }

    fn parse(text: &str) -> Self {
        if text == "primary" { Self::Primary } else { Self::Secondary }
    }
}

fn from_row(row: &Row<'_>) -> Result<RoleRecord, Error> {
    Ok(RoleRecord {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        status: row.get(3)?,
        permissions: row.get(4)?,
        version: row.get(5)?,
        created_at: row.get(6)?,
        modified_at: row.get(7)?,
        modified_by: row.get(8)?,
    })
}

/// Adds a role. Its name must be free: see [`take_name`].
pub async fn insert(tx: &mut Tx, role: RoleWrite<'_>) -> Result<(), Error> {
    let params = role.params(tx);
    tx.execute(INSERT, &params).await?;
    Ok(())
}

/// Writes a role whose row is locked.
pub async fn update(tx: &mut Tx, role: RoleWrite<'_>) -> Result<(), Error> {
    let params = role.params(tx);
    tx.execute(UPDATE, &params).await?;
    Ok(())
}

/// Takes a name for a role, for ever, and answers whose it is: another role's if that had it
/// before.
pub async fn take_name(tx: &mut Tx, name_key: &str, role: RoleId) -> Result<RoleId, Error> {
    let params = [Param::from(tx.tenant()), Param::Text(name_key), Param::from(role)];
    tx.fetch_one(TAKE_NAME, &params, |row| row.get(0)).await
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

/// Gives the role; a primary role takes the place of the one before.
pub async fn hold(tx: &mut Tx, user: UserId, role: RoleId, rank: Rank) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    if rank == Rank::Primary {
        let params = [Param::Id(tenant), Param::Id(user.uuid()), Param::Id(role.uuid())];
        tx.execute(DROP_PRIMARY, &params).await?;
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

/// Takes a role away from somebody.
pub async fn drop_one(tx: &mut Tx, user: UserId, role: RoleId) -> Result<bool, Error> {
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
        Ok((from_row(row)?, Rank::parse(row.text(9)?)))
    })
    .await
}
