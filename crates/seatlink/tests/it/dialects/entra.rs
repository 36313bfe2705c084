//! Microsoft Entra ID in its default dialect and with `aadOptscim062020`, its validator, and the
//! collections it publishes.

use seatlink_scim::Quirk;
use serde_json::json;

use super::habit::{
    Fact::{Answered, Group, Members, User},
    Habit,
};

const MANAGER: &str = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/value";
const DEPARTMENT: &str = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department";

pub(super) fn habits() -> Vec<Habit> {
    [lookups(), creates(), values(), paths(), managers(), groups()].concat()
}

fn lookups() -> Vec<Habit> {
    vec![
        Habit::get(
            "entra-test-connection",
            "/Users?filter=userName+eq+%22b6c06a1b-26ee-4e4c-8a3d-0d0a7e0ee7d5%22",
        )
        .then([Answered("/totalResults", json!(0))]),
        Habit::get("entra-flag", "/Users?aadOptscim062020&filter=userName eq \"{name}\"")
            .then([Answered("/Resources/0/id", json!("{user}"))]),
        Habit::get("entra-match-external-id", "/Users?filter=externalId eq \"ext-{id}\"")
            .then([Answered("/totalResults", json!(1))]),
        Habit::get(
            "entra-match-work-address",
            "/Users?filter=emails[type eq \"work\"].value eq \"{name}\"",
        )
        .then([Answered("/totalResults", json!(1))]),
        Habit::get(
            "entra-match-two",
            "/Users?filter=userName eq \"{name}\" and active eq \"True\"",
        )
        .then([Answered("/totalResults", json!(1))])
        .bends(&[Quirk::StringBoolean], 400, Some("invalidFilter")),
        Habit::get(
            "entra-filter-manager",
            "/Users?filter=userName eq \"{name}\" and manager eq \"the-boss\"",
        )
        .then([Answered("/totalResults", json!(1))])
        .bends(
            &[Quirk::UnqualifiedExtension, Quirk::FilterOnComplex],
            400,
            Some("invalidFilter"),
        ),
        Habit::get(
            "entra-group-match",
            "/Groups?excludedAttributes=members&filter=DisplayName eq \"GROUP {id}\"",
        )
        .then([
            Answered("/Resources/0/id", json!("{group}")),
            Answered("/Resources/0/members", json!(null)),
        ]),
        Habit::get("entra-group-read", "/Groups/{group}?excludedAttributes=members")
            .then([Answered("/members", json!(null))]),
    ]
}

fn creates() -> Vec<Habit> {
    let user = |more: serde_json::Value| {
        let mut body = json!({
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            ],
            "userName": "new-{id}@example.com", "externalId": "new-{id}", "active": true,
            "emails": [{ "primary": true, "type": "work", "value": "new-{id}@example.com" }],
            "meta": { "resourceType": "User" },
            "name": { "formatted": "P X", "familyName": "X", "givenName": null },
            "title": null, "roles": [],
        });
        if let serde_json::Value::Object(more) = more {
            for (name, value) in more {
                body[name] = value;
            }
        }
        body
    };
    vec![
        Habit::post("entra-create", "/Users", user(json!({})))
            .then([Answered("/name/formatted", json!("P X")), Answered("/title", json!(null))]),
        Habit::post(
            "entra-create-capitalised",
            "/Users",
            user(json!({
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                    "Department": "Sales", "Manager": { "Value": "boss" },
                },
            })),
        )
        .then([Answered(DEPARTMENT, json!("Sales")), Answered(MANAGER, json!("boss"))]),
        Habit::post(
            "entra-validator-role",
            "/Users",
            user(json!({ "roles": [{
                "primary": "True", "type": "WindowsAzureActiveDirectoryRole", "display": "R",
                "value": "r",
            }] })),
        )
        .then([Answered("/roles/0/primary", json!(true))])
        .bends(&[Quirk::StringBoolean], 400, Some("invalidValue")),
        Habit::post(
            "entra-validator-random-text",
            "/Users",
            user(json!({ "locale": "KZQMN", "timezone": "XWVOT", "profileUrl": "a b c" })),
        )
        .then([Answered("/profileUrl", json!("a b c")), Answered("/locale", json!("KZQMN"))])
        .bends(&[Quirk::LooseReference], 400, Some("invalidValue")),
        Habit::post(
            "entra-group-create",
            "/Groups",
            json!({
                "schemas": [
                    "urn:ietf:params:scim:schemas:core:2.0:Group",
                    "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
                ],
                "externalId": "g-{id}", "displayName": "New {id}",
                "meta": { "resourceType": "Group" },
            }),
        )
        .then([Answered("/externalId", json!("g-{id}"))])
        .bends(&[Quirk::UnknownSchema], 400, Some("invalidValue")),
    ]
}

