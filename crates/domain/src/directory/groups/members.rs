//! The members of a group: edited as sets, cost proportional to the request, never to the group.

use std::collections::HashSet;

use seatlink_scim::{Error as ScimError, Member, MemberKind, MembersEdit, Repair};
use seatlink_store::{
    self as store, GroupId, IntegrationId, Timestamp, Tx, memberships::MemberType, work::Priority,
};
use uuid::Uuid;

use crate::directory::DirectoryError;

/// Members that are looked at ahead of the writer's turn.
const AHEAD: usize = 100;

/// What an edit did to the members.
#[derive(Default)]
pub(super) struct Edited {
    pub(super) added: u64,
    pub(super) removed: u64,
    /// Whether provisioning may depend on who is in this tenant's groups.
    watched: bool,
    /// Whose provisioning may depend on it. Nobody is noted where nothing is watched.
    touched: HashSet<Uuid>,
    /// What was repaired for the client to understand it.
    pub(super) repairs: Vec<Repair>,
}

impl Edited {
    pub(super) fn watched(watched: bool) -> Self {
        Self { watched, ..Self::default() }
    }

    pub(super) fn touching(people: impl IntoIterator<Item = Uuid>) -> Self {
        Self { watched: true, touched: people.into_iter().collect(), ..Self::default() }
    }

    pub(super) const fn any(&self) -> bool {
        self.added > 0 || self.removed > 0
    }

    fn touch(&mut self, ids: impl IntoIterator<Item = Uuid>) {
        if self.watched {
            self.touched.extend(ids);
        }
    }
}

pub(super) async fn apply_to_members(
    tx: &mut Tx,
    id: GroupId,
    edit: MembersEdit,
    edited: &mut Edited,
) -> Result<(), DirectoryError> {
    match edit {
        MembersEdit::Add(members) => add(tx, id, &members, edited).await,
        MembersEdit::Remove(values) => {
            let ids: Vec<Uuid> = values.iter().filter_map(|value| value.parse().ok()).collect();
            remove(tx, id, &ids, edited).await
        }
        MembersEdit::RemoveWhere(filter) => {
            let ids = store::memberships::matching(tx, id, &filter).await?;
            remove(tx, id, &ids, edited).await
        }
        MembersEdit::RemoveAll => replace_all(tx, id, &[], edited).await,
        MembersEdit::ReplaceAll(members) => replace_all(tx, id, &members, edited).await,
    }
}

/// Those whom the edits name, a few of them: what is looked at ahead of the writer's turn.
pub(super) fn named(edits: &[MembersEdit]) -> Vec<Uuid> {
    let mut values: Vec<&str> = Vec::new();
    for edit in edits {
        let room = AHEAD - values.len();
        match edit {
            MembersEdit::Add(members) | MembersEdit::ReplaceAll(members) => {
                values.extend(members.iter().take(room).map(|member| member.value.as_str()));
            }
            MembersEdit::Remove(removed) => {
                values.extend(removed.iter().take(room).map(String::as_str));
            }
            MembersEdit::RemoveWhere(_) | MembersEdit::RemoveAll => {}
        }
    }
    values.into_iter().filter_map(|value| value.parse().ok()).collect()
}

