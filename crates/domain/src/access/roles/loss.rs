//! What would break if a role gave less.

use seatlink_scim::fold;
use seatlink_store::{
    self as store, RoleId, Tx,
    roles::holders::{self, ConnectionOfHolder},
};

use super::{Role, RoleError, RoleStatus, Wanted, absent, by_name, quoted};
use crate::{
    Platform,
    actor::Actor,
    directory::default_role_names,
    permission::{Permission, Permissions},
    tenants::{self, Profile, Tenant},
};

/// Connections that are named; there may be more.
const CONNECTIONS: i64 = 50;

/// What a role would be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Becomes {
    Inactive,
    With(Permissions),
}

/// What would be lost.
#[derive(Clone, Debug)]
pub struct Loss {
    /// People who have the role. While any is active it cannot be deactivated.
    pub active_members: i64,
    pub inactive_members: i64,
    /// Permissions the role would no longer give.
    pub permissions: Permissions,
    /// Nobody active could edit roles any more, so it is refused.
    pub last_manager: bool,
    /// Nobody could be provisioned any more: this is the role that everybody gets.
    pub needed_for_provisioning: bool,
    /// Connections that would be refused, because their person may use SCIM by this role alone.
    pub connections: Vec<ConnectionOfHolder>,
    /// Whether there are more than those.
    pub more_connections: bool,
}

/// What would break, for a page that asks before it goes on. Changes nothing.
pub async fn loss(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    becomes: Becomes,
) -> Result<Loss, RoleError> {
    actor.require(Permission::RolesView)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    let now = platform.now();
    platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            let record = store::roles::find(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            let role = Role::from_record(record);
            let held = holders::count(&mut tx, id).await?;
            let gives = match role.status {
                RoleStatus::Active => role.permissions,
                RoleStatus::Draft | RoleStatus::Inactive => Permissions::default(),
            };
            let lost = match becomes {
                Becomes::Inactive => gives,
                Becomes::With(permissions) => gives.beyond(permissions.completed()),
            };
            let last_manager = lost.contains(Permission::RolesEdit) && held.active > 0 && {
                let edit = quoted(Permission::RolesEdit);
                !holders::somebody_else_may(&mut tx, &edit, id).await?
            };
            let mut connections = Vec::new();
            if lost.contains(Permission::Scim) {
                let scim = quoted(Permission::Scim);
                connections =
                    holders::connections(&mut tx, id, &scim, now, CONNECTIONS + 1).await?;
            }
            let named = usize::try_from(CONNECTIONS).unwrap_or(usize::MAX);
            let more_connections = connections.len() > named;
            connections.truncate(named);
            let needed_for_provisioning =
                becomes == Becomes::Inactive && is_needed(&mut tx, &tenant, &role).await?;
            Ok(Loss {
                active_members: held.active,
                inactive_members: held.all - held.active,
                permissions: lost,
                last_manager,
                needed_for_provisioning,
                connections,
                more_connections,
            })
        })
        .await
}

/// Whether the role is the only active one that people who are provisioned may be given.
async fn is_needed(tx: &mut Tx, tenant: &Tenant, role: &Role) -> Result<bool, store::Error> {
    let key = fold(&role.name);
    if tenant.profile != Profile::ContactCenter
        || role.status != RoleStatus::Active
        || !default_role_names(tenant).any(|name| fold(name) == key)
    {
        return Ok(false);
    }
    for name in default_role_names(tenant) {
        let other = by_name(tx, name, Wanted::ToSee).await?;
        if other.is_some_and(|other| other.id != role.id && other.status == RoleStatus::Active) {
            return Ok(false);
        }
    }
    Ok(true)
}
