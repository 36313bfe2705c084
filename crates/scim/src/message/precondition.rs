//! `If-Match` and `If-None-Match` (RFC 7644 §3.14, RFC 9110 §13).

/// A precondition header.
///
/// ```
/// use seatlink_scim::Precondition;
///
/// let condition = Precondition::parse(Some(r#"W/"3", "4""#));
/// assert!(condition.matches(r#"W/"4""#));
/// assert!(!condition.matches(r#"W/"5""#));
/// assert!(Precondition::parse(Some("*")).matches(r#"W/"1""#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Precondition {
    /// No header.
    #[default]
    None,
    /// `*`: any version of a resource that exists.
    Any,
    /// One of these versions, without `W/` and quotes.
    Tags(Vec<String>),
    /// Both headers of a change: the `If-Match`, and the `If-None-Match` that must not match.
    Unless {
        /// The `If-Match`.
        given: Box<Precondition>,
        /// The `If-None-Match`.
        not: Box<Precondition>,
    },
}

impl Precondition {
    /// Reads the value of the header. Malformed entries match nothing, so that a broken
    /// precondition fails instead of being ignored.
    pub fn parse(header: Option<&str>) -> Self {
        let Some(header) = header.map(str::trim) else { return Self::None };
        if header == "*" {
            return Self::Any;
        }
        Self::Tags(split(header).into_iter().map(|tag| opaque(tag).to_owned()).collect())
    }

    /// A condition that this version is none of `not`, too (RFC 9110 §13.1.2: a change that meets
    /// one of them fails).
    ///
    /// ```
    /// use seatlink_scim::Precondition;
    ///
    /// let condition = Precondition::None.unless(Precondition::parse(Some(r#"W/"3""#)));
    /// assert!(condition.permits(r#"W/"4""#) && !condition.permits(r#"W/"3""#));
    /// ```
    #[must_use]
    pub fn unless(self, not: Self) -> Self {
        if not.is_given() {
            Self::Unless { given: Box::new(self), not: Box::new(not) }
        } else {
            self
        }
    }

    /// Whether there is a header at all.
    pub fn is_given(&self) -> bool {
        *self != Self::None
    }

    /// Whether the header names a version, compared weakly; the version may have `W/` and quotes.
    /// Without a header nothing is named, so nothing matches: ask [`Precondition::is_given`] first.
    pub fn matches(&self, version: &str) -> bool {
        match self {
            Self::None => false,
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|tag| tag == opaque(version)),
            Self::Unless { given, not } => given.permits(version) && !not.matches(version),
        }
    }

    /// [`Precondition::permits`] for a caller that judges tags itself. It gets them without `W/`
    /// and quotes.
    ///
    /// ```
    /// use seatlink_scim::Precondition;
    ///
    /// let condition = Precondition::parse(Some(r#"W/"3-ab12""#));
    /// assert!(condition.permits_by(&|tag| tag.starts_with("3-")));
    /// ```
    pub fn permits_by(&self, names_the_present: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::None | Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|tag| names_the_present(tag)),
            Self::Unless { given, not } => {
                given.permits_by(names_the_present) && !not.permits_by(names_the_present)
            }
        }
    }

    /// Whether a change may go ahead: no `If-Match`, or one that names the present version.
    pub fn permits(&self, version: &str) -> bool {
        !self.is_given() || self.matches(version)
    }
}

/// Splits at commas outside quotes.
fn split(header: &str) -> Vec<&str> {
    let mut quoted = false;
    header
        .split(|character| {
            quoted ^= character == '"';
            character == ',' && !quoted
        })
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .collect()
}

fn opaque(tag: &str) -> &str {
    let tag = tag.strip_prefix("W/").or_else(|| tag.strip_prefix("w/")).unwrap_or(tag);
    tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag)
}
