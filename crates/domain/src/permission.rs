//! Permissions: what an actor may do. Roles give them; scopes only ever limit them.
//!
//! One table declares every permission. A permission is offered only when an operation checks it,
//! which `tests/it/operations.rs` compares with the operations themselves.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($(
        $(#[$doc:meta])*
        $variant:ident = $name:literal in $group:ident, $row:literal, $action:ident,
            with [$($implied:ident),*], at $path:literal;
    )+) => {
        /// One switch of the role editor.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        pub enum Permission {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl Permission {
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The stable name: stored, and used by machines and the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The group of rows of the role editor that it stands in.
            pub const fn group(self) -> Group {
                match self { $(Self::$variant => Group::$group,)+ }
            }

            /// The row of the role editor, by its stable name, such as `employees`.
            pub const fn row(self) -> &'static str {
                match self { $(Self::$variant => $row,)+ }
            }

            /// What it allows to do with what the row is about.
            pub const fn action(self) -> Action {
                match self { $(Self::$variant => Action::$action,)+ }
            }

            /// What is switched on with it, because it is of no use without.
            pub const fn switches_on(self) -> &'static [Self] {
                match self { $(Self::$variant => &[$(Self::$implied),*],)+ }
            }

            /// The way through the role editor in English, for refusals that machines read.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$variant => $path,)+ }
            }
        }
    };
}

permissions! {
    /// Provision people through the SCIM service.
    Scim = "scim" in General, "scim", Switch, with [], at "Admin > General Permissions > SCIM";
    /// See people and groups outside SCIM.
    EmployeesView = "employees-view" in General, "employees", View, with [], at "Admin > General Permissions > Employees: View";
    /// Create people and groups outside SCIM.
    EmployeesCreate = "employees-create" in General, "employees", Create, with [EmployeesView], at "Admin > General Permissions > Employees: Create";
    /// Change people and groups outside SCIM.
    EmployeesEdit = "employees-edit" in General, "employees", Edit, with [EmployeesView], at "Admin > General Permissions > Employees: Edit";
    /// Deactivate or delete people, and delete groups, outside SCIM.
    EmployeesDelete = "employees-delete" in General, "employees", Delete, with [EmployeesView], at "Admin > General Permissions > Employees: Delete";
    /// See and search roles, and who has them.
    RolesView = "role-management-view" in General, "role-management", View, with [], at "Admin > General Permissions > Role Management: View";
    RolesCreate = "role-management-create" in General, "role-management", Create, with [RolesView], at "Admin > General Permissions > Role Management: Create";
    /// Change name, description and permissions of a role, and activate it.
    RolesEdit = "role-management-edit" in General, "role-management", Edit, with [RolesView], at "Admin > General Permissions > Role Management: Edit";
    RolesDeactivate = "role-management-deactivate" in General, "role-management", Deactivate, with [RolesView], at "Admin > General Permissions > Role Management: Deactivate";
    /// Give roles to people and take them away.
    RolesAssign = "role-management-assign" in General, "role-management", Assign, with [RolesView], at "Admin > General Permissions > Role Management: User Assignment";
    /// See static bearer tokens, without their secrets.
    TokensView = "tokens-view" in General, "tokens", View, with [], at "Admin > General Permissions > Access Key: View";
    TokensCreate = "tokens-create" in General, "tokens", Create, with [TokensView], at "Admin > General Permissions > Access Key: Create";
    TokensRevoke = "tokens-revoke" in General, "tokens", Delete, with [TokensView], at "Admin > General Permissions > Access Key: Delete";
    /// Set the passwords of others.
    ManagePasswords = "manage-passwords" in General, "manage-passwords", Switch, with [], at "Admin > General Permissions > Can Manage Passwords";
    /// See registered applications.
    ApplicationsView = "applications-view" in General, "applications", View, with [], at "Admin > General Permissions > Applications: View";
    /// Register applications.
    ApplicationsCreate = "applications-create" in General, "applications", Create, with [ApplicationsView], at "Admin > General Permissions > Applications: Create";
    /// Change applications and their credentials, switch them on and off.
    ApplicationsEdit = "applications-edit" in General, "applications", Edit, with [ApplicationsView], at "Admin > General Permissions > Applications: Edit";
    /// Read mails that wait in the outbox, credentials included.
    Outbox = "outbox" in General, "outbox", Switch, with [], at "Admin > General Permissions > Outbox";
    /// Read the change log.
    AuditRead = "audit-read" in General, "audit-read", Switch, with [], at "Admin > General Permissions > Change Audit Report Access";
    /// See the account's settings and registered schemas.
    AccountView = "account-settings-view" in Account, "account-settings", View, with [], at "Admin > Account > Admin Account Settings: View";
    AccountEdit = "account-settings-edit" in Account, "account-settings", Edit, with [AccountView], at "Admin > Account > Admin Account Settings: Edit";
    /// See the connections that clients come in by, and what was repaired for them.
    ConnectionsView = "connections-view" in Account, "connections", View, with [], at "Admin > Account > SCIM Connections: View";
    /// Change the policy of a connection.
    ConnectionsEdit = "connections-edit" in Account, "connections", Edit, with [ConnectionsView], at "Admin > Account > SCIM Connections: Edit";
    /// The sending side: integrations, assignments, provisioning.
    Integrations = "integrations" in Provisioning, "integrations", Switch, with [], at "Applications > Provisioning";
}

