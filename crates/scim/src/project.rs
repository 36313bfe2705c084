//! Choosing what of a resource is returned (RFC 7644 §3.9).

mod written;

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::schema::{Attribute, ResourceType, Returned, common};
use crate::{AttrPath, Document, Error};

/// What a response holds: everything by default, only some attributes, or all but some.
///
/// ```
/// use seatlink_scim::{Projection, Registry};
/// use serde_json::json;
///
/// let registry = Registry::standard();
/// let user = registry.resource_type("User").expect("users are standard");
/// let projection = Projection::parse(Some("name.givenName"), None, user)?;
/// let full = json!({"id": "1", "userName": "b", "name": {"givenName": "B", "familyName": "J"}});
/// assert_eq!(projection.apply(user, full), json!({"id": "1", "name": {"givenName": "B"}}));
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Projection {
    choice: Choice,
    /// Attributes that are returned on request, and stood in what was written.
    written: Vec<Selected>,
}

#[derive(Clone, Debug, PartialEq, Eq, Default)]
enum Choice {
    #[default]
    Default,
    Only(Vec<Selected>),
    Without(Vec<Selected>),
}

/// A named attribute in schema spelling. No attribute means a whole extension.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Selected {
    schema: Option<String>,
    attribute: Option<String>,
    sub: Option<String>,
}

/// How far a list of names covers an attribute.
enum Cover<'a> {
    Nothing,
    Whole,
    Parts(Vec<&'a str>),
}

impl Projection {
    /// The default: what the schema returns by default.
    pub fn all() -> Self {
        Self::default()
    }

    /// Reads the `attributes` and `excludedAttributes` parameters: names separated by commas.
    /// Unknown names are ignored; both parameters together are refused, for they exclude each
    /// other.
    pub fn parse(
        attributes: Option<&str>,
        excluded: Option<&str>,
        rt: &ResourceType,
    ) -> Result<Self, Error> {
        let given = |list: Option<&str>| list.is_some_and(|list| !list.trim().is_empty());
        let choice = match (given(attributes), given(excluded)) {
            (false, false) => Choice::Default,
            (true, false) => {
                Choice::Only(select(&without_filters(attributes.unwrap_or_default()), rt))
            }
            (false, true) => Choice::Without(select(excluded.unwrap_or_default(), rt)),
            (true, true) => {
                return Err(Error::invalid_value(
                    "Use either attributes or excludedAttributes, not both.",
                ));
            }
        };
        Ok(Self { choice, written: Vec::new() })
    }

    /// The same for the answer to a POST or PUT with this body: what is returned on request is
    /// returned when the client wrote it, too (RFC 7643 §7).
    ///
    /// ```
    /// use seatlink_scim::{Attribute, Kind, Projection, Registry, Returned, Schema};
    /// use serde_json::json;
    ///
    /// let note = Attribute::new("note", Kind::String, "").returned(Returned::Request);
    /// let schema = Schema {
    ///     id: "urn:example:scim:schemas:1.0:User".to_owned(),
    ///     name: "Notes".to_owned(),
    ///     description: String::new(),
    ///     attributes: vec![note],
    /// };
    /// let registry = Registry::standard().with_extension("User", schema, false)?;
    /// let user = registry.resource_type("User").expect("users are standard");
    /// let full = json!({"id": "1", "urn:example:scim:schemas:1.0:User": {"note": "n"}});
    /// assert_eq!(Projection::all().apply(user, full.clone()), json!({"id": "1"}));
    /// let written = Projection::all().after_write(user, &full);
    /// assert_eq!(written.apply(user, full.clone()), full);
    /// # Ok::<(), seatlink_scim::Error>(())
    /// ```
    #[must_use]
    pub fn after_write(mut self, rt: &ResourceType, body: &Value) -> Self {
        if rt.trims() {
            self.written = written::by_body(rt, body);
        }
        self
    }

    /// [`Projection::after_write`] for a PATCH.
    #[must_use]
    pub fn after_patch(mut self, rt: &ResourceType, body: &Value) -> Self {
        if rt.trims() {
            self.written = written::by_patch(rt, body);
        }
        self
    }

    fn is_written(&self, urn: Option<&str>, name: &str, sub: Option<&str>) -> bool {
        self.written.iter().any(|one| {
            one.schema.as_deref() == urn
                && one.attribute.as_deref() == Some(name)
                && one.sub.as_deref() == sub
        })
    }

    /// Whether nothing was chosen.
    pub fn is_default(&self) -> bool {
        self.choice == Choice::Default
    }

    /// Whether a core or common attribute, in schema spelling, will be part of the response. Used
    /// to not load what is not wanted, such as `members`.
    pub fn wants(&self, attribute: &str) -> bool {
        let of_core = |selected: &&Selected| {
            selected.schema.is_none() && selected.attribute.as_deref() == Some(attribute)
        };
        match &self.choice {
            Choice::Default => true,
            Choice::Only(selected) => {
                matches!(attribute, "id" | "schemas") || selected.iter().any(|s| of_core(&s))
            }
            Choice::Without(selected) => !selected.iter().any(|s| of_core(&s) && s.sub.is_none()),
        }
    }

