//! The contact-center profile's rule: everyone has one active primary role.
//!
//! Who is provisioned without one gets the tenant's default, else `Agent`, else `坐席`. When none of
//! them is active nobody can be provisioned, and the refusal names what is missing and what to do.

use std::fmt;

use seatlink_scim::Document;
use seatlink_store::{RoleId, Tx};
use serde_json::{Value, json};

use super::DirectoryError;
use crate::{
    access::roles::{self, Role, RoleStatus, Wanted},
    log::{Concern, Event},
    tenants::Tenant,
};
use seatlink_scim::Error as ScimError;

/// The role that the document asks for, else the one the user has, else the default.
pub(super) async fn primary_role(
    tx: &mut Tx,
    tenant: &Tenant,
    document: &mut Document,
    current: Option<&Document>,
) -> Result<Role, DirectoryError> {
    let asked = document.get("roles").cloned();
    let kept = current.and_then(|current| current.get("roles")).cloned();
    let is_active = |document: &Document| document.get("active") != Some(&Value::Bool(false));
    let role = match (asked, kept) {
        (Some(asked), Some(kept)) if asked != kept => {
            active(named(tx, &asked, Wanted::ToGive).await?)?
        }
        (Some(_) | None, Some(kept)) => {
            // Who comes back needs a role that still counts; who stays keeps the one there is.
            let returns = is_active(document) && !current.is_some_and(is_active);
            if returns {
                active(named(tx, &kept, Wanted::ToGive).await?)?
            } else {
                named(tx, &kept, Wanted::ToSee).await?
            }
        }
        (Some(asked), None) => active(named(tx, &asked, Wanted::ToGive).await?)?,
        (None, None) => default_role(tx, tenant).await?,
    };
    document.set("roles", primary(&role));
    Ok(role)
}

/// The `roles` of a user with this primary role.
pub(super) fn primary(role: &Role) -> Value {
    json!([{ "value": role.id.to_string(), "display": role.name, "primary": true }])
}

/// Matches by id first, then by name without case.
async fn named(tx: &mut Tx, roles: &Value, wanted: Wanted) -> Result<Role, DirectoryError> {
    let entries = roles.as_array().map_or(&[][..], Vec::as_slice);
    let entry = entries
        .iter()
        .find(|entry| entry.get("primary") == Some(&Value::Bool(true)))
        .or_else(|| entries.first());
    let value = entry.and_then(|entry| entry.get("value")).and_then(Value::as_str);
    let display = entry.and_then(|entry| entry.get("display")).and_then(Value::as_str);
    if let Some(id) = value.and_then(|value| value.parse::<RoleId>().ok())
        && let Some(role) = roles::by_id(tx, id, wanted).await?
    {
        return Ok(role);
    }
    for name in [display, value].into_iter().flatten() {
        if let Some(role) = roles::by_name(tx, name, wanted).await? {
            return Ok(role);
        }
    }
    let asked = display.or(value).unwrap_or_default();
    Err(ScimError::invalid_value(format!(
        "There is no role “{asked}” in this tenant; send in roles the id or the name of an active one."
    ))
    .into())
}

fn active(role: Role) -> Result<Role, DirectoryError> {
    if role.status == RoleStatus::Active {
        return Ok(role);
    }
    Err(ScimError::invalid_value(format!(
        "The role “{}” is {}; activate it before giving it to anyone.",
        role.name,
        role.status.as_str()
    ))
    .into())
}

/// The names of the roles that are tried, in this order.
pub(crate) fn default_role_names(tenant: &Tenant) -> impl Iterator<Item = &str> {
    tenant.settings.default_role.as_deref().into_iter().chain(["Agent", "坐席"])
}

async fn default_role(tx: &mut Tx, tenant: &Tenant) -> Result<Role, DirectoryError> {
    let mut dormant = None;
    for name in default_role_names(tenant) {
        match roles::by_name(tx, name, Wanted::ToGive).await? {
            Some(role) if role.status == RoleStatus::Active => return Ok(role),
            Some(role) => dormant = dormant.or(Some(role)),
            None => {}
        }
    }
    let configured = tenant.settings.default_role.clone();
    Err(DirectoryError::MissingRole(Box::new(MissingRole { configured, dormant })))
}

/// The tenant has no active role that a person who is provisioned could be given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingRole {
    /// The default role of the tenant's settings.
    pub configured: Option<String>,
    /// One of the roles that would do, if it was activated.
    pub dormant: Option<Role>,
}

impl std::error::Error for MissingRole {}

impl fmt::Display for MissingRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody can be provisioned: this tenant has no active role named ")?;
        if let Some(name) = &self.configured {
            write!(f, "“{name}”, ")?;
        }
        f.write_str("“Agent” or “坐席”, which everyone provisioned is given. ")?;
        match &self.dormant {
            Some(role) => write!(
                f,
                "The role “{}” is {}; activate it (Roles & Permissions)",
                role.name,
                role.status.as_str()
            ),
            None => {
                f.write_str("Create it and choose Save & Activate (Roles & Permissions > New Role)")
            }
        }
    }
}

impl MissingRole {
    pub(super) fn event(&self, subject: Concern) -> Event {
        Event::RoleMissing {
            subject,
            configured: self.configured.clone(),
            dormant: self.dormant.as_ref().map(Role::named),
            status: self.dormant.as_ref().map(|role| role.status),
        }
    }
}
