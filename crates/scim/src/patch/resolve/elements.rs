//! Operations on elements of a list, chosen by a filter or all of them.

use serde_json::{Map, Value};

use super::super::edit::{Change, ElementChange, ElementsEdit, OnMiss};
use super::super::parse::PatchOp;
use super::{Resolver, no_value, place, required};
use crate::filter::{Filter, Op};
use crate::schema::{Attribute, Found, Returned};
use crate::validate::At;
use crate::{Error, Leniency};

impl Resolver<'_> {
    /// Elements of a list, all or filtered, whole or one of their sub-attributes.
    pub(super) fn elements(
        &mut self,
        op: PatchOp,
        found: Found<'_>,
        filter: Option<&Filter>,
        sub: Option<&Attribute>,
        value: Option<Value>,
    ) -> Result<(), Error> {
        let attribute = found.attribute;
        let resolved = match filter {
            // What cannot be read cannot be guessed either, by seeing what a guess selects.
            Some(_) if attribute.returned == Returned::Never => {
                return Err(Error::no_target(format!(
                    "The values of {} are never returned, so none can be selected; replace or remove all of them.",
                    place(found)
                )));
            }
            Some(filter) => Some(self.element_filter(filter, attribute)?),
            None => None,
        };
        let at = place(found);
        let at = sub.map_or(at, |sub| at.sub(&sub.name));
        let value = match (op, value) {
            (PatchOp::Remove, Some(value)) if !value.is_null() => {
                self.refuse_value_of_remove(at)?;
                None
            }
            (PatchOp::Remove, _) => None,
            (_, None) => return Err(no_value(at)),
            (_, Some(value)) => Some(value),
        };
        // A bare text names the value alone and says nothing of the element's other parts.
        let is_bare = matches!(value, Some(Value::String(_)));
        // What would be created if nothing matches has to be known before the value is used up.
        let created = match (&value, self.leniency) {
            (Some(value), Leniency::Forgiving) => self.seed(attribute, filter, sub, value, at),
            _ => None,
        };
        let cleaned = match (value, sub) {
            (None | Some(Value::Null), _) => None,
            (Some(value), Some(sub)) => self.cleaner.value(sub, value, at)?,
            // One element, so exactly one clean value or none.
            (Some(value), None) => {
                let mut elements = self.cleaner.elements(attribute, value, at)?;
                if elements.len() > 1 {
                    return Err(Error::invalid_value(format!(
                        "The filter of the path to {at} takes one value, not a list; send one operation for each value."
                    )));
                }
                elements.pop()
            }
        };
        let miss = match (self.leniency, created) {
            (Leniency::Forgiving, _) if cleaned.is_none() => OnMiss::Nothing,
            (Leniency::Forgiving, Some(element)) => OnMiss::Create(element),
            (Leniency::Forgiving, None) | (Leniency::Strict, _) => OnMiss::NoTarget,
        };
        let change = match (cleaned, sub) {
            (None, None) => ElementChange::Remove,
            (None, Some(sub)) if sub.required => return Err(required(at)),
            // Without its value an element labels nothing.
            (None, Some(sub)) if sub.name == "value" && self.forgives() => ElementChange::Remove,
            (None, Some(sub)) => ElementChange::ClearSub(sub.name.clone()),
            (Some(value), Some(sub)) => ElementChange::SetSub(sub.name.clone(), value),
            (Some(Value::Object(map)), None) if op == PatchOp::Add || is_bare => {
                ElementChange::Merge(map)
            }
            (Some(value), None) => ElementChange::Replace(value),
        };
        let edit = ElementsEdit { filter: resolved, change, miss };
        self.push(found, Change::Elements(Box::new(edit)));
        Ok(())
    }

    /// Entra ID: a value path that matches nothing means a new element with the filter's values.
    fn seed(
        &mut self,
        attribute: &Attribute,
        filter: Option<&Filter>,
        sub: Option<&Attribute>,
        value: &Value,
        at: At<'_>,
    ) -> Option<Value> {
        let mut element = Map::new();
        if let Some(filter) = filter {
            collect_equalities(filter, &mut element)?;
        }
        match (sub, value) {
            (Some(sub), value) => {
                element.insert(sub.name.clone(), value.clone());
            }
            (None, Value::Object(map)) => element.extend(map.clone()),
            (None, Value::String(text)) => {
                element.insert("value".to_owned(), text.as_str().into());
            }
            (None, _) => return None,
        }
        // The same value is checked for its own sake too; its repairs count once.
        let known = (self.cleaner.repairs.len(), self.cleaner.ignored.len());
        let elements = self.cleaner.elements(attribute, Value::Object(element), at);
        self.cleaner.repairs.truncate(known.0);
        self.cleaner.ignored.truncate(known.1);
        elements.ok()?.pop()
    }
}

/// Collects `name eq value` terms joined by `and`; `None` if there is anything else.
fn collect_equalities(filter: &Filter, into: &mut Map<String, Value>) -> Option<()> {
    match filter {
        Filter::And(terms) => terms.iter().try_for_each(|term| collect_equalities(term, into)),
        Filter::Compare { path, op: Op::Eq, value } if path.urn.is_none() && path.sub.is_none() => {
            into.insert(path.name.clone(), value.into());
            Some(())
        }
        _ => None,
    }
}
