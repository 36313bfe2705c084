//! Properties on random data.

use proptest::prelude::*;
use seatlink_scim::filter::{Filter, Literal};
use seatlink_scim::{
    AttrPath, Document, Leniency, Op, Path, Registry, ResourceType, filter, fold, patch,
    resolve_date_time, schema, search_form, validate,
};
use serde_json::{Value, json};

fn user() -> ResourceType {
    crate::common::registry().resource_type("User").unwrap().clone()
}

const TEST: &str = "urn:example:params:scim:schemas:extension:acceptance:2.0:User";

/// Few words, so that filters hit; with case, width, accents and wildcards of other languages.
fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "a",
        "A",
        "ab",
        "AB",
        "Ärger",
        "ärger",
        "a\u{308}rger",
        "ａｂ",
        "ΟΔΟΣ",
        "οδος",
        "İ",
        "ß",
        "100%",
        "_",
        "x\"y",
        "é",
    ])
    .prop_map(str::to_owned)
}

fn kind() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["work", "Work", "home", "other"]).prop_map(str::to_owned)
}

fn time() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "2020-01-01T00:00:00Z",
        "2020-01-01T01:00:00+01:00",
        "2020-01-01T00:00:00.5Z",
        "2019-12-31T23:59:59",
    ])
    .prop_map(str::to_owned)
}

fn element() -> impl Strategy<Value = Value> {
    (prop::option::of(word()), prop::option::of(kind()), prop::option::of(word())).prop_map(
        |(value, kind, display)| json!({"value": value, "type": kind, "display": display}),
    )
}

fn elements() -> impl Strategy<Value = Value> {
    (prop::collection::vec(element(), 0..4), prop::option::of(0_usize..4), any::<bool>()).prop_map(
        |(mut elements, primary, explicit)| {
            for (position, element) in elements.iter_mut().enumerate() {
                if primary == Some(position) {
                    element["primary"] = json!(true);
                } else if explicit {
                    element["primary"] = json!(false);
                }
            }
            Value::Array(elements)
        },
    )
}

fn body() -> impl Strategy<Value = Value> {
    let names = (prop::option::of(word()), prop::option::of(word()), prop::option::of(word()));
    let lists = (elements(), elements());
    let extension = (
        prop::option::of(-2_i64..3),
        prop::option::of(prop_oneof![
            prop::sample::select(vec![-1.5, 0.0, 1.0, 2.25]),
            prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL,
        ]),
        prop::option::of(any::<bool>()),
        prop::option::of(time()),
        prop::option::of(word()),
        prop::collection::vec(word(), 0..3),
    );
    (word(), names, prop::option::of(any::<bool>()), lists, extension).prop_map(
        |(
            user_name,
            (given, family, title),
            active,
            (emails, roles),
            (number, score, contractor, hired, code, tags),
        )| {
            json!({
                "schemas": [schema::USER],
                "userName": user_name,
                "externalId": code,
                "name": {"givenName": given, "familyName": family},
                "title": title,
                "active": active,
                "emails": emails,
                "roles": roles,
                TEST: {
                    "badgeNumber": number, "score": score, "contractor": contractor,
                    "hireDate": hired, "code": code, "tags": tags,
                },
            })
        },
    )
}

fn document() -> impl Strategy<Value = Document> {
    body().prop_map(|body| validate::create(&user(), body, Leniency::Strict).unwrap().document)
}

fn full(document: &Document) -> Value {
    let mut value = Value::from(document.clone());
    value["id"] = json!("u1");
    value["meta"] = json!({"resourceType": "User", "created": "2020-01-01T00:00:00Z"});
    value["groups"] = json!([{"value": "g1", "display": "Ab"}]);
    value
}

fn text_op() -> impl Strategy<Value = Op> {
    prop::sample::select(vec![
        Op::Eq,
        Op::Ne,
        Op::Co,
        Op::Sw,
        Op::Ew,
        Op::Gt,
        Op::Ge,
        Op::Lt,
        Op::Le,
    ])
}

