//! Filters mean the same in memory, in SQLite and in PostgreSQL.
//!
//! The evaluator in memory is the measure. Random filters over random resources and the shared case file go
//! through all of them.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets an unexpected error should fail where it is"
)]

#[path = "filters/cases.rs"]
mod cases;
mod common;
#[path = "filters/directory.rs"]
mod directory;
#[path = "filters/generate.rs"]
mod generate;

use std::cell::Cell;

use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};
use seatlink_scim::{Leniency, filter};
use seatlink_store::{Db, TenantId};
use tokio::runtime::Runtime;

use common::new_id;
use directory::{Directory, Kind, found};
use generate::Dice;

/// Populations tried on each database; `PROPTEST_CASES` changes it.
const POPULATIONS: u32 = 40;

#[test]
fn random_filters_find_the_same_resources_in_memory_and_in_every_database() {
    let runtime = Runtime::new().unwrap();
    let databases = runtime.block_on(common::databases());
    let config = Config { failure_persistence: None, ..Config::default() };
    let cases =
        if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { POPULATIONS };
    let mut runner = TestRunner::new(Config { cases, ..config });
    let choices = |most| prop::collection::vec(any::<u8>(), 0..most);
    let strategy = (choices(900), prop::collection::vec(choices(40), 1..40));
    let asked = Cell::new(0);
    let matched = Cell::new(0);
    let result = runner.run(&strategy, |(population, filters)| {
        let directory = generate::directory(&mut Dice::new(&population));
        let tenant = TenantId::from(new_id());
        for (_, db) in &databases {
            runtime.block_on(directory.store(db, tenant)).unwrap();
        }
        for choices in filters {
            let (kind, text) = generate::filter(&mut Dice::new(&choices), &directory);
            let hits = compare(&runtime, &databases, &directory, tenant, kind, &text)?;
            asked.set(asked.get() + 1);
            matched.set(matched.get() + usize::from(hits > 0));
        }
        Ok(())
    });
    if let Err(TestError::Fail(reason, _) | TestError::Abort(reason)) = result {
        // The choices that led here say nothing to a reader; the reason names filter and resource.
        unreachable!("{reason}");
    }
    // Filters that match nothing would agree without proving much.
    let (asked, matched) = (asked.get(), matched.get());
    assert!(matched * 5 > asked, "only {matched} of {asked} filters matched anything");
}

/// Asks everyone the same and answers how many resources matched.
fn compare(
    runtime: &Runtime,
    databases: &[(&'static str, Db)],
    directory: &Directory,
    tenant: TenantId,
    kind: Kind,
    text: &str,
) -> Result<usize, TestCaseError> {
    let rt = kind.resource_type(&directory.registry);
    let parsed = filter::parse(text);
    let resolved = parsed.and_then(|filter| filter.resolve(rt, Leniency::Strict));
    let resolved = resolved.unwrap_or_else(|error| unreachable!("{text}: {}", error.detail));
    let expected = directory.matching(kind, &resolved);
    for (name, db) in databases {
        let actual = runtime.block_on(found(db, tenant, kind, &resolved));
        let actual =
            actual.map_err(|error| TestCaseError::fail(format!("{name}: {text}: {error}")))?;
        if actual != expected {
            let views: Vec<String> = directory
                .entries
                .iter()
                .filter(|entry| actual.contains(&entry.id) != expected.contains(&entry.id))
                .map(|entry| directory.view(entry).to_string())
                .collect();
            let message = format!("{name} differs for {text} on {}", views.join("\n"));
            return Err(TestCaseError::fail(message));
        }
    }
    Ok(expected.len())
}
