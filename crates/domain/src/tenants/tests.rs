//! Rows that this version cannot read.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

use super::*;
use crate::outbox::tests::ground;

fn is_inconsistent(error: &TenantError, tenant: TenantId) -> bool {
    matches!(error, TenantError::Store(store::Error::Inconsistent { table: "tenants", id })
        if *id == tenant.to_string())
}

#[tokio::test]
async fn a_tenant_of_another_version_is_an_error_and_is_not_written_over() {
    let ground = ground().await;
    let platform = &ground.platform;
    let sound = TenantRecord {
        id: ground.operator.tenant,
        business_unit: 1,
        name: String::from("Example"),
        profile: String::from("standard"),
        region: String::from("na1"),
        realm: String::from("commercial"),
        settings: String::from("{}"),
        created_at: platform.now(),
    };
    let text = String::from;
    let broken = [
        TenantRecord { profile: text("of-tomorrow"), ..sound.clone() },
        TenantRecord { realm: text("of-tomorrow"), ..sound.clone() },
        TenantRecord { settings: text("{\"of_tomorrow\":true}"), ..sound.clone() },
        TenantRecord { settings: text("{"), ..sound },
    ];
    for (business_unit, record) in (1..).zip(broken) {
        let id: TenantId = platform.new_id();
        let record = TenantRecord { id, business_unit, ..record };
        let written = record.clone();
        let insert = move |mut tx| async move { store::tenants::insert(&mut tx, &written).await };
        platform.db().write(id, insert).await.unwrap();
        let error = load(platform, id).await.unwrap_err();
        assert!(is_inconsistent(&error, id), "{record:?}: {error:?}");
        if record.realm == "commercial" {
            let actor = Actor::operator(id);
            let error = update_settings(platform, &actor, TenantSettings::default()).await;
            assert!(is_inconsistent(&error.unwrap_err(), id), "{record:?}");
        }
        let find = move |mut tx| async move { store::tenants::find(&mut tx).await };
        let found = platform.db().read(id, find).await.unwrap().unwrap();
        assert_eq!(
            (found.profile, found.realm, found.settings),
            (record.profile, record.realm, record.settings)
        );
    }
}
