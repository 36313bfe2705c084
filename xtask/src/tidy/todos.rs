//! A note about later carries the number of an issue, or it is no note but a hope.

use super::Finding;
use super::source::Source;

const WORDS: [&str; 2] = ["TODO", "FIXME"];

/// Rust is searched in its comments: a string may speak about the word.
pub(super) fn check_rust(source: &Source<'_>) -> Vec<Finding> {
    check_text(source.path, &source.comments)
}

pub(super) fn check_text(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for word in WORDS {
            if line.match_indices(word).any(|(start, _)| is_bare(line, start, start + word.len())) {
                findings.push(Finding::error(
                    path,
                    number + 1,
                    format!("{word} without an issue: write {word}(#n)"),
                ));
            }
        }
    }
    findings
}

fn is_bare(line: &str, start: usize, end: usize) -> bool {
    let in_name = |character: char| character.is_alphanumeric() || character == '_';
    if line[..start].ends_with(in_name) || line[end..].starts_with(in_name) {
        return false;
    }
    // `#n` is how the rule itself is written down.
    let issue = line[end..].strip_prefix("(#").and_then(|rest| rest.split_once(')'));
    !issue.is_some_and(|(number, _)| {
        number == "n" || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::{check_rust, check_text};
    use crate::tidy::source::Source;

    #[test]
    fn a_note_needs_an_issue() {
        let text = "-- TODO later\n<!-- FIXME: now -->\nTODO(me)\nTODO(#)\nTODO(#1x)\nTODO";
        let lines: Vec<_> = check_text("a.sql", text).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_note_with_an_issue_and_a_longer_word_pass() {
        assert_eq!(check_text("a.md", "TODO(#12) FIXME(#n) TODOS MY_TODO todo"), []);
    }

    #[test]
    fn in_rust_only_comments_speak() {
        let text = "const A: &str = \"TODO\";\n// TODO(#1) fine\n/* FIXME */\n";
        let findings = check_rust(&Source::new("a.rs", text));
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [3]);
    }
}
