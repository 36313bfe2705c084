//! Whether a schema or resource type can be used: names, nesting, and what contradicts itself.

use super::{Attribute, Kind, Mutability, Registry, ResourceType, Returned, Schema, Uniqueness};
use super::{common, standard_knows};
use crate::Error;
use crate::path::is_attribute_name;

/// Namespaces of the standard in which nobody else names schemas. Extensions
/// (`urn:ietf:params:scim:schemas:extension:`) are not among them: identity providers tell their
/// customers to use that one.
const STANDARD_NAMESPACES: [&str; 2] =
    ["urn:ietf:params:scim:schemas:core:", "urn:ietf:params:scim:api:"];

/// What already means something below the base URL.
const ENDPOINTS: [&str; 7] =
    ["Users", "Groups", "Me", "Bulk", "Schemas", "ResourceTypes", "ServiceProviderConfig"];

/// Resource types of the standard.
const TYPES: [&str; 5] = ["User", "Group", "Schema", "ResourceType", "ServiceProviderConfig"];

/// The longest URN, name or endpoint. They are keys of databases and parts of URLs.
const MAX_NAME: usize = 200;

impl Schema {
    /// Whether the schema can be used: a URN, well-formed unique names, one level of nesting.
    pub(super) fn check(&self) -> Result<(), Error> {
        if !is_urn(&self.id) {
            return Err(Error::invalid_value(format!(
                "The schema id {} is not a URN such as urn:example:params:scim:schemas:1.0:Badge.",
                self.id
            )));
        }
        check_attributes(&self.attributes, &self.id)?;
        for attribute in &self.attributes {
            if common().find(&attribute.name).is_some() {
                return Err(Error::invalid_value(format!(
                    "The attribute {} is common to all resources and cannot be defined again.",
                    attribute.name
                )));
            }
            let is_complex = attribute.kind == Kind::Complex;
            if is_complex == attribute.sub_attributes.is_empty() {
                return Err(Error::invalid_value(format!(
                    "The attribute {} must have sub-attributes exactly if it is complex.",
                    attribute.name
                )));
            }
            check_characteristics(attribute, &attribute.name)?;
            check_attributes(&attribute.sub_attributes, &attribute.name)?;
            for sub in &attribute.sub_attributes {
                let path = format!("{}.{}", attribute.name, sub.name);
                // Erratum 8415 on RFC 7643 §2.3.8: complex values do not nest.
                if sub.kind == Kind::Complex || !sub.sub_attributes.is_empty() {
                    return Err(Error::invalid_value(format!(
                        "The sub-attribute {path} must not be complex."
                    )));
                }
                check_characteristics(sub, &path)?;
            }
        }
        Ok(())
    }

    /// Whether the schema stays out of the standard's names.
    pub(super) fn check_own(&self) -> Result<(), Error> {
        let is_taken = |namespace: &&str| {
            self.id
                .get(..namespace.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(namespace))
        };
        if let Some(namespace) = STANDARD_NAMESPACES.iter().find(|namespace| is_taken(namespace)) {
            return Err(Error::invalid_value(format!(
                "{} is in {namespace}, which belongs to the standard; choose a URN of your own.",
                self.id
            )));
        }
        if self.attributes.is_empty() {
            return Err(Error::invalid_value(format!("The schema {} has no attributes.", self.id)));
        }
        Ok(())
    }
}

impl ResourceType {
    /// Whether name and endpoint can be used and every schema is well formed.
    pub(super) fn check(&self) -> Result<(), Error> {
        let is_name = |text: &str| {
            text.len() <= MAX_NAME
                && text.starts_with(|first: char| first.is_ascii_alphabetic())
                && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
        };
        if !is_name(&self.name) {
            return Err(Error::invalid_value(format!(
                "The resource type {:?} needs a name of letters, digits, - and _, such as Device.",
                self.name
            )));
        }
        let Some(endpoint) = self.endpoint.strip_prefix('/').filter(|below| is_name(below)) else {
            return Err(Error::invalid_value(format!(
                "The endpoint {:?} must be one path segment such as /Devices.",
                self.endpoint
            )));
        };
        if TYPES.iter().any(|name| name.eq_ignore_ascii_case(&self.name)) {
            return Err(Error::conflict(format!(
                "{} is a resource type of the standard; choose another name.",
                self.name
            )));
        }
        if ENDPOINTS.iter().any(|name| name.eq_ignore_ascii_case(endpoint)) {
            return Err(Error::conflict(format!(
                "The endpoint {} is taken; choose another one.",
                self.endpoint
            )));
        }
        for (position, schema) in self.schemas().enumerate() {
            schema.check()?;
            let repeated = self
                .schemas()
                .take(position)
                .any(|known| known.id.eq_ignore_ascii_case(&schema.id));
            if repeated {
                return Err(Error::invalid_value(format!(
                    "The resource type {} names the schema {} twice.",
                    self.name, schema.id
                )));
            }
        }
        for extension in &self.extensions {
            check_names(self, &extension.schema)?;
            check_urns(self, &extension.schema)?;
        }
        Ok(())
    }
}

