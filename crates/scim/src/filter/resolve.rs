//! Checking a filter against a resource type.

use std::cell::RefCell;

use super::{Filter, Literal, Op, Operand, ResolvedFilter, Target};
use crate::schema::{Attribute, Found, Kind, Mutability, Registry, ResourceType, Returned};
use crate::{AttrPath, Error, Leniency, Quirk, Repair, fold, resolve_date_time};

impl Filter {
    /// Checks every name and comparison against a resource type.
    ///
    /// Attributes that are never returned resolve to [`ResolvedFilter::Never`], so that a filter
    /// cannot be used to guess them.
    pub fn resolve(&self, rt: &ResourceType, leniency: Leniency) -> Result<ResolvedFilter, Error> {
        self.resolve_reporting(rt, leniency, &mut Vec::new())
    }

    /// The same, and reports what was repaired for the client.
    pub fn resolve_reporting(
        &self,
        rt: &ResourceType,
        leniency: Leniency,
        repairs: &mut Vec<Repair>,
    ) -> Result<ResolvedFilter, Error> {
        Resolver::new(rt, leniency, Scope::Resource).reporting(self, repairs)
    }

    /// The same for one type of a query over several (RFC 7644 §3.4.2.1): an attribute that only
    /// another type of the registry has counts as unassigned here.
    pub fn resolve_among(
        &self,
        rt: &ResourceType,
        registry: &Registry,
        leniency: Leniency,
    ) -> Result<ResolvedFilter, Error> {
        let resolver = Resolver::new(rt, leniency, Scope::Resource);
        Resolver { registry: Some(registry), ..resolver }.filter(self)
    }
}

/// Resolves a filter on one element of a list, as in a PATCH path.
pub(crate) fn resolve_element(
    filter: &Filter,
    rt: &ResourceType,
    attribute: &Attribute,
    leniency: Leniency,
    repairs: &mut Vec<Repair>,
) -> Result<ResolvedFilter, Error> {
    Resolver::new(rt, leniency, Scope::Element(attribute)).reporting(filter, repairs)
}

/// Finds what a list is sorted by (RFC 7644 §3.4.2.3). Of a complex list that is its `value`.
///
/// ```
/// use seatlink_scim::{Leniency, Registry, filter};
///
/// let registry = Registry::standard();
/// let user = registry.resource_type("User").expect("users are standard");
/// let target = filter::sort_target("NAME.familyname", user, Leniency::Strict)?;
/// assert_eq!(target.leaf(), "familyName");
/// assert!(filter::sort_target("password", user, Leniency::Strict).is_err());
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
pub fn sort_target(path: &str, rt: &ResourceType, leniency: Leniency) -> Result<Target, Error> {
    let refused = || {
        Error::invalid_value(format!(
            "{} cannot be sorted by {path:?}; see the Schemas endpoint.",
            rt.name
        ))
    };
    let parsed = AttrPath::parse(path).ok_or_else(refused)?;
    let resolver = Resolver::new(rt, leniency, Scope::Resource);
    let named = resolver.named(&parsed).map_err(|_| refused())?.ok_or_else(refused)?;
    resolver.to_leaf(named, &parsed).map(|leaf| leaf.target).map_err(|_| refused())
}

/// The same for one type of a query over several: `None` if only another type of the registry has
/// the attribute, so that all resources of this one count as being without it.
pub fn sort_target_among(
    path: &str,
    rt: &ResourceType,
    registry: &Registry,
    leniency: Leniency,
) -> Result<Option<Target>, Error> {
    match sort_target(path, rt, leniency) {
        Ok(target) => Ok(Some(target)),
        Err(refusal) => {
            let known = registry
                .resource_types()
                .iter()
                .any(|other| sort_target(path, other, leniency).is_ok());
            if known { Ok(None) } else { Err(refusal) }
        }
    }
}

#[derive(Clone, Copy)]
enum Scope<'a> {
    /// Names are attributes of the resource.
    Resource,
    /// Names are sub-attributes of one element.
    Element(&'a Attribute),
    /// Names are sub-attributes of a singular complex attribute.
    Single(Found<'a>),
}

struct Resolver<'a> {
    rt: &'a ResourceType,
    leniency: Leniency,
    scope: Scope<'a>,
    registry: Option<&'a Registry>,
    /// Behind a cell, because a resolver hands itself on to what stands in brackets.
    repairs: RefCell<Vec<Repair>>,
}

/// What a name stands for.
struct Named<'a> {
    target: Target,
    /// The attribute that is compared: the sub-attribute, if there is one.
    attribute: &'a Attribute,
}

impl<'a> Resolver<'a> {
    fn new(rt: &'a ResourceType, leniency: Leniency, scope: Scope<'a>) -> Self {
        Self { rt, leniency, scope, registry: None, repairs: RefCell::default() }
    }

