//! Resolved filters as SQL.
//!
//! [`push`] turns a filter into one boolean expression on the row of a user, group or other
//! resource. Its answer is that of [`ResolvedFilter::matches`] on the resource as it is returned,
//! and the tests hold it to that. Attributes that many filters ask for are compared in columns of
//! their own, e-mail addresses and memberships in their tables, everything else in the search form.
//! Values and attribute names are bound, never spelled out.
//!
//! Nothing is unknown: where SQL says NULL for an absent attribute the expression as a whole treats
//! it as false, and every negation goes through `IS NOT TRUE`, which has two values.
//!
//! What it does not do: it does not check the filter (that is resolving), and it does not know the
//! base URL, so of `meta.location` and `$ref` only the path from the resource type on counts.

#[macro_use]
mod terms;

mod json;
mod leaf;
mod manager;
pub(crate) mod order;
mod place;
#[cfg(test)]
mod tests;

use seatlink_scim::{Op, Operand, ResolvedFilter, Target, UniqueValue, schema};
use uuid::Uuid;

pub use self::terms::Table;

use self::{
    json::Json,
    leaf::Leaf,
    place::{List, Place, Scope},
    terms::{Piece, Reach, Test},
};
use crate::SqlBuf;

/// Appends the filter as one boolean expression on the rows of `table` of this tenant. The
/// statement around it limits the rows to the tenant.
pub(crate) fn push<'a>(
    sql: &mut SqlBuf<'a>,
    filter: &'a ResolvedFilter,
    table: Table<'a>,
    tenant: Uuid,
) {
    Compiler { sql, table, tenant }.filter(filter, Scope::Row(table));
}

/// Appends a filter on one member as a boolean expression on the rows of `memberships AS m` of this
/// tenant.
pub(crate) fn push_members<'a>(sql: &mut SqlBuf<'a>, filter: &'a ResolvedFilter, tenant: Uuid) {
    Compiler { sql, table: Table::Groups, tenant }.filter(filter, Scope::Element(List::Members));
}

struct Compiler<'s, 'a> {
    sql: &'s mut SqlBuf<'a>,
    table: Table<'a>,
    tenant: Uuid,
}

