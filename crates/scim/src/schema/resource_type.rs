//! Schemas and resource types, and finding an attribute in them.

use std::sync::Arc;

use super::{Attribute, Canonical, Kind, common, derived::Derived};

/// A schema: a URN and its attributes (RFC 7643 §7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The URN.
    pub id: String,
    /// A short name.
    pub name: String,
    /// What it describes.
    pub description: String,
    /// The attributes, in the order documents keep.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// An attribute by name, in any letter case.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.position(name).map(|position| &self.attributes[position])
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.attributes.iter().position(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// Makes canonical values the only ones accepted. RFC 7643 §2.3.1 leaves that to the service
    /// provider: in the standard schemas they are suggestions, in a schema somebody wrote for their
    /// own data they are meant.
    #[must_use]
    pub fn closed(mut self) -> Self {
        fn close(attribute: &mut Attribute) {
            let is_text = matches!(attribute.kind, Kind::String | Kind::Reference);
            if is_text && !attribute.canonical_values.is_empty() {
                attribute.canonical = Canonical::Only;
            }
            attribute.sub_attributes.iter_mut().for_each(close);
        }
        self.attributes.iter_mut().for_each(close);
        self
    }
}

/// A schema that adds attributes to a resource type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The schema.
    pub schema: Arc<Schema>,
    /// Whether every resource must have it.
    pub required: bool,
}

/// A kind of resource and where it is served (RFC 7643 §6).
///
/// ```
/// use seatlink_scim::{Registry, schema};
///
/// let registry = Registry::standard();
/// let user = registry.resource_type("User").expect("users are standard");
/// let found = user.find(Some(schema::ENTERPRISE_USER), "DEPARTMENT").expect("it is known");
/// assert_eq!(found.attribute.name, "department");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceType {
    /// The identifier, equal to the name.
    pub id: String,
    /// The name, such as `User`.
    pub name: String,
    /// The endpoint, such as `/Users`.
    pub endpoint: String,
    /// What it is.
    pub description: String,
    /// The core schema.
    pub schema: Arc<Schema>,
    /// The extensions.
    pub extensions: Vec<Extension>,
    /// Paths of attributes that exist but are switched off by a setting, in schema spelling. What
    /// clients send for them is left out without an error, in strict mode too.
    pub switched_off: Vec<String>,
    pub(super) derived: Derived,
}

/// An attribute and the schema it was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The URN of the extension, or `None` for core and common attributes.
    pub schema: Option<&'a str>,
    /// The attribute.
    pub attribute: &'a Attribute,
}

impl ResourceType {
    /// A type without extensions. It becomes usable as part of a [`super::Registry`].
    pub fn new(name: &str, endpoint: &str, schema: Schema) -> Self {
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            endpoint: endpoint.to_owned(),
            description: schema.description.clone(),
            schema: Arc::new(schema),
            extensions: Vec::new(),
            switched_off: Vec::new(),
            derived: Derived::default(),
        }
    }

    /// The type without the attributes at these paths, because a setting has switched them off:
    /// they are not published, and what clients send for them is ignored without an error.
    #[must_use]
    pub fn without(mut self, paths: &[&str]) -> Self {
        let core = Arc::make_mut(&mut self.schema);
        core.attributes.retain(|attribute| !paths.contains(&attribute.name.as_str()));
        for attribute in &mut core.attributes {
            let parent = attribute.name.clone();
            let is_on =
                |sub: &Attribute| !paths.contains(&format!("{parent}.{}", sub.name).as_str());
            attribute.sub_attributes.retain(is_on);
        }
        for extension in &mut self.extensions {
            let schema = Arc::make_mut(&mut extension.schema);
            let urn = schema.id.clone();
            let is_on = |attribute: &Attribute| {
                !paths.contains(&format!("{urn}:{}", attribute.name).as_str())
            };
            schema.attributes.retain(is_on);
        }
        self.switched_off.extend(paths.iter().map(|path| (*path).to_owned()));
        self.derive()
    }

    /// Works out again what follows from the schemas.
    pub(super) fn derive(mut self) -> Self {
        self.derived = Derived::of(&self);
        self
    }

    /// Finds a core, common or extension attribute; names and URNs in any letter case.
    pub fn find(&self, urn: Option<&str>, name: &str) -> Option<Found<'_>> {
        match urn {
            Some(urn) if !self.schema.id.eq_ignore_ascii_case(urn) => {
                let schema = &self.extension(urn)?.schema;
                let attribute = schema.attribute(name)?;
                Some(Found { schema: Some(&schema.id), attribute })
            }
            _ => {
                let attribute = self.schema.attribute(name).or_else(|| common().find(name))?;
                Some(Found { schema: None, attribute })
            }
        }
    }

    /// Finds an extension attribute by its bare name, if exactly one extension has it.
    pub(crate) fn find_unqualified(&self, name: &str) -> Option<Found<'_>> {
        let mut hits = self.extensions.iter().filter_map(|extension| {
            let attribute = extension.schema.attribute(name)?;
            Some(Found { schema: Some(extension.schema.id.as_str()), attribute })
        });
        let first = hits.next()?;
        hits.next().is_none().then_some(first)
    }

    /// An extension by its URN, in any letter case.
    pub fn extension(&self, urn: &str) -> Option<&Extension> {
        self.extensions.iter().find(|extension| extension.schema.id.eq_ignore_ascii_case(urn))
    }

    /// Whether a URN is the core schema or one of the extensions.
    pub fn declares(&self, urn: &str) -> bool {
        self.schema.id.eq_ignore_ascii_case(urn) || self.extension(urn).is_some()
    }

    /// Whether a setting has switched the attribute off.
    pub(crate) fn is_switched_off(&self, urn: Option<&str>, name: &str, sub: Option<&str>) -> bool {
        if self.switched_off.is_empty() {
            return false;
        }
        let urn = urn.filter(|urn| !self.schema.id.eq_ignore_ascii_case(urn));
        let path = match urn {
            Some(urn) => format!("{urn}:{name}"),
            None => name.to_owned(),
        };
        self.switched_off.iter().any(|off| {
            off.eq_ignore_ascii_case(&path)
                || sub.is_some_and(|sub| off.eq_ignore_ascii_case(&format!("{path}.{sub}")))
        })
    }

    /// Whether membership is kept apart from documents of this type.
    pub(crate) fn has_members(&self) -> bool {
        self.schema.id == super::GROUP
    }

    /// Whether this is the core User type, of whatever profile.
    pub(crate) fn is_user(&self) -> bool {
        self.schema.id == super::USER
    }

    /// All schemas, core first.
    pub fn schemas(&self) -> impl Iterator<Item = &Arc<Schema>> {
        std::iter::once(&self.schema)
            .chain(self.extensions.iter().map(|extension| &extension.schema))
    }
}
