//! How often this process changed who may do what.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Counts the commits with a statement that may end or change access, before their callers know of
/// them.
#[derive(Clone, Default)]
pub(crate) struct AccessChanges(Arc<AtomicU64>);

impl AccessChanges {
    pub(super) fn count(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    pub(crate) fn counted(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}
