//! From bytes to text: byte order marks, UTF-8 and UTF-16, and a clear word for anything else.

use std::borrow::Cow;

use super::{MAX_FILE, RowError};

const UTF_8_MARK: &[u8] = "\u{feff}".as_bytes();
pub(super) const NOT_UTF_8: &str = "The file is not UTF-8 text from here on; save it as UTF-8 \
    (in Excel: “CSV UTF-8”) and try again.";

pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, RowError> {
    if bytes.len() > MAX_FILE {
        let limit = MAX_FILE / (1024 * 1024);
        let sentence = format!("The file is larger than {limit} MiB; split it.");
        return Err(RowError::row(1, sentence));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let sentence = "This is a workbook or ZIP archive; save the sheet as “CSV UTF-8” instead.";
        return Err(RowError::row(1, sentence));
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_le_bytes)?),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_be_bytes)?),
        _ => utf_8(bytes.strip_prefix(UTF_8_MARK).unwrap_or(bytes))?,
    };
    // UTF-16 without its mark, or no text at all.
    if let Some(position) = text.find('\0') {
        return Err(RowError::row(line_at(&text, position), NOT_UTF_8));
    }
    Ok(text)
}

fn utf_8(bytes: &[u8]) -> Result<Cow<'_, str>, RowError> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let valid = bytes.iter().take(error.valid_up_to());
        RowError::row(1 + count(valid.filter(|byte| **byte == b'\n')), NOT_UTF_8)
    })
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, RowError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match character {
            Ok(character) => text.push(character),
            Err(_) => return Err(RowError::row(line_at(&text, text.len()), NOT_UTF_8)),
        }
    }
    if !rest.is_empty() {
        return Err(RowError::row(line_at(&text, text.len()), NOT_UTF_8));
    }
    Ok(text)
}

/// The line, counted from 1, that the byte at `position` is in.
pub(super) fn line_at(text: &str, position: usize) -> u64 {
    let before = text.as_bytes().iter().take(position);
    1 + count(before.filter(|byte| **byte == b'\n'))
}

fn count(items: impl Iterator) -> u64 {
    u64::try_from(items.count()).unwrap_or(u64::MAX)
}

/// How many lines end in these bytes: by a line feed, a carriage return, or both together. A feed
/// at the very beginning counts, because what stands before it is not known here.
pub(super) fn line_ends(bytes: &[u8]) -> u64 {
    let feeds = count(bytes.iter().filter(|byte| **byte == b'\n'));
    if !bytes.contains(&b'\r') {
        return feeds;
    }
    let alone = bytes
        .iter()
        .enumerate()
        .filter(|(at, byte)| **byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    feeds + count(alone)
}
