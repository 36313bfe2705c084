//! Every habit of a known client, over HTTP: it works on a forgiving connection, is counted there
//! under the clause it bends, and does not loosen a strict one.
//!
//! `habit` says what a row of the tables is and plays it; the tables are named for the clients.

mod entra;
mod habit;
mod okta;
mod others;

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use seatlink_domain::{access::connections::Policy, tenants::Profile};
use seatlink_scim::{Leniency, Quirk};

use self::habit::{Habit, Stage};
use crate::harness::{Service, on_each_database};

fn habits() -> Vec<Habit> {
    [okta::habits(), entra::habits(), others::habits()].concat()
}

#[tokio::test]
async fn every_habit_works_on_a_forgiving_connection_and_is_counted() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        for habit in habits() {
            let stage = Stage::set(&service, habit.id).await?;
            let before = service.repairs(ground).await?;
            let played = async {
                let answer = stage.play(&habit).await?;
                ensure!(answer.status == habit.status, "{} {}", answer.status, answer.text);
                stage.check(&habit.then, &answer).await
            };
            played.await.context(habit.id)?;
            let after = service.repairs(ground).await?;
            let counted: BTreeSet<&str> = after
                .into_iter()
                .filter(|(quirk, times)| before.get(quirk) != Some(times))
                .map(|(quirk, _)| quirk)
                .collect();
            let bent: BTreeSet<&str> = habit.bends.iter().map(|quirk| quirk.id()).collect();
            assert_eq!(counted, bent, "{}", habit.id);
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn no_habit_loosens_a_strict_connection() -> Result<()> {
    on_each_database(async |ground| {
        let service = Service::new(ground, Profile::Standard, 1).await?;
        for habit in habits() {
            let forgiving = Policy::default();
            service.policy(ground, forgiving).await?;
            let stage = Stage::set(&service, habit.id).await?;
            let strict = Policy { leniency: Leniency::Strict, ..forgiving };
            service.policy(ground, strict).await?;
            stage.play_strictly(&habit).await.context(habit.id)?;
        }
        assert!(service.repairs(ground).await?.is_empty(), "nothing was repaired");
        Ok(())
    })
    .await
}

#[test]
fn each_habit_has_a_name_and_each_quirk_a_habit() {
    let habits = habits();
    let names: BTreeSet<&str> = habits.iter().map(|habit| habit.id).collect();
    assert_eq!(names.len(), habits.len());
    let shown: BTreeSet<Quirk> = habits.iter().flat_map(|habit| habit.bends).copied().collect();
    let unshown: Vec<Quirk> =
        Quirk::ALL.into_iter().filter(|quirk| !shown.contains(quirk)).collect();
    assert_eq!(unshown, [], "quirks that no habit shows");
}
