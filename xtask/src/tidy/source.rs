//! A Rust file, split into code, comments and string literals.
//!
//! This is the lexical grammar only, as far as the rules need it: strings of every kind, nested
//! comments, characters and lifetimes told apart. It accepts what the compiler rejects and never
//! fails.

use std::ops::Range;

pub(super) struct Source<'text> {
    pub(super) path: &'text str,
    pub(super) text: &'text str,
    /// The text with comments and the contents of literals blanked; offsets and lines stay what
    /// they were.
    pub(super) code: String,
    /// The comments, and blanks for the rest.
    pub(super) comments: String,
    literals: Vec<Range<usize>>,
    test_items: Vec<Range<usize>>,
}

impl<'text> Source<'text> {
    pub(super) fn new(path: &'text str, text: &'text str) -> Self {
        let Spans { comments, literals, characters } = Spans::of(text);
        let blanked: Vec<Range<usize>> =
            [comments.as_slice(), literals.as_slice(), characters.as_slice()].concat();
        let code = blank(text, &blanked, Keep::Outside);
        let test_items = test_items(&code);
        Self {
            path,
            text,
            comments: blank(text, &comments, Keep::Inside),
            code,
            literals,
            test_items,
        }
    }

    /// Contents of the string literals as written, each with its offset.
    pub(super) fn literals(&self) -> impl Iterator<Item = (usize, &'text str)> {
        let text = self.text;
        self.literals.iter().map(move |range| (range.start, &text[range.clone()]))
    }

    pub(super) fn line(&self, offset: usize) -> usize {
        self.text[..offset].matches('\n').count() + 1
    }

    /// Whether the whole file exists only for tests.
    pub(super) fn is_test_file(&self) -> bool {
        let mut parts = self.path.rsplit('/');
        parts.next() == Some("tests.rs")
            || parts.any(|directory| matches!(directory, "tests" | "benches"))
    }

    pub(super) fn is_test(&self, offset: usize) -> bool {
        self.is_test_file() || self.test_items.iter().any(|item| item.contains(&offset))
    }

    /// Lines of the file that are not inside a `#[cfg(test)]` item.
    pub(super) fn lines_without_tests(&self) -> usize {
        let tests: usize =
            self.test_items.iter().map(|item| self.text[item.clone()].lines().count()).sum();
        self.text.lines().count() - tests
    }

    /// The name of the crate's directory, and the path inside it.
    pub(super) fn place(&self) -> Option<(&'text str, &'text str)> {
        self.path.strip_prefix("crates/")?.split_once('/')
    }
}

#[derive(Clone, Copy)]
enum Keep {
    Inside,
    Outside,
}

/// Replaces bytes by blanks, line ends excepted.
fn blank(text: &str, ranges: &[Range<usize>], keep: Keep) -> String {
    let mut inside = vec![false; text.len()];
    for range in ranges {
        inside[range.clone()].fill(true);
    }
    let bytes = text
        .bytes()
        .zip(inside)
        .map(|(byte, inside)| {
            let kept = match keep {
                Keep::Inside => inside,
                Keep::Outside => !inside,
            };
            if kept || byte == b'\n' { byte } else { b' ' }
        })
        .collect();
    String::from_utf8(bytes).expect("ranges begin and end between characters, and a blank is one")
}

/// `#[cfg(test)]` items that have a body: from the attribute to the closing brace.
fn test_items(code: &str) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let mut from = 0;
    while let Some(found) = code[from..].find("#[cfg(") {
        let start = from + found;
        let condition = &code[start + "#[cfg(".len()..];
        from = start + 1;
        if !(condition.starts_with("test)") || condition.starts_with("all(test")) {
            continue;
        }
        let Some(open) = code[start..].find(['{', ';']).map(|at| start + at) else {
            continue;
        };
        if code.as_bytes()[open] == b'{'
            && let Some(close) = closing(code, open, b'{', b'}')
        {
            items.push(start..close + 1);
            from = close + 1;
        }
    }
    items
}

/// The offset of the bracket that closes the one at `open`, in code without literals.
pub(super) fn closing(code: &str, open: usize, opening: u8, closing: u8) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, byte) in code.bytes().enumerate().skip(open) {
        if byte == opening {
            depth += 1;
        } else if byte == closing {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(offset);
            }
        }
    }
    None
}

/// Where in the text is what. Literals and characters are given without their quotes.
#[derive(Default)]
struct Spans {
    comments: Vec<Range<usize>>,
    literals: Vec<Range<usize>>,
    characters: Vec<Range<usize>>,
}

impl Spans {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut spans = Self::default();
        let mut at = 0;
        while at < bytes.len() {
            let rest = &text[at..];
            at = if rest.starts_with("//") {
                let end = at + rest.find('\n').unwrap_or(rest.len());
                spans.comments.push(at..end);
                end
            } else if rest.starts_with("/*") {
                let end = end_of_block_comment(bytes, at);
                spans.comments.push(at..end);
                end
            } else if let Some(hashes) = raw_string_hashes(bytes, at) {
                let start = at + 1 + hashes + 1;
                let terminator = format!("\"{}", "#".repeat(hashes));
                let end = start + text[start..].find(&terminator).unwrap_or(text.len() - start);
                spans.literals.push(start..end);
                (end + terminator.len()).min(text.len())
            } else if bytes[at] == b'"' {
                let end = end_of_string(bytes, at + 1);
                spans.literals.push(at + 1..end);
                (end + 1).min(text.len())
            } else if let Some(end) = end_of_character(rest) {
                spans.characters.push(at + 1..at + end);
                at + end + 1
            } else {
                at + rest.chars().next().map_or(1, char::len_utf8)
            };
        }
        spans
    }
}

fn end_of_block_comment(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

/// The number of `#` of a raw string whose `r` is at this offset.
fn raw_string_hashes(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes[at] != b'r' {
        return None;
    }
    let hashes = bytes[at + 1..].iter().take_while(|byte| **byte == b'#').count();
    // `br` and `cr` begin a raw string too; any other name that ends in r does not.
    let before = match bytes[..at] {
        [.., b'b' | b'c'] => &bytes[..at - 1],
        _ => &bytes[..at],
    };
    let ends_a_name =
        before.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    (bytes.get(at + 1 + hashes) == Some(&b'"') && !ends_a_name).then_some(hashes)
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

/// The offset of the closing quote of a character literal; `None` for a lifetime and everything
/// else.
fn end_of_character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    if first == '\\' {
        // The escaped character itself may be the quote.
        let escaped = inner.chars().nth(1)?.len_utf8();
        let from = 1 + 1 + escaped;
        return rest.get(from..)?.find('\'').map(|end| from + end);
    }
    let end = 1 + first.len_utf8();
    rest[end..].starts_with('\'').then_some(end)
}

#[cfg(test)]
mod tests;
