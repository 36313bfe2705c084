//! Persistence: one seam over SQLite and PostgreSQL, every SQL statement, migrations, typed ids.

#[macro_use]
mod statements;

mod db;
mod dialect;
mod driver;
mod error;
mod filter_sql;
mod ids;
mod migrate;
mod sql;
mod timestamp;

pub mod apps;
pub mod bulk;
pub mod changes;
pub mod connections;
pub mod gate;
pub mod grants;
pub mod groups;
pub mod integrations;
pub mod keys;
pub mod links;
pub mod listing;
pub mod memberships;
pub mod outbox;
pub mod resources;
pub mod roles;
pub mod schemas;
pub mod sessions;
pub mod tallies;
pub mod tenants;
pub mod tokens;
pub mod unique_values;
pub mod users;
pub mod work;

pub use self::{
    db::{Db, Durability, Location, Options, SystemTx, Tx},
    dialect::{Around, Dialect, Stmt},
    driver::{Posted, Session, Wake},
    error::{Constraint, Error},
    ids::*,
    migrate::Migration,
    sql::{Decode, Param, Query, Row, SqlBuf},
    timestamp::Timestamp,
};

/// Every fixed statement by file and name, so that a test can prepare each of them on both databases.
pub fn statements() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let files = [
        ("apps", apps::STATEMENTS),
        ("bulk", bulk::STATEMENTS),
        ("changes", changes::STATEMENTS),
        ("changes::search", changes::search::STATEMENTS),
        ("connections", connections::STATEMENTS),
        ("grants", grants::STATEMENTS),
        ("groups", groups::STATEMENTS),
        ("integrations", integrations::STATEMENTS),
        ("keys", keys::STATEMENTS),
        ("links", links::STATEMENTS),
        ("memberships", memberships::STATEMENTS),
        ("outbox", outbox::STATEMENTS),
        ("resources", resources::STATEMENTS),
        ("roles", roles::STATEMENTS),
        ("roles::holders", roles::holders::STATEMENTS),
        ("schemas", schemas::STATEMENTS),
        ("sessions", sessions::STATEMENTS),
        ("tallies", tallies::STATEMENTS),
        ("tenants", tenants::STATEMENTS),
        ("tokens", tokens::STATEMENTS),
        ("unique_values", unique_values::STATEMENTS),
        ("users", users::STATEMENTS),
        ("work", work::STATEMENTS),
    ];
    files
        .into_iter()
        .flat_map(|(file, list)| list.iter().map(move |(name, sql)| (file, *name, *sql)))
}
