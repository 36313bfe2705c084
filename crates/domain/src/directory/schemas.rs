//! Schemas of the tenant's own: extensions of a resource type, and resource types with their
//! schema.
//!
//! What is registered here is part of the tenant's registry from then on, and everything that reads
//! the registry works on it. A tenant is remembered for a second, so another process notices within
//! that time.

mod held;

use std::sync::Arc;

use seatlink_scim::{Error as ScimError, Extension, Registry, ResourceType, Schema};
use seatlink_store::{
    self as store, Constraint, Timestamp, Tx,
    schemas::{Holders, SchemaRecord},
};
use serde_json::Value;

pub(crate) use self::held::{Registration, registrations};
pub(super) use self::held::{hold, hold_each};
use crate::{
    Platform,
    actor::{Actor, Forbidden},
    log::{self, Change, Concern, Event, Operation, Subject},
    permission::Permission,
    tenants::{self, TenantError},
};

/// Every request of the tenant walks them.
const MAX_SCHEMAS: usize = 100;
/// The longest schema, as JSON.
const MAX_DOCUMENT: usize = 256 * 1_024;
/// How long before its commit a write may have got the time that stands in the log, in
/// microseconds; the clocks of nodes differ, too.
const STILL_WRITING: i64 = 10 * 60 * 1_000_000;

/// What is to be registered. Schemas are in the form of RFC 7643 §7.
#[derive(Clone, Debug)]
pub enum NewSchema {
    Extension {
        resource_type: String,
        /// Whether every resource must have it. Resources that exist already may still be patched
        /// without.
        required: bool,
        schema: Value,
    },
    ResourceType {
        /// In the form of RFC 7643 §6.
        definition: Value,
        /// The core schema and those of the extensions.
        schemas: Vec<Value>,
    },
}

