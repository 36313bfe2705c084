//! Named leniencies for the known deviations of provisioning clients.
//!
//! Forgiveness is never silent: whatever was repaired is reported as a [`Repair`], so that the
//! administrator can see what the other side sends and the log can say why a request passed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How to read what a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leniency {
    /// The RFC strictly.
    Strict,
    /// Known clients' deviations are repaired and reported.
    #[default]
    Forgiving,
}

impl Leniency {
    /// The word for settings and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Forgiving => "forgiving",
        }
    }
}

/// One leniency: a known deviation of a client and the clause it relaxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quirk {
    /// `"op": "Replace"`.
    OperatorCase,
    /// An operation without `op`.
    MissingOperator,
    /// `"path": ""` where no path is meant.
    EmptyPath,
    /// `"True"` for a boolean.
    StringBoolean,
    /// `{"name.givenName": "x"}` in a value without a path.
    DottedKey,
    /// `{"urn:...:User:department": "x"}` in a value without a path, or the attributes of the core
    /// schema in an object of its URN.
    QualifiedKey,
    /// An extension attribute named without its URN.
    UnqualifiedExtension,
    /// A value path that matches nothing, with a value to store.
    ValuePathCreates,
    /// A remove that finds nothing to remove.
    RemoveMissed,
    /// A remove with a list of the values to remove.
    RemoveListed,
    /// `""` or `{"value": ""}` to clear.
    EmptyClears,
    /// A complex value given as its bare `value`.
    BareValue,
    /// A singular value given as an array of one.
    ArrayOfOne,
    /// A multi-valued attribute given as one object instead of an array.
    ObjectForArray,
    /// A plain value given as an object with nothing but its `value`.
    WrappedValue,
    /// JSON text inside a `value` string.
    JsonInString,
    /// The `data` of a bulk PATCH is its operations alone.
    BareOperations,
    /// `schemas` names URNs this server does not have.
    UnknownSchema,
    /// The body has no `schemas`, or not the base schema.
    SchemasMissing,
    /// Read-only data sent back in a change.
    ReadOnlyEcho,
    /// Attributes that no schema of the resource has.
    UnknownAttribute,
    /// `schemas` names a URN twice.
    SchemaRepeated,
    /// Random text where a URI belongs.
    LooseReference,
    /// A filter compares a complex attribute instead of a part of it.
    FilterOnComplex,
    /// `email` for `emails` in a filter.
    EmailForEmails,
    /// `//Users` or `/Users/`: a base URL that ends with a slash, or a path that does.
    PathSlashes,
    /// A token without `Bearer` before it, or with two of them.
    TokenForm,
}

impl Quirk {
    /// Every quirk, in a stable order.
    pub const ALL: [Self; 27] = [
        Self::OperatorCase,
        Self::MissingOperator,
        Self::EmptyPath,
        Self::StringBoolean,
        Self::DottedKey,
        Self::QualifiedKey,
        Self::UnqualifiedExtension,
        Self::ValuePathCreates,
        Self::RemoveMissed,
        Self::RemoveListed,
        Self::EmptyClears,
        Self::BareValue,
        Self::ArrayOfOne,
        Self::ObjectForArray,
        Self::WrappedValue,
        Self::JsonInString,
        Self::BareOperations,
        Self::UnknownSchema,
        Self::SchemasMissing,
        Self::ReadOnlyEcho,
        Self::UnknownAttribute,
        Self::SchemaRepeated,
        Self::LooseReference,
        Self::FilterOnComplex,
        Self::EmailForEmails,
        Self::PathSlashes,
        Self::TokenForm,
    ];

