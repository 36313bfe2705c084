//! Making roles and changing them.

use seatlink_scim::fold;
use seatlink_store::{self as store, Constraint, RoleId, Timestamp, Tx};
use serde_json::{Map, Value, json};

use super::{
    Columns, Role, RoleError, RoleStatus, absent,
    check::{Complaints, Field, FieldError, Problem},
    defaults::{default_permissions, out_of_the_box},
    somebody_manages,
};
use crate::{
    Platform,
    actor::Actor,
    log::{self, Change, Event},
    permission::{Permission, Permissions},
};

/// What a new role is made from.
#[derive(Clone, Debug)]
pub struct NewRole {
    pub name: String,
    pub description: String,
    /// Draft for "Save", active for "Save & Activate".
    pub status: RoleStatus,
    pub permissions: Permissions,
}

/// What of a role is changed. What is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// Only of a role that nobody holds, for the records of its holders name it.
    pub name: Option<String>,
    pub description: Option<String>,
    pub permissions: Option<Permissions>,
    /// "Save & Activate".
    pub activate: bool,
}

impl Role {
    fn new(platform: &Platform, new: NewRole, by: &Actor) -> Self {
        let at = platform.now();
        Self {
            id: platform.new_id(),
            name: new.name,
            description: new.description,
            status: new.status,
            permissions: new.permissions.completed(),
            version: 1,
            created_at: at,
            modified_at: at,
            modified_by: by.name.to_string(),
        }
    }
}

/// Gives a new tenant its roles out of the box.
pub(crate) async fn seed(
    tx: &mut Tx,
    platform: &Platform,
    actor: &Actor,
) -> Result<(), store::Error> {
    for new in out_of_the_box() {
        let role = Role::new(platform, new, actor);
        let columns = Columns::of(&role);
        // Nobody else had a name before in a tenant that is new.
        store::roles::take_name(tx, &columns.name_key, role.id).await?;
        add(tx, actor, &role, &columns).await?;
    }
    Ok(())
}

async fn insert(tx: &mut Tx, actor: &Actor, role: Role) -> Result<Role, RoleError> {
    let columns = Columns::of(&role);
    take_name(tx, &role, &columns).await?;
    add(tx, actor, &role, &columns).await?;
    Ok(role)
}

async fn add(
    tx: &mut Tx,
    actor: &Actor,
    role: &Role,
    columns: &Columns,
) -> Result<(), store::Error> {
    store::roles::insert(tx, columns.write(role)).await?;
    let event = Event::RoleCreated { role: role.named(), status: role.status };
    let change = Change::new(event).with_difference(log::difference(&Map::new(), &document(role)));
    log::record(tx, actor, role.modified_at, &change).await
}

/// Makes the name the role's own, or says whose it is.
async fn take_name(tx: &mut Tx, role: &Role, columns: &Columns) -> Result<(), RoleError> {
    let owner = store::roles::take_name(tx, &columns.name_key, role.id).await?;
    if owner == role.id {
        return Ok(());
    }
    let owner = store::roles::find(tx, owner)
        .await?
        .map(Role::from_record)
        .ok_or(store::Error::Conflict(Constraint::RoleName))?;
    let problem = Problem::Taken { name: owner.name, status: owner.status };
    Err(RoleError::Invalid(vec![FieldError { field: Field::Name, problem }]))
}

/// What the log says of a role.
fn document(role: &Role) -> Map<String, Value> {
    let names: Vec<&str> = role.permissions.iter().map(Permission::as_str).collect();
    let entries = [
        ("name", json!(role.name)),
        ("description", json!(role.description)),
        ("status", json!(role.status)),
        ("permissions", json!(names)),
    ];
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Makes a role: a draft, or an active one.
pub async fn create(platform: &Platform, actor: &Actor, new: NewRole) -> Result<Role, RoleError> {
    actor.require(Permission::RolesCreate)?;
    let mut complaints = Complaints::default();
    let name = complaints.name(&new.name);
    let description = complaints.description(&new.description);
    if new.status == RoleStatus::Inactive {
        complaints.add(Field::Status, Problem::Missing);
    }
    complaints.given(actor, new.permissions.completed());
    complaints.none()?;
    let role = Role::new(platform, NewRole { name, description, ..new }, actor);
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move { insert(&mut tx, &actor, role).await })
        .await
}

/// Makes a draft with the description and the permissions of another role.
pub async fn duplicate(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    name: &str,
) -> Result<Role, RoleError> {
    actor.require(Permission::RolesCreate)?;
    let mut complaints = Complaints::default();
    let name = complaints.name(name);
    complaints.none()?;
    let (ground, actor) = (platform.clone(), actor.clone());
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let record = store::roles::find(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            let model = Role::from_record(record);
            let mut complaints = Complaints::default();
            complaints.given(&actor, model.permissions);
            complaints.none()?;
            let new = NewRole {
                name,
                description: model.description,
                status: RoleStatus::Draft,
                permissions: model.permissions,
            };
            insert(&mut tx, &actor, Role::new(&ground, new, &actor)).await
        })
        .await
}

