//! Deleting a group, and leaving the groups one is in before one's own end.

use seatlink_scim::Precondition;
use seatlink_store::{self as store, GroupId, Timestamp, Tx, UserId, groups::LockedGroup};
use serde_json::json;
use uuid::Uuid;

use super::{
    absent, lock,
    members::{Edited, enqueue_touched},
};
use crate::{
    Platform,
    actor::Actor,
    directory::{DirectoryError, check_version, log_refusal, may_write, parse_id},
    log::{self, Change, Event, Named, Operation, Subject},
    permission::Permission,
};

pub async fn delete(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    precondition: &Precondition,
) -> Result<(), DirectoryError> {
    let subject = id.parse().ok();
    let result = delete_unlogged(platform, actor, id, precondition.clone()).await;
    log_refusal(platform, actor, (Operation::Delete, Subject::Group, subject), result).await
}

async fn delete_unlogged(
    platform: &Platform,
    actor: &Actor,
    id: &str,
    precondition: Precondition,
) -> Result<(), DirectoryError> {
    may_write(actor, Permission::EmployeesDelete)?;
    let id = GroupId::from(parse_id("group", id)?);
    let at = platform.now();
    let actor = actor.clone();
    let enqueued = platform
        .db()
        .write_again(actor.tenant, move |mut tx| async move {
            store::gate::share(&mut tx).await?;
            store::memberships::lock_groups_of(&mut tx, id.uuid()).await?;
            store::groups::lock(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            let LockedGroup { record, watched, .. } = lock(&mut tx, id).await?;
            check_version(&precondition, record.version)?;
            let enqueued = if watched {
                let below = store::memberships::users_below(&mut tx, id).await?;
                let edited = Edited::touching(below.into_iter().map(UserId::uuid));
                enqueue_touched(&mut tx, id, &edited, at).await?
            } else {
                0
            };
            store::integrations::unassign_everywhere(&mut tx, id.uuid()).await?;
            let group = Named::new(id, record.display_name);
            store::memberships::remove_all(&mut tx, id).await?;
            leave_groups(&mut tx, &actor, Leaving::Group(group.clone()), at).await?;
            store::groups::delete(&mut tx, id).await?;
            store::unique_values::give_back_all(&mut tx, id.uuid()).await?;
            let change = Change::new(Event::GroupDeleted { group });
            log::record(&mut tx, &actor, at, &change).await?;
            Ok::<_, DirectoryError>(enqueued)
        })
        .await?;
    if enqueued > 0 {
        platform.wake();
    }
    Ok(())
}

/// Who is about to be deleted and so leaves all groups.
#[derive(Clone, Debug)]
pub(in crate::directory) enum Leaving {
    Person(Named<UserId>),
    Group(Named<GroupId>),
}

impl Leaving {
    fn id(&self) -> Option<Uuid> {
        match self {
            Self::Person(person) => person.id.map(UserId::uuid),
            Self::Group(group) => group.id.map(GroupId::uuid),
        }
    }

    fn event(self, group: Named<GroupId>) -> Event {
        match self {
            Self::Person(member) => Event::MemberPersonDeleted { group, member },
            Self::Group(member) => Event::MemberGroupDeleted { group, member },
        }
    }
}

/// Takes a user or group that is about to be deleted out of every group, each with a new version
/// and a row of the log that says who is gone.
pub(in crate::directory) async fn leave_groups(
    tx: &mut Tx,
    actor: &Actor,
    leaving: Leaving,
    at: Timestamp,
) -> Result<(), DirectoryError> {
    let Some(member) = leaving.id() else { return Ok(()) };
    let left = store::memberships::remove_everywhere(tx, member).await?;
    if left.is_empty() {
        return Ok(());
    }
    for (id, name) in store::groups::touch_all(tx, &left, at).await? {
        let event = leaving.clone().event(Named::new(id, name));
        let change =
            Change::new(event).with_difference(json!({ "members": { "added": 0, "removed": 1 } }));
        log::record(tx, actor, at, &change).await?;
    }
    Ok(())
}
