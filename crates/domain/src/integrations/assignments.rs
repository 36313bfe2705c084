//! Who should have an account at the target: people directly, and groups with everybody below them.

use seatlink_store::{self as store, IntegrationId, UserId, work::Priority};
use uuid::Uuid;

use super::{IntegrationError, named};
use crate::{
    Platform,
    actor::Actor,
    log::{self, Change, Event, Named, Only},
    permission::Permission,
};

/// Whether an assignment is made or ended.
#[derive(Clone, Copy)]
enum Direction {
    In,
    Out,
}

impl Direction {
    /// Access that must end comes first.
    const fn priority(self) -> Priority {
        match self {
            Self::In => Priority::Normal,
            Self::Out => Priority::First,
        }
    }
}

/// Assigns people; each gets an account there. The answer counts new assignments.
pub async fn assign_people(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    people: Vec<UserId>,
) -> Result<u64, IntegrationError> {
    people_operation(platform, actor, id, people, Direction::In).await
}

/// Ends direct assignments; who is left without any is deactivated there.
pub async fn unassign_people(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    people: Vec<UserId>,
) -> Result<u64, IntegrationError> {
    people_operation(platform, actor, id, people, Direction::Out).await
}

async fn people_operation(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    people: Vec<UserId>,
    direction: Direction,
) -> Result<u64, IntegrationError> {
    actor.require(Permission::Integrations)?;
    let at = platform.now();
    let actor = actor.clone();
    let count = platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            let record = store::integrations::find(&mut tx, id)
                .await?
                .ok_or_else(|| IntegrationError::NotFound(id.to_string()))?;
            let ids: Vec<Uuid> = people.into_iter().map(UserId::uuid).collect();
            let count = match direction {
                Direction::In => store::integrations::assign_users(&mut tx, id, &ids, at).await?,
                Direction::Out => store::integrations::unassign_users(&mut tx, id, &ids).await?,
            };
            store::work::enqueue_users(&mut tx, id, &ids, direction.priority(), at).await?;
            let (app, named) = (named(&record), ids.len() as u64);
            let event = match (direction, ids.as_slice()) {
                (Direction::In, [one]) => {
                    Event::PersonAssigned { user: Only::new(UserId::from(*one)), app }
                }
                (Direction::Out, [one]) => {
                    Event::PersonUnassigned { user: Only::new(UserId::from(*one)), app }
                }
                (Direction::In, _) => Event::PeopleAssigned { app, count, named },
                (Direction::Out, _) => Event::PeopleUnassigned { app, count, named },
            };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok::<_, IntegrationError>(count)
        })
        .await?;
    platform.wake();
    Ok(count)
}

/// Assigns a group: everyone in it, now and later, gets an account there.
pub async fn assign_group(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    group: store::GroupId,
) -> Result<(), IntegrationError> {
    group_operation(platform, actor, id, group, Direction::In).await
}

pub async fn unassign_group(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    group: store::GroupId,
) -> Result<(), IntegrationError> {
    group_operation(platform, actor, id, group, Direction::Out).await
}

async fn group_operation(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    group: store::GroupId,
    direction: Direction,
) -> Result<(), IntegrationError> {
    actor.require(Permission::Integrations)?;
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            store::gate::shut(&mut tx).await?;
            let locked = store::groups::lock(&mut tx, group)
                .await?
                .ok_or_else(|| IntegrationError::NoSubject(group.uuid()))?;
            let record = store::integrations::find(&mut tx, id)
                .await?
                .ok_or_else(|| IntegrationError::NotFound(id.to_string()))?;
            match direction {
                Direction::In => {
                    store::integrations::assign_group(&mut tx, id, group.uuid(), at).await?;
                }
                Direction::Out => {
                    store::integrations::unassign(&mut tx, id, group.uuid()).await?;
                }
            }
            let people: Vec<Uuid> = store::memberships::users_below(&mut tx, group)
                .await?
                .into_iter()
                .map(UserId::uuid)
                .collect();
            store::work::enqueue_users(&mut tx, id, &people, direction.priority(), at).await?;
            let (group, app) = (Named::new(group, locked.display_name), named(&record));
            let people = people.len() as u64;
            let event = match direction {
                Direction::In => Event::GroupAssigned { group, app, people },
                Direction::Out => Event::GroupUnassigned { group, app, people },
            };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok::<_, IntegrationError>(())
        })
        .await?;
    platform.wake();
    Ok(())
}
