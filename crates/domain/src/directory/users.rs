//! Users: create, read, replace, patch, delete, list.

use std::sync::Arc;

use seatlink_scim::{
    Document, DocumentEdit, Edit, Error as ScimError, ListQuery, Op, Precondition, Projection,
    Repair, ResolvedFilter, ResourceType, fold, patch, search_form, validate,
};
use seatlink_store::{
    self as store, Constraint, Timestamp, Tx, UserId,
    roles::Rank,
    users::{UserRecord, UserWrite},
    work::Priority,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    DirectoryError, GroupReference, Page, Stored, check_version, may_read, may_write, parse_id,
    role_rule, told,
};
use crate::{
    Platform,
    actor::Actor,
    changes::{self, Change, Operation, Reason, Subject},
    login,
    tenants::{self, Profile, Tenant},
};

/// Rows of one page at most (`filter.maxResults`, RFC 7643 §5).
pub const PAGE_LIMIT: u64 = 1_000;
/// Rows of a page when the client names no `count`.
pub const PAGE_DEFAULT: u64 = 100;

pub(super) fn resource_type(tenant: &Tenant) -> &ResourceType {
    tenant.registry.resource_type("User").expect("every profile has users")
}

pub async fn create(
    platform: &Platform,
    actor: &Actor,
    body: Value,
) -> Result<Stored, DirectoryError> {
    let result = create_unlogged(platform, actor, body).await;
    told(platform, actor, (Operation::Create, Subject::User, None), result).await
}

async fn create_unlogged(
    platform: &Platform,
    actor: &Actor,
    body: Value,
) -> Result<Stored, DirectoryError> {
    may_write(actor)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    let accepted = validate::create(resource_type(&tenant), body, actor.leniency)?;
    let id: UserId = platform.new_id();
    let at = platform.now();
    let actor = actor.clone();
    let (record, enqueued) = platform
        .db()
        .write(tenant.id, move |mut tx| async move {
            insert(
                &mut tx,
                &actor,
                &tenant,
                New { id, at, document: accepted.document, repairs: &accepted.repairs },
            )
            .await
        })
        .await?;
    if enqueued > 0 {
        platform.wake();
    }
    Ok(Stored::user(record, Vec::new()))
}

/// What a user is made from inside a transaction.
pub(super) struct New<'a> {
    pub id: UserId,
    pub at: Timestamp,
    pub document: Document,
    pub repairs: &'a [Repair],
}

/// Inserts the user with role, log row and work; the answer counts work items.
pub(super) async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    new: New<'_>,
) -> Result<(UserRecord, u64), DirectoryError> {
    let mut document = new.document;
    complete(tenant, &mut document)?;
    if document.get("active").is_none() {
        document.set("active", Value::Bool(true));
    }
    let role = match tenant.profile {
        Profile::ContactCenter => {
            Some(role_rule::primary_role(tx, tenant, &mut document, None).await?)
        }
        Profile::Standard => None,
    };
    let row = Row::of(tenant, document)?;
    if let Some(taken) = store::users::find_by_user_name(tx, &row.user_name_key).await? {
        return Err(taken_by(&taken));
    }
    store::users::insert(tx, row.write(new.id, new.at)).await.map_err(|error| match error {
        store::Error::Conflict(Constraint::UserName) => DirectoryError::Duplicate(format!(
            "The user name “{}” is taken by another user of this tenant.",
            row.user_name
        )),
        other => other.into(),
    })?;
    let sentence = match &role {
        Some(role) => {
            store::roles::hold(tx, new.id, role.id, Rank::Primary).await?;
            format!("“{}” was created with the role “{}”.", row.user_name, role.name)
        }
        None => format!("“{}” was created.", row.user_name),
    };
    let mut change =
        Change::new(Operation::Create, Subject::User, new.id.uuid(), Reason::Created, sentence);
    change.difference = repairs(new.repairs);
    changes::record(tx, actor, new.at, &change).await?;
    let enqueued = store::work::enqueue_user(tx, new.id, Priority::Normal, new.at).await?;
    Ok((row.into_record(new.id, new.at), enqueued))
}

