//! Whether what is read comes from memory or from the disk.
//!
//! In memory a row is found faster than it could be asked for elsewhere, so point reads run on the
//! worker that wants them. From the disk it is the other way round: a worker that waits does
//! nothing else, and disks serve many at once. So a few operations are observed, and while many of
//! them wait, point reads go to threads of their own, and writers have their rows read ahead.

use std::sync::atomic::{AtomicU32, Ordering};

/// One operation out of so many is observed, except where threads wait already.
const ONE_IN: u32 = 8;

/// What an operation that waited adds; one that did not takes away 1. So one in five that waits is
/// many.
const WAITED: u32 = 4;
const MANY: u32 = 24;
const MOST: u32 = 2 * MANY;

#[derive(Default)]
pub(super) struct Waits {
    operations: AtomicU32,
    score: AtomicU32,
}

impl Waits {
    /// Whether many operations wait for the disk just now.
    pub(super) fn are_many(&self) -> bool {
        self.score.load(Ordering::Relaxed) >= MANY
    }

    /// Runs an operation on this thread, and sometimes looks whether it waited.
    pub(super) fn sample<T>(&self, operation: impl FnOnce() -> T) -> T {
        if self.operations.fetch_add(1, Ordering::Relaxed).is_multiple_of(ONE_IN) {
            self.observe(operation)
        } else {
            operation()
        }
    }

    pub(super) fn observe<T>(&self, operation: impl FnOnce() -> T) -> T {
        let before = blocks_read();
        let result = operation();
        self.note(blocks_read() != before);
        result
    }

    pub(super) fn note(&self, waited: bool) {
        let changed = |score: u32| {
            Some(if waited { (score + WAITED).min(MOST) } else { score.saturating_sub(1) })
        };
        // The closure always has a new score.
        let _ = self.score.fetch_update(Ordering::Relaxed, Ordering::Relaxed, changed);
    }
}

/// What this thread has had read from disks so far.
#[cfg(target_os = "linux")]
fn blocks_read() -> i64 {
    use nix::sys::resource::{UsageWho, getrusage};
    getrusage(UsageWho::RUSAGE_THREAD).map_or(0, |usage| usage.block_reads())
}

/// Nobody tells; everything runs where it is asked for.
#[cfg(not(target_os = "linux"))]
fn blocks_read() -> i64 {
    0
}

#[cfg(test)]
mod tests {
    use super::Waits;

    #[test]
    fn a_run_of_waits_is_noticed_and_forgotten() {
        let waits = Waits::default();
        for _ in 0..100 {
            waits.note(false);
        }
        assert!(!waits.are_many());
        for _ in 0..8 {
            waits.note(true);
        }
        assert!(waits.are_many());
        for _ in 0..40 {
            waits.note(false);
        }
        assert!(!waits.are_many());
    }

    #[test]
    fn now_and_then_a_wait_is_not_many() {
        let waits = Waits::default();
        for turn in 0..1_000 {
            waits.note(turn % 10 == 0);
            assert!(!waits.are_many(), "after {turn}");
        }
    }
}
