//! One value and what can be asked of it.

use seatlink_scim::{Op, Operand};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::{
    json::Json,
    terms::{Piece, Test},
};
use crate::SqlBuf;

#[derive(Clone, Copy)]
pub(super) enum Leaf<'a> {
    /// Text: a column, or an expression of the same text in both databases.
    Text(&'static str),
    /// Text in the column by which a side table is searched.
    Key(&'static str),
    /// Text in a column of the row with an index that is not unique.
    Indexed(&'static str),
    /// An id, and its text as it is returned. It is also what its side table is searched by.
    Id { column: &'static str, text: Piece },
    /// The path of a URL, from the resource type on.
    Path(Piece),
    /// Whether a user is active. Absent counts as active, as everywhere but in `pr`.
    Active(Json<'a>),
    /// A moment in microseconds, which is returned with milliseconds.
    Time(&'static str),
    /// A value of the search form.
    Json(Json<'a>),
    /// What no resource has.
    Nothing,
}

impl<'a> Leaf<'a> {
    /// Whether finding by this value is a matter of an index of its side table.
    pub(super) fn is_key(&self) -> bool {
        matches!(self, Self::Key(_) | Self::Id { .. })
    }

    /// Appends the test. Where the value is absent it may be NULL.
    pub(super) fn push(self, sql: &mut SqlBuf<'a>, test: Test<'a>) {
        match (self, test) {
            (_, Test::Present) => self.present(sql),
            (Self::Json(json), Test::Holds(op, operand)) => json.push_any(sql, |json, sql| {
                opposite_for_ne(sql, op, |sql, op| json_holds(sql, json, op, operand));
            }),
            (_, Test::Holds(op, operand)) => {
                opposite_for_ne(sql, op, |sql, op| self.holds(sql, op, operand));
            }
        }
    }

    fn present(self, sql: &mut SqlBuf<'a>) {
        match self {
            Self::Text(column)
            | Self::Key(column)
            | Self::Indexed(column)
            | Self::Time(column)
            | Self::Id { column, .. } => {
                sql.push(column).push(" IS NOT NULL");
            }
            Self::Active(json) | Self::Json(json) => {
                json.push_text(sql);
                sql.push(" IS NOT NULL");
            }
            Self::Path(_) => {
                sql.push("TRUE");
            }
            Self::Nothing => {
                sql.push("FALSE");
            }
        }
    }

    fn holds(self, sql: &mut SqlBuf<'a>, op: Op, operand: &'a Operand) {
        match (self, operand) {
            (
                Self::Text(column) | Self::Key(column) | Self::Indexed(column),
                Operand::String(text),
            ) => {
                text_holds(sql, op, text, |sql| {
                    sql.push(column);
                });
            }
            (Self::Id { column, .. }, Operand::String(text)) if op == Op::Eq => {
                match returned_id(text) {
                    Some(id) => sql.push(column).push(" = ").bind(id),
                    None => sql.push("FALSE"),
                };
            }
            (Self::Id { text: shown, .. }, Operand::String(text)) => {
                text_holds(sql, op, text, |sql| shown.push(sql));
            }
            (Self::Path(path), Operand::String(text)) => {
                let text =
                    if matches!(op, Op::Eq | Op::Ew) { last_two_segments(text) } else { text };
                text_holds(sql, op, text, |sql| path.push(sql));
            }
            (Self::Active(_), Operand::Bool(wanted)) if op == Op::Eq => {
                sql.push(if *wanted { "active = TRUE" } else { "active = FALSE" });
            }
            (Self::Time(column), Operand::DateTime(text)) => time_holds(sql, column, op, text),
            _ => {
                sql.push("FALSE");
            }
        }
    }
}

/// Appends a comparison, with `ne` as the opposite of `eq`.
fn opposite_for_ne<'a>(sql: &mut SqlBuf<'a>, op: Op, holds: impl FnOnce(&mut SqlBuf<'a>, Op)) {
    if op == Op::Ne {
        sql.push("NOT (");
        holds(sql, Op::Eq);
        sql.push(")");
    } else {
        holds(sql, op);
    }
}

fn json_holds<'a>(sql: &mut SqlBuf<'a>, json: Json<'a>, op: Op, operand: &'a Operand) {
    match operand {
        Operand::String(text) | Operand::DateTime(text) => {
            text_holds(sql, op, text, |sql| json.push_text(sql));
        }
        Operand::Bool(wanted) => {
            json.push_text(sql);
            sql.push(if *wanted { " = 'true'" } else { " = 'false'" });
        }
        Operand::Integer(wanted) => {
            json.push_number(sql, " AS NUMERIC)");
            sql.push(ordering(op)).bind_typed(*wanted);
        }
        Operand::Decimal(wanted) => {
            json.push_number(sql, " AS DOUBLE PRECISION)");
            sql.push(ordering(op)).bind_typed(*wanted);
        }
        Operand::Null => {
            sql.push("FALSE");
        }
    }
}

/// Appends the comparison of a text by code points. `LIKE` would give meaning to characters of the
/// operand.
fn text_holds<'a>(sql: &mut SqlBuf<'a>, op: Op, operand: &'a str, value: impl Fn(&mut SqlBuf<'a>)) {
    let length = i64::try_from(operand.chars().count()).unwrap_or(i64::MAX);
    match op {
        Op::Co => {
            sql.push("strpos(");
            value(sql);
            sql.push(", ").bind(operand).push(") > 0");
        }
        // SQLite takes the last no characters of a text for all of it.
        Op::Sw | Op::Ew if operand.is_empty() => {
            value(sql);
            sql.push(" IS NOT NULL");
        }
        Op::Sw => {
            sql.push("substr(");
            value(sql);
            sql.push(", 1, ").bind(length).push(") = ").bind(operand);
        }
        Op::Ew => {
            Piece { sqlite: "substr(", postgres: "right(" }.push(sql);
            value(sql);
            Piece { sqlite: ", -", postgres: ", " }.push(sql);
            sql.bind(length).push(") = ").bind(operand);
        }
        Op::Eq | Op::Ne => {
            value(sql);
            sql.push(ordering(op)).bind(operand);
        }
        Op::Gt | Op::Ge | Op::Lt | Op::Le => {
            value(sql);
            // Text taken out of JSON has the collation of the database.
            Piece { sqlite: "", postgres: " COLLATE \"C\"" }.push(sql);
            sql.push(ordering(op)).bind(operand);
        }
    }
}

fn ordering(op: Op) -> &'static str {
    match op {
        Op::Ne => " <> ",
        Op::Gt => " > ",
        Op::Ge => " >= ",
        Op::Lt => " < ",
        Op::Le => " <= ",
        // The others are not defined for what is only ordered; resolving refuses them.
        Op::Eq | Op::Co | Op::Sw | Op::Ew => " = ",
    }
}

/// Appends the comparison of a time as it is returned, with its microseconds cut off, as bounds of
/// the column. A client that asks for what changed after the newest time it saw must not get that
/// resource again.
fn time_holds(sql: &mut SqlBuf<'_>, column: &'static str, op: Op, operand: &str) {
    let Some(wanted) = micros(operand) else {
        sql.push("FALSE");
        return;
    };
    let this = millisecond(wanted);
    let next = this + 1000;
    let at_least = |sql: &mut SqlBuf<'_>, bound: i64| {
        sql.push(column).push(" >= ").bind(bound);
    };
    let below = |sql: &mut SqlBuf<'_>, bound: i64| {
        sql.push(column).push(" < ").bind(bound);
    };
    match op {
        Op::Eq if wanted == this => {
            sql.push("(");
            at_least(sql, this);
            sql.push(" AND ");
            below(sql, next);
            sql.push(")");
        }
        Op::Ge if wanted == this => at_least(sql, this),
        Op::Lt if wanted == this => below(sql, this),
        Op::Gt | Op::Ge => at_least(sql, next),
        Op::Lt | Op::Le => below(sql, next),
        Op::Eq | Op::Ne | Op::Co | Op::Sw | Op::Ew => {
            sql.push("FALSE");
        }
    }
}

/// The first moment that is returned as this one.
pub(super) fn first_micros(moment: &str) -> Option<i64> {
    micros(moment).map(millisecond)
}

const fn millisecond(micros: i64) -> i64 {
    micros - micros.rem_euclid(1000)
}

fn micros(fixed: &str) -> Option<i64> {
    let moment = OffsetDateTime::parse(fixed, &Rfc3339).ok()?;
    i64::try_from(moment.unix_timestamp_nanos().div_euclid(1000)).ok()
}

/// The id of which this is the text, in the one form in which it is returned.
pub(super) fn returned_id(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    let is_same = id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text;
    is_same.then_some(id)
}

/// `/Users/…` at the end of a URL.
fn last_two_segments(url: &str) -> &str {
    url.rmatch_indices('/').nth(1).map_or(url, |(at, _)| &url[at..])
}
