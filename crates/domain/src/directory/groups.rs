//! Groups: create, read, replace, patch, delete, list. Members are edited as sets and never loaded
//! for it.

mod delete;
mod listing;
mod members;
mod row;

use seatlink_scim::{
    Document, DocumentEdit, Error as ScimError, ListQuery, MembersEdit, Precondition, Projection,
    Repair, ResourceType, fold, members_of, patch as scim_patch, validate,
};
use seatlink_store::{
    self as store, Constraint, GroupId, TenantId, Timestamp, Tx,
    groups::{GroupRecord, LockedGroup},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

pub use self::{
    delete::delete,
    listing::{MemberReference, Members, Unread, more_members},
};
pub(super) use self::{
    delete::{Leaving, leave_groups},
    listing::{LIST_BUDGET, Parts},
};
use self::{
    members::{Edited, add, apply_to_members, enqueue_touched, named, replace_all},
    row::Row,
};
use super::{
    DirectoryError, Duplicate, Page, Stored, check_version,
    listing::{self as lists, Projections, Scope},
    log_refusal, may_read, may_write, parse_id, repaired, schemas, shown, unique,
};
use crate::{
    Platform,
    access::repairs,
    actor::Actor,
    log::{self, Change, Event, Named, Operation, Subject},
    permission::Permission,
    tenants::{self, Tenant},
};

/// A PATCH answers with the group while it has no more members than this (RFC 7644 §3.5.2): the
/// answer to one member added to a hundred thousand must not cost a hundred thousand members read.
const SHOWN_AFTER_PATCH: usize = 100;

/// A group after a PATCH.
#[derive(Clone, Debug)]
pub struct Patched {
    pub stored: Stored,
    /// Whether it is as the projection asks. Of a large group only the version is known: its
    /// members were not read.
    pub whole: bool,
}

fn resource_type(tenant: &Tenant) -> &ResourceType {
    tenant.registry.resource_type("Group").expect("every profile has groups")
}

fn absent(id: GroupId) -> DirectoryError {
    DirectoryError::NotFound { kind: "group", id: id.to_string() }
}

pub async fn create(
    platform: &Platform,
    actor: &Actor,
    body: Value,
    projection: &Projection,
) -> Result<Stored, DirectoryError> {
    let result = create_unlogged(platform, actor, body, projection).await;
    log_refusal(platform, actor, (Operation::Create, Subject::Group, None), result).await
}

async fn create_unlogged(
    platform: &Platform,
    actor: &Actor,
    body: Value,
    projection: &Projection,
) -> Result<Stored, DirectoryError> {
    may_write(actor, Permission::EmployeesCreate)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    let mut accepted = validate::create(resource_type(&tenant), body, actor.leniency)?;
    let members = members_of(&mut accepted.document)?;
    let document = accepted.document;
    let parts = Parts::of(projection, &tenant);
    let id: GroupId = platform.new_id();
    let at = platform.now();
    let by = actor.clone();
    let repairs = accepted.repairs.clone();
    let stored = platform
        .db()
        .write_again(tenant.id, move |mut tx| async move {
            let repairs = &accepted.repairs;
            let record = insert(&mut tx, &by, &tenant, id, document, repairs, at).await?;
            // Nothing is assigned to a group that did not exist.
            let mut edited = Edited::default();
            add(&mut tx, id, &members, &mut edited).await?;
            let members = read_members(&mut tx, id, parts, &mut LIST_BUDGET.clone()).await?;
            Ok::<_, DirectoryError>(Stored::group(record, members))
        })
        .await?;
    repairs::count(platform, actor, &repairs);
    Ok(stored)
}

/// Inserts an empty group with its log row.
pub(super) async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    id: GroupId,
    document: Document,
    repairs: &[Repair],
    at: Timestamp,
) -> Result<GroupRecord, DirectoryError> {
    let row = Row::of(tenant, document)?;
    if !store::groups::insert(tx, row.write(id, at)).await? {
        return Err(name_taken(&row));
    }
    schemas::hold(tx, tenant, "Group", &row.text).await?;
    unique::change(tx, "Group", id.uuid(), &[], &row.unique).await?;
    let event = Event::GroupCreated { group: Named::new(id, &row.name) };
    let change = Change::new(event).with_difference(repaired::alone(repairs));
    log::record(tx, actor, at, &change).await?;
    Ok(GroupRecord {
        id,
        display_name: row.name,
        external_id: row.external_id,
        version: 1,
        created_at: at,
        modified_at: at,
        document: row.text,
    })
}

