//! Okta: reads, lays its values over what it read, and writes that back; header modes that people
//! fill in twice.

use seatlink_scim::Quirk;
use serde_json::json;

use super::habit::{
    Fact::{Answered, Group, Members, User},
    Habit,
};

pub(super) fn habits() -> Vec<Habit> {
    [requests(), people(), groups()].concat()
}

fn requests() -> Vec<Habit> {
    vec![
        Habit::get("okta-probe", "/Users?startIndex=1&count=2")
            .header("accept", "application/scim+json")
            .header("accept-charset", "utf-8")
            .then([Answered("/startIndex", json!(1)), Answered("/itemsPerPage", json!(2))]),
        Habit::get(
            "okta-lookup",
            "/Users?filter=userName%20eq%20%22{name}%22&startIndex=1&count=100",
        )
        .then([Answered("/totalResults", json!(1)), Answered("/Resources/0/id", json!("{user}"))]),
        Habit::get(
            "okta-lookup-reordered",
            "/Users?startIndex=1&count=100&filter=userName%20eq%20%22OKTA-LOOKUP-REORDERED@EXAMPLE.COM%22",
        )
        .then([Answered("/totalResults", json!(1))]),
        Habit::get("okta-empty-user-name", "/Users?filter=userName%20eq%20%22%22&count=100")
            .then([Answered("/totalResults", json!(0))]),
        Habit::get(
            "okta-group-lookup",
            "/Groups?filter=displayName%20eq%20%22Group%20{id}%22&startIndex=1&count=100",
        )
        .then([Answered("/Resources/0/id", json!("{group}"))]),
        // A plus sign that is one: only form encoders mean a space by it.
        Habit::get("okta-plus-address", "/Users?filter=userName%20eq%20%22a+b@example.com%22")
            .then([Answered("/totalResults", json!(0))]),
        Habit::get("okta-slash-at-the-end-of-the-base", "//Users?startIndex=1&count=2")
            .then([Answered("/itemsPerPage", json!(2))])
            .bends(&[Quirk::PathSlashes], 404, None),
        Habit::get("okta-slash-at-the-end", "/Users/{user}/")
            .then([Answered("/id", json!("{user}"))])
            .bends(&[Quirk::PathSlashes], 404, None),
        Habit::get("okta-header-without-scheme", "/Users?count=1")
            .header("authorization", "{token}")
            .bends(&[Quirk::TokenForm], 401, None),
        Habit::get("okta-header-with-two-schemes", "/Users?count=1")
            .header("authorization", "Bearer Bearer {token}")
            .bends(&[Quirk::TokenForm], 401, None),
    ]
}

fn people() -> Vec<Habit> {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "new-{id}@example.com",
        "name": { "givenName": "P", "familyName": "X" },
        "emails": [{ "primary": true, "value": "new-{id}@example.com", "type": "work" }],
        "displayName": "P X", "locale": "en-US", "externalId": "00u-{id}",
        "groups": [], "password": "placeholder", "active": true,
    });
    vec![
        Habit::post("okta-create", "/Users", body.clone())
            .header("content-type", "application/scim+json; charset=utf-8")
            .then([
                Answered("/externalId", json!("00u-{id}")),
                Answered("/password", json!(null)),
                Answered("/groups", json!(null)),
            ]),
        Habit::post("okta-create-plain-json", "/Users", body)
            .header("content-type", "application/json")
            .then([Answered("/active", json!(true))]),
        Habit::echo(
            "okta-put-echo",
            "/Users/{user}",
            json!({
                "name": { "givenName": "Sam", "formatted": "Pat Lee" }, "password": "placeholder",
                "groups": [{ "value": "gone", "display": null }],
                "meta": { "version": "old", "location": "elsewhere" },
            }),
        )
        .then([
            User("/name/givenName", json!("Sam")),
            User("/title", json!("Lead")),
            User("/groups/0/value", json!("{group}")),
        ]),
        Habit::echo("okta-put-inactive", "/Users/{user}", json!({ "active": false }))
            .then([User("/active", json!(false)), User("/title", json!("Lead"))]),
        Habit::patch_user(
            "okta-patch-inactive",
            json!([{ "op": "replace", "value": { "active": false } }]),
        )
        .then([User("/active", json!(false))]),
        Habit::patch_user(
            "okta-patch-echo",
            json!([{ "op": "replace", "value": {
                "id": "{user}", "title": "Boss", "meta": { "resourceType": "User" },
                "groups": [{ "value": "{group}" }],
            } }]),
        )
        .then([User("/title", json!("Boss"))])
        .bends(&[Quirk::ReadOnlyEcho], 400, Some("mutability")),
    ]
}

fn groups() -> Vec<Habit> {
    vec![
        Habit::post(
            "okta-group-create",
            "/Groups",
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
                "displayName": "New {id}", "members": [],
            }),
        )
        .then([Answered("/displayName", json!("New {id}"))]),
        Habit::echo(
            "okta-group-put",
            "/Groups/{group}",
            json!({ "members": [
                { "value": "{user}", "display": "p@x" }, { "value": "{other}", "display": null },
            ] }),
        )
        .then([Members(&["{user}", "{other}"])]),
        Habit::patch_group(
            "okta-group-rename",
            json!([{ "op": "replace", "value": { "id": "{group}", "displayName": "Re {id}" } }]),
        )
        .then([Group("/displayName", json!("Re {id}"))]),
        Habit::patch_group(
            "okta-group-members",
            json!([
                { "op": "remove", "path": "members[value eq \"{member}\"]" },
                { "op": "add", "path": "members", "value": [{ "value": "{other}", "display": "o" }] },
            ]),
        )
        .then([Members(&["{user}", "{other}"])]),
        Habit::patch_group(
            "okta-group-push-all",
            json!([{ "op": "replace", "path": "members", "value": [{ "value": "{other}" }] }]),
        )
        .then([Members(&["{other}"])]),
    ]
}
