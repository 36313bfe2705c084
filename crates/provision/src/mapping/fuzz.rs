//! The mapping against people and accounts that nobody would have. `cargo xtask fuzz` runs it for
//! longer.

use seatlink_domain::{DigestKey, work::Delivered};
use serde_json::{Map, Value};

use super::{Mapped, Observed};
use crate::harness;

type Object = Map<String, Value>;

/// A person and an account, as one array; a third element tells what was delivered before.
fn parts(data: &[u8]) -> Option<(Object, Observed, Object)> {
    let Value::Array(items) = serde_json::from_slice(data).ok()? else { return None };
    let mut items = items.into_iter();
    let mut object = || match items.next() {
        Some(Value::Object(map)) => map,
        _ => Object::new(),
    };
    Some((object(), Observed(object()), object()))
}

/// What the mapping makes of an account needs nothing more: neither another PUT nor a single
/// operation.
#[test]
fn fuzz_mapping() {
    let seeds = [
        r#"[{"userName":"a","name":{"givenName":"P","familyName":"L"},"displayName":"P L","emails":[{"value":"a@b","type":"work","primary":true},{"value":"c@d"}],"phoneNumbers":[{"value":"1","type":"mobile"}],"addresses":[{"type":"work","locality":"X"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D"}},
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"1","userName":"b","name":{"formatted":"x"},"emails":[{"value":"old@b","type":"work"}],"active":false},
            {"title":"gone","phoneNumbers":[{"value":"2","type":"work"}]}]"#,
        r#"[{},{"emails":"a","name":1,"schemas":{},"addresses":[1,null]},{"userName":"a"}]"#,
    ];
    let words = [
        "\"userName\":",
        "\"USERNAME\":",
        "\"emails\":",
        "\"phoneNumbers\":",
        "\"addresses\":",
        "\"type\":\"work\"",
        "\"type\":\"mobile\"",
        "\"primary\":true",
        "\"value\":",
        "\"name\":",
        "\"formatted\":",
        "\"externalId\":",
        "\"schemas\":",
        "\"active\":",
        "null",
        "[]",
        "{}",
        "\"\"",
        "1",
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":",
        "\"urn:ietf:params:scim:schemas:core:2.0:User\"",
        "\"department\":",
        "\"title\":",
    ];
    harness::run("mapping", &seeds, &words, |data| {
        let Some((person, account, delivered)) = parts(data) else {
            return String::from("no JSON");
        };
        let digests = DigestKey::new(&[7; 32]);
        let mapped = |document| Mapped::of(document, String::from("0190"), &digests);
        let before = if delivered.is_empty() {
            Delivered::default()
        } else {
            mapped(&delivered).delivered()
        };
        let mapped = mapped(&person);
        let after = mapped.delivered_over(&before);
        assert!(mapped.is_delivered(&after));
        let operations = mapped.operations(&account, &before);
        for operation in &operations {
            let named = operation["op"].as_str().zip(operation["path"].as_str());
            assert!(named.is_some_and(
                |(op, path)| matches!(op, "add" | "replace" | "remove") && !path.is_empty()
            ));
        }
        let wanted = Observed(mapped.laid_over(&account, &before));
        let again = mapped.laid_over(&wanted, &after);
        assert_eq!(
            Value::Object(again),
            Value::Object(wanted.0.clone()),
            "a second PUT changes something"
        );
        let more = mapped.operations(&wanted, &after);
        assert!(more.is_empty(), "a second PATCH changes something: {more:?}");
        format!("{} {} {}", operations.len().min(6), wanted.is_inactive(), mapped.email().is_some())
    });
}
