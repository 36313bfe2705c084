//! Resources of the types that the tenant registered: create, read, replace, patch, delete, list.
//!
//! One path for all types: what differs between them is in the registered schema.

mod list;

use std::{fmt, sync::Arc};

use seatlink_scim::{
    Document, Error as ScimError, Precondition, Repair, ResourceType, search_form, validate,
};
use seatlink_store::{
    self as store, ResourceId, Timestamp, Tx,
    resources::{ResourceRecord, ResourceWrite},
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    DirectoryError, Stored, check_key, check_version, log_refusal_of, may_read, may_write,
    parse_id, repaired, revision::Revision, schemas, shown, unique,
};
use crate::{
    Platform,
    access::repairs,
    actor::Actor,
    log::{self, Change, Event, Operation, OwnResource, Subject},
    permission::Permission,
    tenants::Tenant,
};

pub use list::list;

/// A resource type that a tenant registered, with the tenant whose rules apply.
#[derive(Clone)]
pub struct OwnType {
    tenant: Arc<Tenant>,
    position: usize,
}

impl fmt::Debug for OwnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnType").field(&self.resource_type().name).finish()
    }
}

impl OwnType {
    /// The type served at this endpoint, with or without its slash.
    pub fn at(tenant: &Arc<Tenant>, endpoint: &str) -> Option<Self> {
        let wanted = endpoint.trim_start_matches('/');
        Self::all(tenant).find(|own| own.endpoint() == wanted)
    }

    /// Every type the tenant registered.
    pub fn all(tenant: &Arc<Tenant>) -> impl Iterator<Item = Self> {
        let types = tenant.registry.resource_types().iter().enumerate();
        types
            .filter(|(_, rt)| rt.name != "User" && rt.name != "Group")
            .map(|(position, _)| Self { tenant: Arc::clone(tenant), position })
    }

    pub fn resource_type(&self) -> &ResourceType {
        &self.tenant.registry.resource_types()[self.position]
    }

    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    pub fn name(&self) -> &str {
        &self.resource_type().name
    }

    /// The endpoint without its slash.
    pub fn endpoint(&self) -> &str {
        self.resource_type().endpoint.trim_start_matches('/')
    }

    /// A type of another tenant names nothing here.
    pub(super) fn belongs_to(&self, actor: &Actor) -> Result<(), DirectoryError> {
        if self.tenant.id == actor.tenant {
            return Ok(());
        }
        Err(DirectoryError::NotFound { kind: "resource type", id: self.name().to_owned() })
    }

    /// Tells the log when an operation on one of them was refused.
    pub(super) async fn log_refusal<T>(
        &self,
        platform: &Platform,
        actor: &Actor,
        (operation, id): (Operation, Option<Uuid>),
        result: Result<T, DirectoryError>,
    ) -> Result<T, DirectoryError> {
        let about = (operation, Subject::Resource, id);
        // A type of another tenant is not named to this one.
        let name = (self.tenant.id == actor.tenant).then(|| self.name());
        log_refusal_of(platform, actor, about, name, result).await
    }

    fn absent(&self, id: ResourceId) -> DirectoryError {
        DirectoryError::NotFound { kind: "resource", id: format!("{id} of type {}", self.name()) }
    }
}

pub async fn create(
    platform: &Platform,
    actor: &Actor,
    own: &OwnType,
    body: Value,
) -> Result<Stored, DirectoryError> {
    let result = create_unlogged(platform, actor, own.clone(), body).await;
    own.log_refusal(platform, actor, (Operation::Create, None), result).await
}

