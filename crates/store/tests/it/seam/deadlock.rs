//! Two writes that wait for each other.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use seatlink_store::{Dialect, Error, Param, Tx};
use tokio::sync::Barrier;
use uuid::Uuid;

use super::{count, databases, insert, tenant};
use crate::common::new_id;

const LOCK: &str = "SELECT 1 FROM things WHERE tenant_id = $1 AND id = $2 FOR UPDATE";

async fn lock(tx: &mut Tx, id: Uuid) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    tx.execute(LOCK, &[Param::Id(tenant), Param::Id(id)]).await.map(|_| ())
}

/// Locks both rows, the first of them at the same moment as the other one does, and adds a third.
/// `late` sends the statement that waits without waiting for it, so that the end of the transaction
/// meets the deadlock.
#[derive(Clone)]
struct Crossing {
    rows: [Uuid; 2],
    late: bool,
    meeting: Arc<Barrier>,
    begun: Arc<AtomicU64>,
}

impl Crossing {
    async fn run(self, mut tx: Tx) -> Result<(), Error> {
        lock(&mut tx, self.rows[0]).await?;
        // Once for each of the two; whoever is begun again meets nobody.
        if self.begun.fetch_add(1, Ordering::SeqCst) < 2 {
            self.meeting.wait().await;
        }
        insert(&mut tx, None).await?;
        if self.late {
            let tenant = tx.tenant().uuid();
            let _ = tx.post(LOCK, &[Param::Id(tenant), Param::Id(self.rows[1])]).await?;
            Ok(())
        } else {
            lock(&mut tx, self.rows[1]).await
        }
    }
}

#[tokio::test]
async fn a_deadlock_ends_with_both_writes_made_once() {
    for (name, db) in databases().await {
        // Writers of SQLite take turns; two that met inside their transactions would wait for ever.
        if db.dialect() == Dialect::Sqlite {
            continue;
        }
        for late in [false, true] {
            let tenant = tenant();
            let add = |mut tx: Tx| async move { insert(&mut tx, None).await };
            let (one, other) =
                (db.write(tenant, add).await.unwrap(), db.write(tenant, add).await.unwrap());
            let (meeting, begun) = (Arc::new(Barrier::new(2)), Arc::<AtomicU64>::default());
            let crossing = |rows| {
                let (meeting, begun) = (Arc::clone(&meeting), Arc::clone(&begun));
                let crossing = Crossing { rows, late, meeting, begun };
                db.write_again(tenant, move |tx| crossing.run(tx))
            };
            tokio::try_join!(crossing([one, other]), crossing([other, one])).unwrap();
            assert_eq!(count(&db, tenant).await, 4, "{name}, {late}");
            // On a busy machine perhaps more than once.
            assert!(begun.load(Ordering::SeqCst) > 2, "{name}, {late}: none was begun again");
        }
    }
}

#[tokio::test]
async fn what_fails_otherwise_is_not_begun_again() {
    for (name, db) in databases().await {
        let (tenant, taken) = (tenant(), new_id());
        let begun = Arc::<AtomicU64>::default();
        let counted = Arc::clone(&begun);
        let twice = db.write_again(tenant, move |mut tx| async move {
            counted.fetch_add(1, Ordering::SeqCst);
            let own = tx.tenant().uuid();
            for _ in 0..2 {
                let row = [Param::Id(own), Param::Id(taken), Param::OptText(None)];
                tx.execute(super::INSERT, &row).await?;
            }
            Ok::<_, Error>(())
        });
        let twice = twice.await;
        assert!(matches!(twice, Err(Error::Conflict(_))), "{name}: {twice:?}");
        assert_eq!((begun.load(Ordering::SeqCst), count(&db, tenant).await), (1, 0), "{name}");
    }
}
