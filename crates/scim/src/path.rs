//! Attribute paths and PATCH paths (RFC 7644 §3.10 and §3.5.2).
//!
//! An [`AttrPath`] names an attribute or sub-attribute, maybe with its schema URN. A [`Path`] may
//! also select elements of a list with a filter in brackets. Neither knows a schema: names are
//! resolved later.

use std::fmt;

use crate::filter::Filter;
use crate::{Error, filter};

/// `[urn:]name[.sub]`.
///
/// ```
/// use seatlink_scim::AttrPath;
///
/// let path = AttrPath::parse("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName")
///     .expect("it is well formed");
/// assert_eq!(path.urn.as_deref(), Some("urn:ietf:params:scim:schemas:core:2.0:User"));
/// assert_eq!((path.name.as_str(), path.sub.as_deref()), ("name", Some("givenName")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AttrPath {
    /// The schema URN, as written.
    pub urn: Option<String>,
    /// The attribute name, as written.
    pub name: String,
    /// The sub-attribute name, as written.
    pub sub: Option<String>,
}

impl AttrPath {
    /// Reads a path; `None` if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        // The URN may hold dots (its version), so it ends at the last colon.
        let (urn, attribute) = match text.rsplit_once(':') {
            Some((urn, attribute)) if is_urn(urn) => (Some(urn.to_owned()), attribute),
            Some(_) => return None,
            None => (None, text),
        };
        let (name, sub) = match attribute.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (attribute, None),
        };
        let well_formed = is_attribute_name(name) && sub.is_none_or(is_attribute_name);
        well_formed.then(|| Self { urn, name: name.to_owned(), sub: sub.map(str::to_owned) })
    }

    /// A whole schema whose URN ends in something that is no attribute name, such as `…:1.0`. Its
    /// last part stands in the place of the name, so that the path reads as it was written.
    pub(crate) fn container(text: &str) -> Option<Self> {
        let (urn, last) = text.rsplit_once(':')?;
        let is_container = is_urn(urn) && !last.is_empty();
        is_container.then(|| Self { urn: Some(urn.to_owned()), name: last.to_owned(), sub: None })
    }

    /// A path without URN and sub-attribute.
    pub fn simple(name: &str) -> Self {
        Self { urn: None, name: name.to_owned(), sub: None }
    }
}

impl fmt::Display for AttrPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.name)?;
        if let Some(sub) = &self.sub {
            write!(f, ".{sub}")?;
        }
        Ok(())
    }
}

/// A PATCH path: an attribute path, or elements of a list and maybe one of their sub-attributes.
///
/// ```
/// use seatlink_scim::Path;
///
/// let path = Path::parse(r#"emails[type eq "work"].value"#)?;
/// assert!(path.filter.is_some());
/// assert_eq!(path.to_string(), r#"emails[type eq "work"].value"#);
/// # Ok::<(), seatlink_scim::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The attribute; with a filter it has no sub-attribute.
    pub attribute: AttrPath,
    /// Which elements.
    pub filter: Option<Filter>,
    /// Which sub-attribute of the elements.
    pub sub: Option<String>,
}

impl Path {
    /// Reads a path. Malformed ones are `invalidPath`, a bad filter inside is `invalidFilter`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        filter::parse_path(text)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.attribute)?;
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
        if let Some(sub) = &self.sub {
            write!(f, ".{sub}")?;
        }
        Ok(())
    }
}

/// RFC 7643 §2.1 with erratum 8924: a letter, or `$` as in `$ref`, then letters, digits, `-`, `_`.
pub(crate) fn is_attribute_name(name: &str) -> bool {
    let mut characters = name.bytes();
    let starts_well = characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == b'$');
    starts_well
        && name.len() > usize::from(name.starts_with('$'))
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'$'))
}

fn is_urn(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:")) && text.len() > 4
}
