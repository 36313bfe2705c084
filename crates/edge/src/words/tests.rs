//! Every event in both languages.

use std::error::Error;

use seatlink_domain::log::Event;
use seatlink_texts::Language;
use serde_json::Value;
use uuid::Uuid;

use super::{Segment, sentence};

type Outcome = Result<(), Box<dyn Error>>;

/// The rows that the domain keeps readable.
const CASES: &str = include_str!("../../../domain/tests/cases/events.jsonl");

/// Fields that a sentence leaves to the page: which kind of error, and what a name cannot be told
/// of.
const UNTOLD: [&str; 1] = ["scim_type"];

fn events() -> Result<Vec<Event>, Box<dyn Error>> {
    let mut events = Vec::new();
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line)?;
        let kind = case["resource_type"].as_str().ok_or("a type")?;
        events.push(Event::from_stored(&case["event"].to_string(), kind, Some(Uuid::nil()))?);
    }
    Ok(events)
}

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}')
}

#[test]
fn every_event_has_a_sentence_with_its_fields_in_both_languages() -> Outcome {
    for event in events()? {
        let english = sentence(&event, Language::English).text();
        let chinese = sentence(&event, Language::Chinese).text();
        assert!(english.len() > 10 && !english.contains("  "), "{event:?}: {english}");
        assert!(chinese.chars().any(is_chinese), "{event:?}: {chinese}");
        for (name, field) in event.fields() {
            let value = field.to_json();
            let values: Vec<String> = match (&value, value.get("name")) {
                _ if UNTOLD.contains(&name) => Vec::new(),
                (_, Some(Value::String(name))) => vec![name.clone()],
                (Value::Array(names), _) => {
                    names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
                }
                (Value::Number(number), _) if number.as_u64() != Some(1) => {
                    vec![number.to_string()]
                }
                (Value::String(text), _) if text.contains([' ', '/', ':']) => vec![text.clone()],
                _ => Vec::new(),
            };
            for value in values {
                // Counts of none are not always worth a word.
                if value == "0" {
                    continue;
                }
                assert!(english.contains(&value), "{value} of {name} is not in: {english}");
                assert!(chinese.contains(&value), "{value} of {name} is not in: {chinese}");
            }
        }
    }
    Ok(())
}

#[test]
fn words_of_others_are_marked_however_deep_they_stand() -> Outcome {
    let text = r#"{"rejected-by-target":{"n":"pat@example.com","p":"CXone","w":{"step":"create",
        "trouble":{"answered":{"status":400,"said":{"words":"No <b>active</b> role named Agent"}}}}}}"#;
    let event = Event::from_stored(text, "User", None)?;
    let told = sentence(&event, Language::English);
    assert_eq!(
        told.text(),
        "Automatic provisioning of user pat@example.com to app CXone failed: Error while creating user \
         pat@example.com: Bad Request. Errors reported by remote server: No <b>active</b> role named Agent"
    );
    let words = "No <b>active</b> role named Agent";
    assert!(told.segments.contains(&Segment::Quoted(words.to_owned())));
    let chinese = sentence(&event, Language::Chinese);
    assert_eq!(chinese.segments().last(), Some(&Segment::Quoted(words.to_owned())));
    assert!(chinese.text().chars().any(is_chinese), "{}", chinese.text());
    Ok(())
}
