//! What an attribute is compared with: the right side of a comparison, as the type of the left side has it.

use super::{Literal, Op, Operand};
use crate::schema::{Attribute, Kind};
use crate::{AttrPath, Error, Leniency, Quirk, fold, resolve_date_time};

/// Reads a literal as a value of the attribute's type.
pub(super) fn operand(
    attribute: &Attribute,
    op: Op,
    value: &Literal,
    path: &AttrPath,
    leniency: Leniency,
    repair: impl Fn(Quirk),
) -> Result<Operand, Error> {
    let mismatch = |wanted: &str| {
        Err(Error::invalid_filter(format!(
            "The attribute {path} can only be compared with {wanted}."
        )))
    };
    let not_defined = || {
        let defined = match attribute.kind {
            Kind::Boolean | Kind::Binary => "eq, ne or pr",
            _ => "eq, ne, gt, ge, lt, le or pr",
        };
        Err(Error::invalid_filter(format!(
            "The operator {} is not defined for {path}, which is of type {}; use {defined}.",
            op.keyword(),
            attribute.kind.keyword()
        )))
    };
    let is_equality = matches!(op, Op::Eq | Op::Ne);
    let is_substring = matches!(op, Op::Co | Op::Sw | Op::Ew);
    match attribute.kind {
        Kind::String | Kind::Reference => match value {
            // A zero character cannot be stored, so it cannot be looked for either.
            Literal::String(text) if text.contains('\0') => Err(Error::invalid_filter(
                "A text in the filter holds a zero character; leave it out.",
            )),
            Literal::String(text) if attribute.case_exact => Ok(Operand::String(text.clone())),
            Literal::String(text) => Ok(Operand::String(fold(text))),
            // `employeeNumber eq 701984`; other numbers may not be written as they were meant.
            Literal::Number(number) if leniency == Leniency::Forgiving && number.is_u64() => {
                repair(Quirk::UnquotedText);
                Ok(Operand::String(number.to_string()))
            }
            _ => mismatch("text"),
        },
        Kind::Boolean | Kind::Binary if !is_equality => not_defined(),
        Kind::Integer | Kind::Decimal | Kind::DateTime if is_substring => not_defined(),
        Kind::Boolean => match value {
            Literal::Bool(value) => Ok(Operand::Bool(*value)),
            Literal::String(text) if leniency == Leniency::Forgiving => {
                let flag = match text.to_ascii_lowercase().as_str() {
                    "true" => true,
                    "false" => false,
                    _ => return mismatch("true or false"),
                };
                repair(Quirk::StringBoolean);
                Ok(Operand::Bool(flag))
            }
            _ => mismatch("true or false"),
        },
        Kind::Integer | Kind::Decimal => match value {
            Literal::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => Ok(Operand::Integer(integer)),
                (None, Some(decimal)) => Ok(Operand::Decimal(decimal)),
                (None, None) => mismatch("a number of ordinary size"),
            },
            _ => mismatch("a number"),
        },
        Kind::DateTime => match value {
            Literal::String(text) => match resolve_date_time(text) {
                Some(fixed) => Ok(Operand::DateTime(fixed)),
                None => mismatch("a date and time such as 2011-05-13T04:42:34Z"),
            },
            _ => mismatch("a date and time such as 2011-05-13T04:42:34Z"),
        },
        Kind::Binary => match value {
            Literal::String(text) => Ok(Operand::String(text.clone())),
            _ => mismatch("base64 text"),
        },
        Kind::Complex => not_defined(),
    }
}
