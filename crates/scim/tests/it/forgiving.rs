//! The habits of known clients, each with the repair it is reported as.

use seatlink_scim::{
    Document, Edit, Leniency, MembersEdit, Quirk, Registry, ResourceType, patch, schema, validate,
};
use serde_json::{Value, json};

fn user() -> ResourceType {
    Registry::standard().resource_type("User").unwrap().clone()
}

fn group() -> ResourceType {
    Registry::standard().resource_type("Group").unwrap().clone()
}

fn document(attributes: Value) -> Document {
    let mut body = json!({"schemas": [schema::USER], "userName": "bjensen"});
    for (key, value) in attributes.as_object().unwrap() {
        body[key] = value.clone();
    }
    validate::create(&user(), body, Leniency::Strict).unwrap().document
}

fn message(operations: Value) -> Value {
    json!({"schemas": [patch::PATCH_SCHEMA], "Operations": operations})
}

/// Patches a user the forgiving way; the quirks that were needed come along, sorted.
fn patched(before: Value, operations: Value) -> (Document, Vec<Quirk>) {
    let rt = user();
    let (request, mut repairs) = patch::parse(message(operations), Leniency::Forgiving).unwrap();
    let edits = patch::resolve(&request, &rt, Leniency::Forgiving).unwrap();
    repairs.extend(edits.repairs.clone());
    let (edits, _) = edits.split();
    let after = patch::apply_reporting(&rt, &document(before), &edits, &mut repairs).unwrap();
    let mut quirks: Vec<Quirk> = repairs.into_iter().map(|repair| repair.quirk).collect();
    quirks.sort();
    quirks.dedup();
    (after, quirks)
}

#[track_caller]
fn check(before: Value, operations: Value, after: Value, quirks: &[Quirk]) {
    let (changed, found) = patched(before, operations);
    assert_eq!(changed, document(after));
    assert_eq!(found, quirks);
}

fn members_edits(operations: Value) -> Vec<MembersEdit> {
    let (request, _) = patch::parse(message(operations), Leniency::Forgiving).unwrap();
    let edits = patch::resolve(&request, &group(), Leniency::Forgiving).unwrap();
    edits
        .edits
        .into_iter()
        .map(|edit| match edit {
            Edit::Members(edit) => edit,
            Edit::Document(edit) => unreachable!("{edit:?}"),
        })
        .collect()
}

const ENTERPRISE: &str = schema::ENTERPRISE_USER;

#[test]
fn entra_disables_with_a_capital_operator_and_a_text_boolean() {
    check(
        json!({"active": true}),
        json!([{"op": "Replace", "path": "active", "value": "False"}]),
        json!({"active": false}),
        &[Quirk::OperatorCase, Quirk::StringBoolean],
    );
}

#[test]
fn a_missing_operator_is_replace_and_an_empty_path_is_none() {
    check(
        json!({}),
        json!([{"path": "", "value": {"title": "Lead"}}]),
        json!({"title": "Lead"}),
        &[Quirk::MissingOperator, Quirk::EmptyPath],
    );
}

#[test]
fn entra_sends_dotted_and_qualified_keys_without_a_path() {
    let department = format!("{ENTERPRISE}:department");
    let manager = format!("{ENTERPRISE}:manager.value");
    check(
        json!({"name": {"givenName": "B", "familyName": "J"}}),
        json!([{"op": "replace", "value": {
            "name.familyName": "Jensen", "TITLE": "Lead", department: "Sales", manager: "u2",
            "emails[type eq \"work\"].value": "b@example.com",
        }}]),
        json!({
            "name": {"givenName": "B", "familyName": "Jensen"}, "title": "Lead",
            "emails": [{"value": "b@example.com", "type": "work"}],
            ENTERPRISE: {"department": "Sales", "manager": {"value": "u2"}},
        }),
        &[Quirk::DottedKey, Quirk::QualifiedKey, Quirk::ValuePathCreates],
    );
}

