//! The parser for filters and PATCH paths.
//!
//! Length, nesting and the number of terms are limited, and recursion happens only where nesting
//! does, so time and stack are bounded whatever the text is.

use serde_json::{Number, Value};

use super::{Filter, Literal, Op};
use crate::{AttrPath, Error, Path};

/// The longest filter, in bytes.
pub const MAX_LENGTH: usize = 8 * 1024;
/// The deepest nesting of parentheses and brackets.
pub const MAX_DEPTH: usize = 32;
/// The most comparisons in one filter.
pub const MAX_TERMS: usize = 200;

/// Reads a filter; anything outside the grammar is `invalidFilter`.
///
/// ```
/// use seatlink_scim::filter;
///
/// assert!(filter::parse(r#"userName eq "bjensen""#).is_ok());
/// assert!(filter::parse("userName eq bjensen").is_err());
/// ```
pub fn parse(text: &str) -> Result<Filter, Error> {
    let mut parser = Parser::new(text)?;
    let filter = parser.disjunction()?;
    if parser.at != text.len() {
        return Err(parser.expected("“ and ”, “ or ” or the end"));
    }
    Ok(filter)
}

/// Reads a PATCH path (RFC 7644 §3.5.2).
pub(crate) fn parse_path(text: &str) -> Result<Path, Error> {
    let malformed = || {
        Error::invalid_path(format!(
            "The path {text:?} is not of the form attribute, attribute.sub or attribute[filter].sub."
        ))
    };
    let mut parser = Parser::new(text).map_err(|error| Error::invalid_path(error.detail))?;
    let word = parser.word();
    let attribute =
        AttrPath::parse(word).or_else(|| AttrPath::container(word)).ok_or_else(malformed)?;
    if parser.at == text.len() {
        return Ok(Path { attribute, filter: None, sub: None });
    }
    if attribute.sub.is_some() || !parser.take(b'[') {
        return Err(malformed());
    }
    let filter = parser.bracketed()?;
    let sub = match text[parser.at..].strip_prefix('.') {
        Some(sub) if crate::path::is_attribute_name(sub) => Some(sub.to_owned()),
        None if parser.at == text.len() => None,
        _ => return Err(malformed()),
    };
    Ok(Path { attribute, filter: Some(filter), sub })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    terms: usize,
    in_brackets: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self, Error> {
        if text.len() > MAX_LENGTH {
            return Err(Error::invalid_filter(format!(
                "The filter is longer than {MAX_LENGTH} bytes; split the query."
            )));
        }
        Ok(Self { text, at: 0, depth: 0, terms: 0, in_brackets: false })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Skips spaces and says whether there were any.
    fn spaces(&mut self) -> bool {
        let start = self.at;
        while self.take(b' ') {}
        self.at > start
    }

    /// Takes the longest run of characters that can be part of a name, a URN or an operator.
    fn word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let length = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.:$+%~@/#".contains(byte))
            .count();
        self.at += length;
        &rest[..length]
    }

    /// Takes ` and ` or ` or ` between two terms, if it comes next.
    fn connective(&mut self, keyword: &str) -> bool {
        let start = self.at;
        if self.spaces()
            && self.word().eq_ignore_ascii_case(keyword)
            && (self.spaces() || self.peek() == Some(b'('))
        {
            return true;
        }
        self.at = start;
        false
    }

    /// The error that something else stands where the parser is, or nothing any more.
    fn expected(&self, what: &str) -> Error {
        let rest: String = self.text[self.at..].chars().take(20).collect();
        Error::invalid_filter(if rest.is_empty() {
            format!("The filter ends too early: {what} must follow.")
        } else {
            let position = self.position();
            format!(
                "The filter has an error at position {position}: {what} must stand there, not {rest:?}."
            )
        })
    }

    /// The place of a value, counted in characters from 1 as people count.
    fn position(&self) -> usize {
        self.text[..self.at].chars().count() + 1
    }

    fn disjunction(&mut self) -> Result<Filter, Error> {
        let mut terms = vec![self.conjunction()?];
        while self.connective("or") {
            terms.push(self.conjunction()?);
        }
        Ok(flatten(terms, Filter::Or, |filter| match filter {
            Filter::Or(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn conjunction(&mut self) -> Result<Filter, Error> {
        let mut terms = vec![self.term()?];
        while self.connective("and") {
            terms.push(self.term()?);
        }
        Ok(flatten(terms, Filter::And, |filter| match filter {
            Filter::And(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn term(&mut self) -> Result<Filter, Error> {
        if self.take(b'(') {
            return self.parenthesised();
        }
        let start = self.at;
        let word = self.word();
        if word.eq_ignore_ascii_case("not") {
            // Erratum 7319: one space may follow `not`.
            self.spaces();
            if self.take(b'(') {
                return Ok(Filter::Not(Box::new(self.parenthesised()?)));
            }
            return Err(Error::invalid_filter("Put parentheses around what follows not."));
        }
        let Some(path) = AttrPath::parse(word) else {
            self.at = start;
            return Err(self.expected("the name of an attribute"));
        };
        if self.peek() == Some(b'[') {
            return self.value_path(path);
        }
        self.comparison(path)
    }

    fn parenthesised(&mut self) -> Result<Filter, Error> {
        self.enter()?;
        self.spaces();
        let inner = self.disjunction()?;
        self.spaces();
        if !self.take(b')') {
            return Err(self.expected("“ and ”, “ or ” or “)”"));
        }
        self.depth -= 1;
        Ok(inner)
    }

    fn enter(&mut self) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::invalid_filter(format!(
                "The filter nests deeper than {MAX_DEPTH} levels; simplify it."
            )));
        }
        Ok(())
    }

    fn value_path(&mut self, path: AttrPath) -> Result<Filter, Error> {
        // Errata 4690 and 7322: brackets do not nest.
        if self.in_brackets {
            return Err(Error::invalid_filter("A filter in brackets cannot hold another one."));
        }
        if path.sub.is_some() {
            return Err(Error::invalid_filter(
                "Brackets follow an attribute that holds a list, not a sub-attribute.",
            ));
        }
        self.at += 1;
        let filter = self.bracketed()?;
        // `emails[type eq "work"].value eq "x"` is outside the grammar, but a known client asks
        // so, and it has only one meaning.
        if !self.take(b'.') {
            return Ok(Filter::Any { path, filter: Box::new(filter) });
        }
        let start = self.at;
        let Some(sub) =
            AttrPath::parse(self.word()).filter(|sub| sub.urn.is_none() && sub.sub.is_none())
        else {
            self.at = start;
            return Err(self.expected("the name of a sub-attribute"));
        };
        let comparison = self.comparison(sub)?;
        let both = flatten(vec![filter, comparison], Filter::And, |filter| match filter {
            Filter::And(inner) => Ok(inner),
            other => Err(other),
        });
        Ok(Filter::Any { path, filter: Box::new(both) })
    }

    /// Reads the filter after `[`, up to and with `]`.
    fn bracketed(&mut self) -> Result<Filter, Error> {
        self.enter()?;
        self.in_brackets = true;
        self.spaces();
        let filter = self.disjunction()?;
        self.spaces();
        if !self.take(b']') {
            return Err(self.expected("“ and ”, “ or ” or “]”"));
        }
        self.in_brackets = false;
        self.depth -= 1;
        Ok(filter)
    }

    fn comparison(&mut self, path: AttrPath) -> Result<Filter, Error> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(Error::invalid_filter(format!(
                "The filter has more than {MAX_TERMS} comparisons; split the query."
            )));
        }
        if !self.spaces() {
            return Err(self.expected("a space and an operator such as eq"));
        }
        let start = self.at;
        let word = self.word();
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(path));
        }
        let Some(op) = Op::from_keyword(word) else {
            self.at = start;
            return Err(if word.is_empty() {
                self.expected("an operator such as eq")
            } else {
                Error::invalid_filter(format!(
                    "The operator {word:?} is unknown; use eq, ne, co, sw, ew, gt, ge, lt, le or pr."
                ))
            });
        };
        if !self.spaces() {
            return Err(self.expected("a space and a value"));
        }
        let value = self.literal()?;
        Ok(Filter::Compare { path, op, value })
    }

    fn literal(&mut self) -> Result<Literal, Error> {
        if self.peek() == Some(b'"') {
            return self.string();
        }
        let rest = &self.text[self.at..];
        let length = rest.find([' ', ')', ']', '(', '[']).unwrap_or(rest.len());
        let literal = match &rest[..length] {
            "true" => Literal::Bool(true),
            "false" => Literal::Bool(false),
            "null" => Literal::Null,
            "" => return Err(self.expected("a value")),
            number => match serde_json::from_str::<Number>(number) {
                Ok(number) => Literal::Number(number),
                Err(_) => {
                    return Err(Error::invalid_filter(format!(
                        "The value at position {} must be text in double quotes, a number, true, false or null.",
                        self.position()
                    )));
                }
            },
        };
        self.at += length;
        Ok(literal)
    }

    fn string(&mut self) -> Result<Literal, Error> {
        let rest = &self.text[self.at..];
        let mut escaped = false;
        let end = rest.bytes().skip(1).position(|byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        });
        let Some(end) = end else {
            return Err(Error::invalid_filter(format!(
                "The text at position {} has no closing quote; add it.",
                self.position()
            )));
        };
        let length = end + 2;
        match serde_json::from_str::<Value>(&rest[..length]) {
            Ok(Value::String(text)) => {
                self.at += length;
                Ok(Literal::String(text))
            }
            _ => Err(Error::invalid_filter(format!(
                "The text at position {} is no JSON string: escape \\, quotes and control characters as JSON does.",
                self.position()
            ))),
        }
    }
}

/// Joins terms into one n-ary filter, so that long chains stay flat.
fn flatten(
    mut terms: Vec<Filter>,
    join: fn(Vec<Filter>) -> Filter,
    unfold: fn(Filter) -> Result<Vec<Filter>, Filter>,
) -> Filter {
    if terms.len() == 1
        && let Some(only) = terms.pop()
    {
        return only;
    }
    let mut flat = Vec::with_capacity(terms.len());
    for term in terms {
        match unfold(term) {
            Ok(inner) => flat.extend(inner),
            Err(other) => flat.push(other),
        }
    }
    join(flat)
}
