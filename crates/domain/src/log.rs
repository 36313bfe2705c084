//! The one log: every mutation, skip, repair and refusal with who, what and why.
//!
//! Audit, history and the answer to "why" are all read from here. What happened is an [`Event`]: a
//! fact with fields, stored as JSON. Nobody stores a sentence; whoever shows a row makes the
//! sentence, in the reader's language. An event knows its [`Reason`], so a row without a reason, or
//! with one that contradicts what the row says, does not compile.

mod event;
mod named;
mod quoted;
mod read;
mod record;
pub mod search;
#[cfg(test)]
mod tests;
mod trouble;

pub(crate) use self::read::decode;
pub(crate) use self::record::{changed_names, difference, record, record_alone, request_refused};
pub use self::{
    event::Event,
    named::{Concern, Connected, Field, Identity, Named, Only, OwnResource, Registered},
    quoted::Quoted,
    read::{Entry, LogError, Unreadable, count_distinct, history, latest},
    record::Change,
    search::search,
    trouble::{
        ForbiddenTarget, MailTrouble, NotTokens, Problem, Said, Silence, StatusReason, Step,
        Switch, TokenTrouble, Trouble,
    },
};

macro_rules! names {
    ($(#[$meta:meta])* $vis:vis enum $enum:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        $vis enum $enum { $($(#[$doc])* $variant,)+ }

        impl $enum {
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($name => Some(Self::$variant),)+ _ => None }
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
        /// A resource of a type that the tenant registered; a row of the log names the type
        /// instead.
        Resource = "Resource",
        Schema = "Schema",
    }
}
