//! What is remembered of what was delivered to an account.

use seatlink_domain::work::{Action, Delivered, Link, Outcome};
use serde_json::json;

use seatlink_domain::log::{Event, Named};

use super::world::{World, on_each_database};
use crate::engine::*;

async fn link(world: &World, person: seatlink_domain::UserId) -> Link {
    let state = work::assignment_state(world.platform(), &world.actor, world.integration, person);
    state.await.unwrap().1.unwrap()
}

fn paths(delivered: &Delivered) -> Vec<&str> {
    delivered.iter().map(|(path, _)| path).collect()
}

#[tokio::test]
async fn what_was_delivered_is_kept_by_path_and_changes_where_a_value_changed() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.provisioned().await;
        let before = link(&world, pat).await.delivered;
        let all =
            ["emails[type eq \"work\"].value", "name.familyName", "name.givenName", "userName"];
        assert_eq!(paths(&before), all);
        world.change(pat, "name.givenName", json!("Patricia")).await;
        world.work().await;
        let after = link(&world, pat).await.delivered;
        assert_eq!(paths(&after), all);
        let changed: Vec<&str> =
            all.into_iter().filter(|path| before.digest(path) != after.digest(path)).collect();
        assert_eq!(changed, ["name.givenName"]);
    })
    .await;
}

#[tokio::test]
async fn what_another_mapping_delivered_is_neither_cleared_nor_forgotten() {
    const OTHER: &str = "urn:example:target:1.0:User:team";
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.provisioned().await;
        let before = link(&world, pat).await;
        let (other, digest) = (OTHER.to_owned(), "a digest".to_owned());
        let known = before.delivered.iter().map(|(path, of)| (path.to_owned(), of.to_owned()));
        let delivered = known.chain([(other, digest)]).collect();
        // As if a rule that is gone since then had delivered a value.
        world.change(pat, "title", json!("Clerk")).await;
        let (tenant, lasts) = (world.actor.tenant, Duration::from_mins(1));
        let leases = work::lease(world.platform(), tenant, world.integration, "x", 1, lasts).await;
        let outcome = Outcome::Done {
            action: Action::Update,
            link: Some(Link { delivered, ..before }),
            event: Event::AccountUpdated {
                user: Named::new(pat, "pat@example.com"),
                app: Named::new(world.integration, "CXone"),
            },
        };
        work::finish(world.platform(), &leases.unwrap()[0], outcome).await.unwrap();
        assert!(world.requests().await.is_empty());

        sweep::sweep(world.platform(), &world.actor, world.integration).await.unwrap();
        assert_eq!(world.requests().await.len(), 2, "only the title was not delivered");
        assert_eq!(world.target.users()[0]["title"], "Clerk");
        let delivered = link(&world, pat).await.delivered;
        assert_eq!(delivered.digest(OTHER), Some("a digest"));
        assert!(delivered.digest("title").is_some());

        sweep::sweep(world.platform(), &world.actor, world.integration).await.unwrap();
        assert!(world.requests().await.is_empty(), "nobody is sent anything because of it");
    })
    .await;
}
