//! OneLogin, JumpCloud, PingOne, authentik, Keycloak, Rauthy, and scripts that somebody wrote on a
//! Friday.

use seatlink_scim::Quirk;
use serde_json::{Value, json};

use super::habit::{
    Fact::{Answered, Group, Members, User},
    Habit,
};

const DEPARTMENT: &str = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department";

pub(super) fn habits() -> Vec<Habit> {
    [onelogin(), ping_and_jumpcloud(), open_source(), libraries(), scripts()].concat()
}

fn user(more: Value) -> Value {
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "new-{id}@example.com",
    });
    if let Value::Object(more) = more {
        for (name, value) in more {
            body[name] = value;
        }
    }
    body
}

fn onelogin() -> Vec<Habit> {
    vec![
        Habit::get("onelogin-probe", "/Users?filter=userName%20eq%20%22nobody%22&")
            .header("user-agent", "")
            .then([Answered("/totalResults", json!(0))]),
        Habit::get("onelogin-question-mark", "/Users/{user}?")
            .then([Answered("/id", json!("{user}"))]),
        Habit::post(
            "onelogin-draft-schemas",
            "/Users",
            user(json!({ "schemas": [
                "urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0",
            ] })),
        )
        .bends(&[Quirk::UnknownSchema, Quirk::SchemasMissing], 400, Some("invalidValue")),
        Habit::post(
            "onelogin-draft-extension",
            "/Users",
            user(json!({ "urn:scim:schemas:extension:enterprise:2.0": { "department": "x" } })),
        )
        .then([Answered(DEPARTMENT, json!("x"))])
        .bends(&[Quirk::UnknownSchema], 400, Some("invalidSyntax")),
        Habit::patch_user(
            "onelogin-draft-path",
            json!([{
                "op": "replace", "path": "urn:scim:schemas:extension:enterprise:1.0:department",
                "value": "x",
            }]),
        )
        .then([User(DEPARTMENT, json!("x"))])
        .bends(&[Quirk::UnknownSchema], 400, Some("invalidPath")),
        Habit::post("onelogin-department", "/Users", user(json!({ "department": "x" })))
            .then([Answered(DEPARTMENT, json!("x"))])
            .bends(&[Quirk::UnqualifiedExtension], 400, Some("invalidSyntax")),
        Habit::post("onelogin-no-schemas", "/Users", json!({ "userName": "new-{id}@example.com" }))
            .bends(&[Quirk::SchemasMissing], 400, Some("invalidSyntax")),
        Habit::post(
            "onelogin-one-address",
            "/Users",
            user(json!({ "emails": { "value": "new@example.com" } })),
        )
        .then([Answered("/emails/0/value", json!("new@example.com"))])
        .bends(&[Quirk::ObjectForArray], 400, Some("invalidValue")),
        Habit::echo(
            "onelogin-put-unknown",
            "/Users/{user}",
            json!({ "hatSize": 7, "title": "Boss" }),
        )
        .then([User("/title", json!("Boss")), User("/hatSize", json!(null))])
        .bends(&[Quirk::UnknownAttribute], 400, Some("invalidSyntax")),
        Habit::patch_group(
            "onelogin-group-patch",
            json!([{ "op": "add", "path": "members", "value": [{ "value": "{other}" }] }]),
        )
        .then([Members(&["{user}", "{member}", "{other}"])]),
        Habit::delete("onelogin-delete", "/Users/{user}"),
    ]
}

fn ping_and_jumpcloud() -> Vec<Habit> {
    vec![
        Habit::get("ping-user-name", "/Users?filter=username%20Eq%20%22{name}%22")
            .then([Answered("/Resources/0/id", json!("{user}"))]),
        Habit::get("ping-contains", "/Users?filter=userName%20Co%20%22{id}@%22%20AND%20title%20PR")
            .then([Answered("/Resources/0/id", json!("{user}"))]),
        Habit::get("ping-email", "/Users?filter=email%20Co%20%22ping-email@%22")
            .then([Answered("/Resources/0/id", json!("{user}"))])
            .bends(&[Quirk::EmailForEmails], 400, Some("invalidFilter")),
        Habit::post(
            "jumpcloud-test-user",
            "/Users",
            user(json!({ "emails": [{ "value": "test-{id}@example.com", "primary": true }] })),
        ),
        Habit::patch_group(
            "jumpcloud-members-remove",
            json!([{ "op": "remove", "path": "members", "value": [{ "value": "{member}" }] }]),
        )
        .then([Members(&["{user}"])])
        .bends(&[Quirk::RemoveListed], 400, Some("invalidValue")),
    ]
}

