//! Tokens looked up a moment ago, so that a client with many requests a second is not looked up for
//! each.
//!
//! What was read counts for as long as this process has committed nothing since that a token may
//! depend on: whatever ends a token here counts at the next request. What another process or node
//! commits counts [`MEMORY`] later at most.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::RwLock;
use seatlink_store::{Timestamp, tokens::BearerRecord};

use crate::{Platform, actor::Actor};

const MEMORY: Duration = Duration::from_millis(20);
/// Tokens remembered at most; their memory is short, so forgetting all of them at once costs
/// little.
const TOKENS: usize = 1_024;

/// A token that was found, and whom it stands for.
pub(super) struct Found {
    pub record: BearerRecord,
    pub actor: Actor,
}

#[derive(Default)]
pub(crate) struct Memory(RwLock<HashMap<[u8; 32], Remembered>>);

struct Remembered {
    seen: Moment,
    found: Arc<Found>,
}

/// When something was read: by the clock, and by the changes of access of this process.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    at: Timestamp,
    access_changes: u64,
}

impl Moment {
    /// To be taken before reading.
    pub(super) fn now(platform: &Platform) -> Self {
        Self { at: platform.now(), access_changes: platform.db().access_changes() }
    }
}

impl Memory {
    pub(super) fn recall(&self, hash: &[u8; 32], now: Moment) -> Option<Arc<Found>> {
        let tokens = self.0.read();
        let remembered = tokens.get(hash)?;
        let fresh = remembered.seen.access_changes == now.access_changes
            && remembered.seen.at <= now.at
            && now.at.since(remembered.seen.at) < MEMORY;
        fresh.then(|| Arc::clone(&remembered.found))
    }

    pub(super) fn keep(&self, hash: [u8; 32], seen: Moment, found: &Arc<Found>) {
        let mut tokens = self.0.write();
        if tokens.len() >= TOKENS {
            tokens.clear();
        }
        tokens.insert(hash, Remembered { seen, found: Arc::clone(found) });
    }
}
