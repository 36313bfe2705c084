//! Finding what an argument names: a tenant, a user, a group, a role, an integration.
//!
//! People type names; programs pass ids. Both are taken everywhere.

use std::{str::FromStr, sync::Arc};

use seatlink_domain::{
    Actor, GroupId, Platform, RoleId, TenantId, UserId,
    access::{
        connections::{self, Connection},
        roles::{self, Role},
    },
    directory::{Stored, groups, users},
    integrations::{self, Integration},
    tenants::{self, Tenant},
};
use seatlink_scim::{Document, ListQuery, Projection, filter};

use super::report::Failure;

// The tenant a command is about. Not a doc comment, which would become the help of commands that
// have none.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct TenantArgument {
    /// Tenant id or business unit id; optional while there is only one tenant
    #[arg(long, value_name = "ID", env = "SEATLINK_TENANT")]
    tenant: Option<TenantName>,
}

#[derive(Clone, Copy, Debug)]
enum TenantName {
    Id(TenantId),
    BusinessUnit(i64),
}

impl FromStr for TenantName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(number) = text.parse() {
            return Ok(Self::BusinessUnit(number));
        }
        text.parse().map(Self::Id).map_err(|_| "a tenant is named by its id or business unit id")
    }
}

impl TenantArgument {
    pub(super) async fn find(&self, platform: &Platform) -> Result<Arc<Tenant>, Failure> {
        match self.tenant {
            Some(TenantName::Id(id)) => Ok(tenants::load(platform, id).await?),
            Some(TenantName::BusinessUnit(number)) => {
                let found = tenants::find_by_business_unit(platform, number).await?;
                found.map(Arc::new).ok_or_else(|| {
                    Failure::failed(format!("There is no tenant with business unit {number}."))
                })
            }
            None => only(tenants::list(platform).await?),
        }
    }

    /// The operator of this tenant, which is who the command line acts as.
    pub(super) async fn operator(&self, platform: &Platform) -> Result<Actor, Failure> {
        Ok(Actor::operator(self.find(platform).await?.id))
    }
}

fn only(tenants: Vec<Tenant>) -> Result<Arc<Tenant>, Failure> {
    let mut tenants = tenants.into_iter();
    match (tenants.next(), tenants.next()) {
        (Some(only), None) => Ok(Arc::new(only)),
        (None, _) => Err(Failure::failed(
            "There is no tenant yet; create one with “seatlink tenant create”.",
        )),
        (Some(_), Some(_)) => {
            Err(Failure::input("There are several tenants; name one with --tenant."))
        }
    }
}

/// A user by id or user name.
pub(super) async fn user(
    platform: &Platform,
    actor: &Actor,
    name: &str,
) -> Result<Stored, Failure> {
    if name.parse::<UserId>().is_ok() {
        return Ok(users::get(platform, actor, name).await?);
    }
    let page = users::list(platform, actor, &query("userName", name)?, &Projection::all()).await?;
    page.resources
        .into_iter()
        .next()
        .ok_or_else(|| Failure::failed(format!("There is no user “{name}”.")))
}

/// A connection by client id, token id or name.
pub(super) async fn connection(
    platform: &Platform,
    actor: &Actor,
    name: &str,
) -> Result<Connection, Failure> {
    let all = connections::list(platform, actor).await?;
    let by_id = all.iter().position(|connection| connection.id == name);
    let mut named = all.iter().enumerate().filter(|(_, one)| one.open && one.name == name);
    let position = match (by_id, named.next(), named.next()) {
        (Some(position), ..) | (None, Some((position, _)), None) => position,
        (None, None, _) => {
            return Err(Failure::failed(format!(
                "There is no connection “{name}”; “seatlink connection list” shows them."
            )));
        }
        (None, Some(_), Some(_)) => {
            return Err(Failure::input(format!(
                "Several connections are called “{name}”; name one by its id."
            )));
        }
    };
    all.into_iter().nth(position).ok_or_else(|| Failure::failed("There is no such connection."))
}

pub(super) async fn group(
    platform: &Platform,
    actor: &Actor,
    name: &str,
) -> Result<GroupId, Failure> {
    if let Ok(id) = name.parse::<GroupId>() {
        return Ok(id);
    }
    let query = query("displayName", name)?;
    let page = groups::list(platform, actor, &query, &Projection::all()).await?;
    page.resources
        .first()
        .map(|stored| GroupId::from(stored.id()))
        .ok_or_else(|| Failure::failed(format!("There is no group “{name}”.")))
}

pub(super) async fn role(platform: &Platform, actor: &Actor, name: &str) -> Result<Role, Failure> {
    let found = match name.parse::<RoleId>() {
        Ok(id) => Some(roles::get(platform, actor, id).await?),
        Err(_) => roles::find_by_name(platform, actor, name).await?,
    };
    found.ok_or_else(|| Failure::failed(format!("There is no role “{name}”.")))
}

pub(super) async fn integration(
    platform: &Platform,
    actor: &Actor,
    name: &str,
) -> Result<Integration, Failure> {
    if let Ok(id) = name.parse() {
        return Ok(integrations::get(platform, actor, id).await?);
    }
    integrations::find_by_name(platform, actor, name)
        .await?
        .ok_or_else(|| Failure::failed(format!("There is no integration “{name}”.")))
}

fn query(attribute: &str, value: &str) -> Result<ListQuery, Failure> {
    let text = format!("{attribute} eq {}", serde_json::Value::from(value));
    let filter = filter::parse(&text).map_err(|error| Failure::input(error.detail))?;
    Ok(ListQuery { filter: Some(filter), ..ListQuery::default() })
}

/// The document of a user, for the columns of a list.
pub(super) fn document(stored: &Stored) -> Result<Document, Failure> {
    Document::from_stored(stored.document())
        .map_err(|error| Failure::failed(format!("A stored document cannot be read: {error}")))
}
