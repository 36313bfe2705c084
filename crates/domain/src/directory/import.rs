//! Import of people: creates who is new, and importing again updates.
//!
//! Every row is checked before the first is written, so a file with a bad row changes nothing. A
//! file that fits into memory is then written in one transaction ([`people`]): a full disk or a
//! killed process leaves the directory as it was. A larger one is written in batches ([`large`]),
//! each a transaction, so that a server on the same data gets its turns; importing it again
//! completes what was interrupted.

pub mod large;
mod order;
mod prepare;
mod write;

use std::{collections::BTreeMap, io, sync::Arc};

use seatlink_store as store;

use self::{
    prepare::{Asked, Checked, Prepared, RoleBook},
    write::{Members, Writing},
};
use super::{
    DirectoryError, may_write,
    people_file::{PeopleFile, RowError},
};
use crate::{
    Platform,
    actor::{Actor, Forbidden},
    permission::Permission,
    tenants::{self, TenantError},
};

/// People whose rows are handed to the database at a time.
const STEP: usize = 1_000;

/// What an import did, in people.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct ImportSummary {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub groups: u64,
}

impl ImportSummary {
    fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
    }

    /// Everyone the import has dealt with.
    pub const fn people(&self) -> u64 {
        self.created + self.updated + self.unchanged
    }
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
    #[error("the file cannot be read")]
    File(#[from] io::Error),
    #[error("the file changed while it was imported; import it again")]
    FileChanged,
    /// A large file is written in batches, and some of them were.
    #[error("the import stopped after {written} people; import the file again to complete it")]
    Stopped { written: u64, source: Box<Self> },
}

/// Whether the actor may import people at all, to be asked before a file is taken.
pub fn may(actor: &Actor) -> Result<(), ImportError> {
    may_write(actor, Permission::EmployeesCreate)?;
    Ok(may_write(actor, Permission::EmployeesEdit)?)
}

/// Imports the file. `progress` gets how many people are written so far.
pub async fn people(
    platform: &Platform,
    actor: &Actor,
    file: PeopleFile,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> Result<ImportSummary, ImportError> {
    may(actor)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    let mut checked = Vec::with_capacity(file.people.len());
    let mut errors = Vec::new();
    let mut asked: BTreeMap<Asked, u64> = BTreeMap::new();
    for person in file.people {
        match Checked::of(&tenant, person) {
            Ok(person) => {
                if let Some(role) = person.asked_role(&tenant) {
                    asked.entry(role).or_insert(person.line);
                }
                checked.push(person);
            }
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(ImportError::Rows(errors));
    }
    let roles = RoleBook::resolve(platform, &tenant, asked).await?;
    let people: Vec<Prepared> = checked
        .into_iter()
        .map(|person| Prepared::of(platform, &tenant, &roles, person))
        .collect::<Result<_, _>>()?;
    let at = platform.now();
    let actor = actor.clone();
    let ground = platform.clone();
    // However often it is begun again, the people are there once.
    let (people, progress) = (Arc::new(people), Arc::new(progress));
    let (summary, enqueued) = platform
        .db()
        .write_again(tenant.id, move |mut tx| async move {
            let writing = Writing { actor: &actor, tenant: &tenant, at };
            let groups = writing.lock_groups(&mut tx, &ground, &people).await?;
            let mut summary = ImportSummary::default();
            let mut members = Members::new();
            let mut enqueued = 0;
            for step in people.chunks(STEP) {
                let (written, items) = writing.people(&mut tx, step, &mut members).await?;
                summary.add(written);
                enqueued += items;
                progress(summary.people());
            }
            summary.groups = u64::try_from(members.len()).unwrap_or(u64::MAX);
            enqueued += writing.join(&mut tx, &groups, members).await?;
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
