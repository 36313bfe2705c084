//! What an administrator reads when something did not work. Pure.
//!
//! The grammar is the one administrators of provisioning know and search for: what failed for whom,
//! the step, the HTTP phrase, then the target's own words. Those words come from outside and are cut
//! to one line of bounded length.

use serde_json::{Map, Value};

use crate::mapping::field;

const LONGEST_DETAIL: usize = 500;
const LONGEST_EXCERPT: usize = 40;

/// The step of provisioning one person that was under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    LookUp,
    Create,
    Update,
    Deactivate,
    Reactivate,
}

impl Phase {
    fn text(self, user: &str) -> String {
        match self {
            Self::LookUp => format!("Error while verifying if user {user} exists"),
            Self::Create => format!("Error while creating user {user}"),
            Self::Update => {
                "An error occurred while pushing a profile update to this app".to_owned()
            }
            Self::Deactivate => format!("Error while deactivating user {user}"),
            Self::Reactivate => format!("Error while reactivating user {user}"),
        }
    }
}

/// Whom a sentence is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    pub(crate) user: &'a str,
    pub(crate) app: &'a str,
}

impl About<'_> {
    /// A failure in a phase: `what` is an HTTP phrase or our own words.
    pub(crate) fn failed(self, phase: Phase, what: &str, remote_detail: Option<&str>) -> String {
        let step = phase.text(self.user);
        let said = remote_detail.map_or_else(String::new, |detail| {
            format!(". Errors reported by remote server: {detail}")
        });
        self.failed_as(&format!("{step}: {what}{said}"))
    }

    /// A failure that belongs to no single phase.
    pub(crate) fn failed_as(self, what: &str) -> String {
        let Self { user, app } = self;
        format!("Automatic provisioning of user {user} to app {app} failed: {what}")
    }
}

/// The target's words in an error answer: the SCIM `detail`, or what known targets use instead.
/// Says so when the body is not JSON at all, because that means the URL leads to something else.
pub(crate) fn remote_detail(body: &[u8]) -> Option<String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => words_of(&members),
        Ok(Value::String(text)) => one_line(&text, LONGEST_DETAIL),
        Ok(Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_)) => None,
        Err(_) => Some(invalid_json(body)),
    }
}

/// What to say of a body that should have been JSON.
pub(crate) fn invalid_json(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * LONGEST_EXCERPT)]);
    match one_line(&text, LONGEST_EXCERPT) {
        Some(start) => format!("Invalid JSON: the answer starts with “{start}”"),
        None => "Invalid JSON: the answer is empty".to_owned(),
    }
}

fn words_of(members: &Map<String, Value>) -> Option<String> {
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
        .find_map(|text| one_line(text, LONGEST_DETAIL))
}

/// Text from outside as one line of bounded length; `None` when nothing is left.
fn one_line(text: &str, longest: usize) -> Option<String> {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > longest {
            break;
        }
    }
    if let Some((cut, _)) = line.char_indices().nth(longest) {
        line.truncate(cut);
        line.push('…');
    }
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAT: About<'_> = About { user: "pat@example.com", app: "CXone" };

    #[test]
    fn a_refusal_reads_as_administrators_know_it() {
        let body = br#"{"schemas":[],"status":"400","detail":"No active role named Agent"}"#;
        assert_eq!(
            PAT.failed(Phase::Create, "Bad Request", remote_detail(body).as_deref()),
            "Automatic provisioning of user pat@example.com to app CXone failed: Error while creating \
             user pat@example.com: Bad Request. Errors reported by remote server: No active role \
             named Agent"
        );
    }

    #[test]
    fn a_plain_text_error_page_is_called_invalid_json() {
        let detail = remote_detail(b"error code: 502");
        let sentence = PAT.failed(Phase::LookUp, "Bad Gateway", detail.as_deref());
        assert!(sentence.contains("Bad Gateway"), "{sentence}");
        assert!(sentence.contains("Invalid JSON"), "{sentence}");
    }

    #[test]
    fn an_empty_body_adds_nothing() {
        assert_eq!(remote_detail(b" \r\n"), None);
        assert_eq!(remote_detail(b"{}"), None);
    }

    #[test]
    fn remote_words_are_one_line_and_bounded() {
        let long = format!("{{\"detail\":\"a\\u0000b\\r\\n  c {}\"}}", "x".repeat(9000));
        let detail = remote_detail(long.as_bytes()).unwrap_or_default();
        assert!(detail.starts_with("a b c x"), "{detail}");
        assert!(detail.chars().count() <= LONGEST_DETAIL + 1);
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
            assert_eq!(remote_detail(body.as_bytes()).as_deref(), Some("nope"), "{body}");
        }
    }
}
