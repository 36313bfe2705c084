//! Who has a role.

use anyhow::Result;
use seatlink_domain::{
    UserId,
    access::roles::{self, PeopleQuery, Rank, RoleError, RoleStatus},
    directory::users,
};
use seatlink_scim::Precondition;
use serde_json::{Value, json};

use crate::common::Center;

impl Center {
    pub(super) async fn set_active(&self, user: UserId, active: bool) -> Result<()> {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "active", "value": active }],
        });
        let any = Precondition::default();
        users::patch(&self.platform, &self.actor, &user.to_string(), body, &any).await?;
        Ok(())
    }

    async fn primary_role(&self, user: UserId) -> Result<Value> {
        let stored = users::get(&self.platform, &self.actor, &user.to_string()).await?;
        let document: Value = serde_json::from_str(stored.document())?;
        Ok(document["roles"][0]["display"].clone())
    }
}

#[tokio::test]
async fn people_are_found_page_by_page_and_by_the_beginning_of_their_names() -> Result<()> {
    for center in Center::each().await? {
        let (platform, actor) = (&center.platform, &center.actor);
        let role = center.create("Trainer", RoleStatus::Active).await?;
        let mut people = Vec::new();
        for number in 0..7 {
            people.push(center.person(&format!("pat{number}@example.com")).await?);
            center.person(&format!("pau{number}@example.com")).await?;
        }
        people.push(center.person("Kim@example.com").await?);
        assert_eq!(
            roles::assign(platform, actor, role.id, people.clone(), Rank::Secondary).await?,
            8
        );
        let mut query = PeopleQuery { limit: 3, ..PeopleQuery::default() };
        let mut found = Vec::new();
        loop {
            let page = roles::people(platform, actor, role.id, &query).await?;
            found.extend(page.people.into_iter().map(|holder| holder.id));
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
        found.sort_unstable();
        people.sort_unstable();
        assert_eq!(found, people, "{}", center.name());

        for (name, expected) in [("PAT", 7), ("pa", 7), ("kim@", 1), ("pau", 0), ("t", 0)] {
            let mut query =
                PeopleQuery { name: Some(name.to_owned()), limit: 5, ..PeopleQuery::default() };
            let page = roles::people(platform, actor, role.id, &query).await?;
            let mut names: Vec<String> =
                page.people.into_iter().map(|holder| holder.user_name).collect();
            query.cursor = page.next;
            if query.cursor.is_some() {
                let page = roles::people(platform, actor, role.id, &query).await?;
                assert!(page.next.is_none());
                names.extend(page.people.into_iter().map(|holder| holder.user_name));
            }
            assert!(names.is_sorted());
            assert_eq!(names.len(), expected, "{name} on {}", center.name());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_primary_role_takes_the_place_of_the_one_before_and_is_not_taken_away() -> Result<()> {
    for center in Center::each().await? {
        let (platform, actor) = (&center.platform, &center.actor);
        let pat = center.person("pat@example.com").await?;
        assert_eq!(center.primary_role(pat).await?, "Agent");
        let manager = center.role("Manager").await?.id;
        let agent = center.role("Agent").await?.id;
        let given = roles::assign(platform, actor, manager, vec![pat], Rank::Primary).await?;
        assert_eq!((given, center.primary_role(pat).await?), (1, json!("Manager")));
        let again =
            roles::assign(platform, actor, manager, vec![pat, pat], Rank::Secondary).await?;
        assert_eq!(again, 0, "who has it as the primary role has all of it");
        let refused = roles::unassign(platform, actor, manager, vec![pat]).await;
        assert!(matches!(refused, Err(RoleError::Primary(user)) if user == pat), "{refused:?}");
        assert_eq!(roles::unassign(platform, actor, agent, vec![pat]).await?, 0);
    }
    Ok(())
}

#[tokio::test]
async fn a_role_is_given_to_all_of_them_or_to_none() -> Result<()> {
    for center in Center::each().await? {
        let (platform, actor) = (&center.platform, &center.actor);
        let (full, free) =
            (center.person("full@example.com").await?, center.person("free@example.com").await?);
        for number in 0..10 {
            let role = center.create(&format!("Role {number}"), RoleStatus::Active).await?;
            roles::assign(platform, actor, role.id, vec![full], Rank::Secondary).await?;
        }
        let role = center.create("Eleventh", RoleStatus::Active).await?.id;
        let refused = roles::assign(platform, actor, role, vec![full, free], Rank::Secondary).await;
        assert!(matches!(refused, Err(RoleError::TooManyRoles)), "{refused:?}");
        let nobody = roles::people(platform, actor, role, &PeopleQuery::default()).await?;
        assert!(nobody.people.is_empty(), "{}", center.name());

        let draft = center.create("Draft", RoleStatus::Draft).await?.id;
        let refused = roles::assign(platform, actor, draft, vec![free], Rank::Secondary).await;
        assert!(matches!(refused, Err(RoleError::NotActive { .. })), "{refused:?}");
        let elsewhere =
            roles::assign(platform, &center.stranger, role, vec![free], Rank::Secondary).await;
        assert!(matches!(elsewhere, Err(RoleError::NoUser(_))), "{elsewhere:?}");
    }
    Ok(())
}
