//! Filters mean the same in memory, in SQLite and in PostgreSQL.
//!
//! The evaluator in memory is the measure. Random filters over random resources and the shared case
//! file go through all of them.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets an unexpected error should fail where it is"
)]

mod cases;
mod directory;
mod generate;
mod sorting;

use std::cell::Cell;

use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};
use seatlink_scim::{Leniency, filter};
use seatlink_store::{Db, TenantId};
use tokio::runtime::Runtime;

use crate::common::new_id;
use directory::{Directory, Kind, found};
use generate::Dice;

/// Populations tried on each database; `PROPTEST_CASES` changes it.
const POPULATIONS: u32 = 100;

#[test]
fn random_filters_find_the_same_resources_in_memory_and_in_every_database() {
    let runtime = Runtime::new().unwrap();
    let databases = runtime.block_on(crate::common::databases());
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

#[tokio::test]
async fn the_largest_filters_that_parse_run_in_every_database() {
    let directory = generate::directory(&mut Dice::new(&[3, 7, 1, 9, 4, 250, 77, 31, 8]));
    let tenant = TenantId::from(new_id());
    let many = |term: &str, between: &str, times| vec![term; times].join(between);
    let wrap =
        |term: &str, times: usize| format!("{}{term}{}", "not (".repeat(times), ")".repeat(times));
    let texts = [
        many(r#"emails.type eq "work""#, " and ", filter::MAX_TERMS),
        many(r#"groups.display co "x""#, " or ", filter::MAX_TERMS),
        many(r#"emails[type eq "work" and value eq "x"]"#, " or ", filter::MAX_TERMS / 2),
        many(r#"not (emails.type ne "work")"#, " and ", filter::MAX_TERMS),
        many(&format!(r#"{}:boxes.labels ne "a""#, generate::EXTENSION), " and ", 60),
        wrap(r#"title ne "x""#, filter::MAX_DEPTH - 2),
        format!(r#"title co "{}""#, "%_*\\\\".repeat(1000)),
    ];
    for (name, db) in crate::common::databases().await {
        directory.store(&db, tenant).await.unwrap();
        for text in &texts {
            let rt = Kind::User.resource_type(&directory.registry);
            let parsed = filter::parse(text)
                .unwrap_or_else(|error| unreachable!("{text}: {}", error.detail));
            let resolved = parsed.resolve(rt, Leniency::Strict).unwrap();
            let actual = found(&db, tenant, Kind::User, &resolved).await;
            let actual = actual.unwrap_or_else(|error| unreachable!("{name}: {error}: {text}"));
            assert_eq!(actual, directory.matching(Kind::User, &resolved), "{name}: {text}");
        }
    }
}