fn taken_by(taken: &UserRecord) -> DirectoryError {
    let sentence = if taken.active {
        format!("The user name “{}” is taken by another user of this tenant.", taken.user_name)
    } else {
        format!(
            "The user name “{}” belongs to a deactivated user of this tenant (id {}). Find it with \
             filter=userName eq \"…\" and set active to true instead of creating it again.",
            taken.user_name, taken.id
        )
    };
    DirectoryError::Duplicate(sentence)
}

pub async fn get(platform: &Platform, actor: &Actor, id: &str) -> Result<Stored, DirectoryError> {
    if let Err(forbidden) = may_read(actor) {
        let id = id.parse().ok();
        return told(
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
            let record = store::users::find(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            let groups = groups_of(&mut tx, id.uuid()).await?;
            Ok(Stored::user(record, groups))
        })
        .await
}

fn absent(id: UserId) -> DirectoryError {
    DirectoryError::NotFound { kind: "user", id: id.to_string() }
}

async fn groups_of(tx: &mut Tx, user: Uuid) -> Result<Vec<GroupReference>, DirectoryError> {
    let groups = store::groups::groups_of(tx, user).await?;
    groups
        .into_iter()
        .map(|(id, document)| {
            let document = Document::from_stored(&document)?;
            let display = document.str_at(&["displayName"]).unwrap_or_default().to_owned();
            Ok(GroupReference { id: id.uuid(), display })
        })
        .collect()
}

pub async fn replace(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    body: Value,
    precondition: &Precondition,
) -> Result<Stored, DirectoryError> {
    let edit = UserEdit::Replace(body);
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
    edit_user(platform, actor, id, UserEdit::Patch(body), precondition).await
}

/// Two ways to say what should be different.
enum UserEdit {
    Replace(Value),
    Patch(Value),
}

impl UserEdit {
    const fn operation(&self) -> Operation {
        match self {
            Self::Replace(_) => Operation::Replace,
            Self::Patch(_) => Operation::Patch,
        }
    }
}

/// An edit read against the schema, before the resource is known.
enum Prepared {
    Replace(Value),
    Patch { edits: Vec<DocumentEdit>, repairs: Vec<Repair> },
}

impl Prepared {
    fn of(edit: UserEdit, tenant: &Tenant, actor: &Actor) -> Result<Self, ScimError> {
        match edit {
            UserEdit::Replace(body) => Ok(Self::Replace(body)),
            UserEdit::Patch(body) => {
                let (request, mut repairs) = patch::parse(body, actor.leniency)?;
                let resolved = patch::resolve(&request, resource_type(tenant), actor.leniency)?;
                repairs.extend(resolved.repairs);
                let edits = resolved
                    .edits
                    .into_iter()
                    .filter_map(|edit| match edit {
                        Edit::Document(edit) => Some(edit),
                        Edit::Members(_) => None,
                    })
                    .collect();
                Ok(Self::Patch { edits, repairs })
            }
        }
    }

    fn apply(
        self,
        tenant: &Tenant,
        actor: &Actor,
        current: &Document,
    ) -> Result<(Document, Vec<Repair>), ScimError> {
        match self {
            Self::Replace(body) => {
                let accepted =
                    validate::replace(resource_type(tenant), current, body, actor.leniency)?;
                Ok((accepted.document, accepted.repairs))
            }
            Self::Patch { edits, repairs } => {
                Ok((patch::apply(resource_type(tenant), current, &edits)?, repairs))
            }
        }
    }
}

async fn edit_user(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    edit: UserEdit,
    precondition: &Precondition,
) -> Result<Stored, DirectoryError> {
    let operation = edit.operation();
    let subject = id.parse().ok();
    let result = edit_unlogged(platform, actor, id, edit, precondition.clone()).await;
    told(platform, actor, (operation, Subject::User, subject), result).await
}

async fn edit_unlogged(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    edit: UserEdit,
    precondition: Precondition,
) -> Result<Stored, DirectoryError> {
    may_write(actor)?;
    let id = UserId::from(parse_id("user", id)?);
    let tenant = tenants::load(platform, actor.tenant).await?;
    let operation = edit.operation();
    let prepared = Prepared::of(edit, &tenant, actor)?;
    let at = platform.now();
    let actor = actor.clone();
    let (stored, enqueued) = platform
        .db()
        .write(tenant.id, move |mut tx| async move {
            let record = store::users::lock(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            check_version(&precondition, record.version)?;
            let current = Document::from_stored(&record.document)?;
            let (document, repairs) = prepared.apply(&tenant, &actor, &current)?;
            let next = Next { operation, at, current, document, repairs: &repairs };
            let (record, enqueued) = save(&mut tx, &actor, &tenant, record, next).await?;
            let groups = groups_of(&mut tx, id.uuid()).await?;
            Ok::<_, DirectoryError>((Stored::user(record, groups), enqueued))
        })
        .await?;
    if enqueued > 0 {
        platform.wake();
    }
    Ok(stored)
}

/// The next state of a user that exists.
pub(super) struct Next<'a> {
    pub operation: Operation,
    pub at: Timestamp,
    pub current: Document,
    pub document: Document,
    pub repairs: &'a [Repair],
}

/// Writes what changed, ends access on deactivation, and says why; the answer counts work items.
pub(super) async fn save(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    record: UserRecord,
    next: Next<'_>,
) -> Result<(UserRecord, u64), DirectoryError> {
    let Next { operation, at, current, mut document, .. } = next;
    complete(tenant, &mut document)?;
    let role = match tenant.profile {
        Profile::ContactCenter => {
            Some(role_rule::primary_role(tx, tenant, &mut document, Some(&current)).await?)
        }
        Profile::Standard => None,
    };
    let id = record.id;
    if document == current {
        let sentence = format!("Nothing to change: “{}” is as asked already.", record.user_name);
        let mut change =
            Change::new(operation, Subject::User, id.uuid(), Reason::Unchanged, sentence);
        change.difference = repairs(next.repairs);
        changes::record(tx, actor, at, &change).await?;
        return Ok((record, 0));
    }
    let difference = changes::difference(current.map(), document.map());
    let row = Row::of(tenant, document)?;
    if row.user_name != record.user_name
        && let Some(taken) = store::users::find_by_user_name(tx, &row.user_name_key).await?
        && taken.id != id
    {
        return Err(taken_by(&taken));
    }
    let write = row.write(id, at);
    if !store::users::update(tx, write, record.version).await? {
        return Err(DirectoryError::VersionChanged(super::version_tag(record.version)));
    }
    if difference.get("emails").is_some() {
        store::users::replace_emails(tx, write).await?;
    }
    if let Some(role) = &role
        && difference.get("roles").is_some()
    {
        store::roles::hold(tx, id, role.id, Rank::Primary).await?;
    }
    let (reason, priority, sentence) = match (record.active, row.active) {
        (true, false) => {
            let ended = login::end_access(tx, id, at, Reason::Deactivated).await?;
            let sentence = format!(
                "“{}” was deactivated; {} sessions and {} authorizations ended with it.",
                row.user_name, ended.sessions, ended.grants
            );
            (Reason::Deactivated, Priority::First, sentence)
        }
        (false, true) => {
            let sentence = format!("“{}” is active again.", row.user_name);
            (Reason::Reactivated, Priority::Normal, sentence)
        }
        (true, true) | (false, false) => {
            let names: Vec<&str> = difference
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name.as_str())
                .collect();
            let sentence = format!("“{}” was changed: {}.", row.user_name, names.join(", "));
            (Reason::Updated, Priority::Normal, sentence)
        }
    };
    let mut difference = difference;
    if let (Some(repairs), Some(map)) = (repairs(next.repairs), difference.as_object_mut()) {
        map.insert(String::from("repairs"), repairs);
    }
    let change = Change::new(operation, Subject::User, id.uuid(), reason, sentence)
        .with_difference(difference);
    changes::record(tx, actor, at, &change).await?;
    let enqueued = store::work::enqueue_user(tx, id, priority, at).await?;
    let mut saved = row.into_record(id, at);
    saved.version = record.version + 1;
    saved.created_at = record.created_at;
    Ok((saved, enqueued))
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
    told(platform, actor, (Operation::Delete, Subject::User, subject), result).await
}

