//! Wake-ups: a hint that there is something to do, so that nobody has to poll fast.
//!
//! A hint may be lost (a broken connection, another process on the same SQLite file) and may come
//! for nothing. Whoever waits also polls slowly.

use tokio::sync::watch;

/// What there may be more of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wake {
    /// Provisioning work items.
    Work,
    /// Messages to send.
    Outbox,
    /// Changes to follow.
    Changes,
}

impl Wake {
    pub(super) const ALL: [Self; 3] = [Self::Work, Self::Outbox, Self::Changes];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Outbox => "outbox",
            Self::Changes => "changes",
        }
    }
}

/// The bells of this process. The number only counts the rings, so that a `watch` sees a change.
#[derive(Default)]
pub(super) struct Wakes {
    work: watch::Sender<u64>,
    outbox: watch::Sender<u64>,
    changes: watch::Sender<u64>,
}

impl Wakes {
    pub(super) fn ring(&self, wake: Wake) {
        self.bell(wake).send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    pub(super) fn subscribe(&self, wake: Wake) -> watch::Receiver<u64> {
        self.bell(wake).subscribe()
    }

    fn bell(&self, wake: Wake) -> &watch::Sender<u64> {
        match wake {
            Wake::Work => &self.work,
            Wake::Outbox => &self.outbox,
            Wake::Changes => &self.changes,
        }
    }
}
