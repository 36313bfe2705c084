//! Pages of roles.

use std::time::Duration;

use anyhow::{Context as _, Result};
use seatlink_domain::{
    Permission, Permissions,
    access::roles::{self, Rank, RoleError, RoleQuery, RoleSort, RoleStatus, StatusCounts},
};

use crate::common::Center;

impl Center {
    /// The names on all pages of a query, three roles a page.
    async fn names(&self, query: RoleQuery) -> Result<Vec<String>> {
        let mut query = RoleQuery { limit: 3, ..query };
        let mut names = Vec::new();
        loop {
            let page = roles::list(&self.platform, &self.actor, &query).await?;
            assert!(page.rows.len() <= 3);
            names.extend(page.rows.into_iter().map(|row| row.role.name));
            query.cursor = page.next;
            if query.cursor.is_none() {
                return Ok(names);
            }
        }
    }
}

#[tokio::test]
async fn every_order_goes_through_all_roles_once() -> Result<()> {
    for center in Center::each().await? {
        for name in ["Night shift", "day shift", "Éclair", "坐席"] {
            center.clock.advance(Duration::from_secs(1));
            center.create(name, RoleStatus::Draft).await?;
        }
        let pat = center.person("pat@example.com").await?;
        let manager = center.role("Manager").await?;
        roles::assign(&center.platform, &center.actor, manager.id, vec![pat], Rank::Secondary)
            .await?;
        let by = |sort, descending| RoleQuery { sort, descending, ..RoleQuery::default() };

        let names = center.names(by(RoleSort::Name, false)).await?;
        let expected =
            ["Administrator", "Agent", "day shift", "Evaluator", "Manager", "Night shift"];
        assert_eq!(names[..6], expected, "{}", center.name());
        let mut reversed = center.names(by(RoleSort::Name, true)).await?;
        reversed.reverse();
        assert_eq!(reversed, names);

        let modified = center.names(by(RoleSort::Modified, true)).await?;
        assert_eq!(modified[..4], ["坐席", "Éclair", "day shift", "Night shift"]);
        let members = center.names(by(RoleSort::Members, true)).await?;
        assert_eq!(members[..2], ["Manager", "Agent"], "{}", center.name());
        let status = center.names(by(RoleSort::Status, true)).await?;
        assert_eq!(status[..2], ["坐席", "Éclair"]);
        for order in [modified, members, status] {
            let mut order = order;
            order.sort();
            let mut all = names.clone();
            all.sort();
            assert_eq!(order, all);
        }
    }
    Ok(())
}

#[tokio::test]
async fn roles_are_found_by_text_status_and_permission_with_counts_for_the_tabs() -> Result<()> {
    for center in Center::each().await? {
        let scim = Permissions::default().with(Permission::Scim);
        center.create_with("SCIM Access", RoleStatus::Active, scim).await?;
        center.create("Night shift", RoleStatus::Draft).await?;
        let old = center.create("Old", RoleStatus::Active).await?;
        let (platform, actor) = (&center.platform, &center.actor);
        roles::set_status(platform, actor, old.id, RoleStatus::Inactive).await?;

        let all = roles::list(platform, actor, &RoleQuery::default()).await?;
        assert_eq!(all.counts, StatusCounts { draft: 1, active: 5, inactive: 1 });
        let about = RoleQuery { text: Some(String::from(" aBOUT ")), ..RoleQuery::default() };
        assert_eq!(center.names(about.clone()).await?, ["Night shift", "Old", "SCIM Access"]);
        let drafts = RoleQuery { status: Some(RoleStatus::Draft), ..about };
        let page = roles::list(platform, actor, &drafts).await?;
        assert_eq!(page.rows.len(), 1);
        assert_eq!(page.counts, StatusCounts { draft: 1, active: 1, inactive: 1 });
        let scim = RoleQuery { permission: Some(Permission::Scim), ..RoleQuery::default() };
        assert_eq!(center.names(scim).await?, ["SCIM Access"]);
    }
    Ok(())
}

#[tokio::test]
async fn members_are_counted_as_they_come_go_and_become_inactive() -> Result<()> {
    for center in Center::each().await? {
        let (platform, actor) = (&center.platform, &center.actor);
        let manager = center.role("Manager").await?;
        let members = |name: &'static str| {
            let query = RoleQuery { text: Some(name.to_owned()), ..RoleQuery::default() };
            async move {
                let page = roles::list(platform, actor, &query).await?;
                let row = page.rows.into_iter().find(|row| row.role.name == name);
                let row = row.context("the role")?;
                Ok::<_, anyhow::Error>((row.active_members, row.inactive_members))
            }
        };
        let (pat, kim) =
            (center.person("pat@example.com").await?, center.person("kim@example.com").await?);
        assert_eq!(members("Agent").await?, (2, 0), "{}", center.name());
        roles::assign(platform, actor, manager.id, vec![pat, kim], Rank::Secondary).await?;
        assert_eq!(members("Manager").await?, (2, 0));
        center.set_active(pat, false).await?;
        assert_eq!(members("Manager").await?, (1, 1));
        assert_eq!(members("Agent").await?, (1, 1));
        center.set_active(pat, true).await?;
        roles::unassign(platform, actor, manager.id, vec![pat]).await?;
        assert_eq!(members("Manager").await?, (1, 0));
        roles::assign(platform, actor, manager.id, vec![kim], Rank::Primary).await?;
        assert_eq!(members("Manager").await?, (1, 0));
        assert_eq!(members("Agent").await?, (1, 0));
    }
    Ok(())
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() -> Result<()> {
    for center in Center::each().await? {
        let query = RoleQuery { limit: 1, ..RoleQuery::default() };
        let page = roles::list(&center.platform, &center.actor, &query).await?;
        let other = RoleQuery { cursor: page.next.clone(), descending: true, ..query.clone() };
        let refused = roles::list(&center.platform, &center.actor, &other).await;
        assert!(matches!(refused, Err(RoleError::BadCursor)), "{refused:?}");
        let own = RoleQuery { cursor: page.next, ..query };
        let refused = roles::list(&center.platform, &center.stranger, &own).await;
        assert!(matches!(refused, Err(RoleError::BadCursor)), "{refused:?}");
        assert!(roles::list(&center.platform, &center.actor, &own).await.is_ok());
    }
    Ok(())
}
