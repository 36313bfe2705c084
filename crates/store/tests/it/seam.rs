//! What both drivers promise, checked on both.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets an unexpected error should fail where it is"
)]

mod deadlock;
mod posted;
mod values;

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use seatlink_store::{
    Constraint, Db, Dialect, Error, Location, Migration, Param, TenantId, Tx, Wake,
};
use uuid::Uuid;

use crate::common::new_id;

const SCHEMA: &[Migration] = &[Migration {
    number: 1,
    name: "things",
    sqlite: "
        CREATE TABLE things (
            tenant_id BLOB NOT NULL, id BLOB NOT NULL, number BIGINT, small INTEGER, ratio DOUBLE PRECISION,
            label TEXT, data BLOB, flag BOOLEAN, other BLOB, document TEXT,
            PRIMARY KEY (tenant_id, id));
        CREATE UNIQUE INDEX ux_users_user_name ON things (tenant_id, label);
        CREATE UNIQUE INDEX ux_roles_name ON things (tenant_id, number) WHERE number IS NOT NULL;
        CREATE UNIQUE INDEX ux_apps_name ON things (tenant_id, length(data));
        CREATE TABLE tokens (hash BLOB NOT NULL PRIMARY KEY) WITHOUT ROWID;",
    postgres: "
        CREATE TABLE things (
            tenant_id UUID NOT NULL, id UUID NOT NULL, number BIGINT, small INTEGER, ratio DOUBLE PRECISION,
            label TEXT COLLATE \"C\", data BYTEA, flag BOOLEAN, other UUID, document JSONB,
            PRIMARY KEY (tenant_id, id));
        CREATE UNIQUE INDEX ux_users_user_name ON things (tenant_id, label);
        CREATE UNIQUE INDEX ux_roles_name ON things (tenant_id, number) WHERE number IS NOT NULL;
        CREATE UNIQUE INDEX ux_apps_name ON things (tenant_id, length(data));
        CREATE TABLE tokens (hash BYTEA NOT NULL PRIMARY KEY);",
}];

const INSERT: &str = "INSERT INTO things (tenant_id, id, label) VALUES ($1, $2, $3)";
const COUNT: &str = "SELECT COUNT(*) FROM things WHERE tenant_id = $1";
const EXISTS: &str = "SELECT 1 FROM things WHERE tenant_id = $1 AND id = $2";

async fn open(location: Location) -> Result<Db, Error> {
    Db::open_with(crate::common::options(location), SCHEMA).await
}

async fn databases() -> Vec<(&'static str, Db)> {
    let mut databases = Vec::new();
    for (name, location) in crate::common::locations().await {
        databases.push((name, open(location).await.unwrap()));
    }
    databases
}

fn tenant() -> TenantId {
    TenantId::from(new_id())
}

async fn insert(tx: &mut Tx, label: Option<&str>) -> Result<Uuid, Error> {
    let id = new_id();
    let tenant = tx.tenant().uuid();
    tx.execute(INSERT, &[Param::Id(tenant), Param::Id(id), Param::OptText(label)]).await?;
    Ok(id)
}

async fn add(db: &Db, tenant: TenantId) -> Result<Uuid, Error> {
    db.write(tenant, |mut tx| async move { insert(&mut tx, None).await }).await
}

async fn count(db: &Db, tenant: TenantId) -> i64 {
    db.read(tenant, |mut tx| async move { count_in(&mut tx).await }).await.unwrap()
}

async fn count_in(tx: &mut Tx) -> Result<i64, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_one(COUNT, &[Param::Id(tenant)], |row| row.get(0)).await
}

#[tokio::test]
async fn a_failing_operation_takes_back_only_its_own_rows() {
    for (name, db) in databases().await {
        let tenant = tenant();
        let mut tasks = Vec::new();
        for number in 0..100 {
            let db = db.clone();
            tasks.push(tokio::spawn(async move {
                db.write(tenant, move |mut tx| async move {
                    insert(&mut tx, None).await?;
                    if number % 3 == 0 { Err(Error::Busy) } else { Ok(()) }
                })
                .await
                .is_ok()
            }));
        }
        let mut succeeded = 0;
        for task in tasks {
            succeeded += i64::from(task.await.unwrap());
        }
        assert_eq!(succeeded, 66, "{name}");
        assert_eq!(count(&db, tenant).await, 66, "{name}");
    }
}

