//! What the fields of an event are made of: what the row is about, and what else it names.
//!
//! A row of the log has the type and the id of what it is about in columns of its own, so the
//! stored event leaves them out and reading puts them back.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use seatlink_store::{
    AppId, GroupId, IntegrationId, MessageId, ResourceId, RoleId, TenantId, TokenId, UserId,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Quoted, Subject, trouble};
use crate::{
    access::{
        policy::{OnEmail, OnExternalId, OnUserName},
        roles::RoleStatus,
    },
    directory::MatchedBy,
    permission::Permission,
};

/// An id whose type says what it names.
pub trait Identity: Copy + From<Uuid> {
    const SUBJECT: Subject;

    fn to_uuid(self) -> Uuid;
}

macro_rules! identities {
    ($($id:ident => $subject:ident,)+) => {$(
        impl Identity for $id {
            const SUBJECT: Subject = Subject::$subject;

            fn to_uuid(self) -> Uuid {
                self.uuid()
            }
        }
    )+};
}

identities! {
    TenantId => Tenant,
    UserId => User,
    GroupId => Group,
    RoleId => Role,
    AppId => App,
    TokenId => Token,
    MessageId => Message,
    IntegrationId => Integration,
    ResourceId => Resource,
}

/// What a row of the log is about, or what a field of an event refers to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Concern {
    pub subject: Subject,
    /// `None` for what does not exist, such as the user of a refused creation, and for schemas.
    pub id: Option<Uuid>,
    /// The name of the type that the tenant registered, for a resource of it.
    pub own_type: Option<String>,
}

impl Concern {
    pub const fn new(subject: Subject, id: Option<Uuid>) -> Self {
        Self { subject, id, own_type: None }
    }

    #[must_use]
    pub fn of_type(mut self, name: Option<&str>) -> Self {
        self.own_type = name.map(str::to_owned);
        self
    }

    /// How the log's column names the type.
    pub fn resource_type(&self) -> &str {
        self.own_type.as_deref().unwrap_or(self.subject.as_str())
    }
}

/// A thing with its id and, beside that, the name it had when the event happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named<I> {
    /// `None` where only the name is known.
    pub id: Option<I>,
    pub name: String,
}

impl<I> Named<I> {
    pub fn new(id: I, name: impl Into<String>) -> Self {
        Self { id: Some(id), name: name.into() }
    }
}

/// The stored form of a [`Named`] field: the name alone, or with the id in base64.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Name(String),
    Both(String, String),
}

impl<I: Identity> Serialize for Named<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = self.name.clone();
        let form = match self.id {
            Some(id) => Form::Both(name, URL_SAFE_NO_PAD.encode(id.to_uuid().as_bytes())),
            None => Form::Name(name),
        };
        form.serialize(serializer)
    }
}

impl<'de, I: Identity> Deserialize<'de> for Named<I> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Form::deserialize(deserializer)? {
            Form::Name(name) => Self { id: None, name },
            Form::Both(name, id) => {
                let bytes = URL_SAFE_NO_PAD.decode(id).map_err(D::Error::custom)?;
                let id = Uuid::from_slice(&bytes).map_err(D::Error::custom)?;
                Self { id: Some(I::from(id)), name }
            }
        })
    }
}

/// The thing a row is about, where its name is not known to the operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Only<I> {
    /// `None` only if the row has lost its id.
    pub id: Option<I>,
}

impl<I> Only<I> {
    pub const fn new(id: I) -> Self {
        Self { id: Some(id) }
    }
}

/// A resource of a type that the tenant registered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnResource {
    pub resource_type: String,
    pub id: Option<ResourceId>,
    /// Its `displayName`, `name` or `externalId`, if it has one of them.
    pub name: Option<String>,
}

impl OwnResource {
    /// What people call it.
    pub fn label(&self) -> String {
        match (&self.name, self.id) {
            (Some(name), _) => name.clone(),
            (None, Some(id)) => id.to_string(),
            (None, None) => String::new(),
        }
    }
}

/// A connection by which clients come in: an application or a static token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connected {
    pub subject: Subject,
    pub id: Option<Uuid>,
    pub name: String,
}

/// A schema's URN or a resource type's name: what a tenant registered. It has no id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registered(pub String);

/// What the row of an event can be about.
pub(super) trait Concerned: Sized {
    fn concern(&self) -> Concern;

    /// What the stored event keeps of it.
    fn name(&self) -> Option<&str>;

    /// From what the stored event kept; `None` if that is not enough.
    fn from_name(name: Option<String>) -> Option<Self>;

    /// Puts back what stands in the columns of the row.
    fn place(&mut self, resource_type: &str, id: Option<Uuid>);
}

impl<I: Identity> Concerned for Named<I> {
    fn concern(&self) -> Concern {
        Concern::new(I::SUBJECT, self.id.map(I::to_uuid))
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn from_name(name: Option<String>) -> Option<Self> {
        name.map(|name| Self { id: None, name })
    }

    fn place(&mut self, _: &str, id: Option<Uuid>) {
        self.id = id.map(I::from);
    }
}

impl<I: Identity> Concerned for Only<I> {
    fn concern(&self) -> Concern {
        Concern::new(I::SUBJECT, self.id.map(I::to_uuid))
    }

