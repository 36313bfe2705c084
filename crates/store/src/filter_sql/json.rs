//! The search form: values at a path, elements of arrays.
//!
//! A search form of another shape than its schema says is no match and never an error: one odd row
//! must not make a whole tenant's searches fail.

use seatlink_scim::Target;

use super::terms::{Piece, Table};
use crate::{SqlBuf, dialect::Dialect};

/// What a path starts from.
#[derive(Clone, Copy)]
enum Root {
    Row,
    /// An element of an array of the row.
    Element,
    /// An element of an array inside such an element, or inside a complex attribute of the row.
    Inner,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Single,
    /// An array of objects with a `value`.
    List,
    /// The target does not tell: a sub-attribute of a registered schema may be a list (RFC 7643
    /// §2.3.8, erratum 8415).
    Either,
}

/// A value of the search form.
#[derive(Clone, Copy)]
pub(super) struct Json<'a> {
    root: Root,
    path: [Option<&'a str>; 3],
    shape: Shape,
    /// The `value` of the first element of the array at the path.
    first: bool,
}

/// An element of a list inside an element.
const INNER_VALUE: Json<'static> = Json {
    root: Root::Inner,
    path: [Some("value"), None, None],
    shape: Shape::Single,
    first: false,
};

/// The `value` of an element of an array of the row.
pub(super) const ELEMENT_VALUE: Json<'static> = Json {
    root: Root::Element,
    path: [Some("value"), None, None],
    shape: Shape::Single,
    first: false,
};

impl<'a> Json<'a> {
    /// A value of the row.
    pub(super) fn in_row(target: &'a Target, table: Table<'_>) -> Self {
        Self {
            root: Root::Row,
            path: [target.schema.as_deref(), Some(&target.attribute), target.sub.as_deref()],
            shape: shape_of_sub(target, table),
            first: false,
        }
    }

    /// The array of the row that a target names.
    pub(super) fn list(target: &'a Target) -> Self {
        Self {
            root: Root::Row,
            path: [target.schema.as_deref(), Some(&target.attribute), None],
            shape: Shape::List,
            first: false,
        }
    }

    /// The sub-attribute of a target, seen from one element.
    pub(super) fn in_elements(target: &'a Target, table: Table<'_>) -> Self {
        Self {
            root: Root::Element,
            path: [target.sub.as_deref(), None, None],
            shape: shape_of_sub(target, table),
            first: false,
        }
    }

    /// A target that is itself relative to one element.
    pub(super) fn in_element(target: &'a Target) -> Self {
        Self {
            root: Root::Element,
            path: [Some(&target.attribute), None, None],
            shape: if target.multi_valued { Shape::List } else { Shape::Single },
            first: false,
        }
    }

    pub(super) fn is_single(&self) -> bool {
        self.shape == Shape::Single
    }

