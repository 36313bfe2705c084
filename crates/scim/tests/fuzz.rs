//! Every parser of the protocol against what nobody would send. `cargo xtask fuzz` runs them for
//! longer.

#[path = "../../../fuzz/harness.rs"]
mod harness;
#[path = "../../../fuzz/targets/scim.rs"]
mod targets;

use serde_json::Value;

const PATCHES: &str = include_str!("cases/patches.json");
const FILTERS: &str = include_str!("cases/filters.json");

/// Words of filters and paths.
const GRAMMAR: &[&str] = &[
    " eq ",
    " ne ",
    " co ",
    " sw ",
    " ew ",
    " gt ",
    " ge ",
    " lt ",
    " le ",
    " pr",
    " and ",
    " or ",
    "not (",
    "(",
    ")",
    "[",
    "]",
    ".",
    ":",
    "\"",
    "\\\"",
    "null",
    "true",
    "false",
    "1",
    "-1.5e3",
    "userName",
    "emails",
    "emails.value",
    "emails[type eq \"work\"].value",
    "meta.lastModified",
    "members",
    "members[value eq \"u1\"]",
    "name.givenName",
    "active",
    "groups",
    "$ref",
    "urn:",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName",
    "urn:ietf:params:scim:schemas:core:2.0:User:userName",
    "\"2020-01-01T00:00:00Z\"",
];

/// Words of messages.
const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "[]",
    "{}",
    "\"\"",
    "\"op\":\"add\"",
    "\"op\":\"remove\"",
    "\"op\":\"replace\"",
    "\"path\":",
    "\"value\":",
    "\"Operations\":",
    "\"schemas\":",
    "\"emails\"",
    "\"emails[type eq \\\"work\\\"].value\"",
    "\"emails[primary eq true]\"",
    "\"members\"",
    "\"members[value eq \\\"u1\\\"]\"",
    "\"name\"",
    "\"name.familyName\"",
    "\"active\"",
    "\"userName\"",
    "\"type\":\"work\"",
    "\"primary\":true",
    "\"$ref\"",
    "\"manager\"",
    "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
    "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager\"",
    "\"password\"",
    "\"x509Certificates\"",
    "\"groups\"",
    "\"id\"",
    "\"meta\"",
    "\"True\"",
    "\"bulkId:a\"",
    "\"method\":\"POST\"",
    "\"bulkId\":\"a\"",
    "\"path\":\"/Users\"",
    "\"data\":",
    "\"version\":",
];

/// Every text of that name anywhere in a case file.
fn all(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if key == name {
                    found.push(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
                }
                all(value, name, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| all(item, name, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn cases(file: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    all(&serde_json::from_str(file).unwrap_or_default(), name, &mut found);
    assert!(!found.is_empty(), "the case file has no {name}");
    found
}

fn run(name: &str, seeds: &[String], words: &[&str], target: fn(&[u8]) -> String) {
    let seeds: Vec<&str> = seeds.iter().map(String::as_str).collect();
    harness::run(name, &seeds, words, target);
}

#[test]
fn fuzz_filter() {
    run("filter", &cases(FILTERS, "filter"), GRAMMAR, targets::filter);
}

#[test]
fn fuzz_path() {
    run("path", &cases(PATCHES, "path"), GRAMMAR, targets::path);
}

#[test]
fn fuzz_resource() {
    run("resource", &cases(PATCHES, "initial"), JSON, targets::resource);
}

#[test]
fn fuzz_patch() {
    run("patch", &cases(PATCHES, "request"), JSON, targets::patch);
}

#[test]
fn fuzz_bulk() {
    let seed = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"failOnErrors":1,"Operations":[
        {"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"a"}},
        {"method":"PATCH","path":"/Groups/bulkId:b","data":{"members":["bulkId:a"]}},
        {"method":"POST","path":"/Groups","bulkId":"b","data":{"members":[{"value":"bulkId:a"}]}},
        {"method":"DELETE","path":"/Users/1","version":"W/\"1\""}]}"#;
    harness::run("bulk", &[seed], JSON, targets::bulk);
}

#[test]
fn fuzz_query() {
    let search = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"userName eq \"a\"",
        "startIndex":1,"count":10,"attributes":["userName"],"sortBy":"name.familyName","sortOrder":"descending","cursor":""}"#;
    let url = "filter=userName eq \"a\"&startIndex=1&count=10&sortBy=name&sortOrder=ascending&cursor=&attributes=a,b";
    let words = [
        "&",
        "=",
        "count",
        "startIndex",
        "cursor",
        "-1",
        "99999999999999999999",
        "\"",
        ":",
        "null",
    ];
    harness::run("query", &[search, url], &words, targets::query);
}

#[test]
fn fuzz_precondition() {
    let seeds = ["*", "W/\"3\"", "W/\"3\", \"4\"", "\"a,b\", w/\"c\""];
    harness::run("precondition", &seeds, &["W/", "\"", ",", "*", " "], targets::precondition);
}

#[test]
fn fuzz_schema() {
    let words = [
        JSON,
        &[
            "\"name\":",
            "\"type\":",
            "\"complex\"",
            "\"integer\"",
            "\"decimal\"",
            "\"dateTime\"",
            "\"reference\"",
            "\"binary\"",
            "\"subAttributes\":",
            "\"multiValued\":true",
            "\"mutability\":\"immutable\"",
            "\"returned\":\"never\"",
            "\"uniqueness\":\"server\"",
            "\"canonicalValues\":[\"a\"]",
            "\"referenceTypes\":[\"User\"]",
            "\"required\":true",
        ],
    ]
    .concat();
    run("schema", &cases(FILTERS, "testExtension"), &words, targets::schema);
}

#[test]
fn fuzz_date_time() {
    let seeds =
        ["2011-05-13T04:42:34Z", "2020-02-29T23:59:60.123456+14:00", "-0001-01-01T24:00:00"];
    harness::run(
        "date_time",
        &seeds,
        &["Z", "+", "-", ":", ".", "T", "00", "24", "60"],
        targets::date_time,
    );
}
