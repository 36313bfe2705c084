//! Taking a POST or PUT body apart into one slot per attribute.

use serde_json::{Map, Value};

use super::{Accepted, At, Cleaner, ReadOnly};
use crate::schema::{Attribute, Mutability, ResourceType, Returned, common, named_in_drafts};
use crate::{AttrPath, Document, Error, Leniency, Quirk};

/// A body in schema order: one slot per attribute of each schema, core first.
pub(super) struct Body<'a> {
    rt: &'a ResourceType,
    leniency: Leniency,
    cleaner: Cleaner<'a>,
    slots: Vec<Vec<Option<Value>>>,
    /// What the body clears by name, of attributes that a client does not see unless it asks.
    cleared: Vec<(usize, usize)>,
    external_id: Option<Value>,
    id: Option<String>,
    set_aside: Map<String, Value>,
}

impl<'a> Body<'a> {
    pub(super) fn read(
        rt: &'a ResourceType,
        body: Value,
        leniency: Leniency,
    ) -> Result<Self, Error> {
        let Value::Object(map) = body else {
            return Err(Error::invalid_syntax("The body must be a JSON object."));
        };
        let mut this = Self {
            rt,
            leniency,
            cleaner: Cleaner::new(rt, leniency, ReadOnly::Ignore),
            slots: rt.schemas().map(|schema| vec![None; schema.attributes.len()]).collect(),
            cleared: Vec::new(),
            external_id: None,
            id: None,
            set_aside: Map::new(),
        };
        let mut has_schemas = false;
        let mut paths = Vec::new();
        for (key, value) in map {
            has_schemas |= key.eq_ignore_ascii_case("schemas");
            if let Some(path) = this.entry(key, value)? {
                paths.push(path);
            }
        }
        // Keys that are paths add to what plain keys say, wherever those stand.
        for (key, value) in paths {
            this.path_key(key, value)?;
        }
        if !has_schemas {
            this.assume_base_schema(
                "The body needs schemas with the URN of the resource's schema.",
            )?;
        }
        Ok(this)
    }

    /// Takes in one plain key; hands back a key that has to be read as a path.
    fn entry(&mut self, key: String, value: Value) -> Result<Option<(String, Value)>, Error> {
        if let Some(position) = self.rt.schema.position(&key) {
            return self.fill(0, position, value).map(|()| None);
        }
        if let Some(attribute) = common().find(&key) {
            return self.common(attribute, value).map(|()| None);
        }
        if let Some(extension) = self.extension_named(&key) {
            return self.extension(extension, value).map(|()| None);
        }
        if self.rt.is_switched_off(None, &key, None) {
            self.cleaner.ignored.push(key);
            return Ok(None);
        }
        match self.leniency {
            Leniency::Strict => Err(Error::invalid_syntax(format!(
                "There is no attribute {key} in {}; remove it.",
                self.rt.name
            ))),
            Leniency::Forgiving => {
                let extension = named_in_drafts(&key).and_then(|urn| self.extension_named(urn));
                let Some(extension) = extension else { return Ok(Some((key, value))) };
                self.cleaner.repair(Quirk::UnknownSchema, &key);
                self.extension(extension, value).map(|()| None)
            }
        }
    }

    fn extension_named(&self, urn: &str) -> Option<usize> {
        self.rt.extensions.iter().position(|known| known.schema.id.eq_ignore_ascii_case(urn))
    }

    fn common(&mut self, attribute: &Attribute, value: Value) -> Result<(), Error> {
        match attribute.name.as_str() {
            "schemas" => self.schemas(&value),
            "externalId" => {
                self.external_id =
                    self.cleaner.single(attribute, value, At::new(None, "externalId"))?;
                Ok(())
            }
            name => {
                // RFC 7643 §3.1: the server gives these, whatever a client sends.
                if let ("id", Value::String(id)) = (name, value) {
                    self.id = Some(id);
                }
                self.cleaner.ignored.push(name.to_owned());
                Ok(())
            }
        }
    }

    fn extension(&mut self, extension: usize, value: Value) -> Result<(), Error> {
        let schema = &self.rt.extensions[extension].schema;
        let entries = match value {
            Value::Null => return Ok(()),
            Value::Object(map) => map,
            _ => {
                return Err(Error::invalid_value(format!(
                    "The extension {} must be a JSON object.",
                    schema.id
                )));
            }
        };
        for (key, value) in entries {
            if let Some(position) = schema.position(&key) {
                self.fill(extension + 1, position, value)?;
                continue;
            }
            if self.rt.is_switched_off(Some(&schema.id), &key, None) {
                self.cleaner.ignored.push(format!("{}:{key}", schema.id));
            } else if self.leniency == Leniency::Forgiving {
                self.cleaner.unknown(format!("{}:{key}", schema.id));
            } else {
                return Err(Error::invalid_syntax(format!(
                    "There is no attribute {key} in {}; remove it.",
                    schema.id
                )));
            }
        }
        Ok(())
    }

