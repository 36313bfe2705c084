//! Where an attribute is found: in which column, side table or part of the search form.

use seatlink_scim::{Kind, Target};

use super::{
    json::Json,
    leaf::Leaf,
    manager::Manager,
    terms::{Piece, Table},
};

/// What the names of a filter are relative to.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    Row(Table<'a>),
    Element(List<'a>),
}

/// A multi-valued attribute.
#[derive(Clone, Copy)]
pub(super) enum List<'a> {
    /// An array of the search form.
    Json(Json<'a>),
    /// The addresses of a user, each with its folded value only. They are found by the value; what
    /// is asked of the addresses of one user is asked of this array.
    Emails(Json<'a>),
    /// The schemas of a user: the base, and every extension that has a place in the search form.
    Schemas,
    /// The groups a user is in.
    Groups,
    /// The members of a group.
    Members,
}

#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    One(Leaf<'a>),
    /// The same part of every element.
    Each(List<'a>, Leaf<'a>),
    /// A part of a user's manager.
    Manager(Manager<'a>),
}

impl<'a> Place<'a> {
    pub(super) fn of(target: &'a Target, scope: Scope<'a>) -> Self {
        match scope {
            Scope::Row(table) => Self::in_row(target, table),
            Scope::Element(list) => Self::One(match list {
                List::Json(_) => Leaf::Json(Json::in_element(target)),
                List::Emails(_) => address(target).unwrap_or(Leaf::Nothing),
                List::Schemas => schema(&target.attribute),
                List::Groups => group(&target.attribute, target),
                List::Members => member(&target.attribute, target),
            }),
        }
    }

    fn in_row(target: &'a Target, table: Table<'_>) -> Self {
        if target.schema.is_none()
            && let Some(leaf) = column(target, table)
        {
            return Self::One(leaf);
        }
        if let Some(part) = Manager::of(target, table) {
            return Self::Manager(part);
        }
        let list = List::of(target, table);
        match (list, target.sub.as_deref()) {
            (List::Groups, sub) => Self::Each(list, group(sub.unwrap_or("value"), target)),
            (List::Members, sub) => Self::Each(list, member(sub.unwrap_or("value"), target)),
            (List::Schemas, sub) => Self::Each(list, schema(sub.unwrap_or("value"))),
            (List::Json(_), Some("value")) if table == Table::Users && is_emails(target) => {
                match address_of(target) {
                    Some(leaf) => Self::Each(List::Emails(Json::list(target)), leaf),
                    None => Self::Each(list, Leaf::Json(Json::in_elements(target, table))),
                }
            }
            (List::Json(_), Some(_)) if target.multi_valued => {
                Self::Each(list, Leaf::Json(Json::in_elements(target, table)))
            }
            _ => Self::One(Leaf::Json(Json::in_row(target, table))),
        }
    }

    /// Whether there is at most one value.
    pub(super) fn is_single(&self) -> bool {
        match self {
            Self::One(Leaf::Json(json)) => json.is_single(),
            Self::One(_) | Self::Manager(_) => true,
            Self::Each(..) => false,
        }
    }
}

/// Where the one value is by which a resource is sorted.
#[derive(Clone, Copy)]
pub(super) enum SortedBy<'a> {
    Row(Leaf<'a>),
    /// In the primary element of a list, or else in the first.
    Foremost(List<'a>, Leaf<'a>),
}

impl<'a> SortedBy<'a> {
    pub(super) fn of(target: &'a Target, table: Table<'_>) -> Self {
        if target.schema.is_none()
            && let Some(leaf) = column(target, table)
        {
            return Self::Row(leaf);
        }
        match Manager::of(target, table) {
            Some(Manager::DisplayName) => return Self::Row(Leaf::Text(NAME_OF_MANAGER)),
            Some(Manager::Reference(_)) => return Self::Row(Leaf::Path(PATH_OF_MANAGER)),
            Some(Manager::Value(_)) | None => {}
        }
        let list = List::of(target, table);
        let sub = target.sub.as_deref();
        match list {
            List::Groups => Self::Foremost(list, group(sub.unwrap_or("value"), target)),
            List::Members => Self::Foremost(list, member(sub.unwrap_or("value"), target)),
            // The base comes first.
            List::Schemas => Self::Row(Leaf::Text("'urn:ietf:params:scim:schemas:core:2.0:User'")),
            // The table of addresses does not know their order.
            List::Json(_) | List::Emails(_) if target.multi_valued => {
                Self::Foremost(list, Leaf::Json(Json::in_elements(target, table)))
            }
            List::Json(_) | List::Emails(_) => Self::Row(Leaf::Json(Json::in_row(target, table))),
        }
    }
}

impl<'a> List<'a> {
    pub(super) fn of(target: &'a Target, table: Table<'_>) -> Self {
        match (table, target.schema.as_deref(), target.attribute.as_str()) {
            (Table::Users, None, "groups") => Self::Groups,
            (Table::Users, None, "schemas") => Self::Schemas,
            (Table::Groups, None, "members") => Self::Members,
            _ => Self::Json(Json::list(target)),
        }
    }
}

pub(super) fn is_emails(target: &Target) -> bool {
    target.schema.is_none() && target.attribute == "emails"
}

/// The value of an element of `emails` in the table of addresses, whose keys are folded.
pub(super) fn address<'a>(target: &Target) -> Option<Leaf<'a>> {
    (target.inside && target.attribute == "value").then(|| address_of(target)).flatten()
}

fn address_of<'a>(target: &Target) -> Option<Leaf<'a>> {
    let folded = target.kind == Kind::String && !target.case_exact;
    folded.then_some(Leaf::Key("m.value_key"))
}

/// Attributes with a column of their own.
fn column<'a>(target: &'a Target, table: Table<'_>) -> Option<Leaf<'a>> {
    let is_folded = !target.case_exact;
    let leaf = match (table, target.attribute.as_str(), target.sub.as_deref()) {
        (_, "id", None) => Leaf::Id { column: "id", text: id_text!("id") },
        (_, "externalId", None) if target.case_exact => Leaf::Indexed("external_id"),
        (_, "meta", sub) => return Some(meta(sub, table)),
        (Table::Users, "userName", None) if is_folded => Leaf::Text("user_name_key"),
        (Table::Users, "active", None) => Leaf::Active(Json::in_row(target, table)),
        (Table::Groups, "displayName", None) if is_folded => Leaf::Text("name_key"),
        _ => return None,
    };
    Some(leaf)
}

fn meta<'a>(sub: Option<&str>, table: Table<'_>) -> Leaf<'a> {
    match (sub, table) {
        // `meta` itself is always there, as its resource type is.
        (None | Some("resourceType"), Table::Users) => Leaf::Text("CAST('User' AS TEXT)"),
        (None | Some("resourceType"), Table::Groups) => Leaf::Text("CAST('Group' AS TEXT)"),
        (None | Some("resourceType"), Table::Resources(_)) => Leaf::Text("resource_type"),
        (Some("created"), _) => Leaf::Time("created_at"),
        (Some("lastModified"), _) => Leaf::Time("modified_at"),
        (Some("version"), _) => Leaf::Text("('W/\"' || CAST(version AS TEXT) || '\"')"),
        (Some("location"), Table::Users) => Leaf::Path(id_text!("'/Users/'", "id")),
        (Some("location"), Table::Groups) => Leaf::Path(id_text!("'/Groups/'", "id")),
        (Some("location"), Table::Resources(_)) => Leaf::Path(id_text!(
            "(SELECT s.endpoint FROM schemas AS s WHERE s.tenant_id = resources.tenant_id \
             AND s.resource_type = resources.resource_type AND s.endpoint IS NOT NULL) || '/'",
            "id"
        )),
        (Some(_), _) => Leaf::Nothing,
    }
}

