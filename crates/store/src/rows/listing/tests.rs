//! Which pages are a walk of an index.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

use seatlink_scim::{Leniency, Registry, Schema, SortOrder, filter};
use serde_json::json;
use uuid::Uuid;

use super::{
    Key, Position, Source, Table, key_form, push_after, push_sorted, push_window, reach::Recent,
};
use crate::{Db, Durability, Error, Location, Options, SqlBuf, TenantId};

const BADGE: &str = "urn:example:badge:1.0:User";

async fn sqlite(folder: &tempfile::TempDir) -> Db {
    let location = Location::Sqlite { path: folder.path().join("seatlink.db") };
    Db::open(Options { location, durability: Durability::Normal }).await.unwrap()
}

/// The lines of SQLite's plan for a page in order of ids, behind some id.
async fn plan_by_id(db: &Db, table: Table<'static>, text: Option<&str>) -> Vec<String> {
    let parts = json!([{ "name": "code", "uniqueness": "server" }, { "name": "color" }]);
    let badge = json!({ "id": BADGE, "attributes": [
        { "name": "number", "uniqueness": "server" },
        { "name": "aliases", "multiValued": true, "uniqueness": "server" },
        { "name": "card", "type": "complex", "subAttributes": parts },
        { "name": "keys", "type": "complex", "multiValued": true, "subAttributes": parts },
    ]});
    let badge = Schema::from_json(&badge).unwrap();
    let registry = Registry::standard().with_extension("User", badge, false).unwrap();
    let rt = registry.resource_type(table.kind()).unwrap();
    let filter =
        text.map(|text| filter::parse(text).unwrap().resolve(rt, Leniency::Strict).unwrap());
    let lines: Result<_, Error> = db
        .scan(TenantId::from(Uuid::nil()), move |mut tx| async move {
            let source = Source { table, filter: filter.as_ref(), sorted_by: None };
            let mut sql = SqlBuf::new(tx.dialect());
            sql.push("EXPLAIN QUERY PLAN ");
            table.push_records(&mut sql, Uuid::nil());
            push_after(&mut sql, source, SortOrder::Ascending, Some(Uuid::nil()), false);
            source.push_filter(&mut sql, Uuid::nil(), None);
            push_window(&mut sql, SortOrder::Ascending, 100, 0);
            tx.fetch_all(&sql, &[], |row| row.get(3)).await
        })
        .await;
    lines.unwrap()
}

async fn plan_sorted(
    db: &Db,
    table: Table<'static>,
    path: &str,
    order: SortOrder,
    after: Option<Position>,
) -> Vec<String> {
    let registry = Registry::standard();
    let rt = registry.resource_type(table.kind()).unwrap();
    let target = filter::sort_target(path, rt, Leniency::Strict).unwrap();
    let lines: Result<_, Error> = db
        .scan(TenantId::from(Uuid::nil()), move |mut tx| async move {
            let sources = [Source { table, filter: None, sorted_by: Some(&target) }];
            let form = key_form(&sources).unwrap();
            let mut sql = SqlBuf::new(tx.dialect());
            sql.push("EXPLAIN QUERY PLAN ");
            let sources = sources.map(|source| (source, None));
            push_sorted(&mut sql, Uuid::nil(), &sources, form, order, after.as_ref());
            sql.push(" LIMIT ").bind(100_i64);
            tx.fetch_all(&sql, &[], |row| row.get(3)).await
        })
        .await;
    lines.unwrap()
}

#[tokio::test]
async fn a_page_behind_an_id_begins_where_the_filter_or_the_id_says() {
    const HOLDER: &str =
        "SEARCH q USING PRIMARY KEY (tenant_id=? AND resource_type=? AND path=? AND value_key=?)";
    let folder = tempfile::tempdir().unwrap();
    let db = sqlite(&folder).await;
    for (table, text, step) in [
        (Table::Users, None, "SEARCH users USING INDEX ux_users_id (tenant_id=? AND id>?)"),
        (Table::Groups, None, "SEARCH groups USING INDEX ux_groups_id (tenant_id=? AND id>?)"),
        (
            Table::Users,
            Some("title co \"x\""),
            "SEARCH users USING INDEX ux_users_id (tenant_id=? AND id>?)",
        ),
        (
            Table::Users,
            Some("emails.value eq \"x\""),
            "SEARCH m USING PRIMARY KEY (tenant_id=? AND value_key=?)",
        ),
        (
            Table::Users,
            Some("emails[type eq \"work\" and value eq \"x\"] and active eq true"),
            "SEARCH users USING INDEX ux_users_id (tenant_id=? AND id=?)",
        ),
        (
            Table::Users,
            Some("userName eq \"x\""),
            "SEARCH users USING INDEX ux_users_user_name (tenant_id=? AND user_name_key=?)",
        ),
        (
            Table::Users,
            Some(
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \
                 \"018f0000-0000-7000-8000-000000000001\"",
            ),
            "SEARCH users USING COVERING INDEX ix_users_manager (tenant_id=? AND manager_id=?)",
        ),
        (
            Table::Users,
            Some("urn:example:badge:1.0:User:number eq \"x\" and active eq true"),
            HOLDER,
        ),
        (Table::Users, Some("urn:example:badge:1.0:User:aliases[value eq \"x\"]"), HOLDER),
        (
            Table::Users,
            Some("urn:example:badge:1.0:User:card[color eq \"red\" and code eq \"x\"]"),
            HOLDER,
        ),
        (
            Table::Users,
            Some("urn:example:badge:1.0:User:keys[code eq \"x\" and color eq \"red\"]"),
            HOLDER,
        ),
        (
            Table::Groups,
            Some("members.value eq \"018f0000-0000-7000-8000-000000000001\""),
            "SEARCH groups USING INDEX ux_groups_id (tenant_id=? AND id=?)",
        ),
    ] {
        let lines = plan_by_id(&db, table, text).await;
        assert!(
            lines.iter().any(|line| line == step || line.contains(step)),
            "{text:?}: {lines:#?}"
        );
        assert!(!lines.iter().any(|line| line.contains("TEMP B-TREE FOR ORDER BY")), "{lines:#?}");
    }
}

