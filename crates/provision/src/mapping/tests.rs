//! What a target is told, and what is left alone in its accounts.
#![expect(clippy::unwrap_used, reason = "a malformed case should fail the test")]

use super::*;
use serde_json::json;

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn person(document: Value) -> Mapped {
    by(RULES, document)
}

fn by(rules: &[Place], document: Value) -> Mapped {
    Mapped::by(rules, &map(document), "0190-pat".to_owned(), &DigestKey::new(&[7; 32]))
}

fn pat() -> Value {
    json!({
        "schemas": [USER_URN, ENTERPRISE_URN],
        "userName": "pat@example.com",
        "name": {"givenName": "Pat", "familyName": "Doe", "formatted": "Pat Doe"},
        "displayName": "Pat D.",
        "title": "Clerk",
        "emails": [
            {"value": "home@example.com", "type": "home"},
            {"value": "pat@example.com", "type": "work", "primary": true}
        ],
        "phoneNumbers": [
            {"value": "+1 555 1", "type": "mobile"},
            {"value": "+1 555 2", "type": "fax"}
        ],
        "addresses": [{"locality": "Ghent", "country": "BE", "primary": true}],
        "roles": [{"value": "admin"}],
        "entitlements": [{"value": "all"}],
        "password": "secret",
        "x509Certificates": [{"value": "MII"}],
        ENTERPRISE_URN: {
            "department": "Sales",
            "manager": {"value": "0190-boss", "displayName": "Boss"}
        }
    })
}

#[test]
fn a_new_account_says_what_the_mapping_says_and_nothing_else() {
    assert_eq!(
        Value::Object(person(pat()).new_account()),
        json!({
            "schemas": [USER_URN, ENTERPRISE_URN],
            "externalId": "0190-pat",
            "userName": "pat@example.com",
            "name": {"givenName": "Pat", "familyName": "Doe"},
            "displayName": "Pat D.",
            "title": "Clerk",
            "emails": [{"type": "work", "value": "pat@example.com", "primary": true}],
            "phoneNumbers": [{"type": "mobile", "value": "+1 555 1"}],
            "addresses": [{"type": "work", "locality": "Ghent", "country": "BE"}],
            ENTERPRISE_URN: {"department": "Sales"},
            "active": true
        })
    );
}

#[test]
fn the_enterprise_urn_is_named_only_with_content() {
    let body =
        person(json!({"userName": "p", ENTERPRISE_URN: {"manager": {"value": "x"}}})).new_account();
    assert_eq!(body["schemas"], json!([USER_URN]));
    assert!(!body.contains_key(ENTERPRISE_URN));
}

#[test]
fn the_work_address_falls_back_to_the_primary_and_then_to_the_first() {
    let email = |emails: Value| {
        person(json!({"userName": "p", "emails": emails})).email().map(str::to_owned)
    };
    let cases = [
        (json!([{"value": "a"}, {"value": "b", "type": "WORK"}]), Some("b")),
        (json!([{"value": "a"}, {"value": "b", "primary": true}]), Some("b")),
        (json!([{"value": "a", "type": "home"}, {"value": "b"}]), Some("a")),
        (json!([{"value": ""}]), None),
        (json!([]), None),
    ];
    for (emails, expected) in cases {
        assert_eq!(email(emails.clone()).as_deref(), expected, "{emails}");
    }
}

