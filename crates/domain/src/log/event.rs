//! What can happen: one table of every event, with its reason, its usual operation and its fields.
//!
//! The stored form is JSON:
//! `{"user-created":{"n":"pat@example.com","r":["Agent","AYkKXayWd0u8zrMCMJqAVw"]}}`. The name in
//! front is stable, `n` is the name of what the row is about, and the other keys are those of the
//! table. Names of events and keys never change their meaning; a new meaning is a new event.

use seatlink_scim::Leniency;
use seatlink_store::{AppId, GroupId, IntegrationId, MessageId, RoleId, TenantId, TokenId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    Concern, Connected, Field, MailTrouble, Named, Only, Operation, OwnResource, Problem, Quoted,
    Reason, Registered, Switch,
    named::{Concerned, concerned},
};
use crate::{
    access::{
        policy::{OnEmail, OnExternalId, OnUserName},
        roles::RoleStatus,
    },
    directory::MatchedBy,
    permission::Permission,
};

macro_rules! events {
    ($($(#[$doc:meta])* $event:ident = $name:literal, $operation:ident, $reason:ident,
        { $about:ident: $subject:ty $(, $field:ident $key:literal: $type:ty)* $(,)? };)+) => {
        /// What happened, as a fact. The first field of each is what the row of the log is about.
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        pub enum Event {
            $(
                $(#[$doc])*
                #[serde(rename = $name)]
                $event {
                    #[serde(rename = "n", with = "concerned")]
                    $about: $subject,
                    $(#[serde(rename = $key)] $field: $type,)*
                },
            )+
        }

        impl Event {
            /// The names of all events.
            pub const NAMES: &[&str] = &[$($name,)+];

            /// The stable name, for programs.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$event { .. } => $name,)+ }
            }

            pub const fn reason(&self) -> Reason {
                match self { $(Self::$event { .. } => Reason::$reason,)+ }
            }

            /// What was done, or was asked for and not done. Some events follow from several
            /// operations; of those this is the usual one.
            pub const fn operation(&self) -> Operation {
                match self { $(Self::$event { .. } => Operation::$operation,)+ }
            }

            /// What the row of the log is about.
            pub fn concern(&self) -> Concern {
                match self { $(Self::$event { $about, .. } => $about.concern(),)+ }
            }

            /// All fields with their public names, what the row is about first.
            pub fn fields(&self) -> Vec<(&'static str, &dyn Field)> {
                match self {
                    $(Self::$event { $about, $($field,)* } => vec![
                        (stringify!($about), $about as &dyn Field),
                        $((stringify!($field), $field as &dyn Field),)*
                    ],)+
                }
            }

            fn place(&mut self, resource_type: &str, id: Option<Uuid>) {
                match self { $(Self::$event { $about, .. } => $about.place(resource_type, id),)+ }
            }
        }
    };
}

events! {
    // People.

    UserCreated = "user-created", Create, Created,
        { user: Named<UserId>, role "r": Option<Named<RoleId>> };
    /// The names of the attributes are those that changed; the difference of the row has their
    /// values.
    UserChanged = "user-changed", Patch, Updated,
        { user: Named<UserId>, attributes "a": Vec<String> };
    /// Everything asked for was so already, apart from `ignored`, which no schema has.
    UserUnchanged = "user-unchanged", Patch, Unchanged,
        { user: Named<UserId>, ignored "i": Vec<String> };
    /// So many sessions and authorizations ended with it.
    UserDeactivated = "user-deactivated", Patch, Deactivated,
        { user: Named<UserId>, sessions "s": u64, authorizations "a": u64 };
    UserReactivated = "user-reactivated", Patch, Reactivated, { user: Named<UserId> };
    /// A create met an inactive user, who became what the create says.
    UserRestored = "user-restored", Restore, Restored,
        { user: Named<UserId>, matched_by "m": MatchedBy, active "a": bool };
    UserDeleted = "user-deleted", Delete, Deleted, { user: Named<UserId> };
    /// The manager of the user was deleted.
    ManagerDeleted = "manager-deleted", Delete, Updated,
        { user: Named<UserId>, manager "m": Named<UserId> };
    PasswordSet = "password-set", Patch, Updated,
        { user: Named<UserId>, sessions "s": u64, authorizations "a": u64 };

    // Groups, and resources of the tenant's own types.

    GroupCreated = "group-created", Create, Created, { group: Named<GroupId> };
    GroupChanged = "group-changed", Patch, Updated,
        { group: Named<GroupId>, attributes "a": Vec<String>, added "p": u64, removed "m": u64 };
    GroupUnchanged = "group-unchanged", Patch, Unchanged,
        { group: Named<GroupId>, ignored "i": Vec<String> };
    GroupDeleted = "group-deleted", Delete, Deleted, { group: Named<GroupId> };
    MembersImported = "members-imported", Import, Updated,
        { group: Named<GroupId>, added "p": u64 };
    /// A person who was a member was deleted.
    MemberPersonDeleted = "member-person-deleted", Delete, Updated,
        { group: Named<GroupId>, member "m": Named<UserId> };
    /// A group that was a member was deleted.
    MemberGroupDeleted = "member-group-deleted", Delete, Updated,
        { group: Named<GroupId>, member "m": Named<GroupId> };
    ResourceCreated = "resource-created", Create, Created, { resource: OwnResource };
    ResourceChanged = "resource-changed", Patch, Updated,
        { resource: OwnResource, attributes "a": Vec<String> };
    ResourceUnchanged = "resource-unchanged", Patch, Unchanged,
        { resource: OwnResource, ignored "i": Vec<String> };
    ResourceDeleted = "resource-deleted", Delete, Deleted, { resource: OwnResource };

    // Schemas.

    SchemaAdded = "schema-added", Create, Registered,
        { schema: Registered, resource_type "t": String };
    SchemaRemoved = "schema-removed", Delete, Deleted,
        { schema: Registered, resource_type "t": String };
    ResourceTypeAdded = "resource-type-added", Create, Registered,
        { resource_type: Registered, endpoint "u": String };
    ResourceTypeRemoved = "resource-type-removed", Delete, Deleted,
        { resource_type: Registered, endpoint "u": String };

    // Refusals. The operation is what was asked for.

    /// The request breaks the protocol or a rule; the detail is what the client was answered.
    RequestRefused = "request-refused", Create, Refused,
        { subject: Concern, scim_type "t": Option<String>, detail "d": Quoted };
    PermissionMissing = "permission-missing", Create, MissingPermission,
        { subject: Concern, permission "p": Permission };
    /// There is no active role that a person who is provisioned could be given. `dormant` is one
    /// that could be activated, and has that status.
    RoleMissing = "role-missing", Create, MissingRole,
        { subject: Concern, configured "c": Option<String>, dormant "r": Option<Named<RoleId>>,
            status "s": Option<RoleStatus> };
    UserNameTaken = "user-name-taken", Create, Duplicate, { subject: Concern, name "v": Quoted };
    /// What a new user is told by belongs to an inactive user.
    UserInactive = "user-inactive", Create, Duplicate,
        { subject: Concern, user "u": Named<UserId>, matched_by "m": MatchedBy };
    GroupNameTaken = "group-name-taken", Create, Duplicate, { subject: Concern, name "v": Quoted };
    /// A registered schema declares the attribute unique.
    ValueTaken = "value-taken", Create, Duplicate,
        { subject: Concern, attribute "a": String, resource_type "t": String };
    /// So many resources hold data of the schema that was to be removed.
    SchemaInUse = "schema-in-use", Delete, Refused,
        { subject: Concern, schema "u": String, resource_type "t": String, resources "c": i64 };

    // Roles.

    RoleCreated = "role-created", Create, Created,
        { role: Named<RoleId>, status "s": RoleStatus };
    RoleStatusChanged = "role-status-changed", Configure, Configured,
        { role: Named<RoleId>, before "f": RoleStatus, status "s": RoleStatus };
    /// The difference of the row has the values.
    RoleChanged = "role-changed", Configure, Configured,
        { role: Named<RoleId>, attributes "a": Vec<String> };
    PrimaryRoleGiven = "primary-role-given", Assign, Updated,
        { user: Named<UserId>, role "r": Named<RoleId> };
    SecondaryRoleGiven = "secondary-role-given", Assign, Updated,
        { user: Named<UserId>, role "r": Named<RoleId> };
    RoleTaken = "role-taken", Unassign, Updated,
        { user: Named<UserId>, role "r": Named<RoleId> };

    // Access: signing in, consent, tokens, connections.

    SignedIn = "signed-in", SignIn, SignedIn, { user: Named<UserId> };
    SignedOut = "signed-out", SignIn, SignedOut, { user: Named<UserId> };
    WrongPassword = "wrong-password", SignIn, WrongPassword, { user: Named<UserId> };
    /// Locked for so many minutes after so many wrong passwords.
    LockedOut = "locked-out", SignIn, LockedOut,
        { user: Named<UserId>, minutes "m": u64, attempts "a": i64 };
    SignInWhileLocked = "sign-in-while-locked", SignIn, LockedOut, { user: Named<UserId> };
    SignInWhileInactive = "sign-in-while-inactive", SignIn, Refused, { user: Named<UserId> };
    Consented = "consented", Authorize, Consented,
        { user: Named<UserId>, app "p": Named<AppId>, scope "s": String };
    ConsentDenied = "consent-denied", Authorize, Denied,
        { user: Named<UserId>, app "p": Named<AppId> };
    /// The application is registered for one tenant only, and the person belongs to another.
    AppOfOtherTenant = "app-of-other-tenant", Authorize, Refused,
        { user: Named<UserId>, app "p": Named<AppId> };
    ConsentNotPermitted = "consent-not-permitted", Authorize, MissingPermission,
        { user: Named<UserId>, app "p": Named<AppId>, permission "m": Permission };
    /// An application exchanged a code of this person.
    CodeExchanged = "code-exchanged", Issue, TokenIssued,
        { app: Only<AppId>, user "u": Named<UserId> };
    TokensRefreshed = "tokens-refreshed", Issue, TokenRefreshed,
        { app: Only<AppId>, user "u": Named<UserId> };
    /// By the grant of client credentials.
    AppTokenIssued = "app-token-issued", Issue, TokenIssued, { app: Only<AppId> };
    /// A refresh token was used again long after it was replaced; the grant was revoked.
    RefreshTokenReused = "refresh-token-reused", Revoke, TokenReused, { app: Only<AppId> };
    /// An authorization code was presented twice; its tokens were revoked.
    CodeReused = "code-reused", Revoke, CodeReused, { app: Only<AppId> };
    /// The application revoked its own authorization.
    GrantReturned = "grant-returned", Revoke, TokenRevoked, { app: Only<AppId> };
    AccessTokenReturned = "access-token-returned", Revoke, TokenRevoked, { app: Only<AppId> };
    StaticTokenIssued = "static-token-issued", Issue, TokenIssued,
        { token: Named<TokenId>, scope "s": String };
    StaticTokenRevoked = "static-token-revoked", Revoke, TokenRevoked, { token: Only<TokenId> };
    /// How the requests of a connection are taken, and what a create does that meets an inactive
    /// user.
    PolicySet = "policy-set", Configure, Configured,
        { connection: Connected, leniency "l": Leniency, user_name "u": OnUserName,
            external_id "e": OnExternalId, email "m": OnEmail };

    // Applications that are registered with us, and the tenant itself.

    AppRegistered = "app-registered", Create, Registered,
        { app: Named<AppId>, client_id "c": String };
    AppChanged = "app-changed", Configure, Updated, { app: Named<AppId> };
    AppEnabled = "app-enabled", Configure, Reactivated, { app: Named<AppId> };
    AppDisabled = "app-disabled", Configure, Deactivated, { app: Named<AppId> };
    AppSecretIssued = "app-secret-issued", Configure, SecretReissued, { app: Named<AppId> };
    TenantCreated = "tenant-created", Create, Created, { tenant: Named<TenantId> };
    TenantConfigured = "tenant-configured", Configure, Configured, { tenant: Named<TenantId> };

    // Mail. A mail is named by its recipient.

    MailQueued = "mail-queued", Issue, MailQueued,
        { recipient: Named<MessageId>, title "t": String };
    MailSent = "mail-sent", Issue, MailSent, { recipient: Named<MessageId> };
    /// It is tried again later.
    MailDelayed = "mail-delayed", Issue, MailFailed,
        { recipient: Named<MessageId>, trouble "w": MailTrouble };
    MailGivenUp = "mail-given-up", Issue, MailFailed,
        { recipient: Named<MessageId>, trouble "w": MailTrouble };
    MailRetryRequested = "mail-retry-requested", Issue, RetryRequested,
        { recipient: Named<MessageId> };

    // Integrations: applications that we provision.

    IntegrationCreated = "integration-created", Create, Created, { app: Named<IntegrationId> };
    ProvisioningSwitchedOn = "provisioning-switched-on", Configure, Configured,
        { app: Named<IntegrationId> };
    ProvisioningSwitchedOff = "provisioning-switched-off", Configure, Configured,
        { app: Named<IntegrationId> };
    ConnectionChanged = "connection-changed", Configure, Configured, { app: Named<IntegrationId> };
    ActionsChanged = "actions-changed", Configure, Configured, { app: Named<IntegrationId> };
    AppAuthorized = "app-authorized", Authorize, Authorized, { app: Named<IntegrationId> };
    AppTokenRefreshed = "app-token-refreshed", Authorize, TokenRefreshed,
        { app: Named<IntegrationId> };
    /// The target takes the credentials no more; nothing is sent until somebody authenticates
    /// again.
    AuthorizationLost = "authorization-lost", Authorize, NeedsAuthorization,
        { app: Named<IntegrationId>, problem "w": Problem };
    PersonAssigned = "person-assigned", Assign, Assigned,
        { user: Only<UserId>, app "p": Named<IntegrationId> };
    PersonUnassigned = "person-unassigned", Unassign, Unassigned,
        { user: Only<UserId>, app "p": Named<IntegrationId> };
    /// So many of those who were named were not assigned before.
    PeopleAssigned = "people-assigned", Assign, Assigned,
        { app: Named<IntegrationId>, count "c": u64, named "o": u64 };
    PeopleUnassigned = "people-unassigned", Unassign, Unassigned,
        { app: Named<IntegrationId>, count "c": u64, named "o": u64 };
    GroupAssigned = "group-assigned", Assign, Assigned,
        { group: Named<GroupId>, app "p": Named<IntegrationId>, people "c": u64 };
    GroupUnassigned = "group-unassigned", Unassign, Unassigned,
        { group: Named<GroupId>, app "p": Named<IntegrationId>, people "c": u64 };
    /// Everybody is compared with the application again.
    ComparisonRequested = "comparison-requested", Retry, RetryRequested,
        { app: Only<IntegrationId>, people "c": u64 };
    /// Failed items were put back to be tried again.
    RetryRequested = "retry-requested", Retry, RetryRequested,
        { app: Only<IntegrationId>, items "c": u64 };

    // Provisioning: one person at one application.

    AccountCreated = "account-created", Provision, PushedNew,
        { user: Named<UserId>, app "p": Named<IntegrationId> };
    /// To an account that was there already.
    AccountLinked = "account-linked", Provision, Linked,
        { user: Named<UserId>, app "p": Named<IntegrationId> };
    AccountUpdated = "account-updated", Provision, PushedUpdate,
        { user: Named<UserId>, app "p": Named<IntegrationId> };
    AccountDeactivated = "account-deactivated", Provision, PushedDeactivation,
        { user: Named<UserId>, app "p": Named<IntegrationId> };
    AccountReactivated = "account-reactivated", Provision, PushedReactivation,
        { user: Named<UserId>, app "p": Named<IntegrationId> };
    /// The account already says what it should.
    AccountUpToDate = "account-up-to-date", Provision, NothingToDo,
        { user: Named<UserId>, app "p": Named<IntegrationId> };
    AccountInactive = "account-inactive", Provision, NothingToDo,
        { user: Named<UserId>, app "p": Named<IntegrationId> };
    /// There is no account that could be deactivated.
    AccountAbsent = "account-absent", Provision, NotFoundRemotely,
        { user: Named<UserId>, app "p": Named<IntegrationId> };
    /// The person is not assigned and has no account.
    PersonNotAssigned = "person-not-assigned", Provision, NotAssigned,
        { user: Named<UserId>, app "p": Named<IntegrationId> };
    /// The administrator switched off what would have been done.
    ActionSwitchedOff = "action-switched-off", Provision, SwitchedOff,
        { user: Named<UserId>, app "p": Named<IntegrationId>, switch "s": Switch };
    /// It waits until somebody authenticates with the application again.
    AuthorizationNeeded = "authorization-needed", Provision, NeedsAuthorization,
        { user: Named<UserId>, app "p": Named<IntegrationId>, problem "w": Problem };
    TargetRateLimited = "target-rate-limited", Provision, RateLimited,
        { user: Named<UserId>, app "p": Named<IntegrationId>, problem "w": Problem };
    TargetUnavailable = "target-unavailable", Provision, TargetUnavailable,
        { user: Named<UserId>, app "p": Named<IntegrationId>, problem "w": Problem };
    RejectedByTarget = "rejected-by-target", Provision, RejectedByTarget,
        { user: Named<UserId>, app "p": Named<IntegrationId>, problem "w": Problem };
    AccountNotFound = "account-not-found", Provision, NotFoundRemotely,
        { user: Named<UserId>, app "p": Named<IntegrationId>, problem "w": Problem };
    AccountAmbiguous = "account-ambiguous", Provision, Duplicate,
        { user: Named<UserId>, app "p": Named<IntegrationId>, problem "w": Problem };
    AnswerEmpty = "answer-empty", Provision, EmptyAnswer,
        { user: Named<UserId>, app "p": Named<IntegrationId>, problem "w": Problem };
    AnswerInvalid = "answer-invalid", Provision, InvalidAnswer,
        { user: Named<UserId>, app "p": Named<IntegrationId>, problem "w": Problem };
    /// No request could be sent.
    NothingSent = "nothing-sent", Provision, Refused,
        { user: Named<UserId>, app "p": Named<IntegrationId>, problem "w": Problem };
    /// The last problem after so many attempts.
    GivenUp = "given-up", Provision, TooManyAttempts,
        { user: Named<UserId>, app "p": Named<IntegrationId>, problem "w": Problem, attempts "c": i64 };
}

impl Event {
    /// The form in which a row of the log keeps it.
    pub fn to_stored(&self) -> String {
        serde_json::to_string(self).expect("events have text keys")
    }

    /// From the row of the log: what it is about stands in the columns beside it.
    ///
    /// # Errors
    ///
    /// The text is not an event that this version knows.
    pub fn from_stored(
        text: &str,
        resource_type: &str,
        id: Option<Uuid>,
    ) -> Result<Self, serde_json::Error> {
        let mut event: Self = serde_json::from_str(text)?;
        event.place(resource_type, id);
        Ok(event)
    }

    /// The event for programs: its name as `type`, and its fields.
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert(String::from("type"), Value::from(self.name()));
        let fields = self.fields().into_iter();
        map.extend(fields.map(|(name, field)| (name.to_owned(), field.to_json())));
        Value::Object(map)
    }

    /// What the field of this name refers to, if a page can link to it.
    pub fn refers_to(&self, field: &str) -> Option<Concern> {
        let fields = self.fields();
        let (_, field) = fields.into_iter().find(|(name, _)| *name == field)?;
        field.refers_to()
    }
}
