//! Every fixed statement is one that both databases accept.

use seatlink_store::statements;

#[tokio::test]
async fn every_statement_can_be_prepared_on_every_database() {
    for (name, db) in crate::common::databases().await {
        let mut refused = Vec::new();
        for (file, statement, sql) in statements() {
            if let Err(error) = db.prepare_check(sql).await {
                refused.push(format!("{file}::{statement}: {error}"));
            }
        }
        assert!(refused.is_empty(), "{name} refuses:\n{}", refused.join("\n"));
        db.close().await;
    }
}

#[test]
fn every_statement_has_a_name_of_its_own() {
    let mut names: Vec<(&str, &str)> = statements().map(|(file, name, _)| (file, name)).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
    assert!(all > 100, "{all} statements: is a file missing from the register?");
}
