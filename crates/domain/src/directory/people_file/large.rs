//! People files too large to hold: read block by block from the front, or person by person from
//! anywhere.
//!
//! The forms are those of [`parse`](super::parse), except that text must be UTF-8 and a
//! ListResponse must be written as an array. Cutting a file into records is cheap and happens in
//! order; taking records apart is not, and can happen on several threads.

use std::{fs::File, io, path::Path, sync::Arc};

use super::{
    MAX_RECORD, PersonRow, Reader, RowError,
    columns::Columns,
    csv,
    cut::{Cut, Cutter, Form},
    json,
    text::{NOT_UTF_8, line_ends},
};

/// Bytes that are cut at a time; about a thousand people.
const BLOCK: usize = 256 * 1024;
/// A line longer than this is not looked at to its end.
const MAX_LINE: usize = 64 * MAX_RECORD;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file and how to read it.
pub struct LargeFile {
    file: File,
    form: Form,
    columns: Option<Columns>,
    /// Where the first record begins that is no header.
    body: Place,
}

/// A place in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place {
    offset: u64,
    line: u64,
}

/// Some bytes of a file, cut into records.
pub struct Block {
    bytes: Vec<u8>,
    records: Vec<Record>,
    /// The file cannot be read on from here.
    broken: Option<RowError>,
}

#[derive(Clone, Copy)]
struct Record {
    offset: u64,
    line: u64,
    begin: usize,
    end: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{0}")]
    Rows(RowError),
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
}

impl LargeFile {
    /// Opens the file and reads what it says of itself.
    pub fn open(path: &Path) -> Result<Self, Vec<FileError>> {
        Self::from_file(File::open(path).map_err(|error| vec![error.into()])?)
    }

    fn from_file(file: File) -> Result<Self, Vec<FileError>> {
        let mut head = vec![0; 4 * MAX_RECORD];
        let length = read_at(&file, &mut head, 0).map_err(|error| vec![error.into()])?;
        head.truncate(length);
        let rows = |errors: Vec<RowError>| errors.into_iter().map(FileError::Rows).collect();
        let row = |sentence: &str| rows(vec![RowError::row(1, sentence)]);
        if head.starts_with(b"PK\x03\x04") {
            let sentence =
                "This is a workbook or ZIP archive; save the sheet as “CSV UTF-8” instead.";
            return Err(row(sentence));
        }
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(row("A file this large must be UTF-8; save it as “CSV UTF-8”."));
        }
        let start = if head.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let text = &head[start..];
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        let begin = Place { offset: offset(start), line: 1 };
        let (form, columns, body) = match first {
            Some(b'[') => (Form::Array, None, begin),
            Some(b'{') => {
                if is_list_response(text) {
                    let sentence = "A ListResponse this large is not read; write its Resources as an \
                                    array, or one user per line.";
                    return Err(row(sentence));
                }
                (Form::Lines, None, begin)
            }
            _ => {
                let text = readable(text);
                let (delimiter, header) = csv::header(text).map_err(|error| rows(vec![error]))?;
                let columns = Columns::from_header(header.line, &header.cells).map_err(rows)?;
                let delimiter = u8::try_from(delimiter).unwrap_or(b',');
                let form = Form::Csv { delimiter };
                (form, Some(columns), behind(header.line, form, text.as_bytes(), begin))
            }
        };
        Ok(Self { file, form, columns, body })
    }

    /// The file from front to back.
    pub fn blocks(self: &Arc<Self>) -> Blocks {
        Blocks {
            file: Arc::clone(self),
            cutter: Cutter::new(self.form),
            next: self.body,
            bytes: Vec::new(),
            last: false,
            ended: false,
        }
    }

    /// The records that begin at these places, which the blocks gave.
    pub fn at(&self, offsets: &[u64]) -> io::Result<Block> {
        let mut block = Block { bytes: Vec::new(), records: Vec::new(), broken: None };
        for &offset in offsets {
            let begin = block.bytes.len();
            let mut wanted = 2 * 1024;
            loop {
                block.bytes.resize(begin + wanted, 0);
                let length = read_at(&self.file, &mut block.bytes[begin..], offset)?;
                block.bytes.truncate(begin + length);
                let cut = Cutter::at_record(self.form).next(&block.bytes[begin..], length < wanted);
                if cut == Cut::More && wanted < MAX_LINE {
                    wanted *= 4;
                    continue;
                }
                let Cut::Record { begin: skipped, end } = cut else {
                    return Err(io::Error::other("the file changed while it was read"));
                };
                block.bytes.truncate(begin + end);
                let record = Record { offset, line: 0, begin: begin + skipped, end: begin + end };
                block.records.push(record);
                break;
            }
        }
        Ok(block)
    }

    /// The lines of these places, which must be in order.
    pub fn lines_of(&self, offsets: &[u64]) -> io::Result<Vec<u64>> {
        let mut lines = Vec::with_capacity(offsets.len());
        let (mut line, mut at) = (1, 0);
        let mut bytes = vec![0; BLOCK];
        for &offset in offsets {
            while at < offset {
                let wanted = usize::try_from(offset - at).unwrap_or(BLOCK).min(BLOCK);
                let mut length = read_at(&self.file, &mut bytes[..wanted], at)?;
                if length == 0 {
                    break;
                }
                // A carriage return is read again with what follows it.
                if length > 1 && bytes[length - 1] == b'\r' {
                    length -= 1;
                }
                line += line_ends(&bytes[..length]);
                at += self::offset(length);
            }
            lines.push(line);
        }
        Ok(lines)
    }

    /// The people of a block, each with its place in the file, and what is wrong with others.
    pub fn read(&self, block: &Block) -> (Vec<(u64, PersonRow)>, Vec<RowError>) {
        let mut people = Vec::with_capacity(block.records.len());
        let mut errors = Vec::new();
        for record in &block.records {
            let mut reader = Reader::default();
            self.record(record, &block.bytes[record.begin..record.end], &mut reader);
            people.extend(reader.people.into_iter().map(|person| (record.offset, person)));
            errors.append(&mut reader.errors);
        }
        errors.extend(block.broken.clone());
        (people, errors)
    }

    fn record(&self, record: &Record, bytes: &[u8], reader: &mut Reader) {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => text,
            _ => return reader.error(RowError::row(record.line, NOT_UTF_8)),
        };
        match (&self.columns, self.form) {
            (Some(columns), Form::Csv { delimiter }) => {
                csv::one(text, char::from(delimiter), columns, record.line, reader);
            }
            (_, Form::Lines) => json::one_after_another(text, record.line, reader),
            (_, Form::Array | Form::Csv { .. }) => json::user(record.line, text, reader),
        }
    }
}

