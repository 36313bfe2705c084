//! Every text of every language with sample values.

use crate::{Language, Message, Texts};

/// Area, key, and the text with each choice of arguments.
type Sample = (&'static str, &'static str, fn(Texts) -> Vec<Message>);

include!(concat!(env!("OUT_DIR"), "/samples.rs"));

/// Values are written as this, so that they are not taken for words of a text.
const VALUE: &str = "Xx";

/// Texts that are names, and the same in Chinese.
const NAMES: [&str; 2] = ["OAuth 2", "SCIM"];

#[test]
fn every_text_is_finished_in_every_language() {
    let mut wrong = Vec::new();
    for language in Language::ALL {
        for (area, key, fill) in SAMPLES {
            for message in fill(Texts::of(language)) {
                let mut refuse = |what: &str| {
                    wrong
                        .push(format!("{}/{area}.ftl: {key}: {what}: {message:?}", language.tag()));
                };
                let text = message.as_str();
                if text.trim() != text || text.is_empty() {
                    refuse("empty, or blanks at the ends");
                }
                if text.contains(['{', '}', '$']) {
                    refuse("a placeholder is left");
                }
                if text.contains('\n') && *area != "mail" {
                    refuse("only mails have several lines");
                }
                if language == Language::Chinese {
                    chinese(text).into_iter().for_each(refuse);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a Chinese text.
fn chinese(text: &str) -> Option<&'static str> {
    let characters: Vec<char> = text.replace(VALUE, "").chars().collect();
    // Values with signs between them, such as a path, have no word to translate. A lone value has.
    let is_path = !characters.is_empty() && !characters.iter().any(|c| c.is_alphabetic());
    if !is_path && !characters.iter().copied().any(is_chinese) && !NAMES.contains(&text) {
        return Some("not translated");
    }
    let straight = characters.windows(2).any(|pair| match *pair {
        [before, mark] if ",.:;?!\"'(".contains(mark) => is_chinese(before),
        [mark, after] if ",.:;?!\"')".contains(mark) => is_chinese(after),
        _ => false,
    });
    straight.then_some("ASCII punctuation beside Chinese")
}

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[test]
fn unfinished_chinese_is_found() {
    assert_eq!(chinese("没有角色。"), None);
    assert_eq!(chinese("共 1,234 人，版本 2.0。"), None);
    assert_eq!(chinese("SCIM"), None);
    assert_eq!(chinese("Sign out"), Some("not translated"));
    assert_eq!(chinese("Xx"), Some("not translated"));
    for text in ["没有角色.", "没有,角色", "角色:管理员", "\"角色\"", "现在?", "无(角色)"]
    {
        assert_eq!(chinese(text), Some("ASCII punctuation beside Chinese"), "{text}");
    }
}
