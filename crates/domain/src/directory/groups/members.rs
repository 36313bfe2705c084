//! The members of a group: edited as sets, cost proportional to the request, never to the group.

use std::collections::HashSet;

use seatlink_scim::{Error as ScimError, Member, MemberKind, MembersEdit, Repair, ResolvedFilter};
use seatlink_store::{
    self as store, GroupId, IntegrationId, Timestamp, Tx, groups::MemberType, work::Priority,
};
use serde_json::json;
use uuid::Uuid;

use crate::directory::{DirectoryError, MemberReference};

/// What an edit did to the members.
#[derive(Default)]
pub(super) struct Edited {
    pub(super) added: u64,
    pub(super) removed: u64,
    /// Whose provisioning may depend on it.
    pub(super) touched: HashSet<Uuid>,
    /// What was bent for the client to understand it.
    pub(super) bent: Vec<Repair>,
}

impl Edited {
    pub(super) const fn any(&self) -> bool {
        self.added > 0 || self.removed > 0
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
            let ids = matching_members(tx, id, &filter).await?;
            remove(tx, id, &ids, edited).await
        }
        MembersEdit::RemoveAll => replace_all(tx, id, &[], edited).await,
        MembersEdit::ReplaceAll(members) => replace_all(tx, id, &members, edited).await,
    }
}

/// `members[value eq "…"]` names its members itself; any other filter has to see the members.
async fn matching_members(
    tx: &mut Tx,
    id: GroupId,
    filter: &ResolvedFilter,
) -> Result<Vec<Uuid>, DirectoryError> {
    let members = store::groups::list_members(tx, id).await?;
    Ok(members
        .into_iter()
        .filter(|member| {
            filter.matches(
                &json!({ "value": member.member.to_string(), "type": member.kind.as_str() }),
            )
        })
        .map(|member| member.member)
        .collect())
}

/// Adds the members; one that does not exist in this tenant fails the whole request and is named.
pub(super) async fn add(
    tx: &mut Tx,
    id: GroupId,
    members: &[Member],
    edited: &mut Edited,
) -> Result<(), DirectoryError> {
    if members.is_empty() {
        return Ok(());
    }
    let mut ids = Vec::with_capacity(members.len());
    for member in members {
        let parsed = member.value.parse::<Uuid>().map_err(|_| unknown_member(&member.value))?;
        if parsed == id.uuid() {
            return Err(ScimError::invalid_value(
                "A group cannot be a member of itself; leave it out of its members.",
            )
            .into());
        }
        ids.push(parsed);
    }
    let users = store::groups::existing_users(tx, &ids).await?;
    let known: HashSet<Uuid> = users.iter().copied().collect();
    let others: Vec<Uuid> = ids.iter().copied().filter(|id| !known.contains(id)).collect();
    let groups = if others.is_empty() {
        Vec::new()
    } else {
        store::groups::existing_groups(tx, &others).await?
    };
    if let Some(unknown) = others.iter().find(|other| !groups.contains(other)) {
        return Err(unknown_member(&unknown.to_string()));
    }
    for member in members.iter().filter(|member| member.kind == Some(MemberKind::Group)) {
        if !groups.iter().any(|group| group.to_string() == member.value) {
            return Err(unknown_member(&member.value));
        }
    }
    edited.added += store::groups::add_members(tx, id, MemberType::User, &users).await?;
    edited.touched.extend(users);
    if !groups.is_empty() {
        edited.added += store::groups::add_members(tx, id, MemberType::Group, &groups).await?;
        edited.touched.extend(groups);
    }
    Ok(())
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
        edited.removed += store::groups::remove_members(tx, id, ids).await?;
        edited.touched.extend(ids);
    }
    Ok(())
}

pub(super) async fn replace_all(
    tx: &mut Tx,
    id: GroupId,
    members: &[Member],
    edited: &mut Edited,
) -> Result<(), DirectoryError> {
    let before = store::groups::list_members(tx, id).await?;
    let keep: Vec<Uuid> =
        members.iter().filter_map(|member| member.value.parse::<Uuid>().ok()).collect();
    let kept: HashSet<Uuid> = keep.iter().copied().collect();
    let gone = before.iter().map(|member| member.member).filter(|member| !kept.contains(member));
    edited.touched.extend(gone);
    edited.removed += store::groups::retain_members(tx, id, &keep).await?;
    let had: HashSet<Uuid> = before.iter().map(|member| member.member).collect();
    let new: Vec<Member> = members
        .iter()
        .filter(|member| {
            member.value.parse::<Uuid>().is_ok_and(|id| !had.contains(&id))
                || member.value.parse::<Uuid>().is_err()
        })
        .cloned()
        .collect();
    add(tx, id, &new, edited).await
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
    for nested in store::groups::existing_groups(tx, &people).await? {
        let below = store::groups::users_below(tx, GroupId::from(nested)).await?;
        people.extend(below.into_iter().map(store::UserId::uuid));
    }
    let mut enqueued = 0;
    for integration in integrations {
        enqueued +=
            store::work::enqueue_users(tx, integration, &people, Priority::Normal, at).await?;
    }
    Ok(enqueued)
}

pub(super) async fn member_references(
    tx: &mut Tx,
    group: GroupId,
) -> Result<Vec<MemberReference>, store::Error> {
    let members = store::groups::list_members(tx, group).await?;
    Ok(members
        .into_iter()
        .map(|member| MemberReference { id: member.member, kind: member.kind.as_str() })
        .collect())
}
