//! What holds for every page.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Node, Selector};
use seatlink_texts::Language;

use super::samples::{self, Sample};
use crate::paths;

fn each(check: impl Fn(Language, &Sample, &Html)) {
    for language in Language::ALL {
        for sample in samples::all(language) {
            check(language, &sample, &Html::parse_document(&sample.html));
        }
    }
}

fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("the test's selector is valid");
    page.select(&selector).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_page_is_a_whole_document_in_its_language() {
    each(|language, sample, page| {
        let name = sample.name;
        // Without a `doctype`, browsers fall back to the rules of before the standard.
        assert!(sample.html.starts_with("<!doctype html>"), "{name}");
        let html = page.root_element();
        assert_eq!(html.attr("lang"), Some(language.tag()), "{name}");
        assert_eq!(select(page, "main").len(), 1, "{name}");
        assert_eq!(select(page, "h1").len(), 1, "{name}");
        assert_eq!(select(page, "title").len(), 1, "{name}");
        assert!(select(page, ".prefs button").len() >= 5, "{name} offers no choice of language");
    });
}

#[test]
fn nothing_needs_more_than_the_content_security_policy_gives() {
    each(|_, sample, page| {
        let name = sample.name;
        assert!(select(page, "[style], style, [onclick], iframe").is_empty(), "{name}");
        for script in select(page, "script") {
            assert!(script.attr("src").is_some_and(|src| src.starts_with("/assets/")), "{name}");
            assert!(text(script).is_empty(), "{name}");
        }
    });
}

#[test]
fn ids_are_unique_and_references_have_a_target() {
    each(|_, sample, page| {
        let name = sample.name;
        let mut ids = HashSet::new();
        for element in select(page, "[id]") {
            let id = element.attr("id").unwrap_or_default();
            assert!(ids.insert(id), "{name} has {id} twice");
        }
        let attributes =
            ["for", "aria-labelledby", "aria-describedby", "popovertarget", "data-dialog"];
        for attribute in attributes {
            for element in select(page, &format!("[{attribute}]")) {
                for id in element.attr(attribute).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(id), "{name} names {id}, which is nowhere");
                }
            }
        }
        for link in select(page, "a[href^=\"#\"]") {
            let id = link.attr("href").unwrap_or_default().trim_start_matches('#');
            assert!(ids.contains(id), "{name} leads to {id}, which is nowhere");
        }
    });
}

#[test]
fn every_control_has_a_name() {
    each(|_, sample, page| {
        let name = sample.name;
        let labels: HashSet<&str> =
            select(page, "label[for]").iter().filter_map(|label| label.attr("for")).collect();
        for control in select(page, "input:not([type=hidden]), select, textarea") {
            let inside = control
                .ancestors()
                .filter_map(ElementRef::wrap)
                .any(|parent| parent.value().name() == "label");
            let named = control.attr("aria-label").is_some_and(|label| !label.is_empty());
            let bound = control.attr("id").is_some_and(|id| labels.contains(id));
            assert!(inside || named || bound, "{name}: {}", control.html());
        }
        for button in select(page, "button, a[href]") {
            let named = button.attr("aria-label").is_some() || !text(button).is_empty();
            assert!(named, "{name}: {}", button.html());
        }
        for group in select(page, "nav, [role=group], dialog, table") {
            let named = group.attr("aria-label").or(group.attr("aria-labelledby")).is_some()
                || !select_in(group, "caption").is_empty();
            assert!(named, "{name}: {}", group.html());
        }
    });
}

fn select_in<'a>(element: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("the test's selector is valid");
    element.select(&selector).collect()
}

#[test]
fn headings_go_down_by_one() {
    each(|_, sample, page| {
        let mut before = 0;
        for heading in select(page, "main h1, main h2, main h3, main h4") {
            let level = heading.value().name()[1..].parse().unwrap_or(0);
            assert!(level <= before + 1, "{}: {} after h{before}", sample.name, heading.html());
            assert!(!text(heading).is_empty(), "{}: {}", sample.name, heading.html());
            before = level;
        }
    });
}

