//! A stored resource on its way out.
//!
//! The document is kept as text without `id`, `meta` and what is computed. When nothing is
//! projected away the answer is that text with the rest spliced in; it is parsed only when
//! attributes were chosen.

use std::fmt::Write as _;

use seatlink_scim::{Projection, ResourceType};
use seatlink_store::{
    Timestamp, groups::GroupRecord, listing::ListedRecord, resources::ResourceRecord,
    users::UserRecord,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    groups::{Members, Unread},
    resources::OwnType,
    users::ManagerReference,
    version_tag,
};
use crate::tenants::Tenant;

/// A group that a user is in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupReference {
    pub id: Uuid,
    pub display: String,
    pub path: GroupPath,
}

/// How a user comes to be in a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GroupPath {
    /// The group names the user.
    Direct,
    /// Through a group in the group.
    Indirect,
}

impl GroupPath {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Indirect => "indirect",
        }
    }
}

/// What is computed for a resource, not stored in its document.
#[derive(Clone, Debug)]
enum Computed {
    Groups(Vec<GroupReference>),
    Members(Members),
    Nothing,
}

/// What kind of resource it is.
#[derive(Clone, Debug)]
enum Kind {
    User,
    Group,
    Own(OwnType),
}

impl Kind {
    fn name(&self) -> &str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Own(own) => own.name(),
        }
    }

    fn endpoint(&self) -> &str {
        match self {
            Self::User => "Users",
            Self::Group => "Groups",
            Self::Own(own) => own.endpoint(),
        }
    }
}

/// A user, group or other resource as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    kind: Kind,
    id: Uuid,
    version: i64,
    created_at: Timestamp,
    modified_at: Timestamp,
    document: String,
    computed: Computed,
    /// Of a user, where `manager` names another one.
    manager: Option<ManagerReference>,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    pub total: u64,
    pub paged_by: PagedBy,
    pub resources: Vec<Stored>,
}

/// How a page was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PagedBy {
    /// The number of its first resource, from 1.
    Index(u64),
    /// With the cursor of the next page, if there is one.
    Cursor(Option<String>),
}

impl Stored {
    pub(super) fn user(
        record: UserRecord,
        groups: Vec<GroupReference>,
        manager: Option<ManagerReference>,
    ) -> Self {
        Self {
            kind: Kind::User,
            id: record.id.uuid(),
            version: record.version,
            created_at: record.created_at,
            modified_at: record.modified_at,
            document: record.document,
            computed: if groups.is_empty() { Computed::Nothing } else { Computed::Groups(groups) },
            manager,
        }
    }

    pub(super) fn group(record: GroupRecord, members: Option<Members>) -> Self {
        Self {
            kind: Kind::Group,
            id: record.id.uuid(),
            version: record.version,
            created_at: record.created_at,
            modified_at: record.modified_at,
            document: record.document,
            computed: members.map_or(Computed::Nothing, Computed::Members),
            manager: None,
        }
    }

    pub(super) fn own(record: ResourceRecord, own: &OwnType) -> Self {
        Self {
            kind: Kind::Own(own.clone()),
            id: record.id.uuid(),
            version: record.version,
            created_at: record.created_at,
            modified_at: record.modified_at,
            document: record.document,
            computed: Computed::Nothing,
            manager: None,
        }
    }

    pub(super) fn listed_user(
        record: ListedRecord,
        groups: Vec<GroupReference>,
        manager: Option<ManagerReference>,
    ) -> Self {
        let computed = if groups.is_empty() { Computed::Nothing } else { Computed::Groups(groups) };
        Self { manager, ..Self::listed(Kind::User, record, computed) }
    }

    pub(super) fn listed_group(record: ListedRecord, members: Option<Members>) -> Self {
        let computed = members.map_or(Computed::Nothing, Computed::Members);
        Self::listed(Kind::Group, record, computed)
    }

    pub(super) fn listed_own(record: ListedRecord, own: &OwnType) -> Self {
        Self::listed(Kind::Own(own.clone()), record, Computed::Nothing)
    }

    fn listed(kind: Kind, record: ListedRecord, computed: Computed) -> Self {
        Self {
            kind,
            id: record.id,
            version: record.version,
            created_at: record.created_at,
            modified_at: record.modified_at,
            document: record.document,
            computed,
            manager: None,
        }
    }

    /// The name of its resource type.
    pub fn kind(&self) -> &str {
        self.kind.name()
    }

    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// The version of what is stored, and behind it a stamp of what is computed and shown as the
    /// user's own: memberships come and go, groups and managers are renamed, without a write to the
    /// user.
    pub fn version_tag(&self) -> String {
        match self.stamp() {
            None => version_tag(self.version),
            Some(stamp) => format!("W/\"{}-{stamp:016x}\"", self.version),
        }
    }

    fn stamp(&self) -> Option<u64> {
        let groups: &[GroupReference] = match &self.computed {
            Computed::Groups(groups) => groups,
            Computed::Members(_) | Computed::Nothing => &[],
        };
        if groups.is_empty() && self.manager.is_none() {
            return None;
        }
        let mut stamp = Stamp::new();
        if let Some(manager) = &self.manager {
            stamp.add(manager.id.as_bytes());
            stamp.add(manager.display.as_deref().unwrap_or_default().as_bytes());
        }
        for group in groups {
            stamp.add(group.id.as_bytes());
            stamp.add(group.path.as_str().as_bytes());
            stamp.add(group.display.as_bytes());
        }
        Some(stamp.0)
    }

