//! What people see happen at a target when something happens to them here.
#![expect(clippy::unwrap_used, reason = "a failed set-up should fail the test")]

mod authorization;
mod delivered;
mod world;

use seatlink_domain::{
    log::{Event, Named, Quoted, Said, Step, Trouble},
    work::LinkState,
};
use serde_json::json;

use self::world::{World, active, on_each_database};
use super::{gate::Gate, *};
use crate::fake::Reply;

#[tokio::test]
async fn the_guides_table_holds_from_assignment_to_reassignment() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.person("pat@example.com").await;
        world.assign(&[pat]).await;
        assert_eq!(world.requests().await.len(), 2, "a look-up and a creation");
        assert_eq!(world.target.users()[0]["externalId"], pat.to_string());

        world.change(pat, "title", json!("Manager")).await;
        assert_eq!(world.requests().await, ["GET /Users/srv-1", "PUT /Users/srv-1"]);
        assert_eq!(world.target.users()[0]["title"], "Manager");

        world.unassign(pat).await;
        assert_eq!(world.requests().await, ["GET /Users/srv-1", "PUT /Users/srv-1"]);
        assert_eq!(active(&world), [false]);
        assert_eq!(world.link_state(pat).await, Some(LinkState::Inactive));

        world.assign(&[pat]).await;
        assert_eq!(world.requests().await, ["GET /Users/srv-1", "PUT /Users/srv-1"]);
        assert_eq!(active(&world), [true]);
        assert_eq!(world.target.users().len(), 1);
        assert_eq!(world.standing().await.waiting, 0);
    })
    .await;
}

#[tokio::test]
async fn deactivating_the_person_deactivates_the_account() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.provisioned().await;
        world.change(pat, "active", json!(false)).await;
        world.work().await;
        assert_eq!(active(&world), [false]);
    })
    .await;
}

#[tokio::test]
async fn a_sweep_over_people_who_are_right_sends_nothing() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        world.provisioned().await;
        let queued = sweep::sweep(world.platform(), &world.actor, world.integration).await.unwrap();
        assert_eq!(queued, 1);
        assert!(world.requests().await.is_empty());
        assert_eq!(world.standing().await.waiting, 0);
    })
    .await;
}

#[tokio::test]
async fn a_value_that_was_delivered_and_is_gone_is_cleared() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.provisioned().await;
        world.change(pat, "title", json!("Clerk")).await;
        world.work().await;
        world.change(pat, "title", json!("")).await;
        world.work().await;
        assert!(world.target.users()[0].get("title").is_none());
    })
    .await;
}

#[tokio::test]
async fn one_refused_person_waits_for_help_while_all_others_go_through() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let mut people = Vec::new();
        for number in 0..40 {
            people.push(world.person(&format!("p{number}@example.com")).await);
        }
        world.target.answer_next("POST", Reply::error(400, "No active role named Agent"));
        world.assign(&people).await;
        assert_eq!(world.work().await, Ended::Idle);
        let standing = world.standing().await;
        assert_eq!((standing.active, standing.failed, standing.waiting), (39, 1, 0));
        let complaint = world.complaint().await;
        assert!(
            matches!(&complaint, Event::RejectedByTarget { problem, .. }
            if problem.step == Step::Create && problem.trouble == Trouble::Answered {
                status: 400,
                said: Some(Said::Words(Quoted::new("No active role named Agent"))),
            }),
            "{complaint:?}"
        );
        world.retry().await;
        world.work().await;
        assert_eq!(world.standing().await.active, 40);
        assert_eq!(world.target.users().len(), 40);
    })
    .await;
}

#[tokio::test]
async fn a_rate_limit_pauses_everybody_until_it_is_over() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.person("pat@example.com").await;
        let kim = world.person("kim@example.com").await;
        world
            .target
            .answer_next("POST", Reply::error(429, "slow").with_header("retry-after", "120"));
        world.assign(&[pat]).await;
        world.work().await;
        world.assign(&[kim]).await;
        assert_eq!(world.work().await, Ended::Stuck);
        assert_eq!(world.target.users().len(), 0);
        world.clock.advance(Duration::from_secs(119));
        assert_eq!(world.work().await, Ended::Stuck);
        world.clock.advance(Duration::from_secs(2));
        assert_eq!(world.work().await, Ended::Idle);
        assert_eq!(world.target.users().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_item_is_given_up_after_ten_rate_limits() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.person("pat@example.com").await;
        for _ in 0..10 {
            world.target.answer_next("GET", Reply::error(429, "slow"));
        }
        world.assign(&[pat]).await;
        for _ in 0..10 {
            world.work().await;
            world.clock.advance(Duration::from_hours(24));
        }
        assert_eq!(world.standing().await.failed, 1);
        assert!(matches!(world.complaint().await, Event::GivenUp { attempts: 10, .. }));
    })
    .await;
}

#[tokio::test]
async fn a_target_that_is_down_is_tried_again_until_it_is_back() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.person("pat@example.com").await;
        for _ in 0..12 {
            world.target.answer_next("GET", Reply::new(503, ""));
        }
        world.assign(&[pat]).await;
        for _ in 0..12 {
            world.work().await;
            assert_eq!(world.standing().await.waiting, 1);
            world.clock.advance(Duration::from_mins(5));
        }
        world.work().await;
        assert_eq!(world.standing().await.active, 1);
    })
    .await;
}

#[tokio::test]
async fn a_creation_whose_answer_was_lost_is_not_made_twice() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.person("pat@example.com").await;
        world.target.answer_next("POST", Reply::new(504, "").after_effect());
        world.assign(&[pat]).await;
        world.work().await;
        world.clock.advance(Duration::from_mins(1));
        world.work().await;
        assert_eq!(world.target.users().len(), 1);
        assert_eq!(world.standing().await.active, 1);
    })
    .await;
}

