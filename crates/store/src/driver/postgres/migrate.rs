//! Running migrations on PostgreSQL.

use deadpool_postgres::Object;

use super::{
    lease::{Held, Lease, Slot},
    values::classify,
};
use crate::{
    dialect::Dialect,
    error::Error,
    migrate::{Applied, CREATE_RECORD, LIST_APPLIED, Migration, RECORD_APPLIED, pending},
    sql::{Param, Query},
};

/// The advisory lock under which one node migrates while the others wait. Nothing else may use this
/// number.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7328694721)";

const BEGIN: &str = "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";

/// Brings the database up to date in one transaction, so that it never holds half a schema.
pub(super) async fn run(client: Object, known: &'static [Migration]) -> Result<(), Error> {
    let held = Held::new(client);
    // Other nodes wait for as long as the one that migrates needs, and so does this one.
    held.client().batch_execute(BEGIN).await.map_err(classify)?;
    held.client().batch_execute(LOCK).await.map_err(classify)?;
    let slot = Slot::default();
    apply(Lease::held(held, &slot), known).await?;
    let returned = slot.lock().take();
    let Some(returned) = returned else {
        return Err(Error::not_returned());
    };
    returned.held.commit(returned.sent).await.map_err(|uncommitted| uncommitted.error)
}

async fn apply(mut lease: Lease, known: &'static [Migration]) -> Result<(), Error> {
    lease.execute(CREATE_RECORD.into(), &[]).await?;
    let mut applied = Vec::new();
    let mut visit = |row: &crate::Row<'_>| {
        applied.push(Applied { number: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? });
        Ok(())
    };
    lease.visit(Query::from(LIST_APPLIED), &[], &mut visit).await?;
    for migration in pending(known, &applied, Dialect::Postgres)? {
        let text = migration.text(Dialect::Postgres);
        lease.batch(text).await.map_err(|error| {
            let place = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
            Error::Migration(format!("{:04}_{}: {place}", migration.number, migration.name))
        })?;
        let record = [
            Param::Int(migration.number),
            Param::Text(migration.name),
            Param::Text(&migration.checksum(Dialect::Postgres)),
        ];
        lease.execute(RECORD_APPLIED.into(), &record).await?;
        tracing::info!(number = migration.number, name = migration.name, "migrated");
    }
    Ok(())
}
