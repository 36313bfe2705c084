//! Room for large bodies: how many bytes of them may be here at once, and how many are taken apart
//! at a time.
//!
//! A body has room from before its first byte is taken until it has been taken apart, so neither
//! bodies that are still on their way nor those that wait for their turn decide how much memory is
//! needed. Whoever finds no room waits with the body still at the client. A tenant has a share of
//! the room, and one turn, so none can keep the others out. Bodies of a usual size pass without any
//! of it.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use parking_lot::Mutex;
use seatlink_domain::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Problem, body};

/// What comes without asking for room. All connections together hold no more than so much each.
const SMALL: usize = 64 * 1_024;
/// Room is counted in pieces of this size.
const PIECE: usize = 16 * 1_024;
/// Of all tenants together.
const ALL: usize = 192 * 1_024 * 1_024;
/// Of one tenant. A single body may be larger.
const SHARE: usize = 64 * 1_024 * 1_024;
/// Bodies of more than 1 MiB that are taken apart at a time. Each may need 300 MB for a moment.
const TURNS: usize = 2;

/// The room of one process.
pub struct Room {
    all: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    /// Whoever holds a place, or waits for one, keeps the tenant's share alive.
    tenants: Mutex<HashMap<TenantId, Weak<Share>>>,
}

/// What one tenant has of the room.
struct Share {
    room: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

/// A body that is here, and the room it takes.
pub struct Held {
    pub bytes: Bytes,
    _place: Option<Place>,
}

struct Place {
    own: OwnedSemaphorePermit,
    all: OwnedSemaphorePermit,
    _share: Arc<Share>,
}

/// The right to take a large body apart, for as long as what came out of it is there.
pub struct Turn {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
    _share: Arc<Share>,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(ALL / PIECE)),
            turns: Arc::new(Semaphore::new(TURNS)),
            tenants: Mutex::default(),
        }
    }
}

impl Room {
    /// The whole body, or a problem if it is larger than the limit or does not arrive.
    pub async fn read(
        &self,
        tenant: TenantId,
        headers: &HeaderMap,
        body: Body,
        limit: usize,
    ) -> Result<Held, Problem> {
        let announced = headers
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        match announced {
            // Small, or refused without being kept.
            Some(length) if length <= SMALL || length > limit => {
                Ok(Held { bytes: body::read(headers, body, limit).await?, _place: None })
            }
            Some(length) => {
                let place = self.place(tenant, length).await?;
                Ok(Held { bytes: body::read(headers, body, limit).await?, _place: Some(place) })
            }
            None => self.read_unannounced(tenant, body, limit).await,
        }
    }

    /// Whoever does not say how much is coming may be sending little, and is asked for room only
    /// when it is more.
    async fn read_unannounced(
        &self,
        tenant: TenantId,
        body: Body,
        limit: usize,
    ) -> Result<Held, Problem> {
        let mut stream = body.into_data_stream();
        let mut begin = BytesMut::new();
        while begin.len() <= SMALL {
            let Some(chunk) = stream.next().await else {
                return Ok(Held { bytes: begin.freeze(), _place: None });
            };
            begin.extend_from_slice(&chunk.map_err(body::broken)?);
        }
        let mut place = self.place(tenant, limit).await?;
        let begin = futures_util::stream::iter([Ok(begin.freeze())]);
        let whole = Body::from_stream(begin.chain(stream));
        let bytes = body::read(&HeaderMap::new(), whole, limit).await?;
        place.shrink(bytes.len());
        Ok(Held { bytes, _place: Some(place) })
    }

    async fn place(&self, tenant: TenantId, length: usize) -> Result<Place, Problem> {
        let share = self.share(tenant);
        let own = take(&share.room, pieces(length.min(SHARE))).await?;
        let all = take(&self.all, pieces(length.min(ALL))).await?;
        Ok(Place { own, all, _share: share })
    }

    /// Waits until a large body of this tenant may be taken apart.
    pub async fn turn(&self, tenant: TenantId) -> Result<Turn, Problem> {
        let share = self.share(tenant);
        let own = take(&share.turn, 1).await?;
        let all = take(&self.turns, 1).await?;
        Ok(Turn { _own: own, _all: all, _share: share })
    }

    fn share(&self, tenant: TenantId) -> Arc<Share> {
        let mut tenants = self.tenants.lock();
        if let Some(share) = tenants.get(&tenant).and_then(Weak::upgrade) {
            return share;
        }
        tenants.retain(|_, share| share.strong_count() > 0);
        let share = Arc::new(Share {
            room: Arc::new(Semaphore::new(SHARE / PIECE)),
            turn: Arc::new(Semaphore::new(1)),
        });
        tenants.insert(tenant, Arc::downgrade(&share));
        share
    }
}

impl Place {
    /// Gives back what the body did not need after all.
    fn shrink(&mut self, length: usize) {
        for (held, most) in [(&mut self.own, SHARE), (&mut self.all, ALL)] {
            let needed = usize::try_from(pieces(length.min(most))).unwrap_or(usize::MAX);
            drop(held.split(held.num_permits().saturating_sub(needed)));
        }
    }
}

fn pieces(length: usize) -> u32 {
    u32::try_from(length.div_ceil(PIECE)).unwrap_or(u32::MAX)
}

