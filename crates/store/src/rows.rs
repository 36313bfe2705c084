//! The tables: each aggregate with its statements, its records and what may be asked of it.

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

use crate::Stmt;

/// The fixed statements of each file.
pub(crate) const STATEMENTS: &[(&str, &[(&str, Stmt)])] = &[
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