async fn create_unlogged(
    platform: &Platform,
    actor: &Actor,
    own: OwnType,
    body: Value,
) -> Result<Stored, DirectoryError> {
    may_write(actor, Permission::EmployeesCreate)?;
    own.belongs_to(actor)?;
    let accepted = validate::create(own.resource_type(), body, actor.leniency)?;
    let id: ResourceId = platform.new_id();
    let at = platform.now();
    let by = actor.clone();
    let (stored, repairs) = platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let rt = own.resource_type();
            let taken = rt.unique_values(&accepted.document);
            let resource = named(rt, id, &accepted.document);
            let row = Row::of(rt, accepted.document)?;
            store::resources::insert(&mut tx, row.write(rt, id, at)).await?;
            schemas::hold(&mut tx, own.tenant(), &rt.name, &row.text).await?;
            unique::change(&mut tx, &rt.name, id.uuid(), &[], &taken).await?;
            let change = Change::new(Event::ResourceCreated { resource })
                .with_difference(repaired::alone(&accepted.repairs));
            log::record(&mut tx, &by, at, &change).await?;
            let record = ResourceRecord {
                id,
                version: 1,
                created_at: at,
                modified_at: at,
                document: row.text,
            };
            Ok::<_, DirectoryError>((Stored::own(record, &own), accepted.repairs))
        })
        .await?;
    repairs::count(platform, actor, &repairs);
    Ok(stored)
}

/// As a field of an event: with its name if it has one.
fn named(rt: &ResourceType, id: ResourceId, document: &Document) -> OwnResource {
    let name = ["displayName", "name", "externalId"]
        .into_iter()
        .find_map(|attribute| document.str_at(&[attribute]));
    OwnResource { resource_type: rt.name.clone(), id: Some(id), name: name.map(str::to_owned) }
}

/// A document in the form of its row.
struct Row {
    external_id: Option<String>,
    text: String,
    search: String,
}

impl Row {
    fn of(rt: &ResourceType, document: Document) -> Result<Self, ScimError> {
        let external_id = document.str_at(&["externalId"]).map(str::to_owned);
        check_key("externalId", external_id.as_deref().unwrap_or_default())?;
        let text = document.to_text();
        let search = search_form(rt, &Value::from(document)).to_string();
        Ok(Self { external_id, text, search })
    }

    fn write<'a>(
        &'a self,
        rt: &'a ResourceType,
        id: ResourceId,
        at: Timestamp,
    ) -> ResourceWrite<'a> {
        ResourceWrite {
            resource_type: &rt.name,
            id,
            external_id: self.external_id.as_deref(),
            at,
            document: &self.text,
            search: &self.search,
        }
    }
}

pub async fn get(
    platform: &Platform,
    actor: &Actor,
    own: &OwnType,
    id: &str,
) -> Result<Stored, DirectoryError> {
    if let Err(forbidden) = may_read(actor) {
        let about = (Operation::Provision, id.parse().ok());
        return own.log_refusal(platform, actor, about, Err(forbidden.into())).await;
    }
    own.belongs_to(actor)?;
    let id = ResourceId::from(parse_id("resource", id)?);
    let own = own.clone();
    platform
        .db()
        .read(actor.tenant, move |mut tx| async move {
            let record = store::resources::find(&mut tx, own.name(), id)
                .await?
                .ok_or_else(|| own.absent(id))?;
            Ok(Stored::own(record, &own))
        })
        .await
}

pub async fn replace(
    platform: &Platform,
    actor: &Actor,
    own: &OwnType,
    id: &str,
    body: Value,
    precondition: &Precondition,
) -> Result<Stored, DirectoryError> {
    let edit = Revision::Replace(body);
    edit_resource(platform, actor, own, id, edit, precondition).await
}

/// RFC 7644 §3.5.2: all operations or none.
pub async fn patch(
    platform: &Platform,
    actor: &Actor,
    own: &OwnType,
    id: &str,
    body: Value,
    precondition: &Precondition,
) -> Result<Stored, DirectoryError> {
    let edit = Revision::Patch(body);
    edit_resource(platform, actor, own, id, edit, precondition).await
}

async fn edit_resource(
    platform: &Platform,
    actor: &Actor,
    own: &OwnType,
    id: &str,
    edit: Revision,
    precondition: &Precondition,
) -> Result<Stored, DirectoryError> {
    let operation = edit.operation();
    let subject = id.parse().ok();
    let result =
        edit_unlogged(platform, actor, own.clone(), id, (operation, edit), precondition.clone())
            .await;
    own.log_refusal(platform, actor, (operation, subject), result).await
}

