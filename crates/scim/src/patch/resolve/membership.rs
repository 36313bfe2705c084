//! Operations on the members of a group.

use std::collections::HashSet;

use serde_json::Value;

use super::super::edit::{Edit, MembersEdit};
use super::super::members;
use super::super::parse::PatchOp;
use super::removal::takes_no_value;
use super::{Resolver, no_value};
use crate::filter::Filter;
use crate::schema::Attribute;
use crate::validate::At;
use crate::{Error, Quirk};

impl Resolver<'_> {
    pub(super) fn members(&mut self, op: PatchOp, value: Option<Value>) -> Result<(), Error> {
        let edit = match (op, value) {
            (PatchOp::Remove, None) | (PatchOp::Remove | PatchOp::Replace, Some(Value::Null)) => {
                MembersEdit::RemoveAll
            }
            (PatchOp::Remove, Some(_)) if !self.forgives() => {
                return Err(takes_no_value(At::new(None, "members")));
            }
            // Entra ID lists who leaves; emptying the group instead would be a nasty surprise.
            (PatchOp::Remove, Some(listed)) => {
                let listed = members::read(listed, self.leniency, &mut self.cleaner.repairs)?;
                self.cleaner.repair(Quirk::RemoveListed, "members");
                MembersEdit::Remove(listed.into_iter().map(|member| member.value).collect())
            }
            (_, None) => return Err(no_value(At::new(None, "members"))),
            (PatchOp::Add, Some(Value::Null)) => return Ok(()),
            (PatchOp::Add, Some(value)) => {
                let added = members::read(value, self.leniency, &mut self.cleaner.repairs)?;
                MembersEdit::Add(added)
            }
            (PatchOp::Replace, Some(value)) => {
                match members::read(value, self.leniency, &mut self.cleaner.repairs)? {
                    all if all.is_empty() => MembersEdit::RemoveAll,
                    all => MembersEdit::ReplaceAll(all),
                }
            }
        };
        self.push_members(edit);
        Ok(())
    }

    pub(super) fn members_where(
        &mut self,
        op: PatchOp,
        attribute: &Attribute,
        filter: &Filter,
        sub: Option<&Attribute>,
    ) -> Result<(), Error> {
        let resolved = self.element_filter(filter, attribute)?;
        let listed = members::listed_values(filter);
        let edit = match (op, listed) {
            _ if sub.is_some_and(|sub| sub.name != "value") => return Err(members_are_immutable()),
            (PatchOp::Remove, _) if sub.is_some() => return Err(members_are_immutable()),
            (PatchOp::Remove, Some(values)) => MembersEdit::Remove(values),
            (PatchOp::Remove, None) => MembersEdit::RemoveWhere(resolved),
            (PatchOp::Add, Some(values)) if self.forgives() => {
                self.cleaner.repair(Quirk::ValuePathCreates, "members");
                let listed = values.into_iter().map(Value::String).collect();
                let added = members::read(Value::Array(listed), self.leniency, &mut Vec::new())?;
                MembersEdit::Add(added)
            }
            (PatchOp::Add | PatchOp::Replace, _) => return Err(members_are_immutable()),
        };
        self.push_members(edit);
        Ok(())
    }

    /// Some clients send one operation per member. Neighbours of the same sort become one edit, so
    /// that they cost one statement.
    fn push_members(&mut self, edit: MembersEdit) {
        match (self.edits.edits.last_mut(), edit) {
            (Some(Edit::Members(MembersEdit::Add(all))), MembersEdit::Add(more)) => {
                all.extend(more);
            }
            (Some(Edit::Members(MembersEdit::Remove(all))), MembersEdit::Remove(more)) => {
                all.extend(more);
            }
            (_, edit) => self.edits.edits.push(Edit::Members(edit)),
        }
    }
}

/// Drops what joining edits repeated.
pub(super) fn without_repeats(edits: &mut [Edit]) {
    for edit in edits {
        match edit {
            Edit::Members(MembersEdit::Add(members)) => {
                let mut seen = HashSet::with_capacity(members.len());
                members.retain(|member| seen.insert(member.value.clone()));
            }
            Edit::Members(MembersEdit::Remove(values)) => {
                let mut seen = HashSet::with_capacity(values.len());
                values.retain(|value| seen.insert(value.clone()));
            }
            Edit::Members(_) | Edit::Document(_) => {}
        }
    }
}

/// RFC 7643 §4.2 (and erratum 6011 for display).
pub(super) fn members_are_immutable() -> Error {
    Error::mutability("A member cannot be changed; remove it and add another one.")
}
