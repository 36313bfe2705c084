//! Applying document edits: a new document or an error, nothing in between.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::edit::{Change, DocumentEdit, ElementChange, ElementsEdit, OnMiss};
use crate::document::is_unassigned;
use crate::elements::{is_primary, keep_one_primary, merge, without_repeats};
use crate::schema::{Attribute, Mutability, ResourceType};
use crate::validate::{check_length, first_missing, immutable};
use crate::{Document, Error, Quirk, Repair, fold};

/// Applies edits in order to a copy of the document.
///
/// The result equals the document if nothing changed; comparing the two tells whether there is
/// anything to store.
pub fn apply(
    rt: &ResourceType,
    document: &Document,
    edits: &[DocumentEdit],
) -> Result<Document, Error> {
    apply_reporting(rt, document, edits, &mut Vec::new())
}

/// The same, and reports the leniencies that depend on what the document holds.
pub fn apply_reporting(
    rt: &ResourceType,
    document: &Document,
    edits: &[DocumentEdit],
    repairs: &mut Vec<Repair>,
) -> Result<Document, Error> {
    let mut changed = document.clone();
    for edit in edits {
        apply_one(rt, changed.map_mut(), edit, repairs)?;
    }
    arrange(rt, &mut changed);
    // Only what this request took away is its fault: a resource that lacks an attribute which
    // became required later must stay changeable, above all for `active: false`.
    if let Some(path) = missing(rt, &changed)
        && missing(rt, document).is_none()
    {
        return Err(Error::mutability(format!(
            "The attribute {path} is required and cannot be removed; replace it instead."
        )));
    }
    Ok(changed)
}

fn missing(rt: &ResourceType, document: &Document) -> Option<String> {
    first_missing(rt, |schema, attribute| match schema {
        None if rt.has_members() && attribute.name == "members" => None,
        None => document.get(&attribute.name),
        Some(urn) => document.get(urn)?.get(&attribute.name),
    })
}

fn apply_one(
    rt: &ResourceType,
    map: &mut Map<String, Value>,
    edit: &DocumentEdit,
    repairs: &mut Vec<Repair>,
) -> Result<(), Error> {
    let Some(found) = rt.find(edit.schema.as_deref(), &edit.attribute) else {
        return Err(Error::invalid_path(format!(
            "There is no attribute {} in {}.",
            edit.path(),
            rt.name
        )));
    };
    let container = match &edit.schema {
        None => map,
        Some(urn) => match map.entry(urn.as_str()).or_insert_with(|| Value::Object(Map::new())) {
            Value::Object(container) => container,
            _ => return Err(Error::internal("A stored extension is not a JSON object.")),
        },
    };
    let attribute = found.attribute;
    // Taking the value leaves its place in the order.
    let old = container.get_mut(&attribute.name).map(std::mem::take);
    let guard = ImmutableGuard::new(attribute, old.as_ref());
    let mut step = Step { attribute, edit, repairs };
    let new = step.compute(old)?.filter(|new| !is_unassigned(new));
    guard.check(attribute, new.as_ref())?;
    match new {
        Some(new) => {
            container.insert(attribute.name.clone(), new);
        }
        None => {
            container.shift_remove(&attribute.name);
        }
    }
    Ok(())
}

/// The values that must not change, if the attribute has such.
struct ImmutableGuard {
    whole: Option<Value>,
    parts: Vec<(String, Value)>,
}

impl ImmutableGuard {
    fn new(attribute: &Attribute, old: Option<&Value>) -> Self {
        let is_immutable = |attribute: &Attribute| attribute.mutability == Mutability::Immutable;
        let whole = is_immutable(attribute).then(|| old.cloned()).flatten();
        let parts = match old {
            Some(Value::Object(map)) => attribute
                .sub_attributes
                .iter()
                .filter(|sub| is_immutable(sub))
                .filter_map(|sub| Some((sub.name.clone(), map.get(&sub.name)?.clone())))
                .collect(),
            _ => Vec::new(),
        };
        Self { whole, parts }
    }

