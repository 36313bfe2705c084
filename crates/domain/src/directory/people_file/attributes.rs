//! From a column's path to the attribute it names.

use std::sync::LazyLock;

use crate::profiles::contact_center::{self, OptionalFields};
use seatlink_scim::{
    Attribute, Filter, Kind, Op, Path, Registry, ResourceType, filter::Literal, fold,
};
use serde_json::Value;

/// The sub-attributes, with their values, that a filter such as `type eq "work"` fixes.
pub(super) type Fixed = Vec<(String, Value)>;

/// Every user attribute we know by any profile, so that cells get the right type.
static KNOWN: LazyLock<[Registry; 2]> =
    LazyLock::new(|| [Registry::standard(), contact_center::registry(&OptionalFields::all())]);

fn known_types() -> impl Iterator<Item = &'static ResourceType> {
    KNOWN.iter().filter_map(|registry| registry.resource_type("User"))
}

/// An attribute that a path names, if we know it.
pub(super) struct Spot {
    pub(super) urn: Option<String>,
    pub(super) name: String,
    pub(super) attribute: Option<&'static Attribute>,
    pub(super) sub: Option<String>,
}

impl Spot {
    /// `None` when the path names nothing that can be: only schemas we do not know get the benefit
    /// of the doubt. Parts of the name and extension attributes are found by their bare names too.
    pub(super) fn find(path: &Path) -> Option<Self> {
        let asked = &path.attribute;
        let urn = asked.urn.as_deref();
        let sub = path.sub.clone().or_else(|| asked.sub.clone());
        let known = |urn: Option<&str>, attribute, sub| Self {
            urn: urn.map(str::to_owned),
            name: asked.name.clone(),
            attribute: Some(attribute),
            sub,
        };
        if let Some(found) = known_types().find_map(|rt| rt.find(urn, &asked.name)) {
            return Some(known(found.schema, found.attribute, sub));
        }
        if let Some(urn) = urn {
            let declared = known_types().any(|rt| rt.declares(urn));
            return (!declared).then(|| Self {
                urn: Some(urn.to_owned()),
                name: asked.name.clone(),
                attribute: None,
                sub,
            });
        }
        let name = known_types().find_map(|rt| rt.schema.attribute("name"))?;
        if let Some(part) = name.sub_attribute(&asked.name).filter(|_| sub.is_none()) {
            return Some(known(None, name, Some(part.name.clone())));
        }
        known_types().flat_map(|rt| &rt.extensions).find_map(|extension| {
            let attribute = extension.schema.attribute(&asked.name)?;
            Some(known(Some(&extension.schema.id), attribute, sub.clone()))
        })
    }
}

/// The attribute or sub-attribute that a cell fills.
pub(super) fn leaf(
    attribute: &'static Attribute,
    sub: Option<&str>,
    path: &Path,
) -> Result<&'static Attribute, String> {
    if path.filter.is_some() && !attribute.multi_valued {
        return Err(format!("{} is not a list.", attribute.name));
    }
    match (attribute.kind, sub) {
        (Kind::Complex, Some(sub)) => attribute
            .sub_attribute(sub)
            .ok_or_else(|| format!("{} has no part “{sub}”.", attribute.name)),
        // What a list is about is its value.
        (Kind::Complex, None) if attribute.multi_valued => {
            attribute.sub_attribute("value").ok_or_else(|| which_part(attribute))
        }
        (Kind::Complex, None) => Err(which_part(attribute)),
        (_, Some(_)) => Err(format!("{} has no parts.", attribute.name)),
        (_, None) => Ok(attribute),
    }
}

fn which_part(attribute: &Attribute) -> String {
    let (name, example) = (&attribute.name, attribute.sub_attributes.first());
    match example {
        Some(part) => format!("{name} has parts; name one, such as {name}.{}.", part.name),
        None => format!("{name} has parts; name one."),
    }
}

/// The values a filter of `eq`s fixes; `None` for any other filter.
pub(super) fn fixed_values(filter: &Filter) -> Option<Fixed> {
    match filter {
        Filter::And(terms) => {
            let parts: Option<Vec<_>> = terms.iter().map(fixed_values).collect();
            Some(parts?.concat())
        }
        Filter::Compare { path, op: Op::Eq, value }
            if path.urn.is_none() && path.sub.is_none() && *value != Literal::Null =>
        {
            Some(vec![(path.name.clone(), Value::from(value))])
        }
        Filter::Compare { .. }
        | Filter::Or(_)
        | Filter::Not(_)
        | Filter::Present(_)
        | Filter::Any { .. } => None,
    }
}

/// What tells one element of a list from another: its type if it has one, else all that is fixed.
pub(super) fn distinction(fixed: &[(String, Value)]) -> Vec<(String, String)> {
    let folded = |(name, value): &(String, Value)| {
        (fold(name), value.as_str().map_or_else(|| value.to_string(), fold))
    };
    let mut all: Vec<_> = fixed.iter().map(folded).collect();
    if let Some(kind) = all.iter().find(|(name, _)| name == "type") {
        return vec![kind.clone()];
    }
    all.sort();
    all
}
