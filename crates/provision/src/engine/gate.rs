//! The door to one target: how many requests may be under way, and whether any may be now.
//!
//! Starts at the configured concurrency, halves when the target complains and grows by one for each
//! full round of successes. A rate limit closes the door for everyone at once; so do several
//! outages in a row, because a target that is down fails a thousand items as surely as one. The
//! state lives as long as the process; items keep their own times in the database.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use seatlink_domain::{Platform, Timestamp, integrations::Connection};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use crate::{backoff, connector::Access};

/// Fewer outages than this in a row are the items' own business.
const OUTAGES_TO_CLOSE: u32 = 3;
/// A refused write after this many others is no longer about the people written.
const REFUSALS_TO_LOSE: u32 = 3;
/// How often a closed door is looked at again; the clock may be moved by hand.
const GLANCE: Duration = Duration::from_millis(250);

pub(super) struct Gate {
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    under_way: u16,
    limit: u16,
    most: u16,
    /// Successes since the limit last changed.
    successes: u16,
    closed_until: Option<Timestamp>,
    /// Rate limits without a success between them.
    pauses: u32,
    outages: u32,
    authorization: Authorization,
    /// The connection it was about is configured differently now.
    retired: bool,
}

/// What is known of the authorization in use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Authorization {
    /// No write went through yet.
    Unproven,
    /// Writes go through; this many were refused since the last one that did.
    Proven {
        refusals: u32,
    },
    Lost,
}

/// What a 403 means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refused {
    /// The authorization no longer lets us do our work.
    Authorization,
    /// The authorization is good; this person is off limits.
    Person,
}

/// The right to have one flow under way; ends when dropped.
pub(super) struct Slot(Arc<Gate>);

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
        self.0.changed.notify_one();
    }
}

/// The way to one integration: a gate for the connection as it is configured now.
///
/// What was learnt about a target (that it is down, slow, or refuses us) says nothing about another
/// address or another way to authenticate, so a changed connection begins with a gate of its own.
pub(super) struct Door(Mutex<Option<(Connection, Arc<Gate>)>>);

impl Door {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    pub(super) fn gate_to(&self, connection: &Connection) -> Arc<Gate> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((about, gate)) = &*known {
            if about == connection {
                return Arc::clone(gate);
            }
            gate.retire();
        }
        let gate = Arc::new(Gate::new());
        *known = Some((connection.clone(), Arc::clone(&gate)));
        gate
    }

    /// Turns away whoever waits: nobody is to go to the target now.
    pub(super) fn shut(&self) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, gate)) = known.take() {
            gate.retire();
        }
    }
}