    /// The quirk of this identifier.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|quirk| quirk.id() == id)
    }

    /// A stable identifier for logs and settings.
    pub fn id(self) -> &'static str {
        self.facts().0
    }

    /// The client the deviation is known from.
    pub fn client(self) -> &'static str {
        self.facts().1
    }

    /// The clause that is relaxed.
    pub fn clause(self) -> &'static str {
        self.facts().2
    }

    /// What was done, in one sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::OperatorCase => {
                "The operation name was not in lower case and was read without regard to case."
            }
            Self::MissingOperator => "The operation had no op and was read as replace.",
            Self::EmptyPath => "The path was empty and was read as no path.",
            Self::StringBoolean => "A boolean came as text and was stored as a boolean.",
            Self::DottedKey => "A key with a dot was read as the path of a sub-attribute.",
            Self::QualifiedKey => {
                "A key with a schema URN was read as the path of an attribute, or of several."
            }
            Self::UnqualifiedExtension => {
                "An extension attribute was named without its schema URN."
            }
            Self::ValuePathCreates => {
                "The filter of the path matched nothing; the value was added with the filter's attributes."
            }
            Self::RemoveMissed => "The filter of a remove matched nothing and nothing was changed.",
            Self::RemoveListed => {
                "A remove came with a value: of a list only the listed values were removed, elsewhere it was left unread."
            }
            Self::EmptyClears => {
                "An empty text, or an empty array in place of one value, was read as no value."
            }
            Self::BareValue => {
                "A complex value came as plain text and was read as its value sub-attribute."
            }
            Self::ArrayOfOne => "A single value came inside an array and was taken out.",
            Self::ObjectForArray => {
                "A multi-valued attribute came as one object and was read as an array of one."
            }
            Self::WrappedValue => "A plain value came inside an object and was taken out.",
            Self::JsonInString => "A value held JSON as text and was unpacked.",
            Self::BareOperations => {
                "The data of a bulk PATCH was its operations alone, without the message around them."
            }
            Self::UnknownSchema => {
                "A schema that this server does not have was named; it was ignored, or read as its successor."
            }
            Self::SchemasMissing => {
                "The schemas list did not name the resource's own schema; it was assumed."
            }
            Self::ReadOnlyEcho => "Read-only data came back in a change and was ignored.",
            Self::UnknownAttribute => {
                "An attribute that this server does not have for the resource was ignored."
            }
            Self::SchemaRepeated => "The schemas list named a schema twice.",
            Self::LooseReference => "A text that is no URI was stored where a URI belongs.",
            Self::FilterOnComplex => {
                "A filter named a complex attribute and was read as naming its value."
            }
            Self::EmailForEmails => "A filter said email and was read as emails.",
            Self::PathSlashes => "Slashes too many in the path were left out.",
            Self::TokenForm => {
                "The Authorization header held the token without the word Bearer once before it."
            }
        }
    }

    fn facts(self) -> (&'static str, &'static str, &'static str) {
        const ENTRA: &str = "Microsoft Entra ID";
        const OKTA: &str = "Okta";
        const ONELOGIN: &str = "OneLogin";
        match self {
            Self::OperatorCase => ("operator-case", ENTRA, "RFC 7644 §3.5.2"),
            Self::MissingOperator => ("missing-operator", "scripts", "RFC 7644 §3.5.2"),
            Self::EmptyPath => ("empty-path", "scripts", "RFC 7644 §3.5.2"),
            Self::StringBoolean => ("string-boolean", ENTRA, "RFC 7643 §2.3.2"),
            Self::DottedKey => ("dotted-key", ENTRA, "RFC 7644 §3.5.2"),
            Self::QualifiedKey => ("qualified-key", ENTRA, "RFC 7644 §3.5.2"),
            Self::UnqualifiedExtension => ("unqualified-extension", ENTRA, "RFC 7644 §3.10"),
            Self::ValuePathCreates => ("value-path-creates", ENTRA, "RFC 7644 §3.5.2.3"),
            Self::RemoveMissed => ("remove-missed", ENTRA, "RFC 7644 §3.5.2.2"),
            Self::RemoveListed => ("remove-listed", ENTRA, "RFC 7644 §3.5.2.2"),
            Self::EmptyClears => ("empty-clears", ENTRA, "RFC 7643 §2.5"),
            Self::BareValue => ("bare-value", ENTRA, "RFC 7643 §2.3.8"),
            Self::ArrayOfOne => ("array-of-one", ENTRA, "RFC 7643 §2.3"),
            Self::ObjectForArray => ("object-for-array", ONELOGIN, "RFC 7643 §2.4"),
            Self::WrappedValue => ("wrapped-value", ENTRA, "RFC 7643 §2.3"),
            Self::JsonInString => ("json-in-string", ENTRA, "RFC 7643 §2.3.8"),
            Self::BareOperations => ("bare-operations", "scripts", "RFC 7644 §3.7"),
            Self::UnknownSchema => ("unknown-schema", ONELOGIN, "RFC 7643 §3"),
            Self::SchemasMissing => ("schemas-missing", ONELOGIN, "RFC 7643 §3"),
            Self::ReadOnlyEcho => ("read-only-echo", OKTA, "RFC 7644 §3.5.2"),
            Self::UnknownAttribute => ("unknown-attribute", ONELOGIN, "RFC 7643 §3"),
            Self::SchemaRepeated => ("schema-repeated", "scripts", "RFC 7643 §3"),
            Self::LooseReference => ("loose-reference", ENTRA, "RFC 7643 §2.3.7"),
            Self::FilterOnComplex => ("filter-on-complex", ENTRA, "RFC 7644 §3.4.2.2"),
            Self::EmailForEmails => ("email-for-emails", "PingOne", "RFC 7643 §4.1.2"),
            Self::PathSlashes => ("path-slashes", OKTA, "RFC 3986 §3.3"),
            Self::TokenForm => ("token-form", OKTA, "RFC 6750 §2.1"),
        }
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// One thing that was repaired for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Which leniency.
    pub quirk: Quirk,
    /// Where: an attribute path, or the place in the message.
    pub at: String,
}
