//! Values on their way into and out of SQL.
//!
//! [`Param`] is closed: the driver decides how each kind is bound. [`Row`] decodes by position.
//! [`SqlBuf`] puts a statement together from `'static` pieces; text known only at run time can be
//! bound but never becomes SQL, because there is no method that would take it.

use std::fmt::Write as _;

use uuid::Uuid;

use crate::{
    Timestamp,
    dialect::{Dialect, Stmt},
    error::Error,
    ids::{
        AppId, AssignmentId, GrantId, GroupId, IntegrationId, MessageId, ResourceId, RoleId,
        SessionId, TenantId, TokenId, UserId,
    },
};

/// One bound value. Times are [`Param::Int`], microseconds since the epoch.
#[derive(Clone, Copy, Debug)]
pub enum Param<'a> {
    Null,
    Bool(bool),
    Int(i64),
    OptInt(Option<i64>),
    Real(f64),
    Text(&'a str),
    OptText(Option<&'a str>),
    Bytes(&'a [u8]),
    OptBytes(Option<&'a [u8]>),
    Id(Uuid),
    OptId(Option<Uuid>),
    /// A JSON document as text: `jsonb` in PostgreSQL; in SQLite text, kept as it is. Both can be
    /// searched with `#>>`. A column that is only returned should be TEXT and take [`Param::Text`].
    Json(&'a str),
    OptJson(Option<&'a str>),
    /// Attribute names from the outside in: `text[]` in PostgreSQL, `$."a"."b"` in SQLite.
    JsonPath(&'a [&'a str]),
    /// A set of ids, for `= ANY($n)` and `unnest($n::uuid[])`.
    Ids(&'a [Uuid]),
    /// A set of texts, for `= ANY($n)` and `unnest($n::text[])`.
    Texts(&'a [&'a str]),
}

impl Param<'_> {
    /// The cast that gives a placeholder a type where PostgreSQL cannot infer one, as in a bare
    /// select list.
    const fn cast(&self) -> &'static str {
        match self {
            Self::Null | Self::Text(_) | Self::OptText(_) => "::text",
            Self::Bool(_) => "::boolean",
            Self::Int(_) | Self::OptInt(_) => "::bigint",
            Self::Real(_) => "::float8",
            Self::Bytes(_) | Self::OptBytes(_) => "::bytea",
            Self::Id(_) | Self::OptId(_) => "::uuid",
            Self::Json(_) | Self::OptJson(_) => "::jsonb",
            Self::JsonPath(_) | Self::Texts(_) => "::text[]",
            Self::Ids(_) => "::uuid[]",
        }
    }
}

macro_rules! param_from {
    ($($from:ty => |$value:ident| $param:expr;)+) => {$(
        impl<'a> From<$from> for Param<'a> {
            fn from($value: $from) -> Self {
                $param
            }
        }
    )+};
}

param_from! {
    bool => |value| Param::Bool(value);
    i64 => |value| Param::Int(value);
    Option<i64> => |value| Param::OptInt(value);
    i32 => |value| Param::Int(i64::from(value));
    u32 => |value| Param::Int(i64::from(value));
    f64 => |value| Param::Real(value);
    &'a str => |value| Param::Text(value);
    &'a String => |value| Param::Text(value);
    Option<&'a str> => |value| Param::OptText(value);
    &'a [u8] => |value| Param::Bytes(value);
    &'a Vec<u8> => |value| Param::Bytes(value);
    Option<&'a [u8]> => |value| Param::OptBytes(value);
    Uuid => |value| Param::Id(value);
    Option<Uuid> => |value| Param::OptId(value);
    &'a [Uuid] => |value| Param::Ids(value);
    &'a [&'a str] => |value| Param::Texts(value);
    Timestamp => |value| Param::Int(value.micros());
    Option<Timestamp> => |value| Param::OptInt(value.map(Timestamp::micros));
}

/// One stored value as a driver hands it over, borrowed from its row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Id(Uuid),
}

/// A row as its driver has it.
pub(crate) trait RawRow {
    fn value(&self, column: usize) -> Result<Value<'_>, Error>;
}

/// One row of a result, valid only while it is being decoded.
pub struct Row<'a>(pub(crate) &'a dyn RawRow);

impl Row<'_> {
    /// The value of the column at this position, counted from zero.
    pub fn get<T: Decode>(&self, column: usize) -> Result<T, Error> {
        T::decode(self, column)
    }

    /// Text without a copy.
    pub fn text(&self, column: usize) -> Result<&str, Error> {
        match self.value(column)? {
            Value::Text(text) => Ok(text),
            other => Err(mismatch(column, "text", other)),
        }
    }

    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, Error> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(mismatch(column, "text or null", other)),
        }
    }

    pub fn bytes(&self, column: usize) -> Result<&[u8], Error> {
        match self.value(column)? {
            Value::Bytes(bytes) => Ok(bytes),
            other => Err(mismatch(column, "bytes", other)),
        }
    }

    fn value(&self, column: usize) -> Result<Value<'_>, Error> {
        self.0.value(column)
    }
}

fn mismatch(column: usize, wanted: &str, found: Value<'_>) -> Error {
    // The value itself may be a secret; its kind is enough to find the mistake.
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Int(_) => "an integer",
        Value::Real(_) => "a real number",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
        Value::Id(_) => "an id",
    };
    Error::driver(format!("column {column}: wanted {wanted}, found {found}"))
}

/// A type that one column can be read as.
pub trait Decode: Sized {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error>;
}

impl Decode for bool {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        match row.value(column)? {
            Value::Bool(value) => Ok(value),
            // SQLite has no boolean type.
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other => Err(mismatch(column, "a boolean", other)),
        }
    }
}

