//! The one log: every mutation, skip, repair and refusal with who, what and why.
//!
//! Audit, history, events and the answer to "why" are all read from here. A [`Change`] cannot be
//! made without a [`Reason`] and a sentence, so an outcome without a reason does not compile.

mod search;

use std::borrow::Cow;

use seatlink_store::{
    self as store, SubjectKind, Timestamp, Tx,
    changes::{ChangeRecord, ChangeWrite},
};
use serde_json::{Map, Value};
use uuid::Uuid;

pub use self::search::{ActorFilter, ChangePage, Search, search};
use crate::{Platform, actor::Actor, actor::Forbidden, permission::Permission};

macro_rules! names {
    ($(#[$meta:meta])* $vis:vis enum $enum:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        $vis enum $enum { $($(#[$doc])* $variant,)+ }

        impl $enum {
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// In the order of the declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}

names! {
    /// What was done, or was asked for and not done.
    pub enum Operation {
        Create = "create",
        Replace = "replace",
        Patch = "patch",
        Delete = "delete",
        Restore = "restore",
        Import = "import",
        Assign = "assign",
        Unassign = "unassign",
        Configure = "configure",
        Authorize = "authorize",
        SignIn = "sign-in",
        Issue = "issue",
        Revoke = "revoke",
        Provision = "provision",
        Retry = "retry",
    }
}

names! {
    /// The machine's word for why; stable, so that reports may count it.
    pub enum Reason {
        Created = "created",
        Updated = "updated",
        Unchanged = "unchanged",
        Deactivated = "deactivated",
        Reactivated = "reactivated",
        Restored = "restored",
        Deleted = "deleted",
        Repaired = "repaired",
        Ignored = "ignored",
        Refused = "refused",
        MissingRole = "missing-role",
        MissingPermission = "missing-permission",
        Duplicate = "duplicate",
        Assigned = "assigned",
        Unassigned = "unassigned",
        Configured = "configured",
        SignedIn = "signed-in",
        WrongPassword = "wrong-password",
        LockedOut = "locked-out",
        SignedOut = "signed-out",
        Consented = "consented",
        Denied = "denied",
        TokenIssued = "token-issued",
        TokenRefreshed = "token-refreshed",
        TokenRevoked = "token-revoked",
        TokenReused = "token-reused",
        CodeReused = "code-reused",
        Registered = "registered",
        SecretReissued = "secret-reissued",
        MailQueued = "mail-queued",
        MailSent = "mail-sent",
        MailFailed = "mail-failed",
        Authorized = "authorized",
        NeedsAuthorization = "needs-authorization",
        // The sending side, one person at one target.
        PushedNew = "pushed-new",
        Linked = "linked",
        PushedUpdate = "pushed-update",
        PushedDeactivation = "pushed-deactivation",
        PushedReactivation = "pushed-reactivation",
        NothingToDo = "nothing-to-do",
        SwitchedOff = "switched-off",
        NotAssigned = "not-assigned",
        NotFoundRemotely = "not-found-remotely",
        RateLimited = "rate-limited",
        TargetUnavailable = "target-unavailable",
        RejectedByTarget = "rejected-by-target",
        EmptyAnswer = "empty-answer",
        InvalidAnswer = "invalid-answer",
        TooManyAttempts = "too-many-attempts",
        RetryRequested = "retry-requested",
    }
}

names! {
    /// What kind of thing was concerned.
    pub enum Subject {
        Tenant = "Tenant",
        User = "User",
        Group = "Group",
        Role = "Role",
        App = "App",
        Token = "Token",
        Session = "Session",
        Message = "Message",
        Integration = "Integration",
        /// A resource of a type that the tenant registered; a row of the log names the type instead.
        Resource = "Resource",
        Schema = "Schema",
    }
}

impl From<SubjectKind> for Subject {
    fn from(kind: SubjectKind) -> Self {
        match kind {
            SubjectKind::User => Self::User,
            SubjectKind::Group => Self::Group,
        }
    }
}

/// One row of the log before it is written.
#[derive(Clone, Debug)]
pub struct Change {
    pub operation: Operation,
    pub subject: Subject,
    pub id: Option<Uuid>,
    pub reason: Reason,
    pub sentence: String,
    pub difference: Option<Value>,
    /// The name of the type that the tenant registered, for a resource of it.
    pub own_type: Option<String>,
}

impl Change {
    pub fn new(
        operation: Operation,
        subject: Subject,
        id: Uuid,
        reason: Reason,
        sentence: impl Into<String>,
    ) -> Self {
        let sentence = sentence.into();
        let id = Some(id);
        Self { operation, subject, id, reason, sentence, difference: None, own_type: None }
    }

    /// About a kind of thing, but none that exists: a refused creation.
    pub fn about(
        operation: Operation,
        subject: Subject,
        reason: Reason,
        sentence: impl Into<String>,
    ) -> Self {
        let sentence = sentence.into();
        let id = None;
        Self { operation, subject, id, reason, sentence, difference: None, own_type: None }
    }

    #[must_use]
    pub fn of_type(mut self, name: &str) -> Self {
        self.own_type = Some(name.to_owned());
        self
    }

    #[must_use]
    pub fn with_difference(mut self, difference: Value) -> Self {
        self.difference = Some(difference);
        self
    }
}

/// Writes the row in the transaction of the change itself.
pub(crate) async fn record(
    tx: &mut Tx,
    actor: &Actor,
    at: Timestamp,
    change: &Change,
) -> Result<(), store::Error> {
    let actor_id = actor.user().map(|id| id.to_string());
    let difference = change.difference.as_ref().map(Value::to_string);
    // A refusal may repeat what was refused, and PostgreSQL keeps no zero character.
    let sentence = if change.sentence.contains('\0') {
        Cow::Owned(change.sentence.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(change.sentence.as_str())
    };
    store::changes::append(
        tx,
        ChangeWrite {
            at,
            actor_kind: actor.kind.as_str(),
            actor_id: actor_id.as_deref(),
            actor_name: &actor.name,
            connection: actor.connection.as_deref(),
            request_id: actor.request_id.as_deref(),
            operation: change.operation.as_str(),
            resource_type: change.own_type.as_deref().unwrap_or(change.subject.as_str()),
            resource_id: change.id,
            difference: difference.as_deref(),
            reason: change.reason.as_str(),
            sentence: &sentence,
        },
    )
    .await
}

/// Writes a row that stands alone: a refusal changed nothing, but is told.
pub(crate) async fn record_alone(
    platform: &Platform,
    actor: &Actor,
    change: Change,
) -> Result<(), store::Error> {
    let at = platform.now();
    let who = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move { record(&mut tx, &who, at, &change).await })
        .await
}

/// What differs between two documents, attribute by attribute: `{"title": {"from": …, "to": …}}`.
pub(crate) fn difference(before: &Map<String, Value>, after: &Map<String, Value>) -> Value {
    let mut changed = Map::new();
    for (name, to) in after {
        let from = before.get(name);
        if from != Some(to) {
            changed.insert(
                name.clone(),
                serde_json::json!({ "from": from.cloned().unwrap_or(Value::Null), "to": to }),
            );
        }
    }
    for (name, from) in before {
        if !after.contains_key(name) {
            changed.insert(name.clone(), serde_json::json!({ "from": from, "to": null }));
        }
    }
    Value::Object(changed)
}

#[derive(Debug, thiserror::Error)]
pub enum ChangesError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("the cursor does not belong to this search")]
    BadCursor,
    #[error("the log could not be read")]
    Store(#[from] store::Error),
}

/// Everything that happened to one resource, the oldest first.
pub async fn history(
    platform: &Platform,
    actor: &Actor,
    resource: Uuid,
) -> Result<Vec<ChangeRecord>, ChangesError> {
    actor.require(Permission::AuditRead)?;
    platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            Ok(store::changes::of_resource(&mut tx, resource).await?)
        })
        .await
}

/// The newest rows of the tenant's log.
pub async fn latest(
    platform: &Platform,
    actor: &Actor,
    limit: i64,
) -> Result<Vec<ChangeRecord>, ChangesError> {
    actor.require(Permission::AuditRead)?;
    platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            Ok(store::changes::latest(&mut tx, limit).await?)
        })
        .await
}

/// How many distinct resources the log names with this reason.
pub async fn count_distinct(
    platform: &Platform,
    actor: &Actor,
    reason: Reason,
) -> Result<i64, ChangesError> {
    actor.require(Permission::AuditRead)?;
    platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            Ok(store::changes::count_distinct(&mut tx, reason.as_str()).await?)
        })
        .await
}
