//! The log searched on both databases.

use std::time::Duration;

use anyhow::Result;
use seatlink_domain::{
    Actor, StoreError, Timestamp,
    access::roles::{self, Rank, RoleStatus},
    log::{
        self, Entry, LogError, Operation, Reason,
        search::{self, ActorFilter, Search},
    },
    tenants::{self, TenantSettings},
};
use seatlink_store::{self as store, changes::ChangeWrite};
use uuid::Uuid;

use crate::common::Center;

/// One more than a request looks at in the log's index by resource at once.
const PIECE: i64 = 1 << 14;

impl Center {
    async fn search(&self, search: &Search) -> Result<search::Page, LogError> {
        log::search(&self.platform, &self.actor, search).await
    }

    /// All pages of a search, and how many there were.
    async fn all(&self, search: Search) -> Result<(Vec<Entry>, usize)> {
        let mut search = search;
        let mut found = Vec::new();
        let mut pages = 0;
        loop {
            let page = self.search(&search).await?;
            pages += 1;
            assert_eq!(
                page.searched_to.is_some(),
                page.next.is_some() && {
                    let limit = if search.limit == 0 { 50 } else { search.limit };
                    i64::try_from(page.entries.len())? < limit
                }
            );
            found.extend(page.entries);
            search.cursor = page.next;
            if search.cursor.is_none() {
                return Ok((found, pages));
            }
        }
    }

    /// Rows of the log, one a second unless they are of one moment; every `rare`th is of another
    /// resource and reason.
    async fn fill(&self, rows: i64, rare: (i64, Uuid), common: Uuid) -> Result<(), StoreError> {
        let start = self.platform.now().micros();
        for first in (0..rows).step_by(10_000) {
            self.db
                .write(self.actor.tenant, move |mut tx| async move {
                    for number in first..rows.min(first + 10_000) {
                        let is_rare = number % rare.0 == 0;
                        let row = ChangeWrite {
                            // Ten of a moment, so that pages end between rows of one time.
                            at: Timestamp::from_micros(start + number / 10),
                            actor_kind: "system",
                            actor_id: None,
                            actor_name: "Filler",
                            connection: None,
                            request_id: None,
                            operation: "patch",
                            resource_type: "User",
                            resource_id: Some(if is_rare { rare.1 } else { common }),
                            difference: None,
                            reason: if is_rare { "restored" } else { "updated" },
                            event: "{}",
                        };
                        store::changes::append(&mut tx, row).await?;
                    }
                    Ok::<_, StoreError>(())
                })
                .await?;
        }
        Ok(())
    }
}

fn numbers(changes: &[Entry]) -> Vec<i64> {
    changes.iter().map(|change| change.sequence).collect()
}

#[tokio::test]
async fn every_filter_leaves_just_its_rows() -> Result<()> {
    for center in Center::each().await? {
        let (platform, name) = (&center.platform, center.name());
        let start = platform.now();
        let who = Actor { name: "Ada Lovelace".into(), ..center.actor.clone() };
        let who = Actor { connection: Some("client-1".into()), ..who }.with_request_id("request-1");
        center.clock.advance(Duration::from_secs(10));
        tenants::update_settings(platform, &who, TenantSettings::default()).await?;
        center.clock.advance(Duration::from_secs(10));
        let pat = center.person("pat@example.com").await?;
        let role = center.create_role("Trainer").await?;
        roles::assign(platform, &center.actor, role, vec![pat], Rank::Secondary).await?;

        let none = Search::default;
        let only = |search: Search, expected: usize| {
            let center = &center;
            async move {
                let page = center.search(&search).await?;
                assert_eq!(page.entries.len(), expected, "{search:?} on {name}");
                assert!(page.next.is_none());
                Ok::<_, LogError>(page.entries)
            }
        };
        let all = center.search(&none()).await?.entries;
        assert!(all.is_sorted_by_key(|change| std::cmp::Reverse(change.sequence)));
        let by = |actor| Search { actor: Some(actor), ..none() };
        only(by(ActorFilter::Named(String::from("Love"))), 1).await?;
        only(by(ActorFilter::Named(String::from("LACE"))), 1).await?;
        only(by(ActorFilter::Named(String::from("nobody"))), 0).await?;
        only(by(ActorFilter::Id(pat.uuid())), 0).await?;
        only(Search { operations: vec![Operation::Assign], ..none() }, 1).await?;
        only(Search { operations: vec![Operation::Assign, Operation::Configure], ..none() }, 2)
            .await?;
        only(Search { reasons: vec![Reason::Configured], ..none() }, 1).await?;
        only(Search { resource_type: Some(String::from("Tenant")), ..none() }, 2).await?;
        only(Search { connection: Some(String::from("client-1")), ..none() }, 1).await?;
        only(Search { request_id: Some(String::from("request-1")), ..none() }, 1).await?;
        let history = only(Search { resource: Some(pat.uuid()), ..none() }, 2).await?;
        assert_eq!(history[0].operation, "assign");
        let created = Search { operations: vec![Operation::Create], ..none() };
        only(Search { resource: Some(pat.uuid()), ..created }, 1).await?;
        let (before, after) = (
            Timestamp::from_micros(start.micros() + 10_000_000),
            Timestamp::from_micros(start.micros() + 20_000_000),
        );
        only(Search { since: Some(before), until: Some(after), ..none() }, 1).await?;
        only(Search { until: Some(before), ..none() }, all.len() - 4).await?;
        only(Search { resource: Some(pat.uuid()), until: Some(after), ..none() }, 0).await?;

        let history = Search { resource: Some(pat.uuid()), ..none() };
        let foreign = log::search(platform, &center.stranger, &history).await?;
        assert!(foreign.entries.is_empty(), "{name}");
    }
    Ok(())
}

