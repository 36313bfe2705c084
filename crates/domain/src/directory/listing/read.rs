//! Reading one page inside a transaction.

use std::collections::HashMap;

use seatlink_scim::SortOrder;
use seatlink_store::{
    self as store, GroupId, Tx,
    listing::{self, Hit, KeyForm, ListedRecord, Position, Source},
};
use uuid::Uuid;

use super::{FAR, From, Kind, List, Order, Part, Place, positions};
use crate::directory::{
    DirectoryError, GroupReference, Stored, groups,
    users::{self, ManagerReference, OnPage},
};

/// A page and what is known of the list around it.
pub(super) struct Found {
    pub(super) total: u64,
    pub(super) resources: Vec<Stored>,
    /// Where a walk goes on, if there is more.
    pub(super) next: Option<Place>,
}

/// How many rows a read may pass over on its way to the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// As many as a thread that others wait for can bear.
    Near,
    Any,
}

/// A row and which part it is of.
type Row = (usize, ListedRecord);

impl List {
    /// Nothing if the page is out of reach.
    pub(super) async fn read(
        &self,
        tx: &mut Tx,
        reach: Reach,
    ) -> Result<Option<Found>, DirectoryError> {
        let limit = usize::try_from(self.wanted.limit).unwrap_or(usize::MAX);
        let (rows, next, total) = match (self.order, &self.wanted.from) {
            (_, From::Walk(_)) if limit == 0 => (Vec::new(), None, None),
            (_, From::Offset(offset)) if self.is_counted() => {
                let found = self.counted_page(tx, *offset, limit, reach).await?;
                let Some((rows, total)) = found else { return Ok(None) };
                (rows, None, Some(total))
            }
            (Order::Ids(order), From::Offset(offset)) => {
                let (rows, total) = self.index_page(tx, order, *offset, limit).await?;
                (rows, None, Some(total))
            }
            (Order::Ids(order), From::Walk(place)) => {
                self.walk_page(tx, order, place.as_ref(), limit).await?
            }
            (Order::Sorted(form, order), from) => {
                self.sorted_page(tx, form, order, from, limit).await?
            }
        };
        let total = match (total, self.wanted.total) {
            (Some(total), _) | (None, Some(total)) => total,
            (None, None) => self.count(tx).await?,
        };
        let resources = self.complete(tx, rows).await?;
        Ok(Some(Found { total, resources, next }))
    }

    async fn count(&self, tx: &mut Tx) -> Result<u64, store::Error> {
        let mut total = 0;
        for part in &self.parts {
            total += listing::count(tx, part.source()).await?;
        }
        Ok(total)
    }

    /// Whether the list is one type in order of ids without a filter, whose size and places are
    /// known.
    pub(super) fn is_counted(&self) -> bool {
        matches!(
            (&*self.parts, self.order),
            ([Part { filter: None, .. }], Order::Ids(SortOrder::Ascending))
        )
    }

    /// A page of a whole type, found from the nearest place that is known.
    async fn counted_page(
        &self,
        tx: &mut Tx,
        offset: i64,
        limit: usize,
        reach: Reach,
    ) -> Result<Option<(Vec<Row>, u64)>, store::Error> {
        let source = self.parts[0].source();
        let tally = store::tallies::read(tx, source.table.kind()).await?;
        let total = u64::try_from(tally.all).unwrap_or(0);
        if limit == 0 || offset >= tally.all {
            return Ok(Some((Vec::new(), total)));
        }
        let (positions, now) = (self.platform.positions(), self.platform.now());
        let list = (tx.tenant(), source.table.kind().to_owned());
        let (mut at, mut before) = match positions.nearest(&list, tally, offset, now) {
            Some((at, id)) => (at, Some(id)),
            None => (0, None),
        };
        if reach == Reach::Near && offset - at > FAR {
            return Ok(None);
        }
        let stride = positions::stride(tally);
        while offset - at > stride
            && let Some(id) = listing::pass_over(tx, source.table, before, stride).await?
        {
            (at, before) = (at + stride, Some(id));
            positions.remember(&list, tally, (at, id), now);
        }
        let up = SortOrder::Ascending;
        let rows = listing::by_id(tx, source, up, before, offset - at, wide(limit)).await?;
        if rows.len() == limit
            && let Some(last) = rows.last()
        {
            positions.remember(&list, tally, (offset + wide(limit), last.id), now);
        }
        Ok(Some((rows.into_iter().map(|record| (0, record)).collect(), total)))
    }

    /// Type after type, each in order of ids. A type whose end the page shows needs no counting.
    async fn index_page(
        &self,
        tx: &mut Tx,
        order: SortOrder,
        offset: i64,
        limit: usize,
    ) -> Result<(Vec<Row>, u64), store::Error> {
        let mut rows: Vec<Row> = Vec::new();
        let mut skip = offset;
        let mut total = 0;
        for (index, part) in self.parts.iter().enumerate() {
            let room = limit - rows.len();
            let found = if room == 0 {
                Vec::new()
            } else {
                listing::by_id(tx, part.source(), order, None, skip, wide(room)).await?
            };
            let shows_end = found.len() < room && (skip == 0 || !found.is_empty());
            let size = if shows_end {
                u64::try_from(skip).unwrap_or(0) + narrow(found.len())
            } else {
                listing::count(tx, part.source()).await?
            };
            rows.extend(found.into_iter().map(|record| (index, record)));
            skip = skip.saturating_sub(i64::try_from(size).unwrap_or(i64::MAX)).max(0);
            total += size;
        }
        Ok((rows, total))
    }

