//! Roles: named sets of permissions with a status.
//!
//! A name once used is never used again, not even after the role was deactivated: the way back is
//! to reactivate it. Only active roles give permissions or can be given to active users.

use seatlink_scim::fold;
use seatlink_store::{
    self as store, Constraint, RoleId, Timestamp, Tx, UserId,
    roles::{Rank, RoleRecord},
};
use serde::{Deserialize, Serialize};

use crate::{
    Platform,
    actor::{Actor, Forbidden},
    log::{self, Change, Event, Named},
    permission::{Permission, Permissions},
};

/// Longest role name the receiving side takes.
const NAME_LIMIT: usize = 50;
const DESCRIPTION_LIMIT: usize = 200;
const FORBIDDEN_IN_NAMES: &[char] = &['/', '\\', '+', '!', '?', '<', '>', '#', '&', ',', '%', '"'];
/// Besides the primary role.
const SECONDARY_LIMIT: usize = 10;

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
}

#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error("a role name has 1 to {NAME_LIMIT} characters")]
    NameLength,
    #[error("a role name cannot hold “{0}”")]
    NameCharacter(char),
    #[error("a role description has at most {DESCRIPTION_LIMIT} characters")]
    DescriptionLength,
    #[error("the role name “{name}” was used before and cannot be used again; {}", advice(*status))]
    NameTaken { name: String, status: RoleStatus },
    #[error("there is no role “{0}”")]
    NotFound(String),
    #[error("there is no user {0}")]
    NoUser(UserId),
    #[error("the role “{name}” is {} and cannot be given to an active user", status.as_str())]
    NotActive { name: String, status: RoleStatus },
    #[error("the role “{name}” is held by {holders} active users; give them another role first")]
    Held { name: String, holders: i64 },
    #[error("a user has at most {SECONDARY_LIMIT} secondary roles")]
    TooManyRoles,
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the role could not be read or written")]
    Store(#[from] store::Error),
}

const fn advice(status: RoleStatus) -> &'static str {
    match status {
        RoleStatus::Active => "a role of that name is active",
        RoleStatus::Draft | RoleStatus::Inactive => "activate the role of that name instead",
    }
}

impl Role {
    fn from_record(record: RoleRecord) -> Self {
        Self {
            id: record.id,
            name: record.name,
            description: record.description,
            status: RoleStatus::parse(&record.status).unwrap_or(RoleStatus::Inactive),
            permissions: Permissions::from_json(&record.permissions),
        }
    }

    /// As a field of an event.
    pub(crate) fn named(&self) -> Named<RoleId> {
        Named::new(self.id, &self.name)
    }

    fn to_record(&self) -> RoleRecord {
        RoleRecord {
            id: self.id,
            name: self.name.clone(),
            description: self.description.clone(),
            status: self.status.as_str().to_owned(),
            permissions: self.permissions.to_json(),
        }
    }
}

/// Agent, Manager, Administrator and Evaluator, active. SCIM is off in all of them, as in the guide:
/// switching it on is a step somebody takes.
pub(crate) fn out_of_the_box(platform: &Platform) -> Vec<Role> {
    let everything = Permissions::all().without(Permission::Scim);
    let seeing = [Permission::EmployeesView, Permission::AuditRead].into_iter().collect();
    let roles: [(&str, &str, Permissions); 4] = [
        ("Agent", "Handles contacts. Everyone provisioned gets this role.", Permissions::default()),
        ("Manager", "Sees the people of the business unit.", seeing),
        ("Administrator", "Administers the business unit.", everything),
        ("Evaluator", "Evaluates the quality of contacts.", Permissions::default()),
    ];
    roles
        .into_iter()
        .map(|(name, description, permissions)| Role {
            id: platform.new_id(),
            name: name.to_owned(),
            description: description.to_owned(),
            status: RoleStatus::Active,
            permissions,
        })
        .collect()
}

pub(crate) async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    role: &Role,
    at: Timestamp,
) -> Result<(), store::Error> {
    store::roles::insert(tx, &role.to_record(), &fold(&role.name), at).await?;
    let event = Event::RoleCreated { role: role.named(), status: role.status };
    log::record(tx, actor, at, &Change::new(event)).await
}

/// What a new role is made from.
#[derive(Clone, Debug)]
pub struct NewRole {
    pub name: String,
    pub description: String,
    /// Draft for "Save", active for "Save & Activate".
    pub status: RoleStatus,
    pub permissions: Permissions,
}

pub async fn create(platform: &Platform, actor: &Actor, new: NewRole) -> Result<Role, RoleError> {
    actor.require(Permission::RoleManagement)?;
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_LIMIT {
        return Err(RoleError::NameLength);
    }
    if let Some(bad) = name.chars().find(|c| FORBIDDEN_IN_NAMES.contains(c) || c.is_control()) {
        return Err(RoleError::NameCharacter(bad));
    }
    if new.description.chars().count() > DESCRIPTION_LIMIT {
        return Err(RoleError::DescriptionLength);
    }
    let role = Role {
        id: platform.new_id(),
        name,
        description: new.description,
        status: new.status,
        permissions: new.permissions,
    };
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            if let Some(taken) = store::roles::find_by_name(&mut tx, &fold(&role.name)).await? {
                let taken = Role::from_record(taken);
                return Err(RoleError::NameTaken { name: taken.name, status: taken.status });
            }
            match insert(&mut tx, &actor, &role, at).await {
                Ok(()) => Ok(role),
                Err(store::Error::Conflict(Constraint::RoleName)) => {
                    Err(RoleError::NameTaken { name: role.name, status: role.status })
                }
                Err(other) => Err(other.into()),
            }
        })
        .await
}

