//! Removes what expired long ago: sessions, codes, tokens, grants, and authorizations at
//! applications that were begun.
//!
//! Expired rows stay for a day. A code or token presented late is then still told from one that
//! never was, and the reuse of an old code still ends its grant.

use std::time::Duration;

use seatlink_store::{self as store, Timestamp};

use crate::Platform;

const KEPT: Duration = Duration::from_hours(24);

pub async fn remove(platform: &Platform) -> Result<(), store::Error> {
    let kept = i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX);
    let before = Timestamp::from_micros(platform.now().micros().saturating_sub(kept));
    platform
        .db()
        .system_write(move |mut tx| async move {
            store::sessions::delete_expired(&mut tx, before).await?;
            store::grants::delete_codes_before(&mut tx, before).await?;
            store::tokens::delete_expired(&mut tx, before).await?;
            store::grants::delete_expired(&mut tx, before).await?;
            store::integrations::delete_expired_pending(&mut tx, before).await?;
            Ok(())
        })
        .await
}
