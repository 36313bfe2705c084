//! What the parts of a filter speak of: tables, tests, and texts that differ between the databases.

use seatlink_scim::{Op, Operand};

use crate::{SqlBuf, dialect::Dialect};

/// The text of an id in SQLite, which holds 16 bytes and writes their hexadecimal digits in
/// capitals.
macro_rules! sqlite_id_text {
    ($column:literal) => {
        concat!(
            "replace(replace(replace(replace(replace(replace(substr(hex(",
            $column,
            "), 1, 8) || '-' || substr(hex(",
            $column,
            "), 9, 4) || '-' || substr(hex(",
            $column,
            "), 13, 4) || '-' || substr(hex(",
            $column,
            "), 17, 4) || '-' || substr(hex(",
            $column,
            "), 21), 'A', 'a'), 'B', 'b'), 'C', 'c'), 'D', 'd'), 'E', 'e'), 'F', 'f')"
        )
    };
}

/// An id as it is returned, alone or behind the rest of a path.
macro_rules! id_text {
    ($column:literal) => {
        $crate::filter_sql::terms::Piece {
            sqlite: sqlite_id_text!($column),
            postgres: concat!("CAST(", $column, " AS TEXT)"),
        }
    };
    ($head:literal, $column:literal) => {
        $crate::filter_sql::terms::Piece {
            sqlite: concat!("(", $head, " || ", sqlite_id_text!($column), ")"),
            postgres: concat!("(", $head, " || CAST(", $column, " AS TEXT))"),
        }
    };
}

/// The table whose rows are asked about. The statement names it without an alias.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Table<'a> {
    Users,
    Groups,
    /// The rows of one resource type, which the statement limits them to.
    Resources(&'a str),
}

/// What is asked of one value. An absent value passes none of them.
#[derive(Clone, Copy)]
pub(super) enum Test<'a> {
    Present,
    /// `ne` asks for a value, and for another one.
    Holds(Op, &'a Operand),
}

/// From which side a side table is read.
#[derive(Clone, Copy)]
pub(super) enum Reach {
    /// The condition fixes the value: its few rows are found first, by index, and name their
    /// owners.
    ByValue,
    /// The rows of the owner at hand are looked at.
    ByOwner,
}

/// A text that differs between the databases.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl Piece {
    pub(super) const fn common(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }

    pub(super) fn push(self, sql: &mut SqlBuf<'_>) {
        let text = match sql.dialect() {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        };
        sql.push(text);
    }
}