/// Adds the members; one that does not exist in this tenant fails the whole request and is named.
pub(super) async fn add(
    tx: &mut Tx,
    id: GroupId,
    members: &[Member],
    edited: &mut Edited,
) -> Result<(), DirectoryError> {
    let mut ids = Vec::with_capacity(members.len());
    let mut said_groups = Vec::new();
    for member in members {
        let parsed = member.value.parse::<Uuid>().map_err(|_| unknown_member(&member.value))?;
        if parsed == id.uuid() {
            return Err(ScimError::invalid_value(
                "A group cannot be a member of itself; leave it out of its members.",
            )
            .into());
        }
        if member.kind == Some(MemberKind::Group) {
            said_groups.push(parsed);
        }
        ids.push(parsed);
    }
    if edited.watched {
        let before = store::memberships::among(tx, id, &ids).await?;
        let before: HashSet<Uuid> = before.into_iter().collect();
        edited.touch(ids.iter().copied().filter(|id| !before.contains(id)));
    }
    // New users, which is what nearly every request names, take the one statement.
    let added = match ids.as_slice() {
        [] => return Ok(()),
        [one] => u64::from(store::memberships::add_user(tx, id, *one).await?),
        many => store::memberships::add(tx, id, MemberType::User, many).await?,
    };
    edited.added += added;
    if said_groups.is_empty() && usize::try_from(added) == Ok(ids.len()) {
        return Ok(());
    }
    refuse_what_is_no_group(tx, &said_groups).await?;
    let rest = missing(tx, id, &ids).await?;
    if rest.is_empty() {
        return Ok(());
    }
    let added = store::memberships::add(tx, id, MemberType::Group, &rest).await?;
    edited.added += added;
    if usize::try_from(added) != Ok(rest.len())
        && let Some(unknown) = missing(tx, id, &rest).await?.first()
    {
        return Err(unknown_member(&unknown.to_string()));
    }
    Ok(())
}

/// Those of `ids` that are no members, in their order.
async fn missing(tx: &mut Tx, id: GroupId, ids: &[Uuid]) -> Result<Vec<Uuid>, store::Error> {
    let known = store::memberships::among(tx, id, ids).await?;
    let known: HashSet<Uuid> = known.into_iter().collect();
    Ok(ids.iter().copied().filter(|id| !known.contains(id)).collect())
}

async fn refuse_what_is_no_group(tx: &mut Tx, said: &[Uuid]) -> Result<(), DirectoryError> {
    if said.is_empty() {
        return Ok(());
    }
    let groups = store::groups::existing(tx, said).await?;
    let groups: HashSet<Uuid> = groups.into_iter().collect();
    match said.iter().find(|id| !groups.contains(id)) {
        Some(other) => Err(unknown_member(&other.to_string())),
        None => Ok(()),
    }
}

fn unknown_member(value: &str) -> DirectoryError {
    ScimError::invalid_value(format!(
        "The member “{value}” is neither a user nor a group of this tenant; create it first."
    ))
    .into()
}

async fn remove(
    tx: &mut Tx,
    id: GroupId,
    ids: &[Uuid],
    edited: &mut Edited,
) -> Result<(), DirectoryError> {
    if !ids.is_empty() {
        edited.removed += store::memberships::remove(tx, id, ids).await?;
        edited.touch(ids.iter().copied());
    }
    Ok(())
}

pub(super) async fn replace_all(
    tx: &mut Tx,
    id: GroupId,
    members: &[Member],
    edited: &mut Edited,
) -> Result<(), DirectoryError> {
    // What is no id is refused when it is added, and then nothing is removed either.
    let keep: Vec<Uuid> = members.iter().filter_map(|member| member.value.parse().ok()).collect();
    if edited.watched {
        let gone = store::memberships::others(tx, id, &keep).await?;
        edited.touch(gone);
    }
    edited.removed += if keep.is_empty() {
        store::memberships::remove_all(tx, id).await?
    } else {
        store::memberships::retain(tx, id, &keep).await?
    };
    add(tx, id, members, edited).await
}

/// Who came or went has to be looked at wherever the group, or one above it, is assigned.
pub(super) async fn enqueue_touched(
    tx: &mut Tx,
    id: GroupId,
    edited: &Edited,
    at: Timestamp,
) -> Result<u64, store::Error> {
    if edited.touched.is_empty() {
        return Ok(0);
    }
    let integrations: Vec<IntegrationId> = store::integrations::of_group(tx, id.uuid()).await?;
    if integrations.is_empty() {
        return Ok(0);
    }
    let mut people: Vec<Uuid> = edited.touched.iter().copied().collect();
    for nested in store::groups::existing(tx, &people).await? {
        let below = store::memberships::users_below(tx, GroupId::from(nested)).await?;
        people.extend(below.into_iter().map(store::UserId::uuid));
    }
    let mut enqueued = 0;
    for integration in integrations {
        enqueued +=
            store::work::enqueue_users(tx, integration, &people, Priority::Normal, at).await?;
    }
    Ok(enqueued)
}