async fn take(of: &Arc<Semaphore>, many: u32) -> Result<OwnedSemaphorePermit, Problem> {
    Arc::clone(of).acquire_many_owned(many).await.map_err(|_closed| Problem::Internal)
}

#[cfg(test)]
mod tests {
    use std::{io, time::Duration};

    use axum::http::HeaderValue;
    use tokio::{sync::mpsc, time::timeout};

    use super::*;

    const MIB: usize = 1_024 * 1_024;
    /// Somebody who waits is still waiting after it; nobody else takes as long.
    const MOMENT: Duration = Duration::from_millis(300);

    fn tenant(number: u128) -> TenantId {
        TenantId::from(uuid::Uuid::from_u128(number))
    }

    fn announcing(length: usize) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_LENGTH, HeaderValue::from(length))])
    }

    /// A body that comes when it is sent, and ends when the sender goes.
    fn coming() -> (mpsc::Sender<Result<Bytes, io::Error>>, Body) {
        let (sender, mut receiver) = mpsc::channel(1);
        let stream = futures_util::stream::poll_fn(move |context| receiver.poll_recv(context));
        (sender, Body::from_stream(stream))
    }

    /// Whether anybody asks for the body.
    async fn is_taken(sender: &mpsc::Sender<Result<Bytes, io::Error>>, bytes: usize) -> bool {
        // The first is buffered, so the second one leaves only when the first was taken.
        for _ in 0..2 {
            let half = Ok(Bytes::from(vec![b'x'; bytes / 2]));
            if timeout(MOMENT, sender.send(half)).await.is_err() {
                return false;
            }
        }
        timeout(MOMENT, sender.reserve()).await.is_ok()
    }

    #[tokio::test]
    async fn bodies_on_their_way_are_bounded_and_one_tenant_leaves_room_for_others() {
        let room = Arc::new(Room::default());
        let begin = |number, announced: Option<usize>| {
            let (sender, body) = coming();
            let room = Arc::clone(&room);
            let headers = announced.map_or_else(HeaderMap::new, announcing);
            let reading =
                tokio::spawn(
                    async move { room.read(tenant(number), &headers, body, 16 * MIB).await },
                );
            (sender, reading)
        };
        let mut first = Vec::new();
        for _ in 0..4 {
            let (sender, reading) = begin(1, Some(16 * MIB));
            assert!(is_taken(&sender, MIB).await, "within the share");
            first.push((sender, reading));
        }
        let (waiting, reading) = begin(1, Some(16 * MIB));
        assert!(!is_taken(&waiting, MIB).await, "the share of the tenant is used up");
        let (unannounced, _unannounced) = begin(1, None);
        assert!(is_taken(&unannounced, SMALL / 2).await, "little is taken at once");
        assert!(!is_taken(&unannounced, 2 * MIB).await, "and more of it waits as well");
        let (small, done) = begin(1, Some(1_000));
        assert!(is_taken(&small, 1_000).await, "a body of a usual size does not wait");
        drop(small);
        assert!(done.await.is_ok_and(|held| held.is_ok_and(|held| held.bytes.len() == 1_000)));

        for other in 2..4 {
            for _ in 0..4 {
                let (sender, reading) = begin(other, Some(16 * MIB));
                assert!(is_taken(&sender, MIB).await, "tenant {other} has a share too");
                first.push((sender, reading));
            }
        }
        let (late, _late) = begin(5, Some(16 * MIB));
        assert!(!is_taken(&late, MIB).await, "there is no more room at all");
        // Given up by their clients.
        drop(first);
        assert!(is_taken(&late, MIB).await && is_taken(&waiting, MIB).await);
        drop((waiting, reading));
    }

    #[tokio::test]
    async fn what_was_not_needed_is_given_back() -> Result<(), Problem> {
        let room = Room::default();
        let mut held = Vec::new();
        for _ in 0..20 {
            let body = Body::from_stream(futures_util::stream::iter(
                [(); 2].map(|()| Ok::<_, io::Error>(Bytes::from(vec![b'x'; MIB]))),
            ));
            let headers = HeaderMap::new();
            let read = room.read(tenant(1), &headers, body, 16 * MIB);
            held.push(timeout(MOMENT, read).await.map_err(|_| Problem::TimedOut)??);
        }
        assert!(held.iter().all(|held| held.bytes.len() == 2 * MIB));
        Ok(())
    }

    #[tokio::test]
    async fn a_tenant_has_one_turn_and_another_one_gets_the_next() -> Result<(), Problem> {
        let room = Room::default();
        let one = room.turn(tenant(1)).await?;
        assert!(timeout(MOMENT, room.turn(tenant(1))).await.is_err());
        let two = timeout(MOMENT, room.turn(tenant(2))).await.map_err(|_| Problem::TimedOut)??;
        assert!(timeout(MOMENT, room.turn(tenant(3))).await.is_err(), "two are enough");
        drop(one);
        let three =
            timeout(MOMENT, room.turn(tenant(3))).await.map_err(|_| Problem::TimedOut)??;
        drop((two, three));
        assert!(room.share(tenant(4)).turn.available_permits() == 1);
        assert_eq!(room.tenants.lock().len(), 1, "who has nothing here is forgotten");
        Ok(())
    }
}
