//! Commits that may end or change access are counted, others are not.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets an unexpected error should fail where it is"
)]

use std::{sync::mpsc, time::Duration};

use seatlink_store::{
    Db, Error, TenantId, Timestamp, Tx, UserId, access_statements, statements,
    users::{self, UserWrite},
};

use crate::common::{databases, new_id};

fn user(id: UserId, active: bool) -> UserWrite<'static> {
    UserWrite {
        id,
        user_name: "ada",
        user_name_key: "ada",
        external_id: None,
        active,
        at: Timestamp::from_micros(1),
        document: "{}",
        search: "{}",
        email_keys: &[],
        manager: None,
    }
}

async fn insert(db: &Db, tenant: TenantId, id: UserId) {
    let insert = move |mut tx: Tx| async move { users::insert(&mut tx, user(id, true)).await };
    assert!(db.write(tenant, insert).await.unwrap());
}

async fn save(mut tx: Tx, id: UserId, active: bool) -> Result<(), Error> {
    let before = users::lock(&mut tx, id).await?.unwrap();
    users::update_document(&mut tx, user(id, active), &before).await
}

#[tokio::test]
async fn only_a_commit_that_may_change_access_is_counted() {
    for (name, db) in databases().await {
        let (tenant, id) = (TenantId::from(new_id()), UserId::from(new_id()));
        insert(&db, tenant, id).await;
        let edit = |active: bool| db.write_again(tenant, move |tx| save(tx, id, active));
        edit(true).await.unwrap();
        assert_eq!(db.access_changes(), 0, "{name}: somebody came, and got another title");
        for (active, count) in [(false, 1), (false, 1), (true, 2)] {
            edit(active).await.unwrap();
            assert_eq!(db.access_changes(), count, "{name}: {active}");
        }
        let refused = db.write(tenant, move |mut tx| async move {
            users::delete(&mut tx, id, &[]).await?;
            Err::<(), _>(Error::Busy)
        });
        refused.await.unwrap_err();
        assert_eq!(db.access_changes(), 2, "{name}: nothing was committed");
        let delete = move |mut tx: Tx| async move { users::delete(&mut tx, id, &[]).await };
        db.write(tenant, delete).await.unwrap();
        assert_eq!(db.access_changes(), 3, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deactivation_whose_client_hung_up_is_counted_when_it_is_committed() {
    for (name, db) in databases().await {
        let (tenant, id) = (TenantId::from(new_id()), UserId::from(new_id()));
        insert(&db, tenant, id).await;
        let (begun, begins) = mpsc::channel();
        let (hung_up, waits) = mpsc::channel();
        let writer = db.clone();
        let client = tokio::spawn(async move {
            let deactivate = writer.write(tenant, move |tx| async move {
                begun.send(()).unwrap();
                tokio::task::block_in_place(|| waits.recv()).unwrap();
                save(tx, id, false).await
            });
            deactivate.await
        });
        let begins = tokio::task::spawn_blocking(move || begins.recv());
        begins.await.unwrap().unwrap();
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled(), "{name}");
        assert_eq!(db.access_changes(), 0, "{name}");
        hung_up.send(()).unwrap();
        // On SQLite a write that comes behind it waits for it.
        let find = move |mut tx: Tx| async move { users::find(&mut tx, id).await };
        while db.read(tenant, find).await.unwrap().unwrap().active {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let counted = async {
            while db.access_changes() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), counted).await.expect(name);
        assert_eq!(db.access_changes(), 1, "{name}");
    }
}

/// A token is looked up again only when one of these was committed, so a new statement has to say
/// whether it is one.
#[test]
fn each_statement_that_writes_what_access_depends_on_says_whether_it_changes_any() {
    const TABLES: [&str; 6] = ["tokens", "grants", "clients", "roles", "user_roles", "users"];
    /// What is new has no token yet; what has expired is refused by its time; the rest is read by
    /// nobody who sends a token.
    const OTHERS: [(&str, &str); 16] = [
        ("apps", "INSERT_CLIENT"),
        ("grants", "INSERT_GRANT"),
        ("grants", "DELETE_EXPIRED"),
        ("roles", "INSERT"),
        ("roles", "HOLD_FIRST"),
        ("tokens", "INSERT"),
        ("tokens", "ROTATE"),
        ("tokens", "USED"),
        ("tokens", "USED_CLIENT"),
        ("tokens", "DELETE_EXPIRED"),
        ("users", "INSERT"),
        ("users", "UPDATE_DOCUMENT"),
        ("users", "SET_MANAGER"),
        ("users", "SET_PASSWORD"),
        ("users", "RECORD_FAILURE"),
        ("users", "RECORD_SUCCESS"),
    ];
    let writes = |sql: &str| {
        TABLES.iter().any(|table| {
            ["INSERT INTO", "UPDATE", "DELETE FROM"]
                .iter()
                .any(|verb| sql.starts_with(&format!("{verb} {table} ")))
        })
    };
    let marked: Vec<(&str, &str)> = access_statements().collect();
    for (file, name, sql) in statements() {
        let statement = (file, name);
        let known = marked.contains(&statement) || OTHERS.contains(&statement);
        assert!(known || !writes(sql), "{file}::{name} writes what access depends on: {sql}");
    }
    for statement in marked {
        assert!(!OTHERS.contains(&statement), "{statement:?}");
    }
}
