//! Pages by index in a list so long that nobody is passed over for nothing.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{
    Actor, Clock, Db, GroupId, Platform,
    directory::{PagedBy, groups},
};
use seatlink_scim::{ListQuery, Projection};
use seatlink_store::{self as store, groups::GroupWrite};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::one_tenant;

/// More than are passed over where others wait.
const MANY: u32 = 53_000;

struct World {
    db: Db,
    clock: Clock,
    platform: Platform,
    actor: Actor,
    _directory: TempDir,
}

impl World {
    async fn new() -> Result<Self> {
        let (directory, db, clock, platform, actor) = one_tenant().await?;
        Ok(Self { db, clock, platform, actor, _directory: directory })
    }

    /// Groups with those numbers, past the log, in the order of their ids.
    async fn fill(&self, numbers: std::ops::Range<u32>) -> Result<()> {
        let mut ids: Vec<GroupId> = numbers.clone().map(|_| self.platform.new_id()).collect();
        ids.sort_unstable();
        let at = self.platform.now();
        let filled: Result<(), store::Error> = self
            .db
            .write(self.actor.tenant, move |mut tx| async move {
                for (number, id) in numbers.zip(ids) {
                    let name = format!("g{number}");
                    let document = json!({ "displayName": name }).to_string();
                    let write = GroupWrite {
                        id,
                        display_name: &name,
                        name_key: &name,
                        external_id: None,
                        at,
                        document: &document,
                        search: &document,
                    };
                    store::groups::insert(&mut tx, write).await?;
                }
                Ok(())
            })
            .await;
        Ok(filled?)
    }

    /// The name that a page begins with and how many there are in all.
    async fn page(&self, start_index: u64) -> Result<(String, u64)> {
        let query = ListQuery { start_index, count: Some(2), ..ListQuery::default() };
        let page = groups::list(&self.platform, &self.actor, &query, &Projection::all()).await?;
        ensure!(page.paged_by == PagedBy::Index(start_index), "{:?}", page.paged_by);
        ensure!(page.resources.len() == 2, "{} in a page of two", page.resources.len());
        let first: Value = serde_json::from_str(page.resources[0].document())?;
        Ok((first["displayName"].as_str().context("a name")?.to_owned(), page.total))
    }

    /// Removes the group that is first on that page.
    async fn remove(&self, start_index: u64) -> Result<()> {
        let query = ListQuery { start_index, count: Some(1), ..ListQuery::default() };
        let page = groups::list(&self.platform, &self.actor, &query, &Projection::all()).await?;
        let id = GroupId::from(page.resources[0].id());
        let removed: Result<(), store::Error> = self
            .db
            .write(self.actor.tenant, move |mut tx| async move {
                store::groups::delete(&mut tx, id).await?;
                Ok(())
            })
            .await;
        Ok(removed?)
    }
}

#[tokio::test]
async fn pages_far_into_a_list_are_right_while_it_changes() -> Result<()> {
    let world = World::new().await?;
    world.fill(0..MANY).await?;
    let many = u64::from(MANY);
    let is = |number: u64, total| (format!("g{number}"), total);
    // Out of reach at first, then from places noted in passing, and from ends of pages.
    for start in [many - 1, 52_001, 52_003, 30_500, 1_000, 1_001, 1_002, 1, 2_501] {
        assert_eq!(world.page(start).await?, is(start - 1, many), "from {start}");
    }
    // Whoever comes changes nothing before them.
    world.clock.advance(Duration::from_hours(1));
    world.fill(MANY..MANY + 3).await?;
    for start in [many + 2, many - 1, 40_001] {
        assert_eq!(world.page(start).await?, is(start - 1, many + 3), "from {start}");
    }
    // Whoever goes moves all behind them.
    world.remove(20_001).await?;
    for start in [many - 1, 20_001] {
        assert_eq!(world.page(start).await?, is(start, many + 2), "from {start}");
    }
    for start in [20_000, 1] {
        assert_eq!(world.page(start).await?, is(start - 1, many + 2), "from {start}");
    }
    Ok(())
}
