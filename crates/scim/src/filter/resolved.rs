//! The filter after checking against a schema.

use std::borrow::Cow;

use serde_json::Value;

use super::Op;
use crate::{Kind, UniqueValue};

/// A filter whose attributes are known and typed.
///
/// ```
/// use seatlink_scim::{Leniency, Registry, filter};
/// use serde_json::json;
///
/// let registry = Registry::standard();
/// let user = registry.resource_type("User").expect("users are standard");
/// let filter = filter::parse(r#"emails[type eq "work"]"#)?.resolve(user, Leniency::Strict)?;
/// assert!(filter.matches(&json!({"emails": [{"type": "Work", "value": "a@example.com"}]})));
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum ResolvedFilter {
    /// All hold. With no members it holds always.
    And(Vec<Self>),
    /// Any holds. With no members it holds never.
    Or(Vec<Self>),
    /// The inner one does not hold.
    Not(Box<Self>),
    /// The target compares with a value.
    Compare {
        /// What is compared.
        target: Target,
        /// How.
        op: Op,
        /// With what.
        value: Operand,
    },
    /// The target has a value.
    Present(Target),
    /// One element of the target, which is a list, satisfies the inner filter. Targets in there
    /// have [`Target::inside`] set.
    Any {
        /// The list.
        target: Target,
        /// The filter on one element.
        filter: Box<Self>,
    },
    /// Nothing matches.
    Never,
}

impl ResolvedFilter {
    /// Whether a resource matches. The view is the whole resource, with `id`, `meta` and `groups`,
    /// or its search form; both give the same answer.
    pub fn matches(&self, view: &Value) -> bool {
        super::evaluate::matches(self, view)
    }

    /// A filter that everything matches.
    pub(crate) fn always() -> Self {
        Self::Not(Box::new(Self::Never))
    }
}

/// An attribute in schema spelling.
///
/// A comparison with a list names what is compared in each element: `sub` is then always set, and
/// it is `value` for lists of simple values. For [`ResolvedFilter::Present`] on a list, no `sub`
/// means the list itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// The extension URN, or `None` for core and common attributes.
    pub schema: Option<String>,
    /// The attribute; with `inside`, the sub-attribute of the element.
    pub attribute: String,
    /// The sub-attribute.
    pub sub: Option<String>,
    /// The type of what is compared.
    pub kind: Kind,
    /// Whether letter case matters.
    pub case_exact: bool,
    /// Whether `attribute` is a list.
    pub multi_valued: bool,
    /// Whether it is relative to the element of an enclosing [`ResolvedFilter::Any`].
    pub inside: bool,
    /// Where [`ResolvedFilter::Compare`] asks by [`Op::Eq`] for a unique value: that value as
    /// [`ResourceType::unique_values`](crate::ResourceType::unique_values) gives it, so that its
    /// one holder can be looked up.
    pub unique: Option<UniqueValue>,
}

impl Target {
    /// The name of what is compared: the sub-attribute, or the attribute itself.
    pub fn leaf(&self) -> &str {
        self.sub.as_deref().unwrap_or(&self.attribute)
    }
}

/// The value a target is compared with, in comparable form.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Text; already folded unless the target is case exact.
    String(String),
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Decimal(f64),
    /// An instant in the fixed-width form of [`crate::resolve_date_time`].
    DateTime(String),
    /// No value. Resolving a filter never gives this: `eq null` becomes a negated presence, so
    /// that there is one way to ask. It is here for filters built by hand.
    Null,
}

/// Numbers up to here are told apart by their digits, whether they are whole or not.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Operand {
    /// The key of a unique value that equals this operand; `None` if only comparing can tell.
    pub(crate) fn unique_key(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::String(text) | Self::DateTime(text) => Some(Cow::Borrowed(text)),
            Self::Bool(true) => Some(Cow::Borrowed("true")),
            Self::Bool(false) => Some(Cow::Borrowed("false")),
            Self::Integer(number) => Some(Cow::Owned(number.to_string())),
            Self::Decimal(number) if number.abs() < EXACT => Some(Cow::Owned(decimal_key(*number))),
            Self::Decimal(_) | Self::Null => None,
        }
    }
}

/// Equal numbers have equal keys: there is one zero.
pub(crate) fn decimal_key(number: f64) -> String {
    (number + 0.0).to_string()
}