#[test]
fn what_no_rule_covers_survives_an_update() {
    let observed = Observed(map(json!({
        "schemas": [USER_URN, "urn:example:target:1.0:User"],
        "id": "srv-1",
        "meta": {"resourceType": "User", "version": "W/\"3\""},
        "userName": "PAT@example.com",
        "nickName": "Patty",
        "name": {"givenName": "Patricia", "familyName": "Doe", "formatted": "Patricia Doe", "x": 1},
        "emails": [
            {"value": "old@example.com", "type": "Work", "display": "old", "primary": true},
            {"value": "mine@example.com", "type": "home"}
        ],
        "roles": [{"value": "Agent"}],
        "groups": [{"value": "g-1"}],
        "urn:example:target:1.0:User": {"team": "A"},
        "active": true
    })));
    let body = person(pat()).laid_over(&observed, &Delivered::default());
    assert_eq!(body["id"], "srv-1");
    assert_eq!(body["userName"], "pat@example.com");
    assert_eq!(body["nickName"], "Patty");
    assert_eq!(body["roles"], json!([{"value": "Agent"}]));
    assert_eq!(body["groups"], json!([{"value": "g-1"}]));
    assert_eq!(body["urn:example:target:1.0:User"], json!({"team": "A"}));
    assert_eq!(body["schemas"], json!([USER_URN, "urn:example:target:1.0:User", ENTERPRISE_URN]));
    assert_eq!(
        body["name"],
        json!({"givenName": "Pat", "familyName": "Doe", "x": 1}),
        "a formatted name made from the old parts would be wrong"
    );
    assert_eq!(
        body["emails"],
        json!([
            {"value": "pat@example.com", "type": "work", "primary": true},
            {"value": "mine@example.com", "type": "home"}
        ])
    );
}

#[test]
fn an_unchanged_name_keeps_its_formatted_form() {
    let observed = Observed(map(json!({
        "userName": "p",
        "name": {"givenName": "P", "formatted": "P"}
    })));
    let body = person(json!({"userName": "p", "name": {"givenName": "P"}}))
        .laid_over(&observed, &Delivered::default());
    assert_eq!(body["name"], json!({"givenName": "P", "formatted": "P"}));
}

#[test]
fn a_second_work_address_becomes_the_only_primary_one() {
    let observed = Observed(map(json!({
        "userName": "p",
        "emails": [{"value": "h@x", "type": "home", "primary": true}, {"value": "o@x", "type": "other"}]
    })));
    let body = person(json!({"userName": "p", "emails": [{"value": "w@x", "type": "work"}]}))
        .laid_over(&observed, &Delivered::default());
    assert_eq!(
        body["emails"],
        json!([
            {"value": "h@x", "type": "home"},
            {"value": "o@x", "type": "other"},
            {"type": "work", "value": "w@x", "primary": true}
        ])
    );
}

#[test]
fn a_single_address_without_a_type_is_taken_over() {
    let observed = Observed(map(json!({"userName": "p", "emails": [{"value": "old@x"}]})));
    let body = person(json!({"userName": "p", "emails": [{"value": "new@x"}]}))
        .laid_over(&observed, &Delivered::default());
    assert_eq!(body["emails"], json!([{"value": "new@x", "type": "work", "primary": true}]));
}

#[test]
fn attributes_in_other_spellings_are_replaced_not_doubled() {
    let observed = Observed(map(json!({"userName": "p", "timeZone": "Europe/Brussels"})));
    let body = person(json!({"userName": "p", "timezone": "Europe/Paris"}))
        .laid_over(&observed, &Delivered::default());
    assert_eq!(body["timezone"], "Europe/Paris");
    assert!(!body.contains_key("timeZone"));
}

#[test]
fn only_what_we_delivered_is_cleared_when_it_is_gone() {
    let before = person(json!({
        "userName": "p",
        "title": "Clerk",
        "name": {"middleName": "M"},
        "phoneNumbers": [{"value": "1", "type": "mobile"}],
        ENTERPRISE_URN: {"division": "North"}
    }))
    .delivered();
    let observed = Observed(map(json!({
        "schemas": [USER_URN, ENTERPRISE_URN],
        "userName": "p",
        "title": "Clerk",
        "nickName": "theirs",
        "name": {"middleName": "M"},
        "phoneNumbers": [{"value": "1", "type": "mobile"}, {"value": "2", "type": "work"}],
        ENTERPRISE_URN: {"division": "North"}
    })));
    let body = person(json!({"userName": "p"})).laid_over(&observed, &before);
    assert_eq!(
        Value::Object(body),
        json!({
            "schemas": [USER_URN],
            "userName": "p",
            "nickName": "theirs",
            "phoneNumbers": [{"value": "2", "type": "work"}],
            "externalId": "0190-pat",
            "active": true
        })
    );
}