async fn refuse_taken_name(tx: &mut Tx, row: &Row, own: GroupId) -> Result<(), DirectoryError> {
    match store::groups::find_by_name(tx, &row.name_key).await? {
        Some(taken) if taken.id != own => Err(name_taken(row)),
        Some(_) | None => Ok(()),
    }
}

fn name_taken(row: &Row) -> DirectoryError {
    DirectoryError::Duplicate(Duplicate::GroupName(row.name.clone()))
}

fn name_conflict(error: store::Error, row: &Row) -> DirectoryError {
    match error {
        store::Error::Conflict(Constraint::GroupName) => name_taken(row),
        other => other.into(),
    }
}

pub async fn get(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    projection: &Projection,
) -> Result<Stored, DirectoryError> {
    if let Err(forbidden) = may_read(actor) {
        let id = id.parse().ok();
        return log_refusal(
            platform,
            actor,
            (Operation::Provision, Subject::Group, id),
            Err(forbidden.into()),
        )
        .await;
    }
    let id = GroupId::from(parse_id("group", id)?);
    let tenant = tenants::load(platform, actor.tenant).await?;
    let parts = Parts::of(projection, &tenant);
    platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            let record = store::groups::find(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            let members = read_members(&mut tx, id, parts, &mut LIST_BUDGET.clone()).await?;
            Ok(Stored::group(record, members))
        })
        .await
}

/// The first members, if the answer shows any.
pub(super) async fn read_members(
    tx: &mut Tx,
    id: GroupId,
    parts: Option<Parts>,
    budget: &mut usize,
) -> Result<Option<Members>, store::Error> {
    match parts {
        Some(parts) => Ok(Some(Members::first(tx, id, parts, budget).await?)),
        None => Ok(None),
    }
}

pub async fn replace(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    body: Value,
    precondition: &Precondition,
    projection: &Projection,
) -> Result<Stored, DirectoryError> {
    let subject = id.parse().ok();
    let edit = GroupEdit::Replace(body);
    let result = edit_unlogged(platform, actor, id, edit, precondition.clone(), projection).await;
    let stored = result.map(|patched| patched.stored);
    log_refusal(platform, actor, (Operation::Replace, Subject::Group, subject), stored).await
}

pub async fn patch(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    body: Value,
    precondition: &Precondition,
    projection: &Projection,
) -> Result<Patched, DirectoryError> {
    let subject = id.parse().ok();
    let edit = GroupEdit::Patch(body);
    let result = edit_unlogged(platform, actor, id, edit, precondition.clone(), projection).await;
    log_refusal(platform, actor, (Operation::Patch, Subject::Group, subject), result).await
}

enum GroupEdit {
    Replace(Value),
    Patch(Value),
}

/// An edit read against the schema: what concerns the document and what concerns the members, each
/// in order. Neither sees anything of the other.
#[derive(Clone)]
enum Prepared {
    Replace(Value),
    Patch { document: Vec<DocumentEdit>, members: Vec<MembersEdit>, repairs: Vec<Repair> },
}

