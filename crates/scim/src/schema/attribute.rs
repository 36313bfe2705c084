//! One attribute and its characteristics (RFC 7643 §2.2 and §7).

use serde_json::{Map, Value};

/// The data type of an attribute (RFC 7643 §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A number with a fraction.
    Decimal,
    /// A whole number.
    Integer,
    /// An `xsd:dateTime`.
    DateTime,
    /// Base64 text.
    Binary,
    /// A URI, always case exact.
    Reference,
    /// An object with sub-attributes.
    Complex,
}

/// When an attribute may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mutability {
    /// Only the server writes it.
    ReadOnly,
    /// Anyone may write it.
    ReadWrite,
    /// It may be set once.
    Immutable,
    /// It may be written but never read.
    WriteOnly,
}

/// When an attribute is part of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Returned {
    /// In every response.
    Always,
    /// In no response.
    Never,
    /// Unless the client leaves it out.
    Default,
    /// Only when the client asks for it or wrote it.
    Request,
}

/// How far a value must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Uniqueness {
    /// Not at all.
    None,
    /// Within the tenant.
    Server,
    /// Everywhere.
    Global,
}

/// What canonical values mean (RFC 7643 §2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Canonical {
    /// Others are accepted too.
    Suggested,
    /// No others are accepted.
    Only,
}

/// An attribute or sub-attribute.
///
/// ```
/// use seatlink_scim::{Attribute, Kind, Mutability};
///
/// let serial = Attribute::new("badgeSerial", Kind::String, "Printed on the badge.")
///     .case_exact()
///     .mutability(Mutability::Immutable);
/// assert!(serial.case_exact && !serial.required);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "RFC 7643 §7 makes three of them booleans")]
pub struct Attribute {
    /// The name in schema spelling.
    pub name: String,
    /// The data type.
    pub kind: Kind,
    /// Whether it holds a list.
    pub multi_valued: bool,
    /// What it is for.
    pub description: String,
    /// Whether a resource must have it.
    pub required: bool,
    /// Suggested values.
    pub canonical_values: Vec<String>,
    /// Whether letter case matters in comparisons.
    pub case_exact: bool,
    /// When it may be written.
    pub mutability: Mutability,
    /// When it is returned.
    pub returned: Returned,
    /// How far it must be unique.
    pub uniqueness: Uniqueness,
    /// For references: the resource types, `uri` or `external`.
    pub reference_types: Vec<String>,
    /// For complex attributes: what they are made of.
    pub sub_attributes: Vec<Self>,
    /// What the suggested values mean.
    pub canonical: Canonical,
    /// Whether a value that may only be written stays out of the document: whoever stores resources
    /// gets it apart and keeps it in a way of its own, as a hash, or not at all.
    pub set_aside: bool,
}

impl Attribute {
    /// An attribute with the defaults of RFC 7643 §2.2. References and binary data are case exact
    /// (§2.3.6, §2.3.7).
    pub fn new(name: &str, kind: Kind, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            multi_valued: false,
            description: description.to_owned(),
            required: false,
            canonical_values: Vec::new(),
            case_exact: matches!(kind, Kind::Reference | Kind::Binary),
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            reference_types: Vec::new(),
            sub_attributes: Vec::new(),
            canonical: Canonical::Suggested,
            set_aside: false,
        }
    }

    /// Makes it required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Makes it a list.
    #[must_use]
    pub fn many(mut self) -> Self {
        self.multi_valued = true;
        self
    }

    /// Makes letter case matter.
    #[must_use]
    pub fn case_exact(mut self) -> Self {
        self.case_exact = true;
        self
    }

    /// Sets when it may be written.
    #[must_use]
    pub fn mutability(mut self, mutability: Mutability) -> Self {
        self.mutability = mutability;
        self
    }

    /// Sets when it is returned.
    #[must_use]
    pub fn returned(mut self, returned: Returned) -> Self {
        self.returned = returned;
        self
    }

    /// Sets how far it must be unique.
    #[must_use]
    pub fn unique(mut self, uniqueness: Uniqueness) -> Self {
        self.uniqueness = uniqueness;
        self
    }

    /// Sets the suggested values.
    #[must_use]
    pub fn canonical(mut self, values: &[&str]) -> Self {
        self.canonical_values = values.iter().map(|value| (*value).to_owned()).collect();
        self
    }

    /// Sets what a reference may refer to.
    #[must_use]
    pub fn refers_to(mut self, types: &[&str]) -> Self {
        self.reference_types = types.iter().map(|kind| (*kind).to_owned()).collect();
        self
    }

    /// Makes it write-only, never returned and kept apart from the document, as a password is.
    #[must_use]
    pub fn set_aside(mut self) -> Self {
        self.mutability = Mutability::WriteOnly;
        self.returned = Returned::Never;
        self.set_aside = true;
        self
    }

    /// Sets the sub-attributes.
    #[must_use]
    pub fn of(mut self, sub_attributes: Vec<Self>) -> Self {
        self.sub_attributes = sub_attributes;
        self
    }

    /// A sub-attribute by name, in any letter case.
    pub fn sub_attribute(&self, name: &str) -> Option<&Self> {
        self.sub_attributes.iter().find(|sub| sub.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn sub_position(&self, name: &str) -> Option<usize> {
        self.sub_attributes.iter().position(|sub| sub.name.eq_ignore_ascii_case(name))
    }

    /// Puts the sub-attributes of one value into schema order.
    pub(crate) fn arrange(&self, value: &mut Map<String, Value>) {
        let position = |name: &str| {
            self.sub_attributes.iter().position(|sub| sub.name == name).unwrap_or(usize::MAX)
        };
        if value.keys().map(|name| position(name)).is_sorted() {
            return;
        }
        let mut entries: Vec<(String, Value)> = std::mem::take(value).into_iter().collect();
        entries.sort_by_key(|(name, _)| position(name));
        value.extend(entries);
    }
}
