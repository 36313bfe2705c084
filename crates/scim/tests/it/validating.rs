//! POST and PUT bodies in strict mode.

use seatlink_scim::{
    Attribute, Document, Error, Kind, Leniency, Mutability, Registry, ResourceType, Returned,
    Schema, schema, validate,
};
use serde_json::{Value, json};

fn user() -> ResourceType {
    Registry::standard().resource_type("User").unwrap().clone()
}

fn create(body: Value) -> Result<validate::Accepted, Error> {
    validate::create(&user(), body, Leniency::Strict)
}

fn with(attributes: Value) -> Value {
    let mut body = json!({"schemas": [schema::USER], "userName": "bjensen"});
    for (key, value) in attributes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

fn scim_type(error: &Error) -> &'static str {
    error.scim_type.unwrap().as_str()
}

#[test]
fn names_take_schema_spelling_and_schema_order() {
    let accepted = create(json!({
        "URN:ietf:params:scim:schemas:extension:ENTERPRISE:2.0:User": {"DEPARTMENT": "Sales"},
        "Emails": [{"TYPE": "work", "Value": "a@example.com"}],
        "USERNAME": "bjensen",
        "EXTERNALID": "e1",
        "schemas": [schema::USER.to_uppercase()],
    }))
    .unwrap();
    let expected = format!(
        r#"{{"schemas":["{}","{}"],"externalId":"e1","userName":"bjensen","emails":[{{"value":"a@example.com","type":"work"}}],"{}":{{"department":"Sales"}}}}"#,
        schema::USER,
        schema::ENTERPRISE_USER,
        schema::ENTERPRISE_USER,
    );
    assert_eq!(accepted.document.to_text(), expected);
}

#[test]
fn null_and_empty_lists_and_objects_are_unassigned() {
    let accepted = create(with(json!({
        "title": null, "emails": [], "name": {}, "phoneNumbers": [null, {}],
        "photos": null, schema::ENTERPRISE_USER: {"department": null},
    })))
    .unwrap();
    assert_eq!(accepted.document.map().len(), 2, "{}", accepted.document.to_text());
}

#[test]
fn values_of_the_wrong_type_are_refused() {
    for wrong in [
        json!({"active": "true"}),
        json!({"active": 1}),
        json!({"title": 1}),
        json!({"title": {"a": 1}}),
        json!({"title": ["a"]}),
        json!({"name": "Barbara"}),
        json!({"emails": "a@example.com"}),
        json!({"emails": {"value": "a@example.com"}}),
        json!({"emails": ["a@example.com"]}),
        json!({"emails": [{"value": 1}]}),
        json!({"emails": [{"value": "a", "primary": true}, {"value": "b", "primary": true}]}),
        json!({"profileUrl": "not a uri"}),
        json!({"x509Certificates": [{"value": "not base64!"}]}),
        json!({"title": "zero\u{0}"}),
        json!({"userName": ""}),
        json!({"userName": "  "}),
        json!({"userName": null}),
        json!({schema::ENTERPRISE_USER: "Sales"}),
        json!({schema::ENTERPRISE_USER: {"manager": "u2"}}),
    ] {
        let error = create(with(wrong.clone())).expect_err(&wrong.to_string());
        assert_eq!((error.status, scim_type(&error)), (400, "invalidValue"), "{wrong}");
    }
}

#[test]
fn unknown_attributes_are_refused_wherever_they_are() {
    for unknown in [
        json!({"favouriteColour": "blue"}),
        json!({"name": {"nick": "x"}}),
        json!({"emails": [{"value": "a", "colour": "red"}]}),
        json!({schema::ENTERPRISE_USER: {"floor": "3"}}),
        json!({"urn:example:other": {}}),
    ] {
        let error = create(with(unknown.clone())).expect_err(&unknown.to_string());
        assert_eq!(scim_type(&error), "invalidSyntax", "{unknown}");
    }
}

#[test]
fn schemas_must_be_there_and_right() {
    for schemas in [
        json!(null),
        json!([]),
        json!("x"),
        json!([1]),
        json!([schema::GROUP]),
        json!([schema::ENTERPRISE_USER]),
        json!([schema::USER, schema::USER]),
        json!([schema::USER, "urn:example:other"]),
    ] {
        let error = create(json!({"schemas": schemas, "userName": "b"})).unwrap_err();
        assert_eq!(error.status, 400, "{schemas}");
    }
    assert_eq!(create(json!({"userName": "b"})).unwrap_err().status, 400);
}

