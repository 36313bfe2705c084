//! `seatlink tenant`: create and list.

use clap::Subcommand;
use seatlink_domain::profiles::contact_center::OptionalField;
use seatlink_domain::{
    Platform, Realm,
    tenants::{self, InitialRoles, NewTenant, Profile, Tenant, TenantSettings},
};
use serde_json::{Value, json};

use super::report::{Failure, Report};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a tenant
    Create(Create),
    /// List all tenants
    List,
}

#[derive(Debug, clap::Args)]
pub(super) struct Create {
    /// Business unit id (BU ID)
    #[arg(long, value_name = "NUMBER")]
    business_unit: i64,

    /// Name of the tenant
    #[arg(long)]
    name: String,

    /// contact-center: users need a role, deactivate instead of delete. standard: plain SCIM
    #[arg(long, value_name = "PROFILE", default_value = "contact-center", value_parser = profile)]
    profile: Profile,

    /// Create no built-in roles and turn every optional field off
    #[arg(long)]
    bare: bool,

    /// Region whose hosts serve the tenant
    #[arg(long, default_value = "na1")]
    region: String,

    /// Realm: commercial or government; the two share nothing
    #[arg(long, value_name = "REALM", default_value = "commercial", value_parser = realm)]
    realm: Realm,

    /// Optional fields that a provisioning client may write: SCIM paths, all or none
    /// [default: fields that only describe a person; none with --bare]
    #[arg(long, value_name = "PATHS", value_delimiter = ',')]
    optional_fields: Option<Vec<String>>,
}

fn profile(text: &str) -> Result<Profile, String> {
    Profile::parse(text).ok_or_else(|| String::from("use contact-center or standard"))
}

fn realm(text: &str) -> Result<Realm, String> {
    Realm::parse(text).ok_or_else(|| String::from("use commercial or government"))
}

impl Command {
    pub(super) async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        match self {
            Self::Create(create) => create.run(platform).await,
            Self::List => list(platform).await,
        }
    }
}

impl Create {
    async fn run(self, platform: &Platform) -> Result<Report, Failure> {
        let settings = self.settings()?;
        let roles = if self.bare { InitialRoles::None } else { InitialRoles::OutOfTheBox };
        let tenant = tenants::create(
            platform,
            NewTenant {
                business_unit: self.business_unit,
                name: self.name,
                profile: self.profile,
                region: self.region,
                realm: self.realm,
                settings,
                roles,
            },
        )
        .await?;
        let text = format!("Tenant {} (business unit {})", tenant.id, tenant.business_unit);
        Ok(Report::new(to_json(&tenant), text))
    }

    fn settings(&self) -> Result<TenantSettings, Failure> {
        let optional_fields = match self.optional_fields.as_deref() {
            // Only the contact-center profile has fields to switch.
            None if self.bare || self.profile == Profile::Standard => {
                return Ok(TenantSettings::default());
            }
            None => OptionalField::ALL
                .into_iter()
                .filter(|field| describes_only(*field))
                .map(|field| field.path().to_owned())
                .collect(),
            Some([word]) if word == "all" => return Ok(TenantSettings::all_fields()),
            Some([word]) if word == "none" => return Ok(TenantSettings::default()),
            Some(paths) => {
                paths.iter().map(|path| optional_field(path)).collect::<Result<_, _>>()?
            }
        };
        Ok(TenantSettings { optional_fields, ..TenantSettings::default() })
    }
}

/// Role, team and login authenticator decide what a person may do and how they sign in: that a
/// provisioning client may choose them is for an administrator to say.
const fn describes_only(field: OptionalField) -> bool {
    match field {
        OptionalField::MiddleName
        | OptionalField::DisplayName
        | OptionalField::MobileNumber
        | OptionalField::TimeZone
        | OptionalField::UserType => true,
        OptionalField::PrimaryRole | OptionalField::Team | OptionalField::LoginAuthenticator => {
            false
        }
    }
}

fn optional_field(path: &str) -> Result<String, Failure> {
    OptionalField::ALL
        .into_iter()
        .map(OptionalField::path)
        .find(|known| known.eq_ignore_ascii_case(path.trim()))
        .map(str::to_owned)
        .ok_or_else(|| {
            let known: Vec<&str> =
                OptionalField::ALL.into_iter().map(OptionalField::path).collect();
            Failure::input(format!(
                "“{path}” is not an optional field; there are {}.",
                known.join(", ")
            ))
        })
}

async fn list(platform: &Platform) -> Result<Report, Failure> {
    let tenants = tenants::list(platform).await?;
    let rows: Vec<[String; 5]> = tenants
        .iter()
        .map(|tenant| {
            [
                tenant.business_unit.to_string(),
                tenant.id.to_string(),
                tenant.profile.as_str().to_owned(),
                format!("{}/{}", tenant.realm.as_str(), tenant.region),
                tenant.name.clone(),
            ]
        })
        .collect();
    let json = tenants.iter().map(to_json).collect();
    Ok(Report::table(json, ["bu", "id", "profile", "realm/region", "name"], &rows))
}

fn to_json(tenant: &Tenant) -> Value {
    json!({
        "id": tenant.id,
        "business_unit": tenant.business_unit,
        "name": tenant.name,
        "profile": tenant.profile,
        "region": tenant.region,
        "realm": tenant.realm,
        "optional_fields": tenant.settings.optional_fields,
        "created_at": tenant.created_at.rfc3339(),
    })
}
