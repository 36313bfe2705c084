//! How many resources of a kind a tenant has, kept by triggers in the transaction that adds or
//! removes one.
//!
//! Counting ten million rows takes a second; adding up a few numbers does not. PostgreSQL spreads
//! the number over slots, one for each connection, so that writers do not queue for one row.

use crate::{Error, Param, Tx};

statements! {
    READ = "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT), CAST(COALESCE(SUM(active), 0) AS BIGINT),
            CAST(COALESCE(SUM(moves), 0) AS BIGINT)
        FROM tallies WHERE tenant_id = $1 AND kind = $2";
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    pub all: i64,
    /// Those of them that are active; 0 for what cannot be.
    pub active: i64,
    /// Grows with every resource that comes or goes: while it stays, so does every position in a
    /// list.
    pub moves: i64,
}

impl Tally {
    /// How many resources went so far.
    pub const fn removed(self) -> i64 {
        (self.moves - self.all) / 2
    }
}

/// `kind` is the name of the resource type.
pub async fn read(tx: &mut Tx, kind: &str) -> Result<Tally, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_one(READ, &[Param::Id(tenant), Param::Text(kind)], |row| {
        Ok(Tally { all: row.get(0)?, active: row.get(1)?, moves: row.get(2)? })
    })
    .await
}
