//! Work items through the public operations, on a real database with a clock that stands still.

use std::time::Duration;

use anyhow::{Context as _, Result};
use seatlink_domain::{
    Actor, IntegrationId, Platform, UserId,
    directory::users,
    integrations::{self, NewIntegration},
    log::{Event, Named},
    work::{self, Action, Outcome},
};
use seatlink_testkit::{TestDatabase, databases};
use serde_json::json;

use crate::common::one_tenant_on;

const LEASE: Duration = Duration::from_mins(1);

struct World {
    platform: Platform,
    actor: Actor,
    integration: IntegrationId,
    person: UserId,
}

impl World {
    async fn new(database: &TestDatabase) -> Result<Self> {
        let (platform, actor) = one_tenant_on(database).await?;
        let user = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": "pat@example.com",
        });
        let person = users::create(&platform, &actor, user).await?.id().into();
        let new = NewIntegration {
            label: String::from("App"),
            login_page_url: String::from("https://app.example.com/login"),
            app_name: None,
        };
        let integration = integrations::create(&platform, &actor, new).await?.id;
        Ok(Self { platform, actor, integration, person })
    }

    async fn assign(&self) -> Result<()> {
        let people = vec![self.person];
        integrations::assign_people(&self.platform, &self.actor, self.integration, people).await?;
        Ok(())
    }

    async fn lease(&self) -> Result<Option<work::Lease>> {
        let (platform, tenant) = (&self.platform, self.actor.tenant);
        let leases = work::lease(platform, tenant, self.integration, "test", 10, LEASE).await?;
        Ok(leases.first().copied())
    }
}

#[tokio::test]
async fn an_untried_item_given_back_is_free_at_once_even_if_a_newer_need_arose() -> Result<()> {
    for database in databases().await? {
        let world = World::new(&database).await?;
        world.assign().await?;
        let lease = world.lease().await?.context("somebody is due")?;
        assert_eq!(lease.subject, world.person.into());
        assert_eq!(world.lease().await?, None, "what is leased is nobody else's");
        world.assign().await?;
        work::give_back(&world.platform, vec![lease]).await?;
        let again = world.lease().await?.context("it is free again")?;
        assert!(again.generation > lease.generation, "{again:?}");
    }
    Ok(())
}

#[tokio::test]
async fn finishing_keeps_the_item_when_a_newer_need_arose_meanwhile() -> Result<()> {
    for database in databases().await? {
        let world = World::new(&database).await?;
        world.assign().await?;
        let lease = world.lease().await?.context("somebody is due")?;
        world.assign().await?;
        let done = Outcome::Done {
            action: Action::Nothing,
            link: None,
            event: Event::AccountUpToDate {
                user: Named::new(world.person, "pat"),
                app: Named::new(world.integration, "CXone"),
            },
        };
        work::finish(&world.platform, &lease, done.clone()).await?;
        let again = world.lease().await?.context("the newer need is still there")?;
        work::finish(&world.platform, &again, done).await?;
        assert_eq!(world.lease().await?, None, "and ends with its own attempt");
    }
    Ok(())
}
