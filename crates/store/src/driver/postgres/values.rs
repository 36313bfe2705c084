//! Values, rows and errors between our types and PostgreSQL's.

use std::{error::Error as StdError, io};

use bytes::{BufMut as _, BytesMut};
use tokio_postgres::{
    Row,
    error::SqlState,
    types::{FromSql, IsNull, Kind, ToSql, Type, to_sql_checked},
};
use uuid::Uuid;

use crate::{
    error::{Constraint, Error},
    sql::{Param, RawRow, Value},
};

type Boxed = Box<dyn StdError + Sync + Send>;

/// A parameter, encoded as the type that PostgreSQL inferred for its placeholder.
#[derive(Debug)]
pub(super) struct Bound<'a>(pub(super) &'a Param<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        let ty = base(ty);
        match *self.0 {
            Param::Null
            | Param::OptInt(None)
            | Param::OptText(None)
            | Param::OptBytes(None)
            | Param::OptId(None)
            | Param::OptJson(None) => Ok(IsNull::Yes),
            Param::Bool(value) => checked(ty, &[Type::BOOL], || value.to_sql(ty, out)),
            Param::Int(value) | Param::OptInt(Some(value)) => int(value, ty, out),
            Param::Real(value) => real(value, ty, out),
            Param::Text(text)
            | Param::OptText(Some(text))
            | Param::Json(text)
            | Param::OptJson(Some(text)) => self::text(text, ty, out),
            Param::Bytes(bytes) | Param::OptBytes(Some(bytes)) => {
                checked(ty, &[Type::BYTEA], || bytes.to_sql(ty, out))
            }
            Param::Id(id) | Param::OptId(Some(id)) => {
                checked(ty, &[Type::UUID], || id.to_sql(ty, out))
            }
            Param::JsonPath(texts) | Param::Texts(texts) => {
                checked(ty, &[Type::TEXT_ARRAY, Type::VARCHAR_ARRAY], || texts.to_sql(ty, out))
            }
            Param::Ids(ids) => checked(ty, &[Type::UUID_ARRAY], || ids.to_sql(ty, out)),
        }
    }

    fn accepts(_: &Type) -> bool {
        // Which kinds fit which types is decided per value, in `to_sql`.
        true
    }

    to_sql_checked!();
}

fn checked(
    ty: &Type,
    fits: &[Type],
    encode: impl FnOnce() -> Result<IsNull, Boxed>,
) -> Result<IsNull, Boxed> {
    if fits.contains(ty) { encode() } else { misfit(ty) }
}

fn misfit(ty: &Type) -> Result<IsNull, Boxed> {
    Err(format!("the value is of another kind than its placeholder, which is {ty}").into())
}

fn int(value: i64, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
    match *ty {
        Type::INT8 => out.put_i64(value),
        Type::INT4 => out.put_i32(i32::try_from(value)?),
        Type::INT2 => out.put_i16(i16::try_from(value)?),
        #[expect(
            clippy::cast_precision_loss,
            reason = "comparing with a real number is inexact by nature"
        )]
        Type::FLOAT8 => out.put_f64(value as f64),
        _ => return misfit(ty),
    }
    Ok(IsNull::No)
}

fn real(value: f64, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
    match *ty {
        Type::FLOAT8 => out.put_f64(value),
        _ => return misfit(ty),
    }
    Ok(IsNull::No)
}

fn text(text: &str, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
    match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON => {}
        // The version of the binary form, followed by the text.
        Type::JSONB => out.put_u8(1),
        _ => return misfit(ty),
    }
    out.put_slice(text.as_bytes());
    Ok(IsNull::No)
}

/// The type under a domain, as in `information_schema`.
fn base(ty: &Type) -> &Type {
    match ty.kind() {
        Kind::Domain(inner) => base(inner),
        _ => ty,
    }
}

struct Cell<'a>(Value<'a>);

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Boxed> {
        let ty = base(ty);
        Ok(Self(match *ty {
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i64::from(i32::from_sql(ty, raw)?)),
            Type::INT2 => Value::Int(i64::from(i16::from_sql(ty, raw)?)),
            Type::FLOAT8 => Value::Real(f64::from_sql(ty, raw)?),
            Type::FLOAT4 => Value::Real(f64::from(f32::from_sql(ty, raw)?)),
            Type::UUID => Value::Id(Uuid::from_sql(ty, raw)?),
            Type::BYTEA => Value::Bytes(raw),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON => {
                Value::Text(std::str::from_utf8(raw)?)
            }
            Type::JSONB => match raw {
                [1, text @ ..] => Value::Text(std::str::from_utf8(text)?),
                _ => return Err("an unknown binary form of jsonb".into()),
            },
            _ => return Err(format!("a column of type {ty} cannot be read").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Boxed> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        // Decided in `from_sql`, which names the type it cannot read.
        true
    }
}

impl RawRow for Row {
    fn value(&self, column: usize) -> Result<Value<'_>, Error> {
        self.try_get::<_, Cell<'_>>(column).map(|cell| cell.0).map_err(Error::driver)
    }
}

/// Turns PostgreSQL's answer into ours.
pub(super) fn classify(error: tokio_postgres::Error) -> Error {
    let Some(answer) = error.as_db_error() else {
        let lost = error.is_closed() || error.source().is_some_and(<dyn StdError>::is::<io::Error>);
        return if lost { Error::Unavailable(describe(&error)) } else { Error::driver(error) };
    };
    let code = answer.code();
    if *code == SqlState::UNIQUE_VIOLATION || *code == SqlState::EXCLUSION_VIOLATION {
        return Error::Conflict(Constraint::from_name(answer.constraint().unwrap_or("unnamed")));
    }
    if *code == SqlState::FOREIGN_KEY_VIOLATION {
        return Error::Conflict(Constraint::Other(String::from("foreign key")));
    }
    // Classes of SQLSTATE: 40 transaction rollback, 08 connection, 53 insufficient resources, 57P
    // operator intervention, 25006 a standby.
    match code.code() {
        "55P03" | "57014" => Error::Busy,
        code if code.starts_with("40") => Error::Busy,
        "25006" => Error::Unavailable(describe(&error)),
        code if ["08", "53", "57P"].iter().any(|class| code.starts_with(class)) => {
            Error::Unavailable(describe(&error))
        }
        _ => Error::driver(error),
    }
}

fn describe(error: &tokio_postgres::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
