//! `seatlink user`: create, list, show, password, activate and deactivate.

use std::io::{self, BufRead, IsTerminal};

use clap::Subcommand;
use seatlink_domain::{
    Actor, Platform, Secret, UserId,
    access::roles::{self, Rank, Role, RoleError, RoleStatus},
    directory::{Stored, listing::PAGE_LIMIT, users},
    login::password,
};
use seatlink_scim::{ListQuery, Precondition, Projection, fold};
use serde_json::{Value, json};

use super::{
    find::{self, TenantArgument},
    report::{Failure, Report},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a user
    Create(Create),
    /// List users in order of creation
    List {
        #[command(flatten)]
        tenant: TenantArgument,
        /// Number of users at most
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=PAGE_LIMIT))]
        count: u64,
        /// Position of the first user, counted from 1
        #[arg(long, default_value_t = 1)]
        start: u64,
    },
    /// Show the SCIM resource of a user
    Show(Named),
    /// Set a user's password; their sessions and authorizations end
    Password {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        password: PasswordArgument,
    },
    /// Activate a user
    Activate(Named),
    /// Deactivate a user: sessions and tokens end at once, the history remains
    Deactivate(Named),
}

#[derive(Debug, clap::Args)]
pub(super) struct Create {
    #[command(flatten)]
    tenant: TenantArgument,

    #[arg(long)]
    user_name: String,

    #[arg(long)]
    given_name: String,

    #[arg(long)]
    family_name: String,

    /// E-mail address [default: the user name]
    #[arg(long)]
    email: Option<String>,

    /// Name or id of an active role
    #[arg(long)]
    role: Option<String>,

    #[command(flatten)]
    password: PasswordArgument,
}

#[derive(Debug, clap::Args)]
pub(super) struct Named {
    #[command(flatten)]
    tenant: TenantArgument,
    /// User name or id
    user: String,
}

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(super) struct PasswordArgument {
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,

    /// The password itself; other processes can see it, so prefer --password-stdin
    #[arg(long, value_name = "PASSWORD")]
    password: Option<String>,
}

impl PasswordArgument {
    fn read(self) -> Result<Option<Secret>, Failure> {
        if !self.password_stdin {
            return Ok(self.password.map(Secret::new));
        }
        read_secret("password").map(Some)
    }
}

/// One line of standard input.
pub(super) fn read_secret(what: &str) -> Result<Secret, Failure> {
    if io::stdin().is_terminal() {
        eprintln!("Enter the {what} (it will be visible):");
    }
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::failed(format!("Standard input cannot be read: {error}.")))?;
    let secret = line.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(Failure::input(format!("Standard input holds no {what}.")));
    }
    Ok(Secret::new(secret))
}

impl Command {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        match self {
            Self::Create(create) => create.run(platform).await,
            Self::List { tenant, count, start } => list(platform, &tenant, count, start).await,
            Self::Show(named) => {
                let (_, stored) = named.find(platform).await?;
                rendered(platform, &named.tenant, &stored).await
            }
            Self::Password { named, password } => {
                let secret = password.read()?.ok_or_else(|| {
                    Failure::input("Give the password with --password-stdin or --password.")
                })?;
                let (actor, stored) = named.find(platform).await?;
                let id = UserId::from(stored.id());
                password::set(platform, &actor, id, &secret).await?;
                Ok(Report::new(json!({ "id": id }), "The password is set."))
            }
            Self::Activate(named) => named.set_active(platform, Activity::Active).await,
            Self::Deactivate(named) => named.set_active(platform, Activity::Inactive).await,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Activity {
    Active,
    Inactive,
}

impl Named {
    async fn find(&self, platform: &Platform) -> Result<(Actor, Stored), Failure> {
        let actor = self.tenant.operator(platform).await?;
        let stored = find::user(platform, &actor, &self.user).await?;
        Ok((actor, stored))
    }