fn values() -> Vec<Habit> {
    let packed = "{\"id\":\"1\",\"value\":\"admin\",\"displayName\":\"Administrator\"}";
    vec![
        Habit::patch_user(
            "entra-disable",
            json!([{ "op": "Replace", "path": "active", "value": "False" }]),
        )
        .then([User("/active", json!(false))])
        .bends(
            &[Quirk::OperatorCase, Quirk::StringBoolean],
            400,
            Some("invalidSyntax"),
        ),
        Habit::patch_user(
            "entra-disable-text",
            json!([{ "op": "replace", "path": "active", "value": "False" }]),
        )
        .then([User("/active", json!(false))])
        .bends(&[Quirk::StringBoolean], 400, Some("invalidValue")),
        Habit::patch_user(
            "entra-disable-capital",
            json!([{ "op": "Replace", "path": "active", "value": false }]),
        )
        .then([User("/active", json!(false))])
        .bends(&[Quirk::OperatorCase], 400, Some("invalidSyntax")),
        Habit::patch_user(
            "entra-disable-optscim",
            json!([{ "op": "replace", "path": "active", "value": false }]),
        )
        .then([User("/active", json!(false))]),
        Habit::patch_user(
            "entra-clear-with-empty-text",
            json!([{ "op": "replace", "path": "title", "value": "" }]),
        )
        .then([User("/title", json!(null))])
        .means(&[Quirk::EmptyClears], [User("/title", json!(""))]),
        Habit::patch_user(
            "entra-old-job-wraps-text",
            json!([
                { "op": "Replace", "path": "displayName", "value": [{ "$ref": null, "value": "P" }] },
                { "op": "Add", "path": "name.familyName", "value": [{ "$ref": null, "value": "H" }] },
            ]),
        )
        .then([User("/displayName", json!("P")), User("/name/familyName", json!("H"))])
        .bends(
            &[Quirk::OperatorCase, Quirk::ArrayOfOne, Quirk::WrappedValue],
            400,
            Some("invalidSyntax"),
        ),
        Habit::patch_user(
            "entra-old-job-wraps-boolean",
            json!([{ "op": "replace", "path": "active", "value": { "$ref": null, "value": "False" } }]),
        )
        .then([User("/active", json!(false))])
        .bends(&[Quirk::WrappedValue, Quirk::StringBoolean], 400, Some("invalidValue")),
        Habit::patch_user(
            "entra-clear-with-null",
            json!([{ "op": "replace", "path": "title", "value": null }]),
        )
        .then([User("/title", json!(null))]),
        Habit::patch_user(
            "entra-roles-in-text",
            json!([{ "op": "add", "path": "roles", "value": [{ "value": packed }] }]),
        )
        .then([User("/roles/1/value", json!("admin")), User("/roles/1/display", json!("Administrator"))])
        .means(&[Quirk::JsonInString], [User("/roles/1/display", json!(null))]),
        Habit::patch_user(
            "entra-roles-as-objects",
            json!([{ "op": "replace", "path": "roles", "value": [
                { "value": "admin", "display": "Administrator" },
            ] }]),
        )
        .then([User("/roles/0/value", json!("admin"))]),
        Habit::patch_user(
            "entra-validator-role-by-primary",
            json!([{ "op": "replace", "path": "roles[primary eq \"True\"].value", "value": "new" }]),
        )
        .then([User("/roles/0/value", json!("new"))])
        .bends(&[Quirk::StringBoolean], 400, Some("invalidFilter")),
    ]
}

fn paths() -> Vec<Habit> {
    vec![
        Habit::patch_user(
            "entra-dotted-keys",
            json!([{ "op": "replace", "value": { "name.familyName": "Ray", "title": "Boss" } }]),
        )
        .then([User("/name/familyName", json!("Ray")), User("/name/givenName", json!("Pat"))])
        .bends(&[Quirk::DottedKey], 400, Some("invalidPath")),
        Habit::patch_user(
            "entra-qualified-keys",
            json!([{ "op": "replace", "value": {
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Ops",
            } }]),
        )
        .then([User(DEPARTMENT, json!("Ops"))])
        .bends(&[Quirk::QualifiedKey], 400, Some("invalidPath")),
        Habit::patch_user(
            "entra-department-without-urn",
            json!([{ "op": "add", "path": "department", "value": "Ops" }]),
        )
        .then([User(DEPARTMENT, json!("Ops"))])
        .bends(&[Quirk::UnqualifiedExtension], 400, Some("invalidPath")),
        Habit::patch_user(
            "entra-address-that-is-not-there",
            json!([{
                "op": "add", "path": "addresses[type eq \"work\"].streetAddress", "value": "1 Main",
            }]),
        )
        .then([User("/addresses/1", json!({ "streetAddress": "1 Main", "type": "work" }))])
        .bends(&[Quirk::ValuePathCreates], 400, Some("noTarget")),
        Habit::patch_user(
            "entra-remove-what-is-not-there",
            json!([{ "op": "remove", "path": "emails[type eq \"home\"].value" }]),
        )
        .then([User("/emails/0/type", json!("work"))])
        .bends(&[Quirk::RemoveMissed], 400, Some("noTarget")),
        Habit::patch_user(
            "entra-unknown-extension",
            json!([{ "op": "add", "path": "urn:example:custom:2.0:User:shoeSize", "value": "44" }]),
        )
        .bends(&[Quirk::UnknownAttribute], 400, Some("invalidPath")),
        Habit::patch_user(
            "entra-validator-many-on-one",
            json!([
                { "op": "add", "path": "displayName", "value": "One" },
                { "op": "replace", "path": "displayName", "value": "Two" },
                { "op": "remove", "path": "nickName" },
            ]),
        )
        .then([User("/displayName", json!("Two"))]),
        Habit::delete("entra-delete", "/Users/{user}"),
    ]
}

