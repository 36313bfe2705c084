//! The directory: users and groups of a tenant, whichever door they came in by.
//!
//! SCIM, import, console and command line all end in these operations, so one set of rules holds.

mod display_name;
mod duplicate;
pub mod groups;
pub mod import;
pub mod listing;
pub mod people_file;
mod repaired;
pub mod resources;
mod revision;
mod role_rule;
pub mod schemas;
mod stored;
mod unique;
pub mod users;

use seatlink_scim::{
    Document, Error as ScimError, Filter, Precondition, ResolvedFilter, ResourceType,
    without_secrets,
};
use seatlink_store as store;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Platform,
    access::repairs,
    actor::{Actor, ActorKind, Forbidden},
    log::{self, Change, Concern, Event, Operation, Subject},
    permission::Permission,
    tenants::TenantError,
};

pub use duplicate::{Duplicate, MatchedBy};
pub use role_rule::MissingRole;
pub(crate) use role_rule::default_role_names;
pub use stored::{GroupPath, GroupReference, Page, PagedBy, Stored};

/// What is said while the database does not do its part.
const UNAVAILABLE: &str =
    "The database is busy or cannot be reached at the moment. Try again in a moment.";

/// What is said when a list would take too long.
pub const TOO_LONG: &str = "Too many resources would have to be looked at. Narrow the filter, such as by userName, \
     externalId or an e-mail address, and sort by nothing or by userName.";

#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The request breaks the protocol or the tenant's rules.
    #[error("{}", .0.detail)]
    Scim(ScimError),
    #[error(transparent)]
    MissingRole(Box<MissingRole>),
    #[error(transparent)]
    Duplicate(Duplicate),
    #[error("there is no {kind} “{}”", id.escape_debug())]
    NotFound { kind: &'static str, id: String },
    #[error(
        "the resource has version {0}, which does not meet the condition of the request; read it again and retry"
    )]
    VersionChanged(String),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the tenant could not be read")]
    Tenant(#[from] TenantError),
    #[error("the directory could not be read or written")]
    Store(#[from] store::Error),
}

impl From<ScimError> for DirectoryError {
    fn from(error: ScimError) -> Self {
        Self::Scim(error)
    }
}

impl DirectoryError {
    /// The answer a provisioning client gets; what went wrong inside stays inside.
    pub fn to_scim(&self) -> ScimError {
        match self {
            Self::Scim(error) => error.clone(),
            Self::MissingRole(_) => ScimError::invalid_value(sentence(self)),
            Self::Duplicate(_) => ScimError::uniqueness(sentence(self)),
            Self::NotFound { .. } => ScimError::not_found(sentence(self)),
            Self::VersionChanged(_) => ScimError::precondition_failed(sentence(self)),
            Self::Forbidden(forbidden) => ScimError::forbidden(format!("{forbidden}.")),
            Self::Store(store::Error::Busy | store::Error::Unavailable(_))
            | Self::Tenant(TenantError::Store(store::Error::Busy | store::Error::Unavailable(_))) => {
                ScimError { status: 503, scim_type: None, detail: String::from(UNAVAILABLE) }
            }
            // RFC 7644 §3.12: more than the server is willing to calculate.
            Self::Store(store::Error::TooLong) => ScimError::too_many(TOO_LONG),
            Self::Tenant(_) | Self::Store(_) => ScimError::internal(
                "Something went wrong on our side; the request id finds it in our log.",
            ),
        }
    }

    /// The event, if this is a decision worth a row of the log.
    fn event(&self, subject: Concern) -> Option<Event> {
        match self {
            Self::Scim(error) => Some(log::request_refused(subject, error)),
            Self::MissingRole(missing) => Some(missing.event(subject)),
            Self::Duplicate(duplicate) => Some(duplicate.event(subject)),
            Self::Forbidden(forbidden) => {
                Some(Event::PermissionMissing { subject, permission: forbidden.permission })
            }
            Self::NotFound { .. } | Self::VersionChanged(_) | Self::Tenant(_) | Self::Store(_) => {
                None
            }
        }
    }
}

/// What an error says, with a capital at its beginning and a full stop at its end.
fn sentence(error: &DirectoryError) -> String {
    let said = error.to_string();
    let mut characters = said.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).chain(['.']).collect()
}

