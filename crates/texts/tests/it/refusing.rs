//! What does not build, with the line that says why.

use crate::{build::generator::Source, generate, run};

#[track_caller]
fn refused(english: &str, chinese: &str, expected: &[&str]) {
    let errors = run("log", english, chinese).expect_err("this must not build");
    assert_eq!(errors, expected);
}

#[test]
fn a_message_that_one_language_lacks() {
    let missing = "locales/zh-CN/log.ftl: b: the message is missing";
    refused("a = A\nb = B\n", "a = 甲\n", &[missing]);
    let superfluous = "locales/en/log.ftl: b: the message is missing";
    refused("a = A\n", "a = 甲\nb = 乙\n", &[superfluous]);
}

#[test]
fn a_file_that_one_language_lacks() {
    let source = Source {
        language: "zh-CN".to_owned(),
        area: "mail".to_owned(),
        text: "a = 甲\n".to_owned(),
    };
    let errors = generate(&[source]).expect_err("this must not build");
    assert_eq!(errors, ["locales/en/mail.ftl: the file is missing"]);
}

#[test]
fn a_variable_that_one_language_lacks() {
    let missing = "locales/zh-CN/log.ftl: a: the variable $role is missing";
    refused("a = { $name } { $role }\n", "a = { $name }的\n", &[missing]);
    let unknown = "locales/zh-CN/log.ftl: a: the variable $typo is not in en";
    refused("a = A\n", "a = { $typo }的\n", &[unknown]);
}

#[test]
fn a_variable_missing_behind_a_reference() {
    let missing = "locales/zh-CN/log.ftl: a: the variable $name is missing";
    refused(
        "who = { $name }\na = Hello, { who }!\n",
        "who = { $name }的\na = 您好！\n",
        &[missing],
    );
}

#[test]
fn what_is_no_fluent() {
    let errors =
        run("log", "a = A\nb = { $x\nc = C\n", "a = 甲\n").expect_err("this must not build");
    assert!(errors.iter().any(|error| error.starts_with("locales/en/log.ftl:")), "{errors:?}");
    assert!(errors.iter().any(|error| error.contains(": b: ")), "{errors:?}");
}

#[test]
fn a_key_that_is_used_twice() {
    let twice = "locales/en/log.ftl: a: the key is used twice";
    refused("a = A\na = B\n", "a = 甲\n", &[twice]);
}

#[test]
fn names_that_rust_does_not_take() {
    let keyword = "locales/en/log.ftl: type: this key is a keyword of Rust; choose a longer one";
    let errors = run("log", "type = T\n", "type = 类型\n").expect_err("this must not build");
    assert_eq!(errors.first().map(String::as_str), Some(keyword));
    for text in [
        "signOut = A\n",
        "sign_out = A\n",
        "sign--out = A\n",
        "a = { $userName }\n",
        "a = { $type }\n",
    ] {
        assert!(run("log", text, text).is_err(), "{text}");
    }
}

#[test]
fn references_that_lead_nowhere_or_in_a_circle() {
    let nowhere = "locales/en/log.ftl: a: the reference to b leads nowhere";
    refused("a = { b }\n", "a = 甲\n", &[nowhere]);
    let term = "locales/en/log.ftl: a: the reference to -b leads nowhere";
    refused("a = { -b }\n", "a = 甲\n", &[term]);
    let errors =
        run("log", "a = { b }\nb = { a }\n", "a = 甲\nb = 乙\n").expect_err("this must not build");
    assert_eq!(errors[0], "locales/en/log.ftl: a: the reference to a leads back here");
}

#[test]
fn arms_that_are_never_taken() {
    let choice = "a = { $count ->\n    [one] 甲\n   *[other] { $count }\n }\n";
    let never = "locales/zh-CN/log.ftl: a: $count: no number is [one] in this language";
    refused(choice, choice, &[never]);
    let default = "a = { $count ->\n   *[one] one\n    [other] { $count }\n }\n";
    let other = "locales/en/log.ftl: a: $count: the default must be *[other]";
    refused(default, "a = { $count } 个\n", &[other]);
}

#[test]
fn words_that_only_one_language_chooses_by() {
    refused(
        "a = { $kind ->\n    [user] user\n   *[other] thing\n }\n",
        "a = { $kind ->\n    [usr] 用户\n   *[other] 对象\n }\n",
        &["locales/zh-CN/log.ftl: a: $kind chooses by other words than before or than in en"],
    );
}

#[test]
fn parts_of_fluent_that_we_do_not_have() {
    for text in [
        "a = { NUMBER($x) }\n",
        "a = { 5 }\n",
        "a = A\n    .title = T\n",
        "-t = T\na = { -t(case: \"x\") }\n",
        "b = B\na = { b.title }\n",
    ] {
        assert!(run("log", text, text).is_err(), "{text}");
    }
}
