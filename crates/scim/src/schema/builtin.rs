//! The schemas of RFC 7643 with the verified errata applied.

use std::sync::{Arc, LazyLock};

use super::{
    Attribute, ENTERPRISE_USER, Extension, GROUP, Kind, Mutability, Registry, ResourceType,
    Returned, Schema, USER, Uniqueness, derived::Derived,
};

/// The attributes every resource has (RFC 7643 §3.1).
pub(crate) struct Common {
    pub(crate) schemas: Attribute,
    pub(crate) id: Attribute,
    pub(crate) external_id: Attribute,
    pub(crate) meta: Attribute,
}

impl Common {
    pub(crate) fn find(&self, name: &str) -> Option<&Attribute> {
        [&self.schemas, &self.id, &self.external_id, &self.meta]
            .into_iter()
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }
}

static COMMON: LazyLock<Common> = LazyLock::new(|| {
    let read_only = |attribute: Attribute| attribute.mutability(Mutability::ReadOnly);
    Common {
        schemas: Attribute::new("schemas", Kind::Reference, "The schemas of the resource.")
            .many()
            .required()
            .returned(Returned::Always),
        id: read_only(string("id", "The identifier the service provider gave."))
            .case_exact()
            .returned(Returned::Always)
            .unique(Uniqueness::Server),
        external_id: string("externalId", "The identifier the provisioning client gave.")
            .case_exact(),
        meta: read_only(Attribute::new("meta", Kind::Complex, "What the server keeps on it.")).of(
            vec![
                read_only(string("resourceType", "The resource type.").case_exact()),
                read_only(Attribute::new("created", Kind::DateTime, "When it was created.")),
                read_only(Attribute::new("lastModified", Kind::DateTime, "When it last changed.")),
                read_only(
                    Attribute::new("location", Kind::Reference, "Its URI.").refers_to(&["uri"]),
                ),
                read_only(string("version", "Its version, equal to the ETag.").case_exact()),
            ],
        ),
    }
});

/// The common attributes, shared by all resource types.
pub(crate) fn common() -> &'static Common {
    &COMMON
}

/// Whether the standard schemas know an attribute of that resource type: a profile that offers
/// fewer can then tell a field it does not support from a misspelt one.
pub(crate) fn standard_knows(resource_type: &str, urn: Option<&str>, name: &str) -> bool {
    Registry::shared_standard()
        .resource_type(resource_type)
        .is_some_and(|rt| rt.find(urn, name).is_some())
}

pub(super) fn string(name: &str, description: &str) -> Attribute {
    Attribute::new(name, Kind::String, description)
}

fn reference(name: &str, description: &str, types: &[&str]) -> Attribute {
    Attribute::new(name, Kind::Reference, description).refers_to(types)
}

pub(super) fn primary() -> Attribute {
    Attribute::new("primary", Kind::Boolean, "Whether this is the preferred value; one at most.")
}

/// A complex list in the usual form: value, display, type, primary.
pub(super) fn list(name: &str, description: &str, value: Attribute, types: &[&str]) -> Attribute {
    Attribute::new(name, Kind::Complex, description).many().of(vec![
        value,
        string("display", "A name to show."),
        string("type", "What the value is used for.").canonical(types),
        primary(),
    ])
}

pub(super) fn name_parts() -> Vec<Attribute> {
    vec![
        string("formatted", "The full name, ready to show."),
        string("familyName", "The family name."),
        string("givenName", "The given name."),
        string("middleName", "The middle names."),
        string("honorificPrefix", "The title before the name."),
        string("honorificSuffix", "The suffix after the name."),
    ]
}

pub(super) fn groups() -> Attribute {
    let read_only = |attribute: Attribute| attribute.mutability(Mutability::ReadOnly);
    read_only(Attribute::new("groups", Kind::Complex, "The groups the user belongs to.")).many().of(
        vec![
            read_only(string("value", "The id of the group.")),
            // Erratum 8471: only groups are referred to here.
            read_only(reference("$ref", "The URI of the group.", &["Group"])),
            read_only(string("display", "The name of the group.")),
            read_only(
                string("type", "Whether membership is direct.").canonical(&["direct", "indirect"]),
            ),
        ],
    )
}

fn addresses() -> Attribute {
    Attribute::new("addresses", Kind::Complex, "Postal addresses.").many().of(vec![
        string("formatted", "The whole address, ready to show."),
        string("streetAddress", "Street, house number, and the like."),
        string("locality", "The city."),
        string("region", "The state or region."),
        string("postalCode", "The postal code."),
        // Erratum 5990: ISO 3166-1 alpha-2.
        string("country", "The country as a two-letter code."),
        string("type", "What the address is used for.").canonical(&["work", "home", "other"]),
        primary(),
    ])
}

