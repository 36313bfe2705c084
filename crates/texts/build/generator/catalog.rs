//! Compares the languages: the same keys, the same variables, the same words to choose by.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    File, LANGUAGES, path,
    pattern::{Key, Pattern, Use, selects, variables},
};

/// All texts of one file name.
pub(crate) struct Area<'f> {
    pub(crate) name: &'f str,
    pub(crate) texts: Vec<Text<'f>>,
}

/// One text in all languages.
pub(crate) struct Text<'f> {
    pub(crate) key: &'f str,
    /// Its variables in the order of the reference language, with what they are used for.
    pub(crate) arguments: Vec<(&'f str, Use)>,
    /// In the order of `LANGUAGES`.
    pub(crate) patterns: Vec<&'f Pattern>,
}

impl<'f> Area<'f> {
    pub(crate) fn compare(name: &'f str, files: &[&'f File], errors: &mut Vec<String>) -> Self {
        let keys: BTreeSet<&str> =
            files.iter().flat_map(|file| file.keys().map(String::as_str)).collect();
        let mut texts = Vec::new();
        for key in keys {
            let mut patterns = Vec::new();
            for (file, language) in files.iter().zip(&LANGUAGES) {
                match file.get(key) {
                    Some(pattern) => patterns.push(pattern),
                    None => errors.push(format!(
                        "{}: {key}: the message is missing",
                        path(language.tag, name)
                    )),
                }
            }
            if patterns.len() == LANGUAGES.len() {
                texts.push(Text::compare(name, key, patterns, errors));
            }
        }
        Self { name, texts }
    }
}

impl<'f> Text<'f> {
    fn compare(
        area: &str,
        key: &'f str,
        patterns: Vec<&'f Pattern>,
        errors: &mut Vec<String>,
    ) -> Self {
        let mut uses: BTreeMap<&str, Use> = BTreeMap::new();
        let reference = patterns.first().map(|pattern| variables(pattern)).unwrap_or_default();
        for (pattern, language) in patterns.iter().zip(&LANGUAGES) {
            let mut refuse = |what: String| {
                errors.push(format!("{}: {key}: {what}", path(language.tag, area)));
            };
            let here = variables(pattern);
            for missing in reference.iter().filter(|name| !here.contains(name)) {
                refuse(format!("the variable ${missing} is missing"));
            }
            for unknown in here.iter().filter(|name| !reference.contains(name)) {
                refuse(format!("the variable ${unknown} is not in {}", LANGUAGES[0].tag));
            }
            for select in selects(pattern) {
                let variable = select.variable.as_str();
                let Some(now) = select.use_of_variable() else {
                    refuse(format!("${variable} chooses by numbers and by words"));
                    continue;
                };
                for problem in unreachable(select.keys(), &now, language.plurals) {
                    refuse(format!("${variable}: {problem}"));
                }
                let before = uses.entry(variable).or_default();
                match (&mut *before, now) {
                    (Use::Value, now) => *before = now,
                    (Use::Number(before), Use::Number(now)) => before.extend(now),
                    (Use::Word(before), Use::Word(now)) if *before == now => {}
                    (Use::Word(_), Use::Word(_)) => {
                        refuse(format!(
                            "${variable} chooses by other words than before or than in {}",
                            LANGUAGES[0].tag
                        ));
                    }
                    _ => refuse(format!(
                        "${variable} is a number in one place and a word in another"
                    )),
                }
            }
        }
        let argument = |name: &'f str| (name, uses.get(name).cloned().unwrap_or_default());
        Self { key, arguments: reference.into_iter().map(argument).collect(), patterns }
    }
}

/// Arms that are never taken, and a default that is no default.
fn unreachable<'k>(
    keys: impl Iterator<Item = &'k Key>,
    used: &Use,
    plurals: &[&str],
) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    let keys: Vec<&Key> = keys.collect();
    for key in &keys {
        let name = match key {
            Key::Exact(number) => number.to_string(),
            Key::Word(word) => word.clone(),
        };
        if !seen.insert(*key) {
            problems.push(format!("[{name}] is there twice"));
        }
        let plural = |word: &String| word == "other" || plurals.contains(&word.as_str());
        if matches!((key, used), (Key::Word(word), Use::Number(_)) if !plural(word)) {
            problems.push(format!("no number is [{name}] in this language"));
        }
    }
    let other = Key::Word("other".to_owned());
    if matches!(used, Use::Number(_)) && keys.last() != Some(&&other) {
        problems.push("the default must be *[other]".to_owned());
    }
    problems
}