fn order_op() -> impl Strategy<Value = Op> {
    prop::sample::select(vec![Op::Eq, Op::Ne, Op::Gt, Op::Ge, Op::Lt, Op::Le])
}

fn path(text: &str) -> AttrPath {
    AttrPath::parse(text).unwrap()
}

fn in_extension(name: &str) -> AttrPath {
    AttrPath { urn: Some(TEST.to_owned()), ..AttrPath::simple(name) }
}

fn compare(path: AttrPath, op: Op, value: Literal) -> Filter {
    Filter::Compare { path, op, value }
}

fn number(text: &str) -> Literal {
    Literal::Number(serde_json::from_str(text).unwrap())
}

/// A comparison that makes sense on a user.
fn leaf() -> impl Strategy<Value = Filter> {
    let text_paths = prop::sample::select(vec![
        "userName",
        "externalId",
        "name.givenName",
        "title",
        "emails",
        "emails.type",
        "emails.value",
        "groups.display",
    ]);
    let extension_texts = prop::sample::select(vec!["code", "tags"]);
    let present = prop::sample::select(vec![
        "title",
        "name",
        "emails",
        "emails.type",
        "emails.primary",
        "active",
        "meta",
    ]);
    prop_oneof![
        (text_paths, text_op(), word()).prop_map(|(p, op, w)| compare(
            path(p),
            op,
            Literal::String(w)
        )),
        (extension_texts, text_op(), word()).prop_map(|(p, op, w)| compare(
            in_extension(p),
            op,
            Literal::String(w)
        )),
        (
            prop::sample::select(vec!["badgeNumber", "score"]),
            order_op(),
            prop::sample::select(vec!["-1", "0", "1", "1.0", "2.25"])
        )
            .prop_map(|(p, op, n)| compare(in_extension(p), op, number(n))),
        (order_op(), time()).prop_map(|(op, t)| compare(
            in_extension("hireDate"),
            op,
            Literal::String(t)
        )),
        (
            prop::sample::select(vec!["active", "emails.primary"]),
            prop::sample::select(vec![Op::Eq, Op::Ne]),
            any::<bool>()
        )
            .prop_map(|(p, op, b)| compare(path(p), op, Literal::Bool(b))),
        present.prop_map(|p| Filter::Present(path(p))),
        Just(Filter::Present(in_extension("tags"))),
        (
            prop::sample::select(vec!["title", "emails", "name.givenName"]),
            prop::sample::select(vec![Op::Eq, Op::Ne])
        )
            .prop_map(|(p, op)| compare(path(p), op, Literal::Null)),
    ]
}

fn element_leaf() -> impl Strategy<Value = Filter> {
    prop_oneof![
        (
            prop::sample::select(vec!["value", "type", "display"]),
            text_op(),
            prop_oneof![word(), kind()]
        )
            .prop_map(|(p, op, w)| compare(path(p), op, Literal::String(w))),
        any::<bool>().prop_map(|b| compare(path("primary"), Op::Eq, Literal::Bool(b))),
        prop::sample::select(vec!["value", "type", "primary"])
            .prop_map(|p| Filter::Present(path(p))),
    ]
}

fn combined(leaf: impl Strategy<Value = Filter> + 'static) -> impl Strategy<Value = Filter> {
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|terms| flat(terms, true)),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|terms| flat(terms, false)),
            inner.prop_map(|term| Filter::Not(Box::new(term))),
        ]
    })
}

/// The parser keeps chains flat, so random filters are too.
fn flat(terms: Vec<Filter>, and: bool) -> Filter {
    let terms = terms
        .into_iter()
        .flat_map(|term| match term {
            Filter::And(inner) if and => inner,
            Filter::Or(inner) if !and => inner,
            other => vec![other],
        })
        .collect();
    if and { Filter::And(terms) } else { Filter::Or(terms) }
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let value_path = (prop::sample::select(vec!["emails", "roles"]), combined(element_leaf()))
        .prop_map(|(p, inner)| Filter::Any { path: path(p), filter: Box::new(inner) });
    let tag = (text_op(), word()).prop_map(|(op, w)| Filter::Any {
        path: in_extension("tags"),
        filter: Box::new(compare(path("value"), op, Literal::String(w))),
    });
    combined(prop_oneof![4 => leaf(), 2 => value_path, 1 => tag])
}

