//! Users: create, read, replace, patch, delete, list.

mod edit;
mod existing;
mod groups_of;
mod manager;
mod row;

use seatlink_scim::{
    Document, ListQuery, Precondition, Projection, Repair, ResourceType, fold, validate,
};
use seatlink_store::{
    self as store, Constraint, Timestamp, Tx, UserId, listing::Table, users::UserRecord,
    work::Priority,
};
use serde_json::Value;

use self::{
    existing::taken_by,
    groups_of::{groups_from, groups_of},
    row::email_keys,
};
use super::{
    DirectoryError, Duplicate, Page, Stored, check_version,
    groups::{self, Leaving},
    listing::{self, Projections, Scope},
    log_refusal, may_read, may_write, parse_id, repaired, role_rule, schemas, unique,
};
use crate::{
    Platform,
    access::{repairs, roles::Role},
    actor::Actor,
    log::{self, Change, Event, Named, Operation, Reason, Subject},
    login,
    permission::Permission,
    tenants::{self, Profile, Tenant},
    work,
};

pub(super) use edit::{Next, save};
pub use edit::{patch, replace};
pub(super) use groups_of::{OnPage, groups_of_page};
pub(super) use manager::{ManagerReference, find_all as managers};
pub(super) use row::{Row, complete};

pub(super) fn resource_type(tenant: &Tenant) -> &ResourceType {
    tenant.registry.resource_type("User").expect("every profile has users")
}

pub async fn create(
    platform: &Platform,
    actor: &Actor,
    body: Value,
) -> Result<Stored, DirectoryError> {
    let result = create_unlogged(platform, actor, body).await;
    log_refusal(platform, actor, (Operation::Create, Subject::User, None), result).await
}

async fn create_unlogged(
    platform: &Platform,
    actor: &Actor,
    body: Value,
) -> Result<Stored, DirectoryError> {
    may_write(actor, Permission::EmployeesCreate)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    // Whoever is restored is checked against what they are, which is known only inside the
    // transaction.
    let again = actor.existing.may_restore().then(|| body.clone());
    let accepted = validate::create(resource_type(&tenant), body, actor.leniency)?;
    let asked = existing::Asked::of(actor.existing, &accepted.document);
    let draft = Draft::of(&tenant, accepted.document)?;
    let id: UserId = platform.new_id();
    let at = platform.now();
    let by = actor.clone();
    // Looked for before the writers' queue. Whoever is restored is locked and looked at again
    // inside it.
    let met = match asked {
        None => None,
        Some(asked) => existing::meet(platform, &by, asked).await?,
    };
    let (stored, enqueued, repairs) = platform
        .db()
        .write(tenant.id, move |mut tx| async move {
            if let Some(met) = met {
                let body = again.unwrap_or_default();
                let (record, enqueued, repairs) =
                    existing::restore(&mut tx, &by, &tenant, met, body, at).await?;
                let groups = groups_of(&mut tx, met.id.uuid()).await?;
                let manager = manager::find(&mut tx, record.manager).await?;
                let enqueued = tx.count(enqueued).await?;
                return Ok((Stored::user(record, groups, manager), enqueued, repairs));
            }
            let new = New { id, at, draft, repairs: &accepted.repairs };
            let record = insert(&mut tx, &by, &tenant, new).await?;
            let manager = manager::find(&mut tx, record.manager).await?;
            let stored = Stored::user(record, Vec::new(), manager);
            Ok::<_, DirectoryError>((stored, 0, accepted.repairs))
        })
        .await?;
    repairs::count(platform, actor, &repairs);
    if enqueued > 0 {
        platform.wake();
    }
    Ok(stored)
}

/// What a user is made from inside a transaction.
struct New<'a> {
    id: UserId,
    at: Timestamp,
    draft: Draft,
    repairs: &'a [Repair],
}

/// A user as far as it is known before the transaction. Writers take turns, so whatever can be made
/// outside is.
enum Draft {
    /// Lacks only the role, which depends on the roles there are.
    WithoutRole(Document),
    Row(Row),
}

