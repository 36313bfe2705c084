//! Evaluating a resolved filter in memory.
//!
//! This is the meaning of the language; translations into SQL are tested against it. It reads a
//! resource as it is returned and also its search form, with the same answer.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use super::{Op, Operand, ResolvedFilter, Target};
use crate::document::is_unassigned;
use crate::search_form::fold_cow;
use crate::{Kind, resolve_date_time};

pub(super) fn matches(filter: &ResolvedFilter, view: &Value) -> bool {
    match filter {
        ResolvedFilter::And(filters) => filters.iter().all(|inner| matches(inner, view)),
        ResolvedFilter::Or(filters) => filters.iter().any(|inner| matches(inner, view)),
        ResolvedFilter::Not(inner) => !matches(inner, view),
        ResolvedFilter::Compare { target, op, value } => compare(target, *op, value, view),
        ResolvedFilter::Present(target) => any_value(target, view, |_| true),
        ResolvedFilter::Any { target, filter } => {
            attribute(target, view).is_some_and(|list| match list {
                Value::Array(elements) => elements.iter().any(|element| matches(filter, element)),
                single => matches(filter, single),
            })
        }
        ResolvedFilter::Never => false,
    }
}

fn compare(target: &Target, op: Op, operand: &Operand, view: &Value) -> bool {
    if *operand == Operand::Null {
        let present = any_value(target, view, |_| true);
        return match op {
            Op::Eq => !present,
            Op::Ne => present,
            _ => false,
        };
    }
    if op == Op::Ne {
        // `ne` also holds for what is unassigned; on a list any other value is enough.
        let assigned = any_value(target, view, |_| true);
        return !assigned
            || any_value(target, view, |value| !holds(target, Op::Eq, operand, value));
    }
    any_value(target, view, |value| holds(target, op, operand, value))
}

fn attribute<'a>(target: &Target, view: &'a Value) -> Option<&'a Value> {
    // The element of a simple list is its own value.
    if target.inside && !view.is_object() {
        return (target.attribute == "value").then_some(view);
    }
    match &target.schema {
        Some(urn) => view.get(urn)?.get(&target.attribute),
        None => view.get(&target.attribute),
    }
}

/// Whether any assigned value of the target passes the test.
fn any_value(target: &Target, view: &Value, test: impl Fn(&Value) -> bool) -> bool {
    let Some(found) = attribute(target, view) else {
        // RFC 7643 §2.4: an element without primary is not primary.
        return target.inside && is_primary_flag(target) && test(&Value::Bool(false));
    };
    match (&target.sub, found) {
        (None, Value::Array(items)) => {
            items.iter().any(|item| !is_unassigned(item) && test(unwrapped(target, item)))
        }
        (None, single) => !is_unassigned(single) && test(single),
        (Some(sub), Value::Array(items)) => {
            items.iter().any(|item| sub_value(target, sub, item, &test))
        }
        (Some(sub), single) => sub_value(target, sub, single, &test),
    }
}

/// In the search form the elements of a simple list are objects with a `value`.
fn unwrapped<'a>(target: &Target, item: &'a Value) -> &'a Value {
    match item {
        Value::Object(map) if target.kind != Kind::Complex => map.get("value").unwrap_or(item),
        _ => item,
    }
}

fn sub_value(target: &Target, sub: &str, item: &Value, test: &impl Fn(&Value) -> bool) -> bool {
    match item {
        Value::Object(map) => match map.get(sub) {
            Some(Value::Array(inner)) => {
                inner.iter().any(|value| !is_unassigned(value) && test(unwrapped(target, value)))
            }
            Some(value) => !is_unassigned(value) && test(value),
            None => target.multi_valued && is_primary_flag(target) && test(&Value::Bool(false)),
        },
        simple => sub == "value" && !is_unassigned(simple) && test(simple),
    }
}

fn is_primary_flag(target: &Target) -> bool {
    target.kind == Kind::Boolean && target.leaf() == "primary"
}

fn holds(target: &Target, op: Op, operand: &Operand, value: &Value) -> bool {
    match operand {
        Operand::String(wanted) => {
            let Some(text) = value.as_str() else { return false };
            let text = if target.case_exact { Cow::Borrowed(text) } else { fold_cow(text) };
            match op {
                Op::Co => text.contains(wanted.as_str()),
                Op::Sw => text.starts_with(wanted.as_str()),
                Op::Ew => text.ends_with(wanted.as_str()),
                _ => ordered(op, text.as_ref().cmp(wanted.as_str())),
            }
        }
        Operand::Bool(wanted) => {
            let actual = match value {
                Value::Bool(actual) => *actual,
                // The search form holds booleans as text.
                Value::String(text) => text == "true",
                _ => return false,
            };
            op == Op::Eq && actual == *wanted
        }
        Operand::Integer(wanted) => match (value.as_i64(), value.as_f64()) {
            (Some(actual), _) => ordered(op, actual.cmp(wanted)),
            (None, Some(actual)) => compare_decimal(op, actual, to_decimal(*wanted)),
            (None, None) => false,
        },
        Operand::Decimal(wanted) => {
            value.as_f64().is_some_and(|actual| compare_decimal(op, actual, *wanted))
        }
        Operand::DateTime(wanted) => value
            .as_str()
            .and_then(resolve_date_time)
            .is_some_and(|actual| ordered(op, actual.as_str().cmp(wanted))),
        Operand::Null => false,
    }
}

fn compare_decimal(op: Op, actual: f64, wanted: f64) -> bool {
    actual.partial_cmp(&wanted).is_some_and(|ordering| ordered(op, ordering))
}

/// The nearest decimal; JSON numbers carry no more than that.
fn to_decimal(integer: i64) -> f64 {
    serde_json::Number::from(integer).as_f64().unwrap_or(f64::NAN)
}

fn ordered(op: Op, ordering: Ordering) -> bool {
    match op {
        Op::Eq => ordering.is_eq(),
        Op::Gt => ordering.is_gt(),
        Op::Ge => ordering.is_ge(),
        Op::Lt => ordering.is_lt(),
        Op::Le => ordering.is_le(),
        Op::Ne => ordering.is_ne(),
        Op::Co | Op::Sw | Op::Ew => false,
    }
}