    /// Where the resource is, below the base URL of the SCIM service.
    pub fn location(&self, base: &str) -> String {
        format!("{base}/{}/{}", self.kind.endpoint(), self.id)
    }

    /// The stored document, for callers inside that want an attribute of it.
    pub fn document(&self) -> &str {
        &self.document
    }

    /// The resource as JSON. Where [`Stored::unread`] says that members are left, it is not whole.
    pub fn render(&self, base: &str, projection: &Projection, tenant: &Tenant) -> String {
        let mut text = String::with_capacity(self.rendered_size());
        self.render_into(&mut text, base, projection, tenant);
        text
    }

    /// About how long the resource is as JSON.
    pub fn rendered_size(&self) -> usize {
        let computed = match &self.computed {
            Computed::Nothing => 0,
            Computed::Groups(groups) => groups.len(),
            Computed::Members(members) => members.count(),
        };
        self.document.len() + 400 + 200 * computed
    }

    /// The members of a group that are not in memory; they go into the gap of the rendered text.
    pub const fn unread(&self) -> Option<Unread> {
        match &self.computed {
            Computed::Members(members) => members.unread,
            Computed::Groups(_) | Computed::Nothing => None,
        }
    }

    /// Appends the resource as JSON, and tells where in the whole text members that were not read
    /// belong.
    pub fn render_into(
        &self,
        out: &mut String,
        base: &str,
        projection: &Projection,
        tenant: &Tenant,
    ) -> usize {
        let resource_type: &ResourceType = match &self.kind {
            Kind::Own(own) => own.resource_type(),
            Kind::User | Kind::Group => tenant
                .registry
                .resource_type(self.kind.name())
                .expect("every profile has users and groups"),
        };
        let as_it_is = !resource_type.trims() && names_only_known(&self.document, resource_type);
        if projection.is_default() && as_it_is {
            self.render_open(out, base);
            let gap = self.render_members(out, base);
            self.render_meta(out, base);
            return gap;
        }
        let mut full = String::with_capacity(self.rendered_size());
        self.render_open(&mut full, base);
        self.render_meta(&mut full, base);
        if let Ok(value) = serde_json::from_str::<Value>(&full) {
            full = projection.apply(resource_type, value).to_string();
        }
        out.push_str(full.strip_suffix('}').unwrap_or(&full));
        let gap = self.render_members(out, base);
        out.push('}');
        gap
    }

    /// The document and what is computed but members: `{"schemas":[…],…,"id":…,"groups":[…]`.
    fn render_open(&self, out: &mut String, base: &str) {
        let mut id = Uuid::encode_buffer();
        let id: &str = self.id.hyphenated().encode_lower(&mut id);
        let document = self.document.strip_suffix('}').unwrap_or(&self.document);
        match &self.manager {
            None => out.push_str(document),
            Some(manager) => manager.render(out, base, document),
        }
        push_all(out, [",\"id\":\"", id, "\""]);
        if let Computed::Groups(groups) = &self.computed {
            render_groups(out, base, groups);
        }
    }

    fn render_members(&self, out: &mut String, base: &str) -> usize {
        if let Computed::Members(members) = &self.computed {
            members.render(out, base);
        }
        out.len()
    }

    /// `meta`, and the end of the resource.
    fn render_meta(&self, out: &mut String, base: &str) {
        let mut id = Uuid::encode_buffer();
        let id: &str = self.id.hyphenated().encode_lower(&mut id);
        push_all(out, [",\"meta\":{\"resourceType\":\"", self.kind.name(), "\",\"created\":\""]);
        self.created_at.push_rfc3339(out);
        out.push_str("\",\"lastModified\":\"");
        self.modified_at.push_rfc3339(out);
        push_all(out, ["\",\"location\":\"", base, "/", self.kind.endpoint(), "/", id]);
        // The tag is quoted, and what is quoted in it is a number and perhaps a stamp.
        write!(out, "\",\"version\":\"W/\\\"{}", self.version)
            .expect("writing to a String cannot fail");
        if let Some(stamp) = self.stamp() {
            write!(out, "-{stamp:016x}").expect("writing to a String cannot fail");
        }
        out.push_str("\\\"\"}}");
    }
}

/// Whether every schema of the document is known. Another process may have registered one a moment
/// ago, and what of its data may be shown is not known here yet.
fn names_only_known(document: &str, resource_type: &ResourceType) -> bool {
    let named = document.strip_prefix("{\"schemas\":[").and_then(|rest| rest.split_once(']'));
    named.is_none_or(|(urns, _)| {
        urns.split(',').map(|urn| urn.trim_matches('"')).all(|urn| resource_type.declares(urn))
    })
}

/// Much cheaper than formatting, for what is rendered a hundred times for one page.
fn push_all<const N: usize>(out: &mut String, pieces: [&str; N]) {
    for piece in pieces {
        out.push_str(piece);
    }
}

fn render_groups(out: &mut String, base: &str, groups: &[GroupReference]) {
    out.push_str(",\"groups\":[");
    for (index, group) in groups.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let display = Value::from(group.display.as_str());
        write!(
            out,
            "{{\"value\":\"{id}\",\"$ref\":\"{base}/Groups/{id}\",\"display\":{display},\"type\":\"{path}\"}}",
            id = group.id,
            path = group.path.as_str(),
        )
        .expect("writing to a String cannot fail");
    }
    out.push(']');
}

/// FNV-1a: the same in every process and every release, and quick for a few short texts.
struct Stamp(u64);

impl Stamp {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// A separator follows, so that what moves from one text to the next is a difference.
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&[0xff]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