fn managers() -> Vec<Habit> {
    const PATH: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
    vec![
        Habit::patch_user(
            "entra-manager-in-array",
            json!([{ "op": "add", "path": "manager", "value": [{ "$ref": null, "value": "boss-2" }] }]),
        )
        .then([User(MANAGER, json!("boss-2"))])
        .bends(
            &[Quirk::UnqualifiedExtension, Quirk::ArrayOfOne],
            400,
            Some("invalidPath"),
        ),
        Habit::patch_user(
            "entra-manager-by-urn",
            json!([{ "op": "replace", "path": PATH, "value": { "value": "boss-2" } }]),
        )
        .then([User(MANAGER, json!("boss-2"))]),
        Habit::patch_user(
            "entra-manager-bare",
            json!([{ "op": "replace", "path": PATH, "value": "boss-2" }]),
        )
        .then([User(MANAGER, json!("boss-2"))])
        .bends(&[Quirk::BareValue], 400, Some("invalidValue")),
        Habit::patch_user(
            "entra-manager-cleared",
            json!([{ "op": "replace", "path": PATH, "value": { "value": "" } }]),
        )
        .then([User(MANAGER, json!(null)), User(DEPARTMENT, json!("Sales"))])
        .means(&[Quirk::EmptyClears], [User(MANAGER, json!(""))]),
        Habit::patch_user("entra-manager-removed", json!([{ "op": "remove", "path": PATH }]))
            .then([User(MANAGER, json!(null))]),
    ]
}

fn groups() -> Vec<Habit> {
    vec![
        Habit::patch_group(
            "entra-members-add",
            json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": "{other}" }] }]),
        )
        .then([Members(&["{user}", "{member}", "{other}"])])
        .bends(&[Quirk::OperatorCase], 400, Some("invalidSyntax")),
        Habit::patch_group(
            "entra-members-remove",
            json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": "{user}" }] }]),
        )
        .then([Members(&["{member}"])])
        .bends(
            &[Quirk::OperatorCase, Quirk::RemoveListed],
            400,
            Some("invalidSyntax"),
        ),
        Habit::patch_group(
            "entra-members-remove-list",
            json!([{ "op": "remove", "path": "members", "value": [{ "value": "{user}" }] }]),
        )
        .then([Members(&["{member}"])])
        .bends(&[Quirk::RemoveListed], 400, Some("invalidValue")),
        Habit::patch_group(
            "entra-members-remove-path",
            json!([{ "op": "remove", "path": "members[value eq \"{user}\"]" }]),
        )
        .then([Members(&["{member}"])]),
        Habit::patch_group("entra-members-remove-all", json!([{ "op": "remove", "path": "members" }]))
            .then([Members(&[])]),
        Habit::patch_group(
            "entra-validator-members-replace",
            json!([{ "op": "replace", "path": "members", "value": [{ "value": "{other}" }] }]),
        )
        .then([Members(&["{other}"])]),
        Habit::patch_group(
            "entra-members-with-names",
            json!([{ "op": "add", "path": "members", "value": [
                { "value": "{other}", "name": "O", "displayName": "O" },
            ] }]),
        )
        .then([Members(&["{user}", "{member}", "{other}"])])
        .bends(&[Quirk::UnknownAttribute], 400, Some("invalidValue")),
        Habit::patch_group(
            "entra-members-bare",
            json!([{ "op": "add", "path": "members", "value": ["{other}"] }]),
        )
        .then([Members(&["{user}", "{member}", "{other}"])])
        .bends(&[Quirk::BareValue], 400, Some("invalidValue")),
        Habit::patch_group(
            "entra-group-rename",
            json!([{ "op": "Replace", "path": "displayName", "value": "Re {id}" }]),
        )
        .then([Group("/displayName", json!("Re {id}"))])
        .bends(&[Quirk::OperatorCase], 400, Some("invalidSyntax")),
    ]
}
