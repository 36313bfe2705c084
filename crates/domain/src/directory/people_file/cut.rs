//! Where one record of a large file ends and the next begins, without looking into them.

use super::MAX_RECORD;

/// How the records of a file follow one another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Csv {
        delimiter: u8,
    },
    /// JSON objects with nothing but blanks between them.
    Lines,
    /// The elements of one JSON array.
    Array,
}

/// What lies at the beginning of the bytes at hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cut {
    /// A record from `begin` to `end`.
    Record { begin: usize, end: usize },
    /// Nothing can be said before more of the file is read.
    More,
    /// The last record was the one before.
    End,
    /// At this place is what cannot be there.
    Broken { at: usize, sentence: &'static str },
}

/// Cuts one record after another.
#[derive(Clone, Debug)]
pub(super) struct Cutter {
    form: Form,
    /// For arrays: what was seen last.
    seen: Seen,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Seen {
    Nothing,
    Open,
    Element,
    Comma,
    Close,
}

impl Cutter {
    pub(super) const fn new(form: Form) -> Self {
        Self { form, seen: Seen::Nothing }
    }

    /// In the middle of the file, where a record is known to begin.
    pub(super) const fn at_record(form: Form) -> Self {
        Self { form, seen: Seen::Open }
    }

    /// The next record of `bytes`, with which the file ends if `last`.
    pub(super) fn next(&mut self, bytes: &[u8], last: bool) -> Cut {
        match self.form {
            Form::Csv { delimiter } => csv(bytes, delimiter, last),
            Form::Lines => lines(bytes, last),
            Form::Array => {
                let seen = self.seen;
                let cut = self.element(bytes, last);
                if cut == Cut::More {
                    // The same bytes come again, with more behind them.
                    self.seen = seen;
                }
                cut
            }
        }
    }

    fn element(&mut self, bytes: &[u8], last: bool) -> Cut {
        let mut at = 0;
        loop {
            at += blanks(&bytes[at..]);
            let Some(first) = bytes.get(at) else {
                return match (last, self.seen) {
                    (false, _) => Cut::More,
                    (true, Seen::Close) => Cut::End,
                    (true, _) => Cut::Broken { at, sentence: "The array is never closed." },
                };
            };
            self.seen = match (self.seen, first) {
                (Seen::Nothing, b'[') => Seen::Open,
                (Seen::Element, b',') => Seen::Comma,
                (Seen::Open | Seen::Element, b']') => Seen::Close,
                (Seen::Open | Seen::Comma, b',' | b']') => {
                    return Cut::Broken { at, sentence: "Here must be a user." };
                }
                (Seen::Open | Seen::Comma, _) => break,
                (Seen::Nothing | Seen::Element, _) => {
                    let sentence =
                        "This is not valid JSON: a comma or the end of the array is missing.";
                    return Cut::Broken { at, sentence };
                }
                (Seen::Close, _) => {
                    let sentence =
                        "This is not valid JSON: something follows the end of the array.";
                    return Cut::Broken { at, sentence };
                }
            };
            at += 1;
        }
        let end = match bytes[at] {
            b'{' => balanced(&bytes[at..]),
            _ => bytes[at..].iter().position(|byte| matches!(byte, b',' | b']' | b'\n')),
        };
        match end {
            Some(length) => {
                self.seen = Seen::Element;
                Cut::Record { begin: at, end: at + length }
            }
            None if last || bytes.len() - at > MAX_RECORD => {
                Cut::Broken { at, sentence: "This user is never closed, or longer than 256 KiB." }
            }
            None => Cut::More,
        }
    }
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len())
}

fn lines(bytes: &[u8], last: bool) -> Cut {
    let begin = blanks(bytes);
    let rest = &bytes[begin..];
    if rest.is_empty() {
        return if last { Cut::End } else { Cut::More };
    }
    let end = match rest[0] {
        b'{' => balanced(rest),
        _ => line(rest),
    };
    match end {
        Some(length) => Cut::Record { begin, end: begin + length },
        None if last || rest.len() > MAX_RECORD => {
            // Never closed: reading goes on at the next line that begins with a brace.
            let next = rest.windows(2).position(|pair| pair == b"\n{");
            Cut::Record { begin, end: begin + next.unwrap_or(rest.len()) }
        }
        None => Cut::More,
    }
}

/// The length of the object at the beginning.
fn balanced(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => {
                at += 1;
                while !matches!(bytes.get(at)?, b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn csv(bytes: &[u8], delimiter: u8, last: bool) -> Cut {
    let begin = bytes.iter().position(|byte| !is_line_end(*byte)).unwrap_or(bytes.len());
    let rest = &bytes[begin..];
    if rest.is_empty() {
        return if last { Cut::End } else { Cut::More };
    }
    let end = match row(rest, delimiter) {
        Row::Ends(length) if length <= MAX_RECORD => Some(length),
        Row::RunsOn if last => Some(rest.len()),
        Row::RunsOn | Row::Quoted if !last && rest.len() <= MAX_RECORD => None,
        // What is wrong with it is reported when it is read; only its first line is given up.
        Row::Ends(_) | Row::RunsOn | Row::Quoted => line(rest).or(last.then_some(rest.len())),
    };
    end.map_or(Cut::More, |length| Cut::Record { begin, end: begin + length })
}

enum Row {
    /// Its line end is at this place.
    Ends(usize),
    /// The bytes end before it.
    RunsOn,
    /// The bytes end inside quotes.
    Quoted,
}

/// The same reading as that of `csv::Records`.
fn row(bytes: &[u8], delimiter: u8) -> Row {
    let mut at = 0;
    loop {
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        if bytes.get(at) == Some(&b'"') {
            at += 1;
            loop {
                let Some(quote) = bytes[at..].iter().position(|byte| *byte == b'"') else {
                    return Row::Quoted;
                };
                at += quote + 1;
                match bytes.get(at) {
                    Some(b'"') => at += 1,
                    _ => break,
                }
            }
        }
        let rest = &bytes[at..];
        let Some(end) = rest.iter().position(|byte| *byte == delimiter || is_line_end(*byte))
        else {
            return Row::RunsOn;
        };
        at += end;
        if is_line_end(bytes[at]) {
            return Row::Ends(at);
        }
        at += 1;
    }
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn line(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| is_line_end(*byte))
}
