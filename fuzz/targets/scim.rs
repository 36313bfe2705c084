//! Fuzz targets of the SCIM protocol: each takes any bytes and says in a few words what became of
//! them.

use std::{borrow::Cow, fmt::Debug};

use seatlink_scim::{
    AttrPath, Document, Error, Leniency, ListQuery, Path, Precondition, Projection, Registry,
    ResourceType, Schema, filter, message::bulk::BulkRequest, patch, resolve_date_time, schema,
    search_form, validate,
};
use serde_json::{Value, json};

const BOTH: [Leniency; 2] = [Leniency::Strict, Leniency::Forgiving];

fn text(data: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(data)
}

fn value(data: &[u8]) -> Option<Value> {
    serde_json::from_slice(data).ok()
}

fn types() -> Vec<ResourceType> {
    Registry::standard().resource_types().to_vec()
}

/// What an error says without the words that stand in it because of the input.
fn said(error: &Error) -> String {
    let kind = error.scim_type.map_or("", |kind| kind.as_str());
    let words: Vec<&str> = error.detail.split(' ').rev().take(3).collect();
    format!("{} {kind} {}", error.status, words.join(" "))
}

fn shape(value: &impl Debug) -> String {
    format!("{value:?}").chars().filter(|c| !c.is_alphanumeric()).collect()
}

fn user() -> Value {
    json!({
        "schemas": [schema::USER, schema::ENTERPRISE_USER],
        "id": "u1",
        "userName": "pat@example.com",
        "name": { "givenName": "Pat", "familyName": "Lee" },
        "active": true,
        "emails": [
            { "value": "pat@example.com", "type": "work", "primary": true },
            { "value": "lee@example.org", "type": "home" },
        ],
        schema::ENTERPRISE_USER: { "department": "Sales", "manager": { "value": "m1" } },
        "meta": { "resourceType": "User", "created": "2020-01-01T00:00:00Z" },
    })
}

fn group() -> Value {
    json!({
        "schemas": [schema::GROUP],
        "id": "g1",
        "displayName": "Sales",
        "members": [{ "value": "u1" }, { "value": "u2", "type": "User" }],
    })
}

/// A filter: what can be read can be written and read again, resolved, and asked of a resource.
pub(crate) fn filter(data: &[u8]) -> String {
    let parsed = match filter::parse(&text(data)) {
        Ok(parsed) => parsed,
        Err(error) => return said(&error),
    };
    let written = parsed.to_string();
    if written.len() <= filter::MAX_LENGTH {
        assert_eq!(filter::parse(&written).as_ref(), Ok(&parsed), "{written}");
    }
    let mut outcome = shape(&parsed);
    for rt in types() {
        for leniency in BOTH {
            match parsed.resolve(&rt, leniency) {
                Ok(resolved) => {
                    let resource = if rt.name == "User" { user() } else { group() };
                    let matches = resolved.matches(&resource);
                    assert_eq!(
                        resolved.matches(&search_form(&rt, &resource)),
                        matches,
                        "{written}"
                    );
                    outcome.push(if matches { '1' } else { '0' });
                }
                Err(error) => outcome.push_str(error.scim_type.map_or("", |kind| kind.as_str())),
            }
        }
    }
    outcome
}

/// Paths of PATCH and of parameters.
pub(crate) fn path(data: &[u8]) -> String {
    let text = text(data);
    let attribute = AttrPath::parse(&text).is_some();
    let user = &types()[0];
    let _ =
        Projection::parse(Some(&text), None, user).map(|chosen| chosen.apply(user, self::user()));
    let _ =
        Projection::parse(None, Some(&text), user).map(|chosen| chosen.apply(user, self::user()));
    match Path::parse(&text) {
        Ok(path) => {
            let written = path.to_string();
            if written.len() <= filter::MAX_LENGTH {
                assert_eq!(Path::parse(&written).as_ref(), Ok(&path), "{written}");
            }
            format!("{attribute} {}", shape(&path))
        }
        Err(error) => format!("{attribute} {}", said(&error)),
    }
}

/// A resource sent to be created: accepted ones are canonical, and sent back as they are they
/// change nothing.
pub(crate) fn resource(data: &[u8]) -> String {
    let Some(body) = value(data) else { return String::from("no JSON") };
    let mut outcome = String::new();
    for rt in types() {
        for leniency in BOTH {
            match validate::create(&rt, body.clone(), leniency) {
                Ok(accepted) => {
                    canonical(&rt, &accepted.document, leniency);
                    outcome.push_str(&shape(&accepted.repairs));
                }
                Err(error) => outcome.push_str(&said(&error)),
            }
        }
    }
    outcome
}