/// Tells the log when an operation was refused: nothing changed, but somebody will ask why.
async fn log_refusal<T>(
    platform: &Platform,
    actor: &Actor,
    (operation, subject, id): (Operation, Subject, Option<Uuid>),
    result: Result<T, DirectoryError>,
) -> Result<T, DirectoryError> {
    log_refusal_of(platform, actor, (operation, subject, id), None, result).await
}

/// The same of a resource of a type that the tenant registered.
async fn log_refusal_of<T>(
    platform: &Platform,
    actor: &Actor,
    (operation, subject, id): (Operation, Subject, Option<Uuid>),
    own_type: Option<&str>,
    result: Result<T, DirectoryError>,
) -> Result<T, DirectoryError> {
    if let Err(error) = &result
        && let Some(event) = error.event(Concern::new(subject, id).of_type(own_type))
    {
        let change = Change::new(event).during(operation);
        if let Err(unwritten) = log::record_alone(platform, actor, change).await {
            tracing::error!(error = ?unwritten, "a refusal could not be written to the log");
        }
    }
    result
}

/// The difference as the log may keep it, where a schema has attributes that are never returned.
fn shown(rt: &ResourceType, before: &Document, after: &Document) -> Option<Value> {
    rt.trims().then(|| log::difference(&without_secrets(rt, before), &without_secrets(rt, after)))
}

/// Over SCIM only the SCIM permission counts; people and the command line may also have the
/// employee one.
fn may_read(actor: &Actor) -> Result<(), Forbidden> {
    match actor.kind {
        ActorKind::ProvisioningClient { .. } => actor.require(Permission::Scim),
        ActorKind::User(_) | ActorKind::Operator | ActorKind::System => {
            actor.require_any(&[Permission::EmployeesView, Permission::Scim])
        }
    }
}

fn may_write(actor: &Actor, permission: Permission) -> Result<(), Forbidden> {
    match actor.kind {
        ActorKind::ProvisioningClient { .. } => actor.require(Permission::Scim),
        ActorKind::User(_) | ActorKind::Operator | ActorKind::System => {
            actor.require_any(&[permission, Permission::Scim])
        }
    }
}

/// A filter as the connection may ask it. Reading writes no row of the log, so what was repaired is
/// counted only.
fn resolved(
    platform: &Platform,
    actor: &Actor,
    filter: &Filter,
    rt: &ResourceType,
) -> Result<ResolvedFilter, ScimError> {
    let mut repairs = Vec::new();
    let resolved = filter.resolve_reporting(rt, actor.leniency, &mut repairs)?;
    repairs::count(platform, actor, &repairs);
    Ok(resolved)
}

/// What an index holds must fit into a page of it (PostgreSQL: a third of 8 KiB).
const LONGEST_KEY: usize = 2_000;

/// Refuses a value that is looked up by an index and too long for it.
fn check_key(attribute: &str, key: &str) -> Result<(), ScimError> {
    if key.len() <= LONGEST_KEY {
        return Ok(());
    }
    Err(ScimError::invalid_value(format!(
        "{attribute} must not be longer than {LONGEST_KEY} bytes in UTF-8."
    )))
}

/// An id as it stands in a URL or reference. What is no id names nothing.
fn parse_id(kind: &'static str, id: &str) -> Result<Uuid, DirectoryError> {
    // Only the form we give out: a UUID in braces or without hyphens would be a second name.
    match id.parse::<Uuid>() {
        Ok(uuid) if uuid.to_string() == id => Ok(uuid),
        _ => Err(DirectoryError::NotFound { kind, id: id.to_owned() }),
    }
}

/// RFC 7644 §3.14: a write made on an outdated version is refused. What a tag says behind the
/// version is of computed attributes, which a write does not touch and cannot lose.
fn check_version(precondition: &Precondition, version: i64) -> Result<(), DirectoryError> {
    let present = version.to_string();
    let names_it = |tag: &str| tag.split_once('-').map_or(tag, |(version, _)| version) == present;
    if precondition.permits_by(&names_it) {
        Ok(())
    } else {
        Err(DirectoryError::VersionChanged(version_tag(version)))
    }
}

/// The version as `meta.version` and the ETag header show it.
pub fn version_tag(version: i64) -> String {
    format!("W/\"{version}\"")
}
