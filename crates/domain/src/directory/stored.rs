//! A stored resource on its way out.
//!
//! The document is kept as text without `id`, `meta` and what is computed. When nothing is projected
//! away the answer is that text with the rest spliced in; it is parsed only when attributes were chosen.

use std::fmt::Write as _;

use seatlink_scim::{Projection, ResourceType};
use seatlink_store::{Timestamp, groups::GroupRecord, users::UserRecord};
use serde_json::Value;
use uuid::Uuid;

use super::version_tag;
use crate::tenants::Tenant;

/// A group that a user is in.
#[derive(Clone, Debug)]
pub struct GroupReference {
    pub id: Uuid,
    pub display: String,
}

/// A member of a group.
#[derive(Clone, Debug)]
pub struct MemberReference {
    pub id: Uuid,
    /// `User` or `Group`.
    pub kind: &'static str,
}

/// What is computed for a resource, not stored in its document.
#[derive(Clone, Debug)]
enum Computed {
    Groups(Vec<GroupReference>),
    Members(Vec<MemberReference>),
    Nothing,
}

/// A user or group as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    kind: &'static str,
    endpoint: &'static str,
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
            kind: "User",
            endpoint: "Users",
            id: record.id.uuid(),
            version: record.version,
            created_at: record.created_at,
            modified_at: record.modified_at,
            document: record.document,
            computed: if groups.is_empty() { Computed::Nothing } else { Computed::Groups(groups) },
        }
    }

    pub(super) fn group(record: GroupRecord, members: Vec<MemberReference>) -> Self {
        Self {
            kind: "Group",
            endpoint: "Groups",
            id: record.id.uuid(),
            version: record.version,
            created_at: record.created_at,
            modified_at: record.modified_at,
            document: record.document,
            computed: if members.is_empty() {
                Computed::Nothing
            } else {
                Computed::Members(members)
            },
        }
    }

    pub const fn id(&self) -> Uuid {
        self.id
    }

    pub fn version_tag(&self) -> String {
        version_tag(self.version)
    }

    /// Where the resource is, below the base URL of the SCIM service.
    pub fn location(&self, base: &str) -> String {
        format!("{base}/{}/{}", self.endpoint, self.id)
    }

    /// The stored document, for callers inside that want an attribute of it.
    pub fn document(&self) -> &str {
        &self.document
    }

    /// The resource as JSON.
    pub fn render(&self, base: &str, projection: &Projection, tenant: &Tenant) -> String {
        let full = self.render_full(base);
        if projection.is_default() {
            return full;
        }
        let resource_type: &ResourceType =
            tenant.registry.resource_type(self.kind).expect("every profile has users and groups");
        match serde_json::from_str::<Value>(&full) {
            Ok(value) => projection.apply(resource_type, value).to_string(),
            Err(_) => full,
        }
    }

    fn render_full(&self, base: &str) -> String {
        // `{"schemas":[…],…}` becomes `{"schemas":[…],…,"id":…,<computed>,"meta":{…}}`.
        let body = self.document.strip_suffix('}').unwrap_or(&self.document);
        let mut out = String::with_capacity(body.len() + 400);
        out.push_str(body);
        write!(out, ",\"id\":\"{}\"", self.id).expect("writing to a String cannot fail");
        match &self.computed {
            Computed::Nothing => {}
            Computed::Groups(groups) => self.render_groups(&mut out, base, groups),
            Computed::Members(members) => self.render_members(&mut out, base, members),
        }
        write!(
            out,
            ",\"meta\":{{\"resourceType\":\"{}\",\"created\":\"{}\",\"lastModified\":\"{}\",\
             \"location\":\"{base}/{}/{}\",\"version\":\"W/\\\"{}\\\"\"}}}}",
            self.kind, self.created_at, self.modified_at, self.endpoint, self.id, self.version,
        )
        .expect("writing to a String cannot fail");
        out
    }

    #[expect(clippy::unused_self, reason = "reads as the other half of render_members")]
    fn render_groups(&self, out: &mut String, base: &str, groups: &[GroupReference]) {
        out.push_str(",\"groups\":[");
        for (index, group) in groups.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            let display = Value::from(group.display.as_str());
            write!(
                out,
                "{{\"value\":\"{id}\",\"$ref\":\"{base}/Groups/{id}\",\"display\":{display},\"type\":\"direct\"}}",
                id = group.id,
            )
            .expect("writing to a String cannot fail");
        }
        out.push(']');
    }

    #[expect(clippy::unused_self, reason = "reads as the other half of render_groups")]
    fn render_members(&self, out: &mut String, base: &str, members: &[MemberReference]) {
        out.push_str(",\"members\":[");
        for (index, member) in members.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write!(
                out,
                "{{\"value\":\"{id}\",\"$ref\":\"{base}/{kind}s/{id}\",\"type\":\"{kind}\"}}",
                id = member.id,
                kind = member.kind,
            )
            .expect("writing to a String cannot fail");
        }
        out.push(']');
    }
}