/// Changes a role; its holders have new permissions, or lack them, from their next request.
///
/// An edit made on another version than the present one is refused with [`RoleError::Changed`] and
/// changes nothing.
pub async fn edit(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    version: i64,
    edit: Edit,
) -> Result<Role, RoleError> {
    actor.require(Permission::RolesEdit)?;
    let mut complaints = Complaints::default();
    let name = edit.name.as_deref().map(|name| complaints.name(name));
    let description = edit.description.as_deref().map(|text| complaints.description(text));
    complaints.none()?;
    change(platform, actor, id, Some(version), move |role| {
        if let Some(name) = name {
            role.name = name;
        }
        if let Some(description) = description {
            role.description = description;
        }
        if let Some(permissions) = edit.permissions {
            role.permissions = permissions.completed();
        }
        if edit.activate {
            role.status = RoleStatus::Active;
        }
        Ok(())
    })
    .await
}

/// Gives a role of a new tenant the permissions that it had then.
pub async fn set_to_default(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    version: i64,
) -> Result<Role, RoleError> {
    actor.require(Permission::RolesEdit)?;
    change(platform, actor, id, Some(version), |role| {
        role.permissions = default_permissions(&role.name)
            .ok_or_else(|| RoleError::NoDefault(role.name.clone()))?;
        Ok(())
    })
    .await
}

/// Activates or deactivates a role. One that active users hold stays active.
pub async fn set_status(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    status: RoleStatus,
) -> Result<Role, RoleError> {
    actor.require(match status {
        RoleStatus::Draft | RoleStatus::Active => Permission::RolesEdit,
        RoleStatus::Inactive => Permission::RolesDeactivate,
    })?;
    change(platform, actor, id, None, move |role| {
        role.status = status;
        Ok(())
    })
    .await
}

async fn change(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    version: Option<i64>,
    edit: impl FnOnce(&mut Role) -> Result<(), RoleError> + Send + 'static,
) -> Result<Role, RoleError> {
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            store::gate::roles(&mut tx).await?;
            let record = store::roles::lock(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            let before = Role::from_record(record);
            if version.is_some_and(|version| version != before.version) {
                return Err(RoleError::Changed { current: before.version });
            }
            let mut role = before.clone();
            edit(&mut role)?;
            if role == before {
                return Ok(role);
            }
            check(&mut tx, &actor, &before, &role).await?;
            save(&mut tx, &actor, &before, role, at).await
        })
        .await
}

/// What depends on the role as it was, and on who holds it.
async fn check(tx: &mut Tx, actor: &Actor, before: &Role, role: &Role) -> Result<(), RoleError> {
    let mut complaints = Complaints::default();
    complaints.given(actor, role.permissions.beyond(before.permissions));
    if role.status == RoleStatus::Draft && before.status != RoleStatus::Draft {
        complaints.add(Field::Status, Problem::DraftAgain);
    }
    let holders = store::roles::holders::count(tx, role.id).await?;
    if role.name != before.name && holders.all > 0 {
        complaints.add(Field::Name, Problem::Held(holders.all));
    }
    complaints.none()?;
    if before.status == RoleStatus::Active
        && role.status != RoleStatus::Active
        && holders.active > 0
    {
        return Err(RoleError::Held { name: role.name.clone(), holders: holders.active });
    }
    Ok(())
}

async fn save(
    tx: &mut Tx,
    actor: &Actor,
    before: &Role,
    mut role: Role,
    at: Timestamp,
) -> Result<Role, RoleError> {
    role.version += 1;
    role.modified_at = at;
    role.modified_by = actor.name.to_string();
    let columns = Columns::of(&role);
    if columns.name_key != fold(&before.name) {
        take_name(tx, &role, &columns).await?;
    }
    let manages = |role: &Role| {
        role.status == RoleStatus::Active && role.permissions.contains(Permission::RolesEdit)
    };
    let may_be_last = manages(before) && !manages(&role) && somebody_manages(tx).await?;
    store::roles::update(tx, columns.write(&role)).await?;
    if may_be_last && !somebody_manages(tx).await? {
        let problem = Problem::LastManager;
        return Err(RoleError::Invalid(vec![FieldError { field: Field::Permissions, problem }]));
    }
    let difference = log::difference(&document(before), &document(&role));
    let event = if role.status == before.status {
        Event::RoleChanged { role: role.named(), attributes: log::changed_names(&difference) }
    } else {
        let (before, status) = (before.status, role.status);
        Event::RoleStatusChanged { role: role.named(), before, status }
    };
    let change = Change::new(event).with_difference(difference);
    log::record(tx, actor, at, &change).await?;
    Ok(role)
}
