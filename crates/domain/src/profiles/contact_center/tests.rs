//! What the profile of a contact center requires of its users.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

use seatlink_scim::{Document, Edits, Error, Leniency, ResourceType, patch, schema, validate};
use serde_json::{Value, json};

use super::{EXTENSION, OptionalField, OptionalFields, registry};

fn resolve(rt: &ResourceType, operations: &Value, leniency: Leniency) -> Result<Edits, Error> {
    let body = json!({"schemas": [patch::PATCH_SCHEMA], "Operations": operations});
    patch::parse(body, leniency).and_then(|(request, _)| patch::resolve(&request, rt, leniency))
}

fn scim_type(error: &Error) -> &'static str {
    error.scim_type.unwrap().as_str()
}

#[test]
fn a_required_list_cannot_be_emptied_by_a_filter() {
    let registry = registry(&OptionalFields::none());
    let rt = registry.resource_type("User").unwrap();
    let body = json!({
        "schemas": [schema::USER], "userName": "b@example.com",
        "name": {"givenName": "B", "familyName": "J"}, "emails": [{"value": "b@example.com", "type": "work"}],
    });
    let before = validate::create(rt, body, Leniency::Strict).unwrap().document;
    let patched = |operations| {
        let (edits, _) = resolve(rt, &operations, Leniency::Strict)?.split();
        patch::apply(rt, &before, &edits)
    };
    let remove = json!({"op": "remove", "path": "emails[type eq \"work\"]"});
    assert_eq!(scim_type(&patched(json!([remove])).unwrap_err()), "mutability");
    let add = json!({"op": "add", "path": "emails", "value": [{"value": "c@example.com"}]});
    assert!(patched(json!([remove, add])).is_ok());
    assert_eq!(
        scim_type(&patched(json!([{"op": "remove", "path": "name.givenName"}])).unwrap_err()),
        "mutability"
    );
}

#[test]
fn a_resource_that_already_lacks_something_required_can_still_be_switched_off() {
    let registry = registry(&OptionalFields::none());
    let rt = registry.resource_type("User").unwrap();
    let old =
        format!(r#"{{"schemas":["{}"],"userName":"b@example.com","active":true}}"#, schema::USER);
    let before = Document::from_stored(&old).unwrap();
    let operations = json!([{"op": "replace", "path": "active", "value": false}]);
    let (edits, _) = resolve(rt, &operations, Leniency::Strict).unwrap().split();
    assert_eq!(patch::apply(rt, &before, &edits).unwrap().get("active"), Some(&json!(false)));
}

#[test]
fn fields_that_are_switched_off_are_ignored_and_survive_a_replace() {
    let on = registry(&OptionalFields::all());
    let off = registry(&OptionalFields::none().with(OptionalField::Team));
    let body = json!({
        "schemas": [schema::USER, EXTENSION],
        "userName": "b@example.com",
        "name": {"givenName": "B", "middleName": "M", "familyName": "J"},
        "emails": [{"value": "b@example.com", "primary": true}],
        "userType": "Agent",
        EXTENSION: {
            "team": {"value": "t1"}, "loginAuthenticator": {"value": "l1"},
            "employeeTemplate": {"display": "Agents"},
        },
    });
    let full_type = on.resource_type("User").unwrap();
    let full = validate::create(full_type, body.clone(), Leniency::Strict).unwrap();
    let template = format!("{EXTENSION}:employeeTemplate");
    assert_eq!(full.set_aside[&template], json!({"display": "Agents"}));
    assert!(full.ignored.is_empty());

    let small_type = off.resource_type("User").unwrap();
    let small = validate::create(small_type, body.clone(), Leniency::Strict).unwrap();
    assert_eq!(small.document.get("userType"), None);
    let mut ignored = small.ignored;
    ignored.sort();
    let authenticator = format!("{EXTENSION}:loginAuthenticator");
    assert_eq!(ignored, ["name.middleName", &authenticator, "userType"]);

    let mut changed = body;
    changed["userType"] = json!("Clerk");
    changed["name"]["middleName"] = json!("X");
    let kept =
        validate::replace(small_type, &full.document, changed, Leniency::Strict).unwrap().document;
    assert_eq!(kept, full.document);
}

#[test]
fn a_contact_center_requires_names_and_an_address() {
    let registry = registry(&OptionalFields::none());
    let rt = registry.resource_type("User").unwrap();
    let mut body = json!({
        "schemas": [schema::USER], "userName": "bjensen",
        "emails": [{"value": "b@example.com"}], "name": {"givenName": "B"},
    });
    let error = validate::create(rt, body.clone(), Leniency::Strict).unwrap_err();
    assert!(error.detail.contains(" name.familyName is required"), "{}", error.detail);
    body["name"]["familyName"] = json!("J");
    assert!(validate::create(rt, body.clone(), Leniency::Strict).is_ok());
    body["emails"] = json!([]);
    let error = validate::create(rt, body, Leniency::Strict).unwrap_err();
    assert!(error.detail.contains(" emails is required"), "{}", error.detail);
}
