//! The roles of a new tenant, and what each of them gives by default.

use seatlink_scim::fold;

use super::{NewRole, RoleStatus};
use crate::permission::{Permission, Permissions};

/// What a role of this name gives out of the box; `None` for the roles that a tenant made itself.
/// SCIM is off in all of them, as in the guide: switching it on is a step somebody takes.
pub fn default_permissions(name: &str) -> Option<Permissions> {
    let name = fold(name.trim());
    out_of_the_box().into_iter().find(|role| fold(&role.name) == name).map(|role| role.permissions)
}

/// Agent, Manager, Administrator and Evaluator, active.
pub(crate) fn out_of_the_box() -> [NewRole; 4] {
    let everything = Permissions::all().without(Permission::Scim);
    let seeing = [Permission::EmployeesView, Permission::AuditRead].into_iter().collect();
    let roles: [(&str, &str, Permissions); 4] = [
        ("Agent", "Handles contacts. Everyone provisioned gets this role.", Permissions::default()),
        ("Manager", "Sees the people of the business unit.", seeing),
        ("Administrator", "Administers the business unit.", everything),
        ("Evaluator", "Evaluates the quality of contacts.", Permissions::default()),
    ];
    roles.map(|(name, description, permissions)| NewRole {
        name: name.to_owned(),
        description: description.to_owned(),
        status: RoleStatus::Active,
        permissions,
    })
}
