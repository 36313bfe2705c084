//! Roles: named sets of permissions with a status.
//!
//! A name once used is never used again by another role, not even after the role was deactivated:
//! the way back is to reactivate it. Only active roles give permissions or can be given to users.

mod check;
mod defaults;
mod list;
mod loss;
mod people;
mod write;

use seatlink_scim::fold;
use seatlink_store::{
    self as store, RoleId, Timestamp, Tx, UserId,
    roles::{RoleRecord, RoleWrite},
};
use serde::{Deserialize, Serialize};

pub(crate) use self::write::seed;
pub use self::{
    check::{Field, FieldError, Problem},
    defaults::default_permissions,
    list::{RolePage, RoleQuery, RoleRow, RoleSort, StatusCounts, list},
    loss::{Becomes, Loss, loss},
    people::{Holder, PeoplePage, PeopleQuery, assign, people, unassign},
    write::{Edit, NewRole, create, duplicate, edit, set_status, set_to_default},
};
pub use seatlink_store::roles::{Rank, holders::ConnectionOfHolder};

use crate::{
    Platform,
    actor::{Actor, Forbidden},
    directory::DirectoryError,
    log::Named,
    permission::{Permission, Permissions},
    tenants::TenantError,
};

/// Besides the primary role.
const SECONDARY_LIMIT: usize = 10;
/// People whom one operation gives a role.
const PEOPLE_LIMIT: usize = 100;
/// Rows of a page at most.
const PAGE_LIMIT: i64 = 200;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoleStatus {
    Draft,
    Active,
    Inactive,
}

impl RoleStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "draft" => Some(Self::Draft),
            "active" => Some(Self::Active),
            "inactive" => Some(Self::Inactive),
            _ => None,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub description: String,
    pub status: RoleStatus,
    pub permissions: Permissions,
    /// Grows with every change; an edit names the one that it was made on.
    pub version: i64,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    /// The name of whoever changed it last.
    pub modified_by: String,
}

