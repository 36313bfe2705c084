//! What a list is sorted by, as SQL.
//!
//! The value of a row is one expression, NULL where the row has none. Text is compared by code
//! points in both databases, as `SortKey::compare` does in memory.

use seatlink_scim::{Kind, Target, filter::SORTED_CHARACTERS};
use uuid::Uuid;

use super::{
    json::Json,
    leaf::Leaf,
    place::{self, List, SortedBy},
    terms::{Piece, Table},
};
use crate::SqlBuf;

/// How the values by which a list is sorted compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyForm {
    Text,
    /// Microseconds.
    Time,
    Number,
    Id,
}

/// How the values of the target compare.
pub(crate) fn form(target: &Target, table: Table<'_>) -> KeyForm {
    let (SortedBy::Row(leaf) | SortedBy::Foremost(_, leaf)) = SortedBy::of(target, table);
    match leaf {
        Leaf::Id { .. } => KeyForm::Id,
        Leaf::Time(_) => KeyForm::Time,
        Leaf::Json(_) if matches!(target.kind, Kind::Integer | Kind::Decimal) => KeyForm::Number,
        Leaf::Text(_)
        | Leaf::Key(_)
        | Leaf::Indexed(_)
        | Leaf::Path(_)
        | Leaf::Active(_)
        | Leaf::Json(_)
        | Leaf::Nothing => KeyForm::Text,
    }
}

/// Whether no two rows have the same value and each has one, so that an index alone gives the
/// order.
pub(crate) fn is_unique(target: &Target, table: Table<'_>) -> bool {
    let leaf = SortedBy::of(target, table);
    match table {
        Table::Users => matches!(leaf, SortedBy::Row(Leaf::Text("user_name_key"))),
        Table::Groups => matches!(leaf, SortedBy::Row(Leaf::Text("name_key"))),
        Table::Resources(_) => false,
    }
}

/// Appends the value of a row of `table`.
pub(crate) fn push_key<'a>(
    sql: &mut SqlBuf<'a>,
    target: &'a Target,
    table: Table<'_>,
    tenant: Uuid,
) {
    match SortedBy::of(target, table) {
        SortedBy::Row(leaf) => push_leaf(sql, leaf, target.kind),
        SortedBy::Foremost(list, leaf) => {
            sql.push("(SELECT ");
            push_leaf(sql, leaf, target.kind);
            match list {
                List::Json(json) => {
                    sql.push(" FROM ");
                    json.push_foremost(sql);
                }
                // Directly or not, as they are shown.
                List::Groups => {
                    sql.push(place::FIRST_ABOVE_USER);
                }
                List::Members => {
                    sql.push(" FROM memberships AS m WHERE m.tenant_id = ").bind(tenant);
                    sql.push(" AND m.group_id = groups.id ORDER BY m.member_id LIMIT 1");
                }
                // Addresses are sorted by the search form, which knows their order; schemas by the
                // base.
                List::Emails(_) | List::Schemas => {}
            }
            sql.push(")");
        }
    }
}

/// Appends what a row has that lacks the attribute.
pub(crate) fn push_nothing(sql: &mut SqlBuf<'_>, form: KeyForm) {
    sql.push(match form {
        KeyForm::Text => "CAST(NULL AS TEXT)",
        KeyForm::Time => "CAST(NULL AS BIGINT)",
        KeyForm::Number => "CAST(NULL AS NUMERIC)",
        KeyForm::Id => "CAST(NULL AS UUID)",
    });
}

fn push_leaf<'a>(sql: &mut SqlBuf<'a>, leaf: Leaf<'a>, kind: Kind) {
    match leaf {
        // Their columns compare by code points; an index serves only the bare column.
        Leaf::Text(column @ ("user_name_key" | "name_key"))
        | Leaf::Id { column, .. }
        | Leaf::Time(column) => {
            sql.push(column);
        }
        Leaf::Text(text) | Leaf::Key(text) | Leaf::Indexed(text) => push_text(sql, |sql| {
            sql.push(text);
        }),
        Leaf::Path(path) => push_text(sql, |sql| path.push(sql)),
        Leaf::Active(_) => {
            sql.push("CASE WHEN active = TRUE THEN 'true' ELSE 'false' END");
        }
        Leaf::Json(json) if matches!(kind, Kind::Integer | Kind::Decimal) => {
            json.push_sorted(sql, |json, sql| json.push_number(sql, " AS NUMERIC)"));
        }
        Leaf::Json(json) => push_text(sql, |sql| json.push_sorted(sql, Json::push_text)),
        Leaf::Nothing => {
            sql.push("CAST(NULL AS TEXT)");
        }
    }
}

fn push_text<'a>(sql: &mut SqlBuf<'a>, text: impl FnOnce(&mut SqlBuf<'a>)) {
    let most = i64::try_from(SORTED_CHARACTERS).unwrap_or(i64::MAX);
    sql.push("substr(");
    text(sql);
    sql.push(", 1, ").bind(most).push(")");
    Piece { sqlite: "", postgres: " COLLATE \"C\"" }.push(sql);
}