fn open_source() -> Vec<Habit> {
    vec![
        Habit::get("authentik-config", "/ServiceProviderConfig")
            .then([Answered("/patch/supported", json!(true))]),
        Habit::post(
            "authentik-create-without-lookup",
            "/Users",
            user(json!({ "userName": "{name}" })),
        )
        .status(409)
        .then([Answered("/scimType", json!("uniqueness"))]),
        Habit::get("authentik-discovery", "/Groups?startIndex=1"),
        Habit::patch_group(
            "authentik-member-by-member",
            json!([
                { "op": "add", "path": "members", "value": [{ "value": "{other}" }] },
                { "op": "remove", "path": "members", "value": [{ "value": "{user}" }] },
            ]),
        )
        .then([Members(&["{member}", "{other}"])])
        .bends(&[Quirk::RemoveListed], 400, Some("invalidValue")),
        Habit::echo("keycloak-group-put", "/Groups/{group}", json!({ "members": [] }))
            .then([Members(&[])]),
        Habit::get("rauthy-external-id", "/Groups?filter=externalId%20eq%20%22none%22")
            .then([Answered("/totalResults", json!(0))]),
        Habit::patch_group(
            "rauthy-group",
            json!([
                { "op": "replace", "path": "displayName", "value": "Re {id}" },
                { "op": "replace", "path": "externalId", "value": "r-{id}" },
            ]),
        )
        .then([Group("/externalId", json!("r-{id}"))]),
        Habit::echo("rauthy-unlink", "/Users/{user}", json!({ "externalId": null }))
            .then([User("/externalId", json!(null)), User("/title", json!("Lead"))]),
    ]
}

/// What the libraries that clients are built with write.
fn libraries() -> Vec<Habit> {
    let core = "urn:ietf:params:scim:schemas:core:2.0:User";
    let qualified: &'static [Quirk] = &[Quirk::QualifiedKey];
    let email = r#"{"value":"home@example.com","type":"home"}"#;
    let packed: &'static [Quirk] = &[Quirk::JsonInString];
    vec![
        Habit::get("httpx-query", "/Users?filter=userName+sw+%22{id}%22+and+title+pr&attributes=title%2C+name")
            .then([Answered("/Resources/0/name/givenName", json!("Pat"))]),
        Habit::post(
            "laravel-core-object",
            "/Users",
            json!({ "schemas": [core], core: {
                "userName": "new-{id}@example.com", "externalId": "l-{id}",
                "emails": [{ "value": "new@example.com" }],
            } }),
        )
        .then([
            Answered("/emails/0/value", json!("new@example.com")),
            Answered("/externalId", json!("l-{id}")),
        ])
        .bends(qualified, 400, Some("invalidSyntax")),
        Habit::echo("laravel-core-object-put", "/Users/{user}", json!({ core: { "nickName": "Al" } }))
            .then([User("/nickName", json!("Al")), User("/title", json!("Lead"))])
            .bends(qualified, 400, Some("invalidSyntax")),
        Habit::patch_user(
            "scim-sdk-address-in-text",
            json!([{ "op": "add", "path": "emails", "value": [email] }]),
        )
        .then([User("/emails/1/type", json!("home"))])
        .bends(packed, 400, Some("invalidValue")),
        Habit::patch_user(
            "scim-sdk-name-in-text",
            json!([{ "op": "replace", "path": "name", "value": r#"{"givenName":"Kim"}"# }]),
        )
        .then([User("/name", json!({ "familyName": "Lee", "givenName": "Kim" }))])
        .bends(packed, 400, Some("invalidValue")),
        Habit::patch_user(
            "scim-sdk-user-in-text",
            json!([{ "op": "replace", "value": r#"{"title":"Boss"}"# }]),
        )
        .then([User("/title", json!("Boss"))])
        .bends(packed, 400, Some("invalidValue")),
        Habit::patch_group(
            "scim-sdk-member-in-text",
            json!([{ "op": "add", "path": "members", "value": [r#"{"value":"{other}","type":"User"}"#] }]),
        )
        .then([Members(&["{user}", "{member}", "{other}"])])
        .bends(packed, 400, Some("invalidValue")),
    ]
}

fn scripts() -> Vec<Habit> {
    vec![
        Habit::get("script-accepts-pages", "/Users/{user}")
            .header("accept", "text/html, */*;q=0.1")
            .then([Answered("/id", json!("{user}"))]),
        Habit::post("script-content-type", "/Users", user(json!({})))
            .header("content-type", "Application/JSON; Charset=\"UTF-8\""),
        Habit::patch_user("script-no-op", json!([{ "path": "title", "value": "Boss" }]))
            .then([User("/title", json!("Boss"))])
            .bends(&[Quirk::MissingOperator], 400, Some("invalidSyntax")),
        Habit::patch_user(
            "script-empty-path",
            json!([{ "op": "add", "path": "", "value": { "title": "Boss" } }]),
        )
        .then([User("/title", json!("Boss"))])
        .bends(&[Quirk::EmptyPath], 400, Some("invalidPath")),
        Habit::post(
            "script-bulk-as-in-the-example",
            "/Bulk",
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                "Operations": [{ "method": "PATCH", "path": "/Users/{user}", "data": [
                    { "op": "remove", "path": "displayName" },
                    { "op": "replace", "path": "title", "value": "Boss" },
                ] }],
            }),
        )
        .status(200)
        .then([User("/title", json!("Boss")), User("/displayName", json!(null))])
        .means(
            &[Quirk::BareOperations],
            [Answered("/Operations/0/status", json!("400")), User("/title", json!("Lead"))],
        ),
        Habit::patch_user(
            "script-remove-with-value",
            json!([{ "op": "remove", "path": "emails", "value": [{ "value": "{name}" }] }]),
        )
        .then([User("/emails", json!(null))])
        .bends(&[Quirk::RemoveListed], 400, Some("invalidValue")),
        Habit::post(
            "script-schema-twice",
            "/Users",
            user(json!({ "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:core:2.0:User",
            ] })),
        )
        .bends(&[Quirk::SchemaRepeated], 400, Some("invalidValue")),
    ]
}