/// RFC 7644 §3.10: a path without a URN means the core attribute, so an attribute of the same name
/// in an extension could not be told from it by whoever leaves the URN out.
pub(super) fn check_names(rt: &ResourceType, extension: &Schema) -> Result<(), Error> {
    let taken = extension.attributes.iter().find(|attribute| {
        rt.schema.attribute(&attribute.name).is_some()
            || (rt.is_user() || rt.has_members()) && standard_knows(&rt.name, None, &attribute.name)
    });
    match taken {
        None => Ok(()),
        Some(attribute) => Err(Error::conflict(format!(
            "{} is an attribute of the core schema of {}; choose another name in {}.",
            attribute.name, rt.name, extension.id
        ))),
    }
}

/// A path with a URN in front must have one meaning: no URN may read as an attribute of another
/// schema of the type.
pub(super) fn check_urns(rt: &ResourceType, schema: &Schema) -> Result<(), Error> {
    let others = || {
        rt.schemas()
            .map(AsRef::as_ref)
            .filter(|other: &&Schema| !other.id.eq_ignore_ascii_case(&schema.id))
    };
    let clash = others().find_map(|other| {
        let forth = attribute_named(other, &schema.id).map(|name| (&schema.id, name, other));
        forth.or_else(|| attribute_named(schema, &other.id).map(|name| (&other.id, name, schema)))
    });
    match clash {
        None => Ok(()),
        Some((urn, name, of)) => Err(Error::conflict(format!(
            "The URN {urn} could be read as the attribute {name} of {}; choose another URN.",
            of.id
        ))),
    }
}

/// The attribute of the schema that a text names in full.
fn attribute_named<'a>(schema: &Schema, text: &'a str) -> Option<&'a str> {
    let (urn, name) = text.rsplit_once(':')?;
    let (attribute, sub) = name.split_once('.').map_or((name, None), |(a, sub)| (a, Some(sub)));
    let attribute =
        urn.eq_ignore_ascii_case(&schema.id).then(|| schema.attribute(attribute)).flatten()?;
    sub.is_none_or(|sub| attribute.sub_attribute(sub).is_some()).then_some(name)
}

/// Whether references point at resource types that exist. `own` is the type being added, if any.
pub(super) fn check_references(
    registry: &Registry,
    schema: &Schema,
    own: Option<&str>,
) -> Result<(), Error> {
    let attributes =
        schema.attributes.iter().flat_map(|one| std::iter::once(one).chain(&one.sub_attributes));
    for attribute in attributes {
        for name in &attribute.reference_types {
            let is_known = matches!(name.as_str(), "uri" | "external")
                || own.is_some_and(|own| own == name)
                || registry.resource_types().iter().any(|rt| rt.name == *name);
            if !is_known {
                return Err(Error::invalid_value(format!(
                    "The attribute {} refers to {name}, which is neither uri, external nor a \
                     resource type.",
                    attribute.name
                )));
            }
        }
    }
    Ok(())
}

/// Characteristics that cannot be kept together.
fn check_characteristics(attribute: &Attribute, path: &str) -> Result<(), Error> {
    let refused = |sentence: String| Err(Error::invalid_value(sentence));
    let is_write_only = attribute.mutability == Mutability::WriteOnly;
    if is_write_only && attribute.returned != Returned::Never {
        return refused(format!(
            "The attribute {path} is writeOnly, so it must be returned never."
        ));
    }
    if attribute.uniqueness != Uniqueness::None {
        // Erratum 6004.
        if attribute.kind == Kind::Complex {
            return refused(format!(
                "The attribute {path} is complex; make one of its sub-attributes unique instead."
            ));
        }
        if is_write_only {
            return refused(format!("The attribute {path} is writeOnly and cannot be unique."));
        }
    }
    if !attribute.reference_types.is_empty() && attribute.kind != Kind::Reference {
        return refused(format!("The attribute {path} has referenceTypes but is no reference."));
    }
    Ok(())
}

fn check_attributes(attributes: &[Attribute], parent: &str) -> Result<(), Error> {
    for (position, attribute) in attributes.iter().enumerate() {
        if !is_attribute_name(&attribute.name) || attribute.name.len() > MAX_NAME {
            return Err(Error::invalid_value(format!(
                "“{}” in {parent} is not an attribute name: a letter, then letters, digits, - and _.",
                attribute.name
            )));
        }
        let repeated = attributes[..position]
            .iter()
            .any(|earlier| earlier.name.eq_ignore_ascii_case(&attribute.name));
        if repeated {
            return Err(Error::invalid_value(format!(
                "The attribute {} appears twice in {parent}.",
                attribute.name
            )));
        }
    }
    Ok(())
}

/// `urn:`, a namespace and what it names, in characters that can stand in a filter (RFC 8141 §2).
fn is_urn(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let Some((namespace, specific)) = rest.split_once(':') else { return false };
    scheme.eq_ignore_ascii_case("urn")
        && text.len() <= MAX_NAME
        && !namespace.is_empty()
        && namespace.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
        && !specific.is_empty()
        && specific.split(':').all(|part| !part.is_empty())
        && specific.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.:$+%~@/".contains(&c))
}
