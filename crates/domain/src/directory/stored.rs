//! A stored resource on its way out.
//!
//! The document is kept as text without `id`, `meta` and what is computed. When nothing is projected
//! away the answer is that text with the rest spliced in; it is parsed only when attributes were chosen.

use std::fmt::Write as _;

use seatlink_scim::{Projection, ResourceType};
use seatlink_store::{
    Timestamp, groups::GroupRecord, resources::ResourceRecord, users::UserRecord,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    groups::{Members, Unread},
    resources::OwnType,
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
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    pub total: u64,
    pub start_index: u64,
    pub resources: Vec<Stored>,
}

impl Stored {
    pub(super) fn user(record: UserRecord, groups: Vec<GroupReference>) -> Self {
        Self {
            kind: Kind::User,
            id: record.id.uuid(),
            version: record.version,
            created_at: record.created_at,
            modified_at: record.modified_at,
            document: record.document,
            computed: if groups.is_empty() { Computed::Nothing } else { Computed::Groups(groups) },
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
        }
    }

    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// The version of what is stored, and behind it a stamp of what is computed and shown as the user's
    /// own: memberships come and go, and groups are renamed, without a write to the user.
    pub fn version_tag(&self) -> String {
        match self.stamp() {
            None => version_tag(self.version),
            Some(stamp) => format!("W/\"{}-{stamp:016x}\"", self.version),
        }
    }

    fn stamp(&self) -> Option<u64> {
        let Computed::Groups(groups) = &self.computed else { return None };
        let mut stamp = Stamp::new();
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
        self.render_with_gap(base, projection, tenant).0
    }

    /// The members of a group that are not in memory; they go into the gap of the rendered text.
    pub const fn unread(&self) -> Option<Unread> {
        match &self.computed {
            Computed::Members(members) => members.unread,
            Computed::Groups(_) | Computed::Nothing => None,
        }
    }

    /// [`Stored::render`], and where in the text members that were not read belong.
    pub fn render_with_gap(
        &self,
        base: &str,
        projection: &Projection,
        tenant: &Tenant,
    ) -> (String, usize) {
        let (mut text, end) = self.open(base, projection, tenant);
        if let Computed::Members(members) = &self.computed {
            members.render(&mut text, base);
        }
        let gap = text.len();
        text.push_str(&end);
        (text, gap)
    }

    /// Everything but members, in two parts with room between them.
    fn open(&self, base: &str, projection: &Projection, tenant: &Tenant) -> (String, String) {
        // `{"schemas":[…],…}` becomes `{"schemas":[…],…,"id":…,<computed>,"meta":{…}}`.
        let body = self.document.strip_suffix('}').unwrap_or(&self.document);
        let mut text = String::with_capacity(body.len() + 400);
        text.push_str(body);
        write!(text, ",\"id\":\"{}\"", self.id).expect("writing to a String cannot fail");
        if let Computed::Groups(groups) = &self.computed {
            render_groups(&mut text, base, groups);
        }
        let mut end = String::with_capacity(400);
        self.render_meta(&mut end, base);
        let resource_type: &ResourceType = match &self.kind {
            Kind::Own(own) => own.resource_type(),
            Kind::User | Kind::Group => tenant
                .registry
                .resource_type(self.kind.name())
                .expect("every profile has users and groups"),
        };
        if projection.is_default() && !resource_type.trims() {
            return (text, end);
        }
        text.push_str(&end);
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            text = projection.apply(resource_type, value).to_string();
        }
        text.truncate(text.len() - 1);
        (text, String::from("}"))
    }

    fn render_meta(&self, out: &mut String, base: &str) {
        // The tag is quoted, and what is quoted in it is a number and perhaps a stamp.
        let tag = self.version_tag();
        let tag = tag.trim_start_matches("W/").trim_matches('"');
        write!(
            out,
            ",\"meta\":{{\"resourceType\":\"{}\",\"created\":\"{}\",\"lastModified\":\"{}\",\
             \"location\":\"{base}/{}/{}\",\"version\":\"W/\\\"{tag}\\\"\"}}}}",
            self.kind.name(),
            self.created_at,
            self.modified_at,
            self.kind.endpoint(),
            self.id,
        )
        .expect("writing to a String cannot fail");
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
