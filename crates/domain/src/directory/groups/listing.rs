//! The members of a group on their way out: some at once, the rest page by page while the answer is
//! sent.
//!
//! A page is read when it is sent, so a group that changes meanwhile may show the change behind the
//! version in the same answer. A client that asks again with that version then gets the group
//! again, never a wrong 304.

use std::fmt::Write as _;

use seatlink_scim::{Projection, ResourceType};
use seatlink_store::{
    self as store, GroupId, Tx,
    memberships::{MemberName, MembershipRecord},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::resource_type;
use crate::{
    Platform,
    actor::Actor,
    directory::{DirectoryError, display_name::display_name, may_read},
    tenants::Tenant,
};

/// Members read at once.
const PAGE: usize = 1_000;
/// Members that the groups of one list bring along; further ones are read while the answer is sent.
pub(in crate::directory) const LIST_BUDGET: usize = 10_000;

/// What an answer shows of each member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one for each sub-attribute, each on its own")]
pub(in crate::directory) struct Parts {
    value: bool,
    reference: bool,
    kind: bool,
    display: bool,
}

impl Parts {
    const ALL: Self = Self { value: true, reference: true, kind: true, display: true };

    /// `None` when the answer shows no members. The projection itself is asked, with one member to
    /// cut down.
    pub(in crate::directory) fn of(projection: &Projection, tenant: &Tenant) -> Option<Self> {
        if projection.is_default() {
            return Some(Self::ALL);
        }
        if !projection.wants("members") {
            return None;
        }
        let rt: &ResourceType = resource_type(tenant);
        let sample = json!({
            "members": [{ "value": "", "$ref": "", "type": "", "display": "" }],
        });
        let kept = projection.apply(rt, sample);
        let member = kept.get("members")?.get(0)?;
        let keeps = |name: &str| member.get(name).is_some();
        Some(Self {
            value: keeps("value"),
            reference: keeps("$ref"),
            kind: keeps("type"),
            display: keeps("display"),
        })
    }
}

/// A member of a group.
#[derive(Clone, Debug)]
pub struct MemberReference {
    pub id: Uuid,
    /// `User` or `Group`.
    pub kind: &'static str,
    pub display: Option<String>,
}

/// The members of a group, as far as they were read.
#[derive(Clone, Debug)]
pub struct Members {
    parts: Parts,
    first: Vec<MemberReference>,
    pub(in crate::directory) unread: Option<Unread>,
}

/// The members of a group that were not read yet: those after the last one that was.
#[derive(Clone, Copy, Debug)]
pub struct Unread {
    group: GroupId,
    after: Uuid,
    parts: Parts,
    /// Whether the text before has members already.
    begun: bool,
}

impl Members {
    /// The first members, `budget` of them at most.
    pub(in crate::directory) async fn first(
        tx: &mut Tx,
        group: GroupId,
        parts: Parts,
        budget: &mut usize,
    ) -> Result<Self, store::Error> {
        let limit = PAGE.min(*budget);
        let from_start = Unread { group, after: Uuid::nil(), parts, begun: false };
        if limit == 0 {
            return Ok(Self { parts, first: Vec::new(), unread: Some(from_start) });
        }
        let (first, unread) = from_start.page(tx, limit).await?;
        *budget -= first.len();
        Ok(Self { parts, first, unread })
    }

    /// How many were read.
    pub(in crate::directory) fn count(&self) -> usize {
        self.first.len()
    }

    /// Appends the members that were read; the list stays open if there are more.
    pub(in crate::directory) fn render(&self, out: &mut String, base: &str) {
        if self.first.is_empty() {
            return;
        }
        out.push_str(",\"members\":[");
        render(out, base, self.parts, &self.first);
        if self.unread.is_none() {
            out.push(']');
        }
    }
}

impl Unread {
    /// The next members, and what is left behind them. One more is read to know whether there is
    /// more.
    async fn page(
        self,
        tx: &mut Tx,
        limit: usize,
    ) -> Result<(Vec<MemberReference>, Option<Self>), store::Error> {
        let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut records = if self.parts.display {
            store::memberships::named_page(tx, self.group, self.after, wanted).await?
        } else {
            store::memberships::page(tx, self.group, self.after, wanted).await?
        };
        let more = records.len() > limit;
        records.truncate(limit);
        let members: Vec<MemberReference> = records.into_iter().map(reference).collect();
        let unread = match members.last() {
            Some(last) if more => Some(Self { after: last.id, begun: true, ..self }),
            Some(_) | None => None,
        };
        Ok((members, unread))
    }
}

/// The text of the next members of a group, and what is left behind them.
pub async fn more_members(
    platform: &Platform,
    actor: &Actor,
    unread: Unread,
    base: &str,
) -> Result<(String, Option<Unread>), DirectoryError> {
    may_read(actor)?;
    let (members, left) = platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            Ok::<_, DirectoryError>(unread.page(&mut tx, PAGE).await?)
        })
        .await?;
    let mut text = String::with_capacity(members.len() * 200 + 16);
    if !members.is_empty() {
        text.push_str(if unread.begun { "," } else { ",\"members\":[" });
        render(&mut text, base, unread.parts, &members);
    }
    if left.is_none() && (unread.begun || !members.is_empty()) {
        text.push(']');
    }
    Ok((text, left))
}

fn reference(record: MembershipRecord) -> MemberReference {
    let display = match record.name {
        MemberName::Unread => None,
        MemberName::Group(name) => Some(name),
        MemberName::UserDocument(document) => display_name(&document),
    };
    MemberReference { id: record.member, kind: record.kind.as_str(), display }
}

fn render(out: &mut String, base: &str, parts: Parts, members: &[MemberReference]) {
    for (index, member) in members.iter().enumerate() {
        out.push_str(if index > 0 { ",{" } else { "{" });
        let start = out.len();
        let separate = |out: &mut String| {
            if out.len() > start {
                out.push(',');
            }
        };
        let MemberReference { id, kind, display } = member;
        if parts.value {
            separate(out);
            write!(out, "\"value\":\"{id}\"").expect("writing to a String cannot fail");
        }
        if parts.reference {
            separate(out);
            write!(out, "\"$ref\":\"{base}/{kind}s/{id}\"")
                .expect("writing to a String cannot fail");
        }
        if parts.kind {
            separate(out);
            write!(out, "\"type\":\"{kind}\"").expect("writing to a String cannot fail");
        }
        if parts.display
            && let Some(display) = display
        {
            separate(out);
            write!(out, "\"display\":{}", Value::from(display.as_str()))
                .expect("writing to a String cannot fail");
        }
        out.push('}');
    }
}
