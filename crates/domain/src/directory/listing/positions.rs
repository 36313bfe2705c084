//! Where pages by index ended, so that a client that counts its way through a long list, or leaps about in it, is not
//! counted after from the beginning each time.
//!
//! A remembered end is used only while nothing came or went since: the tally's `moves` grows with either, so equal
//! numbers mean equal lists. Otherwise the page is found by passing over what comes before it, in the index.

use std::collections::{BTreeMap, HashMap};

use parking_lot::Mutex;
use seatlink_store::TenantId;
use uuid::Uuid;

/// Ends remembered of one list.
const ENDS: usize = 2_048;
/// Lists of which ends are remembered.
const LISTS: usize = 64;

/// A tenant's list of one resource type.
pub(super) type Name = (TenantId, String);

#[derive(Default)]
pub(crate) struct Positions {
    lists: Mutex<HashMap<Name, Ends>>,
}

struct Ends {
    moves: i64,
    /// The last resource before a place, by how many come before that place.
    ends: BTreeMap<i64, Uuid>,
}

impl Positions {
    /// The nearest place at or before the offset of which it is known what comes before it.
    pub(super) fn nearest(&self, list: &Name, moves: i64, offset: i64) -> Option<(i64, Uuid)> {
        let lists = self.lists.lock();
        let known = lists.get(list).filter(|known| known.moves == moves)?;
        known.ends.range(..=offset).next_back().map(|(at, id)| (*at, *id))
    }

    pub(super) fn remember(&self, list: Name, moves: i64, at: i64, id: Uuid) {
        let mut lists = self.lists.lock();
        if lists.len() >= LISTS && !lists.contains_key(&list) {
            let any = lists.keys().next().cloned();
            any.and_then(|any| lists.remove(&any));
        }
        let known = lists.entry(list).or_insert_with(|| Ends { moves, ends: BTreeMap::new() });
        if known.moves != moves {
            // A page of an older snapshot may come later; what it knows is of no use either.
            if known.moves > moves {
                return;
            }
            *known = Ends { moves, ends: BTreeMap::new() };
        }
        known.ends.insert(at, id);
        if known.ends.len() > ENDS {
            let mut keep = false;
            known.ends.retain(|_, _| {
                keep = !keep;
                keep
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users() -> Name {
        (TenantId::from(Uuid::nil()), String::from("User"))
    }

    #[test]
    fn an_end_counts_only_while_nothing_moved() {
        let positions = Positions::default();
        let id = Uuid::from_u128(7);
        positions.remember(users(), 5, 100, id);
        assert_eq!(positions.nearest(&users(), 5, 100), Some((100, id)));
        assert_eq!(positions.nearest(&users(), 5, 350), Some((100, id)));
        assert_eq!(positions.nearest(&users(), 5, 99), None);
        assert_eq!(positions.nearest(&users(), 6, 100), None);
        positions.remember(users(), 6, 200, id);
        positions.remember(users(), 5, 100, id);
        assert_eq!(positions.nearest(&users(), 6, 150), None, "older knowledge does not come back");
        assert_eq!(positions.nearest(&users(), 5, 150), None);
    }

    #[test]
    fn of_too_many_ends_and_lists_some_are_forgotten() {
        let positions = Positions::default();
        for offset in 0..10_000 {
            positions.remember(users(), 1, offset, Uuid::nil());
        }
        for tenant in 0..1_000 {
            let list = (TenantId::from(Uuid::from_u128(tenant)), String::from("User"));
            positions.remember(list, 1, 1, Uuid::nil());
        }
        let lists = positions.lists.lock();
        assert_eq!(lists.len(), LISTS);
        assert!(lists.values().all(|known| known.ends.len() <= ENDS));
    }
}
