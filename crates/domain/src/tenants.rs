//! Tenants: creation, profile and settings.

use std::{collections::BTreeSet, sync::Arc};

use seatlink_scim::Registry;
use seatlink_store::{
    self as store, Constraint, TenantId, Timestamp, Tx, schemas::SchemaRecord,
    tenants::TenantRecord,
};
use serde::{Deserialize, Serialize};

use crate::{
    Platform,
    access::roles,
    actor::{Actor, Forbidden},
    directory::schemas,
    log::{self, Change, Event, Named},
    permission::Permission,
    profiles::contact_center::{self, OptionalField, OptionalFields},
    settings::Realm,
};

/// Which rules a tenant's directory follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The guide's receiving side: four required fields, switches for the optional ones, the role
    /// rule, nobody is ever deleted.
    #[default]
    ContactCenter,
    /// Plain RFC 7643 and 7644.
    Standard,
}

impl Profile {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContactCenter => "contact-center",
            Self::Standard => "standard",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "contact-center" => Some(Self::ContactCenter),
            "standard" => Some(Self::Standard),
            _ => None,
        }
    }
}

/// What an administrator may set for a tenant.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenantSettings {
    /// The optional fields that provisioning may fill (contact-center profile), by SCIM path.
    pub optional_fields: BTreeSet<String>,
    /// The role every provisioned person gets; without one, `Agent`, else `坐席`.
    pub default_role: Option<String>,
}

impl TenantSettings {
    /// With every optional field switched on.
    pub fn all_fields() -> Self {
        let optional_fields =
            OptionalField::ALL.into_iter().map(|field| field.path().to_owned()).collect();
        Self { optional_fields, default_role: None }
    }
}

/// A tenant as operations need it, with the schemas its resources follow.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub id: TenantId,
    pub business_unit: i64,
    pub name: String,
    pub profile: Profile,
    pub region: String,
    pub realm: Realm,
    pub settings: TenantSettings,
    pub registry: Registry,
    /// What it registered itself.
    pub(crate) registered: Vec<schemas::Registration>,
    pub created_at: Timestamp,
}

/// What a new tenant is made from.
#[derive(Clone, Debug)]
pub struct NewTenant {
    pub business_unit: i64,
    pub name: String,
    pub profile: Profile,
    pub region: String,
    pub realm: Realm,
    pub settings: TenantSettings,
    pub roles: InitialRoles,
}

/// Whether a new tenant starts with the roles out of the box.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InitialRoles {
    OutOfTheBox,
    None,
}

#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    #[error("there is no tenant {0}")]
    NotFound(TenantId),
    #[error("there is no tenant with business unit {0}")]
    UnknownBusinessUnit(i64),
    #[error("business unit {0} already belongs to another tenant")]
    BusinessUnitTaken(i64),
    #[error("a business unit id is a number from 1 to 2147483647, not {0}")]
    BadBusinessUnit(i64),
    #[error("a tenant needs a name of 1 to 200 characters")]
    BadName,
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the tenant could not be read or written")]
    Store(#[from] store::Error),
}

impl Tenant {
    /// The tenant with the schemas of its profile and those it registered.
    fn from_record(record: TenantRecord, schemas: &[SchemaRecord]) -> Result<Self, store::Error> {
        let (profile, settings) = rules_of(&record)?;
        let realm = Realm::parse(&record.realm)
            .ok_or_else(|| store::Error::inconsistent("tenants", record.id))?;
        let registry = schemas::extended(registry_of(profile, &settings), schemas);
        Ok(Self {
            id: record.id,
            business_unit: record.business_unit,
            name: record.name,
            profile,
            region: record.region,
            realm,
            settings,
            registered: schemas::registrations(&registry, schemas),
            registry,
            created_at: record.created_at,
        })
    }
}

/// What decides the schemas of a tenant.
fn rules_of(record: &TenantRecord) -> Result<(Profile, TenantSettings), store::Error> {
    let broken = || store::Error::inconsistent("tenants", record.id);
    let profile = Profile::parse(&record.profile).ok_or_else(broken)?;
    let settings = serde_json::from_str(&record.settings).map_err(|_| broken())?;
    Ok((profile, settings))
}

fn registry_of(profile: Profile, settings: &TenantSettings) -> Registry {
    match profile {
        Profile::Standard => Registry::standard(),
        Profile::ContactCenter => contact_center::registry(&optional_fields(settings)),
    }
}

/// The schemas of the tenant's profile, and what it registered beside them.
pub(crate) async fn profile_registry(
    tx: &mut Tx,
) -> Result<(Registry, Vec<SchemaRecord>), TenantError> {
    let record = store::tenants::find(tx).await?.ok_or(TenantError::NotFound(tx.tenant()))?;
    let (profile, settings) = rules_of(&record)?;
    Ok((registry_of(profile, &settings), store::schemas::list(tx).await?))
}