#[tokio::test]
async fn names_are_sorted_by_their_index_from_any_place_on() {
    let folder = tempfile::tempdir().unwrap();
    let db = sqlite(&folder).await;
    let behind = Position { key: Some(Key::Text(String::from("m"))), id: Uuid::nil() };
    for (table, path, index) in [
        (Table::Users, "userName", "ux_users_user_name"),
        (Table::Groups, "displayName", "ux_groups_name"),
    ] {
        for order in [SortOrder::Ascending, SortOrder::Descending] {
            for after in [None, Some(behind.clone())] {
                let is_behind = after.is_some();
                let lines = plan_sorted(&db, table, path, order, after).await;
                assert!(lines.iter().any(|line| line.contains(index)), "{lines:#?}");
                assert!(!lines.iter().any(|line| line.contains("TEMP B-TREE")), "{lines:#?}");
                let ranged =
                    lines.iter().any(|line| line.contains("_key>?") || line.contains("_key<?"));
                assert_eq!(ranged, is_behind, "{lines:#?}");
            }
        }
    }
}

#[tokio::test]
async fn what_changed_since_a_moment_is_found_by_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let db = sqlite(&folder).await;
    let registry = Registry::standard();
    let rt = registry.resource_type("User").unwrap();
    let text = "active eq true and meta.lastModified ge \"2026-01-01T00:00:00Z\"";
    let filter = filter::parse(text).unwrap().resolve(rt, Leniency::Strict).unwrap();
    for after in [None, Some(Uuid::nil())] {
        let filter = filter.clone();
        let lines: Result<Vec<String>, Error> = db
            .scan(TenantId::from(Uuid::nil()), move |mut tx| async move {
                let source = Source { table: Table::Users, filter: Some(&filter), sorted_by: None };
                let recent = Recent::of(&mut tx, source).await?;
                assert!(recent.is_some(), "nothing changed at all");
                let mut sql = SqlBuf::new(tx.dialect());
                sql.push("EXPLAIN QUERY PLAN ");
                source.table.push_records(&mut sql, Uuid::nil());
                push_after(&mut sql, source, SortOrder::Ascending, after, recent.is_some());
                source.push_filter(&mut sql, Uuid::nil(), recent);
                push_window(&mut sql, SortOrder::Ascending, 100, 0);
                tx.fetch_all(&sql, &[], |row| row.get(3)).await
            })
            .await;
        let lines = lines.unwrap();
        for step in [
            "SEARCH users USING INDEX ux_users_id (tenant_id=? AND id=?)",
            "SEARCH c USING INDEX ix_changes_tenant (tenant_id=? AND at>?)",
        ] {
            assert!(lines.iter().any(|line| line == step), "{lines:#?}");
        }
    }
}

#[test]
fn only_what_an_index_finds_is_quick() {
    let registry = Registry::standard();
    let is_quick = |kind: &str, table: Table<'static>, text: &str| {
        let rt = registry.resource_type(kind).unwrap();
        let filter = filter::parse(text).unwrap().resolve(rt, Leniency::Strict).unwrap();
        super::is_quick(Source { table, filter: Some(&filter), sorted_by: None }, 1)
    };
    for text in [
        "userName eq \"a\"",
        "externalId eq \"a\" and title co \"b\"",
        "userName eq \"a\" or emails.value eq \"b\"",
        "emails[value eq \"a\"]",
        "active eq true",
    ] {
        assert!(is_quick("User", Table::Users, text), "{text}");
    }
    for text in [
        "title eq \"a\"",
        "userName co \"a\"",
        "not (userName eq \"a\")",
        "userName eq \"a\" or title eq \"b\"",
        "groups.value eq \"018f0000-0000-7000-8000-000000000000\"",
        "active eq false",
        "title pr",
        "externalId eq null",
    ] {
        assert!(!is_quick("User", Table::Users, text), "{text}");
    }
    let member = "members.value eq \"018f0000-0000-7000-8000-000000000000\"";
    assert!(is_quick("Group", Table::Groups, member));
    let whole = Source { table: Table::Users, filter: None, sorted_by: None };
    assert!(super::is_quick(whole, 1));
    // The numbers of active and inactive people are kept, those of other lists counted.
    let rt = registry.resource_type("User").unwrap();
    for (text, kept) in [("active eq false", true), ("title pr", false)] {
        let filter = filter::parse(text).unwrap().resolve(rt, Leniency::Strict).unwrap();
        assert_eq!(super::is_quick(Source { filter: Some(&filter), ..whole }, 0), kept, "{text}");
    }
}
