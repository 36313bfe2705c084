//! `seatlink role`: roles, their status, their permissions, and who has them.

use clap::Subcommand;
use seatlink_domain::{
    Permission, Permissions, Platform, UserId,
    access::roles::{self, NewRole, Role, RoleStatus},
};
use serde_json::{Value, json};

use super::{
    find::{self, TenantArgument},
    report::{Failure, Report},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a role
    Create(Create),
    /// List roles with their permissions
    List {
        #[command(flatten)]
        tenant: TenantArgument,
    },
    /// Make a role usable
    Activate(Named),
    /// Take a role out of use
    Deactivate(Named),
    /// Switch a permission on
    Permit(Switched),
    /// Switch a permission off
    Forbid(Switched),
    /// Give a user another role
    Give(Held),
    /// Take another role away from a user
    Take(Held),
}

#[derive(Debug, clap::Args)]
pub(super) struct Create {
    #[command(flatten)]
    tenant: TenantArgument,

    #[arg(long)]
    name: String,

    #[arg(long, default_value = "")]
    description: String,

    /// draft or active
    #[arg(long, value_name = "STATUS", default_value = "active", value_parser = initial_status)]
    status: RoleStatus,

    /// Permissions to switch on, such as scim
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = permission)]
    permit: Vec<Permission>,
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
    /// Such as scim
    #[arg(required = true, value_parser = permission)]
    permissions: Vec<Permission>,
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

fn permission(text: &str) -> Result<Permission, String> {
    Permission::parse(text).ok_or_else(|| {
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
            Self::Permit(switched) => switched.set(platform, Permissions::with).await,
            Self::Forbid(switched) => switched.set(platform, Permissions::without).await,
            Self::Give(held) => {
                let actor = held.tenant.operator(platform).await?;
                let role = find::role(platform, &actor, &held.role).await?;
                let user = find::user(platform, &actor, &held.user).await?;
                let id = UserId::from(user.id());
                roles::give_secondary(platform, &actor, id, role.id).await?;
                Ok(Report::new(json!({ "user_id": id, "role_id": role.id }), "Given."))
            }
            Self::Take(held) => {
                let actor = held.tenant.operator(platform).await?;
                let role = find::role(platform, &actor, &held.role).await?;
                let user = find::user(platform, &actor, &held.user).await?;
                let id = UserId::from(user.id());
                roles::take_secondary(platform, &actor, id, role.id).await?;
                Ok(Report::new(json!({ "user_id": id, "role_id": role.id }), "Taken away."))
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
            permissions: self.permit.into_iter().collect(),
        };
        Ok(told(&roles::create(platform, &actor, new).await?))
    }
}

impl Named {
    async fn set(self, platform: &Platform, status: RoleStatus) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        let role = find::role(platform, &actor, &self.role).await?;
        Ok(told(&roles::set_status(platform, &actor, role.id, status).await?))
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
        let permissions = self.permissions.into_iter().fold(role.permissions, switch);
        Ok(told(&roles::set_permissions(platform, &actor, role.id, permissions).await?))
    }
}

async fn list(platform: &Platform, tenant: &TenantArgument) -> Result<Report, Failure> {
    let actor = tenant.operator(platform).await?;
    let roles = roles::list(platform, &actor).await?;
    let rows: Vec<[String; 4]> = roles
        .iter()
        .map(|role| {
            [
                role.name.clone(),
                role.status.as_str().to_owned(),
                role.id.to_string(),
                names(role.permissions).join(" "),
            ]
        })
        .collect();
    let json = roles.iter().map(to_json).collect();
    Ok(Report::table(json, ["name", "status", "id", "permissions"], &rows))
}

fn told(role: &Role) -> Report {
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