impl Block {
    /// How far into the file the block reaches.
    pub fn end(&self) -> u64 {
        self.records.last().map_or(0, |record| record.offset + offset(record.end - record.begin))
    }
}

/// The blocks of a file in order.
pub struct Blocks {
    file: Arc<LargeFile>,
    cutter: Cutter,
    /// Where `bytes` begins.
    next: Place,
    /// Read and not yet cut.
    bytes: Vec<u8>,
    /// The file has nothing behind `bytes`.
    last: bool,
    ended: bool,
}

impl Blocks {
    fn fill(&mut self, more: usize) -> io::Result<()> {
        let have = self.bytes.len();
        self.bytes.resize(have + more, 0);
        let begin = self.next.offset + offset(have);
        let length = read_at(&self.file.file, &mut self.bytes[have..], begin)?;
        self.bytes.truncate(have + length);
        self.last = length < more;
        Ok(())
    }

    fn block(&mut self) -> io::Result<Block> {
        let wanted = BLOCK.saturating_sub(self.bytes.len());
        if !self.last && wanted > 0 {
            self.fill(wanted)?;
        }
        let mut records = Vec::new();
        let mut broken = None;
        let (mut at, mut line) = (0, self.next.line);
        loop {
            let rest = &self.bytes[at..];
            match self.cutter.next(rest, self.last) {
                Cut::Record { begin, end } => {
                    line += line_ends(&rest[..begin]);
                    let (begin, end) = (at + begin, at + end);
                    let offset = self.next.offset + offset(begin);
                    records.push(Record { offset, line, begin, end });
                    line += line_ends(&self.bytes[begin..end]);
                    at = end;
                }
                Cut::More if records.is_empty() && rest.len() < MAX_LINE => self.fill(BLOCK)?,
                Cut::More if records.is_empty() => {
                    self.ended = true;
                    let limit = MAX_LINE / (1024 * 1024);
                    let sentence = format!("This line is longer than {limit} MiB.");
                    broken = Some(RowError::row(line, sentence));
                    break;
                }
                Cut::More => break,
                Cut::End => {
                    self.ended = true;
                    break;
                }
                Cut::Broken { at, sentence } => {
                    self.ended = true;
                    broken = Some(RowError::row(line + line_ends(&rest[..at]), sentence));
                    break;
                }
            }
        }
        let rest = self.bytes.split_off(at);
        let bytes = std::mem::replace(&mut self.bytes, rest);
        self.next = Place { offset: self.next.offset + offset(at), line };
        Ok(Block { bytes, records, broken })
    }
}

impl Iterator for Blocks {
    type Item = io::Result<Block>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let block = self.block();
        self.ended |= block.is_err();
        Some(block)
    }
}

/// As much of the head as is whole characters.
fn readable(head: &[u8]) -> &str {
    match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// Whether the first object names `Resources` before it ends.
fn is_list_response(head: &[u8]) -> bool {
    let text = readable(head);
    let first = match Cutter::new(Form::Lines).next(head, false) {
        Cut::Record { end, .. } => text.get(..end).unwrap_or(text),
        Cut::More | Cut::End | Cut::Broken { .. } => text,
    };
    first.contains("\"Resources\"") || first.contains("\"resources\"")
}

/// The place behind the record that is the header.
fn behind(header_line: u64, form: Form, head: &[u8], begin: Place) -> Place {
    let mut cutter = Cutter::new(form);
    let (mut at, mut line) = (0, begin.line);
    while let Cut::Record { begin, end } = cutter.next(&head[at..], true) {
        line += line_ends(&head[at..at + begin]);
        let is_header = line == header_line;
        line += line_ends(&head[at + begin..at + end]);
        at += end;
        if is_header {
            break;
        }
    }
    Place { offset: begin.offset + offset(at), line }
}

fn offset(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Fills as much of `bytes` as the file has from there on.
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut length = 0;
    while length < bytes.len() {
        match read_some(file, &mut bytes[length..], offset + self::offset(length)) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

#[cfg(unix)]
fn read_some(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_some(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, offset)
}

#[cfg(test)]
mod tests;
