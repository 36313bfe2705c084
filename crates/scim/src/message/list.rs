//! The list response (RFC 7644 §3.4.2, RFC 9865 §2).

use std::fmt::Write;

/// The URN of the list response.
pub const LIST_RESPONSE_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// How a page is reached: by the number of its first resource, or by a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging<'a> {
    /// The position of the first resource, from 1.
    Index(u64),
    /// What the next page is asked for with. Without one it is the last page (RFC 9865 §2).
    Cursor(Option<&'a str>),
}

/// Writes a page into one text, resource by resource. `Resources` and `itemsPerPage` are always
/// there and numbers are integers, for clients rely on it also when nothing was found.
///
/// ```
/// use seatlink_scim::message::{ListWriter, Paging};
///
/// let mut page = ListWriter::new(7, Paging::Cursor(Some("abc")), 1, 64);
/// page.resource().push_str(r#"{"id":"1"}"#);
/// let text = page.finish();
/// assert!(text.contains(r#""totalResults":7"#) && text.contains(r#""nextCursor":"abc""#));
/// assert!(text.ends_with(r#""Resources":[{"id":"1"}]}"#));
/// ```
#[derive(Debug)]
pub struct ListWriter {
    text: String,
    is_empty: bool,
}

impl ListWriter {
    /// Begins a page of so many resources, of about so many bytes in all.
    pub fn new(total: u64, paging: Paging<'_>, resources: usize, bytes: usize) -> Self {
        let mut text = String::with_capacity(bytes + 256);
        write!(text, r#"{{"schemas":["{LIST_RESPONSE_SCHEMA}"],"totalResults":{total},"#)
            .expect("writing to a string cannot fail");
        match paging {
            Paging::Index(start) => write!(text, r#""startIndex":{start},"#),
            Paging::Cursor(Some(cursor)) => {
                write!(text, r#""nextCursor":{},"#, serde_json::Value::from(cursor))
            }
            Paging::Cursor(None) => Ok(()),
        }
        .expect("writing to a string cannot fail");
        write!(text, r#""itemsPerPage":{resources},"Resources":["#)
            .expect("writing to a string cannot fail");
        Self { text, is_empty: true }
    }

    /// Where the JSON of the next resource is to be appended.
    pub fn resource(&mut self) -> &mut String {
        if !self.is_empty {
            self.text.push(',');
        }
        self.is_empty = false;
        &mut self.text
    }

    /// The whole message.
    pub fn finish(mut self) -> String {
        self.text.push_str("]}");
        self.text
    }
}

/// A page of rendered resources, by index.
///
/// ```
/// use seatlink_scim::list_response;
///
/// let page = list_response(1, 1, &[r#"{"id":"1"}"#.to_owned()]);
/// assert!(page.contains(r#""totalResults":1"#) && page.ends_with(r#""Resources":[{"id":"1"}]}"#));
/// ```
pub fn list_response(total: u64, start_index: u64, resources: &[String]) -> String {
    written(total, Paging::Index(start_index), resources)
}

/// A page of a walk by cursor.
pub fn list_response_with_cursor(
    total: u64,
    next_cursor: Option<&str>,
    resources: &[String],
) -> String {
    written(total, Paging::Cursor(next_cursor), resources)
}

fn written(total: u64, paging: Paging<'_>, resources: &[String]) -> String {
    let size = resources.iter().map(|resource| resource.len() + 1).sum();
    let mut page = ListWriter::new(total, paging, resources.len(), size);
    for resource in resources {
        page.resource().push_str(resource);
    }
    page.finish()
}
