//! The user attributes of a contact center.
//!
//! Some fields exist only after an administrator switched them on. A field that is off is not in
//! the published schema; what clients send for it is left out without an error.

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, sync::Arc};

use seatlink_scim::{
    Attribute, Extension, Kind, Mutability, Registry, ResourceType, Schema, Uniqueness,
    schema::USER,
};

/// The URN of the extension.
pub const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:nice:2.0:User";

/// A field that must be switched on before clients can use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OptionalField {
    /// `name.middleName`.
    MiddleName,
    /// `displayName`.
    DisplayName,
    /// `phoneNumbers`, of which the one of type `mobile` is used.
    MobileNumber,
    /// `timezone`.
    TimeZone,
    /// `userType`.
    UserType,
    /// `roles`, of which the primary one is used.
    PrimaryRole,
    /// `team` of the extension.
    Team,
    /// `loginAuthenticator` of the extension.
    LoginAuthenticator,
}

impl OptionalField {
    /// Every optional field.
    pub const ALL: [Self; 8] = [
        Self::MiddleName,
        Self::DisplayName,
        Self::MobileNumber,
        Self::TimeZone,
        Self::UserType,
        Self::PrimaryRole,
        Self::Team,
        Self::LoginAuthenticator,
    ];

    /// The path of the attribute in schema spelling.
    pub fn path(self) -> &'static str {
        match self {
            Self::MiddleName => "name.middleName",
            Self::DisplayName => "displayName",
            Self::MobileNumber => "phoneNumbers",
            Self::TimeZone => "timezone",
            Self::UserType => "userType",
            Self::PrimaryRole => "roles",
            Self::Team => "urn:ietf:params:scim:schemas:extension:nice:2.0:User:team",
            Self::LoginAuthenticator => {
                "urn:ietf:params:scim:schemas:extension:nice:2.0:User:loginAuthenticator"
            }
        }
    }
}

/// The optional fields that are switched on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct OptionalFields(BTreeSet<OptionalField>);

impl OptionalFields {
    /// All on.
    pub fn all() -> Self {
        Self(OptionalField::ALL.into_iter().collect())
    }

    /// All off.
    pub fn none() -> Self {
        Self::default()
    }

    /// The same with one more on.
    #[must_use]
    pub fn with(mut self, field: OptionalField) -> Self {
        self.0.insert(field);
        self
    }

    /// Whether a field is on.
    pub fn contains(&self, field: OptionalField) -> bool {
        self.0.contains(&field)
    }

    /// The fields that are on.
    pub fn iter(&self) -> impl Iterator<Item = OptionalField> {
        self.0.iter().copied()
    }
}

impl FromIterator<OptionalField> for OptionalFields {
    fn from_iter<I: IntoIterator<Item = OptionalField>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

fn string(name: &str, description: &str) -> Attribute {
    Attribute::new(name, Kind::String, description)
}

/// A complex list in the usual form: value, display, type, primary.
fn list(name: &str, description: &str, value: Attribute, types: &[&str]) -> Attribute {
    Attribute::new(name, Kind::Complex, description).many().of(vec![
        value,
        string("display", "A name to show."),
        string("type", "What the value is used for.").canonical(types),
        Attribute::new(
            "primary",
            Kind::Boolean,
            "Whether this is the preferred value; one at most.",
        ),
    ])
}

fn reference_by_id(name: &str, description: &str) -> Attribute {
    Attribute::new(name, Kind::Complex, description)
        .of(vec![string("value", "The id.").case_exact(), string("display", "The name.")])
}

fn name(standard: &ResourceType) -> Attribute {
    let parts = standard
        .schema
        .attribute("name")
        .map(|name| name.sub_attributes.clone())
        .unwrap_or_default()
        .into_iter()
        .map(|part| match part.name.as_str() {
            "familyName" | "givenName" => part.required(),
            // The full name is computed; clients echo stale ones next to new parts.
            "formatted" => part.mutability(Mutability::ReadOnly),
            _ => part,
        })
        .filter(|part| !part.name.starts_with("honorific"))
        .collect();
    Attribute::new("name", Kind::Complex, "The parts of the person's name.").required().of(parts)
}

fn core_attributes(standard: &ResourceType) -> Vec<Attribute> {
    let groups = standard.schema.attribute("groups").cloned();
    let mut all = vec![
        string("userName", "The name the user signs in with, in the form of an e-mail address.")
            .required()
            .unique(Uniqueness::Server),
        name(standard),
        string("displayName", "The name to show."),
        string("userType", "The type of user."),
        string("locale", "The locale for numbers, dates and currency."),
        string("timezone", "The time zone by its IANA name."),
        Attribute::new("active", Kind::Boolean, "Whether the account may be used."),
        string("password", "Accepted and not used; never returned.").set_aside(),
        list(
            "emails",
            "E-mail addresses.",
            string("value", "The address."),
            &["work", "home", "other"],
        )
        .required(),
        list(
            "phoneNumbers",
            "Telephone numbers; the one of type mobile is used.",
            string("value", "The number."),
            &["mobile"],
        ),
    ];
    all.extend(groups);
    all.push(list("roles", "The primary role.", string("value", "The id of the role."), &[]));
    all
}

fn extension_attributes() -> Vec<Attribute> {
    vec![
        reference_by_id("team", "The team."),
        reference_by_id("loginAuthenticator", "How the user signs in."),
        reference_by_id("employeeTemplate", "A template applied when the user is created.")
            .set_aside(),
    ]
}

/// Users with the optional fields that are switched on, and groups.
pub fn registry(optional: &OptionalFields) -> Registry {
    let standard = Registry::standard();
    let of_standard = |name| standard.resource_type(name).expect("RFC 7643 has this type");
    let switched_off: Vec<&str> = OptionalField::ALL
        .into_iter()
        .filter(|field| !optional.contains(*field))
        .map(OptionalField::path)
        .collect();
    let core = Schema {
        id: USER.to_owned(),
        name: "User".to_owned(),
        description: "User Account".to_owned(),
        attributes: core_attributes(of_standard("User")),
    };
    let extension = Schema {
        id: EXTENSION.to_owned(),
        name: "ContactCenterUser".to_owned(),
        description: "What a contact center adds to a user.".to_owned(),
        attributes: extension_attributes(),
    };
    let mut users = ResourceType::new("User", "/Users", core);
    users.extensions.clone_from(&of_standard("User").extensions);
    users.extensions.push(Extension { schema: Arc::new(extension), required: false });
    Registry::of(vec![users.without(&switched_off), of_standard("Group").clone()])
}
