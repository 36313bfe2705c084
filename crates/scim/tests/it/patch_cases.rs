//! Every case of `cases/patches.json`, through the whole of PATCH.

use crate::common::{cases, comparable, is_error, labels_as_ids, registry};
use seatlink_scim::{Document, Error, Leniency, Registry, patch, validate};
use serde_json::Value;

/// Cases whose only accepted outcome is the strict one, and what is different when forgiving.
const DIFFERENT_WHEN_FORGIVING: [(&str, &str); 2] = [
    ("PAT-091", "a value path that matches nothing creates the element"),
    ("PAT-187", "a missing op is replace"),
];

struct Run {
    initial: Document,
    outcome: Result<Document, Error>,
}

fn run(registry: &Registry, case: &Value, leniency: Leniency) -> Run {
    let rt = registry.resource_type(case["resourceType"].as_str().unwrap()).unwrap();
    let sample = labels_as_ids(&case["initial"]);
    let initial = validate::create(rt, sample, Leniency::Strict).unwrap().document;
    let body = match case.get("rawBody") {
        Some(raw) => serde_json::from_str(raw.as_str().unwrap()).unwrap(),
        None => labels_as_ids(&case["request"]),
    };
    let outcome = patch::parse(body, leniency)
        .and_then(|(request, _)| patch::apply_all(rt, &initial, &request, leniency))
        .and_then(|changed| check_unique(case, changed));
    Run { initial, outcome }
}

/// Uniqueness needs the other resources, which this crate never sees.
fn check_unique(case: &Value, changed: Document) -> Result<Document, Error> {
    let others = case["others"].as_array().unwrap();
    let taken = changed
        .str_at(&["userName"])
        .is_some_and(|name| others.iter().any(|other| other["userName"].as_str() == Some(name)));
    if taken { Err(Error::uniqueness("The user name is taken.")) } else { Ok(changed) }
}

fn outcome_is(expected: &Value, run: &Run) -> bool {
    match &run.outcome {
        Err(error) => is_error(&expected["error"], error),
        Ok(changed) => {
            let unchanged_as_promised =
                expected["lastModifiedUnchanged"] != true || *changed == run.initial;
            unchanged_as_promised
                && expected.get("resource").is_some_and(|resource| {
                    comparable(&labels_as_ids(resource))
                        == comparable(&Value::from(changed.clone()))
                })
        }
    }
}

fn failures(leniency: Leniency) -> Vec<String> {
    let file = cases(include_str!("../cases/patches.json"));
    let registry = registry();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 70);
    let mut failures = Vec::new();
    for case in cases {
        let id = case["id"].as_str().unwrap();
        if leniency == Leniency::Forgiving
            && DIFFERENT_WHEN_FORGIVING.iter().any(|(known, _)| *known == id)
        {
            continue;
        }
        let run = run(&registry, case, leniency);
        let accepted = case["accept"]
            .as_array()
            .is_some_and(|any| any.iter().any(|one| outcome_is(one, &run)));
        if !outcome_is(&case["expect"], &run) && !accepted {
            failures.push(format!("{id} {}: {:?}", case["title"], run.outcome));
        }
        if let Ok(changed) = &run.outcome {
            // Creating it again gives the same text, so the document is canonical.
            let rt = registry.resource_type(case["resourceType"].as_str().unwrap()).unwrap();
            let again = validate::create(rt, changed.clone().into(), Leniency::Strict).unwrap();
            assert_eq!(again.document.to_text(), changed.to_text(), "{id}");
        }
    }
    failures
}

#[test]
fn strict_mode_passes_every_case() {
    let failures = failures(Leniency::Strict);
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn forgiving_mode_passes_every_case_but_the_two_it_exists_for() {
    let failures = failures(Leniency::Forgiving);
    assert!(failures.is_empty(), "{failures:#?}");
}