    /// The same for an attribute of an extension.
    pub fn wants_of(&self, urn: &str, attribute: &str) -> bool {
        let covers = |selected: &&Selected| {
            let is_named = |name: &String| name == attribute;
            selected.schema.as_deref() == Some(urn)
                && selected.attribute.as_ref().is_none_or(is_named)
        };
        match &self.choice {
            Choice::Default => true,
            Choice::Only(selected) => selected.iter().any(|s| covers(&s)),
            Choice::Without(selected) => !selected.iter().any(|s| covers(&s) && s.sub.is_none()),
        }
    }

    /// Cuts a whole resource down to what was chosen.
    pub fn apply(&self, rt: &ResourceType, full: Value) -> Value {
        let Value::Object(map) = full else { return full };
        let mut kept = Map::new();
        for (name, value) in map {
            if let Some(extension) = name.contains(':').then(|| rt.extension(&name)).flatten() {
                let Value::Object(container) = value else { continue };
                let urn = extension.schema.id.as_str();
                let inner: Map<String, Value> = container
                    .into_iter()
                    .filter_map(|(inner, value)| {
                        let attribute = extension.schema.attribute(&inner)?;
                        Some((inner, self.attribute(Some(urn), attribute, value)?))
                    })
                    .collect();
                if !inner.is_empty() {
                    kept.insert(name, Value::Object(inner));
                }
            } else if let Some(attribute) =
                rt.schema.attribute(&name).or_else(|| common().find(&name))
                && let Some(value) = self.attribute(None, attribute, value)
            {
                kept.insert(name, value);
            }
        }
        Value::Object(kept)
    }

    fn attribute(&self, urn: Option<&str>, attribute: &Attribute, value: Value) -> Option<Value> {
        let cover = self.cover(urn, attribute);
        // A sub-attribute that is always returned keeps its parent.
        let keeps_part =
            || attribute.sub_attributes.iter().any(|sub| sub.returned == Returned::Always);
        let wanted = match attribute.returned {
            Returned::Never => false,
            Returned::Always => true,
            Returned::Request => match self.choice {
                Choice::Default => self.is_written(urn, &attribute.name, None),
                Choice::Only(_) => !matches!(cover, Cover::Nothing),
                Choice::Without(_) => {
                    !matches!(cover, Cover::Whole) && self.is_written(urn, &attribute.name, None)
                }
            },
            Returned::Default => match self.choice {
                Choice::Default => true,
                Choice::Only(_) => !matches!(cover, Cover::Nothing) || keeps_part(),
                Choice::Without(_) => !matches!(cover, Cover::Whole) || keeps_part(),
            },
        };
        if !wanted {
            return None;
        }
        let cover = match (attribute.returned, &self.choice, cover) {
            // What is always returned comes with its parts, whether it is named or not.
            (Returned::Always, Choice::Only(_), Cover::Nothing) => Cover::Whole,
            (Returned::Always, Choice::Without(_), Cover::Whole) => Cover::Nothing,
            (_, _, cover) => cover,
        };
        let as_it_is = attribute.sub_attributes.iter().all(|sub| sub.returned == Returned::Default)
            && match self.choice {
                Choice::Default => true,
                Choice::Only(_) => matches!(cover, Cover::Whole),
                Choice::Without(_) => matches!(cover, Cover::Nothing),
            };
        if as_it_is || attribute.sub_attributes.is_empty() {
            return Some(value);
        }
        self.trim(urn, attribute, &cover, value)
    }

    fn trim(
        &self,
        urn: Option<&str>,
        attribute: &Attribute,
        cover: &Cover<'_>,
        value: Value,
    ) -> Option<Value> {
        match value {
            Value::Array(elements) => {
                let elements: Vec<Value> = elements
                    .into_iter()
                    .filter_map(|element| self.trim(urn, attribute, cover, element))
                    .collect();
                (!elements.is_empty()).then_some(Value::Array(elements))
            }
            Value::Object(map) => {
                let map: Map<String, Value> = map
                    .into_iter()
                    .filter(|(name, _)| {
                        let sub = attribute.sub_attribute(name);
                        sub.is_some_and(|sub| {
                            let written =
                                || self.is_written(urn, &attribute.name, Some(sub.name.as_str()));
                            self.keeps_sub(sub, cover, written)
                        })
                    })
                    .collect();
                (!map.is_empty()).then_some(Value::Object(map))
            }
            simple => Some(simple),
        }
    }

