//! PATCH beyond the case files: atomicity, primaries, members, write-only values.

use seatlink_scim::{
    Document, Edit, Edits, Error, Leniency, MembersEdit, Registry, ResourceType, filter, patch,
    schema, validate,
};
use serde_json::{Value, json};

fn rt(name: &str) -> ResourceType {
    Registry::standard().resource_type(name).unwrap().clone()
}

fn resolve(rt: &ResourceType, operations: Value, leniency: Leniency) -> Result<Edits, Error> {
    let body = json!({"schemas": [patch::PATCH_SCHEMA], "Operations": operations});
    patch::parse(body, leniency).and_then(|(request, _)| patch::resolve(&request, rt, leniency))
}

fn apply(before: Value, operations: Value) -> Result<Document, Error> {
    let rt = rt("User");
    let mut body = json!({"schemas": [schema::USER], "userName": "bjensen"});
    body.as_object_mut().unwrap().extend(before.as_object().unwrap().clone());
    let before = validate::create(&rt, body, Leniency::Strict).unwrap().document;
    let (edits, _) = resolve(&rt, operations, Leniency::Strict)?.split();
    patch::apply(&rt, &before, &edits)
}

fn scim_type(error: &Error) -> &'static str {
    error.scim_type.unwrap().as_str()
}

#[test]
fn adding_a_value_that_is_there_takes_over_what_is_new() {
    let after = apply(
        json!({"emails": [{"value": "a", "type": "work", "primary": true}, {"value": "b", "type": "home"}]}),
        json!([{"op": "add", "path": "emails", "value": [
            {"value": "b", "type": "home", "primary": true, "display": "B"}
        ]}]),
    )
    .unwrap();
    let expected = json!([
        {"value": "a", "type": "work", "primary": false},
        {"value": "b", "display": "B", "type": "home", "primary": true},
    ]);
    assert_eq!(after.get("emails"), Some(&expected));
}

#[test]
fn two_primaries_at_once_are_refused() {
    let two = json!({"emails": [{"value": "a", "type": "x"}, {"value": "b", "type": "x"}]});
    let error = apply(
        two,
        json!([{"op": "replace", "path": "emails[type eq \"x\"].primary", "value": true}]),
    )
    .unwrap_err();
    assert_eq!(scim_type(&error), "invalidValue");
}

#[test]
fn setting_a_new_primary_by_path_demotes_the_old_one() {
    let after = apply(
        json!({"emails": [{"value": "a", "primary": true}, {"value": "b"}]}),
        json!([{"op": "replace", "path": "emails[value eq \"b\"].primary", "value": true}]),
    )
    .unwrap();
    let expected = json!([{"value": "a", "primary": false}, {"value": "b", "primary": true}]);
    assert_eq!(after.get("emails"), Some(&expected));
}

#[test]
fn emptying_an_extension_takes_its_urn_out_of_schemas() {
    let before = json!({schema::ENTERPRISE_USER: {"department": "Sales"}});
    let path = format!("{}:department", schema::ENTERPRISE_USER);
    for path in [path.as_str(), schema::ENTERPRISE_USER] {
        let after = apply(before.clone(), json!([{"op": "remove", "path": path}])).unwrap();
        assert_eq!(after.get("schemas"), Some(&json!([schema::USER])), "{path}");
        assert_eq!(after.get(schema::ENTERPRISE_USER), None, "{path}");
    }
}

#[test]
fn a_new_manager_loses_what_described_the_old_one() {
    let path = format!("{}:manager.value", schema::ENTERPRISE_USER);
    let after = apply(
        json!({schema::ENTERPRISE_USER: {"manager": {"value": "u2", "$ref": "../Users/u2"}}}),
        json!([{"op": "replace", "path": path, "value": "u3"}]),
    )
    .unwrap();
    assert_eq!(after.get(schema::ENTERPRISE_USER), Some(&json!({"manager": {"value": "u3"}})));
}

#[test]
fn passwords_go_aside_and_can_be_cleared() {
    let set = json!([{"op": "replace", "value": {"password": "correct horse"}}]);
    let edits = resolve(&rt("User"), set, Leniency::Strict).unwrap();
    assert!(edits.edits.is_empty());
    assert_eq!(edits.set_aside["password"], "correct horse");
    let clear = json!([{"op": "remove", "path": "password"}]);
    assert_eq!(
        resolve(&rt("User"), clear, Leniency::Strict).unwrap().set_aside["password"],
        Value::Null
    );
}

#[test]
fn an_id_in_a_value_is_reported_to_the_caller() {
    let rename = json!([{"op": "replace", "value": {"id": "g1", "displayName": "Guides"}}]);
    let edits = resolve(&rt("Group"), rename, Leniency::Strict).unwrap();
    assert_eq!(edits.claimed_id.as_deref(), Some("g1"));
    assert!(matches!(&edits.edits[..], [Edit::Document(edit)] if edit.path() == "displayName"));
}

#[test]
fn members_keep_out_of_document_edits_and_filters_stay_filters() {
    let operations = json!([
        {"op": "replace", "path": "displayName", "value": "Guides"},
        {"op": "remove", "path": "members[type eq \"Group\"]"},
    ]);
    let (documents, members) = resolve(&rt("Group"), operations, Leniency::Strict).unwrap().split();
    assert_eq!(documents.len(), 1);
    let [MembersEdit::RemoveWhere(found)] = &members[..] else { unreachable!("{members:?}") };
    assert!(found.matches(&json!({"value": "g2", "type": "Group"})));
    assert!(!found.matches(&json!({"value": "u2", "type": "User"})));
}