/// PUT(GET(x)) = x, and the parts of the engine that take a document take this one. Only as the
/// same connection reads: to a forgiving one an empty text clears, to a strict one a reference must
/// be a URI.
fn canonical(rt: &ResourceType, document: &Document, leniency: Leniency) {
    let full = Value::from(document.clone());
    let again = validate::replace(rt, document, full.clone(), leniency);
    let again = again.map(|accepted| accepted.document.to_text());
    assert_eq!(again, Ok(document.to_text()));
    assert_eq!(
        Document::from_stored(&document.to_text()).map(|read| read.to_text()),
        Ok(document.to_text())
    );
    let _ = search_form(rt, &full);
}

/// A PATCH message: all operations at once are the same as one after the other, and what comes out
/// is canonical.
pub(crate) fn patch(data: &[u8]) -> String {
    let Some(body) = value(data) else { return String::from("no JSON") };
    let mut outcome = String::new();
    for (rt, sample) in types().iter().zip([user(), group()]) {
        let accepted = validate::create(rt, sample, Leniency::Strict);
        let document = accepted.map(|accepted| accepted.document);
        for leniency in BOTH {
            let Ok(document) = &document else { return String::from("the sample is not valid") };
            let request = match patch::parse(body.clone(), leniency) {
                Ok((request, _)) => request,
                Err(error) => {
                    outcome.push_str(&said(&error));
                    continue;
                }
            };
            let at_once = patch::apply_all(rt, document, &request, leniency);
            let mut one_by_one = Ok(document.clone());
            for operation in &request.operations {
                let one = patch::PatchRequest { operations: vec![operation.clone()] };
                one_by_one = one_by_one.and_then(|now| patch::apply_all(rt, &now, &one, leniency));
            }
            match at_once {
                Ok(changed) => {
                    assert_eq!(one_by_one.as_ref(), Ok(&changed));
                    canonical(rt, &changed, leniency);
                    outcome.push_str(if changed == *document { "same" } else { "changed" });
                }
                Err(error) => {
                    assert!(one_by_one.is_err(), "at once it is refused: {error}");
                    outcome.push_str(&said(&error));
                }
            }
        }
    }
    outcome
}

/// A bulk request: its order holds every operation once.
pub(crate) fn bulk(data: &[u8]) -> String {
    let Some(body) = value(data) else { return String::from("no JSON") };
    match BulkRequest::parse(body, 1_000, Leniency::Forgiving) {
        Ok(mut request) => {
            let mut order = request.order();
            order.sort_unstable();
            assert!(order.into_iter().eq(0..request.operations.len()));
            let mut outcome = String::new();
            for operation in &mut request.operations {
                match operation {
                    Ok(operation) => {
                        let known = [("a".to_owned(), "1".to_owned())].into_iter().collect();
                        outcome.push_str(if operation.resolve(&known).is_ok() {
                            "ok"
                        } else {
                            "no"
                        });
                    }
                    Err(malformed) => outcome.push_str(&said(&malformed.error)),
                }
            }
            outcome
        }
        Err(error) => said(&error),
    }
}

/// A query: as a URL, and as a search request.
pub(crate) fn query(data: &[u8]) -> String {
    let text = text(data);
    let pairs = text.split('&').map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (Cow::Borrowed(name), Cow::Borrowed(value))
    });
    let as_url = ListQuery::from_pairs(pairs);
    let as_body = value(data).map(ListQuery::from_search_request);
    let told = |query: &Result<ListQuery, Error>| match query {
        Ok(query) => shape(query),
        Err(error) => said(error),
    };
    format!("{} {}", told(&as_url), as_body.as_ref().map(told).unwrap_or_default())
}

/// `If-Match` and `If-None-Match`.
pub(crate) fn precondition(data: &[u8]) -> String {
    let condition = Precondition::parse(Some(&text(data)));
    assert!(condition.is_given());
    format!("{} {}", shape(&condition), condition.matches("W/\"3\""))
}

/// A schema in the form of RFC 7643 §7: what is accepted is written and read again as the same.
pub(crate) fn schema(data: &[u8]) -> String {
    let Some(body) = value(data) else { return String::from("no JSON") };
    match Schema::from_json(&body) {
        Ok(schema) => {
            assert_eq!(Schema::from_json(&schema.to_json()).as_ref(), Ok(&schema));
            let registry = Registry::standard().with_extension("User", schema.clone(), false);
            format!("{} {}", shape(&schema), registry.is_ok())
        }
        Err(error) => said(&error),
    }
}

/// A point in time.
pub(crate) fn date_time(data: &[u8]) -> String {
    shape(&resolve_date_time(&text(data)))
}
