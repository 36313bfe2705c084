//! Changing a user: PUT and PATCH on the same path, and the one way a change is saved.

use seatlink_scim::{Document, Precondition, Repair, fold};
use seatlink_store::{
    self as store, Posted, Timestamp, Tx, UserId, roles::Rank, users::UserRecord, work::Priority,
};
use serde_json::Value;

use super::{
    absent,
    existing::taken_by,
    groups_of::groups_of,
    manager, name_conflict, resource_type,
    row::{Row, complete, email_keys},
};
use crate::{
    Platform,
    access::repairs,
    actor::Actor,
    directory::{
        DirectoryError, MatchedBy, Stored, check_version, log_refusal, may_write, parse_id,
        repaired, revision::Revision, role_rule, schemas, shown, unique, version_tag,
    },
    log::{self, Change, Event, Named, Operation, Reason, Subject},
    login,
    permission::Permission,
    tenants::{self, Profile, Tenant},
};

pub async fn replace(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    body: Value,
    precondition: &Precondition,
) -> Result<Stored, DirectoryError> {
    let edit = Revision::Replace(body);
    edit_user(platform, actor, id, edit, precondition).await
}

/// RFC 7644 §3.5.2: all operations or none.
pub async fn patch(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    body: Value,
    precondition: &Precondition,
) -> Result<Stored, DirectoryError> {
    edit_user(platform, actor, id, Revision::Patch(body), precondition).await
}

async fn edit_user(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    edit: Revision,
    precondition: &Precondition,
) -> Result<Stored, DirectoryError> {
    let operation = edit.operation();
    let subject = id.parse().ok();
    let result = edit_unlogged(platform, actor, id, edit, precondition.clone()).await;
    log_refusal(platform, actor, (operation, Subject::User, subject), result).await
}

async fn edit_unlogged(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    edit: Revision,
    precondition: Precondition,
) -> Result<Stored, DirectoryError> {
    may_write(actor, Permission::EmployeesEdit)?;
    let id = UserId::from(parse_id("user", id)?);
    let tenant = tenants::load(platform, actor.tenant).await?;
    let operation = edit.operation();
    let prepared = edit.prepare(id.uuid(), resource_type(&tenant), actor)?;
    let at = platform.now();
    let by = actor.clone();
    let look = move |mut tx| async move { store::users::find_with_groups(&mut tx, id).await };
    platform.db().read_ahead(tenant.id, look).await;
    let (stored, enqueued, repairs) = platform
        .db()
        .write_again(tenant.id, move |mut tx| async move {
            let record = store::users::lock(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            check_version(&precondition, record.version)?;
            let current = Document::from_stored(&record.document)?;
            let (document, repairs) = prepared.apply(resource_type(&tenant), &by, &current)?;
            let next = Next { operation, at, current, document, repairs: &repairs };
            let saved = save(&mut tx, &by, &tenant, record, next).await?;
            let groups = groups_of(&mut tx, id.uuid()).await?;
            let manager = manager::find(&mut tx, saved.record.manager).await?;
            let enqueued = tx.count(saved.enqueued).await?;
            let stored = Stored::user(saved.record, groups, manager);
            Ok::<_, DirectoryError>((stored, enqueued, repairs))
        })
        .await?;
    repairs::count(platform, actor, &repairs);
    if enqueued > 0 {
        platform.wake();
    }
    Ok(stored)
}

/// The next state of a user that exists.
pub(in crate::directory) struct Next<'a> {
    pub operation: Operation,
    pub at: Timestamp,
    pub current: Document,
    pub document: Document,
    pub repairs: &'a [Repair],
}

/// What became of a user.
pub(in crate::directory) struct Saved {
    pub record: UserRecord,
    /// Counts the work items.
    pub enqueued: Posted,
}