    /// Appends the condition on the value, or on any value where this is a list.
    pub(super) fn push_any(self, sql: &mut SqlBuf<'a>, condition: impl Fn(Self, &mut SqlBuf<'a>)) {
        let any = |sql: &mut SqlBuf<'a>| {
            sql.push("EXISTS (SELECT 1 FROM ");
            self.push_array(sql, " AS i", " AS i(value)");
            sql.push(" WHERE ");
            condition(INNER_VALUE, sql);
            sql.push(")");
        };
        match self.shape {
            Shape::Single => condition(self, sql),
            Shape::List => any(sql),
            Shape::Either => {
                sql.push("(CASE ");
                self.push_type(sql);
                sql.push(" WHEN 'array' THEN ");
                any(sql);
                sql.push(" ELSE ");
                condition(self, sql);
                sql.push(" END)");
            }
        }
    }

    /// Appends the one value that a resource is sorted by; of a list inside an element that is the
    /// first.
    pub(super) fn push_sorted(self, sql: &mut SqlBuf<'a>, value: impl Fn(Self, &mut SqlBuf<'a>)) {
        if self.shape == Shape::Single {
            value(self, sql);
            return;
        }
        sql.push("COALESCE(");
        value(Self { first: true, ..self }, sql);
        sql.push(", ");
        value(self, sql);
        sql.push(")");
    }

    /// Appends the primary element of this array, or else its first, as a table of one row that
    /// [`Json::in_element`] refers to.
    pub(super) fn push_foremost(self, sql: &mut SqlBuf<'a>) {
        self.push_array(sql, " AS e", " WITH ORDINALITY AS e(value, at)");
        Piece {
            sqlite: " ORDER BY ((CASE e.type WHEN 'object' THEN e.value END) ->> '$.primary') IS 'true' DESC, \
                     e.key LIMIT 1",
            postgres: " ORDER BY (e.value ->> 'primary') IS NOT DISTINCT FROM 'true' DESC, e.at LIMIT 1",
        }
        .push(sql);
    }

    /// Appends the elements of this array as a table that [`Json::in_element`] refers to.
    pub(super) fn push_elements(self, sql: &mut SqlBuf<'a>) {
        self.push_array(sql, " AS e", " AS e(value)");
    }

    /// Appends the value as text; NULL if it is absent. An object or array is not NULL.
    pub(super) fn push_text(self, sql: &mut SqlBuf<'a>) {
        sql.push("(");
        self.push_root(sql);
        sql.push(" #>> ");
        self.push_path(sql);
        sql.push(")");
    }

    /// Appends the value as a number of this type; NULL if it is not one.
    pub(super) fn push_number(self, sql: &mut SqlBuf<'a>, sql_type: &'static str) {
        sql.push("(CASE WHEN ");
        self.push_type(sql);
        Piece { sqlite: " IN ('integer', 'real')", postgres: " = 'number'" }.push(sql);
        sql.push(" THEN CAST(");
        self.push_text(sql);
        sql.push(sql_type).push(" END)");
    }

    fn push_array(
        self,
        sql: &mut SqlBuf<'a>,
        sqlite_alias: &'static str,
        postgres_alias: &'static str,
    ) {
        Piece { sqlite: "json_each(", postgres: "jsonb_path_query(" }.push(sql);
        self.push_root(sql);
        Piece { sqlite: ", ", postgres: " #> " }.push(sql);
        self.push_path(sql);
        // In lax mode the path gives no rows for what is no array, where `jsonb_array_elements`
        // fails.
        Piece { sqlite: ")", postgres: ", '$[*]')" }.push(sql);
        Piece { sqlite: sqlite_alias, postgres: postgres_alias }.push(sql);
    }

    /// Appends the JSON type of the value.
    fn push_type(self, sql: &mut SqlBuf<'a>) {
        Piece { sqlite: "json_type(", postgres: "jsonb_typeof(" }.push(sql);
        self.push_root(sql);
        Piece { sqlite: ", ", postgres: " #> " }.push(sql);
        self.push_path(sql);
        sql.push(")");
    }

    fn push_root(self, sql: &mut SqlBuf<'a>) {
        // SQLite would fail on an element that is not JSON itself, such as plain text.
        let root = match self.root {
            Root::Row => Piece::common("search"),
            Root::Element => Piece {
                sqlite: "(CASE e.type WHEN 'object' THEN e.value END)",
                postgres: "e.value",
            },
            Root::Inner => Piece {
                sqlite: "(CASE i.type WHEN 'object' THEN i.value END)",
                postgres: "i.value",
            },
        };
        root.push(sql);
    }

    /// Appends the path with every name bound: `$."a"."b"`, put together once per statement, or an
    /// array.
    fn push_path(self, sql: &mut SqlBuf<'a>) {
        let names = self.path.into_iter().flatten();
        match sql.dialect() {
            Dialect::Sqlite => {
                sql.push("('$");
                for name in names {
                    sql.push(".\"' || ").bind_typed(name).push(" || '\"");
                }
                sql.push(if self.first { "[0].value')" } else { "')" });
            }
            Dialect::Postgres => {
                for (index, name) in names.enumerate() {
                    sql.push(if index == 0 { "ARRAY[" } else { ", " }).bind_typed(name);
                }
                sql.push(if self.first { ", '0', 'value']" } else { "]" });
            }
        }
    }
}

/// No complex attribute of the core schemas of users and groups holds a list.
fn shape_of_sub(target: &Target, table: Table<'_>) -> Shape {
    let is_registered = target.schema.is_some() || matches!(table, Table::Resources(_));
    if is_registered && target.sub.is_some() { Shape::Either } else { Shape::Single }
}