#[test]
fn an_external_id_given_by_somebody_else_stays() {
    let observed = Observed(map(json!({"userName": "p", "externalId": "hr-7"})));
    let body = person(json!({"userName": "p"})).laid_over(&observed, &Delivered::default());
    assert_eq!(body["externalId"], "hr-7");
}

#[test]
fn laying_the_same_values_over_twice_changes_nothing() {
    let once = person(pat()).laid_over(&Observed::default(), &Delivered::default());
    let twice = person(pat()).laid_over(&Observed(once.clone()), &person(pat()).delivered());
    assert_eq!(once, twice);
}

#[test]
fn what_is_delivered_differs_exactly_when_mapped_values_differ() {
    let base = person(pat()).delivered();
    let mut unmapped = pat();
    unmapped["roles"] = json!([]);
    unmapped["password"] = json!("other");
    assert_eq!(person(unmapped).delivered(), base);
    assert!(person(pat()).is_delivered(&base));
    let mut mapped = pat();
    mapped["title"] = json!("Manager");
    assert!(!person(mapped.clone()).is_delivered(&base));
    // Only the title is another one.
    let changed = person(mapped).delivered();
    let other: Vec<&str> = changed
        .iter()
        .filter(|(path, digest)| base.digest(path) != Some(*digest))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(other, ["title"]);
}

#[test]
fn what_is_delivered_is_known_by_path_and_shows_no_values() {
    let delivered = person(pat()).delivered();
    let paths: Vec<&str> = delivered.iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "addresses[type eq \"work\"]",
            "displayName",
            "emails[type eq \"work\"].value",
            "name.familyName",
            "name.givenName",
            "phoneNumbers[type eq \"mobile\"].value",
            "title",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "userName",
        ]
    );
    assert!(delivered.iter().all(|(_, digest)| digest.len() == 22));
    // The same text in another place, of another person or under another key has another digest.
    let text = json!({"userName": "x", "title": "x"});
    let of = |id: &str, key| {
        Mapped::of(&map(text.clone()), id.to_owned(), &DigestKey::new(&[key; 32])).delivered()
    };
    let (pat, kim, rekeyed) = (of("pat", 7), of("kim", 7), of("pat", 8));
    assert_ne!(pat.digest("title"), pat.digest("userName"));
    assert_ne!(pat.digest("title"), kim.digest("title"));
    assert_ne!(pat.digest("title"), rekeyed.digest("title"));
}

#[test]
fn every_rule_has_a_path_of_its_own() {
    let mut paths: Vec<_> = RULES.iter().map(|rule| rule.path()).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), RULES.len());
}

#[test]
fn rules_in_another_order_have_delivered_the_same() {
    let reversed: Vec<Place> = RULES.iter().rev().copied().collect();
    let before = by(&reversed, pat()).delivered();
    assert_eq!(before, person(pat()).delivered());
    assert!(person(pat()).is_delivered(&before));
}

#[test]
fn a_rule_that_goes_neither_clears_its_value_nor_is_taken_for_another() {
    let (title, nick) = (Place::Core("title"), Place::Core("nickName"));
    let user_name = Place::Core("userName");
    let clerk = json!({"userName": "p", "title": "Clerk"});
    let before = by(&[user_name, title], clerk.clone()).delivered();
    let observed = Observed(map(json!({
        "schemas": [USER_URN],
        "userName": "p",
        "title": "Clerk",
        "nickName": "theirs",
        "externalId": "0190-pat",
        "active": true
    })));
    // The nickname's rule stands where the title's stood; it has delivered nothing so far.
    let without = by(&[user_name, nick], clerk.clone());
    assert!(without.is_delivered(&before), "nobody is sent anything because a rule is gone");
    assert_eq!(without.laid_over(&observed, &before), observed.0);
    assert!(without.operations(&observed, &before).is_empty());
    // Back again, the rule knows what it delivered: it is cleared when it is gone, and not sent
    // twice.
    let before = without.delivered_over(&before);
    assert!(by(&[title, user_name], clerk).is_delivered(&before));
    let again = by(&[title, user_name], json!({"userName": "p"}));
    assert!(!again.is_delivered(&before));
    assert!(!again.laid_over(&observed, &before).contains_key("title"));
    assert_eq!(again.delivered_over(&before).digest("title"), None);
}

