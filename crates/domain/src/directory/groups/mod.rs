//! Groups: create, read, replace, patch, delete, list. Members are edited as sets and never loaded for it.

mod members;
mod row;

use seatlink_scim::{
    Document, DocumentEdit, Edit, Error as ScimError, ListQuery, Precondition, Projection, Repair,
    ResourceType, fold, members_of, patch as scim_patch, validate,
};
use seatlink_store::{self as store, Constraint, GroupId, Timestamp, Tx, groups::GroupRecord};
use serde_json::{Value, json};

use self::{
    members::{Edited, add, apply_to_members, enqueue_touched, member_references, replace_all},
    row::Row,
};
use super::{
    DirectoryError, Page, Stored, check_version, may_read, may_write, parse_id, repaired, resolved,
    told, users::Window,
};
use crate::{
    Platform,
    access::repairs,
    actor::Actor,
    changes::{self, Change, Operation, Reason, Subject},
    tenants::{self, Tenant},
};

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
) -> Result<Stored, DirectoryError> {
    let result = create_unlogged(platform, actor, body).await;
    told(platform, actor, (Operation::Create, Subject::Group, None), result).await
}

async fn create_unlogged(
    platform: &Platform,
    actor: &Actor,
    body: Value,
) -> Result<Stored, DirectoryError> {
    may_write(actor)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    let mut accepted = validate::create(resource_type(&tenant), body, actor.leniency)?;
    let members = members_of(&mut accepted.document)?;
    let document = accepted.document;
    let id: GroupId = platform.new_id();
    let at = platform.now();
    let by = actor.clone();
    let bent = accepted.repairs.clone();
    let stored = platform
        .db()
        .write(tenant.id, move |mut tx| async move {
            let bent = &accepted.repairs;
            let record = insert(&mut tx, &by, &tenant, id, document, bent, at).await?;
            let mut edited = Edited::default();
            add(&mut tx, id, &members, &mut edited).await?;
            let references = member_references(&mut tx, id).await?;
            Ok::<_, DirectoryError>(Stored::group(record, references))
        })
        .await?;
    repairs::count(platform, actor, &bent);
    Ok(stored)
}

/// Inserts an empty group with its log row.
pub(super) async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    id: GroupId,
    document: Document,
    bent: &[Repair],
    at: Timestamp,
) -> Result<GroupRecord, DirectoryError> {
    let row = Row::of(tenant, document)?;
    refuse_taken_name(tx, &row, None).await?;
    store::groups::insert(tx, row.write(id, at))
        .await
        .map_err(|error| name_conflict(error, &row))?;
    let sentence = format!("Group “{}” was created.", row.name);
    let mut change =
        Change::new(Operation::Create, Subject::Group, id.uuid(), Reason::Created, sentence);
    change.difference = repaired::alone(bent);
    changes::record(tx, actor, at, &change).await?;
    Ok(GroupRecord {
        id,
        external_id: row.external_id,
        version: 1,
        created_at: at,
        modified_at: at,
        document: row.text,
    })
}

async fn refuse_taken_name(
    tx: &mut Tx,
    row: &Row,
    own: Option<GroupId>,
) -> Result<(), DirectoryError> {
    match store::groups::find_by_name(tx, &row.name_key).await? {
        Some(taken) if Some(taken.id) != own => Err(DirectoryError::Duplicate(format!(
            "The group name “{}” is taken by another group of this tenant.",
            row.name
        ))),
        Some(_) | None => Ok(()),
    }
}

fn name_conflict(error: store::Error, row: &Row) -> DirectoryError {
    match error {
        store::Error::Conflict(Constraint::GroupName) => DirectoryError::Duplicate(format!(
            "The group name “{}” is taken by another group of this tenant.",
            row.name
        )),
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
        return told(
            platform,
            actor,
            (Operation::Provision, Subject::Group, id),
            Err(forbidden.into()),
        )
        .await;
    }
    let id = GroupId::from(parse_id("group", id)?);
    let with_members = projection.wants("members");
    platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            let record = store::groups::find(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            let members =
                if with_members { member_references(&mut tx, id).await? } else { Vec::new() };
            Ok(Stored::group(record, members))
        })
        .await
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
    told(platform, actor, (Operation::Replace, Subject::Group, subject), result).await
}

pub async fn patch(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    body: Value,
    precondition: &Precondition,
    projection: &Projection,
) -> Result<Stored, DirectoryError> {
    let subject = id.parse().ok();
    let edit = GroupEdit::Patch(body);
    let result = edit_unlogged(platform, actor, id, edit, precondition.clone(), projection).await;
    told(platform, actor, (Operation::Patch, Subject::Group, subject), result).await
}

