//! How a database is opened.

use std::path::PathBuf;

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file on a local disk; it is created if it does not exist. Network file systems break its
    /// locks.
    Sqlite { path: PathBuf },
    /// A `postgres://` address or `key=value` list.
    Postgres { url: String, pool_size: usize },
}

/// What a crash of the machine may cost. A crash of the process alone never costs a committed
/// write.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Durability {
    /// Every answered write is on disk.
    #[default]
    Full,
    /// The newest writes may be lost together; the database stays consistent.
    Normal,
}

pub struct Options {
    pub location: Location,
    pub durability: Durability,
}

/// Walks at once ([`crate::Db::walk`]). Two tenants that ask for much do not keep a third from its
/// pages, nor the machine from its writes.
pub(crate) const WALKS: usize = 2;