/// All schemas of the tenant as they are in this transaction, and what it registered.
pub(crate) async fn registry(tx: &mut Tx) -> Result<(Registry, Vec<SchemaRecord>), TenantError> {
    let (registry, records) = profile_registry(tx).await?;
    Ok((schemas::extended(registry, &records), records))
}

fn optional_fields(settings: &TenantSettings) -> OptionalFields {
    OptionalField::ALL
        .into_iter()
        .filter(|field| settings.optional_fields.contains(field.path()))
        .collect()
}

/// Makes a tenant and, unless asked otherwise, its roles out of the box. For the operator of the
/// installation: there is no actor inside a tenant that does not exist yet.
pub async fn create(platform: &Platform, new: NewTenant) -> Result<Tenant, TenantError> {
    if !(1..=i64::from(i32::MAX)).contains(&new.business_unit) {
        return Err(TenantError::BadBusinessUnit(new.business_unit));
    }
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 200 {
        return Err(TenantError::BadName);
    }
    let at = platform.now();
    let id: TenantId = platform.new_id();
    let record = TenantRecord {
        id,
        business_unit: new.business_unit,
        name,
        profile: new.profile.as_str().to_owned(),
        region: new.region,
        realm: new.realm.as_str().to_owned(),
        settings: serde_json::to_string(&new.settings).expect("settings have text keys"),
        created_at: at,
    };
    let has_roles =
        matches!((new.roles, new.profile), (InitialRoles::OutOfTheBox, Profile::ContactCenter));
    let tenant = Tenant::from_record(record.clone(), &[])?;
    let actor = Actor::operator(id);
    let business_unit = new.business_unit;
    let ground = platform.clone();
    platform
        .db()
        .write(id, move |mut tx| async move {
            store::tenants::insert(&mut tx, &record).await.map_err(|error| match error {
                store::Error::Conflict(Constraint::BusinessUnit) => {
                    TenantError::BusinessUnitTaken(business_unit)
                }
                other => TenantError::Store(other),
            })?;
            let event = Event::TenantCreated { tenant: Named::new(id, record.name) };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            if has_roles {
                roles::seed(&mut tx, &ground, &actor).await?;
            }
            Ok::<_, TenantError>(())
        })
        .await?;
    Ok(tenant)
}

/// The tenant, from memory when it was read a moment ago.
pub async fn load(platform: &Platform, id: TenantId) -> Result<Arc<Tenant>, TenantError> {
    if let Some(tenant) = platform.remembered_tenant(id) {
        return Ok(tenant);
    }
    let tenant = platform
        .db()
        .read(id, move |mut tx| async move {
            let record = store::tenants::find(&mut tx).await?.ok_or(TenantError::NotFound(id))?;
            let schemas = store::schemas::list(&mut tx).await?;
            Ok::<_, TenantError>(Tenant::from_record(record, &schemas)?)
        })
        .await?;
    let tenant = Arc::new(tenant);
    platform.remember_tenant(&tenant);
    Ok(tenant)
}

/// For the operator, who names tenants by what is printed on the portal's page.
pub async fn find_by_business_unit(
    platform: &Platform,
    business_unit: i64,
) -> Result<Option<Tenant>, TenantError> {
    let record = platform
        .db()
        .system_read(move |mut tx| async move {
            store::tenants::find_by_business_unit(&mut tx, business_unit).await
        })
        .await?;
    match record {
        None => Ok(None),
        Some(record) => Ok(Some(Arc::unwrap_or_clone(load(platform, record.id).await?))),
    }
}

/// Every tenant, for the operator. Schemas that tenants registered are not among theirs here.
pub async fn list(platform: &Platform) -> Result<Vec<Tenant>, TenantError> {
    let records = platform
        .db()
        .system_scan(|mut tx| async move { store::tenants::list(&mut tx).await })
        .await?;
    let tenants = records.into_iter().map(|record| Tenant::from_record(record, &[]));
    Ok(tenants.collect::<Result<_, _>>()?)
}

pub async fn update_settings(
    platform: &Platform,
    actor: &Actor,
    settings: TenantSettings,
) -> Result<(), TenantError> {
    actor.require(Permission::AccountEdit)?;
    let at = platform.now();
    let actor = actor.clone();
    let tenant = actor.tenant;
    platform
        .db()
        .write(tenant, move |mut tx| async move {
            let before =
                store::tenants::find(&mut tx).await?.ok_or(TenantError::NotFound(tenant))?;
            // What this version cannot read it does not write over.
            rules_of(&before)?;
            let text = serde_json::to_string(&settings).expect("settings have text keys");
            store::tenants::update_settings(&mut tx, &text).await?;
            let event = Event::TenantConfigured { tenant: Named::new(tenant, before.name) };
            let change = Change::new(event).with_difference(
                serde_json::json!({ "settings": { "from": before.settings, "to": text } }),
            );
            log::record(&mut tx, &actor, at, &change).await?;
            Ok::<_, TenantError>(())
        })
        .await?;
    platform.forget_tenant(tenant);
    Ok(())
}

#[cfg(test)]
mod tests;
