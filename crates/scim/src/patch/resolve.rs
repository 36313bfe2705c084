//! Checking operations against a resource type and turning them into edits.

mod drafts;
mod elements;
mod membership;
mod removal;
mod unpack;

use serde_json::{Map, Value};

use super::edit::{Change, DocumentEdit, Edit, Edits};
use super::members;
use super::parse::{Operation, PatchOp, PatchRequest};
use crate::filter::{Filter, resolve_element};
use crate::schema::{Attribute, Found, Kind, Mutability, ResourceType, standard_knows};
use crate::validate::{At, Cleaner, ReadOnly};
use crate::{Error, Leniency, Path, Quirk, ResolvedFilter};
use membership::members_are_immutable;

/// Checks a request against a resource type.
///
/// Names, mutability and values are checked here; what depends on the resource as it is (filters
/// that match nothing, immutable values, required attributes) is checked when applying.
pub fn resolve(
    request: &PatchRequest,
    rt: &ResourceType,
    leniency: Leniency,
) -> Result<Edits, Error> {
    let mut resolver = Resolver {
        rt,
        leniency,
        cleaner: Cleaner::new(rt, leniency, ReadOnly::Refuse),
        edits: Edits::default(),
    };
    for operation in &request.operations {
        resolver.operation(operation)?;
    }
    let Resolver { cleaner, mut edits, .. } = resolver;
    membership::without_repeats(&mut edits.edits);
    edits.repairs = cleaner.repairs;
    edits.ignored = cleaner.ignored;
    Ok(edits)
}

/// Where the name of an attribute came from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// The path: the client means exactly this attribute.
    Path,
    /// A key in a value without a path: it may be an echo.
    Key,
}

struct Resolver<'a> {
    rt: &'a ResourceType,
    leniency: Leniency,
    cleaner: Cleaner<'a>,
    edits: Edits,
}

impl<'a> Resolver<'a> {
    fn forgives(&self) -> bool {
        self.leniency == Leniency::Forgiving
    }

    fn operation(&mut self, operation: &Operation) -> Result<(), Error> {
        let op = operation.op;
        let path = operation.path.as_ref();
        let value = operation.value.clone().map(|value| self.unpacked(path, value));
        match (path, op, value) {
            (Some(path), _, value) => self.at_path(op, path, value, Source::Path),
            // RFC 7644 §3.5.2.2.
            (None, PatchOp::Remove, _) => {
                Err(Error::no_target("A remove operation needs a path that says what to remove."))
            }
            (None, _, Some(Value::Object(map))) => {
                map.into_iter().try_for_each(|(key, value)| self.key(op, &key, value))
            }
            (None, ..) => Err(Error::invalid_value(
                "An operation without a path needs an object of attributes as its value.",
            )),
        }
    }

    /// One key of a value without a path.
    fn key(&mut self, op: PatchOp, key: &str, value: Value) -> Result<(), Error> {
        // Okta sends the id along with a new group name, others the schemas: not changes.
        if key.eq_ignore_ascii_case("id") {
            if let Value::String(id) = value {
                self.edits.claimed_id = Some(id);
            }
            return Ok(());
        }
        if key.eq_ignore_ascii_case("schemas") {
            return Ok(());
        }
        if let Some(found) = self.rt.find(None, key) {
            return self.whole(op, found, Some(value), Source::Key);
        }
        if self.rt.declares(key) {
            return self.container(op, key, Some(value));
        }
        if self.rt.is_switched_off(None, key, None) {
            self.cleaner.ignored.push(key.to_owned());
            return Ok(());
        }
        if !self.forgives() {
            return Err(self.unknown(key));
        }
        let Ok(path) = Path::parse(key) else {
            self.cleaner.unknown(key);
            return Ok(());
        };
        let is_plain =
            path.attribute.urn.is_none() && path.attribute.sub.is_none() && path.filter.is_none();
        if !is_plain {
            let quirk =
                if path.attribute.urn.is_some() { Quirk::QualifiedKey } else { Quirk::DottedKey };
            self.cleaner.repair(quirk, key);
        }
        self.at_path(op, &path, Some(value), Source::Key)
    }

    fn unknown(&self, path: &str) -> Error {
        Error::invalid_path(format!(
            "There is no attribute {path} in {}; see the Schemas endpoint.",
            self.rt.name
        ))
    }

