//! Deviations of clients that concern HTTP alone: slashes too many, and plus signs for spaces.
//!
//! Slashes too many are forgiven where a connection may be repaired. What a plus sign means is ours
//! to say, so every connection reads it as it is meant.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use seatlink_scim::filter;

/// The path without the slashes that a base URL ending with one leaves in it, and without one at
/// the end; `None` if there are none of them.
pub(super) fn tidied(path: &str) -> Option<String> {
    const ROOT: &str = "/scim/v2";
    let below = path.strip_prefix(ROOT).filter(|below| below.starts_with('/'))?;
    let plain = below.trim_matches('/');
    let tidied = format!("{ROOT}/{plain}");
    (tidied != path && !plain.is_empty()).then_some(tidied)
}

/// The query with each plus sign spelt as what it is, so that nothing reads it another way.
///
/// RFC 3986 §2.2 reserves the plus sign and leaves its meaning to whom the URL belongs to. Form
/// encoders write it for a space, others leave it in an address like `jo+x@example.com`, and what
/// stands in a query tells which: a filter makes sense with it or only without, and the name of an
/// attribute has no space in it.
pub(super) fn plus_signs(query: &str) -> Cow<'_, str> {
    if !query.contains('+') {
        return Cow::Borrowed(query);
    }
    let parameters: Vec<Cow<'_, str>> = query.split('&').map(parameter).collect();
    Cow::Owned(parameters.join("&"))
}

fn parameter(parameter: &str) -> Cow<'_, str> {
    const SPACE: &str = "%20";
    const PLUS: &str = "%2B";
    if !parameter.contains('+') {
        return Cow::Borrowed(parameter);
    }
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    if !name.eq_ignore_ascii_case("filter") {
        // Behind a comma is where people write a space between names.
        return Cow::Owned(
            parameter.replace(",+", ",%20").replace("%2C+", "%2C%20").replace('+', PLUS),
        );
    }
    let is_plus =
        percent_decode_str(value).decode_utf8().is_ok_and(|text| filter::parse(&text).is_ok());
    Cow::Owned(parameter.replace('+', if is_plus { PLUS } else { SPACE }))
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
        for (sent, meant) in [
            ("count=2", "count=2"),
            (
                "filter=userName+eq+%22a%2Bb%22&count=2",
                "filter=userName%20eq%20%22a%2Bb%22&count=2",
            ),
            (
                "count=2&filter=userName%20eq%20%22a+b@example.com%22",
                "count=2&filter=userName%20eq%20%22a%2Bb@example.com%22",
            ),
            ("Filter=title+eq+%22two+words%22", "Filter=title%20eq%20%22two%20words%22"),
            ("attributes=id,+title%2C+urn:a:b+c:d", "attributes=id,%20title%2C%20urn:a:b%2Bc:d"),
            ("sortBy=urn:a:b+c:d&a+b", "sortBy=urn:a:b%2Bc:d&a%2Bb"),
        ] {
            assert_eq!(plus_signs(sent), meant, "{sent}");
        }
    }
}