async fn edit_unlogged(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    edit: GroupEdit,
    precondition: Precondition,
    projection: &Projection,
) -> Result<Patched, DirectoryError> {
    may_write(actor, Permission::EmployeesEdit)?;
    let id = GroupId::from(parse_id("group", id)?);
    let tenant = tenants::load(platform, actor.tenant).await?;
    let (operation, prepared) = match edit {
        GroupEdit::Replace(body) => (Operation::Replace, Prepared::Replace(body)),
        GroupEdit::Patch(body) => {
            let (request, mut repairs) = scim_patch::parse(body, actor.leniency)?;
            let resolved = scim_patch::resolve(&request, resource_type(&tenant), actor.leniency)?;
            if resolved.claimed_id.as_ref().is_some_and(|claimed| *claimed != id.to_string()) {
                return Err(ScimError::mutability(
                    "The id of a resource never changes; leave it out or send the one it has.",
                )
                .into());
            }
            repairs.extend_from_slice(&resolved.repairs);
            let (document, members) = resolved.split();
            (Operation::Patch, Prepared::Patch { document, members, repairs })
        }
    };
    let parts = Parts::of(projection, &tenant);
    // Whoever chose attributes asked for a body, however long it is.
    let only_if_few = matches!(prepared, Prepared::Patch { .. }) && projection.is_default();
    if let Prepared::Patch { members, .. } = &prepared {
        look_ahead(platform, tenant.id, id, named(members), parts.filter(|_| only_if_few)).await;
    }
    let at = platform.now();
    let by = actor.clone();
    let (patched, enqueued, repairs) = platform
        .db()
        .write_again(tenant.id, move |mut tx| async move {
            store::gate::share(&mut tx).await?;
            let LockedGroup { record, watched, large } = lock(&mut tx, id).await?;
            check_version(&precondition, record.version)?;
            let mut edited = Edited::watched(watched);
            let documents = match prepared {
                Prepared::Replace(body) => {
                    let current = Document::from_stored(&record.document)?;
                    let rt = resource_type(&tenant);
                    let mut accepted = validate::replace(rt, &current, body, by.leniency)?;
                    let members = members_of(&mut accepted.document)?;
                    replace_all(&mut tx, id, &members, &mut edited).await?;
                    edited.repairs = accepted.repairs;
                    Some((current, accepted.document))
                }
                Prepared::Patch { document, members, repairs } => {
                    edited.repairs = repairs;
                    // RFC 7644 §3.5.2: each operation sees the result of the one before it.
                    for edit in members {
                        apply_to_members(&mut tx, id, edit, &mut edited).await?;
                    }
                    if document.is_empty() {
                        None
                    } else {
                        let current = Document::from_stored(&record.document)?;
                        let rt = resource_type(&tenant);
                        let next = scim_patch::apply_reporting(
                            rt,
                            &current,
                            &document,
                            &mut edited.repairs,
                        )?;
                        Some((current, next))
                    }
                }
            };
            let change = Edit { operation, at, documents, edited: &edited };
            let record = save(&mut tx, &by, &tenant, record, change).await?;
            let enqueued = enqueue_touched(&mut tx, id, &edited, at).await?;
            let patched = if only_if_few && large {
                Patched { stored: Stored::group(record, None), whole: false }
            } else {
                let mut budget = if only_if_few { SHOWN_AFTER_PATCH } else { LIST_BUDGET };
                let members = read_members(&mut tx, id, parts, &mut budget).await?;
                let stored = Stored::group(record, members);
                Patched { whole: !only_if_few || stored.unread().is_none(), stored }
            };
            Ok::<_, DirectoryError>((patched, enqueued, edited.repairs))
        })
        .await?;
    repairs::count(platform, actor, &repairs);
    if enqueued > 0 {
        platform.wake();
    }
    Ok(patched)
}

/// Reads what the change will look at and its answer show.
async fn look_ahead(
    platform: &Platform,
    tenant: TenantId,
    id: GroupId,
    named: Vec<Uuid>,
    parts: Option<Parts>,
) {
    let look = move |mut tx: Tx| async move {
        let large = lock(&mut tx, id).await?.large;
        let parts = parts.filter(|_| !large);
        read_members(&mut tx, id, parts, &mut SHOWN_AFTER_PATCH.clone()).await?;
        store::memberships::look_at(&mut tx, id, &named).await?;
        Ok::<_, DirectoryError>(())
    };
    platform.db().read_ahead(tenant, look).await;
}