#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// Every field that is wrong.
    #[error("{}", sentences(.0))]
    Invalid(Vec<FieldError>),
    #[error("the role has changed; its current version is {current}. Read it again and retry")]
    Changed { current: i64 },
    #[error("there is no role “{0}”")]
    NotFound(String),
    #[error("there is no user {0}")]
    NoUser(UserId),
    #[error("the role “{name}” is {} and cannot be given to a user", status.as_str())]
    NotActive { name: String, status: RoleStatus },
    #[error("the role “{name}” is held by {holders} active users; give them another role first")]
    Held { name: String, holders: i64 },
    #[error("a user has at most {SECONDARY_LIMIT} secondary roles")]
    TooManyRoles,
    #[error("a role can be given to {PEOPLE_LIMIT} users at once")]
    TooManyPeople,
    #[error("the role is the primary role of user {0}; give them another primary role instead")]
    Primary(UserId),
    #[error("no active user could edit roles any more; give another user that permission first")]
    LastManager,
    #[error("“{0}” has no default permissions; only the built-in roles have them")]
    NoDefault(String),
    #[error("the cursor does not belong to this list")]
    BadCursor,
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    User(Box<DirectoryError>),
    #[error("the tenant could not be read")]
    Tenant(#[from] TenantError),
    #[error("the role could not be read or written")]
    Store(#[from] store::Error),
}

impl From<DirectoryError> for RoleError {
    fn from(error: DirectoryError) -> Self {
        Self::User(Box::new(error))
    }
}

fn sentences(errors: &[FieldError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Role {
    fn from_record(record: RoleRecord) -> Self {
        Self {
            id: record.id,
            name: record.name,
            description: record.description,
            status: RoleStatus::parse(&record.status).unwrap_or(RoleStatus::Inactive),
            permissions: Permissions::from_json(&record.permissions),
            version: record.version,
            created_at: record.created_at,
            modified_at: record.modified_at,
            modified_by: record.modified_by,
        }
    }

    /// As a field of an event.
    pub(crate) fn named(&self) -> Named<RoleId> {
        Named::new(self.id, &self.name)
    }

    /// What it gives out of the box, if it is one of the roles of a new tenant.
    pub fn defaults(&self) -> Option<Permissions> {
        default_permissions(&self.name)
    }
}

/// The columns of a role that are made from others.
struct Columns {
    name_key: String,
    permissions: String,
    search: String,
}

impl Columns {
    fn of(role: &Role) -> Self {
        let name_key = fold(&role.name);
        let search = format!("{name_key}\n{}", fold(&role.description));
        Self { name_key, permissions: role.permissions.to_json(), search }
    }

    fn write<'a>(&'a self, role: &'a Role) -> RoleWrite<'a> {
        RoleWrite {
            id: role.id,
            name: &role.name,
            name_key: &self.name_key,
            description: &role.description,
            status: role.status.as_str(),
            permissions: &self.permissions,
            search: &self.search,
            at: role.modified_at,
            by: &role.modified_by,
        }
    }
}

/// A permission as it stands in the stored list.
fn quoted(permission: Permission) -> String {
    format!("\"{}\"", permission.as_str())
}

fn absent(id: RoleId) -> RoleError {
    RoleError::NotFound(id.to_string())
}

const MAY_SEE: &[Permission] =
    &[Permission::RolesView, Permission::EmployeesView, Permission::Scim];

pub async fn get(platform: &Platform, actor: &Actor, id: RoleId) -> Result<Role, RoleError> {
    actor.require_any(MAY_SEE)?;
    let record = platform
        .db()
        .read(actor.tenant, move |mut tx| async move { store::roles::find(&mut tx, id).await })
        .await?;
    record.map(Role::from_record).ok_or_else(|| absent(id))
}

pub async fn find_by_name(
    platform: &Platform,
    actor: &Actor,
    name: &str,
) -> Result<Option<Role>, RoleError> {
    actor.require_any(MAY_SEE)?;
    let key = fold(name.trim());
    let record = platform
        .db()
        .read(
            actor.tenant,
            move |mut tx| async move { store::roles::find_by_name(&mut tx, &key).await },
        )
        .await?;
    Ok(record.map(Role::from_record))
}

/// What a role is looked up for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    ToSee,
    /// It stays as it is until this transaction ends; one that is being changed is waited for.
    ToGive,
}

pub(crate) async fn by_name(
    tx: &mut Tx,
    name: &str,
    wanted: Wanted,
) -> Result<Option<Role>, store::Error> {
    let key = fold(name.trim());
    let record = match wanted {
        Wanted::ToSee => store::roles::find_by_name(tx, &key).await?,
        Wanted::ToGive => store::roles::keep_by_name(tx, &key).await?,
    };
    Ok(record.map(Role::from_record))
}

pub(crate) async fn by_id(
    tx: &mut Tx,
    id: RoleId,
    wanted: Wanted,
) -> Result<Option<Role>, store::Error> {
    let record = match wanted {
        Wanted::ToSee => store::roles::find(tx, id).await?,
        Wanted::ToGive => store::roles::keep(tx, id).await?,
    };
    Ok(record.map(Role::from_record))
}

/// The union of what the user's active roles give.
pub(crate) async fn permissions_of(tx: &mut Tx, user: UserId) -> Result<Permissions, store::Error> {
    let held = store::roles::held(tx, user).await?;
    Ok(held
        .into_iter()
        .map(|(record, _)| Role::from_record(record))
        .filter(|role| role.status == RoleStatus::Active)
        .fold(Permissions::default(), |all, role| all.union(role.permissions)))
}

/// Whether the tenant still has somebody active who may edit roles.
async fn somebody_manages(tx: &mut Tx) -> Result<bool, store::Error> {
    store::roles::holders::somebody_may(tx, &quoted(Permission::RolesEdit)).await
}