fn operation() -> impl Strategy<Value = Value> {
    let list = prop::sample::select(vec!["emails", "roles"]);
    prop_oneof![
        (prop::sample::select(vec!["add", "replace"]), word())
            .prop_map(|(op, w)| json!({"op": op, "path": "title", "value": w})),
        word().prop_map(|w| json!({"op": "add", "value": {"name": {"givenName": w}}})),
        prop::sample::select(vec![
            "title",
            "name",
            "name.givenName",
            "emails",
            "userName",
            "id",
            "active"
        ])
        .prop_map(|p| json!({"op": "remove", "path": p})),
        (list.clone(), prop::sample::select(vec!["add", "replace"]), elements())
            .prop_map(|(p, op, v)| json!({"op": op, "path": p, "value": v})),
        (
            list.clone(),
            element_leaf(),
            prop::sample::select(vec!["value", "type", "display"]),
            word()
        )
            .prop_map(
                |(p, f, s, w)| json!({"op": "replace", "path": format!("{p}[{f}].{s}"), "value": w})
            ),
        (list.clone(), element_leaf())
            .prop_map(|(p, f)| json!({"op": "remove", "path": format!("{p}[{f}]")})),
        (list.clone(), element_leaf(), element()).prop_map(
            |(p, f, e)| json!({"op": "replace", "path": format!("{p}[{f}]"), "value": e})
        ),
        (list, element_leaf()).prop_map(
            |(p, f)| json!({"op": "add", "path": format!("{p}[{f}].primary"), "value": true})
        ),
        (word(), prop::collection::vec(word(), 0..3)).prop_map(
            |(code, tags)| json!({"op": "replace", "value": {TEST: {"code": code, "tags": tags}}})
        ),
    ]
}