/// The name of a schema, which is all there is to know of it.
fn schema<'a>(part: &str) -> Leaf<'a> {
    if part == "value" { Leaf::Text("s.value") } else { Leaf::Nothing }
}

/// Whether the user is in any group.
pub(super) const IN_ANY_GROUP: &str = "EXISTS (SELECT 1 FROM memberships AS d \
    WHERE d.tenant_id = users.tenant_id AND d.member_id = users.id)";

/// The groups `g` of the user, directly or through others, up to the condition on one of them.
/// `UNION` drops a group already seen, so cycles end.
pub(super) const ABOVE_USER: &str = "EXISTS (WITH RECURSIVE above (id) AS (\
    SELECT d.group_id FROM memberships AS d WHERE d.tenant_id = users.tenant_id AND d.member_id = users.id \
    UNION SELECT d.group_id FROM above AS a CROSS JOIN memberships AS d \
    WHERE d.tenant_id = users.tenant_id AND d.member_id = a.id) \
    SELECT 1 FROM above AS a CROSS JOIN groups AS g WHERE g.tenant_id = users.tenant_id AND g.id = a.id AND ";

/// What follows the selection of a part of the user's first group `g`.
pub(super) const FIRST_ABOVE_USER: &str = " FROM groups AS g WHERE g.tenant_id = users.tenant_id AND g.id IN (\
    WITH RECURSIVE above (id) AS (\
    SELECT d.group_id FROM memberships AS d WHERE d.tenant_id = users.tenant_id AND d.member_id = users.id \
    UNION SELECT d.group_id FROM above AS a CROSS JOIN memberships AS d \
    WHERE d.tenant_id = users.tenant_id AND d.member_id = a.id) SELECT a.id FROM above AS a) \
    ORDER BY g.id LIMIT 1";

