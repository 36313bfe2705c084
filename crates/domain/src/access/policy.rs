//! How the requests of a connection are taken.

use seatlink_scim::Leniency;
use serde::{Deserialize, Serialize};

/// What a create does when an inactive user has that user name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnUserName {
    /// 409, with the id and the way to link.
    #[default]
    Conflict,
    /// The user becomes what the create says.
    Restore,
}

/// What a create does when an inactive user has that `externalId`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnExternalId {
    #[default]
    Conflict,
    Restore,
    /// Somebody new is made.
    Create,
}

/// What a create does when an inactive user has that e-mail address. There is no restoring: an
/// address is no proof of being the same person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnEmail {
    #[default]
    Conflict,
    Create,
}

/// What a create does when an inactive user is met. An active one of that user name is always a
/// conflict; an active one of that external id or address never is, for the client keeps those
/// unique (RFC 7643 §3.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Existing {
    pub user_name: OnUserName,
    pub external_id: OnExternalId,
    pub email: OnEmail,
}

impl Existing {
    /// For those who come in by no connection: imports, the command line, the engine.
    pub const UNASKED: Self = Self {
        user_name: OnUserName::Conflict,
        external_id: OnExternalId::Create,
        email: OnEmail::Create,
    };

    pub(crate) fn may_restore(self) -> bool {
        self.user_name == OnUserName::Restore || self.external_id == OnExternalId::Restore
    }
}

/// How a connection's requests are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    pub leniency: Leniency,
    pub existing: Existing,
}

/// What is `None` keeps its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PolicyChange {
    pub leniency: Option<Leniency>,
    pub on_user_name: Option<OnUserName>,
    pub on_external_id: Option<OnExternalId>,
    pub on_email: Option<OnEmail>,
}

impl PolicyChange {
    pub(crate) fn applied_to(self, now: Policy) -> Policy {
        Policy {
            leniency: self.leniency.unwrap_or(now.leniency),
            existing: Existing {
                user_name: self.on_user_name.unwrap_or(now.existing.user_name),
                external_id: self.on_external_id.unwrap_or(now.existing.external_id),
                email: self.on_email.unwrap_or(now.existing.email),
            },
        }
    }
}

impl From<Policy> for PolicyChange {
    fn from(whole: Policy) -> Self {
        Self {
            leniency: Some(whole.leniency),
            on_user_name: Some(whole.existing.user_name),
            on_external_id: Some(whole.existing.external_id),
            on_email: Some(whole.existing.email),
        }
    }
}

impl Policy {
    /// As it is stored; nothing stored is the default.
    pub(crate) fn stored(text: Option<&str>) -> serde_json::Result<Self> {
        text.map_or_else(|| Ok(Self::default()), serde_json::from_str)
    }
}
