//! Reading a PATCH message.

use serde_json::{Map, Value};

use crate::{Error, Leniency, Path, Quirk, Repair};

/// The URN of the PATCH message.
pub const PATCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The most operations of one request; each may walk over all values of an attribute.
pub const MAX_OPERATIONS: usize = 10_000;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PatchOp {
    /// Add values.
    Add,
    /// Remove values.
    Remove,
    /// Replace values.
    Replace,
}

impl PatchOp {
    /// The name in a message.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Replace => "replace",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Add, Self::Remove, Self::Replace].into_iter().find(|op| op.as_str() == name)
    }
}

/// One operation, before any schema was consulted.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// What to do.
    pub op: PatchOp,
    /// Where.
    pub path: Option<Path>,
    /// With what; an explicit null stays apart from no value.
    pub value: Option<Value>,
}

/// A PATCH message.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchRequest {
    /// The operations; one or more.
    pub operations: Vec<Operation>,
}

/// Reads a PATCH message.
///
/// ```
/// use seatlink_scim::{Leniency, patch};
/// use serde_json::json;
///
/// let body = json!({
///     "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
///     "Operations": [{"op": "Replace", "path": "active", "value": "False"}],
/// });
/// assert!(patch::parse(body.clone(), Leniency::Strict).is_err());
/// let (request, repairs) = patch::parse(body, Leniency::Forgiving)?;
/// assert_eq!(request.operations[0].op, patch::PatchOp::Replace);
/// assert_eq!(repairs.len(), 1);
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
pub fn parse(body: Value, leniency: Leniency) -> Result<(PatchRequest, Vec<Repair>), Error> {
    let Value::Object(mut body) = body else {
        return Err(Error::invalid_syntax("The body must be a JSON object."));
    };
    let names_schema = take(&mut body, "schemas").is_some_and(|schemas| {
        schemas.as_array().is_some_and(|urns| {
            urns.iter().filter_map(Value::as_str).any(|urn| urn.eq_ignore_ascii_case(PATCH_SCHEMA))
        })
    });
    if !names_schema {
        return Err(Error::invalid_syntax(format!(
            "The list schemas must name {PATCH_SCHEMA}; add it."
        )));
    }
    let operations = match take(&mut body, "Operations") {
        Some(Value::Array(operations)) if !operations.is_empty() => operations,
        _ => {
            return Err(Error::invalid_syntax(
                "Operations must be an array with one or more objects.",
            ));
        }
    };
    if operations.len() > MAX_OPERATIONS {
        return Err(Error::payload_too_large(format!(
            "The request has more than {MAX_OPERATIONS} operations; split it."
        )));
    }
    let mut repairs = Vec::new();
    let operations = operations
        .into_iter()
        .enumerate()
        .map(|(position, value)| operation(position, value, leniency, &mut repairs))
        .collect::<Result<_, _>>()?;
    Ok((PatchRequest { operations }, repairs))
}

fn operation(
    position: usize,
    value: Value,
    leniency: Leniency,
    repairs: &mut Vec<Repair>,
) -> Result<Operation, Error> {
    let Value::Object(mut map) = value else {
        return Err(Error::invalid_syntax("Every operation must be a JSON object."));
    };
    let mut repair = |quirk| repairs.push(Repair { quirk, at: format!("Operations[{position}]") });
    let unknown = |name: &str| {
        Error::invalid_syntax(format!("The op {name:?} is unknown; use add, remove or replace."))
    };
    let op = match (take(&mut map, "op"), leniency) {
        (Some(Value::String(name)), _) if PatchOp::from_name(&name).is_some() => {
            PatchOp::from_name(&name).ok_or_else(|| unknown(&name))?
        }
        (Some(Value::String(name)), Leniency::Forgiving) => {
            let op =
                PatchOp::from_name(&name.to_ascii_lowercase()).ok_or_else(|| unknown(&name))?;
            repair(Quirk::OperatorCase);
            op
        }
        (Some(Value::String(name)), Leniency::Strict) => return Err(unknown(&name)),
        (None, Leniency::Forgiving) => {
            repair(Quirk::MissingOperator);
            PatchOp::Replace
        }
        (None, Leniency::Strict) => {
            return Err(Error::invalid_syntax(
                "Every operation needs an op: add, remove or replace.",
            ));
        }
        (Some(_), _) => return Err(Error::invalid_syntax("The op of an operation must be text.")),
    };
    let path = match (take(&mut map, "path"), leniency) {
        (None | Some(Value::Null), _) => None,
        (Some(Value::String(path)), Leniency::Forgiving) if path.trim().is_empty() => {
            repair(Quirk::EmptyPath);
            None
        }
        (Some(Value::String(path)), _) => Some(Path::parse(&path)?),
        (Some(_), _) => return Err(Error::invalid_path("A path must be text.")),
    };
    Ok(Operation { op, path, value: take(&mut map, "value") })
}

/// Takes a member out of an object; names in any letter case (RFC 7643 §2.1).
fn take(map: &mut Map<String, Value>, name: &str) -> Option<Value> {
    if let Some(value) = map.remove(name) {
        return Some(value);
    }
    let key = map.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    map.remove(&key)
}