#[tokio::test]
async fn sixty_four_concurrent_writers_are_all_durable() {
    for (name, location) in crate::common::locations().await {
        let tenant = tenant();
        let db = open(location.clone()).await.unwrap();
        let writers = (0..64).map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    let id = add(&db, tenant).await.unwrap();
                    let seen = db.read(tenant, move |mut tx| async move {
                        let key = [Param::from(tenant), Param::Id(id)];
                        tx.fetch_optional(EXISTS, &key, |_| Ok(())).await
                    });
                    assert!(seen.await.unwrap().is_some(), "an answered write is visible");
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        db.close().await;
        let reopened = open(location).await.unwrap();
        assert_eq!(count(&reopened, tenant).await, 640, "{name}");
    }
}

#[tokio::test]
async fn both_databases_name_the_same_conflict() {
    const TOKEN: &str = "INSERT INTO tokens (hash) VALUES ($1)";
    const NUMBER: &str = "INSERT INTO things (tenant_id, id, number) VALUES ($1, $2, $3)";
    const DATA: &str = "INSERT INTO things (tenant_id, id, data) VALUES ($1, $2, $3)";
    let conflict = |result: Result<u64, Error>| match result {
        Err(Error::Conflict(constraint)) => constraint,
        other => Constraint::Other(format!("no conflict: {other:?}")),
    };
    for (name, db) in databases().await {
        let tenant = tenant();
        let id = new_id();
        for (sql, third, constraint) in [
            (INSERT, Param::Text("same"), Constraint::UserName),
            (NUMBER, Param::Int(7), Constraint::RoleName),
            (DATA, Param::Bytes(b"same"), Constraint::AppName),
        ] {
            let write = || {
                db.write(tenant, move |mut tx| async move {
                    tx.execute(sql, &[Param::from(tenant), Param::Id(new_id()), third]).await
                })
            };
            assert_eq!(write().await.unwrap(), 1, "{name}");
            assert_eq!(conflict(write().await), constraint, "{name}");
        }
        let same_key = || {
            db.write(tenant, move |mut tx| async move {
                tx.execute(INSERT, &[Param::from(tenant), Param::Id(id), Param::Null]).await
            })
        };
        same_key().await.unwrap();
        assert_eq!(
            conflict(same_key().await),
            Constraint::Other(String::from("things_pkey")),
            "{name}"
        );
        let token = || {
            db.system_write(|mut tx| async move { tx.execute(TOKEN, &[Param::Bytes(b"t")]).await })
        };
        token().await.unwrap();
        assert_eq!(conflict(token().await), Constraint::Token, "{name}");
    }
}

#[tokio::test]
async fn an_ignored_failure_is_not_committed() {
    for (name, db) in databases().await {
        let tenant = tenant();
        let write = db.write(tenant, |mut tx| async move {
            insert(&mut tx, Some("same")).await?;
            assert!(matches!(insert(&mut tx, Some("same")).await, Err(Error::Conflict(_))));
            assert!(insert(&mut tx, Some("other")).await.is_err(), "the transaction is over");
            Ok::<_, Error>(())
        });
        assert!(matches!(write.await, Err(Error::Driver(_))), "{name}");
        assert_eq!(count(&db, tenant).await, 0, "{name}");
    }
}

/// Holds a scan open between two looks while the other side writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_scan_sees_one_snapshot() {
    for (name, db) in databases().await {
        let tenant = tenant();
        add(&db, tenant).await.unwrap();
        let (counted, first_look) = mpsc::channel();
        let (written, second_look) = mpsc::channel();
        let scan = tokio::spawn({
            let db = db.clone();
            async move {
                db.scan(tenant, move |mut tx| async move {
                    let before = count_in(&mut tx).await?;
                    counted.send(()).unwrap();
                    second_look.recv().unwrap();
                    Ok::<_, Error>((before, count_in(&mut tx).await?))
                })
                .await
            }
        });
        tokio::task::spawn_blocking(move || first_look.recv().unwrap()).await.unwrap();
        add(&db, tenant).await.unwrap();
        written.send(()).unwrap();
        assert_eq!(scan.await.unwrap().unwrap(), (1, 1), "{name}");
        assert_eq!(count(&db, tenant).await, 2, "{name}");
    }
}

