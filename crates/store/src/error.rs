//! What can go wrong below the domain, named by what the caller can do about it.
//!
//! Both drivers translate into this one enum. Names of unique indexes are the same in both
//! databases, so "user name taken" is one match arm; the table from index names to [`Constraint`]
//! is at the end.

use std::{any::Any, fmt};

type Cause = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique key is taken: the caller's input collides with what is stored.
    #[error("{0} is already taken")]
    Conflict(Constraint),
    /// Lock, serialization or pool contention. Nothing was written; trying again may succeed.
    #[error("the database is busy")]
    Busy,
    /// The operation took longer than it may. Trying the same again does not help.
    #[error("the database was asked to look at too much")]
    TooLong,
    /// What is stored contradicts what the program relies on.
    #[error("stored data is inconsistent: {table}, {id}")]
    Inconsistent { table: &'static str, id: String },
    /// A statement or the driver is wrong. Trying again does not help.
    #[error("the database driver failed")]
    Driver(#[source] Cause),
    #[error("migration: {0}")]
    Migration(String),
    /// The database cannot be reached, is full or is closed.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
}

impl Error {
    /// What the row of this id holds is nothing that this version writes.
    pub fn inconsistent(table: &'static str, id: impl fmt::Display) -> Self {
        Self::Inconsistent { table, id: id.to_string() }
    }

    pub(crate) fn driver(cause: impl Into<Cause>) -> Self {
        Self::Driver(cause.into())
    }

    pub(crate) fn closed() -> Self {
        Self::Unavailable(String::from("it was closed"))
    }

    /// An earlier statement failed and the operation went on or answered `Ok` all the same.
    /// PostgreSQL has aborted the transaction by then, so neither driver may commit it.
    pub(crate) fn after_failure() -> Self {
        Self::driver("a statement of this transaction failed before; it cannot continue")
    }

    /// The operation kept or leaked its transaction instead of dropping it when it finished.
    pub(crate) fn not_returned() -> Self {
        Self::driver("an operation finished without giving its transaction back")
    }

    pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        tracing::error!(message, "a store operation panicked");
        Self::driver(format!("a store operation panicked: {message}"))
    }
}

/// The unique key that a write ran into.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Constraint {
    UserName,
    ExternalId,
    GroupName,
    RoleName,
    BusinessUnit,
    AppName,
    ClientId,
    Assignment,
    Membership,
    Token,
    SchemaUrn,
    /// A value of an attribute that a registered schema declares unique.
    UniqueValue,
    /// The name of the index or constraint; a primary key is `<table>_pkey` in both databases.
    Other(String),
}

impl Constraint {
    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "ux_users_user_name" => Self::UserName,
            "ux_users_external_id" | "ux_groups_external_id" => Self::ExternalId,
            "ux_groups_name" => Self::GroupName,
            "ux_roles_name" | "role_names_pkey" => Self::RoleName,
            "ux_tenants_business_unit" => Self::BusinessUnit,
            "ux_apps_name" | "ux_integrations_app_name" => Self::AppName,
            "ux_clients_client_id" | "clients_pkey" => Self::ClientId,
            "ux_assignments_subject" | "assignments_pkey" => Self::Assignment,
            "ux_memberships_member" | "memberships_pkey" => Self::Membership,
            "ux_tokens_hash" | "tokens_pkey" => Self::Token,
            "ux_schemas_endpoint" | "schemas_pkey" => Self::SchemaUrn,
            "unique_values_pkey" => Self::UniqueValue,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UserName => "the user name",
            Self::ExternalId => "the external id",
            Self::GroupName => "the group name",
            Self::RoleName => "the role name",
            Self::BusinessUnit => "the business unit id",
            Self::AppName => "the application name",
            Self::ClientId => "the client id",
            Self::Assignment => "the assignment",
            Self::Membership => "the membership",
            Self::Token => "the token",
            Self::SchemaUrn => "the schema URN or its endpoint",
            Self::UniqueValue => "a unique value",
            Self::Other(name) => name,
        })
    }
}