/// A schema that is registered.
#[derive(Clone, Debug)]
pub struct Registered {
    pub resource_type: String,
    /// Of a resource type's core schema; an extension has none.
    pub endpoint: Option<String>,
    pub required: bool,
    pub schema: Schema,
    pub created_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The schema cannot be used, or contradicts what is there.
    #[error("{}", .0.detail)]
    Refused(ScimError),
    #[error("there is no registered schema {0}")]
    NotFound(String),
    #[error("the schema {0} is registered for several resource types; name one")]
    Ambiguous(String),
    #[error("{count} resources of type {resource_type} hold data of {urn}; delete that data first")]
    InUse { urn: String, resource_type: String, count: i64 },
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the tenant could not be read")]
    Tenant(#[from] TenantError),
    #[error("the schemas could not be read or written")]
    Store(#[from] store::Error),
}

impl From<ScimError> for SchemaError {
    fn from(error: ScimError) -> Self {
        Self::Refused(error)
    }
}

/// Adds registered schemas to those of the profile. One that does not fit any more is left out: the
/// directory must stay usable.
pub(crate) fn extended(registry: Registry, records: &[SchemaRecord]) -> Registry {
    let (registry, unfit) = try_extend(registry, records);
    for (record, error) in unfit {
        tracing::error!(
            resource_type = record.resource_type,
            schema = record.urn_key,
            error = error.detail,
            "a registered schema cannot be used"
        );
    }
    registry
}

/// A schema may refer to a resource type that comes after it, so what does not fit is tried again.
fn try_extend(
    mut registry: Registry,
    records: &[SchemaRecord],
) -> (Registry, Vec<(&SchemaRecord, ScimError)>) {
    let mut pending: Vec<&SchemaRecord> = records.iter().collect();
    loop {
        let count = pending.len();
        let mut unfit = Vec::new();
        for record in pending {
            match with_record(&registry, record) {
                Ok(next) => registry = next,
                Err(error) => unfit.push((record, error)),
            }
        }
        if unfit.is_empty() || unfit.len() == count {
            return (registry, unfit);
        }
        pending = unfit.into_iter().map(|(record, _)| record).collect();
    }
}

fn with_record(registry: &Registry, record: &SchemaRecord) -> Result<Registry, ScimError> {
    let schema = schema_of(record)?;
    let registry = registry.clone();
    match &record.endpoint {
        None => registry.with_extension(&record.resource_type, schema, record.required),
        Some(endpoint) => {
            let mut rt = ResourceType::new(&record.resource_type, endpoint, schema);
            rt.description.clone_from(&record.description);
            registry.with_resource_type(rt)
        }
    }
}

fn schema_of(record: &SchemaRecord) -> Result<Schema, ScimError> {
    let document: Value = serde_json::from_str(&record.document)
        .map_err(|_| ScimError::internal("A stored schema is not JSON."))?;
    Schema::register(&document)
}

impl Registered {
    fn from_record(record: SchemaRecord) -> Result<Self, ScimError> {
        let schema = schema_of(&record)?;
        Ok(Self {
            resource_type: record.resource_type,
            endpoint: record.endpoint,
            required: record.required,
            schema,
            created_at: record.created_at,
        })
    }

    fn holders(&self) -> Holders<'_> {
        match self.resource_type.as_str() {
            "User" => Holders::Users,
            "Group" => Holders::Groups,
            name => Holders::Resources(name),
        }
    }

    /// How many have data of it: all of them, or those whom the log names since a moment.
    async fn count(&self, tx: &mut Tx, since: Option<Timestamp>) -> Result<i64, store::Error> {
        let (holders, urn) = (self.holders(), &self.schema.id);
        match since {
            _ if self.endpoint.is_some() => {
                store::tallies::read(tx, &self.resource_type).await.map(|tally| tally.all)
            }
            Some(since) => store::schemas::count_late_holders(tx, holders, urn, since).await,
            None => store::schemas::count_holders(tx, holders, urn).await,
        }
    }

    fn refuse_in_use(&self, count: i64) -> Result<(), SchemaError> {
        if count == 0 {
            return Ok(());
        }
        Err(SchemaError::InUse {
            urn: self.schema.id.clone(),
            resource_type: self.resource_type.clone(),
            count,
        })
    }
}

/// Registers an extension or a resource type with its schemas.
pub async fn add(
    platform: &Platform,
    actor: &Actor,
    new: NewSchema,
) -> Result<Vec<Registered>, SchemaError> {
    let result = add_unlogged(platform, actor, new).await;
    log_refusal(platform, actor, Operation::Create, result).await
}

async fn add_unlogged(
    platform: &Platform,
    actor: &Actor,
    new: NewSchema,
) -> Result<Vec<Registered>, SchemaError> {
    actor.require(Permission::AccountEdit)?;
    let wanted = Wanted::read(new)?;
    let at = platform.now();
    let actor = actor.clone();
    let tenant = actor.tenant;
    let records = platform
        .db()
        .write(tenant, move |mut tx| async move {
            // Whoever registers at the same time waits, and sees this one.
            if !store::tenants::lock(&mut tx).await? {
                return Err(TenantError::NotFound(tenant).into());
            }
            let (registry, known) = tenants::registry(&mut tx).await?;
            let (records, event) = wanted.fit(registry, at)?;
            if known.len() + records.len() > MAX_SCHEMAS {
                return Err(ScimError::conflict(format!(
                    "A tenant can register {MAX_SCHEMAS} schemas at most."
                ))
                .into());
            }
            for record in &records {
                insert(&mut tx, record).await?;
            }
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok::<_, SchemaError>(records)
        })
        .await?;
    platform.forget_tenant(tenant);
    Ok(records.into_iter().map(Registered::from_record).collect::<Result<_, _>>()?)
}

async fn insert(tx: &mut Tx, record: &SchemaRecord) -> Result<(), SchemaError> {
    store::schemas::insert(tx, record).await.map_err(|error| match error {
        store::Error::Conflict(Constraint::SchemaUrn) => ScimError::conflict(format!(
            "The schema {} or its endpoint is registered already.",
            record.urn_key
        ))
        .into(),
        other => other.into(),
    })
}

/// A registration whose parts were read and make sense by themselves.
enum Wanted {
    Extension { resource_type: String, required: bool, schema: Schema },
    ResourceType(ResourceType),
}

impl Wanted {
    fn read(new: NewSchema) -> Result<Self, ScimError> {
        match new {
            NewSchema::Extension { resource_type, required, schema } => {
                Ok(Self::Extension { resource_type, required, schema: read(&schema)? })
            }
            NewSchema::ResourceType { definition, schemas } => {
                let schemas: Vec<Schema> = schemas.iter().map(read).collect::<Result<_, _>>()?;
                let rt = ResourceType::from_json(&definition, &schemas)?;
                let unused = schemas.iter().find(|schema| !rt.declares(&schema.id));
                match unused {
                    None => Ok(Self::ResourceType(rt)),
                    Some(schema) => Err(ScimError::invalid_value(format!(
                        "The resource type {} does not name the schema {}; add it to \
                         schemaExtensions or leave it out.",
                        rt.name, schema.id
                    ))),
                }
            }
        }
    }

