//! Who should have an account at the target: people directly, and groups with everybody below them.

use seatlink_store::{self as store, IntegrationId, UserId, work::Priority};
use uuid::Uuid;

use super::IntegrationError;
use crate::{
    Platform,
    actor::Actor,
    changes::{self, Change, Operation, Reason, Subject},
    permission::Permission,
};

/// Assigns people; each gets an account there. The answer counts new assignments.
pub async fn assign_people(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    people: Vec<UserId>,
) -> Result<u64, IntegrationError> {
    people_operation(platform, actor, id, people, Operation::Assign).await
}

/// Ends direct assignments; who is left without any is deactivated there.
pub async fn unassign_people(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    people: Vec<UserId>,
) -> Result<u64, IntegrationError> {
    people_operation(platform, actor, id, people, Operation::Unassign).await
}

async fn people_operation(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    people: Vec<UserId>,
    operation: Operation,
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
            let (count, priority, reason, verb) = if operation == Operation::Assign {
                let count = store::integrations::assign_users(&mut tx, id, &ids, at).await?;
                (count, Priority::Normal, Reason::Assigned, "assigned to")
            } else {
                let count = store::integrations::unassign_users(&mut tx, id, &ids).await?;
                (count, Priority::First, Reason::Unassigned, "unassigned from")
            };
            store::work::enqueue_users(&mut tx, id, &ids, priority, at).await?;
            let sentence = match ids.as_slice() {
                [_] => format!("The person was {verb} “{}”.", record.label),
                many => format!("{count} of {} people were {verb} “{}”.", many.len(), record.label),
            };
            let change = match ids.as_slice() {
                [one] => Change::new(operation, Subject::User, *one, reason, sentence),
                _ => Change::new(operation, Subject::Integration, id.uuid(), reason, sentence),
            };
            changes::record(&mut tx, &actor, at, &change).await?;
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
    group_operation(platform, actor, id, group, Operation::Assign).await
}

pub async fn unassign_group(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    group: store::GroupId,
) -> Result<(), IntegrationError> {
    group_operation(platform, actor, id, group, Operation::Unassign).await
}

async fn group_operation(
    platform: &Platform,
    actor: &Actor,
    id: IntegrationId,
    group: store::GroupId,
    operation: Operation,
) -> Result<(), IntegrationError> {
    actor.require(Permission::Integrations)?;
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write(actor.tenant, move |mut tx| async move {
            store::gate::shut(&mut tx).await?;
            store::groups::lock(&mut tx, group)
                .await?
                .ok_or_else(|| IntegrationError::NoSubject(group.uuid()))?;
            let record = store::integrations::find(&mut tx, id)
                .await?
                .ok_or_else(|| IntegrationError::NotFound(id.to_string()))?;
            let (priority, reason, verb) = if operation == Operation::Assign {
                store::integrations::assign_group(&mut tx, id, group.uuid(), at).await?;
                (Priority::Normal, Reason::Assigned, "assigned to")
            } else {
                store::integrations::unassign(&mut tx, id, group.uuid()).await?;
                (Priority::First, Reason::Unassigned, "unassigned from")
            };
            let people: Vec<Uuid> = store::memberships::users_below(&mut tx, group)
                .await?
                .into_iter()
                .map(UserId::uuid)
                .collect();
            store::work::enqueue_users(&mut tx, id, &people, priority, at).await?;
            let sentence =
                format!("The group, {} people, was {verb} “{}”.", people.len(), record.label);
            let change = Change::new(operation, Subject::Group, group.uuid(), reason, sentence);
            changes::record(&mut tx, &actor, at, &change).await?;
            Ok::<_, IntegrationError>(())
        })
        .await?;
    platform.wake();
    Ok(())
}