#[tokio::test]
async fn an_account_whose_creation_was_cut_off_does_not_outlive_the_assignment() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.person("pat@example.com").await;
        world.target.answer_next("POST", Reply::new(504, "").after_effect());
        world.assign(&[pat]).await;
        world.work().await;
        world.unassign(pat).await;
        world.work().await;
        assert_eq!(active(&world), [false]);
    })
    .await;
}

#[tokio::test]
async fn an_account_whose_creation_was_cut_off_does_not_outlive_the_person() {
    on_each_database(async |database| {
        for made in [true, false] {
            let world = World::with_header(database).await;
            let pat = world.person("pat@example.com").await;
            let lost = Reply::new(504, "");
            world.target.answer_next("POST", if made { lost.after_effect() } else { lost });
            world.assign(&[pat]).await;
            world.work().await;
            world.delete(pat).await;
            world.work().await;
            assert_eq!(active(&world), if made { vec![false] } else { vec![] });
            assert_eq!(world.link_state(pat).await, made.then_some(LinkState::Inactive));
            assert_eq!(world.standing().await.waiting, 0);
            // Nothing of the person is kept to look for them any longer.
            let swept =
                sweep::sweep(world.platform(), &world.actor, world.integration).await.unwrap();
            assert_eq!(swept, u64::from(made));
            assert!(world.requests().await.is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_of_somebody_else_is_left_alone_when_the_person_is_deleted() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.person("pat@example.com").await;
        world.target.add_user(json!({ "userName": "pat@example.com", "active": true }));
        world.target.answer_next("GET", Reply::new(503, ""));
        world.assign(&[pat]).await;
        world.work().await;
        world.delete(pat).await;
        world.work().await;
        assert_eq!(active(&world), [true]);
        assert_eq!(world.link_state(pat).await, None);
    })
    .await;
}

#[tokio::test]
async fn what_a_killed_process_held_is_worked_on_when_its_lease_runs_out() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.person("pat@example.com").await;
        world.assign(&[pat]).await;
        let (tenant, lasts) = (world.actor.tenant, Duration::from_mins(1));
        let dead = work::lease(world.platform(), tenant, world.integration, "dead", 10, lasts)
            .await
            .unwrap();
        assert_eq!(dead.len(), 1);
        assert!(world.requests().await.is_empty());
        world.clock.advance(Duration::from_secs(61));
        assert_eq!(world.requests().await.len(), 2);
        assert_eq!(world.standing().await.active, 1);
    })
    .await;
}

#[tokio::test]
async fn a_change_made_during_an_attempt_is_not_lost() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let pat = world.person("pat@example.com").await;
        world.assign(&[pat]).await;
        let (tenant, lasts) = (world.actor.tenant, Duration::from_mins(1));
        let lease = work::lease(world.platform(), tenant, world.integration, "x", 1, lasts).await;
        let lease = lease.unwrap().remove(0);
        world.unassign(pat).await;
        let link = work::Link {
            remote_id: world
                .target
                .add_user(json!({"userName": "pat@example.com", "active": true})),
            state: LinkState::Active,
            delivered: work::Delivered::default(),
        };
        let outcome = work::Outcome::Done {
            action: work::Action::Create,
            link: Some(link),
            event: Event::AccountCreated {
                user: Named::new(pat, "pat@example.com"),
                app: Named::new(world.integration, "CXone"),
            },
        };
        work::finish(world.platform(), &lease, outcome).await.unwrap();
        world.work().await;
        assert_eq!(active(&world), [false]);
    })
    .await;
}

#[tokio::test]
async fn a_started_engine_works_when_woken_and_stops_when_told() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let options = EngineOptions { store_use: StoreUse::Alone, ..EngineOptions::default() };
        let engine = Engine::start(world.platform().clone(), world.shared.http.clone(), options);
        let pat = world.person("pat@example.com").await;
        world.assign(&[pat]).await;
        world.target.until(|users| users.len() == 1).await;
        world.unassign(pat).await;
        world.target.until(|users| users[0]["active"] == false).await;
        engine.stop().await;
        assert_eq!(world.standing().await.waiting, 0, "what was under way was recorded");
        world.assign(&[pat]).await;
        assert_eq!(active(&world), [false], "a stopped engine sends nothing");
    })
    .await;
}

#[tokio::test]
async fn killed_at_any_moment_it_makes_nobody_twice_and_forgets_nobody() {
    on_each_database(async |database| {
        const PEOPLE: usize = 60;
        let world = Arc::new(World::with_header(database).await);
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            people.push(world.person(&format!("p{number}@example.com")).await);
        }
        world.assign(&people).await;
        for kill_at in [1, 7, 20, 41] {
            let working = Arc::clone(&world);
            let run = tokio::spawn(async move { working.work().await });
            world.target.until(|users| users.len() >= kill_at).await;
            run.abort();
            // It may have been through with everybody before it could be killed.
            let _ended = run.await;
            world.clock.advance(Duration::from_secs(61));
        }
        assert_eq!(world.work().await, Ended::Idle);
        assert_eq!(world.target.users().len(), PEOPLE);
        let standing = world.standing().await;
        assert_eq!((standing.active, standing.waiting, standing.failed), (60, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn no_more_flows_are_under_way_than_the_connection_allows() {
    on_each_database(async |database| {
        let world = World::with_header(database).await;
        let gate = Arc::new(Gate::new());
        gate.widen_to(2);
        let enter = || gate.enter(world.platform(), Instant::now());
        let first = enter().await;
        let second = enter().await;
        assert!(first.is_some() && second.is_some());
        assert!(enter().await.is_none());
        drop(first);
        assert!(enter().await.is_some());
    })
    .await;
}