    /// Checks it against what the tenant has, and answers with the rows and the event.
    fn fit(
        self,
        registry: Registry,
        at: Timestamp,
    ) -> Result<(Vec<SchemaRecord>, Event), ScimError> {
        match self {
            Self::Extension { resource_type, required, schema } => {
                let name = match registry.resource_type(&resource_type) {
                    Some(rt) => rt.name.clone(),
                    None => {
                        return Err(ScimError::not_found(format!(
                            "There is no resource type {resource_type}; to make one, give it an \
                             endpoint."
                        )));
                    }
                };
                registry.with_extension(&name, schema.clone(), required)?;
                let extension = Extension { schema: Arc::new(schema), required };
                let records = vec![extension_record(&name, &extension, at)];
                let schema = log::Registered(extension.schema.id.clone());
                Ok((records, Event::SchemaAdded { schema, resource_type: name }))
            }
            Self::ResourceType(rt) => {
                let mut records = vec![SchemaRecord {
                    resource_type: rt.name.clone(),
                    urn_key: key(&rt.schema.id),
                    endpoint: Some(rt.endpoint.clone()),
                    description: rt.description.clone(),
                    required: true,
                    document: rt.schema.to_json().to_string(),
                    created_at: at,
                }];
                let extensions = rt.extensions.iter();
                records.extend(extensions.map(|one| extension_record(&rt.name, one, at)));
                let event = Event::ResourceTypeAdded {
                    resource_type: log::Registered(rt.name.clone()),
                    endpoint: rt.endpoint.clone(),
                };
                registry.with_resource_type(rt)?;
                Ok((records, event))
            }
        }
    }
}

fn extension_record(resource_type: &str, extension: &Extension, at: Timestamp) -> SchemaRecord {
    SchemaRecord {
        resource_type: resource_type.to_owned(),
        urn_key: key(&extension.schema.id),
        endpoint: None,
        description: String::new(),
        required: extension.required,
        document: extension.schema.to_json().to_string(),
        created_at: at,
    }
}

/// Reads one schema of a tenant.
fn read(document: &Value) -> Result<Schema, ScimError> {
    let schema = Schema::register(document)?;
    let length = schema.to_json().to_string().len();
    if length > MAX_DOCUMENT {
        return Err(ScimError::invalid_value(format!(
            "The schema {} is {length} bytes long; {MAX_DOCUMENT} is the most.",
            schema.id
        )));
    }
    Ok(schema)
}

fn key(urn: &str) -> String {
    urn.to_ascii_lowercase()
}

/// What the tenant registered.
pub async fn list(platform: &Platform, actor: &Actor) -> Result<Vec<Registered>, SchemaError> {
    actor.require(Permission::AccountView)?;
    let records = platform
        .db()
        .read(actor.tenant, |mut tx| async move { store::schemas::list(&mut tx).await })
        .await?;
    Ok(records.into_iter().map(Registered::from_record).collect::<Result<_, _>>()?)
}

/// Removes an extension, or a resource type with its extensions. Refused while any resource holds
/// data of it: data that no schema describes could neither be shown nor changed.
pub async fn remove(
    platform: &Platform,
    actor: &Actor,
    urn: &str,
    resource_type: Option<&str>,
) -> Result<Registered, SchemaError> {
    let result = remove_unlogged(platform, actor, urn, resource_type).await;
    log_refusal(platform, actor, Operation::Delete, result).await
}

async fn remove_unlogged(
    platform: &Platform,
    actor: &Actor,
    urn: &str,
    resource_type: Option<&str>,
) -> Result<Registered, SchemaError> {
    actor.require(Permission::AccountEdit)?;
    let record = find(platform, actor, urn, resource_type).await?;
    let registered = Registered::from_record(record.clone())?;
    let at = platform.now();
    let count = count_in_use(platform, actor, &registered).await?;
    registered.refuse_in_use(count)?;
    let actor = actor.clone();
    let tenant = actor.tenant;
    let removed = registered.clone();
    platform
        .db()
        .write_again(tenant, move |mut tx| async move {
            store::tenants::lock(&mut tx).await?;
            let gone = match &record.endpoint {
                Some(_) => store::schemas::delete_type(&mut tx, &record.resource_type).await? > 0,
                None => {
                    store::schemas::delete(&mut tx, &record.resource_type, &record.urn_key).await?
                }
            };
            if !gone {
                return Err(SchemaError::NotFound(record.urn_key));
            }
            // Nobody can write data of it any more, so now what came while it was looked for can be
            // counted.
            let since = Timestamp::from_micros(at.micros() - STILL_WRITING);
            let late = removed.count(&mut tx, Some(since)).await?;
            removed.refuse_in_use(late)?;
            let (registry, left) = tenants::profile_registry(&mut tx).await?;
            if let Some((other, error)) = try_extend(registry, &left).1.pop() {
                return Err(ScimError::conflict(format!(
                    "The schema {} needs it: {}",
                    other.urn_key, error.detail
                ))
                .into());
            }
            let event = match record.endpoint {
                Some(endpoint) => Event::ResourceTypeRemoved {
                    resource_type: log::Registered(record.resource_type),
                    endpoint,
                },
                None => Event::SchemaRemoved {
                    schema: log::Registered(record.urn_key),
                    resource_type: record.resource_type,
                },
            };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok(())
        })
        .await?;
    platform.forget_tenant(tenant);
    Ok(registered)
}

async fn find(
    platform: &Platform,
    actor: &Actor,
    urn: &str,
    resource_type: Option<&str>,
) -> Result<SchemaRecord, SchemaError> {
    let records = platform
        .db()
        .read(actor.tenant, |mut tx| async move { store::schemas::list(&mut tx).await })
        .await?;
    let mut found = records.into_iter().filter(|record| {
        record.urn_key == key(urn)
            && resource_type.is_none_or(|name| record.resource_type.eq_ignore_ascii_case(name))
    });
    match (found.next(), found.next()) {
        (None, _) => Err(SchemaError::NotFound(urn.to_owned())),
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(SchemaError::Ambiguous(urn.to_owned())),
    }
}

/// Looks at every resource of the type, so it runs beside the writer, not in it.
async fn count_in_use(
    platform: &Platform,
    actor: &Actor,
    registered: &Registered,
) -> Result<i64, SchemaError> {
    let of = registered.clone();
    let count = move |mut tx: Tx| async move { of.count(&mut tx, None).await };
    Ok(platform.db().scan(actor.tenant, count).await?)
}

/// A refusal changed nothing, but somebody will ask why.
async fn log_refusal<T>(
    platform: &Platform,
    actor: &Actor,
    operation: Operation,
    result: Result<T, SchemaError>,
) -> Result<T, SchemaError> {
    let Err(error) = &result else { return result };
    let subject = Concern::new(Subject::Schema, None);
    let event = match error {
        SchemaError::Refused(error) => log::request_refused(subject, error),
        SchemaError::InUse { urn, resource_type, count } => Event::SchemaInUse {
            subject,
            schema: urn.clone(),
            resource_type: resource_type.clone(),
            resources: *count,
        },
        SchemaError::Forbidden(forbidden) => {
            Event::PermissionMissing { subject, permission: forbidden.permission }
        }
        SchemaError::NotFound(_)
        | SchemaError::Ambiguous(_)
        | SchemaError::Tenant(_)
        | SchemaError::Store(_) => return result,
    };
    let change = Change::new(event).during(operation);
    if let Err(unwritten) = log::record_alone(platform, actor, change).await {
        tracing::error!(error = ?unwritten, "a refusal could not be written to the log");
    }
    result
}
