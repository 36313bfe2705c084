//! Counters of what was repaired for provisioning clients, and of what they were refused for asking
//! too often, written in batches behind the requests.
//!
//! A repair is counted in memory and written every few seconds: one counter for each connection and
//! deviation, however many requests a second meet it. A crash loses the last seconds of the
//! counters; the log has every change exactly.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use parking_lot::Mutex;
use seatlink_scim::{Quirk, Repair};
use seatlink_store::{self as store, TenantId, Timestamp, connections::RepairsRecord};

use crate::{Platform, actor::Actor};

/// How often one deviation was repaired.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RepairCount {
    pub quirk: Quirk,
    pub times: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

type Key = (TenantId, Arc<str>, Counted);

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Repair(Quirk),
    /// A request over the connection's rate.
    Refused,
}

/// How refusals are stored among the deviations, of which none is called that.
const REFUSED: &str = "rate-limit";

impl Counted {
    fn id(self) -> &'static str {
        match self {
            Self::Repair(quirk) => quirk.id(),
            Self::Refused => REFUSED,
        }
    }
}

#[derive(Clone, Copy)]
struct Met {
    times: i64,
    first_at: Timestamp,
    last_at: Timestamp,
}

/// What was repaired since the last flush.
#[derive(Default)]
pub(crate) struct Buffer {
    waiting: Mutex<HashMap<Key, Met>>,
    /// Held from taking what waits until it is written: whoever flushes in order to read finds
    /// everything written.
    writing: tokio::sync::Mutex<()>,
}

impl Buffer {
    fn add(&self, key: Key, met: Met) {
        let mut all = self.waiting.lock();
        let sum = all.entry(key).or_insert(Met { times: 0, ..met });
        sum.times += met.times;
        sum.first_at = sum.first_at.min(met.first_at);
        sum.last_at = sum.last_at.max(met.last_at);
    }

    fn take(&self) -> HashMap<Key, Met> {
        std::mem::take(&mut *self.waiting.lock())
    }
}

/// Counts a request's repairs: each deviation once, however often the request shows it.
pub fn count(platform: &Platform, actor: &Actor, repairs: &[Repair]) {
    if repairs.is_empty() {
        return;
    }
    let Some(connection) = &actor.connection else { return };
    let at = platform.now();
    let quirks: HashSet<Quirk> = repairs.iter().map(|repair| repair.quirk).collect();
    for quirk in quirks {
        let key = (actor.tenant, Arc::clone(connection), Counted::Repair(quirk));
        platform.repairs().add(key, Met { times: 1, first_at: at, last_at: at });
    }
}

/// Counts a request that was refused because its connection sent too many.
pub fn count_refused(platform: &Platform, actor: &Actor) {
    let Some(connection) = &actor.connection else { return };
    let at = platform.now();
    let key = (actor.tenant, Arc::clone(connection), Counted::Refused);
    platform.repairs().add(key, Met { times: 1, first_at: at, last_at: at });
}

/// Writes what is waiting, all in one transaction.
pub async fn flush(platform: &Platform) -> Result<(), store::Error> {
    let _turn = platform.repairs().writing.lock().await;
    let waiting = platform.repairs().take();
    if waiting.is_empty() {
        return Ok(());
    }
    let mut rows: Vec<(TenantId, RepairsRecord)> = waiting
        .iter()
        .map(|((tenant, connection, counted), met)| {
            let row = RepairsRecord {
                connection: connection.to_string(),
                quirk: counted.id().to_owned(),
                times: met.times,
                first_at: met.first_at,
                last_at: met.last_at,
            };
            (*tenant, row)
        })
        .collect();
    // One order for all nodes, so that two of them never wait for each other.
    rows.sort_by(|(tenant, a), (other, b)| {
        (tenant.uuid(), &a.connection, &a.quirk).cmp(&(other.uuid(), &b.connection, &b.quirk))
    });
    let written = platform
        .db()
        .system_write(move |mut tx| async move {
            for (tenant, row) in &rows {
                store::connections::count_repairs(&mut tx, *tenant, row).await?;
            }
            Ok(())
        })
        .await;
    if written.is_err() {
        for (key, met) in waiting {
            platform.repairs().add(key, met);
        }
    }
    written
}

/// A stored counter. One of a deviation that this version does not know is not shown.
pub(super) fn counted(record: &RepairsRecord) -> Option<RepairCount> {
    Some(RepairCount {
        quirk: Quirk::from_id(&record.quirk)?,
        times: record.times,
        first_at: record.first_at,
        last_at: record.last_at,
    })
}

/// How many requests the connection's counters say were refused for being too many.
pub(super) fn refused<'a>(records: impl Iterator<Item = &'a RepairsRecord>) -> i64 {
    records.filter(|record| record.quirk == REFUSED).map(|record| record.times).sum()
}
