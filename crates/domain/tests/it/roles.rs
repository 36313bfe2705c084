//! Roles on both databases: pages of them, changing them, and who has them.

mod changing;
mod listing;
mod people;

use anyhow::{Context as _, Result};
use seatlink_domain::{
    Actor, Permission, Permissions,
    access::roles::{self, Edit, NewRole, Role, RoleError, RoleStatus},
};

use crate::common::Center;

impl Center {
    async fn role(&self, name: &str) -> Result<Role> {
        let found = roles::find_by_name(&self.platform, &self.actor, name).await?;
        found.with_context(|| format!("there is no role {name}"))
    }

    async fn create(&self, name: &str, status: RoleStatus) -> Result<Role, RoleError> {
        self.create_with(name, status, Permissions::default()).await
    }

    async fn create_with(
        &self,
        name: &str,
        status: RoleStatus,
        permissions: Permissions,
    ) -> Result<Role, RoleError> {
        let description = format!("About {name}");
        let new = NewRole { name: name.to_owned(), description, status, permissions };
        roles::create(&self.platform, &self.actor, new).await
    }

    async fn set(&self, role: &Role, permissions: Permissions) -> Result<Role, RoleError> {
        let edit = Edit { permissions: Some(permissions), ..Edit::default() };
        roles::edit(&self.platform, &self.actor, role.id, role.version, edit).await
    }

    /// Somebody with these permissions.
    fn with(&self, permissions: impl IntoIterator<Item = Permission>) -> Actor {
        Actor { permissions: permissions.into_iter().collect(), ..self.actor.clone() }
    }
}