/// Writes what changed, ends access on deactivation, and says why.
pub(in crate::directory) async fn save(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    record: UserRecord,
    next: Next<'_>,
) -> Result<Saved, DirectoryError> {
    let Next { operation, at, current, mut document, .. } = next;
    if operation == Operation::Patch {
        manager::settle_patched(&mut document, &current);
    }
    complete(tenant, &mut document)?;
    let role = match tenant.profile {
        Profile::ContactCenter => {
            Some(role_rule::primary_role(tx, tenant, &mut document, Some(&current)).await?)
        }
        Profile::Standard => None,
    };
    let id = record.id;
    if document == current {
        let user = Named::new(id, &record.user_name);
        let event = Event::UserUnchanged { user, ignored: repaired::left_out(next.repairs) };
        let change =
            Change::new(event).during(operation).with_difference(repaired::alone(next.repairs));
        log::record(tx, actor, at, &change).await?;
        return Ok(Saved { record, enqueued: Posted::NOTHING });
    }
    let difference = log::difference(current.map(), document.map());
    let shown = shown(resource_type(tenant), &current, &document);
    // Whoever may provision people may not thereby make themselves an administrator.
    if tenant.profile == Profile::ContactCenter
        && actor.user() == Some(id)
        && difference.get("roles").is_some()
    {
        actor.require(Permission::RolesAssign)?;
    }
    let before = resource_type(tenant).unique_values(&current);
    let row = Row::of(tenant, document)?;
    if row.user_name != record.user_name
        && let Some(taken) = store::users::find_by_user_name(tx, &row.user_name_key).await?
        && taken.id != id
    {
        return Err(taken_by(&taken));
    }
    let write = row.write(id, at);
    let same_names = row.user_name == record.user_name && row.external_id == record.external_id;
    if same_names {
        store::users::update_document(tx, write, &record).await?;
    } else {
        let updated = store::users::update(tx, write, record.version).await;
        if !updated.map_err(|error| name_conflict(error, &row.user_name))? {
            return Err(DirectoryError::VersionChanged(version_tag(record.version)));
        }
    }
    schemas::hold(tx, tenant, "User", row.text()).await?;
    unique::change(tx, "User", id.uuid(), &before, &row.unique).await?;
    if row.manager != record.manager {
        manager::keep(tx, row.manager).await?;
        store::users::set_manager(tx, id, row.manager).await?;
    }
    if difference.get("emails").is_some() {
        store::users::replace_emails(tx, write, &email_keys(&current)).await?;
    }
    if let Some(role) = &role
        && difference.get("roles").is_some()
    {
        store::roles::hold(tx, id, role.id, Rank::Primary).await?;
    }
    let outcome = outcome(tx, &record, &row, (operation, at), &difference).await?;
    let difference = repaired::beside(shown.unwrap_or(difference), next.repairs);
    let change = Change::new(outcome.event).during(operation).with_difference(difference);
    log::record(tx, actor, at, &change).await?;
    let enqueued = store::work::enqueue_user(tx, id, outcome.priority, at).await?;
    let mut saved = row.into_record(id, at);
    saved.version = record.version + 1;
    saved.created_at = record.created_at;
    Ok(Saved { record: saved, enqueued })
}

/// What a change means for whoever asks why, and for those who follow it.
struct Outcome {
    event: Event,
    priority: Priority,
}

/// Ends access on deactivation, and tells what happened.
async fn outcome(
    tx: &mut Tx,
    record: &UserRecord,
    row: &Row,
    (operation, at): (Operation, Timestamp),
    difference: &Value,
) -> Result<Outcome, store::Error> {
    let user = Named::new(record.id, &row.user_name);
    let (priority, event) = match (record.active, row.active) {
        (false, active) if operation == Operation::Restore => {
            let matched_by = if row.user_name_key == fold(&record.user_name) {
                MatchedBy::UserName
            } else {
                MatchedBy::ExternalId
            };
            (Priority::Normal, Event::UserRestored { user, matched_by, active })
        }
        (true, false) => {
            let ended = login::end_access(tx, record.id, at, Reason::Deactivated).await?;
            let (sessions, authorizations) = (ended.sessions, ended.grants);
            (Priority::First, Event::UserDeactivated { user, sessions, authorizations })
        }
        (false, true) => (Priority::Normal, Event::UserReactivated { user }),
        (true, true) | (false, false) => {
            let attributes = log::changed_names(difference);
            (Priority::Normal, Event::UserChanged { user, attributes })
        }
    };
    Ok(Outcome { event, priority })
}
