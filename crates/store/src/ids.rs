//! Typed identifiers.
//!
//! A bare UUID never crosses a function boundary: the type says what it names. All of them are UUID
//! version 7, made by the platform's clock and randomness, so that keys stay local in a B-tree.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// The hard isolation boundary.
    TenantId
    /// A person's SCIM resource with us.
    UserId
    GroupId
    /// A resource of a type that a tenant registered.
    ResourceId
    RoleId
    /// What a developer registers.
    AppId
    /// The recorded authorization that tokens hang from.
    GrantId
    /// One token of any kind; never the token itself.
    TokenId
    SessionId
    /// One mail waiting in, or sent from, the outbox.
    MessageId
    /// One configured connection of an application to a target.
    IntegrationId
    AssignmentId
}