enum GroupEdit {
    Replace(Value),
    Patch(Value),
}

/// An edit read against the schema: what concerns the document and what concerns the members, in order.
enum Prepared {
    Replace(Value),
    Patch(Vec<Edit>, Vec<Repair>),
}

async fn edit_unlogged(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    edit: GroupEdit,
    precondition: Precondition,
    projection: &Projection,
) -> Result<Stored, DirectoryError> {
    may_write(actor)?;
    let id = GroupId::from(parse_id("group", id)?);
    let tenant = tenants::load(platform, actor.tenant).await?;
    let (operation, prepared) = match edit {
        GroupEdit::Replace(body) => (Operation::Replace, Prepared::Replace(body)),
        GroupEdit::Patch(body) => {
            let (request, mut bent) = scim_patch::parse(body, actor.leniency)?;
            let resolved = scim_patch::resolve(&request, resource_type(&tenant), actor.leniency)?;
            if resolved.claimed_id.is_some_and(|claimed| claimed != id.to_string()) {
                return Err(ScimError::mutability(
                    "The id of a resource never changes; leave it out or send the one it has.",
                )
                .into());
            }
            bent.extend(resolved.repairs);
            (Operation::Patch, Prepared::Patch(resolved.edits, bent))
        }
    };
    let with_members = projection.wants("members");
    let at = platform.now();
    let by = actor.clone();
    let (stored, enqueued, bent) = platform
        .db()
        .write(tenant.id, move |mut tx| async move {
            let record = store::groups::lock(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            check_version(&precondition, record.version)?;
            let current = Document::from_stored(&record.document)?;
            let mut edited = Edited::default();
            let document = match prepared {
                Prepared::Replace(body) => {
                    let rt = resource_type(&tenant);
                    let mut accepted = validate::replace(rt, &current, body, by.leniency)?;
                    let members = members_of(&mut accepted.document)?;
                    replace_all(&mut tx, id, &members, &mut edited).await?;
                    edited.bent = accepted.repairs;
                    accepted.document
                }
                Prepared::Patch(edits, bent) => {
                    edited.bent = bent;
                    apply(&mut tx, &tenant, id, &current, edits, &mut edited).await?
                }
            };
            let record =
                save(&mut tx, &by, &tenant, record, &current, document, &edited, operation, at)
                    .await?;
            let enqueued = enqueue_touched(&mut tx, id, &edited, at).await?;
            let members =
                if with_members { member_references(&mut tx, id).await? } else { Vec::new() };
            Ok::<_, DirectoryError>((Stored::group(record, members), enqueued, edited.bent))
        })
        .await?;
    repairs::count(platform, actor, &bent);
    if enqueued > 0 {
        platform.wake();
    }
    Ok(stored)
}

/// RFC 7644 §3.5.2: each operation sees the result of the one before it.
async fn apply(
    tx: &mut Tx,
    tenant: &Tenant,
    id: GroupId,
    current: &Document,
    edits: Vec<Edit>,
    edited: &mut Edited,
) -> Result<Document, DirectoryError> {
    let mut document_edits: Vec<DocumentEdit> = Vec::new();
    for edit in edits {
        match edit {
            // Document edits never depend on members, so they are applied together at the end.
            Edit::Document(edit) => document_edits.push(edit),
            Edit::Members(edit) => apply_to_members(tx, id, edit, edited).await?,
        }
    }
    let rt = resource_type(tenant);
    Ok(scim_patch::apply_reporting(rt, current, &document_edits, &mut edited.bent)?)
}

#[expect(clippy::too_many_arguments, reason = "the last step of one operation, called once")]
async fn save(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    record: GroupRecord,
    current: &Document,
    document: Document,
    edited: &Edited,
    operation: Operation,
    at: Timestamp,
) -> Result<GroupRecord, DirectoryError> {
    let id = record.id;
    let name = current.str_at(&["displayName"]).unwrap_or_default().to_owned();
    let mut saved = record;
    if document == *current {
        if !edited.any() {
            let sentence = format!(
                "Nothing to change: group “{name}” is as asked already.{}",
                repaired::left_out(&edited.bent)
            );
            let mut change =
                Change::new(operation, Subject::Group, id.uuid(), Reason::Unchanged, sentence);
            change.difference = repaired::alone(&edited.bent);
            changes::record(tx, actor, at, &change).await?;
            return Ok(saved);
        }
        store::groups::touch(tx, id, at).await?;
    } else {
        let row = Row::of(tenant, document.clone())?;
        refuse_taken_name(tx, &row, Some(id)).await?;
        store::groups::update(tx, row.write(id, at))
            .await
            .map_err(|error| name_conflict(error, &row))?;
        saved.document = row.text;
        saved.external_id = row.external_id;
    }
    saved.version += 1;
    saved.modified_at = at;
    let mut difference = changes::difference(current.map(), document.map());
    if edited.any()
        && let Some(map) = difference.as_object_mut()
    {
        map.insert(
            String::from("members"),
            json!({ "added": edited.added, "removed": edited.removed }),
        );
    }
    let sentence = format!(
        "Group “{name}” was changed: {} members added, {} removed.",
        edited.added, edited.removed
    );
    let difference = repaired::beside(difference, &edited.bent);
    let change = Change::new(operation, Subject::Group, id.uuid(), Reason::Updated, sentence)
        .with_difference(difference);
    changes::record(tx, actor, at, &change).await?;
    Ok(saved)
}

pub async fn delete(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    precondition: &Precondition,
) -> Result<(), DirectoryError> {
    let subject = id.parse().ok();
    let result = delete_unlogged(platform, actor, id, precondition.clone()).await;
    told(platform, actor, (Operation::Delete, Subject::Group, subject), result).await
}

async fn delete_unlogged(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    precondition: Precondition,
) -> Result<(), DirectoryError> {
    may_write(actor)?;
    let id = GroupId::from(parse_id("group", id)?);
    let at = platform.now();
    let actor = actor.clone();
    let enqueued = platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let record = store::groups::lock(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            check_version(&precondition, record.version)?;
            let below = store::groups::users_below(&mut tx, id).await?;
            let edited = Edited {
                touched: below.into_iter().map(store::UserId::uuid).collect(),
                ..Edited::default()
            };
            let enqueued = enqueue_touched(&mut tx, id, &edited, at).await?;
            store::integrations::unassign_everywhere(&mut tx, id.uuid()).await?;
            store::groups::delete(&mut tx, id).await?;
            let document = Document::from_stored(&record.document)?;
            let name = document.str_at(&["displayName"]).unwrap_or_default();
            let sentence = format!("Group “{name}” was deleted.");
            let change = Change::new(
                Operation::Delete,
                Subject::Group,
                id.uuid(),
                Reason::Deleted,
                sentence,
            );
            changes::record(&mut tx, &actor, at, &change).await?;
            Ok::<_, DirectoryError>(enqueued)
        })
        .await?;
    if enqueued > 0 {
        platform.wake();
    }
    Ok(())
}

