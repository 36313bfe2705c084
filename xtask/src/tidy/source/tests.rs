//! The lexical traps: whatever looks like a quote or a comment and is none.

use super::Source;

fn literals(text: &str) -> Vec<&str> {
    Source::new("a.rs", text).literals().map(|(_, literal)| literal).collect()
}

#[test]
fn strings_of_every_kind_are_literals() {
    let text = r###"("a", b"b", c"c", r"d\", r#"e"e"#, br##"f"#f"##, "g\"g\\", "")"###;
    let expected = ["a", "b", "c", "d\\", "e\"e", "f\"#f", "g\\\"g\\\\", ""];
    assert_eq!(literals(text), expected);
}

#[test]
fn a_name_that_ends_in_r_does_not_start_a_raw_string() {
    assert_eq!(literals(r#"for"a" xbr"b\"" r#type"#), ["a", "b\\\""]);
}

#[test]
fn characters_and_lifetimes_are_no_strings() {
    let text = r#"fn f<'a>(x: &'a str) { ['"', '\'', '\\', '\u{22}', b'"', 'é', '語']; g("s") }"#;
    assert_eq!(literals(text), ["s"]);
}

#[test]
fn comments_hide_quotes_and_quotes_hide_comments() {
    let source = Source::new("a.rs", "a // \"b\n/* \"c /* d */ \" */ \"// e\" f // g");
    assert_eq!(source.literals().collect::<Vec<_>>(), [(28, "// e")]);
    assert_eq!(source.comments.split_whitespace().collect::<String>(), "//\"b/*\"c/*d*/\"*///g");
    assert_eq!(source.code.split_whitespace().collect::<String>(), "a\"\"f");
}

#[test]
fn an_offset_means_the_same_line_in_every_view() {
    let text = "é\n// 語\n\"ü\n\" x";
    let source = Source::new("a.rs", text);
    assert_eq!(source.code.len(), text.len());
    assert_eq!(source.comments.len(), text.len());
    assert_eq!(source.line(text.find('x').unwrap_or(0)), 4);
    assert_eq!(source.code.find('x'), text.find('x'));
}

#[test]
fn unfinished_text_ends_at_its_end() {
    for text in ["\"abc", "\"abc\\", "r#\"abc", "/* /* */", "'", "'\\", "b'", "r", "//"] {
        assert_eq!(Source::new("a.rs", text).code.len(), text.len(), "{text}");
    }
}

#[test]
fn lines_of_test_items_do_not_count() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    const A: &str = \"}\";\n}\nfn b() {}\n";
    let source = Source::new("a.rs", text);
    assert_eq!(source.lines_without_tests(), 2);
    assert!(source.is_test(text.find("const").unwrap_or(0)));
    assert!(!source.is_test(text.find("fn b").unwrap_or(0)));
}

#[test]
fn a_test_module_in_another_file_hides_nothing_here() {
    let text = "#[cfg(test)]\nmod tests;\nfn a() {\n}\n";
    assert_eq!(Source::new("a.rs", text).lines_without_tests(), 4);
}

#[test]
fn test_files_are_known_by_their_path() {
    for path in [
        "crates/a/tests/b.rs",
        "crates/a/src/b/tests.rs",
        "crates/a/src/b/tests/c.rs",
        "a/benches/b.rs",
    ] {
        assert!(Source::new(path, "").is_test_file(), "{path}");
    }
    for path in ["crates/a/src/tests_of.rs", "crates/testkit/src/lib.rs"] {
        assert!(!Source::new(path, "").is_test_file(), "{path}");
    }
}