impl Decode for i64 {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        match row.value(column)? {
            Value::Int(value) => Ok(value),
            other => Err(mismatch(column, "an integer", other)),
        }
    }
}

impl Decode for f64 {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        match row.value(column)? {
            Value::Real(value) => Ok(value),
            other => Err(mismatch(column, "a real number", other)),
        }
    }
}

macro_rules! decode_narrow_ints {
    ($($name:ty),+) => {$(
        impl Decode for $name {
            fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
                let wide = i64::decode(row, column)?;
                Self::try_from(wide)
                    .map_err(|_| Error::driver(format!("column {column}: {wide} is out of range")))
            }
        }
    )+};
}

decode_narrow_ints!(i32, u16, u32, u64);

impl Decode for String {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        row.text(column).map(str::to_owned)
    }
}

impl Decode for Vec<u8> {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        row.bytes(column).map(<[u8]>::to_vec)
    }
}

impl<const N: usize> Decode for [u8; N] {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        let bytes = row.bytes(column)?;
        Self::try_from(bytes).map_err(|_| {
            Error::driver(format!("column {column}: wanted {N} bytes, found {}", bytes.len()))
        })
    }
}

impl Decode for Uuid {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        match row.value(column)? {
            Value::Id(id) => Ok(id),
            // SQLite keeps an id as its 16 bytes.
            Value::Bytes(bytes) => Uuid::from_slice(bytes).map_err(Error::driver),
            other => Err(mismatch(column, "an id", other)),
        }
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        match row.value(column)? {
            Value::Null => Ok(None),
            _ => T::decode(row, column).map(Some),
        }
    }
}

impl Decode for Timestamp {
    fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        i64::decode(row, column).map(Self::from_micros)
    }
}

macro_rules! typed_ids {
    ($($name:ident)+) => {$(
        impl Decode for $name {
            fn decode(row: &Row<'_>, column: usize) -> Result<Self, Error> {
                Uuid::decode(row, column).map(Self::from)
            }
        }

        impl From<$name> for Param<'_> {
            fn from(id: $name) -> Self {
                Param::Id(id.uuid())
            }
        }
    )+};
}

typed_ids! {
    AppId AssignmentId GrantId GroupId IntegrationId MessageId ResourceId RoleId SessionId TenantId TokenId UserId
}

/// What a [`crate::Session`] runs: a fixed text, or one that was put together.
#[derive(Clone, Copy, Debug)]
pub enum Query<'q> {
    Fixed(Stmt),
    Built(&'q SqlBuf<'q>),
}

impl Query<'_> {
    /// Whether [`crate::Db::access_changes`] counts its commit. No text that is put together
    /// changes access.
    pub(crate) const fn changes_access(self) -> bool {
        match self {
            Self::Fixed(stmt) => stmt.changes_access(),
            Self::Built(_) => false,
        }
    }
}

impl From<&'static str> for Query<'_> {
    fn from(sql: &'static str) -> Self {
        Self::Fixed(Stmt::common(sql))
    }
}

impl From<Stmt> for Query<'_> {
    fn from(stmt: Stmt) -> Self {
        Self::Fixed(stmt)
    }
}

impl<'q> From<&'q SqlBuf<'_>> for Query<'q> {
    fn from(sql: &'q SqlBuf<'_>) -> Self {
        Self::Built(sql)
    }
}

/// A statement put together from fixed pieces and bound values.
///
/// It carries its own parameters, so it runs with an empty parameter list:
/// `tx.fetch_all(&sql, &[], from_row)`.
#[derive(Clone, Debug)]
pub struct SqlBuf<'a> {
    dialect: Dialect,
    sql: String,
    params: Vec<Param<'a>>,
}

impl<'a> SqlBuf<'a> {
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, sql: String::with_capacity(256), params: Vec::with_capacity(8) }
    }

    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub fn push(&mut self, piece: &'static str) -> &mut Self {
        self.sql.push_str(piece);
        self
    }

    /// Appends the next placeholder, which stands for this value.
    pub fn bind(&mut self, param: impl Into<Param<'a>>) -> &mut Self {
        self.params.push(param.into());
        write!(self.sql, "${}", self.params.len()).expect("writing to a String cannot fail");
        self
    }

    /// Like [`SqlBuf::bind`], with a cast: for places such as a select list, where PostgreSQL has
    /// nothing to infer the type of a placeholder from.
    pub fn bind_typed(&mut self, param: impl Into<Param<'a>>) -> &mut Self {
        let param = param.into();
        self.bind(param).push(param.cast())
    }

    /// Appends the test whether the expression before it is one of these ids.
    pub fn in_ids(&mut self, ids: &'a [Uuid]) -> &mut Self {
        self.push("= ANY(").bind_typed(Param::Ids(ids)).push(")")
    }

    /// Appends the text at a JSON path of a document column.
    pub fn json_text(&mut self, column: &'static str, path: &'a [&'a str]) -> &mut Self {
        self.push("(").push(column).push(" #>> ").bind_typed(Param::JsonPath(path)).push(")")
    }

    /// Appends the elements of the array at a JSON path as the table `e` with the column `value`.
    pub fn json_elements(&mut self, column: &'static str, path: &'a [&'a str]) -> &mut Self {
        let around = self.dialect.json_elements();
        self.push(around.before).push(column).push(around.between);
        self.bind_typed(Param::JsonPath(path)).push(around.after)
    }

    pub fn sql(&self) -> &str {
        &self.sql
    }

    pub fn params(&self) -> &[Param<'a>] {
        &self.params
    }
}