impl Gate {
    /// Unlimited until it is told how wide it may be.
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                under_way: 0,
                limit: u16::MAX,
                most: u16::MAX,
                successes: 0,
                closed_until: None,
                pauses: 0,
                outages: 0,
                authorization: Authorization::Unproven,
                retired: false,
            }),
            changed: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics between two changes of the state, so it is whole even after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets how many flows may be under way when all is well.
    pub(super) fn widen_to(&self, most: u16) {
        let mut state = self.state();
        state.most = most.max(1);
        state.limit = state.limit.min(state.most);
    }

    /// A ready integration is taken up: a lost authorization has been given again.
    pub(super) fn reopen(&self) {
        let mut state = self.state();
        if state.authorization == Authorization::Lost {
            state.authorization = Authorization::Unproven;
        }
    }

    /// Whether a flow may start at `now`.
    pub(super) fn is_open(&self, now: Timestamp) -> bool {
        let state = self.state();
        !state.retired && state.authorization != Authorization::Lost && state.is_past(now)
    }

    /// Turns away whoever waits: what they wait for is no longer what is configured.
    fn retire(&self) {
        self.state().retired = true;
        self.changed.notify_waiters();
    }

    /// Waits for a slot. `None` when there is none before the deadline, or no authorization.
    pub(super) async fn enter(
        self: &Arc<Self>,
        platform: &Platform,
        deadline: Instant,
    ) -> Option<Slot> {
        loop {
            let changed = self.changed.notified();
            {
                let mut state = self.state();
                if state.retired || state.authorization == Authorization::Lost {
                    return None;
                }
                if state.is_past(platform.now()) && state.under_way < state.limit {
                    state.under_way += 1;
                    if state.under_way < state.limit {
                        // Several may enter after one event; each wakes the next.
                        self.changed.notify_one();
                    }
                    return Some(Slot(Arc::clone(self)));
                }
            }
            if self.opens_after(platform.now(), deadline) {
                return None;
            }
            // Either something changed or it is time for another look.
            let _elapsed = timeout_at(deadline.min(Instant::now() + GLANCE), changed).await;
        }
    }

    /// Whether waiting for the door is in vain.
    fn opens_after(&self, now: Timestamp, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        left.is_zero() || !self.state().is_past(now.plus(left))
    }

    pub(super) fn succeeded(&self, access: Access) {
        let mut state = self.state();
        state.pauses = 0;
        state.outages = 0;
        if access == Access::Write && state.authorization != Authorization::Lost {
            state.authorization = Authorization::Proven { refusals: 0 };
        }
        state.successes += 1;
        if state.limit < state.most && state.successes >= state.limit {
            state.limit += 1;
            state.successes = 0;
            drop(state);
            self.changed.notify_one();
        }
    }

    /// Closes the door after a 429 and tells until when. Flows that were under way together are
    /// refused together; that is one pause, not many.
    pub(super) fn rate_limited(
        &self,
        retry_after: Option<Duration>,
        now: Timestamp,
    ) -> (Timestamp, Noticed) {
        let mut state = self.state();
        let noticed = if state.is_past(now) { Noticed::First } else { Noticed::Already };
        if noticed == Noticed::First {
            state.pauses += 1;
            state.halve();
        }
        let until = now.plus(backoff::rate_limited(retry_after, state.pauses));
        (state.close(until), noticed)
    }

    /// Counts an outage; several in a row close the door.
    pub(super) fn unavailable(&self, retry_after: Option<Duration>, now: Timestamp, jitter: u32) {
        let mut state = self.state();
        if !state.is_past(now) {
            return;
        }
        state.outages += 1;
        state.halve();
        if let Some(count) = state.outages.checked_sub(OUTAGES_TO_CLOSE - 1).filter(|n| *n > 0) {
            let until = now.plus(backoff::unavailable(retry_after, count, jitter));
            state.close(until);
        } else if let Some(wait) = retry_after {
            let until = now.plus(backoff::unavailable(Some(wait), 1, jitter));
            state.close(until);
        }
    }

    /// Judges a 403. A refused read concerns all our work. A refused write concerns the person when
    /// others were written with the same authorization, until it happens several times in a row.
    pub(super) fn refused(&self, access: Access) -> Refused {
        match (access, &mut self.state().authorization) {
            (Access::Write, Authorization::Proven { refusals })
                if *refusals + 1 < REFUSALS_TO_LOSE =>
            {
                *refusals += 1;
                Refused::Person
            }
            (
                Access::Read | Access::Write,
                Authorization::Unproven | Authorization::Proven { .. } | Authorization::Lost,
            ) => Refused::Authorization,
        }
    }

    /// Closes the door for good. True for the first to notice, who tells the administrator.
    pub(super) fn lose_authorization(&self) -> Noticed {
        let mut state = self.state();
        let before = std::mem::replace(&mut state.authorization, Authorization::Lost);
        drop(state);
        self.changed.notify_waiters();
        match before {
            Authorization::Lost => Noticed::Already,
            Authorization::Unproven | Authorization::Proven { .. } => Noticed::First,
        }
    }
}

/// Whether this was news.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Noticed {
    First,
    Already,
}

impl State {
    fn is_past(&self, now: Timestamp) -> bool {
        self.closed_until.is_none_or(|until| until <= now)
    }

    fn halve(&mut self) {
        self.limit = (self.limit / 2).max(1);
        self.successes = 0;
    }

    fn close(&mut self, until: Timestamp) -> Timestamp {
        let until = self.closed_until.map_or(until, |before| before.max(until));
        self.closed_until = Some(until);
        until
    }
}