async fn delete_unlogged(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    precondition: Precondition,
) -> Result<(), DirectoryError> {
    may_write(actor)?;
    let id = UserId::from(parse_id("user", id)?);
    let tenant = tenants::load(platform, actor.tenant).await?;
    let at = platform.now();
    let actor = actor.clone();
    let enqueued = platform
        .db()
        .write(tenant.id, move |mut tx| async move {
            let record = store::users::lock(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            check_version(&precondition, record.version)?;
            match tenant.profile {
                Profile::ContactCenter => deactivate(&mut tx, &actor, &tenant, record, at).await,
                Profile::Standard => remove(&mut tx, &actor, record, at).await,
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
    let (_, enqueued) = save(tx, actor, tenant, record, next).await?;
    Ok(enqueued)
}

async fn remove(
    tx: &mut Tx,
    actor: &Actor,
    record: UserRecord,
    at: Timestamp,
) -> Result<u64, DirectoryError> {
    let id = record.id;
    login::end_access(tx, id, at, Reason::Deleted).await?;
    // Before the user is gone: what is linked at targets has to be deactivated there.
    let enqueued = store::work::enqueue_user(tx, id, Priority::First, at).await?;
    store::groups::remove_from_all(tx, id.uuid()).await?;
    store::integrations::unassign_everywhere(tx, id.uuid()).await?;
    store::roles::drop_all(tx, id).await?;
    store::users::delete(tx, id).await?;
    let sentence = format!("“{}” was deleted.", record.user_name);
    let change =
        Change::new(Operation::Delete, Subject::User, id.uuid(), Reason::Deleted, sentence);
    changes::record(tx, actor, at, &change).await?;
    Ok(enqueued)
}

/// RFC 7644 §3.4.2.
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
            (Operation::Provision, Subject::User, None),
            Err(forbidden.into()),
        )
        .await;
    }
    let tenant = tenants::load(platform, actor.tenant).await?;
    let filter = match &query.filter {
        Some(filter) => Some(filter.resolve(resource_type(&tenant), actor.leniency)?),
        None => None,
    };
    let window = Window::of(query);
    let point = filter.as_ref().is_some_and(finds_one);
    let with_groups = projection.wants("groups");
    let read = move |mut tx: Tx| async move {
        let filter = filter.as_ref();
        let records = if window.limit == 0 {
            Vec::new()
        } else {
            store::users::list(&mut tx, filter, window.offset, window.limit).await?
        };
        let total = window.total(&mut tx, filter, records.len()).await?;
        let mut resources = Vec::with_capacity(records.len());
        for record in records {
            let groups =
                if with_groups { groups_of(&mut tx, record.id.uuid()).await? } else { Vec::new() };
            resources.push(Stored::user(record, groups));
        }
        Ok::<_, DirectoryError>(Page { total, start_index: window.start_index, resources })
    };
    // A question for one user is a point read; anything else may scan.
    if point {
        platform.db().read(tenant.id, read).await
    } else {
        platform.db().scan(tenant.id, read).await
    }
}

/// Which rows of the list were asked for.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub start_index: u64,
    pub offset: i64,
    pub limit: i64,
}

