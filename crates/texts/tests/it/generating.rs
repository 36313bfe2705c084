//! What the generator writes.

use crate::run;

fn areas(english: &str, chinese: &str) -> String {
    run("log", english, chinese).expect("both languages are complete").areas
}

#[test]
fn a_text_without_variables_is_static() {
    let code = areas("sign-out = Sign out\n", "sign-out = 注销\n");
    let method =
        r#"pub const fn sign_out(self) -> &'static str { self.0.pick(&["Sign out", "注销"]) }"#;
    assert!(code.contains(method), "{code}");
    assert!(code.contains("pub const fn log(self) -> Log { Log(self.0) }"), "{code}");
    assert!(!code.contains("Template"), "{code}");
}

#[test]
fn arguments_are_in_the_order_of_the_english_text() {
    let code = areas(
        "user-created = User “{ $name }” was created with the role { $role }.\n",
        "user-created = 已创建用户“{ $name }”，角色为 { $role }。\n",
    );
    let method = "pub fn user_created<'a>(self, name: impl Into<Arg<'a>>, role: impl Into<Arg<'a>>) -> Message";
    assert!(code.contains(method), "{code}");
    let turned = areas("a = { $first } { $second }\n", "a = { $second }{ $first }的\n");
    assert!(turned.contains("names: &[\"first\", \"second\"]"), "{turned}");
    let chinese = r#"&[Segment::Value(1), Segment::Value(0), Segment::Text("的")]"#;
    assert!(turned.contains(chinese), "{turned}");
}

#[test]
fn what_chooses_has_a_type_of_its_own() {
    let code = areas(
        "a = { $count ->\n    [0] none\n    [one] one\n   *[other] { $count }\n } { $kind ->\n    [user] user\n   *[other] thing\n }\n",
        "a = { $count } 个{ $kind ->\n    [user] 用户\n   *[other] 对象\n }\n",
    );
    assert!(
        code.contains("pub fn a(self, count: impl Into<Number>, kind: &str) -> Message"),
        "{code}"
    );
    let arms = r#"arms: &[(Key::Exact(0), &[Segment::Text("none")]), (Key::Word("one"), &[Segment::Text("one")])]"#;
    assert!(code.contains(arms), "{code}");
}

#[test]
fn references_bring_their_variables() {
    let code = areas(
        "-brand = Seatlink\nwho = { $name } of { -brand }\nhello = Hello, { who }!\n",
        "-brand = Seatlink\nwho = { -brand } 的 { $name }\nhello = 您好，{ who }！\n",
    );
    assert!(code.contains("pub fn hello<'a>(self, name: impl Into<Arg<'a>>) -> Message"), "{code}");
    let english =
        r#"&[Segment::Text("Hello, "), Segment::Value(0), Segment::Text(" of Seatlink!")]"#;
    assert!(code.contains(english), "{code}");
}

#[test]
fn literals_are_text() {
    let code = areas("a = { \"\" }x{ \"\\u00A0\" }y { \"{\" }\n", "a = 甲\n");
    assert!(code.contains(r#""x\u{a0}y {""#), "{code}");
}

#[test]
fn samples_reach_every_arm() {
    let text = "a = { $count ->\n    [0] none\n   *[other] some\n } { $kind ->\n    [user] user\n   *[other] thing\n }\n";
    let samples = run("log", text, text).expect("both languages are complete").samples;
    for call in [r#"a(0i64, "user")"#, r#"a(1i64, "user")"#, r#"a(12i64, "Xx")"#] {
        assert!(samples.contains(call), "{samples}");
    }
}