pub async fn list(platform: &Platform, actor: &Actor) -> Result<Vec<Role>, RoleError> {
    actor.require_any(&[
        Permission::RoleManagement,
        Permission::EmployeesView,
        Permission::Scim,
    ])?;
    let records = platform
        .db()
        .read(actor.tenant, |mut tx| async move { store::roles::list(&mut tx).await })
        .await?;
    Ok(records.into_iter().map(Role::from_record).collect())
}

pub async fn find_by_name(
    platform: &Platform,
    actor: &Actor,
    name: &str,
) -> Result<Option<Role>, RoleError> {
    actor.require_any(&[Permission::RoleManagement, Permission::EmployeesView])?;
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

/// Activates or deactivates a role. One that active users hold stays active.
pub async fn set_status(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    status: RoleStatus,
) -> Result<Role, RoleError> {
    actor.require(Permission::RoleManagement)?;
    change(platform, actor, id, move |role| {
        let before = role.status;
        role.status = status;
        Event::RoleStatusChanged { role: role.named(), before, status }
    })
    .await
}

/// Switches one permission of a role on or off; holders have it, or lack it, from their next request.
pub async fn set_permissions(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    permissions: Permissions,
) -> Result<Role, RoleError> {
    actor.require(Permission::RoleManagement)?;
    change(platform, actor, id, move |role| {
        role.permissions = permissions;
        Event::RolePermissionsChanged { role: role.named() }
    })
    .await
}

async fn change(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    edit: impl FnOnce(&mut Role) -> Event + Send + 'static,
) -> Result<Role, RoleError> {
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let record = store::roles::lock(&mut tx, id)
                .await?
                .ok_or_else(|| RoleError::NotFound(id.to_string()))?;
            let before = Role::from_record(record);
            let mut role = before.clone();
            let event = edit(&mut role);
            if before.status == RoleStatus::Active && role.status != RoleStatus::Active {
                let holders = store::roles::active_holders(&mut tx, id).await?;
                if holders > 0 {
                    return Err(RoleError::Held { name: role.name, holders });
                }
            }
            store::roles::update(&mut tx, &role.to_record(), at).await?;
            let change = Change::new(event).with_difference(serde_json::json!({
                "status": { "from": before.status, "to": role.status },
                "permissions": {
                    "from": before.permissions.iter().collect::<Vec<_>>(),
                    "to": role.permissions.iter().collect::<Vec<_>>(),
                },
            }));
            log::record(&mut tx, &actor, at, &change).await?;
            Ok(role)
        })
        .await
}

/// Gives a user another secondary role, up to ten.
pub async fn give_secondary(
    platform: &Platform,
    actor: &Actor,
    user: UserId,
    id: RoleId,
) -> Result<(), RoleError> {
    actor.require(Permission::RoleManagement)?;
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            // Two who give roles to one person count one after the other, and nobody is deleted meanwhile.
            let record = store::users::lock(&mut tx, user).await?.ok_or(RoleError::NoUser(user))?;
            let role = find_active(&mut tx, id).await?;
            let held = store::roles::held(&mut tx, user).await?;
            if held.iter().any(|(held, _)| held.id == id) {
                return Ok(());
            }
            let secondary = held.iter().filter(|(_, rank)| *rank == Rank::Secondary).count();
            if secondary >= SECONDARY_LIMIT {
                return Err(RoleError::TooManyRoles);
            }
            store::roles::hold(&mut tx, user, id, Rank::Secondary).await?;
            let user = Named::new(user, record.user_name);
            let event = Event::SecondaryRoleGiven { user, role: role.named() };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok(())
        })
        .await
}

/// Takes a secondary role away.
pub async fn take_secondary(
    platform: &Platform,
    actor: &Actor,
    user: UserId,
    id: RoleId,
) -> Result<(), RoleError> {
    actor.require(Permission::RoleManagement)?;
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            // Who is being deleted loses the role by that.
            let Some(record) = store::users::lock(&mut tx, user).await? else { return Ok(()) };
            if store::roles::drop_secondary(&mut tx, user, id).await? {
                let role = by_id(&mut tx, id, Wanted::ToSee).await?;
                let role = role.ok_or_else(|| RoleError::NotFound(id.to_string()))?.named();
                let event =
                    Event::SecondaryRoleTaken { user: Named::new(user, record.user_name), role };
                log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            }
            Ok(())
        })
        .await
}

async fn find_active(tx: &mut Tx, id: RoleId) -> Result<Role, RoleError> {
    let record =
        store::roles::keep(tx, id).await?.ok_or_else(|| RoleError::NotFound(id.to_string()))?;
    let role = Role::from_record(record);
    if role.status != RoleStatus::Active {
        return Err(RoleError::NotActive { name: role.name, status: role.status });
    }
    Ok(role)
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
