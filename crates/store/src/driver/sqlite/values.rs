//! Values, rows and errors between our types and SQLite's.

use std::{fmt::Write as _, rc::Rc};

use rusqlite::{
    Connection, ErrorCode, OptionalExtension as _, ToSql, ffi,
    types::{ToSqlOutput, Value as Owned, ValueRef},
};

use crate::{
    error::{Constraint, Error},
    sql::{Param, RawRow, Value},
};

/// A parameter in the form in which SQLite takes it.
pub(super) enum Bound<'a> {
    Plain(ValueRef<'a>),
    Id([u8; 16]),
    Path(String),
    Set(Rc<Vec<Owned>>),
}

impl<'a> Bound<'a> {
    pub(super) fn new(param: &Param<'a>) -> Result<Self, Error> {
        let plain = match *param {
            Param::Null | Param::OptId(None) => ValueRef::Null,
            Param::Bool(value) => ValueRef::Integer(i64::from(value)),
            Param::Int(value) => ValueRef::Integer(value),
            Param::OptInt(value) => value.map_or(ValueRef::Null, ValueRef::Integer),
            Param::Real(value) => ValueRef::Real(value),
            Param::Text(text) | Param::Json(text) => ValueRef::Text(text.as_bytes()),
            Param::OptText(text) | Param::OptJson(text) => {
                text.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()))
            }
            Param::Bytes(bytes) => ValueRef::Blob(bytes),
            Param::OptBytes(bytes) => bytes.map_or(ValueRef::Null, ValueRef::Blob),
            Param::Id(id) | Param::OptId(Some(id)) => return Ok(Self::Id(*id.as_bytes())),
            Param::JsonPath(path) => return json_path(path).map(Self::Path),
            Param::Ids(ids) => {
                let set = ids.iter().map(|id| Owned::Blob(id.as_bytes().to_vec()));
                return Ok(Self::Set(Rc::new(set.collect())));
            }
            Param::Texts(texts) => {
                let set = texts.iter().map(|text| Owned::Text((*text).to_owned()));
                return Ok(Self::Set(Rc::new(set.collect())));
            }
        };
        Ok(Self::Plain(plain))
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Plain(value) => Ok(ToSqlOutput::Borrowed(*value)),
            Self::Id(id) => Ok(ToSqlOutput::Borrowed(ValueRef::Blob(id))),
            Self::Path(path) => Ok(ToSqlOutput::Borrowed(ValueRef::Text(path.as_bytes()))),
            Self::Set(values) => values.to_sql(),
        }
    }
}

fn json_path(path: &[&str]) -> Result<String, Error> {
    let mut text = String::from("$");
    for name in path {
        // SQLite's path syntax has no escape for a quotation mark. No attribute name has one
        // either.
        if name.contains(['"', '\\']) {
            return Err(Error::driver(
                "a JSON path cannot name an attribute with a quotation mark",
            ));
        }
        write!(text, ".\"{name}\"").expect("writing to a String cannot fail");
    }
    Ok(text)
}

impl RawRow for rusqlite::Row<'_> {
    fn value(&self, column: usize) -> Result<Value<'_>, Error> {
        Ok(match self.get_ref(column).map_err(Error::driver)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(value) => Value::Int(value),
            ValueRef::Real(value) => Value::Real(value),
            ValueRef::Text(text) => Value::Text(std::str::from_utf8(text).map_err(Error::driver)?),
            ValueRef::Blob(bytes) => Value::Bytes(bytes),
        })
    }
}

/// Turns SQLite's answer into ours. The connection is asked for the name of a violated unique
/// index.
pub(super) fn classify(error: rusqlite::Error, connection: Option<&Connection>) -> Error {
    let rusqlite::Error::SqliteFailure(failure, message) = &error else {
        return Error::driver(error);
    };
    let message = message.as_deref().unwrap_or_default();
    match failure.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => {
            return Error::Conflict(Constraint::from_name(&violated_index(message, connection)));
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
            return Error::Conflict(Constraint::Other(String::from("foreign key")));
        }
        _ => {}
    }
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Busy,
        ErrorCode::OperationInterrupted => Error::TooLong,
        ErrorCode::DiskFull
        | ErrorCode::CannotOpen
        | ErrorCode::SystemIoFailure
        | ErrorCode::ReadOnly
        | ErrorCode::OutOfMemory
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase => Error::Unavailable(error.to_string()),
        _ => Error::driver(error),
    }
}

/// SQLite names an expression index (`index 'name'`), but for others only lists `table.column, ..`.
/// The schema knows which index has these columns.
fn violated_index(message: &str, connection: Option<&Connection>) -> String {
    let detail = message.rsplit_once("failed: ").map_or(message, |(_, detail)| detail);
    if let Some(name) = detail.strip_prefix("index '") {
        return name.trim_end_matches('\'').to_owned();
    }
    let mut columns: Vec<&str> = Vec::new();
    let mut table = "";
    for part in detail.split(", ") {
        if let Some((left, column)) = part.split_once('.') {
            table = left;
            columns.push(column);
        }
    }
    let found = connection.and_then(|connection| {
        find_index(connection, table, &columns.join(",")).unwrap_or_default()
    });
    found.unwrap_or_else(|| format!("{table}_pkey"))
}

/// The unique index of a table on exactly these columns; `None` if it is the primary key.
fn find_index(
    connection: &Connection,
    table: &str,
    columns: &str,
) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached(
            "SELECT l.name FROM pragma_index_list(?1) AS l
            WHERE l.\"unique\" = 1 AND l.origin <> 'pk' AND ?2 = (
                SELECT group_concat(i.name, ',') FROM
                    (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno) AS i)",
        )?
        .query_row([table, columns], |row| row.get(0))
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_path_quotes_each_name() {
        let path = json_path(&["urn:ietf:params:scim:2.0:User", "name"]);
        assert_eq!(path.ok().as_deref(), Some(r#"$."urn:ietf:params:scim:2.0:User"."name""#));
        assert!(json_path(&["a\"b"]).is_err());
    }
}