impl Window {
    pub(super) fn of(query: &ListQuery) -> Self {
        let start_index = query.start_index.max(1);
        let limit = query.count.unwrap_or(PAGE_DEFAULT).min(PAGE_LIMIT);
        Self {
            start_index,
            offset: i64::try_from(start_index - 1).unwrap_or(i64::MAX),
            limit: i64::try_from(limit).unwrap_or(i64::MAX),
        }
    }

    /// A page that starts at the beginning and is not full is the whole list: nothing to count.
    pub(super) fn known_total(self, rows: usize) -> Option<u64> {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let limit = u64::try_from(self.limit).unwrap_or(0);
        (self.offset == 0 && rows < limit).then_some(rows)
    }

    async fn total(
        self,
        tx: &mut Tx,
        filter: Option<&ResolvedFilter>,
        rows: usize,
    ) -> Result<u64, store::Error> {
        match self.known_total(rows) {
            Some(total) => Ok(total),
            None => Ok(u64::try_from(store::users::count(tx, filter).await?).unwrap_or(0)),
        }
    }
}

/// Whether at most a row or two can match, by an index.
fn finds_one(filter: &ResolvedFilter) -> bool {
    match filter {
        ResolvedFilter::Compare { target, op: Op::Eq, .. } => {
            target.schema.is_none()
                && target.sub.is_none()
                && matches!(target.attribute.as_str(), "userName" | "id" | "externalId")
        }
        ResolvedFilter::And(terms) => terms.iter().any(finds_one),
        _ => false,
    }
}

