//! People files: what a person uploads to bring in many people at once, as CSV or as SCIM JSON.
//!
//! Parsing is pure: bytes go in, SCIM User resources come out, and no database is asked. Every bad
//! row is reported with its line, so that one round of corrections is enough; a file with one bad
//! row gives no people at all. Whether a tenant accepts a resource (its optional fields, its own
//! schemas, names that are taken) is decided where it is imported.
//!
//! CSV has a header. The columns `userName`, `givenName`, `familyName` and `email` must be there,
//! `groups` may be, and any other column is named by its SCIM path. JSON is an array of users, a
//! ListResponse, or one user per line.

mod attributes;
mod columns;
mod csv;
mod cut;
mod json;
pub mod large;
#[cfg(test)]
mod tests;
mod text;

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    fmt,
};

use seatlink_scim::fold;
use serde_json::{Map, Value};

/// A million people with all their attributes fit in this.
const MAX_FILE: usize = 512 * 1024 * 1024;
/// One person: text, and perhaps a certificate or two.
const MAX_RECORD: usize = 256 * 1024;

/// What a file holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PeopleFile {
    pub people: Vec<PersonRow>,
}

/// One person of a file.
#[derive(Clone, PartialEq, Debug)]
pub struct PersonRow {
    /// Where the person begins in the file, counted from 1.
    pub line: u64,
    /// A SCIM User resource, without `groups`.
    pub resource: Map<String, Value>,
    /// The names of the groups the person is to be in.
    pub groups: Vec<String>,
}

/// What is wrong with one row, in words for whoever made the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowError {
    pub line: u64,
    /// The column as the file names it.
    pub column: Option<String>,
    pub sentence: String,
}

impl RowError {
    fn row(line: u64, sentence: impl Into<String>) -> Self {
        Self { line, column: None, sentence: sentence.into() }
    }

    /// A user name that was in the file before, at line `first`.
    pub(super) fn repeated(line: u64, user_name: &str, first: u64) -> Self {
        let sentence = format!(
            "“{user_name}” is in line {first} already; a user name may occur once, whatever its letter case."
        );
        Self::cell(line, "userName", sentence)
    }

    fn cell(line: u64, column: &str, sentence: impl Into<String>) -> Self {
        let column = Some(column.to_owned());
        Self { line, column, sentence: sentence.into() }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.sentence)
    }
}

impl std::error::Error for RowError {}

/// Reads a file of either form. All errors come at once, in the order of their lines.
pub fn parse(bytes: &[u8]) -> Result<PeopleFile, Vec<RowError>> {
    let text = text::decode(bytes).map_err(|error| vec![error])?;
    let mut reader = Reader::default();
    if text.trim_start().starts_with(['{', '[']) {
        json::read(&text, &mut reader);
    } else {
        csv::read(&text, &mut reader);
    }
    reader.finish()
}

/// Collects people and errors while a file is read.
#[derive(Default)]
struct Reader {
    people: Vec<PersonRow>,
    errors: Vec<RowError>,
    /// Folded user names and the lines that have them.
    user_names: HashMap<String, u64>,
}

impl Reader {
    /// Takes a person, unless its user name is missing or was there before.
    fn person(&mut self, row: PersonRow) {
        let Some(user_name) = user_name(&row.resource) else {
            let sentence = "The user name is missing; every person needs one.";
            self.error(RowError::cell(row.line, "userName", sentence));
            return;
        };
        match self.user_names.entry(fold(user_name)) {
            Entry::Occupied(first) => {
                let error = RowError::repeated(row.line, user_name, *first.get());
                self.error(error);
            }
            Entry::Vacant(slot) => {
                slot.insert(row.line);
                self.people.push(row);
            }
        }
    }

    fn error(&mut self, error: RowError) {
        self.errors.push(error);
    }

    fn finish(mut self) -> Result<PeopleFile, Vec<RowError>> {
        if self.errors.is_empty() {
            return Ok(PeopleFile { people: self.people });
        }
        self.errors.sort_by_key(|error| error.line);
        Err(self.errors)
    }
}

/// Attribute names have no letter case (RFC 7643 §2.1).
pub(super) fn user_name(resource: &Map<String, Value>) -> Option<&str> {
    let (_, value) = resource.iter().find(|(name, _)| name.eq_ignore_ascii_case("userName"))?;
    value.as_str().map(str::trim).filter(|name| !name.is_empty())
}

/// Group names without blanks around them, each once.
fn distinct_groups<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = HashSet::new();
    names
        .map(str::trim)
        .filter(|name| !name.is_empty() && seen.insert(fold(name)))
        .map(str::to_owned)
        .collect()
}
