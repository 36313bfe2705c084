//! The log searched: who did what to what, when and why, the newest first.

use seatlink_store::{
    self as store, Timestamp,
    changes::{
        ChangeRecord,
        search::{self, Conditions, Place, Source, Stretch},
    },
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Entry, LogError, Operation, Reason};
use crate::{Platform, actor::Actor, cursor, permission::Permission};

const PAGE_LIMIT: i64 = 200;
/// Rows that one request looks at, when it leaves rows out.
const LOOK_AT: i64 = 20_000;
/// Rows of the first stretch; each further one is twice as long.
const FIRST_STRETCH: i64 = 512;
/// The log is indexed by resource in pieces of 2^14 rows.
const PIECE: u32 = 14;

/// What is searched for. What is `None` or empty is not asked for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Not before this.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    pub actor: Option<ActorFilter>,
    pub operations: Vec<Operation>,
    pub reasons: Vec<Reason>,
    /// The name of a type, such as `User`, or of one that the tenant registered.
    pub resource_type: Option<String>,
    /// The history of this resource alone.
    pub resource: Option<Uuid>,
    /// The id of a connection: an application's client id, or a static token's id.
    pub connection: Option<String>,
    pub request_id: Option<String>,
    /// [`Page::next`] of the page before, asked for with the same search.
    pub cursor: Option<String>,
    /// Rows of a page, 200 at most; 0 is 50.
    pub limit: i64,
}

/// Who did it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ActorFilter {
    /// Part of the name, as it is typed or in lower case; names are logged as they are written.
    Named(String),
    Id(Uuid),
}

/// A page of the log, the newest rows first.
#[derive(Clone, Debug)]
pub struct Page {
    pub entries: Vec<Entry>,
    /// The cursor of the next page. There may be one behind a page that is not full, even an empty
    /// one: one request looks at a bounded number of rows, and goes on where this one stopped.
    pub next: Option<String>,
    /// How far back a search was that stopped before its page was full.
    pub searched_to: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Behind {
    #[serde(rename = "a")]
    at: i64,
    #[serde(rename = "s")]
    sequence: i64,
}

/// Searches the tenant's log. Rows are in the order of their times; those of one resource in the
/// order in which they were written.
pub async fn search(platform: &Platform, actor: &Actor, search: &Search) -> Result<Page, LogError> {
    actor.require(Permission::AuditRead)?;
    let conditions = conditions(search);
    let list = format!("changes {:?} {conditions:?}", search.resource);
    let behind = match &search.cursor {
        None => Place::NEWEST,
        Some(text) => {
            let Behind { at, sequence } =
                cursor::open(platform, actor, &list, text).ok_or(LogError::BadCursor)?;
            Place { at: Timestamp::from_micros(at), sequence }
        }
    };
    let limit = if search.limit <= 0 { 50 } else { search.limit.min(PAGE_LIMIT) };
    let resource = search.resource;
    let found = platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            let walk = Walk { conditions, behind, limit, found: Vec::new(), looked_at: 0 };
            match resource {
                None => walk.all(&mut tx).await,
                Some(id) => walk.of(&mut tx, id).await,
            }
        })
        .await?;
    let searched_to = found.next.filter(|_| found.is_short).map(|place| place.at);
    let next = found.next.map(|Place { at, sequence }| {
        let behind = Behind { at: at.micros(), sequence };
        cursor::seal(platform, actor, &list, &behind)
    });
    let entries = found.changes.into_iter().map(Entry::from_record).collect();
    Ok(Page { entries, next, searched_to })
}