async fn lock(tx: &mut Tx, id: GroupId) -> Result<LockedGroup, DirectoryError> {
    let many = i64::try_from(SHOWN_AFTER_PATCH).unwrap_or(i64::MAX);
    store::groups::lock_for_change(tx, id, many).await?.ok_or_else(|| absent(id))
}

/// What was done to a group and has to be written down.
struct Edit<'a> {
    operation: Operation,
    at: Timestamp,
    /// The document before and after, if the request said anything of it.
    documents: Option<(Document, Document)>,
    edited: &'a Edited,
}

async fn save(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    record: GroupRecord,
    edit: Edit<'_>,
) -> Result<GroupRecord, DirectoryError> {
    let Edit { operation, at, documents, edited } = edit;
    let id = record.id;
    let group = Named::new(id, &record.display_name);
    let mut saved = record;
    let mut difference = Value::Object(Map::new());
    match documents {
        Some((current, next)) if current != next => {
            let rt = resource_type(tenant);
            difference = shown(rt, &current, &next)
                .unwrap_or_else(|| log::difference(current.map(), next.map()));
            let row = Row::of(tenant, next)?;
            refuse_taken_name(tx, &row, id).await?;
            store::groups::update(tx, row.write(id, at))
                .await
                .map_err(|error| name_conflict(error, &row))?;
            let before = rt.unique_values(&current);
            schemas::hold(tx, tenant, "Group", &row.text).await?;
            unique::change(tx, "Group", id.uuid(), &before, &row.unique).await?;
            saved.display_name = row.name;
            saved.document = row.text;
            saved.external_id = row.external_id;
        }
        asked => {
            if !edited.any() {
                // To add who is a member already, or remove who is none, is no change at all.
                if asked.is_some() || !edited.repairs.is_empty() {
                    let ignored = repaired::left_out(&edited.repairs);
                    let change = Change::new(Event::GroupUnchanged { group, ignored })
                        .during(operation)
                        .with_difference(repaired::alone(&edited.repairs));
                    log::record(tx, actor, at, &change).await?;
                }
                return Ok(saved);
            }
            store::groups::touch(tx, id, at).await?;
        }
    }
    saved.version += 1;
    saved.modified_at = at;
    let event = Event::GroupChanged {
        group,
        attributes: log::changed_names(&difference),
        added: edited.added,
        removed: edited.removed,
    };
    if edited.any()
        && let Some(map) = difference.as_object_mut()
    {
        map.insert(
            String::from("members"),
            json!({ "added": edited.added, "removed": edited.removed }),
        );
    }
    let difference = repaired::beside(difference, &edited.repairs);
    let change = Change::new(event).during(operation).with_difference(difference);
    log::record(tx, actor, at, &change).await?;
    Ok(saved)
}

/// RFC 7644 §3.4.2.
pub async fn list(
    platform: &Platform,
    actor: &Actor,
    query: &ListQuery,
    projection: &Projection,
) -> Result<Page, DirectoryError> {
    let shown = Projections { user: projection, group: projection };
    lists::list(platform, actor, Scope::Groups, query, shown).await
}

/// The group of that name, made if there is none. For imports.
pub(super) async fn ensure(
    tx: &mut Tx,
    platform: &Platform,
    actor: &Actor,
    tenant: &Tenant,
    name: &str,
    at: Timestamp,
) -> Result<GroupId, DirectoryError> {
    let known = |found: Option<GroupRecord>| found.map(|record| record.id);
    if let Some(id) = known(store::groups::find_by_name(tx, &fold(name)).await?) {
        return Ok(id);
    }
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": name,
    });
    let accepted = validate::create(resource_type(tenant), body, actor.leniency)?;
    match insert(tx, actor, tenant, platform.new_id(), accepted.document, &[], at).await {
        Ok(record) => Ok(record.id),
        // Somebody else made it meanwhile, and had to be waited for.
        Err(DirectoryError::Duplicate(duplicate)) => {
            known(store::groups::find_by_name(tx, &fold(name)).await?)
                .ok_or(DirectoryError::Duplicate(duplicate))
        }
        Err(error) => Err(error),
    }
}