    fn check(&self, attribute: &Attribute, new: Option<&Value>) -> Result<(), Error> {
        if self.whole.is_some() && self.whole.as_ref() != new {
            return Err(immutable(&attribute.name));
        }
        for (name, old) in &self.parts {
            if new.and_then(|new| new.get(name)) != Some(old) {
                return Err(immutable(&format!("{}.{name}", attribute.name)));
            }
        }
        Ok(())
    }
}

struct Step<'a> {
    attribute: &'a Attribute,
    edit: &'a DocumentEdit,
    repairs: &'a mut Vec<Repair>,
}

impl Step<'_> {
    fn compute(&mut self, old: Option<Value>) -> Result<Option<Value>, Error> {
        match &self.edit.change {
            Change::Set(value) => Ok(Some(value.clone())),
            Change::Clear => Ok(None),
            Change::Merge(parts) => Ok(Some(Value::Object(self.merged(object(old), parts)))),
            Change::Append(elements) => {
                let mut list = list(old);
                check_length(list.len() + elements.len(), self.edit.path())?;
                if let Some(primary) = merge(self.attribute, &mut list, elements.clone()) {
                    keep_one_primary(&mut list, primary);
                }
                Ok(Some(Value::Array(list)))
            }
            Change::RemoveListed(listed) => Ok(Some(self.without(list(old), listed))),
            Change::Elements(edit) => self.elements(list(old), edit).map(Some),
        }
    }

    fn merged(
        &self,
        mut map: Map<String, Value>,
        parts: &[(String, Option<Value>)],
    ) -> Map<String, Value> {
        let refers_elsewhere =
            parts.iter().any(|(name, value)| name == "value" && map.get("value") != value.as_ref());
        if refers_elsewhere {
            // What described the old value does not describe the new one.
            for sub in &self.attribute.sub_attributes {
                if sub.mutability == Mutability::ReadOnly || sub.name == "$ref" {
                    map.shift_remove(&sub.name);
                }
            }
        }
        for (name, value) in parts {
            match value {
                Some(value) => {
                    map.insert(name.clone(), value.clone());
                }
                None => {
                    map.shift_remove(name);
                }
            }
        }
        self.attribute.arrange(&mut map);
        map
    }

    /// Takes listed elements out: by value, and by type where one is given.
    fn without(&self, mut elements: Vec<Value>, listed: &[Value]) -> Value {
        let text = |element: &Value, name: &str| {
            let value = element.get(name)?.as_str()?;
            let exact = self.attribute.sub_attribute(name).is_some_and(|sub| sub.case_exact);
            Some(if exact { value.to_owned() } else { fold(value) })
        };
        let mut by_value = HashSet::new();
        let mut by_pair = HashSet::new();
        let mut whole = HashSet::new();
        for element in listed {
            match (text(element, "value"), text(element, "type")) {
                (Some(value), None) => {
                    by_value.insert(value);
                }
                (Some(value), Some(kind)) => {
                    by_pair.insert((value, kind));
                }
                (None, _) => {
                    whole.insert(element);
                }
            }
        }
        elements.retain(|element| {
            if whole.contains(element) {
                return false;
            }
            let Some(value) = text(element, "value") else { return true };
            if by_value.contains(&value) {
                return false;
            }
            text(element, "type").is_none_or(|kind| !by_pair.contains(&(value, kind)))
        });
        Value::Array(elements)
    }

    fn elements(&mut self, elements: Vec<Value>, edit: &ElementsEdit) -> Result<Value, Error> {
        let ElementsEdit { filter, change, miss } = edit;
        let mut kept = Vec::with_capacity(elements.len() + 1);
        let mut matched = 0_usize;
        let mut primary = None;
        for element in elements {
            if filter.as_ref().is_some_and(|filter| !filter.matches(&element)) {
                kept.push(element);
                continue;
            }
            matched += 1;
            let Some(element) = self.changed(element, change)? else { continue };
            if sets_primary(change) {
                if primary.is_some() {
                    return Err(Error::invalid_value(format!(
                        "The path selects several values of {}, but only one can be primary.",
                        self.edit.path()
                    )));
                }
                primary = Some(kept.len());
            }
            kept.push(element);
        }
        if matched == 0 {
            match miss {
                OnMiss::NoTarget => {
                    return Err(Error::no_target(format!(
                        "No value of {} matches the filter of the path; correct it, or add the value instead.",
                        self.edit.path()
                    )));
                }
                OnMiss::Nothing => self.repair(Quirk::RemoveMissed),
                OnMiss::Create(element) => {
                    self.repair(Quirk::ValuePathCreates);
                    primary = merge(self.attribute, &mut kept, vec![element.clone()]);
                }
            }
        }
        if let Some(primary) = primary {
            keep_one_primary(&mut kept, primary);
        }
        // Changing elements can make two of them the same one.
        if *change != ElementChange::Remove {
            kept = without_repeats(self.attribute, kept);
        }
        Ok(Value::Array(kept))
    }

    fn changed(&self, element: Value, change: &ElementChange) -> Result<Option<Value>, Error> {
        let mut map = match (change, element) {
            (ElementChange::Remove, _) => return Ok(None),
            (ElementChange::Replace(value), _) => return Ok(Some(value.clone())),
            (_, Value::Object(map)) => map,
            (_, simple) => return Ok(Some(simple)),
        };
        let before = map.clone();
        match change {
            ElementChange::SetSub(name, value) => {
                map.insert(name.clone(), value.clone());
            }
            ElementChange::ClearSub(name) => {
                map.shift_remove(name);
            }
            ElementChange::Merge(parts) => map.extend(parts.clone()),
            ElementChange::Remove | ElementChange::Replace(_) => {}
        }
        for sub in &self.attribute.sub_attributes {
            let is_set = before.contains_key(&sub.name);
            if is_set
                && sub.mutability == Mutability::Immutable
                && before.get(&sub.name) != map.get(&sub.name)
            {
                return Err(immutable(&format!("{}.{}", self.edit.path(), sub.name)));
            }
        }
        self.attribute.arrange(&mut map);
        Ok((!map.is_empty()).then_some(Value::Object(map)))
    }

    fn repair(&mut self, quirk: Quirk) {
        self.repairs.push(Repair { quirk, at: self.edit.path() });
    }
}

