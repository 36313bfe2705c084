//! The shared case file.

use std::collections::BTreeMap;

use seatlink_scim::{Leniency, Registry, ResolvedFilter, Schema, filter};
use seatlink_store::{TenantId, Timestamp};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::directory::{Directory, Entry, Kind, found};
use crate::common::new_id;

const CASES: &str = include_str!("../../../../scim/tests/cases/filters.json");

/// A corpus with ids in place of labels.
struct Corpus {
    tenant: TenantId,
    directory: Directory,
    ids: BTreeMap<String, Uuid>,
}

impl Corpus {
    fn new(registry: &Registry, samples: &[Value]) -> Self {
        let mut ids: BTreeMap<String, Uuid> = samples
            .iter()
            .map(|sample| (sample["id"].as_str().unwrap().to_owned(), new_id()))
            .collect();
        // Groups name members that are no part of their corpus.
        let members = samples.iter().filter_map(|sample| sample["members"].as_array()).flatten();
        let strangers: Vec<String> = members
            .map(|member| label(&member["value"]))
            .filter(|label| !ids.contains_key(label))
            .collect();
        ids.extend(strangers.into_iter().map(|label| (label, new_id())));
        let order: Vec<&String> = ids.keys().collect();
        let entries = order
            .iter()
            .map(|label| {
                let sample = samples.iter().find(|sample| sample["id"] == label.as_str());
                match sample {
                    Some(sample) => entry(sample, &ids, &order),
                    None => stranger(label, ids[*label]),
                }
            })
            .collect();
        let directory = Directory { registry: registry.clone(), entries };
        Self { tenant: TenantId::from(new_id()), directory, ids }
    }

    fn labels(&self, found: &[Uuid]) -> Vec<&str> {
        self.ids
            .iter()
            .filter(|(_, id)| found.contains(id))
            .map(|(label, _)| label.as_str())
            .collect()
    }
}

fn label(placeholder: &Value) -> String {
    placeholder.as_str().unwrap().trim_start_matches("${").trim_end_matches('}').to_owned()
}

fn entry(sample: &Value, ids: &BTreeMap<String, Uuid>, order: &[&String]) -> Entry {
    let mut body: Value = serde_json::from_str(&with_ids(&sample.to_string(), ids)).unwrap();
    body.as_object_mut().unwrap().shift_remove("members");
    let is_group = sample["schemas"][0].as_str().unwrap().ends_with("Group");
    let members = sample["members"].as_array().into_iter().flatten();
    Entry {
        kind: if is_group { Kind::Group } else { Kind::User },
        id: ids[sample["id"].as_str().unwrap()],
        body,
        created: moment(&sample["meta"]["created"]),
        modified: Some(moment(&sample["meta"]["lastModified"])),
        members: members
            .map(|member| label(&member["value"]))
            .map(|label| order.iter().position(|other| **other == label).unwrap())
            .collect(),
    }
}

fn stranger(label: &str, id: Uuid) -> Entry {
    let user = "urn:ietf:params:scim:schemas:core:2.0:User";
    Entry {
        kind: Kind::User,
        id,
        body: json!({ "schemas": [user], "userName": label }),
        created: moment(&Value::Null),
        modified: None,
        members: Vec::new(),
    }
}

fn moment(text: &Value) -> Timestamp {
    let text = text.as_str().unwrap_or("2020-01-01T00:00:00Z");
    let moment = OffsetDateTime::parse(text, &Rfc3339).unwrap();
    Timestamp::from_micros(i64::try_from(moment.unix_timestamp_nanos() / 1000).unwrap())
}

/// Braces also appear as data, so only the labels that exist are replaced.
fn with_ids(text: &str, ids: &BTreeMap<String, Uuid>) -> String {
    ids.iter().fold(text.to_owned(), |text, (label, id)| {
        text.replace(&format!("${{{label}}}"), &id.to_string())
    })
}

#[tokio::test]
async fn every_shared_case_has_its_preferred_outcome_in_every_database() {
    let file: Value = serde_json::from_str(CASES).unwrap();
    let extension = Schema::from_json(&file["testExtension"]).unwrap();
    let registry = Registry::standard().with_extension("User", extension, false).unwrap();
    let corpora: BTreeMap<&str, Corpus> = file["corpora"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, samples)| (name.as_str(), Corpus::new(&registry, samples.as_array().unwrap())))
        .collect();
    for (name, db) in crate::common::databases().await {
        for corpus in corpora.values() {
            corpus.directory.store(&db, corpus.tenant).await.unwrap();
        }
        let mut ran = 0;
        for case in file["cases"].as_array().unwrap() {
            let Some(expected) = case["expect"]["ids"].as_array() else { continue };
            let mut expected: Vec<&str> = expected.iter().filter_map(Value::as_str).collect();
            expected.sort_unstable();
            let corpus = &corpora[case["corpus"].as_str().unwrap()];
            let text = with_ids(case["filter"].as_str().unwrap(), &corpus.ids);
            let mut ids = Vec::new();
            for (kind, filter) in resolved(&registry, case["endpoint"].as_str().unwrap(), &text) {
                ids.extend(found(&db, corpus.tenant, kind, &filter).await.unwrap());
            }
            assert_eq!(corpus.labels(&ids), expected, "{name} {} {text}", case["id"]);
            ran += 1;
        }
        assert!(ran >= 55, "{ran} cases expect resources");
    }
}

fn resolved(registry: &Registry, endpoint: &str, text: &str) -> Vec<(Kind, ResolvedFilter)> {
    let parsed = filter::parse(text).unwrap();
    let kinds: &[Kind] = match endpoint {
        "/Users" => &[Kind::User],
        "/Groups" => &[Kind::Group],
        _ => &[Kind::User, Kind::Group],
    };
    kinds
        .iter()
        .map(|kind| {
            let rt = kind.resource_type(registry);
            (*kind, parsed.resolve_among(rt, registry, Leniency::Strict).unwrap())
        })
        .collect()
}