    /// A whole schema as target: its attributes one by one.
    fn container(&mut self, op: PatchOp, urn: &str, value: Option<Value>) -> Result<(), Error> {
        let rt = self.rt;
        let Some(extension) = rt.extension(urn) else {
            return match (op, value) {
                (PatchOp::Add | PatchOp::Replace, Some(Value::Object(map))) => {
                    map.into_iter().try_for_each(|(key, value)| self.key(op, &key, value))
                }
                _ => Err(Error::mutability("The core schema of a resource cannot be removed.")),
            };
        };
        let schema = &extension.schema;
        match (op, value) {
            (PatchOp::Remove, _) | (PatchOp::Replace, Some(Value::Null)) => {
                for attribute in &schema.attributes {
                    if attribute.mutability != Mutability::ReadOnly {
                        let found = Found { schema: Some(&schema.id), attribute };
                        self.push(found, Change::Clear);
                    }
                }
                Ok(())
            }
            (PatchOp::Add, Some(Value::Null)) => Ok(()),
            (_, Some(Value::Object(map))) => map.into_iter().try_for_each(|(key, value)| {
                if let Some(attribute) = schema.attribute(&key) {
                    let found = Found { schema: Some(&schema.id), attribute };
                    return self.whole(op, found, Some(value), Source::Key);
                }
                let full = format!("{}:{key}", schema.id);
                match Path::parse(&full) {
                    Ok(path) if self.forgives() && path.attribute.sub.is_some() => {
                        self.cleaner.repair(Quirk::DottedKey, &full);
                        self.at_path(op, &path, Some(value), Source::Key)
                    }
                    _ if rt.is_switched_off(Some(&schema.id), &key, None) => {
                        self.cleaner.ignored.push(full);
                        Ok(())
                    }
                    _ if self.forgives() => {
                        self.cleaner.unknown(full);
                        Ok(())
                    }
                    _ => Err(self.unknown(&full)),
                }
            }),
            _ => Err(Error::invalid_value(format!(
                "The extension {} must be a JSON object.",
                schema.id
            ))),
        }
    }

    fn at_path(
        &mut self,
        op: PatchOp,
        path: &Path,
        value: Option<Value>,
        source: Source,
    ) -> Result<(), Error> {
        let renamed = self.renamed_since_drafts(path);
        let path = renamed.as_ref().unwrap_or(path);
        let Some(found) = self.find(path)? else {
            return match &path.attribute.urn {
                Some(_)
                    if path.filter.is_none() && self.rt.declares(&path.attribute.to_string()) =>
                {
                    self.container(op, &path.attribute.to_string(), value)
                }
                _ => self.not_offered(path, source),
            };
        };
        let attribute = found.attribute;
        let sub = match path.attribute.sub.as_ref().or(path.sub.as_ref()) {
            None => None,
            Some(name) => match attribute.sub_attribute(name) {
                Some(sub) => Some(sub),
                None => return self.not_offered(path, source),
            },
        };
        if !self.may_write(found, sub, source)? {
            return Ok(());
        }
        if attribute.set_aside {
            return self.set_aside(op, found, sub, value);
        }
        let is_members =
            self.rt.has_members() && members::is_members(found.schema, &attribute.name);
        match (&path.filter, sub) {
            (Some(filter), _) if is_members => {
                if op == PatchOp::Remove && value.is_some_and(|value| !value.is_null()) {
                    self.refuse_value_of_remove(place(found))?;
                }
                self.members_where(op, attribute, filter, sub)
            }
            (None, Some(_)) if is_members => Err(members_are_immutable()),
            (Some(filter), _) => self.elements(op, found, Some(filter), sub, value),
            (None, None) => self.whole(op, found, value, source),
            (None, Some(_)) if attribute.multi_valued => self.elements(op, found, None, sub, value),
            (None, Some(sub)) => self.part(op, found, sub, value),
        }
    }