    fn name(&self) -> Option<&str> {
        None
    }

    fn from_name(_: Option<String>) -> Option<Self> {
        Some(Self { id: None })
    }

    fn place(&mut self, _: &str, id: Option<Uuid>) {
        self.id = id.map(I::from);
    }
}

impl Concerned for Concern {
    fn concern(&self) -> Concern {
        self.clone()
    }

    fn name(&self) -> Option<&str> {
        None
    }

    fn from_name(_: Option<String>) -> Option<Self> {
        Some(Self::new(Subject::Resource, None))
    }

    fn place(&mut self, resource_type: &str, id: Option<Uuid>) {
        *self = match Subject::parse(resource_type) {
            Some(subject) => Self::new(subject, id),
            None => Self::new(Subject::Resource, id).of_type(Some(resource_type)),
        };
    }
}

impl Concerned for OwnResource {
    fn concern(&self) -> Concern {
        let id = self.id.map(ResourceId::uuid);
        Concern::new(Subject::Resource, id).of_type(Some(&self.resource_type))
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn from_name(name: Option<String>) -> Option<Self> {
        Some(Self { resource_type: String::new(), id: None, name })
    }

    fn place(&mut self, resource_type: &str, id: Option<Uuid>) {
        resource_type.clone_into(&mut self.resource_type);
        self.id = id.map(ResourceId::from);
    }
}

impl Concerned for Connected {
    fn concern(&self) -> Concern {
        Concern::new(self.subject, self.id)
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn from_name(name: Option<String>) -> Option<Self> {
        name.map(|name| Self { subject: Subject::App, id: None, name })
    }

    fn place(&mut self, resource_type: &str, id: Option<Uuid>) {
        self.subject = Subject::parse(resource_type).unwrap_or(Subject::App);
        self.id = id;
    }
}

impl Concerned for Registered {
    fn concern(&self) -> Concern {
        Concern::new(Subject::Schema, None)
    }

    fn name(&self) -> Option<&str> {
        Some(&self.0)
    }

    fn from_name(name: Option<String>) -> Option<Self> {
        name.map(Self)
    }

    fn place(&mut self, _: &str, _: Option<Uuid>) {}
}

/// The serde form of what a row is about.
pub(super) mod concerned {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    use super::Concerned;

    pub(in crate::log) fn serialize<T: Concerned, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.name().serialize(serializer)
    }

    pub(in crate::log) fn deserialize<'de, T: Concerned, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?;
        T::from_name(name).ok_or_else(|| D::Error::missing_field("n"))
    }
}

/// A field of an event as programs and pages read it.
pub trait Field {
    /// Ids are written out, and absent values are null.
    fn to_json(&self) -> Value;

    /// What the field refers to, if it names a thing that a page can link to.
    fn refers_to(&self) -> Option<Concern> {
        None
    }
}

fn named(id: Option<Uuid>, name: Option<&str>) -> Value {
    let mut map = serde_json::Map::new();
    map.extend(id.map(|id| (String::from("id"), json!(id))));
    map.extend(name.map(|name| (String::from("name"), json!(name))));
    Value::Object(map)
}

impl<I: Identity> Field for Named<I> {
    fn to_json(&self) -> Value {
        named(self.id.map(I::to_uuid), Some(&self.name))
    }

    fn refers_to(&self) -> Option<Concern> {
        self.id.map(|id| Concern::new(I::SUBJECT, Some(id.to_uuid())))
    }
}

impl<I: Identity> Field for Only<I> {
    fn to_json(&self) -> Value {
        named(self.id.map(I::to_uuid), None)
    }

    fn refers_to(&self) -> Option<Concern> {
        self.id.map(|id| Concern::new(I::SUBJECT, Some(id.to_uuid())))
    }
}

impl Field for Concern {
    fn to_json(&self) -> Value {
        json!({ "type": self.resource_type(), "id": self.id })
    }

    fn refers_to(&self) -> Option<Concern> {
        self.id.is_some().then(|| self.clone())
    }
}

impl Field for OwnResource {
    fn to_json(&self) -> Value {
        json!({ "type": self.resource_type, "id": self.id, "name": self.name })
    }

    fn refers_to(&self) -> Option<Concern> {
        Some(self.concern())
    }
}

impl Field for Connected {
    fn to_json(&self) -> Value {
        json!({ "type": self.subject.as_str(), "id": self.id, "name": self.name })
    }

    fn refers_to(&self) -> Option<Concern> {
        Some(self.concern())
    }
}

impl Field for Registered {
    fn to_json(&self) -> Value {
        json!(self.0)
    }
}

impl<T: Field> Field for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Field::to_json)
    }

    fn refers_to(&self) -> Option<Concern> {
        self.as_ref().and_then(Field::refers_to)
    }
}

macro_rules! plain_fields {
    ($($type:ty,)+) => {$(
        impl Field for $type {
            fn to_json(&self) -> Value {
                json!(self)
            }
        }
    )+};
}

plain_fields! {
    String, Vec<String>, bool, u64, i64, Quoted, MatchedBy, RoleStatus, Permission,
    seatlink_scim::Leniency, OnUserName, OnExternalId, OnEmail,
    trouble::Problem, trouble::MailTrouble, trouble::Switch,
}
