//! The stored form of events. The cases are a list of rows that must stay readable for good.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

use std::collections::HashSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

const CASES: &str = include_str!("../../tests/cases/events.jsonl");
const ID: Uuid = Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057);

fn cases() -> Vec<(String, String)> {
    CASES
        .lines()
        .map(|line| {
            let case: Value = serde_json::from_str(line).unwrap();
            (case["resource_type"].as_str().unwrap().to_owned(), case["event"].to_string())
        })
        .collect()
}

#[test]
fn every_event_is_stored_and_read_back_as_it_was() {
    let mut seen = HashSet::new();
    for (resource_type, text) in cases() {
        let event = Event::from_stored(&text, &resource_type, Some(ID)).unwrap();
        assert_eq!(event.to_stored(), text);
        let concern = event.concern();
        assert_eq!(concern.resource_type(), resource_type, "{text}");
        assert_eq!(concern.id, (resource_type != "Schema").then_some(ID), "{text}");
        let again = Event::from_stored(&event.to_stored(), concern.resource_type(), concern.id);
        assert_eq!(again.unwrap(), event);
        seen.insert(event.name());
    }
    let missing: Vec<_> = Event::NAMES.iter().filter(|name| !seen.contains(*name)).collect();
    assert!(missing.is_empty(), "cases of these events are missing: {missing:?}");
}

#[test]
fn programs_read_whole_ids_and_the_names_of_fields() {
    let text = r#"{"user-created":{"n":"pat@example.com","r":["Agent","AYkKXayWd0u8zrMCCZqAVw"]}}"#;
    let event = Event::from_stored(text, "User", Some(ID)).unwrap();
    assert_eq!(
        event.to_json(),
        json!({
            "type": "user-created",
            "user": { "id": ID, "name": "pat@example.com" },
            "role": { "id": ID, "name": "Agent" },
        })
    );
    assert_eq!(event.refers_to("role"), Some(Concern::new(Subject::Role, Some(ID))));
    assert_eq!(event.refers_to("user"), Some(Concern::new(Subject::User, Some(ID))));
    assert_eq!(event.refers_to("title"), None);
    assert_eq!((event.reason(), event.operation()), (Reason::Created, Operation::Create));
}

#[test]
fn what_is_no_event_is_an_error_and_never_a_default() {
    for text in [
        "",
        "{}",
        r#"{"user-vanished":{"n":"pat"}}"#,
        r#"{"user-created":{"n":"pat","r":["Agent","short"]}}"#,
        r#"{"user-created":{}}"#,
        r#"{"user-created":{"n":null,"r":null}}"#,
        r#"{"user-deactivated":{"n":"pat","s":1}}"#,
        r#"{"user-deactivated":{"n":"pat","s":"1","a":1}}"#,
    ] {
        assert!(Event::from_stored(text, "User", Some(ID)).is_err(), "{text}");
    }
    let row: (_, &dyn std::fmt::Display) = ("changes", &7);
    let unreadable = decode(row, "{}", "User", None).unwrap_err().to_string();
    assert!(unreadable.starts_with("row 7 of changes cannot be read: "), "{unreadable}");
}

#[test]
fn words_of_others_are_kept_as_they_came_and_bounded() {
    let kept = "  “so” \n</p> 好 ";
    assert_eq!(Quoted::new(kept).as_str(), kept);
    assert_eq!(Quoted::new("a\0b").as_str(), "a\u{fffd}b");
    let long = Quoted::new("好".repeat(3 * Quoted::LONGEST));
    assert_eq!(long.as_str().chars().count(), Quoted::LONGEST + 1);
    assert!(long.as_str().ends_with('…'));
}