#[test]
fn what_only_the_server_writes_is_ignored_and_reported() {
    let accepted = create(with(json!({
        "id": "mine", "meta": {"version": "1"}, "groups": [{"value": "g1"}],
        schema::ENTERPRISE_USER: {"manager": {"value": "u2", "displayName": "Boss"}},
    })))
    .unwrap();
    assert_eq!(accepted.id.as_deref(), Some("mine"));
    assert_eq!(
        accepted.document.str_at(&[schema::ENTERPRISE_USER, "manager", "value"]),
        Some("u2")
    );
    assert_eq!(
        accepted.document.str_at(&[schema::ENTERPRISE_USER, "manager", "displayName"]),
        None
    );
    let mut ignored = accepted.ignored;
    ignored.sort();
    let manager = format!("{}:manager.displayName", schema::ENTERPRISE_USER);
    assert_eq!(ignored, ["groups", "id", "meta", &manager]);
}

#[test]
fn a_password_is_set_aside() {
    let accepted = create(with(json!({"password": "hunter2 hunter2"}))).unwrap();
    assert_eq!(accepted.set_aside["password"], "hunter2 hunter2");
    assert!(!accepted.document.to_text().contains("hunter2"));
}

#[test]
fn the_same_value_and_type_appear_once() {
    let accepted = create(with(json!({"emails": [
        {"value": "a", "type": "work"}, {"value": "a", "type": "home"},
        {"value": "a", "type": "work", "display": "A"},
    ]})))
    .unwrap();
    let expected = json!([
        {"value": "a", "display": "A", "type": "work"}, {"value": "a", "type": "home"}
    ]);
    assert_eq!(accepted.document.get("emails"), Some(&expected));
}

fn badges() -> ResourceType {
    let schema = Schema {
        id: "urn:example:badge:1.0:User".to_owned(),
        name: "Badge".to_owned(),
        description: String::new(),
        attributes: vec![
            Attribute::new("serial", Kind::String, "").mutability(Mutability::Immutable),
            Attribute::new("number", Kind::Integer, "").required(),
            Attribute::new("weight", Kind::Decimal, ""),
            Attribute::new("issued", Kind::DateTime, ""),
            Attribute::new("place", Kind::Complex, "").of(vec![
                Attribute::new("room", Kind::String, "").mutability(Mutability::Immutable),
                Attribute::new("desk", Kind::String, ""),
            ]),
        ],
    };
    let registry = Registry::standard().with_extension("User", schema, false).unwrap();
    registry.resource_type("User").unwrap().clone()
}

fn badge(content: Value) -> Value {
    with(json!({"urn:example:badge:1.0:User": content}))
}

#[test]
fn numbers_and_times_are_checked_to_the_letter() {
    let rt = badges();
    let ok = |content| validate::create(&rt, badge(content), Leniency::Strict).is_ok();
    assert!(ok(json!({"number": -5, "weight": 1, "issued": "2020-01-01T00:00:00Z"})));
    assert!(!ok(json!({"number": 1.0})));
    assert!(!ok(json!({"number": 18_446_744_073_709_551_615_u64})));
    assert!(!ok(json!({"number": "1"})));
    assert!(!ok(json!({"number": 1, "weight": "1.5"})));
    assert!(!ok(json!({"number": 1, "issued": "2020-01-01"})));
}

#[test]
fn what_an_extension_requires_counts_once_it_is_used() {
    let rt = badges();
    let create = |body| validate::create(&rt, body, Leniency::Strict);
    assert!(create(with(json!({}))).is_ok());
    let error = create(badge(json!({"weight": 1.5}))).unwrap_err();
    assert!(error.detail.contains(" urn:example:badge:1.0:User:number is required"));
}

