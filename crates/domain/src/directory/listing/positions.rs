//! Places in lists by index, so that a client that counts its way through a long list, or leaps
//! about in it, is not counted after from the beginning each time.
//!
//! A place is a resource and how many come up to it. Ids grow with time, so those who are created
//! come behind all places but the newest, and a place that has [settled](SETTLING) is right until
//! somebody is removed. Behind a place the page is found by passing over what lies between, in the
//! index.

use std::collections::{BTreeMap, HashMap};

use parking_lot::Mutex;
use seatlink_store::{TenantId, Timestamp, tallies::Tally};
use uuid::Uuid;

/// Places kept of one list when there are twice as many.
const PLACES: i64 = 4_096;
/// Lists of which places are kept.
const LISTS: usize = 64;
/// Fewer rows than this cost no more to pass over than a statement does.
const SHORTEST: i64 = 1_000;
/// How long after its id was made a resource may still appear, in microseconds: a transaction has
/// to end, and the clocks of nodes differ.
const SETTLING: i64 = 10 * 60 * 1_000_000;

/// A tenant's list of one resource type.
pub(super) type Name = (TenantId, String);

#[derive(Default)]
pub(crate) struct Positions {
    lists: Mutex<HashMap<Name, Places>>,
}

struct Places {
    /// As of when these are right.
    as_of: Timestamp,
    tally: Tally,
    /// The last resource of so many.
    by_count: BTreeMap<i64, Uuid>,
}

/// How far apart places lie that are noted in passing.
pub(super) fn stride(tally: Tally) -> i64 {
    (tally.all / PLACES).max(SHORTEST)
}

impl Positions {
    /// The nearest place at or before the offset.
    pub(super) fn nearest(
        &self,
        list: &Name,
        tally: Tally,
        offset: i64,
        now: Timestamp,
    ) -> Option<(i64, Uuid)> {
        let mut lists = self.lists.lock();
        let known = lists.get_mut(list)?;
        known.follow(tally, now);
        known.by_count.range(..=offset).next_back().map(|(at, id)| (*at, *id))
    }

    pub(super) fn remember(&self, list: &Name, tally: Tally, place: (i64, Uuid), now: Timestamp) {
        let mut lists = self.lists.lock();
        if !lists.contains_key(list) {
            if lists.len() >= LISTS {
                let any = lists.keys().next().cloned();
                any.and_then(|any| lists.remove(&any));
            }
            lists.insert(list.clone(), Places { as_of: now, tally, by_count: BTreeMap::new() });
        }
        let Some(known) = lists.get_mut(list) else { return };
        known.follow(tally, now);
        // What an older snapshot knows may be wrong by now.
        if known.tally.moves == tally.moves {
            known.by_count.insert(place.0, place.1);
            known.thin();
        }
    }
}

impl Places {
    /// Forgets what is not right any more. A reader whose snapshot is a little older than these
    /// places finds its page as if it had come a little later.
    fn follow(&mut self, tally: Tally, now: Timestamp) {
        if tally.moves < self.tally.moves {
            return;
        }
        if tally.removed() != self.tally.removed() {
            self.by_count.clear();
        } else if tally.moves != self.tally.moves {
            let settled = first_id_of(self.as_of.micros() - SETTLING);
            while let Some(newest) = self.by_count.last_entry()
                && *newest.get() >= settled
            {
                newest.remove();
            }
        }
        (self.as_of, self.tally) = (now, tally);
    }

    /// Of too many, those stay that lie far enough apart.
    fn thin(&mut self) {
        let most = usize::try_from(2 * PLACES).unwrap_or(usize::MAX);
        if self.by_count.len() <= most {
            return;
        }
        let apart = stride(self.tally);
        let mut last = 0;
        self.by_count.retain(|at, _| {
            let stays = *at - last >= apart;
            if stays {
                last = *at;
            }
            stays
        });
    }
}

/// The least id that can be made at that time (RFC 9562 §5.7).
fn first_id_of(micros: i64) -> Uuid {
    let millis = u128::try_from(micros / 1_000).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600 * 1_000_000;

    fn users() -> Name {
        (TenantId::from(Uuid::nil()), String::from("User"))
    }

    /// After so many came and so many went.
    fn tally(came: i64, went: i64) -> Tally {
        Tally { all: came - went, active: 0, moves: came + went }
    }

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    #[test]
    fn a_settled_place_stays_until_somebody_goes() {
        let positions = Positions::default();
        let (old, new) = (first_id_of(HOUR), first_id_of(2 * HOUR));
        let now = at(2 * HOUR);
        positions.remember(&users(), tally(500, 0), (100, old), now);
        positions.remember(&users(), tally(500, 0), (400, new), now);
        let nearest = |tally, offset| positions.nearest(&users(), tally, offset, now);
        assert_eq!(nearest(tally(500, 0), 99), None);
        assert_eq!(nearest(tally(500, 0), 100), Some((100, old)));
        assert_eq!(nearest(tally(500, 0), 450), Some((400, new)));
        assert_eq!(nearest(tally(501, 0), 450), Some((100, old)), "an id as new may still appear");
        assert_eq!(nearest(tally(501, 1), 450), None, "a place may have moved");
    }

    #[test]
    fn a_place_settles_while_nothing_comes() {
        let positions = Positions::default();
        let id = first_id_of(HOUR);
        positions.remember(&users(), tally(500, 0), (100, id), at(HOUR));
        let nearest = |tally, now| positions.nearest(&users(), tally, 100, at(now));
        assert_eq!(nearest(tally(500, 0), HOUR + SETTLING + 1_000), Some((100, id)));
        assert_eq!(nearest(tally(501, 0), HOUR + SETTLING + 2_000), Some((100, id)));
    }

    #[test]
    fn what_an_older_snapshot_knows_is_not_kept() {
        let positions = Positions::default();
        let id = first_id_of(HOUR);
        positions.remember(&users(), tally(500, 2), (200, id), at(HOUR));
        positions.remember(&users(), tally(500, 1), (100, id), at(HOUR));
        assert_eq!(positions.nearest(&users(), tally(500, 2), 150, at(HOUR)), None);
        assert_eq!(positions.nearest(&users(), tally(500, 1), 250, at(HOUR)), Some((200, id)));
    }

    #[test]
    fn of_too_many_places_and_lists_some_are_forgotten() {
        let positions = Positions::default();
        let many = tally(10_000_000, 0);
        for offset in 0..30_000 {
            positions.remember(&users(), many, (offset * 300, Uuid::nil()), at(HOUR));
        }
        {
            let lists = positions.lists.lock();
            let places = &lists[&users()].by_count;
            assert!(places.len() <= 8_192);
            let mut before = 0;
            for at in places.keys().take_while(|at| **at < 6_000_000) {
                assert!(*at - before < 4_000, "no place between {before} and {at}");
                before = *at;
            }
        }
        for tenant in 0..1_000 {
            let list = (TenantId::from(Uuid::from_u128(tenant)), String::from("User"));
            positions.remember(&list, many, (1, Uuid::nil()), at(HOUR));
        }
        assert_eq!(positions.lists.lock().len(), LISTS);
    }
}