    fn keeps_sub(
        &self,
        sub: &Attribute,
        cover: &Cover<'_>,
        written: impl FnOnce() -> bool,
    ) -> bool {
        let (named, whole) = match cover {
            Cover::Nothing => (false, false),
            Cover::Whole => (false, true),
            Cover::Parts(parts) => (parts.contains(&sub.name.as_str()), false),
        };
        match sub.returned {
            Returned::Never => false,
            Returned::Always => true,
            Returned::Request => match self.choice {
                Choice::Default => written(),
                Choice::Only(_) => named,
                Choice::Without(_) => !named && !whole && written(),
            },
            Returned::Default => match self.choice {
                Choice::Default => true,
                Choice::Only(_) => named || whole,
                Choice::Without(_) => !named && !whole,
            },
        }
    }

    fn cover(&self, urn: Option<&str>, attribute: &Attribute) -> Cover<'_> {
        let selected = match &self.choice {
            Choice::Default => return Cover::Nothing,
            Choice::Only(selected) | Choice::Without(selected) => selected,
        };
        let mut parts = Vec::new();
        for one in selected.iter().filter(|one| one.schema.as_deref() == urn) {
            match (&one.attribute, &one.sub) {
                (None, _) => return Cover::Whole,
                (Some(name), None) if *name == attribute.name => return Cover::Whole,
                (Some(name), Some(sub)) if *name == attribute.name => parts.push(sub.as_str()),
                _ => {}
            }
        }
        if parts.is_empty() { Cover::Nothing } else { Cover::Parts(parts) }
    }
}

/// A document without what is never returned, for whatever keeps a copy of it: a log must not know
/// more than a client can read.
///
/// ```
/// use seatlink_scim::{Attribute, Document, Kind, Registry, Returned, Schema, without_secrets};
///
/// let schema = Schema {
///     id: "urn:example:scim:schemas:1.0:User".to_owned(),
///     name: "Safe".to_owned(),
///     description: String::new(),
///     attributes: vec![Attribute::new("pin", Kind::String, "").returned(Returned::Never)],
/// };
/// let registry = Registry::standard().with_extension("User", schema, false)?;
/// let user = registry.resource_type("User").expect("users are standard");
/// let document = Document::from_stored(
///     r#"{"userName":"b","urn:example:scim:schemas:1.0:User":{"pin":"1234"}}"#,
/// )?;
/// assert_eq!(without_secrets(user, &document).len(), 1);
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
pub fn without_secrets(rt: &ResourceType, document: &Document) -> Map<String, Value> {
    if !rt.trims() {
        return document.map().clone();
    }
    let mut kept = Map::new();
    for (name, value) in document.map() {
        let value = match rt.extension(name) {
            Some(extension) => {
                let container = value.as_object().into_iter().flatten();
                let open: Map<String, Value> = container
                    .filter_map(|(inner, value)| {
                        let attribute = extension.schema.attribute(inner)?;
                        Some((inner.clone(), open_part(attribute, value)?))
                    })
                    .collect();
                (!open.is_empty()).then_some(Value::Object(open))
            }
            None => match rt.schema.attribute(name) {
                Some(attribute) => open_part(attribute, value),
                None => Some(value.clone()),
            },
        };
        if let Some(value) = value {
            kept.insert(name.clone(), value);
        }
    }
    kept
}

fn open_part(attribute: &Attribute, value: &Value) -> Option<Value> {
    if attribute.returned == Returned::Never {
        return None;
    }
    Some(match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(name, _)| {
                    attribute.sub_attribute(name).is_none_or(|sub| sub.returned != Returned::Never)
                })
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        ),
        Value::Array(elements) => {
            elements.iter().filter_map(|element| open_part(attribute, element)).collect()
        }
        simple => simple.clone(),
    })
}

fn select(names: &str, rt: &ResourceType) -> Vec<Selected> {
    names.split(',').filter_map(|name| selected(name.trim(), rt)).collect()
}

/// Whoever asks for `emails[type eq "work"]`, as Microsoft's own tests do, gets the emails: names
/// are all that can be chosen (RFC 7644 §3.10).
fn without_filters(names: &str) -> Cow<'_, str> {
    if !names.contains('[') {
        return Cow::Borrowed(names);
    }
    let (mut inside, mut quoted) = (false, false);
    let outside = |c: &char| {
        match c {
            '"' if inside => quoted = !quoted,
            '[' => inside = true,
            ']' if !quoted => {
                inside = false;
                return false;
            }
            _ => {}
        }
        !inside
    };
    Cow::Owned(names.chars().filter(outside).collect())
}

fn selected(name: &str, rt: &ResourceType) -> Option<Selected> {
    if let Some(extension) = rt.extension(name) {
        return Some(Selected {
            schema: Some(extension.schema.id.clone()),
            attribute: None,
            sub: None,
        });
    }
    let path = AttrPath::parse(name)?;
    let found = rt.find(path.urn.as_deref(), &path.name)?;
    let sub = match &path.sub {
        Some(sub) => Some(found.attribute.sub_attribute(sub)?.name.clone()),
        None => None,
    };
    Some(Selected {
        schema: found.schema.map(str::to_owned),
        attribute: Some(found.attribute.name.clone()),
        sub,
    })
}
