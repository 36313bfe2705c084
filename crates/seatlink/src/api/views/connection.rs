//! Connections of provisioning clients.

use seatlink_domain::{
    Timestamp,
    access::connections::{
        Connection, Kind, OnEmail, OnExternalId, OnUserName, Policy, PolicyChange,
    },
};
use seatlink_scim::Leniency;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What clients come in by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientConnectionList)]
pub(crate) struct ClientConnectionList {
    pub(crate) connections: Vec<ClientConnectionView>,
}

/// What a provisioning client comes in by, and what was repaired for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientConnection)]
pub(crate) struct ClientConnectionView {
    /// The client id of an application or the id of a token.
    id: String,
    kind: KindView,
    name: String,
    /// Neither disabled nor revoked.
    open: bool,
    policy: PolicyView,
    #[schema(required, format = DateTime)]
    last_used_at: Option<String>,
    repairs: Vec<RepairView>,
    /// Requests refused with 429 because they were too many in a second.
    #[schema(minimum = 0)]
    rate_limited: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ClientConnectionKind)]
enum KindView {
    Application,
    StaticToken,
}

/// A known deviation of a client that was repaired.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RepairCount)]
struct RepairView {
    quirk: &'static str,
    /// The clause that the deviation does not keep.
    clause: &'static str,
    known_from: &'static str,
    sentence: &'static str,
    #[schema(minimum = 1)]
    times: i64,
    #[schema(format = DateTime)]
    first_at: String,
    #[schema(format = DateTime)]
    last_at: String,
}

/// How a connection's requests are taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
struct PolicyView {
    leniency: LeniencyWord,
    existing: ExistingView,
}

/// What a create does that meets an inactive user with the same value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Existing)]
struct ExistingView {
    user_name: OnUserNameWord,
    external_id: OnExternalIdWord,
    email: OnEmailWord,
}

/// How a connection's requests are to be taken. What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyChange)]
pub(crate) struct PolicyBody {
    leniency: Option<LeniencyWord>,
    existing: Option<ExistingBody>,
}

/// What a create is to do that meets an inactive user with the same value. What is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExistingChange)]
struct ExistingBody {
    user_name: Option<OnUserNameWord>,
    external_id: Option<OnExternalIdWord>,
    email: Option<OnEmailWord>,
}

/// A choice of the domain and its word for programs.
macro_rules! words {
    ($($(#[$meta:meta])* $word:ident as $name:ident of $choice:ident { $($variant:ident),+ })+) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        #[schema(as = $name)]
        enum $word { $($variant),+ }

        impl From<$choice> for $word {
            fn from(choice: $choice) -> Self {
                match choice { $($choice::$variant => Self::$variant),+ }
            }
        }

        impl From<$word> for $choice {
            fn from(word: $word) -> Self {
                match word { $($word::$variant => Self::$variant),+ }
            }
        }
    )+ };
}

words! {
    /// Strictly by the RFCs, or with known deviations of clients repaired.
    LeniencyWord as Leniency of Leniency { Strict, Forgiving }

    /// 409, or the user becomes what the create says.
    OnUserNameWord as OnUserName of OnUserName { Conflict, Restore }

    /// 409, the user becomes what the create says, or somebody new is made.
    OnExternalIdWord as OnExternalId of OnExternalId { Conflict, Restore, Create }

    /// 409, or somebody new is made.
    OnEmailWord as OnEmail of OnEmail { Conflict, Create }
}

impl From<Policy> for PolicyView {
    fn from(policy: Policy) -> Self {
        Self {
            leniency: policy.leniency.into(),
            existing: ExistingView {
                user_name: policy.existing.user_name.into(),
                external_id: policy.existing.external_id.into(),
                email: policy.existing.email.into(),
            },
        }
    }
}

impl From<PolicyBody> for PolicyChange {
    fn from(body: PolicyBody) -> Self {
        let existing = body.existing.unwrap_or_default();
        Self {
            leniency: body.leniency.map(Leniency::from),
            on_user_name: existing.user_name.map(OnUserName::from),
            on_external_id: existing.external_id.map(OnExternalId::from),
            on_email: existing.email.map(OnEmail::from),
        }
    }
}

impl ClientConnectionView {
    pub(crate) fn of(connection: &Connection) -> Self {
        let repairs = connection.repairs.iter().map(|repair| RepairView {
            quirk: repair.quirk.id(),
            clause: repair.quirk.clause(),
            known_from: repair.quirk.client(),
            sentence: repair.quirk.sentence(),
            times: repair.times,
            first_at: repair.first_at.rfc3339(),
            last_at: repair.last_at.rfc3339(),
        });
        Self {
            id: connection.id.clone(),
            kind: match connection.kind {
                Kind::Application => KindView::Application,
                Kind::StaticToken => KindView::StaticToken,
            },
            name: connection.name.clone(),
            open: connection.open,
            policy: connection.policy.into(),
            last_used_at: connection.last_used_at.map(Timestamp::rfc3339),
            repairs: repairs.collect(),
            rate_limited: connection.rate_limited,
        }
    }
}
