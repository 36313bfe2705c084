//! Running migrations on SQLite.

use super::connection::Connection;
use crate::{
    dialect::Dialect,
    error::Error,
    migrate::{Applied, CREATE_RECORD, LIST_APPLIED, Migration, RECORD_APPLIED, pending},
    sql::{Param, Query},
};

/// Brings the file up to date in one transaction, so that it never holds half a schema. A second
/// process that starts at the same time waits at `BEGIN IMMEDIATE` and then finds nothing left to
/// do.
pub(super) fn run(connection: &mut Connection, known: &'static [Migration]) -> Result<(), Error> {
    connection.control("BEGIN IMMEDIATE")?;
    let ran = apply(connection, known);
    connection.begin_operation();
    match ran {
        Ok(()) => connection.control("COMMIT"),
        Err(error) => {
            // The error that stopped it says more than a failing rollback would.
            let _ = connection.control("ROLLBACK");
            Err(error)
        }
    }
}

fn apply(connection: &mut Connection, known: &'static [Migration]) -> Result<(), Error> {
    connection.execute(CREATE_RECORD.into(), &[])?;
    let mut applied = Vec::new();
    connection.visit(Query::from(LIST_APPLIED), &[], &mut |row| {
        applied.push(Applied { number: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? });
        Ok(())
    })?;
    for migration in pending(known, &applied, Dialect::Sqlite)? {
        let text = migration.text(Dialect::Sqlite);
        connection.raw().execute_batch(text).map_err(|error| {
            Error::Migration(format!("{:04}_{}: {error}", migration.number, migration.name))
        })?;
        connection.execute(
            RECORD_APPLIED.into(),
            &[
                Param::Int(migration.number),
                Param::Text(migration.name),
                Param::Text(&migration.checksum(Dialect::Sqlite)),
            ],
        )?;
        tracing::info!(number = migration.number, name = migration.name, "migrated");
    }
    Ok(())
}
