//! Which filters are answered by an index, and what the compiled text is like.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

use seatlink_scim::{Leniency, Registry, ResolvedFilter, filter};
use uuid::Uuid;

use super::{Table, push};
use crate::{Db, Dialect, Durability, Error, Location, Options, SqlBuf, TenantId};

const SOMEONE: &str = "018f0000-0000-7000-8000-000000000001";

fn resolve(table: Table<'static>, text: &str) -> ResolvedFilter {
    let registry = Registry::standard();
    let name = if table == Table::Users { "User" } else { "Group" };
    let rt = registry.resource_type(name).unwrap();
    filter::parse(text).unwrap().resolve(rt, Leniency::Strict).unwrap()
}

/// The lines of SQLite's plan for a page of the list.
async fn plan(db: &Db, table: Table<'static>, text: &str) -> Vec<String> {
    let filter = resolve(table, text);
    let tenant = TenantId::from(Uuid::nil());
    let lines: Result<_, Error> = db
        .scan(tenant, move |mut tx| async move {
            let mut sql = SqlBuf::new(tx.dialect());
            sql.push("EXPLAIN QUERY PLAN ").push(match table {
                Table::Users => "SELECT document FROM users WHERE tenant_id = ",
                Table::Groups => "SELECT document FROM groups WHERE tenant_id = ",
                Table::Resources(_) => "SELECT document FROM resources WHERE tenant_id = ",
            });
            sql.bind(tenant.uuid()).push(" AND ");
            if let Table::Resources(name) = table {
                sql.push("resource_type = ").bind(name).push(" AND ");
            }
            push(&mut sql, &filter, table, tenant.uuid());
            sql.push(" ORDER BY id LIMIT ").bind(100_i64).push(" OFFSET ").bind(0_i64);
            tx.fetch_all(&sql, &[], |row| row.get(3)).await
        })
        .await;
    lines.unwrap()
}

async fn sqlite(folder: &tempfile::TempDir) -> Db {
    let location = Location::Sqlite { path: folder.path().join("seatlink.db") };
    Db::open(Options { location, durability: Durability::Normal }).await.unwrap()
}

