//! Lists of users: which rows, how many in all, and the read that costs least.

use std::collections::HashMap;

use seatlink_scim::{ListQuery, Op, Projection, ResolvedFilter};
use seatlink_store::{self as store, Tx};
use uuid::Uuid;

use super::{groups_of::groups_of_all, resource_type};
use crate::{
    Platform,
    actor::Actor,
    changes::{Operation, Subject},
    directory::{DirectoryError, Page, Stored, may_read, resolved, told},
    tenants,
};

/// Rows of one page at most (`filter.maxResults`, RFC 7643 §5).
pub const PAGE_LIMIT: u64 = 1_000;
/// Rows of a page when the client names no `count`.
pub const PAGE_DEFAULT: u64 = 100;

/// RFC 7644 §3.4.2.
pub async fn list(
    platform: &Platform,
    actor: &Actor,
    query: &ListQuery,
    projection: &Projection,
) -> Result<Page, DirectoryError> {
    if let Err(forbidden) = may_read(actor) {
        return told(
            platform,
            actor,
            (Operation::Provision, Subject::User, None),
            Err(forbidden.into()),
        )
        .await;
    }
    let tenant = tenants::load(platform, actor.tenant).await?;
    let filter = match &query.filter {
        Some(filter) => Some(resolved(platform, actor, filter, resource_type(&tenant))?),
        None => None,
    };
    let window = Window::of(query);
    let point = filter.as_ref().is_some_and(finds_one);
    let with_groups = projection.wants("groups");
    let read = move |mut tx: Tx| async move {
        let filter = filter.as_ref();
        let records = if window.limit == 0 {
            Vec::new()
        } else {
            store::users::list(&mut tx, filter, window.offset, window.limit).await?
        };
        let total = window.total(&mut tx, filter, records.len()).await?;
        let ids: Vec<Uuid> = records.iter().map(|record| record.id.uuid()).collect();
        let mut groups = if with_groups && !ids.is_empty() {
            groups_of_all(&mut tx, &ids).await?
        } else {
            HashMap::new()
        };
        let resources = records
            .into_iter()
            .map(|record| {
                let groups = groups.remove(&record.id.uuid()).unwrap_or_default();
                Stored::user(record, groups)
            })
            .collect();
        Ok::<_, DirectoryError>(Page { total, start_index: window.start_index, resources })
    };
    // A question for one user is a point read; anything else may scan.
    if point {
        platform.db().read(tenant.id, read).await
    } else {
        platform.db().scan(tenant.id, read).await
    }
}

/// Which rows of the list were asked for.
#[derive(Clone, Copy)]
pub(in crate::directory) struct Window {
    pub start_index: u64,
    pub offset: i64,
    pub limit: i64,
}

impl Window {
    pub(in crate::directory) fn of(query: &ListQuery) -> Self {
        let start_index = query.start_index.max(1);
        let limit = query.count.unwrap_or(PAGE_DEFAULT).min(PAGE_LIMIT);
        Self {
            start_index,
            offset: i64::try_from(start_index - 1).unwrap_or(i64::MAX),
            limit: i64::try_from(limit).unwrap_or(i64::MAX),
        }
    }

    /// A page that starts at the beginning and is not full is the whole list: nothing to count.
    pub(in crate::directory) fn known_total(self, rows: usize) -> Option<u64> {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let limit = u64::try_from(self.limit).unwrap_or(0);
        (self.offset == 0 && rows < limit).then_some(rows)
    }

    async fn total(
        self,
        tx: &mut Tx,
        filter: Option<&ResolvedFilter>,
        rows: usize,
    ) -> Result<u64, store::Error> {
        match self.known_total(rows) {
            Some(total) => Ok(total),
            None => Ok(u64::try_from(store::users::count(tx, filter).await?).unwrap_or(0)),
        }
    }
}

/// Whether at most a row or two can match, by an index.
fn finds_one(filter: &ResolvedFilter) -> bool {
    match filter {
        ResolvedFilter::Compare { target, op: Op::Eq, .. } => {
            target.schema.is_none()
                && target.sub.is_none()
                && matches!(target.attribute.as_str(), "userName" | "id" | "externalId")
        }
        ResolvedFilter::And(terms) => terms.iter().any(finds_one),
        _ => false,
    }
}
