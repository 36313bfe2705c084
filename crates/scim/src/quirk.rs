//! Named leniencies for the habits of known provisioning clients.
//!
//! Forgiveness is never silent: whatever was bent is reported as a [`Repair`], so that the
//! administrator can see what the other side sends and the log can say why a request passed.

use std::fmt;

/// How to read what a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Leniency {
    /// The RFC to the letter.
    Strict,
    /// Known clients' habits are repaired and reported.
    #[default]
    Forgiving,
}

/// One leniency: a habit of a known client and the clause it bends.
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
    /// `{"urn:...:User:department": "x"}` in a value without a path.
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
    /// JSON text inside a `value` string.
    JsonInString,
    /// `schemas` names URNs this server does not have.
    UnknownSchema,
    /// The body has no `schemas`, or not the base schema.
    SchemasMissing,
    /// Read-only data sent back in a change.
    ReadOnlyEcho,
}

impl Quirk {
    /// Every quirk, in a stable order.
    pub const ALL: [Self; 18] = [
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
        Self::JsonInString,
        Self::UnknownSchema,
        Self::SchemasMissing,
        Self::ReadOnlyEcho,
    ];

    /// A stable identifier for logs and settings.
    pub fn id(self) -> &'static str {
        self.facts().0
    }

    /// The client the habit is known from.
    pub fn client(self) -> &'static str {
        self.facts().1
    }

    /// The clause that is bent.
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
                "A key with a schema URN was read as the path of an extension attribute."
            }
            Self::UnqualifiedExtension => {
                "An extension attribute was named without its schema URN."
            }
            Self::ValuePathCreates => {
                "The filter of the path matched nothing; the value was added with the filter's attributes."
            }
            Self::RemoveMissed => "The filter of a remove matched nothing and nothing was changed.",
            Self::RemoveListed => "A remove listed values; only those were removed.",
            Self::EmptyClears => "An empty text was read as no value.",
            Self::BareValue => {
                "A complex value came as plain text and was read as its value sub-attribute."
            }
            Self::ArrayOfOne => "A single value came inside an array and was taken out.",
            Self::ObjectForArray => {
                "A multi-valued attribute came as one object and was read as an array of one."
            }
            Self::JsonInString => "A value held JSON as text and was unpacked.",
            Self::UnknownSchema => {
                "The schemas list named a schema this server does not have; it was ignored."
            }
            Self::SchemasMissing => {
                "The schemas list did not name the resource's own schema; it was assumed."
            }
            Self::ReadOnlyEcho => "Read-only data came back in a change and was ignored.",
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
            Self::JsonInString => ("json-in-string", ENTRA, "RFC 7643 §2.3.8"),
            Self::UnknownSchema => ("unknown-schema", ONELOGIN, "RFC 7643 §3"),
            Self::SchemasMissing => ("schemas-missing", ONELOGIN, "RFC 7643 §3"),
            Self::ReadOnlyEcho => ("read-only-echo", OKTA, "RFC 7644 §3.5.2"),
        }
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// One thing that was bent for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Which leniency.
    pub quirk: Quirk,
    /// Where: an attribute path, or the place in the message.
    pub at: String,
}
