//! `attributes` and `excludedAttributes`.

use seatlink_scim::{Attribute, Kind, Projection, Registry, Returned, Schema, schema};
use serde_json::{Value, json};

fn registry() -> Registry {
    let notes = Schema {
        id: "urn:example:notes:1.0:User".to_owned(),
        name: "Notes".to_owned(),
        description: String::new(),
        attributes: vec![
            Attribute::new("long", Kind::String, "").returned(Returned::Request),
            Attribute::new("hidden", Kind::String, "").returned(Returned::Never),
        ],
    };
    Registry::standard().with_extension("User", notes, false).unwrap()
}

fn full() -> Value {
    json!({
        "schemas": [schema::USER], "id": "u1", "userName": "bjensen", "password": "x",
        "name": {"givenName": "Barbara", "familyName": "Jensen"},
        "emails": [{"value": "a", "type": "work"}, {"type": "home"}],
        "unknown": 1,
        schema::ENTERPRISE_USER: {"department": "Sales", "manager": {"value": "u2", "displayName": "B"}},
        "urn:example:notes:1.0:User": {"long": "text", "hidden": "text"},
        "meta": {"resourceType": "User"},
    })
}

fn projected(attributes: Option<&str>, excluded: Option<&str>) -> Value {
    let registry = registry();
    let rt = registry.resource_type("User").unwrap();
    Projection::parse(attributes, excluded, rt).unwrap().apply(rt, full())
}

#[test]
fn the_default_holds_all_but_what_must_be_asked_for_or_stays_hidden() {
    let value = projected(None, None);
    let mut expected = full();
    for gone in ["password", "unknown", "urn:example:notes:1.0:User"] {
        expected.as_object_mut().unwrap().shift_remove(gone);
    }
    assert_eq!(value, expected);
    assert_eq!(projected(Some(""), Some(" ")), value);
}

#[test]
fn named_attributes_come_with_what_is_always_returned() {
    let always = json!({"schemas": [schema::USER], "id": "u1"});
    let with = |more: Value| {
        let mut value = always.clone();
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        value
    };
    assert_eq!(projected(Some("USERNAME"), None), with(json!({"userName": "bjensen"})));
    assert_eq!(projected(Some("nothing, password"), None), always);
    assert_eq!(
        projected(Some("name.givenname,emails.value"), None),
        with(json!({"name": {"givenName": "Barbara"}, "emails": [{"value": "a"}]})),
    );
    assert_eq!(
        projected(Some(&format!("{}:manager.value", schema::ENTERPRISE_USER)), None),
        with(json!({schema::ENTERPRISE_USER: {"manager": {"value": "u2"}}})),
    );
    assert_eq!(
        projected(Some("urn:example:notes:1.0:User"), None),
        with(json!({"urn:example:notes:1.0:User": {"long": "text"}})),
    );
    assert_eq!(
        projected(Some(&format!("{}:userName", schema::USER)), None),
        with(json!({"userName": "bjensen"})),
    );
}

#[test]
fn a_filter_behind_a_name_is_passed_over() {
    let asked = r#"userName, emails[type eq "a]," and value pr].value,name"#;
    assert_eq!(projected(Some(asked), None), projected(Some("userName,emails.value,name"), None));
    assert_eq!(projected(Some("emails[type"), None), projected(Some("emails"), None));
    assert_eq!(projected(None, Some(r#"emails[type eq "work"]"#)), projected(None, None));
}

#[test]
fn excluded_attributes_go_but_never_what_is_always_returned() {
    let value = projected(None, Some("id,schemas,emails,name.familyName,meta"));
    assert_eq!(value["id"], "u1");
    assert_eq!(value["schemas"], json!([schema::USER]));
    assert_eq!(value["name"], json!({"givenName": "Barbara"}));
    assert!(value.get("emails").is_none() && value.get("meta").is_none());
    let value = projected(None, Some(schema::ENTERPRISE_USER));
    assert!(value.get(schema::ENTERPRISE_USER).is_none());
}

/// A core schema with parts that are always returned, and a whole that is.
fn marked(attributes: Option<&str>, excluded: Option<&str>) -> Value {
    let text = |name: &str| Attribute::new(name, Kind::String, "");
    let complex = |name: &str, parts: Vec<Attribute>| {
        let mut attribute = Attribute::new(name, Kind::Complex, "");
        attribute.sub_attributes = parts;
        attribute
    };
    let mut boxes = complex("boxes", vec![text("mark").returned(Returned::Always), text("size")]);
    boxes.multi_valued = true;
    let stays = complex("stays", vec![text("a"), text("b").returned(Returned::Never)]);
    let schema = Schema {
        id: String::from("urn:example:marked:1.0:User"),
        name: String::from("Marked"),
        description: String::new(),
        attributes: vec![boxes, stays.returned(Returned::Always)],
    };
    let registry = Registry::standard().with_extension("User", schema, false).unwrap();
    let rt = registry.resource_type("User").unwrap();
    let full = json!({
        "userName": "bjensen",
        "urn:example:marked:1.0:User": {
            "boxes": [{"mark": "m", "size": "s"}, {"size": "s"}], "stays": {"a": "1", "b": "2"},
        },
    });
    let mut shown = Projection::parse(attributes, excluded, rt).unwrap().apply(rt, full);
    shown["urn:example:marked:1.0:User"].take()
}

#[test]
fn parts_that_are_always_returned_stay_whatever_becomes_of_the_rest() {
    let least = json!({"boxes": [{"mark": "m"}], "stays": {"a": "1"}});
    assert_eq!(marked(Some("userName"), None), least);
    let of = |name: &str| format!("urn:example:marked:1.0:User:{name}");
    let both = format!("{},{}", of("boxes"), of("stays"));
    for excluded in [both.as_str(), "urn:example:marked:1.0:User"] {
        assert_eq!(marked(None, Some(excluded)), least, "{excluded}");
    }
    let parts = format!("{},{}", of("boxes.mark"), of("boxes.size"));
    assert_eq!(marked(None, Some(&parts)), least);
}

#[test]
fn both_lists_together_are_refused() {
    let registry = registry();
    let rt = registry.resource_type("User").unwrap();
    assert_eq!(Projection::parse(Some("a"), Some("b"), rt).unwrap_err().status, 400);
}

#[test]
fn members_are_not_wanted_when_they_will_not_be_returned() {
    let registry = registry();
    let rt = registry.resource_type("Group").unwrap();
    let wants = |attributes, excluded| {
        Projection::parse(attributes, excluded, rt).unwrap().wants("members")
    };
    assert!(wants(None, None) && Projection::all().is_default());
    assert!(wants(Some("members.value"), None));
    assert!(wants(None, Some("members.display")));
    assert!(!wants(Some("displayName"), None));
    assert!(!wants(None, Some("Members")));
}