    /// The attributes of the resource's own schema in an object of their own, as if that were an
    /// extension.
    fn core_object(&mut self, urn: &str, entries: Map<String, Value>) -> Result<(), Error> {
        self.cleaner.repair(Quirk::QualifiedKey, urn);
        for (key, value) in entries {
            // What stands where it belongs counts more.
            if let Some(position) = self.rt.schema.position(&key)
                && self.slots[0][position].is_none()
            {
                self.fill(0, position, value)?;
                continue;
            }
            match common().find(&key) {
                Some(attribute) if attribute.name == "externalId" && self.external_id.is_none() => {
                    self.common(attribute, value)?;
                }
                _ if self.rt.is_switched_off(None, &key, None) => self.cleaner.ignored.push(key),
                _ => self.cleaner.unknown(format!("{urn}:{key}")),
            }
        }
        Ok(())
    }

    /// A key that may be a path: `name.givenName`, or an extension attribute with its URN.
    fn path_key(&mut self, key: String, value: Value) -> Result<(), Error> {
        let value = match value {
            Value::Object(entries) if key.eq_ignore_ascii_case(&self.rt.schema.id) => {
                return self.core_object(&key, entries);
            }
            value => value,
        };
        let Some(path) = AttrPath::parse(&key) else {
            self.cleaner.unknown(key);
            return Ok(());
        };
        let urn = path.urn.as_deref();
        let unqualified = match urn {
            None if self.rt.schema.position(&path.name).is_none() => {
                self.rt.find_unqualified(&path.name).and_then(|found| found.schema)
            }
            _ => None,
        };
        let container = match urn.map(|urn| named_in_drafts(urn).unwrap_or(urn)).or(unqualified) {
            None => Some(0),
            Some(urn) => self.rt.schemas().position(|schema| schema.id.eq_ignore_ascii_case(urn)),
        };
        let slot = container.and_then(|container| {
            let schema = self.rt.schemas().nth(container)?;
            schema.position(&path.name).map(|position| (container, position))
        });
        let Some((container, position)) = slot else {
            self.cleaner.unknown(key);
            return Ok(());
        };
        // What stands in its extension counts more.
        if unqualified.is_some() && self.slots[container][position].is_some() {
            self.cleaner.unknown(key);
            return Ok(());
        }
        let quirk = match (urn, unqualified) {
            (Some(_), _) => Quirk::QualifiedKey,
            (None, Some(_)) => Quirk::UnqualifiedExtension,
            (None, None) => Quirk::DottedKey,
        };
        self.cleaner.repair(quirk, &key);
        let Some(sub) = path.sub else {
            return self.fill(container, position, value);
        };
        // Sub-attributes given apart join what the other keys say about the same value.
        let kept = self.slots[container][position].take();
        self.fill(container, position, Value::Object(Map::from_iter([(sub, value)])))?;
        let slot = &mut self.slots[container][position];
        match (kept, slot.as_mut()) {
            (Some(Value::Object(mut old)), Some(Value::Object(new))) => {
                old.append(new);
                self.attribute(container, position).arrange(&mut old);
                self.slots[container][position] = Some(Value::Object(old));
            }
            (kept, None) => *slot = kept,
            (_, Some(_)) => {}
        }
        Ok(())
    }

