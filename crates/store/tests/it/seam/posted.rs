//! Statements that are sent and not waited for.

use seatlink_store::{Error, Param, Tx};
use uuid::Uuid;

use super::{INSERT, count, databases, insert, tenant};
use crate::common::new_id;

const RENAME: &str = "UPDATE things SET label = $3 WHERE tenant_id = $1 AND id = $2";

async fn post(tx: &mut Tx, id: Uuid) -> Result<seatlink_store::Posted, Error> {
    let tenant = tx.tenant().uuid();
    tx.post(INSERT, &[Param::Id(tenant), Param::Id(id), Param::OptText(None)]).await
}

#[tokio::test]
async fn what_was_posted_is_written_and_counted_in_order() {
    for (name, db) in databases().await {
        let tenant = tenant();
        let counts = db.write(tenant, |mut tx| async move {
            let mut posted = Vec::new();
            for _ in 0..500 {
                posted.push(post(&mut tx, new_id()).await?);
            }
            let own = tx.tenant().uuid();
            let all = "UPDATE things SET number = NULL WHERE tenant_id = $1";
            posted.push(tx.post(all, &[Param::Id(own)]).await?);
            let mut counts = Vec::new();
            for posted in posted {
                counts.push(tx.count(posted).await?);
            }
            let _ = post(&mut tx, new_id()).await?;
            Ok::<_, Error>(counts)
        });
        let counts = counts.await.unwrap();
        assert_eq!((counts[..500].iter().sum::<u64>(), counts[500]), (500, 500), "{name}");
        assert_eq!(count(&db, tenant).await, 501, "{name}: the last one was never asked for");
    }
}

#[tokio::test]
async fn a_panic_behind_a_posted_statement_takes_it_back() {
    for (name, db) in databases().await {
        let tenant = tenant();
        // More often than the pool has connections: one that kept its transaction would be met
        // again.
        for _ in 0..8 {
            let panicked = db.write(tenant, |mut tx| async move {
                let posted = post(&mut tx, new_id()).await?;
                let counted = tx.count(posted).await?;
                let _ = post(&mut tx, new_id()).await?;
                assert_eq!(counted, 0, "this panics on purpose");
                Ok::<_, Error>(())
            });
            assert!(matches!(panicked.await, Err(Error::Driver(_))), "{name}");
            db.write(tenant, |mut tx| async move { insert(&mut tx, None).await }).await.unwrap();
        }
        assert_eq!(count(&db, tenant).await, 8, "{name}");
        db.close().await;
    }
}

#[tokio::test]
async fn a_posted_statement_that_fails_takes_everything_back() {
    for (name, db) in databases().await {
        let tenant = tenant();
        for late in [false, true] {
            let twice = db.write(tenant, move |mut tx| async move {
                let id = insert(&mut tx, None).await?;
                let _ = post(&mut tx, id).await?;
                if late {
                    insert(&mut tx, None).await?;
                }
                Ok::<_, Error>(())
            });
            let twice = twice.await;
            assert!(matches!(twice, Err(Error::Conflict(_))), "{name}, {late}: {twice:?}");
        }
        assert_eq!(count(&db, tenant).await, 0, "{name}");
        // More than the pool has connections: each was given back.
        for _ in 0..8 {
            db.write(tenant, |mut tx| async move { insert(&mut tx, None).await }).await.unwrap();
        }
        assert_eq!(count(&db, tenant).await, 8, "{name}");
    }
}

#[tokio::test]
async fn a_row_that_is_not_there_to_be_changed_takes_everything_back() {
    for (name, db) in databases().await {
        let tenant = tenant();
        for (followed, gone) in [(false, true), (true, true), (false, false), (true, false)] {
            let changed = db.write(tenant, move |mut tx| async move {
                let here = insert(&mut tx, None).await?;
                let id = if gone { new_id() } else { here };
                let own = tx.tenant().uuid();
                let label = new_id().to_string();
                let params = [Param::Id(own), Param::Id(id), Param::Text(&label)];
                tx.post_one(RENAME, &params).await?;
                if followed {
                    insert(&mut tx, None).await?;
                }
                Ok::<_, Error>(())
            });
            let changed = changed.await;
            let expected = if gone { matches!(changed, Err(Error::Busy)) } else { changed.is_ok() };
            assert!(expected, "{name}, {followed}, {gone}: {changed:?}");
        }
        assert_eq!(count(&db, tenant).await, 3, "{name}");
    }
}
