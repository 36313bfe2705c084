//! Habits of clients that concern HTTP alone: slashes too many, and plus signs for spaces.
//!
//! The letter of the RFCs is tried first; only what it makes no sense of is read another way, on a connection that
//! may be repaired.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use seatlink_scim::{Leniency, filter};

/// The path without the slashes that a base URL ending with one leaves in it, and without one at the end; `None` if
/// there are none of them.
pub(super) fn tidied(path: &str) -> Option<String> {
    const ROOT: &str = "/scim/v2";
    let below = path.strip_prefix(ROOT).filter(|below| below.starts_with('/'))?;
    let plain = below.trim_matches('/');
    let tidied = format!("{ROOT}/{plain}");
    (tidied != path && !plain.is_empty()).then_some(tidied)
}

/// A query as it is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Query<'a> {
    /// As it came.
    Plain(&'a str),
    /// With its plus signs spelt as such, so that nothing takes them for spaces.
    Literal(String),
    /// Some plus signs are spaces.
    Spaced(String),
}

impl Query<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Literal(text) | Self::Spaced(text) => text,
        }
    }
}

/// In a URL a plus sign is a plus sign (RFC 3986 §2.2), as in an address like `jo+x@example.com`. Form encoders write
/// it for a space. A filter says by itself which of the two it is.
pub(super) fn plus_signs(query: &str, leniency: Leniency) -> Query<'_> {
    if !query.contains('+') {
        return Query::Plain(query);
    }
    if leniency == Leniency::Strict {
        return Query::Literal(query.replace('+', "%2B"));
    }
    let mut spaced = false;
    let parameters: Vec<Cow<'_, str>> = query
        .split('&')
        .map(|parameter| {
            if !parameter.contains('+') {
                return Cow::Borrowed(parameter);
            }
            if is_literal_filter(parameter) {
                return Cow::Owned(parameter.replace('+', "%2B"));
            }
            spaced = true;
            Cow::Owned(parameter.replace('+', "%20"))
        })
        .collect();
    let query = parameters.join("&");
    if spaced { Query::Spaced(query) } else { Query::Literal(query) }
}

fn is_literal_filter(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    name.eq_ignore_ascii_case("filter")
        && percent_decode_str(value).decode_utf8().is_ok_and(|text| filter::parse(&text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_with_a_slash_at_its_end_leads_to_the_same_path() {
        for (path, plain) in [
            ("/scim/v2//Users", Some("/scim/v2/Users")),
            ("/scim/v2/Users/", Some("/scim/v2/Users")),
            ("/scim/v2//Users/1/", Some("/scim/v2/Users/1")),
            ("/scim/v2/Users", None),
            ("/scim/v2/Users//1", None),
            ("/scim/v2/", None),
            ("/scim/v2//", None),
            ("/scim//v2/Users", None),
            ("/scim/v2x//Users", None),
        ] {
            assert_eq!(tidied(path).as_deref(), plain, "{path}");
        }
    }

    #[test]
    fn a_plus_sign_is_itself_wherever_that_makes_sense() {
        let forgiving = |query| plus_signs(query, Leniency::Forgiving);
        let entra = "filter=userName+eq+%22a%2Bb%22&count=2";
        assert_eq!(
            forgiving(entra),
            Query::Spaced("filter=userName%20eq%20%22a%2Bb%22&count=2".into())
        );
        let address = "count=2&filter=userName%20eq%20%22a+b@example.com%22";
        assert_eq!(
            forgiving(address),
            Query::Literal("count=2&filter=userName%20eq%20%22a%2Bb@example.com%22".into())
        );
        assert_eq!(forgiving("count=2"), Query::Plain("count=2"));
        let strict = plus_signs(entra, Leniency::Strict);
        assert_eq!(strict.as_str(), "filter=userName%2Beq%2B%22a%2Bb%22&count=2");
    }
}