/// Each scan answers only once the other has begun.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_long_scan_does_not_hold_up_the_next() {
    for (name, db) in databases().await {
        let tenant = tenant();
        let (left, from_left) = mpsc::channel();
        let (right, from_right) = mpsc::channel();
        let scans = [(left, from_right), (right, from_left)].map(|(begun, other)| {
            let db = db.clone();
            tokio::spawn(async move {
                db.scan(tenant, move |mut tx| async move {
                    begun.send(()).unwrap();
                    let met = other.recv_timeout(Duration::from_secs(10)).is_ok();
                    count_in(&mut tx).await.map(|_| met)
                })
                .await
            })
        });
        for scan in scans {
            assert!(scan.await.unwrap().unwrap(), "{name}");
        }
    }
}

#[tokio::test]
async fn reading_doors_do_not_write() {
    for (name, db) in databases().await {
        let tenant = tenant();
        let scan = db.scan(tenant, |mut tx| async move { insert(&mut tx, None).await });
        assert!(scan.await.is_err(), "{name}");
        if db.dialect() == Dialect::Sqlite {
            let read = db.read(tenant, |mut tx| async move { insert(&mut tx, None).await });
            assert!(read.await.is_err(), "{name}");
        }
        assert_eq!(count(&db, tenant).await, 0, "{name}");
    }
}

#[tokio::test]
async fn a_panic_fails_its_own_operation_only() {
    for (name, db) in databases().await {
        let tenant = tenant();
        let panics = db.write(tenant, |mut tx| async move {
            insert(&mut tx, None).await?;
            assert_eq!(count_in(&mut tx).await?, 0, "this panics on purpose");
            Ok::<_, Error>(())
        });
        let (panicked, added) = tokio::join!(panics, add(&db, tenant));
        assert!(matches!(panicked, Err(Error::Driver(_))), "{name}");
        added.unwrap();
        for _ in 0..10 {
            let scan = db.scan(tenant, |mut tx| async move {
                assert_eq!(count_in(&mut tx).await?, 0, "this panics on purpose");
                Ok::<_, Error>(())
            });
            assert!(matches!(scan.await, Err(Error::Driver(_))), "{name}");
        }
        assert_eq!(count(&db, tenant).await, 1, "{name}");
    }
}

#[tokio::test]
async fn cancelled_callers_leave_nothing_open() {
    for (name, db) in databases().await {
        let tenant = tenant();
        for _ in 0..20 {
            let write = add(&db, tenant);
            let read = count(&db, tenant);
            let scan = db.scan(tenant, |mut tx| async move { count_in(&mut tx).await });
            // Each gets as far as it does without waiting, and is dropped there.
            tokio::select! {
                biased;
                _ = write => {}
                _ = read => {}
                _ = scan => {}
                () = std::future::ready(()) => {}
            }
            tokio::task::yield_now().await;
        }
        let cancelled = count(&db, tenant).await;
        add(&db, tenant).await.unwrap();
        let after = count(&db, tenant).await;
        assert!(after > cancelled && after <= 21, "{name}: {cancelled}, then {after}");
    }
}

#[tokio::test]
async fn two_handles_share_one_database() {
    for (name, location) in crate::common::locations().await {
        let tenant = tenant();
        let opened = tokio::join!(
            open(location.clone()),
            open(location.clone()),
            open(location.clone()),
            open(location)
        );
        let handles = [opened.0.unwrap(), opened.1.unwrap(), opened.2.unwrap(), opened.3.unwrap()];
        let writers = handles.clone().map(|db| {
            tokio::spawn(async move {
                for _ in 0..50 {
                    add(&db, tenant).await.unwrap();
                }
            })
        });
        for writer in writers {
            writer.await.unwrap();
        }
        for db in &handles {
            assert_eq!(count(db, tenant).await, 200, "{name}");
        }
        let [first, second, ..] = handles;
        first.close().await;
        assert_eq!(count(&second, tenant).await, 200, "{name}");
        add(&second, tenant).await.unwrap();
    }
}

#[tokio::test]
async fn waiting_for_anything_else_is_refused_and_does_not_hang() {
    for (name, db) in databases().await {
        if db.dialect() == Dialect::Postgres {
            continue;
        }
        let tenant = tenant();
        let write = db.write(tenant, |mut tx| async move {
            insert(&mut tx, None).await?;
            std::future::pending::<()>().await;
            Ok::<_, Error>(())
        });
        assert!(matches!(write.await, Err(Error::Driver(_))), "{name}");
        assert_eq!(count(&db, tenant).await, 0, "{name}");
    }
}

