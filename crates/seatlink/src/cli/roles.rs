//! `seatlink role`: roles, their status, their permissions, and who has them.

use clap::Subcommand;
use seatlink_domain::{
    Permission, Permissions, Platform, UserId,
    access::roles::{self, Edit, NewRole, Rank, Role, RoleQuery, RoleRow, RoleStatus},
};
use serde_json::{Value, json};

use super::{
    find::{self, TenantArgument},
    report::{Failure, Report},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a role
    Create(Create),
    /// List roles with their permissions
    List {
        #[command(flatten)]
        tenant: TenantArgument,
    },
    /// Activate a role, so that users can have it
    Activate(Named),
    /// Deactivate a role that no active user has
    Deactivate(Named),
    /// Create a draft with the permissions of another role
    Duplicate(Duplicate),
    /// Change the description of a role
    Describe(Describe),
    /// Reset a built-in role to its default permissions
    Reset(Named),
    /// Grant permissions to a role
    Permit(Switched),
    /// Remove permissions from a role
    Forbid(Switched),
    /// Give a user a secondary role
    Give(Held),
    /// Remove a secondary role from a user
    Take(Held),
}

#[derive(Debug, clap::Args)]
pub(super) struct Create {
    #[command(flatten)]
    tenant: TenantArgument,

    /// Name of the role
    #[arg(long)]
    name: String,

    /// What the role is for
    #[arg(long, default_value = "")]
    description: String,

    /// Status of the new role: draft or active
    #[arg(long, value_name = "STATUS", default_value = "active", value_parser = initial_status)]
    status: RoleStatus,

    /// Permissions, such as scim; the name of an area, such as role-management, grants all of it
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = permissions)]
    permit: Vec<Permissions>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Named {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Name or id of the role
    role: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Switched {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Name or id of the role
    role: String,
    /// Permissions, such as scim; the name of an area, such as role-management, means all of it
    #[arg(required = true, value_parser = permissions)]
    permissions: Vec<Permissions>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Duplicate {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Name or id of the role
    role: String,
    /// Name of the new role
    #[arg(long)]
    name: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Describe {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Name or id of the role
    role: String,
    /// What the role is for
    description: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Held {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Name or id of the role
    role: String,
    /// User name or id
    #[arg(long)]
    user: String,
}

fn initial_status(text: &str) -> Result<RoleStatus, String> {
    match RoleStatus::parse(text) {
        Some(status @ (RoleStatus::Draft | RoleStatus::Active)) => Ok(status),
        Some(RoleStatus::Inactive) | None => Err(String::from("use draft or active")),
    }
}

fn permissions(text: &str) -> Result<Permissions, String> {
    Permissions::named(text).ok_or_else(|| {
        let names: Vec<&str> = Permission::ALL.into_iter().map(Permission::as_str).collect();
        format!("there are these permissions: {}", names.join(", "))
    })
}

impl Command {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        match self {
            Self::Create(create) => create.run(platform).await,
            Self::List { tenant } => list(platform, &tenant).await,
            Self::Activate(named) => named.set(platform, RoleStatus::Active).await,
            Self::Deactivate(named) => named.set(platform, RoleStatus::Inactive).await,
            Self::Duplicate(duplicate) => duplicate.run(platform).await,
            Self::Describe(describe) => describe.run(platform).await,
            Self::Reset(named) => named.reset(platform).await,
            Self::Permit(switched) => switched.set(platform, Permissions::with).await,
            Self::Forbid(switched) => switched.set(platform, Permissions::switched_off).await,
            Self::Give(held) => {
                let actor = held.tenant.operator(platform).await?;
                let role = find::role(platform, &actor, &held.role).await?;
                let user = find::user(platform, &actor, &held.user).await?;
                let id = UserId::from(user.id());
                roles::assign(platform, &actor, role.id, vec![id], Rank::Secondary).await?;
                Ok(Report::new(json!({ "user_id": id, "role_id": role.id }), "Given."))
            }
            Self::Take(held) => {
                let actor = held.tenant.operator(platform).await?;
                let role = find::role(platform, &actor, &held.role).await?;
                let user = find::user(platform, &actor, &held.user).await?;
                let id = UserId::from(user.id());
                roles::unassign(platform, &actor, role.id, vec![id]).await?;
                Ok(Report::new(json!({ "user_id": id, "role_id": role.id }), "Removed."))
            }
        }
    }
}

impl Create {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let new = NewRole {
            name: self.name,
            description: self.description,
            status: self.status,
            permissions: self.permit.into_iter().fold(Permissions::default(), Permissions::union),
        };
        Ok(report(&roles::create(platform, &actor, new).await?))
    }
}

impl Named {
    async fn set(self, platform: &Platform, status: RoleStatus) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let role = find::role(platform, &actor, &self.role).await?;
        Ok(report(&roles::set_status(platform, &actor, role.id, status).await?))
    }

    async fn reset(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let role = find::role(platform, &actor, &self.role).await?;
        Ok(report(&roles::set_to_default(platform, &actor, role.id, role.version).await?))
    }
}

impl Duplicate {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let role = find::role(platform, &actor, &self.role).await?;
        Ok(report(&roles::duplicate(platform, &actor, role.id, &self.name).await?))
    }
}

impl Describe {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let role = find::role(platform, &actor, &self.role).await?;
        let edit = Edit { description: Some(self.description), ..Edit::default() };
        Ok(report(&roles::edit(platform, &actor, role.id, role.version, edit).await?))
    }
}

impl Switched {
    async fn set(
        self,
        platform: &Platform,
        switch: fn(Permissions, Permission) -> Permissions,
    ) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let role = find::role(platform, &actor, &self.role).await?;
        let asked = self.permissions.into_iter().flat_map(Permissions::iter);
        let permissions = Some(asked.fold(role.permissions, switch));
        let edit = Edit { permissions, ..Edit::default() };
        Ok(report(&roles::edit(platform, &actor, role.id, role.version, edit).await?))
    }
}

async fn list(platform: &Platform, tenant: &TenantArgument) -> Result<Report, Failure> {
    let actor = tenant.operator(platform).await?;
    let mut query = RoleQuery { limit: 200, ..RoleQuery::default() };
    let mut roles = Vec::new();
    loop {
        let page = roles::list(platform, &actor, &query).await?;
        roles.extend(page.rows);
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let rows: Vec<[String; 5]> = roles
        .iter()
        .map(|RoleRow { role, active_members, .. }| {
            [
                role.name.clone(),
                role.status.as_str().to_owned(),
                role.id.to_string(),
                active_members.to_string(),
                names(role.permissions).join(" "),
            ]
        })
        .collect();
    let json = roles
        .iter()
        .map(|row| {
            let mut json = to_json(&row.role);
            json["active_members"] = row.active_members.into();
            json["inactive_members"] = row.inactive_members.into();
            json
        })
        .collect();
    Ok(Report::table(json, ["name", "status", "id", "members", "permissions"], &rows))
}

fn report(role: &Role) -> Report {
    let text = format!("Role “{}” is {}.", role.name, role.status.as_str());
    Report::new(to_json(role), text)
}

fn names(permissions: Permissions) -> Vec<&'static str> {
    permissions.iter().map(Permission::as_str).collect()
}

fn to_json(role: &Role) -> Value {
    json!({
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "status": role.status,
        "permissions": names(role.permissions),
    })
}