const NAME_OF_MANAGER: &str = "(SELECT b.search ->> 'displayName' FROM users AS b \
    WHERE b.tenant_id = users.tenant_id AND b.id = users.manager_id)";

/// Only users have a place here, so a reference to anything else is no value to sort by.
const PATH_OF_MANAGER: Piece = id_text!(
    "(SELECT '/Users/' FROM users AS b \
     WHERE b.tenant_id = users.tenant_id AND b.id = users.manager_id)",
    "users.manager_id"
);

/// A part of one of a user's groups `g`, whose name is always there.
fn group<'a>(part: &str, target: &Target) -> Leaf<'a> {
    match part {
        "value" => Leaf::Id { column: "g.id", text: id_text!("g.id") },
        "$ref" => Leaf::Path(id_text!("'/Groups/'", "g.id")),
        "display" if !target.case_exact => Leaf::Key("g.name_key"),
        "type" => Leaf::Text(
            "CASE WHEN EXISTS (SELECT 1 FROM memberships AS d WHERE d.tenant_id = users.tenant_id \
             AND d.group_id = g.id AND d.member_id = users.id) THEN 'direct' ELSE 'indirect' END",
        ),
        _ => Leaf::Nothing,
    }
}

/// A part of one of a group's members `m`. A user without a `displayName` has no name here either.
fn member<'a>(part: &str, target: &Target) -> Leaf<'a> {
    match part {
        "value" => Leaf::Id { column: "m.member_id", text: id_text!("m.member_id") },
        "$ref" => Leaf::Path(id_text!("'/' || m.member_type || 's/'", "m.member_id")),
        "type" if target.case_exact => Leaf::Text("m.member_type"),
        "type" => Leaf::Text("CASE m.member_type WHEN 'User' THEN 'user' ELSE 'group' END"),
        "display" if !target.case_exact => Leaf::Text(
            "CASE m.member_type WHEN 'User' THEN (SELECT u.search ->> 'displayName' FROM users AS u \
             WHERE u.tenant_id = m.tenant_id AND u.id = m.member_id) \
             ELSE (SELECT o.name_key FROM groups AS o \
             WHERE o.tenant_id = m.tenant_id AND o.id = m.member_id) END",
        ),
        _ => Leaf::Nothing,
    }
}
