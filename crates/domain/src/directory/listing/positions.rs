//! Where pages by index ended, so that a client that counts its way through a long list is not counted after.
//!
//! A remembered end is used only while nothing came or went since: the tally's `moves` grows with either, so equal
//! numbers mean equal lists. Otherwise the page is found by passing over what comes before it, in the index.

use std::collections::{HashMap, VecDeque};

use parking_lot::Mutex;
use seatlink_store::TenantId;
use uuid::Uuid;

/// Ends remembered at once; each walk needs its latest only.
const KEPT: usize = 1_024;

/// A tenant's list of one type, and how many resources come before the page.
type Spot = (TenantId, String, i64);

#[derive(Default)]
pub(crate) struct Positions {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    ends: HashMap<Spot, End>,
    /// From the oldest; what was forgotten meanwhile is still in here.
    order: VecDeque<Spot>,
}

struct End {
    moves: i64,
    id: Uuid,
}

impl Positions {
    /// The last resource before the spot, if the list is still the one in which it was that.
    pub(super) fn before(&self, spot: &Spot, moves: i64) -> Option<Uuid> {
        let kept = self.kept.lock();
        kept.ends.get(spot).filter(|end| end.moves == moves).map(|end| end.id)
    }

    pub(super) fn remember(&self, spot: Spot, moves: i64, id: Uuid) {
        let mut kept = self.kept.lock();
        if kept.ends.insert(spot.clone(), End { moves, id }).is_none() {
            kept.order.push_back(spot);
        }
        if kept.order.len() > KEPT
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.ends.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(offset: i64) -> Spot {
        (TenantId::from(Uuid::nil()), String::from("User"), offset)
    }

    #[test]
    fn an_end_counts_only_while_nothing_moved() {
        let positions = Positions::default();
        let id = Uuid::from_u128(7);
        positions.remember(spot(100), 5, id);
        assert_eq!(positions.before(&spot(100), 5), Some(id));
        assert_eq!(positions.before(&spot(100), 6), None);
        assert_eq!(positions.before(&spot(200), 5), None);
    }

    #[test]
    fn the_oldest_ends_are_forgotten() {
        let positions = Positions::default();
        for offset in 0..5_000 {
            positions.remember(spot(offset), 1, Uuid::nil());
        }
        assert_eq!(positions.before(&spot(0), 1), None);
        assert_eq!(positions.before(&spot(4_999), 1), Some(Uuid::nil()));
        let kept = positions.kept.lock();
        assert_eq!((kept.ends.len(), kept.order.len()), (KEPT, KEPT));
    }
}
