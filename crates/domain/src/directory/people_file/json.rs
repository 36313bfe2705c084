//! SCIM JSON: an array of users, a ListResponse, or one user per line.

use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use super::{MAX_RECORD, PersonRow, Reader, RowError, columns, distinct_groups, text::line_at};

/// RFC 7644 §3.4.2, as far as an import needs it.
#[derive(Deserialize)]
struct ListResponse<'a> {
    #[serde(borrow, rename = "Resources", alias = "resources")]
    resources: Option<Vec<&'a RawValue>>,
}

pub(super) fn read(text: &str, reader: &mut Reader) {
    if text.trim_start().starts_with('[') {
        match serde_json::from_str::<Vec<&RawValue>>(text) {
            Ok(elements) => elements_of(text, &elements, reader),
            Err(error) => reader.error(syntax(line_of(&error), &error)),
        }
        return;
    }
    let list = serde_json::from_str::<ListResponse>(text).ok().and_then(|list| list.resources);
    match list {
        Some(elements) => elements_of(text, &elements, reader),
        None => one_after_another(text, 1, reader),
    }
}

fn elements_of(text: &str, elements: &[&RawValue], reader: &mut Reader) {
    let (mut line, mut counted) = (1, 0);
    for element in elements {
        let begin = offset(text, element.get());
        line += line_at(&text[counted..], begin - counted) - 1;
        counted = begin;
        user(line, element.get(), reader);
    }
}

/// Objects with nothing but blanks between them. After a broken one, reading goes on at the next
/// line that begins with a brace.
pub(super) fn one_after_another(text: &str, line: u64, reader: &mut Reader) {
    let (mut rest, mut line) = (text, line);
    loop {
        let blanks = rest.len() - rest.trim_start().len();
        line += line_at(rest, blanks) - 1;
        rest = &rest[blanks..];
        if rest.is_empty() {
            return;
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let end = match values.next() {
            Some(Ok(value)) => {
                user(line, value.get(), reader);
                values.byte_offset()
            }
            Some(Err(error)) => {
                reader.error(syntax(line, &error));
                rest.find("\n{").map_or(rest.len(), |position| position + 1)
            }
            None => return,
        };
        line += line_at(rest, end) - 1;
        rest = &rest[end..];
    }
}

pub(super) fn user(line: u64, text: &str, reader: &mut Reader) {
    if text.len() > MAX_RECORD {
        let sentence = format!("This user is longer than {} KiB.", MAX_RECORD / 1024);
        return reader.error(RowError::row(line, sentence));
    }
    let mut resource = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(resource)) => resource,
        Ok(_) => {
            let sentence = "Here must be a SCIM User: a JSON object with a userName.";
            return reader.error(RowError::row(line, sentence));
        }
        Err(error) => return reader.error(syntax(line, &error)),
    };
    match take_groups(&mut resource) {
        Ok(groups) => {
            if !resource.contains_key("schemas") {
                let schemas = columns::schemas(&resource);
                resource.shift_insert(0, String::from("schemas"), schemas);
            }
            reader.person(PersonRow { line, resource, groups });
        }
        Err(sentence) => reader.error(RowError::cell(line, "groups", sentence)),
    }
}

/// A user's `groups` are read-only in SCIM; in a file they say where the person belongs, by name:
/// ids are those of the system the file came from.
fn take_groups(resource: &mut Map<String, Value>) -> Result<Vec<String>, String> {
    let key = resource.keys().find(|name| name.eq_ignore_ascii_case("groups")).cloned();
    let groups = key.and_then(|key| resource.shift_remove(&key));
    let elements = match groups {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(elements)) => elements,
        Some(_) => return Err(String::from("Groups are a list.")),
    };
    let names: Option<Vec<&str>> = elements
        .iter()
        .map(|element| element.as_str().or_else(|| element.get("display")?.as_str()))
        .collect();
    names
        .map(|names| distinct_groups(names.into_iter()))
        .ok_or_else(|| String::from("A group needs its name in “display”; ids mean nothing here."))
}

fn syntax(line: u64, error: &serde_json::Error) -> RowError {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    RowError::row(line, format!("This is not valid JSON: {what}."))
}

fn line_of(error: &serde_json::Error) -> u64 {
    u64::try_from(error.line()).unwrap_or(u64::MAX)
}

/// Where a part of the text begins in it.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
}
