//! The filter as written.

use std::fmt;

use serde_json::{Number, Value};

use crate::AttrPath;

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Equal.
    Eq,
    /// Not equal, or unassigned.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater than.
    Gt,
    /// Greater than or equal to.
    Ge,
    /// Less than.
    Lt,
    /// Less than or equal to.
    Le,
}

impl Op {
    pub(crate) fn from_keyword(word: &str) -> Option<Self> {
        const ALL: [Op; 9] =
            [Op::Eq, Op::Ne, Op::Co, Op::Sw, Op::Ew, Op::Gt, Op::Ge, Op::Lt, Op::Le];
        ALL.into_iter().find(|op| op.keyword().eq_ignore_ascii_case(word))
    }

    /// The keyword of the grammar.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }
}

/// The right side of a comparison, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// Text, with JSON escapes undone.
    String(String),
    /// A number.
    Number(Number),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

impl From<&Literal> for Value {
    fn from(literal: &Literal) -> Self {
        match literal {
            Literal::String(text) => Self::String(text.clone()),
            Literal::Number(number) => Self::Number(number.clone()),
            Literal::Bool(value) => Self::Bool(*value),
            Literal::Null => Self::Null,
        }
    }
}

/// A filter as written, before any schema was consulted. `Display` writes it so that parsing it
/// again gives the same filter.
///
/// ```
/// use seatlink_scim::filter;
///
/// let parsed = filter::parse(r#"title pr AND (userType Eq "Employee" or active eq true)"#)?;
/// let text = parsed.to_string();
/// assert_eq!(text, r#"title pr and (userType eq "Employee" or active eq true)"#);
/// assert_eq!(filter::parse(&text)?, parsed);
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All hold; two or more.
    And(Vec<Self>),
    /// Any holds; two or more.
    Or(Vec<Self>),
    /// The inner one does not hold.
    Not(Box<Self>),
    /// The attribute has a value.
    Present(AttrPath),
    /// The attribute compares with a value.
    Compare {
        /// Which attribute.
        path: AttrPath,
        /// How.
        op: Op,
        /// With what.
        value: Literal,
    },
    /// One element of the attribute satisfies the whole inner filter.
    Any {
        /// Which attribute.
        path: AttrPath,
        /// The filter on the element.
        filter: Box<Self>,
    },
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(terms) => {
                join(f, terms, " and ", |term| matches!(term, Self::And(_) | Self::Or(_)))
            }
            Self::Or(terms) => join(f, terms, " or ", |term| matches!(term, Self::Or(_))),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Compare { path, op, value } => {
                write!(f, "{path} {} {}", op.keyword(), Value::from(value))
            }
            Self::Any { path, filter } => write!(f, "{path}[{filter}]"),
        }
    }
}

fn join(
    f: &mut fmt::Formatter<'_>,
    terms: &[Filter],
    separator: &str,
    needs_parentheses: fn(&Filter) -> bool,
) -> fmt::Result {
    for (position, term) in terms.iter().enumerate() {
        if position > 0 {
            f.write_str(separator)?;
        }
        if needs_parentheses(term) {
            write!(f, "({term})")?;
        } else {
            write!(f, "{term}")?;
        }
    }
    Ok(())
}