fn conditions(search: &Search) -> Conditions {
    let text = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let (actor_name, actor_id) = match &search.actor {
        None => (None, None),
        Some(ActorFilter::Named(name)) => {
            (Some((name.trim().to_owned(), name.trim().to_lowercase())), None)
        }
        Some(ActorFilter::Id(id)) => (None, Some(id.to_string())),
    };
    Conditions {
        since: search.since,
        until: search.until,
        actor_name,
        actor_id,
        operations: search.operations.iter().map(|one| one.as_str().to_owned()).collect(),
        reasons: search.reasons.iter().map(|one| one.as_str().to_owned()).collect(),
        resource_type: text(&search.resource_type),
        connection: text(&search.connection),
        request_id: text(&search.request_id),
    }
}

struct Found {
    changes: Vec<ChangeRecord>,
    /// Where the next page begins, if anything may be there.
    next: Option<Place>,
    /// Whether it stopped before the page was full.
    is_short: bool,
}

/// A search under way.
struct Walk {
    conditions: Conditions,
    behind: Place,
    limit: i64,
    found: Vec<ChangeRecord>,
    looked_at: i64,
}

impl Walk {
    /// By time.
    async fn all(mut self, tx: &mut store::Tx) -> Result<Found, store::Error> {
        if !self.conditions.leaves_out() {
            // Every row that is looked at is wanted; one more tells whether there is a next page.
            let size = self.limit + 1;
            self.look(tx, Source::All, size).await?;
            return Ok(self.ended());
        }
        let mut size = FIRST_STRETCH;
        loop {
            let looked = self.look(tx, Source::All, size).await?;
            if self.is_full() || looked < size {
                return Ok(self.ended());
            }
            if self.looked_at >= LOOK_AT {
                return Ok(self.stopped());
            }
            size = (size * 2).min(LOOK_AT - self.looked_at);
        }
    }

    /// Piece by piece of the log, the newest first. Pieces with little of the resource are taken
    /// many at a time, so a long log costs few statements.
    async fn of(mut self, tx: &mut store::Tx, id: Uuid) -> Result<Found, store::Error> {
        let newest = search::newest(tx).await?;
        let mut highest = (self.behind.sequence.saturating_sub(1)).min(newest) >> PIECE;
        let mut pieces = 1;
        while highest >= 0 {
            let lowest = (highest + 1 - pieces).max(0);
            let source = Source::Resource { id, lowest, highest };
            let looked = self.look(tx, source, FIRST_STRETCH).await?;
            if self.is_full() {
                return Ok(self.ended());
            }
            if looked < FIRST_STRETCH {
                highest = lowest - 1;
                pieces *= 4;
            } else {
                highest = self.behind.sequence.saturating_sub(1) >> PIECE;
            }
            if self.looked_at >= LOOK_AT {
                return Ok(self.stopped());
            }
        }
        Ok(self.ended())
    }

    /// Looks at one stretch and goes behind it. Answers how many rows it had.
    async fn look(
        &mut self,
        tx: &mut store::Tx,
        source: Source,
        size: i64,
    ) -> Result<i64, store::Error> {
        let had = i64::try_from(self.found.len()).unwrap_or(i64::MAX);
        let wanted = self.limit + 1 - had;
        let Stretch { found, end, looked_at } =
            search::stretch(tx, source, &self.conditions, self.behind, (size, wanted)).await?;
        self.found.extend(found);
        self.behind = end.unwrap_or(self.behind);
        self.looked_at += looked_at;
        Ok(looked_at)
    }

    /// Whether there is a page and one more row.
    fn is_full(&self) -> bool {
        i64::try_from(self.found.len()).is_ok_and(|found| found > self.limit)
    }

    /// There is nothing more behind it, unless one row more than a page was found.
    fn ended(mut self) -> Found {
        let full = self.is_full();
        self.found.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
        let last = self.found.last().map(|row| Place { at: row.at, sequence: row.sequence });
        Found { changes: self.found, next: last.filter(|_| full), is_short: false }
    }

    /// There may be more, which this request does not look for.
    fn stopped(self) -> Found {
        let is_short = i64::try_from(self.found.len()).is_ok_and(|found| found < self.limit);
        Found { changes: self.found, next: Some(self.behind), is_short }
    }
}
