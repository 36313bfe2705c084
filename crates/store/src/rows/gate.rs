//! Who may come and go in groups while a group is assigned.
//!
//! Whoever edits members asks whether any group of the tenant is assigned, and enqueues nobody if
//! none is. Whoever assigns a group enqueues everybody in it. Without order between the two, a
//! member who comes or goes at that moment could be missed by both: each would look before the
//! other is done. Edits therefore share a gate of the tenant, and an assignment shuts it until it
//! is committed. SQLite has one writer and needs none.

use uuid::Uuid;

use crate::{Dialect, Error, Param, Tx};

/// Locks with two numbers have nothing to do with those of one, such as that of the migrations.
const SHARE: &str = "SELECT pg_advisory_xact_lock_shared(7328, $1)";
const SHUT: &str = "SELECT pg_advisory_xact_lock(7328, $1)";
const ROLES: &str = "SELECT pg_advisory_xact_lock(7329, $1)";

/// Passes the gate, which stays open for others. To be done before anything is looked at that the
/// answer depends on.
pub async fn share(tx: &mut Tx) -> Result<(), Error> {
    pass(tx, SHARE).await
}

/// Waits until nobody is in the gate, and lets nobody in until this transaction ends.
pub async fn shut(tx: &mut Tx) -> Result<(), Error> {
    pass(tx, SHUT).await
}

/// Waits for whoever else takes permissions away in this tenant, so that two do not each leave the
/// last holder of one to the other. To be done before anything else is locked.
pub async fn roles(tx: &mut Tx) -> Result<(), Error> {
    pass(tx, ROLES).await
}

async fn pass(tx: &mut Tx, how: &'static str) -> Result<(), Error> {
    if tx.dialect() == Dialect::Postgres {
        let number = number(tx.tenant().uuid());
        let _ = tx.post(how, &[Param::Int(number)]).await?;
    }
    Ok(())
}

/// Tenants that share a number wait for each other without need, which harms nobody.
fn number(tenant: Uuid) -> i64 {
    let (high, low) = tenant.as_u64_pair();
    let mixed = high ^ low;
    // PostgreSQL takes 32 bits of it, and the sign is one.
    i64::try_from((mixed ^ (mixed >> 32)) & 0x7fff_ffff).unwrap_or_default()
}