fn user_schema() -> Schema {
    let work_home = &["work", "home", "other"];
    Schema {
        id: USER.to_owned(),
        name: "User".to_owned(),
        description: "User Account".to_owned(),
        attributes: vec![
            string("userName", "The name the user signs in with.")
                .required()
                .unique(Uniqueness::Server),
            Attribute::new("name", Kind::Complex, "The parts of the person's name.")
                .of(name_parts()),
            string("displayName", "The name to show."),
            string("nickName", "How the person is addressed informally."),
            reference("profileUrl", "A page about the person.", &["external"]),
            string("title", "The job title."),
            string("userType", "The relation to the organization."),
            string("preferredLanguage", "Preferred languages, as in Accept-Language."),
            string("locale", "The locale for numbers, dates and currency."),
            string("timezone", "The time zone by its IANA name."),
            Attribute::new("active", Kind::Boolean, "Whether the account may be used."),
            string("password", "A password to set; never returned.").set_aside(),
            list("emails", "E-mail addresses.", string("value", "The address."), work_home),
            list(
                "phoneNumbers",
                "Telephone numbers.",
                string("value", "The number."),
                &["work", "home", "mobile", "fax", "pager", "other"],
            ),
            list(
                "ims",
                "Instant messaging addresses.",
                string("value", "The address."),
                &["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"],
            ),
            list(
                "photos",
                "Photos.",
                reference("value", "The URI of the photo.", &["external"]),
                &["photo", "thumbnail"],
            ),
            addresses(),
            groups(),
            list("entitlements", "Entitlements.", string("value", "The entitlement."), &[]),
            list("roles", "Roles.", string("value", "The role."), &[]),
            list(
                "x509Certificates",
                "Certificates.",
                Attribute::new("value", Kind::Binary, "One DER certificate in base64."),
                &[],
            ),
        ],
    }
}

pub(super) fn enterprise_schema() -> Schema {
    Schema {
        id: ENTERPRISE_USER.to_owned(),
        name: "EnterpriseUser".to_owned(),
        description: "Enterprise User".to_owned(),
        attributes: vec![
            string("employeeNumber", "The number the employer gave."),
            string("costCenter", "The cost center."),
            string("organization", "The organization."),
            string("division", "The division."),
            string("department", "The department."),
            Attribute::new("manager", Kind::Complex, "The person's manager.").of(vec![
                // Erratum 8472: an id is case exact.
                string("value", "The id of the manager.").case_exact(),
                reference("$ref", "The URI of the manager.", &["User"]),
                string("displayName", "The name of the manager.").mutability(Mutability::ReadOnly),
            ]),
        ],
    }
}

fn group_schema() -> Schema {
    let immutable = |attribute: Attribute| attribute.mutability(Mutability::Immutable);
    Schema {
        id: GROUP.to_owned(),
        name: "Group".to_owned(),
        description: "Group".to_owned(),
        attributes: vec![
            // Erratum 5368: required.
            string("displayName", "The name of the group.").required(),
            Attribute::new("members", Kind::Complex, "The members of the group.").many().of(vec![
                immutable(string("value", "The id of the member.")),
                immutable(reference("$ref", "The URI of the member.", &["User", "Group"])),
                immutable(string("type", "What the member is.").canonical(&["User", "Group"])),
                // Erratum 6011 gives it a place; the name is the member's own, so only the server
                // sets it.
                string("display", "The name of the member.").mutability(Mutability::ReadOnly),
            ]),
        ],
    }
}

pub(super) fn user_type() -> ResourceType {
    ResourceType {
        id: "User".to_owned(),
        name: "User".to_owned(),
        endpoint: "/Users".to_owned(),
        description: "User Account".to_owned(),
        schema: Arc::new(user_schema()),
        extensions: vec![Extension { schema: Arc::new(enterprise_schema()), required: false }],
        switched_off: Vec::new(),
        derived: Derived::default(),
    }
    .derive()
}

pub(super) fn group_type() -> ResourceType {
    ResourceType {
        id: "Group".to_owned(),
        name: "Group".to_owned(),
        endpoint: "/Groups".to_owned(),
        description: "Group".to_owned(),
        schema: Arc::new(group_schema()),
        extensions: Vec::new(),
        switched_off: Vec::new(),
        derived: Derived::default(),
    }
    .derive()
}
