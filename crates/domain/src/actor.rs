//! Actors: whoever acts, with tenant and permissions. Every operation takes one.

use std::sync::Arc;

use seatlink_scim::Leniency;
use seatlink_store::{TenantId, UserId};

use crate::{
    access::policy::Existing,
    permission::{Permission, Permissions},
};

/// What kind of actor this is, and who.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ActorKind {
    /// A person with a login session.
    User(UserId),
    /// A caller of SCIM or of our API, acting for the person who authorised it, if any.
    ProvisioningClient { authorised_by: Option<UserId> },
    /// Whoever runs the command line on the data directory.
    Operator,
    /// Seatlink itself: the engine, the mail worker.
    System,
}

impl ActorKind {
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::ProvisioningClient { .. } => "provisioning-client",
            Self::Operator => "operator",
            Self::System => "system",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Actor {
    pub tenant: TenantId,
    pub kind: ActorKind,
    /// How the log names this actor: a user name, an application, a token's name.
    pub name: Arc<str>,
    pub permissions: Permissions,
    /// The configured connection this came in by: an application's client id or a static token's
    /// id.
    pub connection: Option<Arc<str>>,
    pub request_id: Option<Arc<str>>,
    /// Whether this connection's requests may be repaired.
    pub leniency: Leniency,
    /// What a create of this connection does when an inactive user is met.
    pub existing: Existing,
}

/// The actor lacks a permission.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{actor} lacks the permission “{}”; switch it on in a role of that user", permission.path())]
pub struct Forbidden {
    pub actor: String,
    pub permission: Permission,
}

impl Actor {
    /// Seatlink itself, at work for a tenant.
    pub fn system(tenant: TenantId) -> Self {
        Self::internal(tenant, ActorKind::System, "Seatlink")
    }

    /// Whoever can read and write the data directory can do anything with it already.
    pub fn operator(tenant: TenantId) -> Self {
        Self::internal(tenant, ActorKind::Operator, "command line")
    }

    fn internal(tenant: TenantId, kind: ActorKind, name: &str) -> Self {
        Self {
            tenant,
            kind,
            name: Arc::from(name),
            permissions: Permissions::all(),
            connection: None,
            request_id: None,
            leniency: Leniency::Forgiving,
            existing: Existing::UNASKED,
        }
    }

    #[must_use]
    pub fn with_request_id(mut self, id: &str) -> Self {
        self.request_id = Some(Arc::from(id));
        self
    }

    pub(crate) fn require(&self, permission: Permission) -> Result<(), Forbidden> {
        if self.permissions.contains(permission) {
            return Ok(());
        }
        Err(Forbidden { actor: self.name.to_string(), permission })
    }

    /// People and groups may be read over SCIM, or outside it with the employee permission.
    pub(crate) fn require_any(&self, permissions: &[Permission]) -> Result<(), Forbidden> {
        let first = permissions.first().copied().unwrap_or(Permission::Scim);
        if permissions.iter().any(|permission| self.permissions.contains(*permission)) {
            return Ok(());
        }
        Err(Forbidden { actor: self.name.to_string(), permission: first })
    }

    pub(crate) fn user(&self) -> Option<UserId> {
        match &self.kind {
            ActorKind::User(id) => Some(*id),
            ActorKind::ProvisioningClient { authorised_by } => *authorised_by,
            ActorKind::Operator | ActorKind::System => None,
        }
    }
}
