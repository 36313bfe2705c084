//! CSV: records with exact line numbers, and people out of them.
//!
//! Records are read here because a correction needs what general readers do not give: the line a
//! record begins in (after blank lines, and with any line ending), and the rest of the file after
//! a quote that is never closed.

use super::{
    MAX_RECORD, PersonRow, Reader, RowError,
    columns::{Columns, is_user_name},
};

/// What may stand between cells. Spreadsheets take the semicolon where the comma is decimal.
const DELIMITERS: [char; 3] = [',', ';', '\t'];

pub(super) fn read(text: &str, reader: &mut Reader) {
    let (delimiter, header) = match header(text) {
        Ok(found) => found,
        Err(error) => return reader.error(error),
    };
    let columns = match Columns::from_header(header.line, &header.cells) {
        Ok(columns) => columns,
        Err(errors) => return reader.errors.extend(errors),
    };
    let records = Records::new(text, delimiter).filter(|record| match record {
        Ok(record) => record.line != header.line && !record.is_blank(),
        Err(_) => true,
    });
    for record in records {
        match record.and_then(|record| person(&columns, record, reader)) {
            Ok(Some(row)) => reader.person(row),
            Ok(None) => {}
            Err(error) => reader.error(error),
        }
    }
}

/// The one record of a text, which begins in this line of its file.
pub(super) fn one(text: &str, delimiter: char, columns: &Columns, line: u64, reader: &mut Reader) {
    let mut records = Records::new(text, delimiter);
    records.line = line;
    match records.next() {
        Some(Ok(record)) if record.is_blank() => {}
        Some(record) => match record.and_then(|record| person(columns, record, reader)) {
            Ok(Some(row)) => reader.person(row),
            Ok(None) => {}
            Err(error) => reader.error(error),
        },
        None => {}
    }
}

/// A person, or nothing when its cells were at fault and are reported already.
fn person(
    columns: &Columns,
    record: Record,
    reader: &mut Reader,
) -> Result<Option<PersonRow>, RowError> {
    let Record { line, cells } = record;
    if let Some(extra) = cells.get(columns.len()..)
        && extra.iter().any(|cell| !cell.is_empty())
    {
        let (has, named) = (cells.len(), columns.len());
        let sentence = format!(
            "The row has {has} cells and the header names {named}; \
             put quotes around a cell that holds the separator."
        );
        return Err(RowError::row(line, sentence));
    }
    match columns.person(line, &cells) {
        Ok(row) => Ok(Some(row)),
        Err(errors) => {
            reader.errors.extend(errors);
            Ok(None)
        }
    }
}

/// The first record that is not blank, read with the delimiter under which it names a `userName`,
/// or else the one that gives most cells.
pub(super) fn header(text: &str) -> Result<(char, Record), RowError> {
    let mut best: Option<(char, Record)> = None;
    for delimiter in DELIMITERS {
        let first = Records::new(text, delimiter)
            .find(|record| record.as_ref().map_or(true, |record| !record.is_blank()));
        let record = match first {
            Some(record) => record?,
            None => continue,
        };
        if record.cells.len() > 1 && record.cells.iter().any(|cell| is_user_name(cell)) {
            return Ok((delimiter, record));
        }
        if best.as_ref().is_none_or(|(_, other)| record.cells.len() > other.cells.len()) {
            best = Some((delimiter, record));
        }
    }
    best.ok_or_else(|| {
        let sentence = "The file is empty; it needs a header with the columns userName, \
                        givenName, familyName and email.";
        RowError::row(1, sentence)
    })
}

pub(super) struct Record {
    /// Where the record begins.
    pub(super) line: u64,
    /// The cells without blanks around them.
    pub(super) cells: Vec<String>,
}

impl Record {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

/// Reads records as RFC 4180 has them, with any line ending. A quote inside a cell that does not
/// begin with one is an ordinary character, as in `phoneNumbers[type eq "mobile"].value`.
pub(super) struct Records<'a> {
    rest: &'a str,
    line: u64,
    delimiter: char,
}

impl<'a> Records<'a> {
    pub(super) fn new(text: &'a str, delimiter: char) -> Self {
        Self { rest: text, line: 1, delimiter }
    }

    fn record(&mut self) -> Result<Vec<String>, String> {
        let begin = self.rest.len();
        let mut cells = Vec::new();
        loop {
            let cell = match self.rest.trim_start_matches(' ').strip_prefix('"') {
                Some(quoted) => self.quoted(quoted)?,
                None => self.plain().to_owned(),
            };
            cells.push(cell.trim().to_owned());
            if begin - self.rest.len() > MAX_RECORD {
                return Err(too_long());
            }
            let Some(rest) = self.rest.strip_prefix(self.delimiter) else {
                self.end_of_line();
                return Ok(cells);
            };
            self.rest = rest;
        }
    }

    /// Up to the delimiter or the end of the line.
    fn plain(&mut self) -> &'a str {
        let end = self.rest.find([self.delimiter, '\n', '\r']);
        let (cell, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        cell
    }

    /// After the opening quote. Two quotes stand for one.
    fn quoted(&mut self, mut after: &'a str) -> Result<String, String> {
        let mut cell = String::new();
        loop {
            let Some((part, rest)) = after.split_once('"') else {
                return Err(String::from("A quote is opened in this row and never closed."));
            };
            cell.push_str(part);
            if cell.len() > MAX_RECORD {
                return Err(too_long());
            }
            let Some(again) = rest.strip_prefix('"') else {
                self.rest = rest;
                break;
            };
            cell.push('"');
            after = again;
        }
        self.line += line_ends(&cell);
        cell.push_str(self.plain());
        Ok(cell)
    }

    fn end_of_line(&mut self) -> bool {
        let rest = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix(['\n', '\r']));
        let Some(rest) = rest else { return false };
        self.rest = rest;
        self.line += 1;
        true
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.end_of_line() {}
        if self.rest.is_empty() {
            return None;
        }
        let (begin, line) = (self.rest, self.line);
        Some(match self.record() {
            Ok(cells) => Ok(Record { line, cells }),
            Err(sentence) => {
                // Only this line is given up; what follows it is read again.
                (self.rest, self.line) = (begin, line);
                let end = begin.find(['\n', '\r']).unwrap_or(begin.len());
                self.rest = &begin[end..];
                self.end_of_line();
                Err(RowError::row(line, sentence))
            }
        })
    }
}

fn too_long() -> String {
    let limit = MAX_RECORD / 1024;
    format!("The row is longer than {limit} KiB; is a quote in it never closed?")
}

fn line_ends(text: &str) -> u64 {
    let alone = text.matches(['\n', '\r']).count() - text.matches("\r\n").count();
    u64::try_from(alone).unwrap_or(u64::MAX)
}