#[test]
fn a_rule_that_comes_sends_its_value_and_clears_nothing() {
    let user_name = Place::Core("userName");
    let before = by(&[user_name], json!({"userName": "p", "title": "Clerk"})).delivered();
    assert!(!person(json!({"userName": "p", "title": "Clerk"})).is_delivered(&before));
    let observed = Observed(map(json!({"userName": "p", "title": "theirs"})));
    let body = person(json!({"userName": "p"})).laid_over(&observed, &before);
    assert_eq!(body["title"], "theirs");
}

#[test]
fn patch_operations_have_explicit_paths_and_say_only_what_differs() {
    let observed = Observed(map(json!({
        "schemas": [USER_URN],
        "userName": "pat@example.com",
        "externalId": "0190-pat",
        "name": {"givenName": "Patricia", "familyName": "Doe"},
        "displayName": "Pat D.",
        "nickName": "Patty",
        "emails": [{"value": "old@example.com", "type": "work", "primary": true}],
        "phoneNumbers": [{"value": "+1 555 1", "type": "mobile"}],
        "addresses": [{"type": "work", "locality": "Ghent", "country": "BE"}],
        "active": false
    })));
    assert_eq!(
        Value::Array(person(pat()).operations(&observed, &Delivered::default())),
        json!([
            {"op": "replace", "path": "name.givenName", "value": "Pat"},
            {"op": "replace", "path": "title", "value": "Clerk"},
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "pat@example.com"},
            {
                "op": "replace",
                "path": format!("{ENTERPRISE_URN}:department"),
                "value": "Sales"
            },
            {"op": "replace", "path": "active", "value": true}
        ])
    );
}

#[test]
fn patch_replaces_the_whole_attribute_where_there_is_no_element_to_point_at() {
    let observed = Observed(map(json!({
        "userName": "p",
        "externalId": "0190-pat",
        "active": true,
        "phoneNumbers": [{"value": "9", "type": "fax"}]
    })));
    let wanted = json!({
        "userName": "p",
        "phoneNumbers": [{"value": "1", "type": "mobile"}, {"value": "2", "type": "work"}]
    });
    assert_eq!(
        Value::Array(person(wanted).operations(&observed, &Delivered::default())),
        json!([{"op": "replace", "path": "phoneNumbers", "value": [
            {"value": "9", "type": "fax"},
            {"type": "mobile", "value": "1"},
            {"type": "work", "value": "2"}
        ]}])
    );
}

#[test]
fn patch_removes_what_we_delivered_and_no_longer_have() {
    let had = json!({
        "userName": "p",
        "title": "Clerk",
        "phoneNumbers": [{"value": "1", "type": "mobile"}]
    });
    let before = person(had.clone()).delivered();
    let mut observed = map(had);
    observed.insert("externalId".into(), "0190-pat".into());
    observed.insert("active".into(), true.into());
    assert_eq!(
        Value::Array(person(json!({"userName": "p"})).operations(&Observed(observed), &before)),
        json!([
            {"op": "remove", "path": "title"},
            {"op": "remove", "path": "phoneNumbers[type eq \"mobile\"]"}
        ])
    );
}

#[test]
fn values_that_are_not_text_are_never_mapped() {
    let odd = json!({"userName": "p", "title": {"a": 1}, "locale": 7, "emails": "x", "name": []});
    let body = person(odd).new_account();
    let keys: Vec<&str> = body.keys().map(String::as_str).collect();
    assert_eq!(keys, ["schemas", "externalId", "userName", "active"]);
    assert_eq!(body.get("userName").unwrap(), "p");
}