fn patched(
    rt: &ResourceType,
    document: &Document,
    operations: &[Value],
    leniency: Leniency,
) -> Option<Document> {
    let body = json!({"schemas": [patch::PATCH_SCHEMA], "Operations": operations});
    let (request, _) = patch::parse(body, leniency).ok()?;
    patch::apply_all(rt, document, &request, leniency).ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_survives_being_written_and_read(filter in any_filter()) {
        let text = filter.to_string();
        // Random nesting may be deeper or longer than the limits; that is not what is tested.
        if let Ok(parsed) = filter::parse(&text) {
            prop_assert_eq!(parsed, filter);
        } else {
            prop_assert!(text.len() > 8 * 1024 || text.matches(['(', '[']).count() > 32);
        }
    }

    #[test]
    fn the_search_form_gives_the_same_answer_as_the_resource(document in document(), filter in any_filter()) {
        let rt = user();
        let resource = full(&document);
        let resolved = filter.resolve(&rt, Leniency::Strict).unwrap();
        prop_assert_eq!(resolved.matches(&resource), resolved.matches(&search_form(&rt, &resource)));
    }

    #[test]
    fn putting_back_what_was_read_changes_nothing(document in document()) {
        let rt = user();
        for leniency in [Leniency::Strict, Leniency::Forgiving] {
            let accepted = validate::replace(&rt, &document, full(&document), leniency).unwrap();
            prop_assert_eq!(accepted.document.to_text(), document.to_text());
            prop_assert!(accepted.repairs.is_empty());
        }
    }

    #[test]
    fn a_patch_does_all_of_its_operations_in_order_or_none(
        document in document(),
        operations in prop::collection::vec(operation(), 1..5),
    ) {
        let rt = user();
        for leniency in [Leniency::Strict, Leniency::Forgiving] {
            let at_once = patched(&rt, &document, &operations, leniency);
            let mut one_by_one = Some(document.clone());
            for operation in &operations {
                one_by_one = one_by_one.and_then(|document| {
                    patched(&rt, &document, std::slice::from_ref(operation), leniency)
                });
            }
            prop_assert_eq!(&at_once, &one_by_one);
            if let Some(changed) = at_once {
                let again = validate::create(&rt, changed.clone().into(), Leniency::Strict).unwrap();
                prop_assert_eq!(again.document.to_text(), changed.to_text());
            }
        }
    }

    /// Empty text, a remove with a value and JSON in the text of a role are left out: they mean
    /// something by the letter and something else to those who send them.
    #[test]
    fn what_the_letter_allows_is_read_by_the_letter_and_never_repaired(
        document in document(),
        body in body(),
        filter in any_filter(),
        operations in prop::collection::vec(operation(), 1..5),
    ) {
        let rt = user();
        let strict = validate::create(&rt, body.clone(), Leniency::Strict).unwrap();
        let forgiving = validate::create(&rt, body, Leniency::Forgiving).unwrap();
        prop_assert_eq!(forgiving, strict);

        let mut repairs = Vec::new();
        let strict = filter.resolve(&rt, Leniency::Strict).unwrap();
        let forgiving = filter.resolve_reporting(&rt, Leniency::Forgiving, &mut repairs).unwrap();
        prop_assert_eq!(forgiving, strict);

        if let Some(by_the_letter) = patched(&rt, &document, &operations, Leniency::Strict) {
            let body = json!({"schemas": [patch::PATCH_SCHEMA], "Operations": operations});
            let (request, bent) = patch::parse(body, Leniency::Forgiving).unwrap();
            let edits = patch::resolve(&request, &rt, Leniency::Forgiving).unwrap();
            repairs.extend(bent);
            repairs.extend(edits.repairs.clone());
            let (edits, _) = edits.split();
            let changed = patch::apply_reporting(&rt, &document, &edits, &mut repairs).unwrap();
            prop_assert_eq!(changed, by_the_letter);
        }
        prop_assert_eq!(repairs, []);
    }

    #[test]
    fn adding_members_and_removing_them_again_changes_nothing(
        there in prop::collection::btree_set("[a-e]", 0..4),
        added in prop::collection::btree_set("[f-j]", 1..4),
    ) {
        let registry = Registry::standard();
        let rt = registry.resource_type("Group").unwrap();
        let list = |ids: &std::collections::BTreeSet<String>| -> Vec<Value> {
            ids.iter().map(|id| json!({"value": id})).collect()
        };
        let body = json!({"schemas": [schema::GROUP], "displayName": "G", "members": list(&there)});
        let before = validate::create(rt, body, Leniency::Strict).unwrap().document;
        let operations = [
            json!({"op": "add", "path": "members", "value": list(&added)}),
            json!({"op": "remove", "path": "members", "value": list(&added)}),
        ];
        // A remove with a value is a habit of Entra ID; by the letter there is none.
        prop_assert_eq!(patched(rt, &before, &operations, Leniency::Strict), None);
        prop_assert_eq!(patched(rt, &before, &operations, Leniency::Forgiving), Some(before));
    }

    #[test]
    fn folding_twice_is_folding_once(text in any::<String>()) {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded);
    }

    #[test]
    fn no_text_breaks_the_parsers(text in any::<String>(), near in "[a-z.:\\[\\]() \"\\\\$0-9eqandornot-]{0,60}") {
        for text in [text, near] {
            let _ = filter::parse(&text);
            let _ = AttrPath::parse(&text);
            let _ = resolve_date_time(&text);
            if let Ok(path) = Path::parse(&text) {
                prop_assert_eq!(Path::parse(&path.to_string()).ok(), Some(path));
            }
        }
    }

    #[test]
    fn no_body_breaks_validation(key in "[a-zA-Z.:$]{0,12}", value in "[\\[\\]{}\",:a-z0-9]{0,20}") {
        let rt = user();
        let value: Value = serde_json::from_str(&value).unwrap_or_default();
        for name in [key.as_str(), "emails", "name", "schemas", "members", "active", TEST] {
            let body = json!({"schemas": [schema::USER], "userName": "b", name: value});
            let _ = validate::create(&rt, body.clone(), Leniency::Forgiving);
            let _ = validate::create(&rt, body, Leniency::Strict);
        }
    }
}
