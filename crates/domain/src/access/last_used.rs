//! "Last used" of tokens and applications, written in batches behind the requests.
//!
//! A use is noted in memory and written every few seconds, at most once a minute for each token. A
//! crash loses the last seconds of it; nothing is decided by it.

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;
use seatlink_store::{self as store, Timestamp};
use tokio::task::JoinHandle;

use super::repairs;
use crate::{Platform, oauth::expiry};

const FLUSH_EVERY: Duration = Duration::from_secs(3);
/// How stale the stored time may be.
const WRITE_EVERY: Duration = Duration::from_mins(1);
/// Expired rows are looked for this many flushes apart: every ten minutes.
const FLUSHES_PER_SWEEP: u32 = 200;

/// What was used since the last flush, by token hash.
#[derive(Default)]
pub(crate) struct Buffer(Mutex<HashMap<[u8; 32], Timestamp>>);

impl Buffer {
    pub(crate) fn note(&self, hash: [u8; 32], stored: Option<Timestamp>, now: Timestamp) {
        if stored.is_none_or(|at| now.since(at) >= WRITE_EVERY) {
            self.0.lock().insert(hash, now);
        }
    }

    fn take(&self) -> HashMap<[u8; 32], Timestamp> {
        std::mem::take(&mut *self.0.lock())
    }
}

/// Writes what is waiting, all in one transaction.
pub async fn flush(platform: &Platform) -> Result<(), store::Error> {
    let used = platform.last_used().take();
    if used.is_empty() {
        return Ok(());
    }
    platform
        .db()
        .system_write(move |mut tx| async move {
            for (hash, at) in used {
                store::tokens::record_use(&mut tx, &hash, at).await?;
            }
            Ok(())
        })
        .await
}

/// Starts the task that flushes, and now and then removes what has long expired. It ends with its
/// handle's `abort`; call [`flush`] and [`repairs::flush`] once more after that.
pub fn spawn(platform: &Platform) -> JoinHandle<()> {
    let platform = platform.clone();
    tokio::spawn(async move {
        let mut flushes = 0_u32;
        loop {
            tokio::time::sleep(FLUSH_EVERY).await;
            if let Err(error) = flush(&platform).await {
                tracing::warn!(%error, "times of last use were not written");
            }
            if let Err(error) = repairs::flush(&platform).await {
                tracing::warn!(%error, "counters of repairs were not written yet");
            }
            flushes = flushes.wrapping_add(1);
            if flushes.is_multiple_of(FLUSHES_PER_SWEEP)
                && let Err(error) = expiry::remove(&platform).await
            {
                tracing::warn!(%error, "expired rows were not removed");
            }
        }
    })
}
