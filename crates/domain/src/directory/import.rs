//! Import of people: all rows of a file or none, and importing again updates.
//!
//! Every row is checked before the first is written, and all are written in one transaction, so a bad
//! row, a full disk or a killed process leaves the directory as it was.

use std::collections::BTreeMap;

use seatlink_scim::{Document, Leniency, validate};
use seatlink_store::{self as store, UserId, groups::MemberType};
use serde_json::Value;
use uuid::Uuid;

use super::{
    DirectoryError, groups, may_write,
    people_file::{PeopleFile, RowError},
    users::{self, Draft, New, Next},
};
use crate::{
    Platform,
    actor::{Actor, Forbidden},
    changes::{self, Change, Operation, Reason, Subject},
    tenants::{self, Tenant, TenantError},
};

/// What an import did, in people.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct ImportSummary {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub groups: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{} rows of the file cannot be imported; nothing was imported", .0.len())]
    Rows(Vec<RowError>),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the tenant could not be read")]
    Tenant(#[from] TenantError),
    #[error("the directory could not be written; nothing was imported")]
    Store(#[from] store::Error),
}

/// A row that passed every check that needs no database.
struct Checked {
    line: u64,
    document: Document,
    groups: Vec<String>,
}

/// Imports the file. `progress` is told how many people are written so far.
pub async fn people(
    platform: &Platform,
    actor: &Actor,
    file: PeopleFile,
    progress: impl Fn(u64) + Send + 'static,
) -> Result<ImportSummary, ImportError> {
    may_write(actor)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    let rows = check(&tenant, file).map_err(ImportError::Rows)?;
    let at = platform.now();
    let actor = actor.clone();
    let ground = platform.clone();
    let (summary, enqueued) = platform
        .db()
        .write(tenant.id, move |mut tx| async move {
            let mut summary = ImportSummary::default();
            let mut enqueued = 0;
            let mut members: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
            for (done, row) in (1..).zip(rows) {
                let line = row.line;
                let written = write(&mut tx, &ground, &actor, &tenant, row.document, at).await;
                let written = written.map_err(|error| at_line(line, error))?;
                match written.outcome {
                    Outcome::Created => summary.created += 1,
                    Outcome::Updated => summary.updated += 1,
                    Outcome::Unchanged => summary.unchanged += 1,
                }
                enqueued += written.enqueued;
                for group in row.groups {
                    members.entry(group).or_default().push(written.id.uuid());
                }
                progress(done);
            }
            for (name, ids) in members {
                let group = groups::ensure(&mut tx, &ground, &actor, &tenant, &name, at)
                    .await
                    .map_err(|error| at_line(0, error))?;
                // Whoever assigns the group at this moment sees these members, or waits for them.
                store::groups::lock(&mut tx, group).await?;
                let added =
                    store::groups::add_members(&mut tx, group, MemberType::User, &ids).await?;
                if added > 0 {
                    store::groups::touch(&mut tx, group, at).await?;
                    let sentence =
                        format!("Group “{name}” was changed by an import: {added} members added.");
                    let change = Change::new(
                        Operation::Import,
                        Subject::Group,
                        group.uuid(),
                        Reason::Updated,
                        sentence,
                    );
                    changes::record(&mut tx, &actor, at, &change).await?;
                    for integration in store::integrations::of_group(&mut tx, group.uuid()).await? {
                        let priority = store::work::Priority::Normal;
                        enqueued +=
                            store::work::enqueue_users(&mut tx, integration, &ids, priority, at)
                                .await?;
                    }
                }
                summary.groups += 1;
            }
            Ok::<_, ImportError>((summary, enqueued))
        })
        .await?;
    if enqueued > 0 {
        platform.wake();
    }
    Ok(summary)
}

fn at_line(line: u64, error: DirectoryError) -> ImportError {
    match error {
        DirectoryError::Store(error) => ImportError::Store(error),
        DirectoryError::Tenant(error) => ImportError::Tenant(error),
        DirectoryError::Forbidden(error) => ImportError::Forbidden(error),
        refused => {
            ImportError::Rows(vec![RowError { line, column: None, sentence: refused.to_string() }])
        }
    }
}

fn check(tenant: &Tenant, file: PeopleFile) -> Result<Vec<Checked>, Vec<RowError>> {
    let mut rows = Vec::with_capacity(file.people.len());
    let mut errors = Vec::new();
    for person in file.people {
        let resource = Value::Object(person.resource);
        match validate::create(users::resource_type(tenant), resource, Leniency::Forgiving) {
            Ok(accepted) => rows.push(Checked {
                line: person.line,
                document: accepted.document,
                groups: person.groups,
            }),
            Err(error) => {
                errors.push(RowError { line: person.line, column: None, sentence: error.detail });
            }
        }
    }
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

enum Outcome {
    Created,
    Updated,
    Unchanged,
}

struct Written {
    id: UserId,
    outcome: Outcome,
    enqueued: u64,
}

async fn write(
    tx: &mut store::Tx,
    platform: &Platform,
    actor: &Actor,
    tenant: &Tenant,
    document: Document,
    at: store::Timestamp,
) -> Result<Written, DirectoryError> {
    let user_name = document.str_at(&["userName"]).unwrap_or_default();
    let key = seatlink_scim::fold(user_name);
    let Some(record) = store::users::find_by_user_name(tx, &key).await? else {
        let id = platform.new_id();
        let new = New { id, at, draft: Draft::of(tenant, document)?, repairs: &[] };
        let (_, enqueued) = users::insert(tx, actor, tenant, new).await?;
        return Ok(Written { id, outcome: Outcome::Created, enqueued });
    };
    let id = record.id;
    let version = record.version;
    let current = Document::from_stored(&record.document)?;
    let document = merged(&current, document);
    let next = Next { operation: Operation::Import, at, current, document, repairs: &[] };
    let (saved, enqueued) = users::save(tx, actor, tenant, record, next).await?;
    let outcome = if saved.version == version { Outcome::Unchanged } else { Outcome::Updated };
    Ok(Written { id, outcome, enqueued })
}

/// The file says what it has columns for; everything else about the person stays.
fn merged(current: &Document, row: Document) -> Document {
    let mut document = current.clone();
    for (name, value) in row.into_map() {
        match (&value, document.get(&name)) {
            _ if name == "schemas" => {}
            (Value::Object(new), Some(Value::Object(old))) => {
                let mut both = old.clone();
                both.extend(new.clone());
                document.set_at(&[&name], Value::Object(both));
            }
            _ => document.set_at(&[&name], value),
        }
    }
    document
}