#[test]
fn members_cannot_be_changed_in_place() {
    for operation in [
        json!({"op": "replace", "path": "members[value eq \"u1\"].display", "value": "x"}),
        json!({"op": "replace", "path": "members[value eq \"u1\"]", "value": {"value": "u2"}}),
        json!({"op": "replace", "path": "members.value", "value": "u2"}),
        json!({"op": "remove", "path": "members[value eq \"u1\"].value"}),
    ] {
        let error = resolve(&rt("Group"), json!([operation]), Leniency::Strict).unwrap_err();
        assert_eq!(scim_type(&error), "mutability", "{operation}");
    }
}

#[test]
fn a_thousand_members_in_one_request_stay_one_edit() {
    let values: Vec<Value> = (0..1000).map(|n| json!({"value": format!("u{}", n % 900)})).collect();
    let operations = json!([{"op": "add", "path": "members", "value": values}]);
    let (_, members) = resolve(&rt("Group"), operations, Leniency::Strict).unwrap().split();
    assert!(matches!(&members[..], [MembersEdit::Add(added)] if added.len() == 900));
}

#[test]
fn messages_without_the_right_shape_are_refused() {
    for body in [
        json!([]),
        json!({"Operations": [{"op": "add", "path": "title", "value": "x"}]}),
        json!({"schemas": [schema::USER], "Operations": [{"op": "add", "path": "title", "value": "x"}]}),
        json!({"schemas": [patch::PATCH_SCHEMA]}),
        json!({"schemas": [patch::PATCH_SCHEMA], "Operations": {}}),
        json!({"schemas": [patch::PATCH_SCHEMA], "Operations": ["add"]}),
        json!({"schemas": [patch::PATCH_SCHEMA], "Operations": [{"op": "move", "path": "title"}]}),
        json!({"schemas": [patch::PATCH_SCHEMA], "Operations": [{"op": 1, "path": "title"}]}),
        json!({"schemas": [patch::PATCH_SCHEMA], "Operations": [{"op": "remove", "path": 1}]}),
    ] {
        for leniency in [Leniency::Strict, Leniency::Forgiving] {
            assert_eq!(patch::parse(body.clone(), leniency).unwrap_err().status, 400, "{body}");
        }
    }
}

#[test]
fn filters_and_paths_are_told_apart_in_errors() {
    let of = |path: &str| {
        let body = json!([{"op": "remove", "path": path}]);
        scim_type(&resolve(&rt("User"), body, Leniency::Strict).unwrap_err())
    };
    assert_eq!(of("emails[type eq work]"), "invalidFilter");
    assert_eq!(of("emails[colour eq \"red\"]"), "invalidFilter");
    assert_eq!(of("emails[type eq \"work\""), "invalidFilter");
    assert_eq!(of("emails[0]"), "invalidFilter");
    assert_eq!(of("emails.0"), "invalidPath");
    assert_eq!(of("/emails/0"), "invalidPath");
    assert_eq!(of("name.givenName.first"), "invalidPath");
    assert_eq!(of("name[givenName eq \"x\"]"), "invalidPath");
    assert_eq!(of(""), "invalidPath");
    assert_eq!(
        filter::parse("emails[0]").unwrap_err().scim_type.unwrap().as_str(),
        "invalidFilter"
    );
}

#[test]
fn one_operation_per_member_becomes_one_edit() {
    let add = |id: &str| json!({"op": "add", "path": "members", "value": [{"value": id}]});
    let operations = json!([add("u1"), add("u2"), add("u1")]);
    let (_, members) = resolve(&rt("Group"), operations, Leniency::Strict).unwrap().split();
    assert!(matches!(&members[..], [MembersEdit::Add(added)] if added.len() == 2), "{members:?}");
}

#[test]
fn lists_and_requests_have_a_size_beyond_which_they_are_refused() {
    let many: Vec<Value> = (0..1001).map(|n| json!({"value": n.to_string()})).collect();
    let error =
        apply(json!({}), json!([{"op": "add", "path": "emails", "value": many}])).unwrap_err();
    assert_eq!(scim_type(&error), "invalidValue");
    let one_by_one: Vec<Value> =
        many.iter().map(|one| json!({"op": "add", "path": "emails", "value": [one]})).collect();
    assert_eq!(scim_type(&apply(json!({}), Value::Array(one_by_one)).unwrap_err()), "invalidValue");
    let operations = vec![json!({"op": "remove", "path": "title"}); patch::MAX_OPERATIONS + 1];
    assert_eq!(apply(json!({}), Value::Array(operations)).unwrap_err().status, 413);
}

#[test]
fn losing_primary_never_leaves_the_same_value_twice() {
    let after = apply(
        json!({"emails": [{"type": "work", "primary": true}]}),
        json!([{"op": "add", "path": "emails", "value": [
            {"type": "work"}, {"value": "b", "primary": true}
        ]}]),
    )
    .unwrap();
    let expected = json!([{"type": "work", "primary": false}, {"value": "b", "primary": true}]);
    assert_eq!(after.get("emails"), Some(&expected));
}
