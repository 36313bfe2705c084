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
mod options;
mod rows;
mod sql;
mod subject;
mod timestamp;

pub use self::{
    db::{Db, SystemTx, Tx},
    dialect::{Around, Dialect, Stmt},
    driver::{Operation, Posted, Session, Step, Wake},
    error::{Constraint, Error},
    ids::*,
    migrate::Migration,
    options::{Durability, Location, Options},
    rows::{
        apps, bulk, changes, connections, gate, grants, groups, integrations, keys, links, listing,
        memberships, outbox, resources, roles, schemas, sessions, tallies, tenants, tokens,
        unique_values, users, work,
    },
    sql::{Decode, Param, Query, Row, SqlBuf},
    subject::{Subject, SubjectKind},
    timestamp::Timestamp,
};

/// Every fixed statement by file and name, so that a test can prepare each of them on both
/// databases.
pub fn statements() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    // All of them have one text for both.
    registered().map(|(file, name, stmt)| (file, name, stmt.text(Dialect::Postgres)))
}

/// The fixed statements whose commits [`Db::access_changes`] counts, by file and name.
pub fn access_statements() -> impl Iterator<Item = (&'static str, &'static str)> {
    registered().filter(|(_, _, stmt)| stmt.changes_access()).map(|(file, name, _)| (file, name))
}

fn registered() -> impl Iterator<Item = (&'static str, &'static str, Stmt)> {
    rows::STATEMENTS
        .iter()
        .flat_map(|(file, list)| list.iter().map(move |(name, stmt)| (*file, *name, *stmt)))
}
