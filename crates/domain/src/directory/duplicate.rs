//! What is taken already, and by whom.

use seatlink_store::{UserId, users::MetBy};
use serde::{Deserialize, Serialize};

use crate::log::{Concern, Event, Named, Quoted};

/// What a user is recognised by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatchedBy {
    UserName,
    ExternalId,
    Email,
}

impl From<MetBy> for MatchedBy {
    fn from(met: MetBy) -> Self {
        match met {
            MetBy::UserName => Self::UserName,
            MetBy::ExternalId => Self::ExternalId,
            MetBy::Email => Self::Email,
        }
    }
}

/// Somebody or something else has that name or value.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Duplicate {
    #[error("the user name “{0}” is taken by another user of this tenant")]
    UserName(String),
    #[error("{}", inactive(*by, user))]
    InactiveUser { by: MatchedBy, user: Named<UserId> },
    #[error("the group name “{0}” is taken by another group of this tenant")]
    GroupName(String),
    #[error("the value of {attribute} is taken by another {resource_type} of this tenant")]
    Value { attribute: String, resource_type: String },
}

fn inactive(by: MatchedBy, user: &Named<UserId>) -> String {
    let name = &user.name;
    let id = user.id.map(|id| id.to_string()).unwrap_or_default();
    match by {
        MatchedBy::UserName => format!(
            "the user name “{name}” belongs to a deactivated user of this tenant (id {id}). Find it with \
             filter=userName eq \"…\" and set active to true by PATCH or PUT instead of creating it again"
        ),
        MatchedBy::ExternalId => format!(
            "the externalId belongs to a deactivated user of this tenant, “{name}” (id {id}). Find it with \
             filter=externalId eq \"…\" and set active to true by PATCH or PUT, or let this connection restore or \
             create in such a case"
        ),
        MatchedBy::Email => format!(
            "an e-mail address belongs to a deactivated user of this tenant, “{name}” (id {id}). If that is the same \
             person, set active to true by PATCH or PUT; if not, let this connection create in such a case"
        ),
    }
}

impl Duplicate {
    pub(super) fn event(&self, subject: Concern) -> Event {
        match self.clone() {
            Self::UserName(name) => Event::UserNameTaken { subject, name: Quoted::new(name) },
            Self::InactiveUser { by, user } => {
                Event::UserInactive { subject, user, matched_by: by }
            }
            Self::GroupName(name) => Event::GroupNameTaken { subject, name: Quoted::new(name) },
            Self::Value { attribute, resource_type } => {
                Event::ValueTaken { subject, attribute, resource_type }
            }
        }
    }
}