impl<'a> Compiler<'_, 'a> {
    fn filter(&mut self, filter: &'a ResolvedFilter, scope: Scope<'a>) {
        match filter {
            ResolvedFilter::And(filters) => self.joined(filters, scope, " AND ", "TRUE"),
            ResolvedFilter::Or(filters) => self.joined(filters, scope, " OR ", "FALSE"),
            ResolvedFilter::Not(inner) => self.unless(|this| this.filter(inner, scope)),
            ResolvedFilter::Compare { target, op, value } => {
                self.compare(target, *op, value, scope);
            }
            ResolvedFilter::Present(target) => {
                self.any(Place::of(target, scope), Test::Present);
            }
            // Resolving refuses brackets inside brackets.
            ResolvedFilter::Any { target, .. } if target.inside => {
                self.sql.push("FALSE");
            }
            ResolvedFilter::Any { target, filter } => self.any_element(target, filter),
            ResolvedFilter::Never => {
                self.sql.push("FALSE");
            }
        }
    }

    fn joined(
        &mut self,
        filters: &'a [ResolvedFilter],
        scope: Scope<'a>,
        between: &'static str,
        empty: &'static str,
    ) {
        if filters.is_empty() {
            self.sql.push(empty);
            return;
        }
        for (index, filter) in filters.iter().enumerate() {
            self.sql.push(if index == 0 { "(" } else { between });
            self.filter(filter, scope);
        }
        self.sql.push(")");
    }

    /// What the inner expression leaves false or unknown is true.
    fn unless(&mut self, inner: impl FnOnce(&mut Self)) {
        self.sql.push("((");
        inner(self);
        self.sql.push(") IS NOT TRUE)");
    }

    fn compare(&mut self, target: &'a Target, op: Op, operand: &'a Operand, scope: Scope<'a>) {
        let place = Place::of(target, scope);
        match (op, operand) {
            (Op::Eq, Operand::Null) => self.unless(|this| this.any(place, Test::Present)),
            (Op::Ne, Operand::Null) => self.any(place, Test::Present),
            (_, Operand::Null) => {
                self.sql.push("FALSE");
            }
            // `ne` also holds for what is unassigned; in a list any other value is enough.
            (Op::Ne, _) if place.is_single() => {
                self.unless(|this| this.any(place, Test::Holds(Op::Eq, operand)));
            }
            (Op::Ne, _) => {
                self.sql.push("(");
                self.unless(|this| this.any(place, Test::Present));
                self.sql.push(" OR ");
                self.any(place, Test::Holds(Op::Ne, operand));
                self.sql.push(")");
            }
            (Op::Eq, _) if let Some(value) = &target.unique => self.holder(value),
            _ => self.any(place, Test::Holds(op, operand)),
        }
    }

    /// Appends that the resource is the one that has a unique value.
    fn holder(&mut self, value: &'a UniqueValue) {
        let UniqueValue { path, key } = value;
        self.sql
            .push("id IN (SELECT q.resource_id FROM unique_values AS q WHERE q.tenant_id = ")
            .bind(self.tenant);
        self.sql.push(" AND q.resource_type = ").bind(self.table.kind());
        self.sql.push(" AND q.path = ").bind(path.as_str());
        self.sql.push(" AND q.value_key = ").bind(key.as_str()).push(")");
    }

    /// Whether any value found at the place passes the test.
    fn any(&mut self, place: Place<'a>, test: Test<'a>) {
        match place {
            // Left to itself SQLite takes a tenant for ten rows and walks it in the order of the
            // page.
            Place::One(leaf @ Leaf::Indexed(_)) if matches!(test, Test::Holds(Op::Eq, _)) => {
                match self.table {
                    Table::Users => {
                        self.sql.push("id IN (SELECT id FROM users WHERE tenant_id = ");
                        self.sql.bind(self.tenant);
                    }
                    Table::Groups => {
                        self.sql.push("id IN (SELECT id FROM groups WHERE tenant_id = ");
                        self.sql.bind(self.tenant);
                    }
                    Table::Resources(resource_type) => {
                        self.sql.push("id IN (SELECT id FROM resources WHERE tenant_id = ");
                        self.sql.bind(self.tenant).push(" AND resource_type = ");
                        self.sql.bind(resource_type);
                    }
                }
                self.sql.push(" AND ");
                leaf.push(self.sql, test);
                self.sql.push(")");
            }
            Place::One(leaf) => leaf.push(self.sql, test),
            Place::Manager(part) => part.push(self.sql, self.tenant, test),
            Place::Each(List::Emails(json), _) if !matches!(test, Test::Holds(Op::Eq, _)) => {
                let leaf = Leaf::Json(json::ELEMENT_VALUE);
                self.each(List::Json(json), Reach::ByOwner, |this| leaf.push(this.sql, test));
            }
            Place::Each(List::Groups, leaf) => match test {
                // Whoever is in a group at all is in one directly, and groups lack none of their
                // parts.
                Test::Present => {
                    self.sql.push(match leaf {
                        Leaf::Nothing => "FALSE",
                        _ => place::IN_ANY_GROUP,
                    });
                }
                Test::Holds(Op::Eq, _) if leaf.is_key() => {
                    self.below(|this| leaf.push(this.sql, test));
                }
                Test::Holds(..) => self.above(|this| leaf.push(this.sql, test)),
            },
            Place::Each(list, leaf) => {
                let reach = match test {
                    Test::Holds(Op::Eq, _) if leaf.is_key() => Reach::ByValue,
                    _ => Reach::ByOwner,
                };
                self.each(list, reach, |this| leaf.push(this.sql, test));
            }
        }
    }

    /// Whether one element of a list satisfies the whole inner filter.
    fn any_element(&mut self, target: &'a Target, inner: &'a ResolvedFilter) {
        let list = List::of(target, self.table);
        if matches!(list, List::Groups) {
            self.any_group(inner);
            return;
        }
        if self.table != Table::Users || !place::is_emails(target) {
            let reach = match pinned(inner) {
                Some(_) => Reach::ByValue,
                None => Reach::ByOwner,
            };
            self.each(list, reach, |this| this.filter(inner, Scope::Element(list)));
            return;
        }
        let emails = List::Emails(Json::list(target));
        // The table of addresses holds nothing but the value. If that is all the filter asks for it
        // gives the answer; if the value is fixed it gives the few users whose search form is worth
        // looking at.
        if let ResolvedFilter::Compare { target, op, value } = inner
            && let Some(leaf) = place::address(target)
            && *op != Op::Ne
            && *value != Operand::Null
        {
            self.any(Place::Each(emails, leaf), Test::Holds(*op, value));
            return;
        }
        self.sql.push("(");
        if let Some((leaf, value)) =
            pinned(inner).and_then(|(target, value)| Some((place::address(target)?, value)))
        {
            self.any(Place::Each(emails, leaf), Test::Holds(Op::Eq, value));
            self.sql.push(" AND ");
        }
        self.each(list, Reach::ByOwner, |this| this.filter(inner, Scope::Element(list)));
        self.sql.push(")");
    }

    /// Whether one of a user's groups satisfies the whole inner filter. A group that is named is
    /// looked into first.
    fn any_group(&mut self, inner: &'a ResolvedFilter) {
        let inside = |this: &mut Self| this.filter(inner, Scope::Element(List::Groups));
        let Some((target, value)) = pinned(inner) else {
            self.above(inside);
            return;
        };
        let named = Place::of(target, Scope::Element(List::Groups));
        self.sql.push("(");
        self.below(|this| this.any(named, Test::Holds(Op::Eq, value)));
        if !matches!(inner, ResolvedFilter::Compare { .. }) {
            self.sql.push(" AND ");
            self.above(inside);
        }
        self.sql.push(")");
    }

    /// Appends that the condition holds of a group `g` that the user is in, directly or not.
    fn above(&mut self, condition: impl FnOnce(&mut Self)) {
        self.sql.push(place::ABOVE_USER);
        condition(self);
        self.sql.push(")");
    }

    /// Appends that the user is in a group `g` of which the condition holds, directly or not, found
    /// from the group.
    fn below(&mut self, condition: impl FnOnce(&mut Self)) {
        self.sql
            .push(
                "id IN (WITH RECURSIVE below (id) AS (SELECT d.member_id \
                 FROM groups AS g CROSS JOIN memberships AS d WHERE g.tenant_id = ",
            )
            .bind(self.tenant)
            .push(" AND d.tenant_id = g.tenant_id AND d.group_id = g.id AND ");
        condition(self);
        self.sql
            .push(
                " UNION SELECT d.member_id FROM below AS b CROSS JOIN memberships AS d \
                 WHERE d.tenant_id = ",
            )
            .bind(self.tenant)
            .push(" AND d.group_id = b.id) SELECT b.id FROM below AS b)");
    }

    /// Appends that the list has an element of which the condition holds. Groups have ways of their
    /// own.
    fn each(&mut self, list: List<'a>, reach: Reach, condition: impl FnOnce(&mut Self)) {
        let (before, after) = match (list, reach) {
            (List::Json(json), _) => {
                self.sql.push("EXISTS (SELECT 1 FROM ");
                json.push_elements(self.sql);
                self.sql.push(" WHERE ");
                condition(self);
                self.sql.push(")");
                return;
            }
            (List::Schemas, _) => {
                self.sql.push("EXISTS (SELECT 1 FROM (SELECT ").bind_typed(schema::USER);
                Piece {
                    sqlite: " AS value UNION ALL SELECT k.key FROM json_each(search) AS k \
                             WHERE instr(k.key, ':') > 0) AS s WHERE ",
                    postgres: " AS value UNION ALL SELECT k.name FROM jsonb_object_keys(search) AS k(name) \
                               WHERE strpos(k.name, ':') > 0) AS s WHERE ",
                }
                .push(self.sql);
                condition(self);
                self.sql.push(")");
                return;
            }
            (List::Emails(_), _) => (
                Piece::common("id IN (SELECT m.user_id FROM user_emails AS m WHERE m.tenant_id = "),
                " AND ",
            ),
            (List::Groups, _) => {
                self.above(condition);
                return;
            }
            // Where the type is asked for too, SQLite would take the primary key, which has it, and
            // read every membership of the tenant.
            (List::Members, Reach::ByValue) => (
                Piece {
                    sqlite: "id IN (SELECT m.group_id FROM memberships AS m \
                             INDEXED BY ix_memberships_member WHERE m.tenant_id = ",
                    postgres: "id IN (SELECT m.group_id FROM memberships AS m WHERE m.tenant_id = ",
                },
                " AND ",
            ),
            (List::Members, Reach::ByOwner) => (
                Piece::common("EXISTS (SELECT 1 FROM memberships AS m WHERE m.tenant_id = "),
                " AND m.group_id = groups.id AND ",
            ),
        };
        before.push(self.sql);
        self.sql.bind(self.tenant).push(after);
        condition(self);
        self.sql.push(")");
    }
}

