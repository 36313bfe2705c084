//! Members of groups, kept apart from the group's document.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::edit::{Member, MemberKind, MembersEdit};
use crate::filter::{Filter, Literal, Op};
use crate::{Document, Error, Leniency, Quirk, Repair};

/// Takes the members out of a checked group document, as for POST and PUT.
///
/// ```
/// use seatlink_scim::{Document, members_of};
///
/// let mut group = Document::from_stored(
///     r#"{"displayName":"Sales","members":[{"value":"u1","type":"User"}]}"#,
/// )?;
/// assert_eq!(members_of(&mut group)?[0].value, "u1");
/// assert!(group.get("members").is_none());
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
pub fn members_of(body_document: &mut Document) -> Result<Vec<Member>, Error> {
    match body_document.remove("members") {
        None => Ok(Vec::new()),
        // The document was checked before; forgiving here repairs nothing any more.
        Some(members) => read(members, Leniency::Forgiving, &mut Vec::new()),
    }
}

/// Applies one edit to a member list that is held in memory.
pub fn apply_members(members: &mut Vec<Value>, edit: &MembersEdit) {
    let value_of = |member: &Value| member.get("value").and_then(Value::as_str).map(str::to_owned);
    match edit {
        MembersEdit::Add(added) => {
            let known: HashSet<String> = members.iter().filter_map(value_of).collect();
            let new = added.iter().filter(|member| !known.contains(&member.value));
            members.extend(new.map(Member::to_value));
        }
        MembersEdit::Remove(values) => {
            let values: HashSet<&str> = values.iter().map(String::as_str).collect();
            members.retain(|member| {
                member
                    .get("value")
                    .and_then(Value::as_str)
                    .is_none_or(|value| !values.contains(value))
            });
        }
        MembersEdit::RemoveWhere(filter) => members.retain(|member| !filter.matches(member)),
        MembersEdit::RemoveAll => members.clear(),
        MembersEdit::ReplaceAll(all) => *members = all.iter().map(Member::to_value).collect(),
    }
}

/// Reads members from an array or from one of them, without repetition.
pub(super) fn read(
    value: Value,
    leniency: Leniency,
    repairs: &mut Vec<Repair>,
) -> Result<Vec<Member>, Error> {
    let items = match value {
        Value::Array(items) => items,
        single => vec![single],
    };
    let mut seen = HashSet::with_capacity(items.len());
    let mut members = Vec::with_capacity(items.len());
    let mut bare = false;
    let mut unknown = None;
    for item in items {
        let member = match (item, leniency) {
            (Value::Object(map), _) => member(map, leniency, &mut unknown)?,
            (Value::String(value), Leniency::Forgiving) if !value.is_empty() => {
                bare = true;
                Member { value, kind: None }
            }
            _ => {
                return Err(Error::invalid_value(
                    "Every member must be an object with the id of a user or group as value.",
                ));
            }
        };
        if seen.insert(member.value.clone()) {
            members.push(member);
        }
    }
    if bare {
        repairs.push(Repair { quirk: Quirk::BareValue, at: "members".to_owned() });
    }
    if let Some(key) = unknown {
        repairs.push(Repair { quirk: Quirk::UnknownAttribute, at: format!("members.{key}") });
    }
    Ok(members)
}

/// Reads one member; the first part that means nothing here is reported, one for the whole list.
fn member(
    map: Map<String, Value>,
    leniency: Leniency,
    unknown: &mut Option<String>,
) -> Result<Member, Error> {
    let mut value = None;
    let mut kind = None;
    for (key, part) in map {
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        match part {
            // Entra ID sends `"$ref": null`, Okta `"display": null`.
            Value::Null => {}
            Value::String(text) if is("value") => value = Some(text),
            Value::String(text) if is("type") => {
                kind = [MemberKind::User, MemberKind::Group]
                    .into_iter()
                    .find(|kind| kind.as_str().eq_ignore_ascii_case(&text));
                if kind.is_none() {
                    if leniency == Leniency::Strict {
                        return Err(Error::invalid_value(
                            "The type of a member must be User or Group.",
                        ));
                    }
                    unknown.get_or_insert(key);
                }
            }
            // The server serves $ref, which follows from value and type, and the member's name.
            Value::String(_) if is("$ref") || is("display") => {}
            _ if leniency == Leniency::Forgiving && !is("value") => {
                unknown.get_or_insert(key);
            }
            _ => {
                return Err(Error::invalid_value(format!(
                    "The part members.{key} is unknown or not text; see the Schemas endpoint."
                )));
            }
        }
    }
    match value {
        Some(value) if !value.is_empty() && !value.contains('\0') => Ok(Member { value, kind }),
        _ => Err(Error::invalid_value("Every member needs the id of a user or group as value.")),
    }
}

/// The values of `value eq "a" or value eq "b"`, if the filter is nothing else.
pub(super) fn listed_values(filter: &Filter) -> Option<Vec<String>> {
    let one = |filter: &Filter| match filter {
        Filter::Compare { path, op: Op::Eq, value: Literal::String(value) }
            if path.name.eq_ignore_ascii_case("value")
                && path.urn.is_none()
                && path.sub.is_none() =>
        {
            Some(value.clone())
        }
        _ => None,
    };
    match filter {
        Filter::Or(terms) => terms.iter().map(one).collect(),
        single => one(single).map(|value| vec![value]),
    }
}

/// Whether a name means the members of a group.
pub(super) fn is_members(schema: Option<&str>, name: &str) -> bool {
    schema.is_none() && name == "members"
}