#[tokio::test]
async fn a_transaction_that_escapes_its_operation_is_not_committed() {
    for (name, db) in databases().await {
        let tenant = tenant();
        let (keep, kept) = mpsc::channel();
        let escapes = db.write(tenant, move |mut tx| async move {
            insert(&mut tx, None).await?;
            keep.send(tx).map_err(|_| Error::Busy)
        });
        let failed = escapes.await;
        assert!(matches!(failed, Err(Error::Driver(_))), "{name}: {failed:?}");
        drop(kept);
        add(&db, tenant).await.unwrap();
        assert_eq!(count(&db, tenant).await, 1, "{name}");
    }
}

#[tokio::test]
async fn wake_ups_reach_other_handles_where_they_can() {
    for (name, location) in crate::common::locations().await {
        let here = open(location.clone()).await.unwrap();
        let there = open(location).await.unwrap();
        let mut local = here.subscribe(Wake::Work);
        here.notify(Wake::Work);
        tokio::time::timeout(Duration::from_mins(1), local.changed()).await.unwrap().unwrap();
        if here.dialect() == Dialect::Postgres {
            // Both connections ring once when they begin to listen; ring until the distant one has
            // heard.
            let mut distant = there.subscribe(Wake::Outbox);
            let deadline = Instant::now() + Duration::from_mins(1);
            let mut heard = 0;
            while heard < 2 {
                assert!(Instant::now() < deadline, "{name}");
                here.notify(Wake::Outbox);
                let changed = tokio::time::timeout(Duration::from_millis(200), distant.changed());
                heard += usize::from(changed.await.is_ok());
            }
        }
    }
}

#[tokio::test]
async fn a_closed_database_says_so() {
    for (name, db) in databases().await {
        let tenant = tenant();
        let other = db.clone();
        db.close().await;
        assert!(matches!(add(&other, tenant).await, Err(Error::Unavailable(_))), "{name}");
        let read = other.read(tenant, |mut tx| async move { count_in(&mut tx).await });
        assert!(matches!(read.await, Err(Error::Unavailable(_))), "{name}");
        let scan = other.scan(tenant, |mut tx| async move { count_in(&mut tx).await });
        assert!(matches!(scan.await, Err(Error::Unavailable(_))), "{name}");
    }
}

#[tokio::test]
async fn a_database_that_is_newer_or_edited_is_refused() {
    const EDITED: &[Migration] =
        &[Migration { sqlite: "SELECT 1", postgres: "SELECT 1", ..SCHEMA[0] }];
    const BROKEN: &[Migration] = &[
        SCHEMA[0],
        Migration { number: 2, name: "broken", sqlite: "CREATE x", postgres: "CREATE x" },
    ];
    for (name, location) in crate::common::locations().await {
        let db = open(location.clone()).await.unwrap();
        let open_with =
            |migrations| Db::open_with(crate::common::options(location.clone()), migrations);
        for wrong in [&[], EDITED, BROKEN] {
            assert!(matches!(open_with(wrong).await, Err(Error::Migration(_))), "{name}");
        }
        add(&db, tenant()).await.unwrap();
        assert!(
            open(location.clone()).await.is_ok(),
            "{name}: a failed migration left nothing behind"
        );
    }
}

#[tokio::test]
async fn the_log_does_not_grow_without_bound() {
    const FILL: &str = "INSERT INTO things (tenant_id, id, data) VALUES ($1, $2, $3)";
    for (name, location) in crate::common::locations().await {
        let Location::Sqlite { path } = &location else {
            continue;
        };
        let log = path.with_extension("db-wal");
        let tenant = tenant();
        let db = open(location.clone()).await.unwrap();
        let mut largest = 0;
        for number in 0..512_usize {
            let filled = db.write(tenant, move |mut tx| async move {
                // The lengths differ because the test's schema wants them unique.
                let data = vec![7; 256 * 1024 + number];
                let params = [Param::from(tenant), Param::Id(new_id()), Param::Bytes(&data)];
                tx.execute(FILL, &params).await
            });
            filled.await.unwrap();
            largest = largest.max(log.metadata().unwrap().len());
        }
        assert!(largest < 64 << 20, "{name}: 128 MiB were written and the log reached {largest}");
        db.close().await;
        assert!(!log.exists() || log.metadata().unwrap().len() == 0, "{name}");
    }
}

#[tokio::test]
async fn the_schema_of_the_product_installs() {
    for (name, db) in crate::common::databases().await {
        let prepared =
            db.prepare_check("SELECT number FROM schema_migrations WHERE number = $1").await;
        assert!(prepared.is_ok(), "{name}: {prepared:?}");
    }
}