#[test]
fn every_form_that_changes_something_carries_a_token() {
    each(|_, sample, page| {
        for form in select(page, "form[method=post]:not(.prefs)") {
            let tokens = select_in(form, "input[name=csrf]");
            assert_eq!(tokens.len(), 1, "{}: {}", sample.name, form.html());
        }
    });
}

#[test]
fn every_address_is_a_known_one() {
    // Whole routes, those with one id in them, and files.
    let fixed = [
        paths::Home::ROUTE,
        paths::SignIn::ROUTE,
        paths::SignOut::ROUTE,
        paths::Preferences::ROUTE,
        paths::Authorize::ROUTE,
        paths::ClientSignOut::ROUTE,
        paths::Portal::ROUTE,
        paths::Outbox::ROUTE,
        paths::Roles::ROUTE,
        paths::NewRole::ROUTE,
        paths::ChangeLog::ROUTE,
        paths::Console::ROUTE,
    ];
    let of_one = [
        paths::Attachment::ROUTE,
        paths::Role::ROUTE,
        paths::RolePermissions::ROUTE,
        paths::RoleUsers::ROUTE,
        paths::RoleHistory::ROUTE,
        paths::ActivateRole::ROUTE,
        paths::DeactivateRole::ROUTE,
        paths::DuplicateRole::ROUTE,
        paths::DefaultRole::ROUTE,
        paths::TakeRole::ROUTE,
        paths::Authenticate::ROUTE,
        paths::Retry::ROUTE,
        paths::Synchronise::ROUTE,
    ];
    let is_known = |address: &str| {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let fits = |route: &&str| {
            route.split_once("{id}").is_some_and(|(before, after)| {
                let id = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                id.is_some_and(|id| !id.is_empty() && !id.contains('/'))
            })
        };
        path.is_empty()
            || path.starts_with("/assets/")
            || fixed.contains(&path)
            || of_one.iter().any(fits)
    };
    each(|_, sample, page| {
        for element in select(page, "[href], [action], [src]") {
            let address = element.attr("href").or(element.attr("action")).or(element.attr("src"));
            let address = address.unwrap_or_default();
            assert!(is_known(address), "{}: {address}", sample.name);
        }
    });
}

#[test]
fn a_page_has_no_words_of_the_other_language() {
    each(|language, sample, page| {
        let body = select(page, "body");
        let Some(body) = body.first() else { return };
        for words in own_words(*body, language) {
            let foreign = match language {
                Language::English => words.chars().any(is_han),
                Language::Chinese => is_latin_sentence(&words),
            };
            assert!(!foreign, "{} in {}: {words:?}", sample.name, language.tag());
        }
    });
}

/// Texts and labels, without names and words that are marked as another language's or somebody
/// else's.
fn own_words(element: ElementRef<'_>, language: Language) -> Vec<String> {
    let mut words = Vec::new();
    let marked = element.attr("translate") == Some("no")
        || element.attr("lang").is_some_and(|lang| lang != language.tag());
    if marked || matches!(element.value().name(), "script" | "code" | "svg") {
        return words;
    }
    for attribute in ["aria-label", "placeholder", "title", "data-l"] {
        words.extend(element.attr(attribute).map(str::to_owned));
    }
    for child in element.children() {
        match child.value() {
            Node::Text(text) => words.push(text.trim().to_owned()),
            Node::Element(_) => {
                words.extend(
                    ElementRef::wrap(child)
                        .into_iter()
                        .flat_map(|child| own_words(child, language)),
                );
            }
            _ => {}
        }
    }
    words
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Two Latin words and not one Chinese character: names of products and standards are shorter.
fn is_latin_sentence(text: &str) -> bool {
    let latin = text.split_whitespace().filter(|word| {
        word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic() || ".,;:!?'".contains(c))
    });
    !text.chars().any(is_han) && latin.count() > 1
}
