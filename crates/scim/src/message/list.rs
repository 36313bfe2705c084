//! The list response (RFC 7644 §3.4.2, RFC 9865 §2).

use std::fmt::Write;

/// The URN of the list response.
pub const LIST_RESPONSE_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// A page of rendered resources. `Resources`, `startIndex` and `itemsPerPage` are always there and
/// numbers are integers, for clients rely on it also when nothing was found.
///
/// ```
/// use seatlink_scim::list_response;
///
/// let page = list_response(1, 1, &[r#"{"id":"1"}"#.to_owned()]);
/// assert!(page.contains(r#""totalResults":1"#) && page.ends_with(r#""Resources":[{"id":"1"}]}"#));
/// ```
pub fn list_response(total: u64, start_index: u64, resources: &[String]) -> String {
    let mut text = open(resources);
    let count = resources.len();
    write!(text, r#""totalResults":{total},"startIndex":{start_index},"itemsPerPage":{count},"#)
        .expect("writing to a string cannot fail");
    close(text, resources)
}

/// A page of a walk by cursor. Without a next cursor it is the last page (RFC 9865 §2).
pub fn list_response_with_cursor(
    total: u64,
    next_cursor: Option<&str>,
    resources: &[String],
) -> String {
    let mut text = open(resources);
    let count = resources.len();
    write!(text, r#""totalResults":{total},"itemsPerPage":{count},"#)
        .expect("writing to a string cannot fail");
    if let Some(cursor) = next_cursor {
        write!(text, r#""nextCursor":{},"#, serde_json::Value::from(cursor))
            .expect("writing to a string cannot fail");
    }
    close(text, resources)
}

fn open(resources: &[String]) -> String {
    let size: usize = resources.iter().map(|resource| resource.len() + 1).sum();
    let mut text = String::with_capacity(size + 256);
    write!(text, r#"{{"schemas":["{LIST_RESPONSE_SCHEMA}"],"#)
        .expect("writing to a string cannot fail");
    text
}

fn close(mut text: String, resources: &[String]) -> String {
    text.push_str(r#""Resources":["#);
    for (position, resource) in resources.iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        text.push_str(resource);
    }
    text.push_str("]}");
    text
}