#[tokio::test]
async fn filters_of_known_clients_search_by_index() {
    let folder = tempfile::tempdir().unwrap();
    let db = sqlite(&folder).await;
    let by_name = "SEARCH users USING INDEX ux_users_user_name (tenant_id=? AND user_name_key=?)";
    let by_external =
        "SEARCH users USING INDEX ix_users_external_id (tenant_id=? AND external_id=?)";
    let by_id = "SEARCH users USING INDEX ux_users_id (tenant_id=? AND id=?)";
    let by_email = "SEARCH m USING PRIMARY KEY (tenant_id=? AND value_key=?)";
    let by_group_id = "SEARCH groups USING INDEX ux_groups_id (tenant_id=? AND id=?)";
    let by_group_name = "SEARCH groups USING INDEX ux_groups_name (tenant_id=? AND name_key=?)";
    let by_member =
        "SEARCH m USING COVERING INDEX ix_memberships_member (tenant_id=? AND member_id=?)";
    let members_of = "SEARCH d USING PRIMARY KEY (tenant_id=? AND group_id=?)";
    let by_group_g = "SEARCH g USING INDEX ux_groups_name (tenant_id=? AND name_key=?)";
    let cases: [(Table<'static>, String, &[&str]); 18] = [
        (Table::Users, r#"userName eq "a""#.into(), &[by_name]),
        (Table::Users, r#"externalId eq "a""#.into(), &[by_id, by_external]),
        (Table::Users, r#"externalId eq "a" and active eq true"#.into(), &[by_id, by_external]),
        (Table::Users, format!(r#"id eq "{SOMEONE}""#), &[by_id]),
        (Table::Users, r#"userName eq "a" and active eq true"#.into(), &[by_name]),
        (Table::Users, r#"emails eq "a@example.com""#.into(), &[by_id, by_email]),
        (Table::Users, r#"emails.value eq "a@example.com""#.into(), &[by_id, by_email]),
        (Table::Users, r#"emails[value eq "a@example.com"]"#.into(), &[by_id, by_email]),
        (Table::Users, r#"emails[type eq "work" and value eq "x"]"#.into(), &[by_id, by_email]),
        (Table::Users, format!(r#"groups.value eq "{SOMEONE}""#), &[by_id, members_of]),
        (Table::Users, r#"groups.display eq "x""#.into(), &[by_id, by_group_g, members_of]),
        (
            Table::Users,
            format!(r#"groups[value eq "{SOMEONE}" and type eq "direct"]"#),
            &[by_id, members_of, "ix_memberships_member (tenant_id=? AND member_id=?)"],
        ),
        (Table::Groups, r#"displayName eq "a""#.into(), &[by_group_name]),
        (
            Table::Groups,
            r#"externalId eq "a""#.into(),
            &[by_group_id, "ix_groups_external_id (tenant_id=? AND"],
        ),
        (Table::Groups, format!(r#"members.value eq "{SOMEONE}""#), &[by_group_id, by_member]),
        (Table::Groups, format!(r#"members[value eq "{SOMEONE}"]"#), &[by_group_id, by_member]),
        (
            Table::Groups,
            format!(r#"members[type eq "User" and value eq "{SOMEONE}"]"#),
            &[by_group_id, "(tenant_id=? AND member_id=?)"],
        ),
        (
            Table::Groups,
            format!(r#"id eq "{SOMEONE}" and members[value eq "{SOMEONE}"]"#),
            &[by_group_id, "SEARCH m USING"],
        ),
    ];
    for (table, text, steps) in cases {
        let lines = plan(&db, table, &text).await;
        for step in steps {
            assert!(
                lines.iter().any(|line| line.contains(step)),
                "{text}: {step} not in {lines:#?}"
            );
        }
        // Not even the rows of the one tenant are walked; the elements of one row's list may be.
        let walks = |line: &String| {
            // `a` and `b` are what a walk through nested groups has found so far.
            (line.starts_with("SCAN")
                && !line.contains("VIRTUAL TABLE")
                && !matches!(line.as_str(), "SCAN a" | "SCAN b"))
                || line.ends_with("(tenant_id=?)")
        };
        assert!(!lines.iter().any(walks), "{text}: {lines:#?}");
    }
}

#[tokio::test]
async fn an_or_of_what_indexes_know_takes_each_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let db = sqlite(&folder).await;
    let by_name = "SEARCH users USING INDEX ux_users_user_name (tenant_id=? AND user_name_key=?)";
    let by_id = "SEARCH users USING INDEX ux_users_id (tenant_id=? AND id=?)";
    let by_external = "INDEX ix_users_external_id (tenant_id=? AND external_id=?)";
    let by_email = "SEARCH m USING PRIMARY KEY (tenant_id=? AND value_key=?)";
    for (text, steps) in [
        (r#"userName eq "a" or userName eq "b""#, vec![by_name]),
        (r#"userName eq "a" or externalId eq "b""#, vec![by_name, by_id, by_external]),
        (r#"userName eq "a" or emails.value eq "b""#, vec![by_name, by_id, by_email]),
        (
            r#"externalId eq "a" or emails[type eq "work" and value eq "b"] or userName eq "c""#,
            vec![by_name, by_id, by_external, by_email],
        ),
        (r#"(userName eq "a" or emails.value eq "b") and active eq true"#, vec![by_name, by_email]),
    ] {
        let lines = plan(&db, Table::Users, text).await;
        for step in steps {
            assert!(lines.iter().any(|line| line.contains(step)), "{text}: {step}: {lines:#?}");
        }
        assert!(!lines.iter().any(|line| line.ends_with("(tenant_id=?)")), "{text}: {lines:#?}");
    }
}

#[tokio::test]
async fn what_is_known_of_one_group_or_user_is_looked_up_and_not_searched() {
    let folder = tempfile::tempdir().unwrap();
    let db = sqlite(&folder).await;
    for (table, text, step) in [
        (Table::Groups, "members pr", "SEARCH m USING PRIMARY KEY (tenant_id=? AND group_id=?)"),
        (
            Table::Users,
            r#"groups.display co "x""#,
            "INDEX ix_memberships_member (tenant_id=? AND member_id=?)",
        ),
    ] {
        let lines = plan(&db, table, text).await;
        assert!(lines.iter().any(|line| line.contains(step)), "{text}: {lines:#?}");
    }
}

#[test]
fn neither_values_nor_names_of_attributes_become_part_of_the_text() {
    let filter = resolve(
        Table::Users,
        r#"title eq "q1w2" and not (name.familyName co "q1w2") and emails[type eq "q1w2" and primary eq true]"#,
    );
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let mut sql = SqlBuf::new(dialect);
        push(&mut sql, &filter, Table::Users, Uuid::nil());
        for word in ["q1w2", "title", "familyName", "primary"] {
            assert!(!sql.sql().contains(word), "{}", sql.sql());
        }
    }
}

#[test]
fn filters_that_differ_in_values_and_names_share_a_statement() {
    let text = |filter: &str| {
        let filter = resolve(Table::Users, filter);
        let mut sql = SqlBuf::new(Dialect::Postgres);
        push(&mut sql, &filter, Table::Users, Uuid::nil());
        sql.sql().to_owned()
    };
    assert_eq!(text(r#"title eq "a""#), text(r#"nickName eq "it's""#));
    assert_eq!(text(r#"name.givenName sw "a""#), text(r#"name.familyName sw "Müller""#));
}