async fn edit_unlogged(
    platform: &Platform,
    actor: &Actor,
    own: OwnType,
    id: &str,
    (operation, edit): (Operation, Revision),
    precondition: Precondition,
) -> Result<Stored, DirectoryError> {
    may_write(actor, Permission::EmployeesEdit)?;
    own.belongs_to(actor)?;
    let id = ResourceId::from(parse_id("resource", id)?);
    let prepared = edit.prepare(id.uuid(), own.resource_type(), actor)?;
    let at = platform.now();
    let by = actor.clone();
    let (stored, repairs) = platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let rt = own.resource_type();
            let record = store::resources::lock(&mut tx, &rt.name, id)
                .await?
                .ok_or_else(|| own.absent(id))?;
            check_version(&precondition, record.version)?;
            let current = Document::from_stored(&record.document)?;
            let (document, repairs) = prepared.apply(rt, &by, &current)?;
            let next = Next { operation, at, current, document, repairs: &repairs };
            let record = save(&mut tx, &by, rt, record, next).await?;
            schemas::hold(&mut tx, own.tenant(), &rt.name, &record.document).await?;
            Ok::<_, DirectoryError>((Stored::own(record, &own), repairs))
        })
        .await?;
    repairs::count(platform, actor, &repairs);
    Ok(stored)
}

/// The next state of a resource that exists.
struct Next<'a> {
    operation: Operation,
    at: Timestamp,
    current: Document,
    document: Document,
    repairs: &'a [Repair],
}

/// Writes what changed and says why.
async fn save(
    tx: &mut Tx,
    actor: &Actor,
    rt: &ResourceType,
    record: ResourceRecord,
    next: Next<'_>,
) -> Result<ResourceRecord, DirectoryError> {
    let Next { operation, at, current, document, .. } = next;
    let id = record.id;
    if document == current {
        let resource = named(rt, id, &current);
        let event =
            Event::ResourceUnchanged { resource, ignored: repaired::left_out(next.repairs) };
        let change =
            Change::new(event).during(operation).with_difference(repaired::alone(next.repairs));
        log::record(tx, actor, at, &change).await?;
        return Ok(record);
    }
    let before = rt.unique_values(&current);
    let after = rt.unique_values(&document);
    let changed = log::difference(current.map(), document.map());
    let event = Event::ResourceChanged {
        resource: named(rt, id, &document),
        attributes: log::changed_names(&changed),
    };
    let change = Change::new(event).during(operation);
    let difference = shown(rt, &current, &document).unwrap_or(changed);
    let difference = repaired::beside(difference, next.repairs);
    let row = Row::of(rt, document)?;
    store::resources::update(tx, row.write(rt, id, at)).await?;
    unique::change(tx, &rt.name, id.uuid(), &before, &after).await?;
    log::record(tx, actor, at, &change.with_difference(difference)).await?;
    Ok(ResourceRecord {
        version: record.version + 1,
        modified_at: at,
        document: row.text,
        ..record
    })
}

pub async fn delete(
    platform: &Platform,
    actor: &Actor,
    own: &OwnType,
    id: &str,
    precondition: &Precondition,
) -> Result<(), DirectoryError> {
    let subject: Option<Uuid> = id.parse().ok();
    let result = delete_unlogged(platform, actor, own.clone(), id, precondition.clone()).await;
    own.log_refusal(platform, actor, (Operation::Delete, subject), result).await
}

async fn delete_unlogged(
    platform: &Platform,
    actor: &Actor,
    own: OwnType,
    id: &str,
    precondition: Precondition,
) -> Result<(), DirectoryError> {
    may_write(actor, Permission::EmployeesDelete)?;
    own.belongs_to(actor)?;
    let id = ResourceId::from(parse_id("resource", id)?);
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let rt = own.resource_type();
            let record = store::resources::lock(&mut tx, &rt.name, id)
                .await?
                .ok_or_else(|| own.absent(id))?;
            check_version(&precondition, record.version)?;
            let document = Document::from_stored(&record.document)?;
            store::resources::delete(&mut tx, &rt.name, id).await?;
            if rt.has_unique_values() {
                store::unique_values::give_back_all(&mut tx, id.uuid()).await?;
            }
            let event = Event::ResourceDeleted { resource: named(rt, id, &document) };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok(())
        })
        .await
}
