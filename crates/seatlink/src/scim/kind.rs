//! Which operation of the domain stands behind an endpoint of a resource type.
//!
//! The one place that tells users, groups and what tenants registered apart: HTTP and Bulk have one
//! shape for all.

use std::sync::Arc;

use seatlink_domain::{
    directory::{
        DirectoryError, Page, Stored,
        groups::{self, Patched},
        resources::{self, OwnType},
        users,
    },
    tenants::Tenant,
};
use seatlink_scim::{ListQuery, Precondition, Projection, ResourceType};
use serde_json::Value;

use super::call::Call;

pub(super) enum Kind {
    Users,
    Groups,
    /// A type that the tenant registered.
    Own(OwnType),
}

impl Kind {
    /// The type whose collection is at this path below the base.
    pub(super) fn at(tenant: &Arc<Tenant>, endpoint: &str) -> Option<Self> {
        match endpoint {
            "/Users" => Some(Self::Users),
            "/Groups" => Some(Self::Groups),
            other => OwnType::at(tenant, other).map(Self::Own),
        }
    }

    pub(super) fn resource_type<'t>(&'t self, tenant: &'t Tenant) -> &'t ResourceType {
        let standard =
            |name| tenant.registry.resource_type(name).expect("every profile has users and groups");
        match self {
            Self::Users => standard("User"),
            Self::Groups => standard("Group"),
            Self::Own(own) => own.resource_type(),
        }
    }

    /// Groups and their members come in one piece, whatever their number.
    pub(super) const fn has_large_bodies(&self) -> bool {
        matches!(self, Self::Groups)
    }

    pub(super) async fn create(
        &self,
        call: &Call<'_>,
        body: Value,
        shown: &Projection,
    ) -> Result<Stored, DirectoryError> {
        let (platform, actor) = (&call.state.platform, &call.actor);
        match self {
            Self::Users => users::create(platform, actor, body).await,
            Self::Groups => groups::create(platform, actor, body, shown).await,
            Self::Own(own) => resources::create(platform, actor, own, body).await,
        }
    }

    pub(super) async fn get(
        &self,
        call: &Call<'_>,
        id: &str,
        shown: &Projection,
    ) -> Result<Stored, DirectoryError> {
        let (platform, actor) = (&call.state.platform, &call.actor);
        match self {
            Self::Users => users::get(platform, actor, id).await,
            Self::Groups => groups::get(platform, actor, id, shown).await,
            Self::Own(own) => resources::get(platform, actor, own, id).await,
        }
    }

    pub(super) async fn replace(
        &self,
        call: &Call<'_>,
        id: &str,
        body: Value,
        condition: &Precondition,
        shown: &Projection,
    ) -> Result<Stored, DirectoryError> {
        let (platform, actor) = (&call.state.platform, &call.actor);
        match self {
            Self::Users => users::replace(platform, actor, id, body, condition).await,
            Self::Groups => groups::replace(platform, actor, id, body, condition, shown).await,
            Self::Own(own) => resources::replace(platform, actor, own, id, body, condition).await,
        }
    }

    /// Of a large group only the version is known afterwards; everything else is there as a whole.
    pub(super) async fn patch(
        &self,
        call: &Call<'_>,
        id: &str,
        body: Value,
        condition: &Precondition,
        shown: &Projection,
    ) -> Result<Patched, DirectoryError> {
        let (platform, actor) = (&call.state.platform, &call.actor);
        let stored = match self {
            Self::Users => users::patch(platform, actor, id, body, condition).await?,
            Self::Groups => {
                return groups::patch(platform, actor, id, body, condition, shown).await;
            }
            Self::Own(own) => resources::patch(platform, actor, own, id, body, condition).await?,
        };
        Ok(Patched { stored, whole: true })
    }

    pub(super) async fn delete(
        &self,
        call: &Call<'_>,
        id: &str,
        condition: &Precondition,
    ) -> Result<(), DirectoryError> {
        let (platform, actor) = (&call.state.platform, &call.actor);
        match self {
            Self::Users => users::delete(platform, actor, id, condition).await,
            Self::Groups => groups::delete(platform, actor, id, condition).await,
            Self::Own(own) => resources::delete(platform, actor, own, id, condition).await,
        }
    }

    pub(super) async fn list(
        &self,
        call: &Call<'_>,
        query: &ListQuery,
        shown: &Projection,
    ) -> Result<Page, DirectoryError> {
        let (platform, actor) = (&call.state.platform, &call.actor);
        match self {
            Self::Users => users::list(platform, actor, query, shown).await,
            Self::Groups => groups::list(platform, actor, query, shown).await,
            Self::Own(own) => resources::list(platform, actor, own, query).await,
        }
    }
}