/// Attributes the tenant's profile demands or computes beyond the schema.
fn complete(tenant: &Tenant, document: &mut Document) -> Result<(), DirectoryError> {
    if tenant.profile == Profile::Standard {
        return Ok(());
    }
    let user_name = document.str_at(&["userName"]).unwrap_or_default();
    if !is_address_shaped(user_name) {
        return Err(ScimError::invalid_value(format!(
            "userName: “{user_name}” is not in the form of an e-mail address, such as jo@example.com."
        ))
        .into());
    }
    let given = document.str_at(&["name", "givenName"]).unwrap_or_default();
    let family = document.str_at(&["name", "familyName"]).unwrap_or_default();
    let formatted = full_name(given, family);
    document.set_at(&["name", "formatted"], Value::String(formatted));
    Ok(())
}

/// The family name comes first, without a space, where names are written in Han or Hangul.
fn full_name(given: &str, family: &str) -> String {
    let east_asian = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'))
    };
    if east_asian(given) && east_asian(family) {
        format!("{family}{given}")
    } else {
        format!("{given} {family}").trim().to_owned()
    }
}

fn is_address_shaped(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && !domain.is_empty()
        && text.len() <= 254
        && !local.contains('@')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn repairs(repairs: &[Repair]) -> Option<Value> {
    if repairs.is_empty() {
        return None;
    }
    let rows: Vec<Value> = repairs
        .iter()
        .map(|repair| json!({ "quirk": repair.quirk.id(), "at": repair.at }))
        .collect();
    Some(json!({ "repairs": rows }))
}

/// A document in the form of its row.
struct Row {
    user_name: String,
    user_name_key: String,
    external_id: Option<String>,
    active: bool,
    text: String,
    search: String,
    email_keys: Vec<String>,
}

impl Row {
    fn of(tenant: &Tenant, document: Document) -> Result<Self, DirectoryError> {
        let user_name = document.str_at(&["userName"]).unwrap_or_default().to_owned();
        if user_name.is_empty() {
            return Err(ScimError::invalid_value("userName: a user needs a user name.").into());
        }
        let mut email_keys: Vec<String> = document
            .get("emails")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|email| email.get("value").and_then(Value::as_str))
            .map(fold)
            .collect();
        email_keys.sort_unstable();
        email_keys.dedup();
        let text = document.to_text();
        let external_id = document.str_at(&["externalId"]).map(str::to_owned);
        // RFC 7643 §4.1.1 leaves the meaning of an absent `active` to us: usable.
        let active = document.get("active").and_then(Value::as_bool).unwrap_or(true);
        let search = search_form(resource_type(tenant), &Value::from(document)).to_string();
        let user_name_key = fold(&user_name);
        Ok(Self { user_name, user_name_key, external_id, active, text, search, email_keys })
    }

    fn write(&self, id: UserId, at: Timestamp) -> UserWrite<'_> {
        UserWrite {
            id,
            user_name: &self.user_name,
            user_name_key: &self.user_name_key,
            external_id: self.external_id.as_deref(),
            active: self.active,
            at,
            document: &self.text,
            search: &self.search,
            email_keys: &self.email_keys,
        }
    }

    fn into_record(self, id: UserId, at: Timestamp) -> UserRecord {
        UserRecord {
            id,
            user_name: self.user_name,
            external_id: self.external_id,
            active: self.active,
            version: 1,
            created_at: at,
            modified_at: at,
            document: self.text,
        }
    }
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
            let active = store::users::count_by_state(&mut tx, true).await?;
            let inactive = store::users::count_by_state(&mut tx, false).await?;
            Ok((active, inactive))
        })
        .await
}

/// The tenant whose rules apply, for callers that render resources.
pub async fn tenant_of(platform: &Platform, actor: &Actor) -> Result<Arc<Tenant>, DirectoryError> {
    Ok(tenants::load(platform, actor.tenant).await?)
}