#[test]
fn a_value_path_that_matches_nothing_creates_the_element_with_what_the_filter_says() {
    check(
        json!({"addresses": [{"type": "home", "region": "NV"}]}),
        json!([
            {"op": "add", "path": "addresses[type eq \"Work\"].streetAddress", "value": "1 Main St"},
            {"op": "add", "path": "addresses[type eq \"work\"].country", "value": "US"},
        ]),
        json!({"addresses": [
            {"type": "home", "region": "NV"},
            {"type": "Work", "streetAddress": "1 Main St", "country": "US"},
        ]}),
        &[Quirk::ValuePathCreates],
    );
    check(
        json!({"roles": [{"value": "old", "primary": true}]}),
        json!([{"op": "replace", "path": "roles[primary eq \"True\"].value", "value": "new"}]),
        json!({"roles": [{"value": "new", "primary": true}]}),
        &[Quirk::StringBoolean],
    );
    check(
        json!({}),
        json!([{"op": "add", "path": "roles[primary eq \"True\"].display", "value": "Agent"}]),
        json!({"roles": [{"display": "Agent", "primary": true}]}),
        &[Quirk::StringBoolean, Quirk::ValuePathCreates],
    );
}

#[test]
fn a_filter_that_is_no_description_creates_nothing() {
    let (request, _) = patch::parse(
        message(json!([{"op": "add", "path": "emails[type ne \"work\"].value", "value": "x"}])),
        Leniency::Forgiving,
    )
    .unwrap();
    let error =
        patch::apply_all(&user(), &document(json!({})), &request, Leniency::Forgiving).unwrap_err();
    assert_eq!(error.scim_type.unwrap().as_str(), "noTarget");
}

#[test]
fn empty_text_null_and_an_empty_value_clear() {
    let before = json!({
        "title": "Lead", "nickName": "B", "emails": [{"value": "b", "type": "work"}],
        ENTERPRISE: {"department": "Sales", "manager": {"value": "u2", "$ref": "../Users/u2"}},
    });
    check(
        before,
        json!([
            {"op": "replace", "path": "title", "value": ""},
            {"op": "replace", "path": "nickName", "value": null},
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": ""},
            {"op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": {"value": ""}},
        ]),
        json!({ENTERPRISE: {"department": "Sales"}}),
        &[Quirk::EmptyClears],
    );
}

#[test]
fn an_empty_value_beside_other_parts_clears_itself_alone() {
    let path = format!("{ENTERPRISE}:manager");
    check(
        json!({ENTERPRISE: {"manager": {"value": "u2", "$ref": "../Users/u2"}}}),
        json!([{"op": "replace", "path": path, "value": {"value": "", "$ref": "../Users/u3"}}]),
        json!({ENTERPRISE: {"manager": {"$ref": "../Users/u3"}}}),
        &[Quirk::EmptyClears],
    );
}

/// Only an object that says nothing but the value is one: anything else is no plain value.
#[test]
fn a_wrapped_value_is_taken_out_and_other_objects_are_refused() {
    check(
        json!({"title": "a"}),
        json!([{"op": "replace", "path": "title", "value": {"$ref": null, "value": "b"}}]),
        json!({"title": "b"}),
        &[Quirk::WrappedValue],
    );
    for value in [
        json!({}),
        json!({"a": 1}),
        json!({"value": "b"}),
        json!({"$ref": null, "x": "b"}),
        json!({"$ref": null, "value": "b", "type": "c"}),
        json!({"$ref": "x", "value": "b"}),
    ] {
        let (request, _) = patch::parse(
            message(json!([{"op": "replace", "path": "title", "value": value}])),
            Leniency::Forgiving,
        )
        .unwrap();
        let error = patch::resolve(&request, &user(), Leniency::Forgiving).unwrap_err();
        assert_eq!(error.detail, "The attribute title must be text.");
    }
}

