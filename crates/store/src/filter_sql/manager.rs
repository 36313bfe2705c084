//! A user's `manager` in the enterprise extension (RFC 7643 §4.3): what the manager is called and
//! where they are is read from the manager, so filters look there.

use seatlink_scim::{Op, Operand, Target, schema};
use uuid::Uuid;

use super::{
    json::Json,
    leaf::{Leaf, returned_id},
    terms::{Piece, Table, Test},
};
use crate::SqlBuf;

/// A part of the manager that is not, or not only, in the search form.
#[derive(Clone, Copy)]
pub(super) enum Manager<'a> {
    Value(Json<'a>),
    Reference(Json<'a>),
    DisplayName,
}

impl<'a> Manager<'a> {
    pub(super) fn of(target: &'a Target, table: Table<'_>) -> Option<Self> {
        let is_manager = table == Table::Users
            && target.attribute == "manager"
            && target.schema.as_deref() == Some(schema::ENTERPRISE_USER);
        if !is_manager {
            return None;
        }
        match target.sub.as_deref() {
            Some("value") => Some(Self::Value(Json::in_row(target, table))),
            Some("$ref") => Some(Self::Reference(Json::in_row(target, table))),
            Some("displayName") => Some(Self::DisplayName),
            _ => None,
        }
    }

    pub(super) fn push(self, sql: &mut SqlBuf<'a>, tenant: Uuid, test: Test<'a>) {
        match (self, test) {
            (Self::Value(_), Test::Holds(Op::Eq, Operand::String(value)))
                if let Some(id) = manager_id(value) =>
            {
                sql.push("id IN (SELECT id FROM users WHERE tenant_id = ").bind(tenant);
                sql.push(" AND manager_id = ").bind(id).push(")");
            }
            (Self::Value(json), _) => Leaf::Json(json).push(sql, test),
            // A reference that is not to one of our users stands in the document as it came.
            (Self::Reference(json), _) => {
                sql.push("(");
                OF_MANAGER.push(sql);
                Leaf::Path(manager_path()).push(sql, test);
                sql.push(") OR ");
                Leaf::Json(json).push(sql, test);
                sql.push(")");
            }
            (Self::DisplayName, _) => {
                OF_MANAGER.push(sql);
                Leaf::Text(MANAGER_NAME).push(sql, test);
                sql.push(")");
            }
        }
    }

    /// Whether an index finds those who have this value.
    pub(super) fn narrows(self, operand: &Operand) -> bool {
        matches!((self, operand), (Self::Value(_), Operand::String(text)) if manager_id(text).is_some())
    }
}

/// The id that the column of managers has for this value. The nil id is nobody's, so the column has
/// none for it.
fn manager_id(text: &str) -> Option<Uuid> {
    returned_id(text).filter(|id| !id.is_nil())
}

/// What a user's manager `b` is called. A user without a `displayName` has no name here either.
const MANAGER_NAME: &str = "(b.search ->> 'displayName')";

/// Where a user's manager `b` is.
const fn manager_path() -> Piece {
    id_text!("'/Users/'", "b.id")
}

/// What is asked of the manager `b` follows.
const OF_MANAGER: Piece = Piece::common(
    "EXISTS (SELECT 1 FROM users AS b WHERE b.tenant_id = users.tenant_id AND b.id = users.manager_id AND ",
);