#[cfg(test)]
mod tests {
    use seatlink_domain::integrations::{AuthMode, ConnectionChange};

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000_000_000);

    fn gate(most: u16) -> Gate {
        let gate = Gate::new();
        gate.widen_to(most);
        gate
    }

    fn after(seconds: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(seconds))
    }

    fn connection(base_url: &str) -> Connection {
        ConnectionChange {
            base_url: base_url.to_owned(),
            auth: AuthMode::Header,
            unique_identifier: None,
            push_new_users: None,
            push_profile_updates: None,
            update_style: None,
            concurrency: None,
        }
        .applied_to(None)
    }

    #[test]
    fn a_connection_configured_anew_begins_with_an_open_gate() {
        let door = Door::new();
        let before = door.gate_to(&connection("https://old.example.com/scim/v2"));
        for _ in 0..OUTAGES_TO_CLOSE {
            before.unavailable(None, NOW, 0);
        }
        assert!(!before.is_open(NOW));
        let same = door.gate_to(&connection("https://old.example.com/scim/v2"));
        assert!(Arc::ptr_eq(&before, &same), "the same connection keeps what was learnt");

        let after_move = door.gate_to(&connection("https://new.example.com/scim/v2"));
        assert!(after_move.is_open(NOW));
        assert!(!before.is_open(after(3_600)), "whoever waits at the old one is turned away");
    }

    #[test]
    fn requests_refused_together_are_one_pause() {
        let gate = gate(32);
        let said = Some(Duration::from_mins(2));
        assert_eq!(gate.rate_limited(said, NOW), (after(120), Noticed::First));
        assert_eq!(gate.rate_limited(said, NOW), (after(120), Noticed::Already));
        assert!(!gate.is_open(after(119)));
        assert!(gate.is_open(after(120)));
        let (until, _) = gate.rate_limited(said, after(120));
        assert_eq!(until, after(360), "the next pause doubles");
    }

    #[test]
    fn a_success_forgets_earlier_pauses() {
        let gate = gate(32);
        gate.rate_limited(None, NOW);
        gate.succeeded(Access::Write);
        assert_eq!(gate.rate_limited(None, after(300)).0, after(600));
    }

    #[test]
    fn complaints_halve_the_concurrency_and_successes_win_it_back() {
        let gate = gate(8);
        gate.rate_limited(None, NOW);
        assert_eq!(gate.state().limit, 4);
        for _ in 0..4 {
            gate.succeeded(Access::Write);
        }
        assert_eq!(gate.state().limit, 5);
        for _ in 0..1000 {
            gate.succeeded(Access::Write);
        }
        assert_eq!(gate.state().limit, 8);
    }

    #[test]
    fn a_single_outage_does_not_close_the_door_but_several_do() {
        let gate = gate(8);
        gate.unavailable(None, NOW, 0);
        gate.unavailable(None, NOW, 0);
        assert!(gate.is_open(NOW));
        gate.unavailable(None, NOW, 0);
        assert!(!gate.is_open(NOW));
    }

    #[test]
    fn one_refused_person_among_good_ones_does_not_cost_the_authorization() {
        let gate = gate(8);
        gate.succeeded(Access::Write);
        assert_eq!(gate.refused(Access::Write), Refused::Person);
        gate.succeeded(Access::Write);
        assert_eq!(gate.refused(Access::Write), Refused::Person);
        assert_eq!(gate.refused(Access::Write), Refused::Person);
        assert_eq!(gate.refused(Access::Write), Refused::Authorization);
    }

    #[test]
    fn a_refused_look_or_a_first_refused_write_is_about_the_authorization() {
        let gate = gate(8);
        assert_eq!(gate.refused(Access::Write), Refused::Authorization);
        gate.succeeded(Access::Write);
        assert_eq!(gate.refused(Access::Read), Refused::Authorization);
    }

    #[test]
    fn a_lost_authorization_is_told_once_and_closes_until_reopened() {
        let gate = gate(8);
        assert_eq!(gate.lose_authorization(), Noticed::First);
        assert_eq!(gate.lose_authorization(), Noticed::Already);
        assert!(!gate.is_open(NOW));
        gate.reopen();
        assert!(gate.is_open(NOW));
    }
}