/// Drafts called the schemas otherwise; with a path to a part, to a list and to the whole.
#[test]
fn names_of_drafts_are_read_as_those_of_the_standard() {
    for path in [
        "urn:scim:schemas:extension:enterprise:2.0:manager.value",
        "URN:SCIM:schemas:extension:enterprise:1.0:User:manager.value",
    ] {
        check(
            json!({}),
            json!([{"op": "add", "path": path, "value": "boss"}]),
            json!({schema::ENTERPRISE_USER: {"manager": {"value": "boss"}}}),
            &[Quirk::UnknownSchema],
        );
    }
    for (path, value) in [
        ("urn:scim:schemas:extension:enterprise:2.0.department", json!("x")),
        ("urn:scim:schemas:extension:enterprise:2.0", json!({"department": "x"})),
    ] {
        check(
            json!({}),
            json!([{"op": "add", "path": path, "value": value}]),
            json!({schema::ENTERPRISE_USER: {"department": "x"}}),
            &[Quirk::UnknownSchema],
        );
    }
    check(
        json!({"emails": [{"value": "a@b.example", "type": "work"}]}),
        json!([{"op": "replace", "path": "urn:scim:schemas:core:2.0:User:emails[type eq \"work\"].value",
            "value": "c@b.example"}]),
        json!({"emails": [{"value": "c@b.example", "type": "work"}]}),
        &[Quirk::UnknownSchema],
    );
}

/// The text is the value; the type by which the element was found stays.
#[test]
fn bare_text_at_a_value_path_replaces_the_value_alone() {
    check(
        json!({"phoneNumbers": [{"value": "1", "type": "work", "primary": true}, {"value": "2", "type": "fax"}]}),
        json!([{"op": "replace", "path": "phoneNumbers[type eq \"work\"]", "value": "9"}]),
        json!({"phoneNumbers": [{"value": "9", "type": "work", "primary": true}, {"value": "2", "type": "fax"}]}),
        &[Quirk::BareValue],
    );
}

#[test]
fn a_manager_comes_as_bare_id_or_in_an_array() {
    let after = json!({ENTERPRISE: {"manager": {"value": "u2"}}});
    check(
        json!({ENTERPRISE: {"manager": {"value": "u9", "$ref": "../Users/u9"}}}),
        json!([{"op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": "u2"}]),
        after.clone(),
        &[Quirk::BareValue],
    );
    check(
        json!({}),
        json!([{"op": "add", "path": "manager", "value": [{"$ref": null, "value": "u2"}]}]),
        after,
        &[Quirk::UnqualifiedExtension, Quirk::ArrayOfOne],
    );
}

#[test]
fn roles_come_as_json_in_text() {
    let packed = r#"{"id":"1","value":"admin","displayName":"Administrator"}"#;
    check(
        json!({}),
        json!([{"op": "add", "path": "roles", "value": [{"value": packed}]}]),
        json!({"roles": [{"value": "admin", "display": "Administrator"}]}),
        &[Quirk::JsonInString],
    );
}

