//! Migrations: which there are, and which of them a database still needs.
//!
//! They come in pairs with one number and name, run in order, each exactly once, and are never
//! edited after a release: the checksum of what ran is kept and compared at every start. There are
//! no down migrations. A database that a newer version has already changed is refused, not guessed
//! at. Drivers do the running.

use crate::{dialect::Dialect, error::Error};

/// One step of the schema, in both spellings.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    pub number: i64,
    pub name: &'static str,
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

/// Every migration, in order.
pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    name: "initial",
    sqlite: include_str!("../migrations/sqlite/0001_initial.sql"),
    postgres: include_str!("../migrations/postgres/0001_initial.sql"),
}];

impl Migration {
    pub(crate) const fn text(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }

    /// FNV-1a, 64 bits, as 16 hexadecimal digits. It notices edits; it does not defend against
    /// anyone.
    pub(crate) fn checksum(&self, dialect: Dialect) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        // A checkout may turn LF into CRLF.
        for byte in self.text(dialect).bytes().filter(|byte| *byte != b'\r') {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("{hash:016x}")
    }
}

/// A migration that a database says it has run.
pub(crate) struct Applied {
    pub(crate) number: i64,
    pub(crate) name: String,
    pub(crate) checksum: String,
}

/// The migrations still to run, after checking that what ran is the beginning of what we know.
pub(crate) fn pending(
    known: &'static [Migration],
    applied: &[Applied],
    dialect: Dialect,
) -> Result<&'static [Migration], Error> {
    if !known.is_sorted_by(|a, b| a.number < b.number) {
        return Err(Error::Migration(String::from("the migration numbers do not ascend")));
    }
    if applied.len() > known.len() {
        let newest = &applied[applied.len() - 1];
        return Err(Error::Migration(format!(
            "the database has migration {} {}, which this version does not know; use a newer version",
            newest.number, newest.name
        )));
    }
    for (applied, known) in applied.iter().zip(known) {
        if applied.number != known.number || applied.name != known.name {
            return Err(Error::Migration(format!(
                "the database has migration {} {} where this version has {} {}",
                applied.number, applied.name, known.number, known.name
            )));
        }
        if applied.checksum != known.checksum(dialect) {
            return Err(Error::Migration(format!(
                "migration {} {} was edited after it ran",
                known.number, known.name
            )));
        }
    }
    Ok(&known[applied.len()..])
}

/// `CREATE TABLE` for the record of what ran; one text for both databases.
pub(crate) const CREATE_RECORD: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    number BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL
)";
pub(crate) const LIST_APPLIED: &str =
    "SELECT number, name, checksum FROM schema_migrations ORDER BY number";
pub(crate) const RECORD_APPLIED: &str =
    "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)";

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Migration] = &[
        Migration { number: 1, name: "initial", sqlite: "CREATE 1", postgres: "CREATE 1" },
        Migration { number: 2, name: "more", sqlite: "CREATE 2", postgres: "CREATE 2" },
    ];

    fn applied(number: i64, name: &str, of: &Migration) -> Applied {
        Applied { number, name: name.to_owned(), checksum: of.checksum(Dialect::Sqlite) }
    }

    #[test]
    fn only_what_has_not_run_is_pending() {
        let all = pending(KNOWN, &[], Dialect::Sqlite).expect("nothing ran yet");
        assert_eq!(all.len(), 2);
        let rest = pending(KNOWN, &[applied(1, "initial", &KNOWN[0])], Dialect::Sqlite);
        assert_eq!(rest.expect("the first ran").iter().map(|m| m.number).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_database_of_a_newer_version_is_refused() {
        let ran = [
            applied(1, "initial", &KNOWN[0]),
            applied(2, "more", &KNOWN[1]),
            applied(3, "future", &KNOWN[1]),
        ];
        assert!(matches!(pending(KNOWN, &ran, Dialect::Sqlite), Err(Error::Migration(_))));
    }

    #[test]
    fn an_edited_migration_is_refused() {
        let ran = [applied(1, "initial", &KNOWN[1])];
        assert!(matches!(pending(KNOWN, &ran, Dialect::Sqlite), Err(Error::Migration(_))));
    }

    #[test]
    fn line_endings_do_not_change_the_checksum() {
        let unix = Migration { number: 1, name: "a", sqlite: "x\ny", postgres: "" };
        let windows = Migration { sqlite: "x\r\ny", ..unix };
        assert_eq!(unix.checksum(Dialect::Sqlite), windows.checksum(Dialect::Sqlite));
    }
}