/// Whether few rows can match, and an index finds them, so that the filter should choose the way to
/// the rows and not the order of the list.
pub(crate) fn narrows(filter: &ResolvedFilter, table: Table<'_>) -> bool {
    match filter {
        ResolvedFilter::And(filters) => filters.iter().any(|inner| narrows(inner, table)),
        ResolvedFilter::Compare { target, .. } if target.unique.is_some() => true,
        ResolvedFilter::Compare { target, op: Op::Eq, value: value @ Operand::String(_) } => {
            match Place::of(target, Scope::Row(table)) {
                Place::One(Leaf::Id { .. } | Leaf::Indexed(_)) => true,
                Place::One(Leaf::Text(column)) => matches!(column, "user_name_key" | "name_key"),
                Place::Manager(part) => part.narrows(value),
                Place::One(_) | Place::Each(List::Json(_) | List::Schemas, _) => false,
                Place::Each(List::Emails(_) | List::Groups | List::Members, leaf) => leaf.is_key(),
            }
        }
        ResolvedFilter::Any { target, filter } if !target.inside => {
            let in_side_table = match List::of(target, table) {
                List::Json(_) => table == Table::Users && place::is_emails(target),
                List::Emails(_) | List::Groups | List::Members => true,
                List::Schemas => false,
            };
            in_side_table && pinned(filter).is_some()
        }
        _ => false,
    }
}

/// The moment, in microseconds, since which every row that matches was changed, if the filter asks
/// for one.
pub(crate) fn changed_since(filter: &ResolvedFilter) -> Option<i64> {
    match filter {
        ResolvedFilter::And(filters) => filters.iter().filter_map(changed_since).max(),
        ResolvedFilter::Compare {
            target,
            op: Op::Gt | Op::Ge | Op::Eq,
            value: Operand::DateTime(moment),
        } if target.schema.is_none()
            && target.attribute == "meta"
            && target.sub.as_deref() == Some("lastModified") =>
        {
            leaf::first_micros(moment)
        }
        _ => None,
    }
}

/// The `value` that every element satisfying the filter must have, if it fixes one.
fn pinned(filter: &ResolvedFilter) -> Option<(&Target, &Operand)> {
    match filter {
        ResolvedFilter::And(filters) => filters.iter().find_map(pinned),
        ResolvedFilter::Compare { target, op: Op::Eq, value: value @ Operand::String(_) }
            if target.inside && target.attribute == "value" =>
        {
            Some((target, value))
        }
        _ => None,
    }
}