fn sets_primary(change: &ElementChange) -> bool {
    match change {
        ElementChange::Replace(value) => is_primary(value),
        ElementChange::Merge(parts) => parts.get("primary") == Some(&Value::Bool(true)),
        ElementChange::SetSub(name, value) => name == "primary" && *value == Value::Bool(true),
        ElementChange::Remove | ElementChange::ClearSub(_) => false,
    }
}

fn object(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn list(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(elements)) => elements,
        None | Some(Value::Null) => Vec::new(),
        Some(single) => vec![single],
    }
}

/// Puts attributes into schema order, drops emptied extensions and makes `schemas` true again.
fn arrange(rt: &ResourceType, document: &mut Document) {
    let map = document.map_mut();
    let mut old = std::mem::take(map);
    let move_over = |name: &str, old: &mut Map<String, Value>, map: &mut Map<String, Value>| {
        if let Some((name, value)) = old.remove_entry(name) {
            map.insert(name, value);
        }
    };
    move_over("schemas", &mut old, map);
    move_over("externalId", &mut old, map);
    for attribute in &rt.schema.attributes {
        move_over(&attribute.name, &mut old, map);
    }
    for extension in &rt.extensions {
        let Some(Value::Object(mut container)) = old.remove(&extension.schema.id) else { continue };
        let mut arranged = Map::new();
        for attribute in &extension.schema.attributes {
            move_over(&attribute.name, &mut container, &mut arranged);
        }
        arranged.append(&mut container);
        if !arranged.is_empty() {
            map.insert(extension.schema.id.clone(), Value::Object(arranged));
        }
    }
    // Fields that are stored but not offered keep their values.
    map.append(&mut old);
    debug_assert!(map.values().all(|value| !is_unassigned(value)), "documents hold nothing empty");
    document.refresh_schemas();
}