    fn find(&mut self, path: &Path) -> Result<Option<Found<'a>>, Error> {
        let urn = path.attribute.urn.as_deref();
        if let Some(found) = self.rt.find(urn, &path.attribute.name) {
            if path.filter.is_some() && !found.attribute.multi_valued {
                return Err(Error::invalid_path(format!(
                    "The attribute {} holds one value; a filter in brackets needs a list.",
                    path.attribute
                )));
            }
            return Ok(Some(found));
        }
        if urn.is_none()
            && self.forgives()
            && let Some(found) = self.rt.find_unqualified(&path.attribute.name)
        {
            self.cleaner.repair(Quirk::UnqualifiedExtension, path);
            return Ok(Some(found));
        }
        Ok(None)
    }

    /// A path this resource type does not have. A field that exists elsewhere in the standard, or
    /// in a schema we do not know, is left out; a misspelt one is an error even when forgiving.
    fn not_offered(&mut self, path: &Path, source: Source) -> Result<(), Error> {
        let attribute = &path.attribute;
        let urn = attribute.urn.as_deref();
        let sub = attribute.sub.as_deref().or(path.sub.as_deref());
        let is_elsewhere = urn.is_some_and(|urn| !self.rt.declares(urn))
            || (self.rt.find(urn, &attribute.name).is_none()
                && standard_knows(&self.rt.name, urn, &attribute.name));
        if self.rt.is_switched_off(urn, &attribute.name, sub) {
            self.cleaner.ignored.push(path.to_string());
        } else if self.forgives() && (is_elsewhere || source == Source::Key) {
            self.cleaner.unknown(path.to_string());
        } else {
            return Err(self.unknown(&path.to_string()));
        }
        Ok(())
    }

    /// RFC 7644 §3.5.2: read-only targets are refused. An echo inside a larger value may pass.
    fn may_write(
        &mut self,
        found: Found<'_>,
        sub: Option<&Attribute>,
        source: Source,
    ) -> Result<bool, Error> {
        let is_read_only = |attribute: &Attribute| attribute.mutability == Mutability::ReadOnly;
        if !is_read_only(found.attribute) && !sub.is_some_and(is_read_only) {
            return Ok(true);
        }
        let at = place(found);
        let at = sub.map_or(at, |sub| at.sub(&sub.name));
        if source == Source::Key && self.forgives() {
            self.cleaner.repair(Quirk::ReadOnlyEcho, at);
            self.cleaner.ignored.push(at.to_string());
            return Ok(false);
        }
        let instead = match (found.schema, found.attribute.name.as_str()) {
            (None, "groups") => "change the members of the group instead",
            _ => "leave it out",
        };
        Err(Error::mutability(format!("The attribute {at} is read-only; {instead}.")))
    }

    /// A whole attribute.
    fn whole(
        &mut self,
        op: PatchOp,
        found: Found<'_>,
        value: Option<Value>,
        source: Source,
    ) -> Result<(), Error> {
        let attribute = found.attribute;
        if !self.may_write(found, None, source)? {
            return Ok(());
        }
        if attribute.set_aside {
            return self.set_aside(op, found, None, value);
        }
        if found.schema.is_none() && attribute.name == "schemas" {
            // What stands in schemas follows from the content; adding a URN changes nothing.
            return match op {
                PatchOp::Add | PatchOp::Replace => Ok(()),
                PatchOp::Remove => Err(Error::mutability(
                    "The attribute schemas follows from the content and cannot be removed.",
                )),
            };
        }
        if self.rt.has_members() && members::is_members(found.schema, &attribute.name) {
            return self.members(op, value);
        }
        let value = match (op, value) {
            (PatchOp::Remove, listed) => return self.remove(found, listed),
            (_, Some(value)) => value,
            (_, None) => return Err(no_value(place(found))),
        };
        let at = place(found);
        if attribute.multi_valued {
            let elements = self.cleaner.elements(attribute, value, at)?;
            return match op {
                _ if elements.is_empty() && op == PatchOp::Add => Ok(()),
                PatchOp::Add => {
                    self.push(found, Change::Append(elements));
                    Ok(())
                }
                _ if elements.is_empty() => self.clear(found),
                _ => {
                    self.push(found, Change::Set(Value::Array(elements)));
                    Ok(())
                }
            };
        }
        if attribute.kind == Kind::Complex {
            return self.complex(found, value);
        }
        match self.cleaner.single(attribute, value, at)? {
            None => self.clear(found),
            Some(Value::String(text)) if attribute.required && text.trim().is_empty() => {
                Err(Error::invalid_value(format!("The attribute {at} must not be empty.")))
            }
            Some(value) => {
                self.push(found, Change::Set(value));
                Ok(())
            }
        }
    }

    /// RFC 7644 §3.5.2.1 and §3.5.2.3: sub-attributes that are not named stay.
    fn complex(&mut self, found: Found<'_>, value: Value) -> Result<(), Error> {
        let attribute = found.attribute;
        let is_object = value.is_object();
        let parts = self.cleaner.parts(attribute, value, place(found))?;
        let clears_value = parts.iter().all(|(_, part)| part.is_none())
            && parts.iter().any(|(at, _)| attribute.sub_attributes[*at].name == "value");
        // Entra ID clears a manager with {"value": ""}. Beside other parts it clears the value
        // alone.
        if (parts.is_empty() && !is_object) || (clears_value && self.forgives()) {
            return self.clear(found);
        }
        for (position, part) in &parts {
            let sub = &attribute.sub_attributes[*position];
            if part.is_none() && sub.required {
                return Err(required(place(found).sub(&sub.name)));
            }
        }
        let parts = parts
            .into_iter()
            .map(|(position, part)| (attribute.sub_attributes[position].name.clone(), part))
            .collect();
        self.push(found, Change::Merge(parts));
        Ok(())
    }

    /// One sub-attribute of a single complex value.
    fn part(
        &mut self,
        op: PatchOp,
        found: Found<'_>,
        sub: &Attribute,
        value: Option<Value>,
    ) -> Result<(), Error> {
        let at = place(found).sub(&sub.name);
        let value = match (op, value) {
            (PatchOp::Remove, Some(value)) if !value.is_null() => {
                self.refuse_value_of_remove(at)?;
                None
            }
            (PatchOp::Remove, _) => None,
            (_, Some(value)) => self.cleaner.value(sub, value, at)?,
            (_, None) => return Err(no_value(at)),
        };
        if value.is_none() && sub.required {
            return Err(required(at));
        }
        self.push(found, Change::Merge(vec![(sub.name.clone(), value)]));
        Ok(())
    }

    /// The filter of a path.
    fn element_filter(
        &mut self,
        filter: &Filter,
        attribute: &Attribute,
    ) -> Result<ResolvedFilter, Error> {
        resolve_element(filter, self.rt, attribute, self.leniency, &mut self.cleaner.repairs)
    }

    fn set_aside(
        &mut self,
        op: PatchOp,
        found: Found<'_>,
        sub: Option<&Attribute>,
        value: Option<Value>,
    ) -> Result<(), Error> {
        let at = place(found);
        let value = match (op, value, sub) {
            (PatchOp::Remove, ..) => None,
            (_, None, _) => return Err(no_value(at)),
            (_, Some(value), None) => self.cleaner.value(found.attribute, value, at)?,
            (_, Some(value), Some(sub)) => {
                let value = self.cleaner.value(sub, value, at.sub(&sub.name))?;
                let key = at.to_string();
                let earlier = self.edits.set_aside.remove(&key);
                let mut whole = match earlier {
                    Some(Value::Object(map)) => map,
                    _ => Map::new(),
                };
                whole.insert(sub.name.clone(), value.unwrap_or_default());
                Some(Value::Object(whole))
            }
        };
        self.edits.set_aside.insert(at.to_string(), value.unwrap_or_default());
        Ok(())
    }

    fn push(&mut self, found: Found<'_>, change: Change) {
        // Clients that add values one operation at a time must not cost a walk over the list each.
        if let Change::Append(more) = &change
            && let Some(Edit::Document(last)) = self.edits.edits.last_mut()
            && last.attribute == found.attribute.name
            && last.schema.as_deref() == found.schema
            && let Change::Append(elements) = &mut last.change
        {
            elements.extend_from_slice(more);
            return;
        }
        self.edits.edits.push(Edit::Document(DocumentEdit {
            schema: found.schema.map(str::to_owned),
            attribute: found.attribute.name.clone(),
            change,
        }));
    }
}

fn place(found: Found<'_>) -> At<'_> {
    At::new(found.schema, &found.attribute.name)
}

fn no_value(at: At<'_>) -> Error {
    Error::invalid_value(format!("The operation on {at} needs a value."))
}

fn required(at: At<'_>) -> Error {
    Error::mutability(format!(
        "The attribute {at} is required and cannot be removed; replace it instead."
    ))
}