#[test]
fn objects_come_as_json_in_text() {
    let email = r#" {"value":"a@example.com","type":"work"}"#;
    let emails = json!({"emails": [{"value": "a@example.com", "type": "work"}]});
    let unpacked = &[Quirk::JsonInString];
    for value in [json!(email), json!([email]), json!(format!("[{email}]"))] {
        let operations = json!([{"op": "add", "path": "emails", "value": value}]);
        check(json!({}), operations, emails.clone(), unpacked);
    }
    let name = r#"{"givenName":"Pat"}"#;
    check(
        json!({"name": {"familyName": "Lee"}}),
        json!([{"op": "replace", "path": "name", "value": name}]),
        json!({"name": {"familyName": "Lee", "givenName": "Pat"}}),
        unpacked,
    );
    check(
        json!({}),
        json!([{"op": "add", "value": r#"{"nickName":"Pat"}"#}]),
        json!({"nickName": "Pat"}),
        unpacked,
    );
    check(
        json!({}),
        json!([{"op": "add", "path": ENTERPRISE, "value": [r#"{"department":"Sales"}"#]}]),
        json!({ENTERPRISE: {"department": "Sales"}}),
        &[Quirk::ArrayOfOne, Quirk::JsonInString],
    );
    // What is text stays text, and what is no JSON is a value.
    check(
        json!({}),
        json!([{"op": "add", "path": "nickName", "value": name}]),
        json!({"nickName": name}),
        &[],
    );
    check(
        json!({}),
        json!([{"op": "add", "path": "ims", "value": "{pat}"}]),
        json!({"ims": [{"value": "{pat}"}]}),
        &[Quirk::BareValue],
    );
}

#[test]
fn removing_listed_values_leaves_the_others() {
    check(
        json!({"emails": [{"value": "a", "type": "work"}, {"value": "b", "type": "work"}]}),
        json!([{"op": "remove", "path": "emails", "value": [{"value": "A"}]}]),
        json!({"emails": [{"value": "b", "type": "work"}]}),
        &[Quirk::RemoveListed],
    );
}

#[test]
fn removing_what_is_not_there_changes_nothing() {
    check(
        json!({"emails": [{"value": "a", "type": "work"}]}),
        json!([{"op": "remove", "path": "emails[type eq \"home\"]"}]),
        json!({"emails": [{"value": "a", "type": "work"}]}),
        &[Quirk::RemoveMissed],
    );
}

#[test]
fn echoed_read_only_data_is_ignored_in_a_value_but_not_as_a_target() {
    check(
        json!({}),
        json!([{"op": "replace", "value": {
            "id": "u1", "schemas": [schema::USER], "meta": {"version": "1"},
            "groups": [{"value": "g1"}], "title": "Lead",
        }}]),
        json!({"title": "Lead"}),
        &[Quirk::ReadOnlyEcho],
    );
    let (request, _) = patch::parse(
        message(json!([{"op": "replace", "path": "id", "value": "x"}])),
        Leniency::Forgiving,
    )
    .unwrap();
    let error = patch::resolve(&request, &user(), Leniency::Forgiving).unwrap_err();
    assert_eq!(error.scim_type.unwrap().as_str(), "mutability");
}

#[test]
fn unknown_schemas_are_ignored_but_a_misspelt_path_is_not() {
    let (_, quirks) = patched(
        json!({}),
        json!([{"op": "add", "path": "urn:example:custom:2.0:User:shoeSize", "value": "44"}]),
    );
    assert_eq!(quirks, [Quirk::UnknownAttribute]);
    let (request, _) = patch::parse(
        message(json!([{"op": "add", "path": "tittle", "value": "x"}])),
        Leniency::Forgiving,
    )
    .unwrap();
    let error = patch::resolve(&request, &user(), Leniency::Forgiving).unwrap_err();
    assert_eq!(error.scim_type.unwrap().as_str(), "invalidPath");
}

#[test]
fn entra_removes_members_by_list_and_never_empties_the_group_with_it() {
    let removed = members_edits(json!([
        {"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "u1"}]},
        {"op": "remove", "path": "members", "value": []},
        {"op": "remove", "path": "members[value eq \"u2\" or value eq \"u3\"]"},
        {"op": "remove", "path": "members"},
    ]));
    let remove =
        |values: &[&str]| MembersEdit::Remove(values.iter().map(|v| (*v).to_owned()).collect());
    assert_eq!(removed, [remove(&["u1", "u2", "u3"]), MembersEdit::RemoveAll]);
    let nobody = members_edits(json!([{"op": "remove", "path": "members", "value": []}]));
    assert_eq!(nobody, [remove(&[])]);
}

#[test]
fn members_come_as_bare_text_as_one_object_and_without_a_path() {
    for value in [
        json!(["u1"]),
        json!("u1"),
        json!({"value": "u1"}),
        json!([{"VALUE": "u1", "display": null}]),
    ] {
        let added = members_edits(json!([{"op": "add", "path": "members", "value": value}]));
        assert!(
            matches!(&added[..], [MembersEdit::Add(members)] if members[0].value == "u1"),
            "{value}"
        );
    }
    let replaced =
        members_edits(json!([{"op": "replace", "value": {"members": [{"value": "u1"}]}}]));
    assert!(matches!(&replaced[..], [MembersEdit::ReplaceAll(all)] if all.len() == 1));
    assert_eq!(
        members_edits(json!([{"op": "replace", "path": "members", "value": []}])),
        [MembersEdit::RemoveAll]
    );
    let added =
        members_edits(json!([{"op": "add", "path": "members[value eq \"u7\"]", "value": {}}]));
    assert!(matches!(&added[..], [MembersEdit::Add(members)] if members[0].value == "u7"));
}

#[test]
fn a_broken_members_value_never_becomes_a_change_of_all_members() {
    for value in
        [json!(""), json!({}), json!([{}]), json!(1), json!([null]), json!([{"value": ""}])]
    {
        let body = message(json!([{"op": "replace", "path": "members", "value": value}]));
        let (request, _) = patch::parse(body, Leniency::Forgiving).unwrap();
        assert!(patch::resolve(&request, &group(), Leniency::Forgiving).is_err(), "{value}");
    }
}

#[test]
fn onelogin_and_entra_bodies_with_foreign_schemas_are_accepted() {
    let accepted = validate::create(
        &user(),
        json!({
            "schemas": ["urn:scim:schemas:core:2.0"],
            "userName": "b", "Active": "True", "title": "", "shoeSize": 44,
            "name.givenName": "B", "name": {"familyName": "J"},
            format!("{ENTERPRISE}:department"): "Sales",
            "urn:scim:schemas:extension:enterprise:2.0": {"department": "x"},
            "emails": {"value": "b@example.com"},
        }),
        Leniency::Forgiving,
    )
    .unwrap();
    let expected = document(json!({
        "userName": "b", "active": true, "name": {"givenName": "B", "familyName": "J"},
        "emails": [{"value": "b@example.com"}], ENTERPRISE: {"department": "Sales"},
    }));
    assert_eq!(accepted.document, expected);
    let mut ignored = accepted.ignored;
    ignored.sort();
    assert_eq!(ignored, ["shoeSize"]);
    let mut quirks: Vec<Quirk> = accepted.repairs.iter().map(|repair| repair.quirk).collect();
    quirks.sort();
    assert_eq!(
        quirks,
        [
            Quirk::StringBoolean,
            Quirk::DottedKey,
            Quirk::QualifiedKey,
            Quirk::EmptyClears,
            Quirk::ObjectForArray,
            Quirk::UnknownSchema,
            Quirk::UnknownSchema,
            Quirk::SchemasMissing,
            Quirk::UnknownAttribute,
        ],
    );
}

#[test]
fn okta_puts_back_what_it_read() {
    let current = document(json!({"active": true, "name": {"givenName": "B", "familyName": "J"}}));
    let mut body = Value::from(current.clone());
    body["id"] = json!("u1");
    body["meta"] = json!({"resourceType": "User", "version": "W/\"3\""});
    body["groups"] = json!([{"value": "g1", "display": "Sales"}]);
    body["password"] = json!("placeholder");
    for leniency in [Leniency::Strict, Leniency::Forgiving] {
        let accepted = validate::replace(&user(), &current, body.clone(), leniency).unwrap();
        assert_eq!(accepted.document, current);
    }
}

#[test]
fn every_quirk_explains_itself_and_has_its_own_id() {
    let mut ids: Vec<&str> = Quirk::ALL.iter().map(|quirk| quirk.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), Quirk::ALL.len());
    for quirk in Quirk::ALL {
        assert!(quirk.sentence().ends_with('.') && quirk.clause().starts_with("RFC "), "{quirk}");
        assert!(!quirk.client().is_empty());
    }
}