impl Center {
    async fn create_role(&self, name: &str) -> Result<seatlink_domain::RoleId> {
        let new = roles::NewRole {
            name: name.to_owned(),
            description: String::new(),
            status: RoleStatus::Active,
            permissions: seatlink_domain::Permissions::default(),
        };
        Ok(roles::create(&self.platform, &self.actor, new).await?.id)
    }
}

#[tokio::test]
async fn pages_of_a_long_log_are_whole_and_say_where_they_stop() -> Result<()> {
    let (rare, common) = (Uuid::from_u128(7), Uuid::from_u128(8));
    for center in Center::each().await? {
        let name = center.name();
        center.fill(3 * PIECE, (9_000, rare), common).await?;
        let resource = |id| Search { resource: Some(id), ..Search::default() };

        // Without a filter every page is full and meets every row once, in order.
        let first = center.search(&Search { limit: 7, ..Search::default() }).await?;
        let second = Search { cursor: first.next, limit: 7, ..Search::default() };
        let second = center.search(&second).await?;
        let rows = [numbers(&first.entries), numbers(&second.entries)].concat();
        let newest = rows[0];
        assert_eq!(rows, (newest - 13..=newest).rev().collect::<Vec<_>>(), "{name}");

        // A rare reason takes more than one request, and none of them looks at everything.
        let restored = Search { reasons: vec![Reason::Restored], ..Search::default() };
        let page = center.search(&restored).await?;
        assert!(page.next.is_some() && page.searched_to.is_some(), "{name}: {page:?}");
        let (found, pages) = center.all(restored).await?;
        assert_eq!(found.len(), 6, "{name}");
        assert!((2..10).contains(&pages), "{pages} pages on {name}");

        // One resource is found at once, wherever its rows are, and its pages go on where they
        // ended.
        let page = center.search(&resource(rare)).await?;
        assert_eq!(numbers(&page.entries), numbers(&found), "{name}");
        assert!(page.next.is_none());
        let (again, pages) = center.all(Search { limit: 4, ..resource(rare) }).await?;
        assert_eq!((numbers(&again), pages), (numbers(&found), 2), "{name}");
        let page = center.search(&Search { limit: 3, ..resource(common) }).await?;
        assert_eq!(page.entries.len(), 3);
        let none = Search { reasons: vec![Reason::Deleted], ..resource(common) };
        let (found, pages) = center.all(none).await?;
        assert!(found.is_empty() && (2..10).contains(&pages), "{pages} pages on {name}");
    }
    Ok(())
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_search_only() -> Result<()> {
    for center in Center::each().await? {
        let search = Search { limit: 1, ..Search::default() };
        let next = center.search(&search).await?.next;
        let own = Search { cursor: next, ..search };
        let other = Search { reasons: vec![Reason::Created], ..own.clone() };
        assert!(matches!(center.search(&other).await, Err(LogError::BadCursor)));
        let elsewhere = log::search(&center.platform, &center.stranger, &own).await;
        assert!(matches!(elsewhere, Err(LogError::BadCursor)));
        assert!(center.search(&own).await.is_ok());
    }
    Ok(())
}