    fn reporting(
        self,
        filter: &Filter,
        repairs: &mut Vec<Repair>,
    ) -> Result<ResolvedFilter, Error> {
        let resolved = self.filter(filter)?;
        repairs.append(&mut self.repairs.into_inner());
        Ok(resolved)
    }

    fn repair(&self, quirk: Quirk, path: &AttrPath) {
        self.repairs.borrow_mut().push(Repair { quirk, at: path.to_string() });
    }

    fn filter(&self, filter: &Filter) -> Result<ResolvedFilter, Error> {
        let all = |filters: &[Filter]| -> Result<Vec<ResolvedFilter>, Error> {
            filters.iter().map(|inner| self.filter(inner)).collect()
        };
        match filter {
            Filter::And(filters) => Ok(ResolvedFilter::And(all(filters)?)),
            Filter::Or(filters) => Ok(ResolvedFilter::Or(all(filters)?)),
            Filter::Not(inner) => Ok(ResolvedFilter::Not(Box::new(self.filter(inner)?))),
            Filter::Present(path) => {
                if self.is_foreign(path) {
                    return Ok(ResolvedFilter::Never);
                }
                Ok(self
                    .named(path)?
                    .map_or(ResolvedFilter::Never, |named| ResolvedFilter::Present(named.target)))
            }
            Filter::Compare { path, op, value } => self.compare(path, *op, value),
            Filter::Any { path, filter } => self.any(path, filter),
        }
    }

    /// Whether only another type of the registry knows the attribute.
    fn is_foreign(&self, path: &AttrPath) -> bool {
        let Some(registry) = self.registry else { return false };
        let urn = path.urn.as_deref();
        self.rt.find(urn, &path.name).is_none()
            && registry.resource_types().iter().any(|rt| rt.find(urn, &path.name).is_some())
    }

    fn compare(&self, path: &AttrPath, op: Op, value: &Literal) -> Result<ResolvedFilter, Error> {
        if self.is_foreign(path) {
            let matches_unassigned = match value {
                Literal::Null => op == Op::Eq,
                _ => op == Op::Ne,
            };
            return Ok(if matches_unassigned {
                ResolvedFilter::always()
            } else {
                ResolvedFilter::Never
            });
        }
        let Some(named) = self.named(path)? else {
            return Ok(ResolvedFilter::Never);
        };
        // RFC 7643 §2.5: null is the unassigned state, so `eq null` asks for absence.
        if *value == Literal::Null {
            let present = ResolvedFilter::Present(named.target);
            return match op {
                Op::Eq => Ok(ResolvedFilter::Not(Box::new(present))),
                Op::Ne => Ok(present),
                _ => Err(Error::invalid_filter(
                    "The value null can only be compared with eq and ne.",
                )),
            };
        }
        let mut named = self.to_leaf(named, path)?;
        let value = self.operand(named.attribute, op, value, path)?;
        if op == Op::Eq && !matches!(self.scope, Scope::Element(_)) {
            named.target.unique = self.rt.unique_value(&named.target, &value);
        }
        Ok(ResolvedFilter::Compare { target: named.target, op, value })
    }

