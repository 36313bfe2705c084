//! What expired is removed, and nothing else.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets an unexpected error should fail where it is"
)]

use seatlink_store::{Error, IntegrationId, TenantId, Timestamp, integrations};

use crate::common::{databases, new_id};

#[tokio::test]
async fn authorizations_that_nobody_came_back_from_are_removed() {
    for (name, db) in databases().await {
        for tenant in [new_id(), new_id()].map(TenantId::from) {
            let hash = |at: i64| [&at.to_be_bytes()[..], tenant.uuid().as_bytes()].concat();
            let begun = [100, 200, 300];
            let all = begun.map(|at| (at, hash(at)));
            db.write(tenant, move |mut tx| async move {
                for (at, hash) in &all {
                    let (id, until) = (IntegrationId::from(new_id()), Timestamp::from_micros(*at));
                    integrations::insert_pending(&mut tx, hash, id, b"sealed", until).await?;
                }
                Ok::<_, Error>(())
            })
            .await
            .unwrap();
            let removed = db
                .system_write(|mut tx| async move {
                    let before = Timestamp::from_micros(200);
                    integrations::delete_expired_pending(&mut tx, before).await
                })
                .await;
            assert_eq!(removed.unwrap(), 1, "{name}");
            for at in begun {
                let hash = hash(at);
                let taken = db
                    .system_write(|mut tx| async move {
                        integrations::take_pending(&mut tx, &hash).await
                    })
                    .await
                    .unwrap();
                let taken = taken.map(|(of, _, _, until)| (of, until.micros()));
                assert_eq!(taken, (at >= 200).then_some((tenant, at)), "{name}");
            }
        }
        db.close().await;
    }
}
