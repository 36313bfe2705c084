//! What a PATCH comes down to.

use serde_json::{Map, Value, json};

use crate::{Repair, ResolvedFilter};

/// One change, with its value checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// A change of the document.
    Document(DocumentEdit),
    /// A change of a group's members.
    Members(MembersEdit),
}

/// The changes a request asks for, in order.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Edits {
    /// The changes.
    pub edits: Vec<Edit>,
    /// What was repaired for the client.
    pub repairs: Vec<Repair>,
    /// Values that are kept apart from the document, by attribute path, such as `password`; null
    /// clears.
    pub set_aside: Map<String, Value>,
    /// Paths of what was left out.
    pub ignored: Vec<String>,
    /// An `id` that came along in a value without a path. A caller that knows the resource's id
    /// can refuse another one with `mutability`.
    pub claimed_id: Option<String>,
}

impl Edits {
    /// The document edits and the members edits, each in order. They touch different things, so
    /// their order among each other does not matter.
    pub fn split(self) -> (Vec<DocumentEdit>, Vec<MembersEdit>) {
        let mut documents = Vec::new();
        let mut members = Vec::new();
        for edit in self.edits {
            match edit {
                Edit::Document(edit) => documents.push(edit),
                Edit::Members(edit) => members.push(edit),
            }
        }
        (documents, members)
    }
}

/// One change of one attribute of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentEdit {
    /// The extension URN, or `None` for core and common attributes.
    pub(super) schema: Option<String>,
    /// The attribute in schema spelling.
    pub(super) attribute: String,
    pub(super) change: Change,
}

impl DocumentEdit {
    /// The path of the attribute that changes.
    pub fn path(&self) -> String {
        match &self.schema {
            Some(urn) => format!("{urn}:{}", self.attribute),
            None => self.attribute.clone(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// Put this in place of the whole attribute.
    Set(Value),
    /// Unassign it.
    Clear,
    /// Write some sub-attributes of a single complex value; `None` unassigns.
    Merge(Vec<(String, Option<Value>)>),
    /// Add elements to a list.
    Append(Vec<Value>),
    /// Take the listed elements out of a list.
    RemoveListed(Vec<Value>),
    /// Change elements of a list.
    Elements(Box<ElementsEdit>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ElementsEdit {
    /// Which; `None` is all.
    pub(super) filter: Option<ResolvedFilter>,
    /// How.
    pub(super) change: ElementChange,
    /// What if there is none.
    pub(super) miss: OnMiss,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum ElementChange {
    Remove,
    Replace(Value),
    Merge(Map<String, Value>),
    SetSub(String, Value),
    ClearSub(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum OnMiss {
    /// RFC 7644 §3.5.2.3: an error.
    NoTarget,
    /// Leave everything as it is.
    Nothing,
    /// Add this element.
    Create(Value),
}

/// One change of a group's members.
#[derive(Clone, Debug, PartialEq)]
pub enum MembersEdit {
    /// Add those that are not members yet.
    Add(Vec<Member>),
    /// Remove by value; who is no member does not matter.
    Remove(Vec<String>),
    /// Remove those that match; targets are relative to the member.
    RemoveWhere(ResolvedFilter),
    /// Remove all.
    RemoveAll,
    /// Make these the members.
    ReplaceAll(Vec<Member>),
}

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberKind {
    /// A user.
    User,
    /// A group.
    Group,
}

impl MemberKind {
    /// The value of `type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }
}

/// A member as a client names it.
///
/// ```
/// use seatlink_scim::{Member, MemberKind};
/// use serde_json::json;
///
/// let member = Member { value: "u1".to_owned(), kind: Some(MemberKind::User) };
/// assert_eq!(member.to_value(), json!({"value": "u1", "type": "User"}));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// The id of the user or group.
    pub value: String,
    /// What it is, if the client said so.
    pub kind: Option<MemberKind>,
}

impl Member {
    /// The element as it stands in a resource, without `$ref`.
    pub fn to_value(&self) -> Value {
        let mut element = json!({ "value": self.value });
        if let Some(kind) = self.kind {
            element["type"] = kind.as_str().into();
        }
        element
    }
}
