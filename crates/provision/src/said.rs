//! What a target or an authorization server says in an answer that is of no use. Pure.
//!
//! Its words come from outside, so they are cut to one line of bounded length, and are otherwise
//! kept as they came.

use seatlink_domain::log::{Quoted, Said};
use serde_json::{Map, Value};

use crate::mapping::field;

/// In characters, with the `…` that stands for the rest.
const LONGEST: usize = Quoted::LONGEST;
const LONGEST_EXCERPT: usize = 40;

/// The other side's words in an error answer: the SCIM `detail`, or what known targets use instead.
/// Says so when the body is not JSON at all, because that means the URL leads to something else.
pub(crate) fn said(body: &[u8]) -> Option<Said> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => words_of(&members).map(Said::Words),
        Ok(Value::String(text)) => one_line(&text, LONGEST).map(Said::Words),
        Ok(Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_)) => None,
        Err(_) => Some(Said::NotJson(start(body))),
    }
}

/// How a body starts that should have been JSON; `None` when it is empty.
pub(crate) fn start(body: &[u8]) -> Option<Quoted> {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * LONGEST_EXCERPT)]);
    one_line(&text, LONGEST_EXCERPT)
}

fn words_of(members: &Map<String, Value>) -> Option<Quoted> {
    const NAMES: [&str; 8] = [
        "detail",
        "details",
        "error_description",
        "errorDescription",
        "message",
        "title",
        "error",
        "code",
    ];
    NAMES
        .iter()
        .filter_map(|name| field(members, name)?.as_str())
        .find_map(|text| one_line(text, LONGEST))
}

/// Text from outside as one line of bounded length; `None` when nothing is left.
fn one_line(text: &str, longest: usize) -> Option<Quoted> {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 4 * longest {
            break;
        }
    }
    if line.chars().count() > longest {
        let cut = line.char_indices().nth(longest - 1).map_or(line.len(), |(at, _)| at);
        line.truncate(cut);
        line.push('…');
    }
    (!line.is_empty()).then(|| Quoted::new(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Said {
        Said::Words(Quoted::new(text))
    }

    #[test]
    fn a_refusal_is_quoted() {
        let body = br#"{"schemas":[],"status":"400","detail":"No active role named Agent"}"#;
        assert_eq!(said(body), Some(words("No active role named Agent")));
    }

    #[test]
    fn a_plain_text_error_page_is_called_invalid_json() {
        let start = Some(Quoted::new("error code: 502"));
        assert_eq!(said(b"error code: 502"), Some(Said::NotJson(start)));
    }

    #[test]
    fn an_empty_body_adds_nothing() {
        assert_eq!(said(b" \r\n"), None);
        assert_eq!(said(b"{}"), None);
    }

    #[test]
    fn remote_words_are_one_line_and_bounded() {
        let long = format!("{{\"detail\":\"a\\u0000b\\r\\n  c {}\"}}", "x".repeat(9000));
        let Some(Said::Words(detail)) = said(long.as_bytes()) else {
            unreachable!("the detail is text");
        };
        let detail = detail.as_str();
        assert!(detail.starts_with("a b c x"), "{detail}");
        assert_eq!(detail.chars().count(), LONGEST);
        assert!(!detail.contains(char::is_control));
    }

    #[test]
    fn errors_of_other_dialects_are_found_too() {
        for body in [
            r#"{"message":"nope"}"#,
            r#"{"errorDescription":"nope"}"#,
            r#"{"Detail":"nope"}"#,
            r#"{"detail":null,"error":"nope"}"#,
            r#""nope""#,
        ] {
            assert_eq!(said(body.as_bytes()), Some(words("nope")), "{body}");
        }
    }
}
