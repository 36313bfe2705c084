//! Seatlink's business operations.
//!
//! Every public operation takes the [`Platform`] it stands on and the [`Actor`] who asks,
//! authorises before it reveals or changes anything, and writes what it did, with the reason, in
//! the transaction that did it. Nothing here knows HTTP or a database driver.

pub mod access;
pub mod actor;
pub mod apps;
mod cursor;
pub mod directory;
pub mod integrations;
pub mod log;
pub mod login;
pub mod oauth;
pub mod outbox;
pub mod permission;
mod platform;
pub mod profiles;
pub mod seal;
pub mod settings;
pub mod tenants;
pub mod work;

pub use actor::Actor;
pub use permission::{Permission, Permissions};
pub use platform::{Clock, Platform};
pub use seal::{DigestKey, Sealer, Secret};
pub use seatlink_store::{
    AppId, AssignmentId, Db, Durability, Error as StoreError, GrantId, GroupId, IntegrationId,
    Location, MessageId, Options, ResourceId, RoleId, SessionId, Subject, SubjectKind, TenantId,
    Timestamp, TokenId, UserId, users::UserRecord,
};
pub use settings::{Realm, Settings};
