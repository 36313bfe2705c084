//! Answers of targets against what no target should send. `cargo xtask fuzz` runs it for longer.

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};
use seatlink_domain::log::{Said, Step};

use super::wire;
use crate::{
    harness,
    http::Answer,
    said::{said, start},
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
        let said = said(data);
        let words = match &said {
            Some(Said::Words(words)) => Some(words.clone()),
            _ => start(data),
        };
        // It goes into sentences of the log and of the console.
        if let Some(words) = words {
            let text = words.as_str();
            assert!(text.chars().count() <= 2_000 && !text.contains(char::is_control), "{text:?}");
        }
        let answer = Answer {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(data),
        };
        let list = wire::list_of(Step::LookUp, &answer);
        let account = wire::object_of(Step::LookUp, &answer);
        let id = account
            .as_ref()
            .ok()
            .map(|account| wire::id_of(Step::LookUp, &answer, account).is_ok());
        format!("{} {} {id:?} {}", said.is_some(), list.is_ok(), account.is_ok())
    });
}