impl Draft {
    fn of(tenant: &Tenant, mut document: Document) -> Result<Self, DirectoryError> {
        complete(tenant, &mut document)?;
        if document.get("active").is_none() {
            document.set("active", Value::Bool(true));
        }
        match tenant.profile {
            Profile::ContactCenter => Ok(Self::WithoutRole(document)),
            Profile::Standard => Row::of(tenant, document).map(Self::Row),
        }
    }
}

/// Inserts the user with role and log row.
async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    new: New<'_>,
) -> Result<UserRecord, DirectoryError> {
    let (row, role) = match new.draft {
        Draft::Row(row) => (row, None),
        Draft::WithoutRole(mut document) => {
            let role = role_rule::primary_role(tx, tenant, &mut document, None).await?;
            (Row::of(tenant, document)?, Some(role))
        }
    };
    if !store::users::insert(tx, row.write(new.id, new.at)).await? {
        return Err(match store::users::find_by_user_name(tx, &row.user_name_key).await? {
            Some(taken) => taken_by(&taken),
            // Gone again since: whoever asked may ask again.
            None => name_taken(&row.user_name),
        });
    }
    manager::keep(tx, row.manager).await?;
    schemas::hold(tx, tenant, "User", row.text()).await?;
    unique::change(tx, "User", new.id.uuid(), &[], &row.unique).await?;
    if let Some(role) = &role {
        store::roles::hold_first(tx, new.id, role.id).await?;
    }
    let user = Named::new(new.id, &row.user_name);
    let event = Event::UserCreated { user, role: role.as_ref().map(Role::named) };
    let change = Change::new(event).with_difference(repaired::alone(new.repairs));
    // Nobody new is assigned anywhere, so there is no work.
    log::record(tx, actor, new.at, &change).await?;
    Ok(row.into_record(new.id, new.at))
}

/// Two who ask for one name at the same moment: the index decides.
fn name_conflict(error: store::Error, user_name: &str) -> DirectoryError {
    match error {
        store::Error::Conflict(Constraint::UserName) => name_taken(user_name),
        other => other.into(),
    }
}

fn name_taken(user_name: &str) -> DirectoryError {
    DirectoryError::Duplicate(Duplicate::UserName(user_name.to_owned()))
}

pub async fn get(platform: &Platform, actor: &Actor, id: &str) -> Result<Stored, DirectoryError> {
    if let Err(forbidden) = may_read(actor) {
        let id = id.parse().ok();
        return log_refusal(
            platform,
            actor,
            (Operation::Provision, Subject::User, id),
            Err(forbidden.into()),
        )
        .await;
    }
    let id = UserId::from(parse_id("user", id)?);
    platform
        .db()
        .read(actor.tenant, move |mut tx| async move {
            let found = store::users::find_with_groups(&mut tx, id).await?;
            let (record, direct) = found.ok_or_else(|| absent(id))?;
            let groups = groups_from(&mut tx, id.uuid(), direct).await?;
            let manager = manager::find(&mut tx, record.manager).await?;
            Ok(Stored::user(record, groups, manager))
        })
        .await
}

fn absent(id: UserId) -> DirectoryError {
    DirectoryError::NotFound { kind: "user", id: id.to_string() }
}

/// RFC 7644 §3.4.2.
pub async fn list(
    platform: &Platform,
    actor: &Actor,
    query: &ListQuery,
    projection: &Projection,
) -> Result<Page, DirectoryError> {
    let shown = Projections { user: projection, group: projection };
    listing::list(platform, actor, Scope::Users, query, shown).await
}

/// RFC 7644 §3.6, except that the contact-center profile deactivates and keeps the history.
pub async fn delete(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    precondition: &Precondition,
) -> Result<(), DirectoryError> {
    let subject = id.parse().ok();
    let result = delete_unlogged(platform, actor, id, precondition.clone()).await;
    log_refusal(platform, actor, (Operation::Delete, Subject::User, subject), result).await
}

