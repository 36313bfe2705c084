//! Rules for every Rust file: its size, its first line, its lints, the width of its comments.

use super::Finding;
use super::source::{Source, closing};

const WISH: usize = 500;
const LIMIT: usize = 800;
/// As wide as rustfmt lets code be; it does not wrap comments.
const WIDTH: usize = 100;

pub(super) fn check(source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(size(source));
    findings.extend(header(source));
    findings.extend(allowed_lints(source));
    findings.extend(wide_comments(source));
    findings
}

fn size(source: &Source<'_>) -> Option<Finding> {
    if source.is_test_file() {
        return None;
    }
    let lines = source.lines_without_tests();
    if lines > LIMIT {
        let message =
            format!("{lines} lines without tests, more than {LIMIT}: split the file by concept");
        Some(Finding::error(source.path, LIMIT, message))
    } else if lines > WISH {
        let message = format!("{lines} lines without tests, more than {WISH}");
        Some(Finding::warning(source.path, WISH, message))
    } else {
        None
    }
}

/// A module opens with what it is for. Attributes of the file may stand before it.
fn header(source: &Source<'_>) -> Option<Finding> {
    let mut at = 0;
    loop {
        let rest = &source.text[at..];
        at += rest.len() - rest.trim_start_matches('\u{feff}').trim_start().len();
        if !source.code[at..].starts_with("#![") {
            break;
        }
        at = closing(&source.code, at + "#!".len(), b'[', b']')
            .map_or(source.text.len(), |end| end + 1);
    }
    let opening = &source.text[at..];
    (!(opening.starts_with("//!") || opening.starts_with("/*!"))).then(|| {
        Finding::error(
            source.path,
            source.line(at),
            "the file does not open with `//!`: say what the module is for",
        )
    })
}

fn allowed_lints(source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for opening in ["#[", "#!["] {
        for (start, _) in source.code.match_indices(opening) {
            let bracket = start + opening.len() - 1;
            let end = closing(&source.code, bracket, b'[', b']').unwrap_or(source.code.len());
            let attribute = &source.code[bracket + 1..end];
            if is_allow(attribute) {
                findings.push(Finding::error(
                    source.path,
                    source.line(start),
                    "`allow` outlives its cause: use `#[expect(lint, reason = \"...\")]`",
                ));
            }
        }
    }
    findings
}

/// Lines that are comments alone. A table cannot be wrapped, nor can one long word.
fn wide_comments(source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = source.comments.lines().zip(source.code.lines());
    for (number, (line, code)) in lines.enumerate() {
        let indent = line.len() - line.trim_start().len();
        let alone = code.trim().is_empty();
        let text = line.trim_start().trim_start_matches(['/', '!']).trim();
        let columns = indent + line.trim().chars().count();
        if alone && columns > WIDTH && text.contains(' ') && !text.starts_with('|') {
            let message = format!("a comment of {columns} columns, more than {WIDTH}: wrap it");
            findings.push(Finding::error(source.path, number + 1, message));
        }
    }
    findings
}

/// `allow(...)`, or the same behind a condition.
fn is_allow(attribute: &str) -> bool {
    let compact: String = attribute.split_whitespace().collect();
    compact.starts_with("allow(")
        || (compact.starts_with("cfg_attr(") && compact.contains(",allow("))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::Severity;

    fn found(rule: impl Fn(&Source<'_>) -> Vec<Finding>, text: &str) -> Vec<usize> {
        rule(&Source::new("crates/a/src/b.rs", text))
            .into_iter()
            .map(|finding| finding.line)
            .collect()
    }

    fn header_of(text: &str) -> Vec<usize> {
        found(|source| header(source).into_iter().collect(), text)
    }

    #[test]
    fn a_file_may_have_500_lines_and_must_not_have_801() {
        let severity = |lines: usize| {
            let text = "\n".repeat(lines);
            size(&Source::new("crates/a/src/b.rs", &text)).map(|finding| finding.severity)
        };
        assert_eq!(severity(500), None);
        assert_eq!(severity(501), Some(Severity::Warning));
        assert_eq!(severity(800), Some(Severity::Warning));
        assert_eq!(severity(801), Some(Severity::Error));
    }

    #[test]
    fn a_test_file_may_have_any_size() {
        let text = "\n".repeat(2000);
        assert_eq!(size(&Source::new("crates/a/tests/b.rs", &text)), None);
    }

    #[test]
    fn a_file_opens_with_its_purpose() {
        for good in [
            "//! A.\n",
            "\n//! A.\n",
            "\u{feff}//! A.\n",
            "/*! A. */\n",
            "#![expect(dead_code, reason = \"a ] b\")]\n#![no_std]\n\n//! A.\n",
        ] {
            assert_eq!(header_of(good), [0; 0], "{good}");
        }
    }

    #[test]
    fn code_or_another_comment_is_no_purpose() {
        assert_eq!(header_of(""), [1]);
        assert_eq!(header_of("// A.\n//! B.\n"), [1]);
        assert_eq!(header_of("/// A.\nstruct A;\n"), [1]);
        assert_eq!(header_of("#![no_std]\n\nuse a;\n//! A.\n"), [3]);
    }

    #[test]
    fn a_comment_is_as_wide_as_code_may_be() {
        let of_width = |columns: usize, start: &str| {
            let words = "é ".repeat(columns);
            let words: String = words.chars().take(columns - start.chars().count() - 1).collect();
            format!("{start}{words}x\n")
        };
        for start in ["// ", "/// ", "    //! "] {
            assert_eq!(found(wide_comments, &of_width(100, start)), [0; 0], "{start}");
            assert_eq!(found(wide_comments, &of_width(101, start)), [1], "{start}");
        }
        for exempt in ["let a = 1; // ", "/// | ", "\" // "] {
            assert_eq!(found(wide_comments, &of_width(120, exempt)), [0; 0], "{exempt}");
        }
        assert_eq!(found(wide_comments, &format!("// {}\n", "x".repeat(120))), [0; 0]);
    }

    #[test]
    fn a_lint_is_never_allowed() {
        let text = "#![allow(a)]\n#[allow(b)]\n#[cfg_attr(test, allow(c))]\n#[ allow (d)]\n";
        let mut lines = found(allowed_lints, text);
        lines.sort_unstable();
        assert_eq!(lines, [1, 2, 3, 4]);
    }

    #[test]
    fn what_only_looks_like_allow_is_fine() {
        let text = "// #[allow(a)]\nconst A: &str = \"#[allow(b)]\";\n#[expect(c, reason = \"allow(\")]\nallow(d);\n";
        assert_eq!(found(allowed_lints, text), [0; 0]);
    }
}
