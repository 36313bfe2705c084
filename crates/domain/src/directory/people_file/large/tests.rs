//! Large files are read as small ones are, wherever they are cut.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

use std::{fs, sync::Arc};

use tempfile::NamedTempFile;

use super::*;
use crate::directory::people_file::{PeopleFile, parse};

type Placed = Vec<(u64, PersonRow)>;

fn large(text: &[u8]) -> Result<(Placed, Vec<RowError>), Vec<FileError>> {
    let temporary = NamedTempFile::new().unwrap();
    fs::write(temporary.path(), text).unwrap();
    let file = Arc::new(LargeFile::open(temporary.path())?);
    let (mut people, mut errors) = (Vec::new(), Vec::new());
    for block in file.blocks() {
        let (more, wrong) = file.read(&block.unwrap());
        people.extend(more);
        errors.extend(wrong);
    }
    // What was read from the front can be read again from its place.
    let places: Vec<u64> = people.iter().map(|(place, _)| *place).collect();
    let (again, _) = file.read(&file.at(&places).unwrap());
    assert_eq!(again.len(), people.len());
    for ((_, again), (_, first)) in again.iter().zip(&people) {
        assert_eq!(again.resource, first.resource);
    }
    let lines: Vec<u64> = people.iter().map(|(_, person)| person.line).collect();
    assert_eq!(file.lines_of(&places).unwrap(), lines);
    Ok((people, errors))
}

fn same_as_small(text: &str) {
    let small: PeopleFile = parse(text.as_bytes()).unwrap();
    let (people, errors) = large(text.as_bytes()).unwrap();
    assert_eq!(errors, []);
    let people: Vec<PersonRow> = people.into_iter().map(|(_, person)| person).collect();
    assert_eq!(people, small.people);
}

const HEADER: &str = "userName,givenName,familyName,email";

/// Larger than a block, so that records are cut where blocks end.
fn many(row: impl Fn(usize) -> String) -> String {
    (0..40_000).map(row).collect()
}

#[test]
fn a_csv_file_of_several_blocks_reads_as_a_small_one() {
    let rows = many(|n| {
        format!("u{n},\"A \"\"Ace\"\", 王\nsecond line\",5\" pipe,u{n}@example.com\r\n\r\n")
    });
    same_as_small(&format!("\u{feff}\n{HEADER}\r\n{rows}"));
    same_as_small(&format!("{HEADER}\r{}", many(|n| format!("u{n},A,B,u{n}@example.com\r"))));
    same_as_small(&format!("{HEADER}\na,A,B,a@example.com"));
}

#[test]
fn json_of_several_blocks_reads_as_a_small_one() {
    let user = |n: usize| format!("{{\"userName\": \"u{n}\", \"title\": \"{{[,\\\"\\\\\"}}");
    let lines = many(|n| format!("{}\n", user(n)));
    same_as_small(&lines);
    let array = many(|n| format!("{}{}", if n == 0 { "" } else { ",\n " }, user(n)));
    same_as_small(&format!("[{array}]\n"));
    same_as_small("{\n  \"userName\": \"a\"\n}\n{\n  \"userName\": \"b\"\n}");
}

#[test]
fn errors_name_the_lines_that_a_small_file_would() {
    let rows = many(|n| match n {
        20_000 => String::from("\"d,A,B,d@example.com\n"),
        30_000 => String::from("e,A,B,not an address\n"),
        _ => format!("u{n},A,B,u{n}@example.com\n"),
    });
    let text = format!("{HEADER}\n{rows}");
    let (people, errors) = large(text.as_bytes()).unwrap();
    assert_eq!(people.len(), 39_998);
    assert_eq!(errors, parse(text.as_bytes()).unwrap_err());
    assert_eq!(errors.iter().map(|error| error.line).collect::<Vec<_>>(), [20_002, 30_002]);

    let lines = many(|n| match n {
        25_000 => String::from("{\"userName\": \n"),
        _ => format!("{{\"userName\": \"u{n}\"}}\n"),
    });
    let (_, errors) = large(lines.as_bytes()).unwrap();
    assert_eq!(errors.first().map(|error| error.line), Some(25_001));
}

#[test]
fn an_array_that_breaks_is_told_where() {
    for (text, line) in [
        ("[\n{\"userName\": \"a\"}\n{\"userName\": \"b\"}]", 3),
        ("[\n{\"userName\": \"a\"},\n{\"userName\": \"b\"", 3),
        ("[\n{\"userName\": \"a\"},\n{\"userName\" \"b\"}\n]", 3),
        ("[\n{\"userName\": \"a\"}\n]\nx", 4),
    ] {
        let (_, errors) = large(text.as_bytes()).unwrap();
        assert_eq!(errors.first().map(|error| error.line), Some(line), "{text}: {errors:?}");
    }
}

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let sentence = |text: &[u8]| large(text).unwrap_err()[0].to_string();
    assert!(sentence(b"PK\x03\x04rest").contains("workbook"));
    assert!(sentence(b"\xff\xfea\0").contains("UTF-8"));
    assert!(sentence(br#"{"Resources": [{"userName": "a"}]}"#).contains("ListResponse"));
    assert!(sentence(b"").contains("empty"));
    let (_, errors) =
        large(&[HEADER.as_bytes(), b"\na,\xcd\xf5,B,a@example.com\n"].concat()).unwrap();
    assert_eq!(errors[0].line, 2);
    assert!(errors[0].sentence.contains("UTF-8"));
}