async fn delete_unlogged(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    precondition: Precondition,
) -> Result<(), DirectoryError> {
    may_write(actor, Permission::EmployeesDelete)?;
    let id = UserId::from(parse_id("user", id)?);
    let tenant = tenants::load(platform, actor.tenant).await?;
    let at = platform.now();
    let actor = actor.clone();
    let enqueued = platform
        .db()
        .write_again(tenant.id, move |mut tx| async move {
            match tenant.profile {
                Profile::ContactCenter => {
                    let record = store::users::lock(&mut tx, id).await?;
                    let record = record.ok_or_else(|| absent(id))?;
                    check_version(&precondition, record.version)?;
                    deactivate(&mut tx, &actor, &tenant, record, at).await
                }
                Profile::Standard => {
                    store::memberships::lock_groups_of(&mut tx, id.uuid()).await?;
                    let record = store::users::lock_for_removal(&mut tx, id).await?;
                    let record = record.ok_or_else(|| absent(id))?;
                    check_version(&precondition, record.version)?;
                    remove(&mut tx, &actor, &tenant, record, at).await
                }
            }
        })
        .await?;
    if enqueued > 0 {
        platform.wake();
    }
    Ok(())
}

async fn deactivate(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    record: UserRecord,
    at: Timestamp,
) -> Result<u64, DirectoryError> {
    let current = Document::from_stored(&record.document)?;
    let mut document = current.clone();
    document.set("active", Value::Bool(false));
    let next = Next { operation: Operation::Delete, at, current, document, repairs: &[] };
    let saved = save(tx, actor, tenant, record, next).await?;
    Ok(tx.count(saved.enqueued).await?)
}

/// Gives a user another primary role in the contact-center profile, where the user's document names
/// it. Answers how much work it makes.
pub(crate) async fn give_primary(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    record: UserRecord,
    role: &Role,
    at: Timestamp,
) -> Result<u64, DirectoryError> {
    let current = Document::from_stored(&record.document)?;
    let mut document = current.clone();
    document.set("roles", role_rule::primary(role));
    let next = Next { operation: Operation::Assign, at, current, document, repairs: &[] };
    let saved = save(tx, actor, tenant, record, next).await?;
    Ok(tx.count(saved.enqueued).await?)
}

async fn remove(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    record: UserRecord,
    at: Timestamp,
) -> Result<u64, DirectoryError> {
    let id = record.id;
    let document = Document::from_stored(&record.document)?;
    login::end_access(tx, id, at, Reason::Deleted).await?;
    // An account that was being made for them at this moment must be found when they are gone.
    store::links::seek(tx, id.into(), &work::found_by(&document), at).await?;
    // Before the user is gone: what is linked at targets has to be deactivated there.
    let own = store::work::enqueue_user(tx, id, Priority::First, at).await?;
    let enqueued = manager::leave_reports(tx, actor, tenant, &record, at).await?;
    let user = Named::new(id, &record.user_name);
    groups::leave_groups(tx, actor, Leaving::Person(user.clone()), at).await?;
    store::integrations::unassign_everywhere(tx, id.uuid()).await?;
    store::roles::drop_all(tx, id).await?;
    store::users::delete(tx, id, &email_keys(&document)).await?;
    if resource_type(tenant).has_unique_values() {
        store::unique_values::give_back_all(tx, id.uuid()).await?;
    }
    log::record(tx, actor, at, &Change::new(Event::UserDeleted { user })).await?;
    Ok(enqueued + tx.count(own).await?)
}

/// Finds a user by name, for the command line and the console.
pub async fn find_by_user_name(
    platform: &Platform,
    actor: &Actor,
    user_name: &str,
) -> Result<Option<UserRecord>, DirectoryError> {
    may_read(actor)?;
    let key = fold(user_name);
    let record = platform
        .db()
        .read(actor.tenant, move |mut tx| async move {
            store::users::find_by_user_name(&mut tx, &key).await
        })
        .await?;
    Ok(record)
}

/// How many users are active, and how many are not.
pub async fn count(platform: &Platform, actor: &Actor) -> Result<(i64, i64), DirectoryError> {
    may_read(actor)?;
    platform
        .db()
        .scan(actor.tenant, |mut tx| async move {
            let tally = store::tallies::read(&mut tx, Table::Users.kind()).await?;
            Ok((tally.active, tally.all - tally.active))
        })
        .await
}