    /// RFC 7644 Figure 2: the bare name of a complex list means its `value`.
    fn to_leaf(&self, named: Named<'a>, path: &AttrPath) -> Result<Named<'a>, Error> {
        let Named { mut target, attribute } = named;
        if target.kind != Kind::Complex {
            if target.multi_valued && target.sub.is_none() && !target.inside {
                target.sub = Some("value".to_owned());
            }
            return Ok(Named { target, attribute });
        }
        let may_stand_for_value = target.multi_valued || self.leniency == Leniency::Forgiving;
        match attribute.sub_attribute("value") {
            Some(value) if may_stand_for_value => {
                if !target.multi_valued {
                    self.repair(Quirk::FilterOnComplex, path);
                }
                target.sub = Some(value.name.clone());
                target.kind = value.kind;
                target.case_exact = value.case_exact;
                Ok(Named { target, attribute: value })
            }
            _ => Err(Error::invalid_filter(format!(
                "The attribute {path} is complex; compare one of its sub-attributes."
            ))),
        }
    }

    fn any(&self, path: &AttrPath, filter: &Filter) -> Result<ResolvedFilter, Error> {
        if self.is_foreign(path) {
            return Ok(ResolvedFilter::Never);
        }
        if !matches!(self.scope, Scope::Resource) || path.sub.is_some() {
            return Err(Error::invalid_filter("A filter in brackets cannot hold another one."));
        }
        let found = self.find(path)?;
        if is_hidden(found.attribute) {
            return Ok(ResolvedFilter::Never);
        }
        let scope = if found.attribute.multi_valued {
            Scope::Element(found.attribute)
        } else if found.attribute.kind == Kind::Complex {
            // One value: the brackets add nothing.
            Scope::Single(found)
        } else {
            return Err(Error::invalid_filter(format!(
                "The attribute {path} holds one value; brackets need a list."
            )));
        };
        let inner = Resolver::new(self.rt, self.leniency, scope);
        let inner = inner.reporting(filter, &mut self.repairs.borrow_mut())?;
        if !found.attribute.multi_valued {
            // Without the attribute there is no element that could match.
            let present = ResolvedFilter::Present(target(found, None, found.attribute));
            return Ok(ResolvedFilter::And(vec![present, inner]));
        }
        let holder = self.holder(found, &inner);
        let any = ResolvedFilter::Any {
            target: target(found, None, found.attribute),
            filter: Box::new(inner),
        };
        // Who has an element like that has the value in it, so looking that up first changes no
        // answer.
        Ok(match holder {
            Some(holder) => ResolvedFilter::And(vec![holder, any]),
            None => any,
        })
    }

    /// The comparison outside of brackets that finds the holder of a unique value which every
    /// element that matches inside of them has.
    fn holder(&self, found: Found<'a>, inner: &ResolvedFilter) -> Option<ResolvedFilter> {
        match inner {
            ResolvedFilter::And(filters) => {
                filters.iter().find_map(|inner| self.holder(found, inner))
            }
            ResolvedFilter::Compare { target: part, op: Op::Eq, value } => {
                let mut target = target(found, None, found.attribute);
                target.sub = Some(part.attribute.clone());
                target.kind = part.kind;
                target.case_exact = part.case_exact;
                target.unique = Some(self.rt.unique_value(&target, value)?);
                Some(ResolvedFilter::Compare { target, op: Op::Eq, value: value.clone() })
            }
            _ => None,
        }
    }

    fn find(&self, path: &AttrPath) -> Result<Found<'a>, Error> {
        let urn = path.urn.as_deref();
        let found = self.rt.find(urn, &path.name).or_else(|| match (urn, self.leniency) {
            (None, Leniency::Forgiving) => self.find_loosely(path),
            _ => None,
        });
        found.ok_or_else(|| {
            Error::invalid_filter(format!(
                "There is no attribute {path} in {}; see the Schemas endpoint.",
                self.rt.name
            ))
        })
    }

