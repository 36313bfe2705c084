//! Permissions: what an actor may do. Roles give them; scopes only ever limit them.

use serde::{Deserialize, Serialize};

/// One switch of the role editor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// Admin > General Permissions > SCIM: provision people through the SCIM service.
    Scim,
    /// See people and groups outside SCIM.
    EmployeesView,
    /// Create and change people and groups outside SCIM.
    EmployeesEdit,
    RoleManagement,
    /// Register applications and manage their credentials.
    Applications,
    /// Create, list and revoke static bearer tokens.
    Tokens,
    AccountSettings,
    /// Read mails that wait in the outbox, credentials included.
    Outbox,
    AuditRead,
    /// The sending side: integrations, assignments, provisioning.
    Integrations,
}

impl Permission {
    pub const ALL: [Self; 10] = [
        Self::Scim,
        Self::EmployeesView,
        Self::EmployeesEdit,
        Self::RoleManagement,
        Self::Applications,
        Self::Tokens,
        Self::AccountSettings,
        Self::Outbox,
        Self::AuditRead,
        Self::Integrations,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scim => "scim",
            Self::EmployeesView => "employees-view",
            Self::EmployeesEdit => "employees-edit",
            Self::RoleManagement => "role-management",
            Self::Applications => "applications",
            Self::Tokens => "tokens",
            Self::AccountSettings => "account-settings",
            Self::Outbox => "outbox",
            Self::AuditRead => "audit-read",
            Self::Integrations => "integrations",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == text)
    }

    /// The path a person follows in the role editor, for refusals that tell what to switch on.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Scim => "Admin > General Permissions > SCIM",
            Self::EmployeesView => "Admin > General Permissions > Employees: View",
            Self::EmployeesEdit => "Admin > General Permissions > Employees: Create, Edit",
            Self::RoleManagement => "Admin > General Permissions > Role Management",
            Self::Applications => "Admin > General Permissions > Applications",
            Self::Tokens => "Admin > General Permissions > Access Key",
            Self::AccountSettings => "Admin > General Permissions > Admin Account Settings",
            Self::Outbox => "Admin > General Permissions > Outbox",
            Self::AuditRead => "Admin > General Permissions > Change Audit Report Access",
            Self::Integrations => "Applications > Provisioning",
        }
    }
}

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Permissions(u16);

impl Permissions {
    pub fn all() -> Self {
        Permission::ALL.into_iter().collect()
    }

    pub fn contains(self, permission: Permission) -> bool {
        self.0 & Self::bit(permission) != 0
    }

    #[must_use]
    pub fn with(self, permission: Permission) -> Self {
        Self(self.0 | Self::bit(permission))
    }

    #[must_use]
    pub fn without(self, permission: Permission) -> Self {
        Self(self.0 & !Self::bit(permission))
    }

    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.contains(*permission))
    }

    /// The stored form: a JSON array of names. Names this version does not know give nothing.
    pub(crate) fn from_json(text: &str) -> Self {
        let names: Vec<String> = serde_json::from_str(text).unwrap_or_default();
        names.iter().filter_map(|name| Permission::parse(name)).collect()
    }

    pub(crate) fn to_json(self) -> String {
        let names: Vec<_> = self.iter().map(Permission::as_str).collect();
        serde_json::to_string(&names).expect("names are strings")
    }

    const fn bit(permission: Permission) -> u16 {
        1 << permission as u16
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<T: IntoIterator<Item = Permission>>(iter: T) -> Self {
        iter.into_iter().fold(Self::default(), Self::with)
    }
}