pub async fn list(
    platform: &Platform,
    actor: &Actor,
    query: &ListQuery,
    projection: &Projection,
) -> Result<Page, DirectoryError> {
    if let Err(forbidden) = may_read(actor) {
        return told(
            platform,
            actor,
            (Operation::Provision, Subject::Group, None),
            Err(forbidden.into()),
        )
        .await;
    }
    let tenant = tenants::load(platform, actor.tenant).await?;
    let filter = match &query.filter {
        Some(filter) => Some(resolved(platform, actor, filter, resource_type(&tenant))?),
        None => None,
    };
    let window = Window::of(query);
    let with_members = projection.wants("members");
    platform
        .db()
        .scan(tenant.id, move |mut tx| async move {
            let filter = filter.as_ref();
            let records = if window.limit == 0 {
                Vec::new()
            } else {
                store::groups::list(&mut tx, filter, window.offset, window.limit).await?
            };
            let total = match window.known_total(records.len()) {
                Some(total) => total,
                None => u64::try_from(store::groups::count(&mut tx, filter).await?).unwrap_or(0),
            };
            let mut resources = Vec::with_capacity(records.len());
            for record in records {
                let members = if with_members {
                    member_references(&mut tx, record.id).await?
                } else {
                    Vec::new()
                };
                resources.push(Stored::group(record, members));
            }
            Ok::<_, DirectoryError>(Page { total, start_index: window.start_index, resources })
        })
        .await
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
    if let Some(record) = store::groups::find_by_name(tx, &fold(name)).await? {
        return Ok(record.id);
    }
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": name,
    });
    let accepted = validate::create(resource_type(tenant), body, actor.leniency)?;
    let record = insert(tx, actor, tenant, platform.new_id(), accepted.document, &[], at).await?;
    Ok(record.id)
}