    /// The same behind a place. One row more than asked for tells whether there is another page.
    async fn walk_page(
        &self,
        tx: &mut Tx,
        order: SortOrder,
        place: Option<&Place>,
        limit: usize,
    ) -> Result<(Vec<Row>, Option<Place>, Option<u64>), store::Error> {
        let begin = place.map_or(0, |place| place.source);
        let mut rows: Vec<Row> = Vec::new();
        for (index, part) in self.parts.iter().enumerate().skip(begin) {
            let room = (limit + 1).saturating_sub(rows.len());
            if room == 0 {
                break;
            }
            let after = place.filter(|place| place.source == index).map(|place| place.position.id);
            let found = listing::by_id(tx, part.source(), order, after, 0, wide(room)).await?;
            rows.extend(found.into_iter().map(|record| (index, record)));
        }
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| has_more).map(|(source, record)| Place {
            source: *source,
            position: Position { key: None, id: record.id },
        });
        let total = (place.is_none() && !has_more).then(|| narrow(rows.len()));
        Ok((rows, next, total))
    }

    async fn sorted_page(
        &self,
        tx: &mut Tx,
        form: KeyForm,
        order: SortOrder,
        from: &From,
        limit: usize,
    ) -> Result<(Vec<Row>, Option<Place>, Option<u64>), store::Error> {
        let (after, offset, extra) = match from {
            From::Offset(offset) => (None, *offset, 0),
            From::Walk(place) => (place.as_ref().map(|place| &place.position), 0, 1),
        };
        let sources: Vec<Source<'_>> = self.parts.iter().map(Part::source).collect();
        let mut hits = if limit == 0 {
            Vec::new()
        } else {
            let wanted = wide(limit + extra);
            listing::sorted(tx, &sources, form, order, after, offset, wanted).await?
        };
        let has_more = hits.len() > limit;
        hits.truncate(limit);
        let next = hits
            .last()
            .filter(|_| has_more)
            .map(|hit| Place { source: hit.source, position: hit.position.clone() });
        let shows_end = match from {
            From::Offset(offset) => hits.len() < limit && (*offset == 0 || !hits.is_empty()),
            From::Walk(place) => place.is_none() && !has_more,
        };
        let total = shows_end.then(|| u64::try_from(offset).unwrap_or(0) + narrow(hits.len()));
        Ok((self.documents(tx, &hits).await?, next, total))
    }

    /// The rows of the hits, in their order.
    async fn documents(&self, tx: &mut Tx, hits: &[Hit]) -> Result<Vec<Row>, store::Error> {
        let mut found: HashMap<Uuid, ListedRecord> = HashMap::with_capacity(hits.len());
        for (index, part) in self.parts.iter().enumerate() {
            let of_part = hits.iter().filter(|hit| hit.source == index);
            let ids: Vec<Uuid> = of_part.map(|hit| hit.position.id).collect();
            let records = listing::rows(tx, part.kind.table(), &ids).await?;
            found.extend(records.into_iter().map(|record| (record.id, record)));
        }
        let row = |hit: &Hit| Some((hit.source, found.remove(&hit.position.id)?));
        Ok(hits.iter().filter_map(row).collect())
    }

    /// Adds what is computed and shown.
    async fn complete(&self, tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Stored>, DirectoryError> {
        let mut groups_of = self.groups_of(tx, &rows).await?;
        let managers = self.managers(tx, &rows).await?;
        let mut budget = groups::LIST_BUDGET;
        let mut resources = Vec::with_capacity(rows.len());
        for (source, record) in rows {
            let id = record.id;
            resources.push(match &self.parts[source].kind {
                Kind::Users => {
                    let manager = record.manager.and_then(|id| managers.get(&id)).cloned();
                    let groups = groups_of.remove(&id).unwrap_or_default();
                    Stored::listed_user(record, groups, manager)
                }
                Kind::Groups => {
                    let (id, parts) = (GroupId::from(id), self.shown.members);
                    let members = groups::read_members(tx, id, parts, &mut budget).await?;
                    Stored::listed_group(record, members)
                }
                Kind::Own(own) => Stored::listed_own(record, own),
            });
        }
        Ok(resources)
    }

    async fn managers(
        &self,
        tx: &mut Tx,
        rows: &[Row],
    ) -> Result<HashMap<Uuid, ManagerReference>, store::Error> {
        let named = |row: &Row| row.1.manager;
        let ids =
            if self.shown.manager { rows.iter().filter_map(named).collect() } else { Vec::new() };
        users::managers(tx, ids).await
    }

    async fn groups_of(
        &self,
        tx: &mut Tx,
        rows: &[Row],
    ) -> Result<HashMap<Uuid, Vec<GroupReference>>, store::Error> {
        if !self.shown.groups {
            return Ok(HashMap::new());
        }
        let is_user = |row: &&Row| matches!(self.parts[row.0].kind, Kind::Users);
        let mut people: Vec<Uuid> = rows.iter().filter(is_user).map(|row| row.1.id).collect();
        let page = match self.order {
            // Nobody is missing between the first and the last.
            Order::Ids(order) if self.parts.iter().all(|part| part.filter.is_none()) => {
                if order == SortOrder::Descending {
                    people.reverse();
                }
                OnPage::Stretch(&people)
            }
            Order::Ids(_) | Order::Sorted(..) => OnPage::Some(&people),
        };
        users::groups_of_page(tx, page).await
    }
}

fn wide(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn narrow(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