    fn attribute(&self, container: usize, position: usize) -> &'a Attribute {
        match container.checked_sub(1) {
            None => &self.rt.schema.attributes[position],
            Some(extension) => &self.rt.extensions[extension].schema.attributes[position],
        }
    }

    fn fill(&mut self, container: usize, position: usize, value: Value) -> Result<(), Error> {
        let attribute = self.attribute(container, position);
        let urn = container
            .checked_sub(1)
            .map(|extension| self.rt.extensions[extension].schema.id.as_str());
        let at = At::new(urn, &attribute.name);
        match attribute.mutability {
            Mutability::ReadOnly => self.cleaner.ignored.push(at.to_string()),
            Mutability::WriteOnly if attribute.set_aside => {
                let value = self.cleaner.value(attribute, value, at)?;
                if let Some(value) = value {
                    self.set_aside.insert(at.to_string(), value);
                }
            }
            Mutability::ReadWrite | Mutability::Immutable | Mutability::WriteOnly => {
                let value = self.cleaner.value(attribute, value, at)?;
                if value.is_none() && is_unseen(attribute) {
                    self.cleared.push((container, position));
                }
                self.slots[container][position] = value;
            }
        }
        Ok(())
    }

    /// RFC 7643 §3: not empty, no repetition, the base schema, and nothing undeclared.
    fn schemas(&mut self, value: &Value) -> Result<(), Error> {
        let urns: Option<Vec<&str>> =
            value.as_array().map(|urns| urns.iter().filter_map(Value::as_str).collect());
        let well_formed =
            urns.as_ref().is_some_and(|urns| Some(urns.len()) == value.as_array().map(Vec::len));
        let urns = match (urns, self.leniency) {
            (Some(urns), _) if well_formed => urns,
            (urns, Leniency::Forgiving) => {
                self.cleaner.repair(Quirk::UnknownSchema, "schemas");
                urns.unwrap_or_default()
            }
            (_, Leniency::Strict) => {
                return Err(Error::invalid_syntax(
                    "The attribute schemas must be an array of URNs.",
                ));
            }
        };
        let base = &self.rt.schema.id;
        let mut seen_twice = false;
        for (position, urn) in urns.iter().enumerate() {
            let declared = self.rt.declares(urn);
            // With few declared schemas, a list without repetition is short; a longer one has met
            // an undeclared or repeated URN before it can cost anything.
            let repeated = || {
                declared && urns[..position].iter().any(|earlier| earlier.eq_ignore_ascii_case(urn))
            };
            match self.leniency {
                Leniency::Strict if !declared => {
                    return Err(Error::invalid_value(format!(
                        "The schema {urn} is none of {}; remove it from schemas.",
                        self.rt.name
                    )));
                }
                Leniency::Strict if repeated() => {
                    return Err(Error::invalid_value(format!(
                        "The list schemas names {urn} twice; name it once."
                    )));
                }
                Leniency::Forgiving if !declared => self.cleaner.repair(Quirk::UnknownSchema, urn),
                Leniency::Forgiving if !seen_twice && repeated() => {
                    self.cleaner.repair(Quirk::SchemaRepeated, urn);
                    seen_twice = true;
                }
                Leniency::Strict | Leniency::Forgiving => {}
            }
        }
        if !urns.iter().any(|urn| urn.eq_ignore_ascii_case(base)) {
            self.assume_base_schema(&format!("The list schemas must name {base}; add it."))?;
        }
        Ok(())
    }

    fn assume_base_schema(&mut self, complaint: &str) -> Result<(), Error> {
        match self.leniency {
            Leniency::Strict => Err(Error::invalid_syntax(complaint)),
            Leniency::Forgiving => {
                self.cleaner.repair(Quirk::SchemasMissing, "schemas");
                Ok(())
            }
        }
    }

    pub(super) fn get(&self, urn: Option<&str>, name: &str) -> Option<&Value> {
        let container = match urn {
            None => 0,
            Some(urn) => {
                1 + self.rt.extensions.iter().position(|extension| extension.schema.id == urn)?
            }
        };
        let schema = self.rt.schemas().nth(container)?;
        self.slots[container][schema.position(name)?].as_ref()
    }

    /// What is kept apart must come with the resource, for nobody can tell here later whether it
    /// was ever there.
    pub(super) fn require_set_aside(&self) -> Result<(), Error> {
        for (container, schema) in self.rt.schemas().enumerate() {
            let urn = container.checked_sub(1).map(|_| schema.id.as_str());
            let in_use = container == 0 || self.slots[container].iter().any(Option::is_some);
            for attribute in &schema.attributes {
                let wanted = attribute.required && attribute.set_aside;
                if !wanted || !in_use {
                    continue;
                }
                let path = At::new(urn, &attribute.name).to_string();
                if !self.set_aside.contains_key(&path) {
                    return Err(Error::invalid_value(format!(
                        "{path} is required; send a value for it."
                    )));
                }
            }
        }
        Ok(())
    }

    pub(super) fn slot(&mut self, container: usize, position: usize) -> &mut Option<Value> {
        &mut self.slots[container][position]
    }

    pub(super) fn clears(&self, container: usize, position: usize) -> bool {
        self.cleared.contains(&(container, position))
    }

    pub(super) fn set_core(&mut self, position: usize, value: Value) {
        self.slots[0][position] = Some(value);
    }

    pub(super) fn into_accepted(self) -> Accepted {
        let mut map = Map::new();
        map.insert("schemas".to_owned(), Value::Array(Vec::new()));
        if let Some(external_id) = self.external_id {
            map.insert("externalId".to_owned(), external_id);
        }
        let mut schemas = Vec::with_capacity(self.slots.len());
        for ((container, schema), slots) in self.rt.schemas().enumerate().zip(self.slots) {
            let filled = schema
                .attributes
                .iter()
                .zip(slots)
                .filter_map(|(attribute, slot)| Some((attribute.name.clone(), slot?)));
            if container == 0 {
                schemas.push(Value::from(schema.id.as_str()));
                map.extend(filled);
                continue;
            }
            let content: Map<String, Value> = filled.collect();
            if !content.is_empty() {
                schemas.push(Value::from(schema.id.as_str()));
                map.insert(schema.id.clone(), Value::Object(content));
            }
        }
        map.insert("schemas".to_owned(), Value::Array(schemas));
        Accepted {
            document: Document::from_canonical(map),
            set_aside: self.set_aside,
            id: self.id,
            repairs: self.cleaner.repairs,
            ignored: self.cleaner.ignored,
        }
    }
}

/// Whether a default response leaves the attribute out.
pub(super) fn is_unseen(attribute: &Attribute) -> bool {
    matches!(attribute.returned, Returned::Never | Returned::Request)
}
