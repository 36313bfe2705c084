//! Answers of targets against what no target should send. `cargo xtask fuzz` runs it for longer.

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};

use super::wire;
use crate::{
    harness,
    http::Answer,
    sentences::{Phase, invalid_json, remote_detail},
};

#[test]
fn fuzz_answers() {
    let seeds = [
        r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":1,"Resources":[{"id":"1","userName":"a"}]}"#,
        r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","detail":"no","scimType":"invalidValue"}"#,
        r#"{"error":"invalid_token","error_description":"expired"}"#,
        "<html><body>Bad gateway</body></html>",
        "",
    ];
    let words = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"id\":",
        "\"Resources\":",
        "\"totalResults\":",
        "\"detail\":",
        "\"",
        "null",
        "<",
        ">",
        "\r\n",
        "\u{0}",
    ];
    harness::run("answers", &seeds, &words, |data| {
        let detail = remote_detail(data);
        // It goes into sentences of the log and of the console.
        for text in detail.iter().chain([&invalid_json(data)]) {
            assert!(text.chars().count() <= 2_000 && !text.contains(char::is_control), "{text:?}");
        }
        let answer = Answer {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(data),
        };
        let list = wire::list_of(Phase::LookUp, &answer);
        let account = wire::object_of(Phase::LookUp, &answer);
        let id = account
            .as_ref()
            .ok()
            .map(|account| wire::id_of(Phase::LookUp, &answer, account).is_ok());
        format!("{} {} {id:?} {}", detail.is_some(), list.is_ok(), account.is_ok())
    });
}