/// What a tab of the role editor shows: one application.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Area {
    Admin,
    Applications,
}

impl Area {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Applications => "applications",
        }
    }
}

/// Rows of the role editor below one heading.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Group {
    General,
    Account,
    Provisioning,
}

impl Group {
    pub const ALL: [Self; 3] = [Self::General, Self::Account, Self::Provisioning];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Account => "account",
            Self::Provisioning => "provisioning",
        }
    }

    pub const fn area(self) -> Area {
        match self {
            Self::General | Self::Account => Area::Admin,
            Self::Provisioning => Area::Applications,
        }
    }
}

/// The column of a permission in its row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// The row is one switch, On or Off.
    Switch,
    View,
    Create,
    Edit,
    Delete,
    Deactivate,
    Assign,
}

impl Action {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Switch => "switch",
            Self::View => "view",
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Deactivate => "deactivate",
            Self::Assign => "assign",
        }
    }
}

impl Permission {
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == text)
    }

    /// Whoever holds all of these may give this permission without holding it. SCIM lets an
    /// application do with people what these let a person do, and it is off in every role of a new
    /// tenant: somebody has to be able to switch it on.
    const fn given_by(self) -> &'static [Self] {
        match self {
            Self::Scim => &[
                Self::EmployeesCreate,
                Self::EmployeesEdit,
                Self::EmployeesDelete,
                Self::RolesAssign,
            ],
            _ => &[],
        }
    }
}

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Permissions(u128);

const _: () = assert!(Permission::ALL.len() <= 128, "a set holds 128 permissions");

impl Permissions {
    pub fn all() -> Self {
        Permission::ALL.into_iter().collect()
    }

    /// The permission of this name, or all permissions of the row of this name.
    pub fn named(text: &str) -> Option<Self> {
        if let Some(permission) = Permission::parse(text) {
            return Some(Self::default().with(permission));
        }
        let row: Self = Permission::ALL.into_iter().filter(|one| one.row() == text).collect();
        (row != Self::default()).then_some(row)
    }

    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & Self::bit(permission) != 0
    }

    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | Self::bit(permission))
    }

    #[must_use]
    pub const fn without(self, permission: Permission) -> Self {
        Self(self.0 & !Self::bit(permission))
    }

    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub const fn beyond(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// With everything that its permissions switch on.
    #[must_use]
    pub fn completed(self) -> Self {
        self.iter().flat_map(Permission::switches_on).fold(self, |all, one| all.with(*one))
    }

    /// Without the permission and without those that switch it on.
    #[must_use]
    pub fn switched_off(self, permission: Permission) -> Self {
        self.iter()
            .filter(|one| *one != permission && !one.switches_on().contains(&permission))
            .collect()
    }

    /// What of these a holder of this set may not give to others.
    #[must_use]
    pub fn lacking_to_give(self, given: Self) -> Self {
        let covered = |permission: &Permission| {
            let by = permission.given_by();
            !by.is_empty() && by.iter().all(|one| self.contains(*one))
        };
        given.beyond(self).iter().filter(|one| !covered(one)).collect()
    }

    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.contains(*permission))
    }

    /// The stored form: a JSON array of names. Names this version does not know give nothing.
    pub(crate) fn from_json(text: &str) -> Self {
        let names: Vec<String> = serde_json::from_str(text).unwrap_or_default();
        names.iter().filter_map(|name| Self::named(name)).fold(Self::default(), Self::union)
    }

    pub(crate) fn to_json(self) -> String {
        let names: Vec<_> = self.iter().map(Permission::as_str).collect();
        serde_json::to_string(&names).expect("names are strings")
    }

    const fn bit(permission: Permission) -> u128 {
        1 << permission as u32
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<T: IntoIterator<Item = Permission>>(iter: T) -> Self {
        iter.into_iter().fold(Self::default(), Self::with)
    }
}
