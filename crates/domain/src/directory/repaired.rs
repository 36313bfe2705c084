//! What was repaired for a client, as a row of the log records it.

use seatlink_scim::{Quirk, Repair};
use serde_json::{Value, json};

/// A request can repeat one deviation thousands of times; its row need not.
const ROWS: usize = 50;

/// Each deviation with the clause it relaxes and the place, for the difference of a row.
pub(super) fn rows(repairs: &[Repair]) -> Option<Value> {
    let mut shown: Vec<&Repair> = Vec::new();
    for repair in repairs {
        if shown.len() < ROWS && !shown.contains(&repair) {
            shown.push(repair);
        }
    }
    let rows: Vec<Value> = shown
        .iter()
        .map(|repair| {
            let quirk = repair.quirk;
            json!({ "quirk": quirk.id(), "clause": quirk.clause(), "at": repair.at })
        })
        .collect();
    (!rows.is_empty()).then_some(Value::Array(rows))
}

/// The difference of a row that has nothing else to show.
pub(super) fn alone(repairs: &[Repair]) -> Option<Value> {
    rows(repairs).map(|rows| json!({ "repairs": rows }))
}

/// The difference with the repairs beside what changed.
pub(super) fn beside(mut difference: Value, repairs: &[Repair]) -> Value {
    if let (Some(rows), Some(map)) = (rows(repairs), difference.as_object_mut()) {
        map.insert(String::from("repairs"), rows);
    }
    difference
}

/// Names what was left out because no schema has it, where a sentence would else say that all is as
/// asked.
pub(super) fn left_out(repairs: &[Repair]) -> Vec<String> {
    let unknown = repairs.iter().filter(|repair| repair.quirk == Quirk::UnknownAttribute);
    let mut names: Vec<String> = unknown.map(|repair| repair.at.clone()).collect();
    names.dedup();
    names.truncate(ROWS);
    names
}
