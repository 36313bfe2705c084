//! The few places where the two databases need different SQL.
//!
//! Statements are written once, in PostgreSQL's spelling. The SQLite driver re-spells a closed list
//! of forms when it first sees a text (`driver/sqlite/translate.rs`), so these are the same text
//! for both:
//!
//! | written | SQLite runs |
//! |---|---|
//! | `$1`, `$1::uuid`, `$1::bigint` | `?1` |
//! | `= ANY($1)`, `= ANY($1::uuid[])` | `IN (SELECT value FROM rarray(?1))` |
//! | `unnest($1::uuid[]) AS id` | `(SELECT value AS id FROM rarray(?1)) AS id` |
//! | `document #>> $1` (text at a JSON path) | `document ->> ?1` |
//! | `document #> $1` (JSON at a JSON path) | `document -> ?1` |
//! | `strpos(a, b)` | `instr(a, b)` |
//! | `FOR UPDATE`, `FOR NO KEY UPDATE`, `FOR SHARE`, `FOR KEY SHARE`, `SKIP LOCKED` | nothing: the writer is alone |
//!
//! Already common to both: `ON CONFLICT`, `RETURNING`, CTEs, window functions, `FILTER (WHERE ..)`,
//! `IS NOT DISTINCT FROM`, `NULLS FIRST`, `TRUE`/`FALSE`, `substr`, `length`, `CAST(x AS BIGINT |
//! TEXT | DOUBLE PRECISION)`. "Starts with" is `substr(a, 1, length($1)) = $1`, "ends with" is
//! `substr(a, length(a) - length($1) + 1) = $1 AND length(a) >= length($1)`; both are case and `%`
//! safe.
//!
//! What is left differs in shape and is a method of [`Dialect`], or a [`Stmt`] with two texts.

/// Which database runs a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The elements of the array at a JSON path, as a table `e` with the column `value`.
    /// Written `FROM {before}document{between}$1{after}`; an absent path has no rows.
    pub const fn json_elements(self) -> Around {
        match self {
            Self::Sqlite => Around { before: "json_each(", between: ", ", after: ") AS e" },
            Self::Postgres => {
                Around { before: "jsonb_array_elements(", between: " #> ", after: ") AS e(value)" }
            }
        }
    }

    /// An element of [`Dialect::json_elements`] that is not an object, as text.
    /// For objects use `e.value #>> $n`, which is the same in both.
    pub const fn json_element_text(self) -> &'static str {
        match self {
            Self::Sqlite => "CAST(e.value AS TEXT)",
            Self::Postgres => "(e.value #>> '{}')",
        }
    }
}

/// The fixed pieces around two operands.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    pub before: &'static str,
    pub between: &'static str,
    pub after: &'static str,
}

/// One statement, with one text for both databases unless that is impossible.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stmt {
    sqlite: &'static str,
    postgres: &'static str,
    changes_access: bool,
}

impl Stmt {
    pub const fn common(sql: &'static str) -> Self {
        Self { sqlite: sql, postgres: sql, changes_access: false }
    }

    pub const fn per_dialect(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite, postgres, changes_access: false }
    }

    /// The same statement, counted by [`crate::Db::access_changes`].
    #[must_use]
    pub const fn changing_access(self) -> Self {
        Self { changes_access: true, ..self }
    }

    pub(crate) const fn changes_access(self) -> bool {
        self.changes_access
    }

    pub const fn text(self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }
}

impl From<&'static str> for Stmt {
    fn from(sql: &'static str) -> Self {
        Self::common(sql)
    }
}