    fn find_loosely(&self, path: &AttrPath) -> Option<Found<'a>> {
        if let Some(found) = self.rt.find_unqualified(&path.name) {
            self.repair(Quirk::UnqualifiedExtension, path);
            return Some(found);
        }
        // PingOne's administrators type the filter: `email Co "%s"`.
        let emails = self.rt.find(None, "emails")?;
        path.name.eq_ignore_ascii_case("email").then(|| {
            self.repair(Quirk::EmailForEmails, path);
            emails
        })
    }

    /// Finds what a name stands for; `None` if it must not be revealed.
    fn named(&self, path: &AttrPath) -> Result<Option<Named<'a>>, Error> {
        match self.scope {
            Scope::Resource => self.named_in_resource(path),
            Scope::Element(parent) => element_name(parent, path),
            Scope::Single(found) => {
                let sub = bracket_name(found.attribute, path)?;
                Ok((!is_hidden(sub))
                    .then(|| Named { target: target(found, Some(sub), sub), attribute: sub }))
            }
        }
    }

    fn named_in_resource(&self, path: &AttrPath) -> Result<Option<Named<'a>>, Error> {
        let found = self.find(path)?;
        let attribute = found.attribute;
        let Some(sub_name) = &path.sub else {
            return Ok((!is_hidden(attribute))
                .then(|| Named { target: target(found, None, attribute), attribute }));
        };
        if attribute.kind != Kind::Complex {
            // The elements of a simple list are called `value`.
            if attribute.multi_valued && sub_name.eq_ignore_ascii_case("value") {
                return Ok((!is_hidden(attribute))
                    .then(|| Named { target: target(found, None, attribute), attribute }));
            }
            return Err(Error::invalid_filter(format!(
                "The attribute {} has no sub-attributes; compare it by its own name.",
                attribute.name
            )));
        }
        let Some(sub) = attribute.sub_attribute(sub_name) else {
            return Err(Error::invalid_filter(format!(
                "There is no attribute {path} in {}; see the Schemas endpoint.",
                self.rt.name
            )));
        };
        let hidden = is_hidden(attribute) || is_hidden(sub);
        Ok((!hidden).then(|| Named { target: target(found, Some(sub), sub), attribute: sub }))
    }

    fn operand(
        &self,
        attribute: &Attribute,
        op: Op,
        value: &Literal,
        path: &AttrPath,
    ) -> Result<Operand, Error> {
        let mismatch = |wanted: &str| {
            Err(Error::invalid_filter(format!(
                "The attribute {path} can only be compared with {wanted}."
            )))
        };
        let not_defined = || {
            let defined = match attribute.kind {
                Kind::Boolean | Kind::Binary => "eq, ne or pr",
                _ => "eq, ne, gt, ge, lt, le or pr",
            };
            Err(Error::invalid_filter(format!(
                "The operator {} is not defined for {path}, which is of type {}; use {defined}.",
                op.keyword(),
                attribute.kind.keyword()
            )))
        };
        let is_equality = matches!(op, Op::Eq | Op::Ne);
        let is_substring = matches!(op, Op::Co | Op::Sw | Op::Ew);
        match attribute.kind {
            Kind::String | Kind::Reference => match value {
                // A zero character cannot be stored, so it cannot be looked for either.
                Literal::String(text) if text.contains('\0') => Err(Error::invalid_filter(
                    "A text in the filter holds a zero character; leave it out.",
                )),
                Literal::String(text) if attribute.case_exact => Ok(Operand::String(text.clone())),
                Literal::String(text) => Ok(Operand::String(fold(text))),
                _ => mismatch("text"),
            },
            Kind::Boolean | Kind::Binary if !is_equality => not_defined(),
            Kind::Integer | Kind::Decimal | Kind::DateTime if is_substring => not_defined(),
            Kind::Boolean => match value {
                Literal::Bool(value) => Ok(Operand::Bool(*value)),
                Literal::String(text) if self.leniency == Leniency::Forgiving => {
                    let flag = match text.to_ascii_lowercase().as_str() {
                        "true" => true,
                        "false" => false,
                        _ => return mismatch("true or false"),
                    };
                    self.repair(Quirk::StringBoolean, path);
                    Ok(Operand::Bool(flag))
                }
                _ => mismatch("true or false"),
            },
            Kind::Integer | Kind::Decimal => match value {
                Literal::Number(number) => match (number.as_i64(), number.as_f64()) {
                    (Some(integer), _) => Ok(Operand::Integer(integer)),
                    (None, Some(decimal)) => Ok(Operand::Decimal(decimal)),
                    (None, None) => mismatch("a number of ordinary size"),
                },
                _ => mismatch("a number"),
            },
            Kind::DateTime => match value {
                Literal::String(text) => match resolve_date_time(text) {
                    Some(fixed) => Ok(Operand::DateTime(fixed)),
                    None => mismatch("a date and time such as 2011-05-13T04:42:34Z"),
                },
                _ => mismatch("a date and time such as 2011-05-13T04:42:34Z"),
            },
            Kind::Binary => match value {
                Literal::String(text) => Ok(Operand::String(text.clone())),
                _ => mismatch("base64 text"),
            },
            Kind::Complex => not_defined(),
        }
    }
}

/// A name inside brackets after a list.
fn element_name<'a>(parent: &'a Attribute, path: &AttrPath) -> Result<Option<Named<'a>>, Error> {
    if parent.kind != Kind::Complex {
        let names_value = path.name.eq_ignore_ascii_case("value");
        if path.urn.is_some() || path.sub.is_some() || !names_value {
            return Err(Error::invalid_filter(format!(
                "The elements of {} have no sub-attributes; compare value.",
                parent.name
            )));
        }
        let target = Target {
            schema: None,
            attribute: "value".to_owned(),
            sub: None,
            kind: parent.kind,
            case_exact: parent.case_exact,
            multi_valued: false,
            inside: true,
            unique: None,
        };
        return Ok(Some(Named { target, attribute: parent }));
    }
    let sub = bracket_name(parent, path)?;
    let target = Target {
        schema: None,
        attribute: sub.name.clone(),
        sub: None,
        kind: sub.kind,
        case_exact: sub.case_exact,
        multi_valued: sub.multi_valued,
        inside: true,
        unique: None,
    };
    Ok((!is_hidden(sub)).then_some(Named { target, attribute: sub }))
}

fn bracket_name<'a>(parent: &'a Attribute, path: &AttrPath) -> Result<&'a Attribute, Error> {
    if path.urn.is_none()
        && path.sub.is_none()
        && let Some(sub) = parent.sub_attribute(&path.name)
    {
        return Ok(sub);
    }
    Err(Error::invalid_filter(format!(
        "There is no sub-attribute {path} in {}; see the Schemas endpoint.",
        parent.name
    )))
}

fn is_hidden(attribute: &Attribute) -> bool {
    attribute.returned == Returned::Never || attribute.mutability == Mutability::WriteOnly
}

fn target(found: Found<'_>, sub: Option<&Attribute>, leaf: &Attribute) -> Target {
    Target {
        schema: found.schema.map(str::to_owned),
        attribute: found.attribute.name.clone(),
        sub: sub.map(|sub| sub.name.clone()),
        kind: leaf.kind,
        case_exact: leaf.case_exact,
        multi_valued: found.attribute.multi_valued,
        inside: false,
        unique: None,
    }
}