#[test]
fn immutable_values_stay_and_can_be_set_once() {
    let rt = badges();
    let current =
        |content| validate::create(&rt, badge(content), Leniency::Strict).unwrap().document;
    let stored =
        current(json!({"serial": "S-1", "number": 1, "place": {"room": "1", "desk": "a"}}));
    let replace = |document: &Document, content| {
        validate::replace(&rt, document, badge(content), Leniency::Strict).map(|a| a.document)
    };
    let error = replace(&stored, json!({"serial": "S-2", "number": 1})).unwrap_err();
    assert_eq!(scim_type(&error), "mutability");
    let error = replace(&stored, json!({"number": 1, "place": {"room": "2"}})).unwrap_err();
    assert_eq!(scim_type(&error), "mutability");

    let kept = replace(&stored, json!({"number": 2})).unwrap();
    let urn = "urn:example:badge:1.0:User";
    assert_eq!(kept.str_at(&[urn, "serial"]), Some("S-1"));
    assert_eq!(kept.get(urn).unwrap()["place"], json!({"room": "1"}));
    let set =
        replace(&current(json!({"number": 1})), json!({"serial": "S-9", "number": 1})).unwrap();
    assert_eq!(set.str_at(&[urn, "serial"]), Some("S-9"));
}

#[test]
fn replace_clears_what_is_omitted_but_does_not_touch_active() {
    let rt = user();
    let current = create(with(json!({"title": "Guide", "active": false}))).unwrap().document;
    let replaced =
        validate::replace(&rt, &current, with(json!({})), Leniency::Strict).unwrap().document;
    assert_eq!(replaced.get("title"), None);
    assert_eq!(replaced.get("active"), Some(&json!(false)));
}

#[test]
fn what_the_server_filled_in_stays_while_it_describes_what_is_there() {
    let manager = |id: &str| with(json!({schema::ENTERPRISE_USER: {"manager": {"value": id}}}));
    let mut current = create(manager("u2")).unwrap().document;
    let path = [schema::ENTERPRISE_USER, "manager", "displayName"];
    current.set_at(&path, json!("Boss"));
    let replace =
        |body| validate::replace(&user(), &current, body, Leniency::Strict).unwrap().document;
    assert_eq!(replace(manager("u2")), current);
    assert_eq!(replace(manager("u3")).str_at(&path), None);
}

#[test]
fn what_can_only_be_written_stays_in_the_document_unless_it_is_set_aside() {
    const SAFE: &str = "urn:example:safe:1.0:User";
    let schema = Schema {
        id: SAFE.to_owned(),
        name: "Safe".to_owned(),
        description: String::new(),
        attributes: vec![
            Attribute::new("pin", Kind::String, "")
                .mutability(Mutability::WriteOnly)
                .returned(Returned::Never),
            Attribute::new("token", Kind::String, "").set_aside(),
        ],
    };
    let registry = Registry::standard().with_extension("User", schema, false).unwrap();
    let rt = registry.resource_type("User").unwrap();
    let body = with(json!({"password": "p", SAFE: {"pin": "1", "token": "t"}}));
    let made = validate::create(rt, body, Leniency::Strict).unwrap();
    assert_eq!(made.document.get(SAFE), Some(&json!({"pin": "1"})));
    assert_eq!(made.document.get("password"), None);
    assert_eq!(made.set_aside["password"], "p");
    assert_eq!(made.set_aside[&format!("{SAFE}:token")], "t");

    let replace = |content: Value| {
        let body = with(json!({SAFE: content}));
        validate::replace(rt, &made.document, body, Leniency::Strict).unwrap().document
    };
    assert_eq!(replace(json!({})), made.document, "whoever has not seen it does not clear it");
    assert_eq!(replace(json!({"pin": "2"})).get(SAFE), Some(&json!({"pin": "2"})));
    assert_eq!(replace(json!({"pin": null})).get(SAFE), None);
}

#[test]
fn an_empty_array_is_no_value_of_lists_only() {
    for wrong in [
        json!({"displayName": []}),
        json!({"active": []}),
        json!({"name": []}),
        json!({"name": {"givenName": []}}),
        json!({"emails": [{"value": []}]}),
        json!({"emails": [[]]}),
        json!({schema::ENTERPRISE_USER: {"costCenter": []}}),
        json!({schema::ENTERPRISE_USER: {"manager": []}}),
    ] {
        let error = create(with(wrong.clone())).unwrap_err();
        assert_eq!(scim_type(&error), "invalidValue", "{wrong}");
        let forgiven = validate::create(&user(), with(wrong.clone()), Leniency::Forgiving).unwrap();
        assert_eq!(forgiven.document, create(with(json!({}))).unwrap().document, "{wrong}");
        assert_eq!(forgiven.repairs.len(), 1, "{wrong}");
    }
}
