//! The groups of users: direct ones, and those above them.

use std::collections::{HashMap, HashSet};

use seatlink_store::{self as store, Tx, memberships::GroupOfRecord};
use uuid::Uuid;

use crate::directory::{GroupPath, GroupReference};

/// The groups of one user. Who is in none costs one look at an index.
pub(super) async fn groups_of(
    tx: &mut Tx,
    user: Uuid,
) -> Result<Vec<GroupReference>, store::Error> {
    let direct = store::memberships::direct_of(tx, user).await?;
    groups_from(tx, user, direct).await
}

/// The groups of one user of whom the direct ones are known.
pub(super) async fn groups_from(
    tx: &mut Tx,
    user: Uuid,
    direct: Vec<GroupOfRecord>,
) -> Result<Vec<GroupReference>, store::Error> {
    if direct.is_empty() {
        return Ok(Vec::new());
    }
    let nested = direct.iter().any(|record| record.nested);
    let above = if nested { store::memberships::above(tx, &[user]).await? } else { Vec::new() };
    Ok(gather(user, &direct, &Nesting::of(&above)))
}

/// The users of one page of a list.
#[derive(Clone, Copy, Debug)]
pub(in crate::directory) enum OnPage<'a> {
    /// All users of the tenant from the first to the last of these, which are in the order of ids.
    Stretch(&'a [Uuid]),
    Some(&'a [Uuid]),
}

/// The groups of many users, in a few statements whatever their number; nobody without groups is in
/// the answer.
pub(in crate::directory) async fn groups_of_page(
    tx: &mut Tx,
    page: OnPage<'_>,
) -> Result<HashMap<Uuid, Vec<GroupReference>>, store::Error> {
    let (users, records) = match page {
        OnPage::Stretch(&[]) | OnPage::Some(&[]) => return Ok(HashMap::new()),
        OnPage::Stretch(users @ &[first, .., last]) => {
            (users, store::memberships::direct_between(tx, first, last).await?)
        }
        OnPage::Stretch(users) | OnPage::Some(users) => {
            (users, store::memberships::direct(tx, users).await?)
        }
    };
    let nested = records.iter().any(|record| record.nested);
    let above = if nested { store::memberships::above(tx, users).await? } else { Vec::new() };
    let nesting = Nesting::of(&above);
    let mut direct: HashMap<Uuid, Vec<GroupOfRecord>> = HashMap::new();
    for record in records {
        direct.entry(record.member).or_default().push(record);
    }
    Ok(direct.into_iter().map(|(user, direct)| (user, gather(user, &direct, &nesting))).collect())
}

/// Which groups each group is in.
struct Nesting<'a>(HashMap<Uuid, Vec<&'a GroupOfRecord>>);

impl<'a> Nesting<'a> {
    fn of(records: &'a [GroupOfRecord]) -> Self {
        let mut above: HashMap<Uuid, Vec<&GroupOfRecord>> = HashMap::new();
        for record in records {
            above.entry(record.member).or_default().push(record);
        }
        Self(above)
    }
}

/// Every group once, in the order of ids; a group met again is not walked again, so cycles end.
fn gather(user: Uuid, direct: &[GroupOfRecord], nesting: &Nesting<'_>) -> Vec<GroupReference> {
    let mut seen = HashSet::new();
    let mut found: Vec<GroupReference> = Vec::with_capacity(direct.len());
    let mut open: Vec<(&GroupOfRecord, GroupPath)> =
        direct.iter().map(|record| (record, GroupPath::Direct)).collect();
    seen.extend(direct.iter().map(|record| record.group));
    while let Some((record, path)) = open.pop() {
        debug_assert!(path == GroupPath::Indirect || record.member == user, "a row of this user");
        let id = record.group.uuid();
        found.push(GroupReference { id, display: record.display_name.clone(), path });
        for above in nesting.0.get(&id).into_iter().flatten() {
            if seen.insert(above.group) {
                open.push((above, GroupPath::Indirect));
            }
        }
    }
    found.sort_unstable_by_key(|group| group.id);
    found
}
