//! Walks: reads that may look at everything, and so must be in nobody's way.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets an unexpected error should fail where it is"
)]

use std::time::{Duration, Instant};

use seatlink_store::{Error, TenantId, Tx};

use crate::common::{databases, new_id};

/// As long as anybody lets it.
const ENDLESS: &str = "SELECT COUNT(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
    WHERE i < 2000000000) SELECT i FROM n) AS x";
const ONE: &str = "SELECT 1";

async fn endless(mut tx: Tx, limit: Duration) -> Result<i64, Error> {
    tx.give_up_after(limit).await?;
    tx.fetch_one(ENDLESS, &[], |row| row.get(0)).await
}

async fn one(mut tx: Tx) -> Result<i32, Error> {
    tx.fetch_one(ONE, &[], |row| row.get(0)).await
}

#[tokio::test]
async fn what_takes_too_long_is_given_up_and_leaves_nothing_behind() {
    for (name, db) in databases().await {
        let tenant = TenantId::from(new_id());
        let begun = Instant::now();
        let ended = db.walk(tenant, |tx| endless(tx, Duration::from_millis(50))).await;
        assert!(matches!(ended, Err(Error::TooLong)), "{name}: {ended:?}");
        // A busy machine takes its time; what is asked for would take a thousand times longer
        // still.
        assert!(begun.elapsed() < Duration::from_mins(1), "{name}: {:?}", begun.elapsed());
        // The next transactions of the same connections have their own time, and no end to it.
        for _ in 0..20 {
            assert_eq!(db.scan(tenant, one).await.unwrap(), 1, "{name}");
            assert_eq!(db.walk(tenant, one).await.unwrap(), 1, "{name}");
        }
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tenants_walks_keep_nobody_waiting_but_itself() {
    for (name, db) in databases().await {
        let (greedy, other) = (TenantId::from(new_id()), TenantId::from(new_id()));
        let walk = |limit| {
            let db = db.clone();
            tokio::spawn(async move { db.walk(greedy, move |tx| endless(tx, limit)).await })
        };
        // One after the other they take two minutes, so that however busy the machine is they
        // outlast what follows.
        let walks: Vec<_> = (0..60).map(|_| walk(Duration::from_secs(2))).collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        // A page, a point read and a write of the same tenant, and a walk of another.
        assert_eq!(db.scan(greedy, one).await.unwrap(), 1, "{name}");
        assert_eq!(db.read(greedy, one).await.unwrap(), 1, "{name}");
        assert_eq!(db.write(greedy, one).await.unwrap(), 1, "{name}");
        assert_eq!(db.walk(other, one).await.unwrap(), 1, "{name}");
        assert!(!walks.iter().all(tokio::task::JoinHandle::is_finished), "{name}");
        // Whoever goes away gives up the turn with the time that is left.
        for walk in walks {
            walk.abort();
        }
        assert_eq!(db.walk(greedy, one).await.unwrap(), 1, "{name}");
        db.close().await;
    }
}