    async fn set_active(self, platform: &Platform, activity: Activity) -> Result<Report, Failure> {
        let (actor, stored) = self.find(platform).await?;
        let active = activity == Activity::Active;
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "active", "value": active }],
        });
        let id = stored.id().to_string();
        users::patch(platform, &actor, &id, body, &Precondition::None).await?;
        let text = if active { "The user is active." } else { "The user is inactive." };
        Ok(Report::new(json!({ "id": id, "active": active }), text))
    }
}

impl Create {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let actor = self.tenant.operator(platform).await?;
        // Everything that can be wrong is looked at before the user is made.
        let role = match &self.role {
            Some(name) => Some(find::role(platform, &actor, name).await?),
            None => None,
        };
        if let Some(Role { name, status, .. }) = &role
            && *status != RoleStatus::Active
        {
            return Err(RoleError::NotActive { name: name.clone(), status: *status }.into());
        }
        let secret = self.password.read()?;
        let email = self.email.as_deref().unwrap_or(&self.user_name);
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": self.user_name,
            "name": { "givenName": self.given_name, "familyName": self.family_name },
            "emails": [{ "value": email, "type": "work", "primary": true }],
            "active": true,
        });
        if let Some(role) = &role {
            body["roles"] = json!([{ "value": role.id, "display": role.name, "primary": true }]);
        }
        if let Some(secret) = &secret {
            password::check(secret, &self.user_name, &body)?;
        }
        let stored = users::create(platform, &actor, body).await?;
        let id = UserId::from(stored.id());
        // Tenants decide whether a primary role can be chosen; a role beside it always can.
        if let Some(role) = &role
            && !has_role(&stored, &role.name)?
        {
            roles::assign(platform, &actor, role.id, vec![id], Rank::Secondary).await?;
        }
        if let Some(secret) = &secret {
            password::set(platform, &actor, id, secret).await.map_err(|error| {
                Failure::from(error).after("The user was created, but has no password")
            })?;
        }
        let text = format!("User {id} ({})", self.user_name);
        Ok(Report::new(json!({ "id": id, "user_name": self.user_name }), text))
    }
}

fn has_role(stored: &Stored, name: &str) -> Result<bool, Failure> {
    let document = find::document(stored)?;
    let roles = document.get("roles").and_then(Value::as_array);
    Ok(roles
        .into_iter()
        .flatten()
        .any(|role| role["display"].as_str().is_some_and(|display| fold(display) == fold(name))))
}

async fn rendered(
    platform: &Platform,
    tenant: &TenantArgument,
    stored: &Stored,
) -> Result<Report, Failure> {
    let tenant = tenant.find(platform).await?;
    let origin = platform.settings().region_origin(tenant.realm, &tenant.region);
    let base = format!("{}/scim/v2", origin.unwrap_or_default());
    let text = stored.render(&base, &Projection::all(), &tenant);
    let json: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::failed(format!("A stored document cannot be read: {error}.")))?;
    let pretty = format!("{json:#}");
    Ok(Report::new(json, pretty))
}

async fn list(
    platform: &Platform,
    tenant: &TenantArgument,
    count: u64,
    start: u64,
) -> Result<Report, Failure> {
    let actor = tenant.operator(platform).await?;
    let query = ListQuery { start_index: start, count: Some(count), ..ListQuery::default() };
    let page = users::list(platform, &actor, &query, &Projection::all()).await?;
    let mut rows = Vec::with_capacity(page.resources.len());
    let mut people = Vec::with_capacity(page.resources.len());
    for stored in &page.resources {
        let document = find::document(stored)?;
        let text = |path: &[&str]| document.str_at(path).unwrap_or_default().to_owned();
        let active = document.get("active").and_then(Value::as_bool).unwrap_or(true);
        let name = format!("{} {}", text(&["name", "givenName"]), text(&["name", "familyName"]));
        let user_name = text(&["userName"]);
        people.push(json!({
            "id": stored.id(),
            "user_name": user_name,
            "name": name.trim(),
            "active": active,
        }));
        let status = if active { "active" } else { "inactive" };
        rows.push([user_name, status.to_owned(), stored.id().to_string(), name.trim().to_owned()]);
    }
    let json = json!({ "total": page.total, "users": people });
    Ok(Report::table(json, ["user name", "status", "id", "name"], &rows))
}
