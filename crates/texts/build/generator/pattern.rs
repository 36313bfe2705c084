//! A text as the program needs it: references are replaced by what they refer to.

use std::collections::BTreeSet;

/// What makes up a text.
pub(crate) type Pattern = Vec<Segment>;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Text(String),
    Variable(String),
    Select(Select),
}

/// A choice by the value of a variable.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Select {
    pub(crate) variable: String,
    pub(crate) arms: Vec<(Key, Pattern)>,
    pub(crate) default: (Key, Box<Pattern>),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Exact(i64),
    Word(String),
}

/// All plural categories that languages have (CLDR).
const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

impl Key {
    pub(crate) fn is_plural(&self) -> bool {
        match self {
            Self::Exact(_) => true,
            Self::Word(word) => CATEGORIES.contains(&word.as_str()),
        }
    }
}

/// What a variable is used for, over all languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Use {
    /// Written into the text.
    #[default]
    Value,
    /// Chooses by number; the numbers that have an arm of their own.
    Number(BTreeSet<i64>),
    /// Chooses by word; the words that have an arm, without the default.
    Word(BTreeSet<String>),
}

impl Select {
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.arms.iter().map(|(key, _)| key).chain([&self.default.0])
    }

    /// What this choice makes of its variable; `None` if it chooses by numbers and words at once.
    pub(crate) fn use_of_variable(&self) -> Option<Use> {
        if self.keys().all(Key::is_plural) {
            let exact = self.keys().filter_map(|key| match key {
                Key::Exact(number) => Some(*number),
                Key::Word(_) => None,
            });
            return Some(Use::Number(exact.collect()));
        }
        let named = self.arms.iter().map(|(key, _)| match key {
            Key::Word(word) => Some(word.clone()),
            Key::Exact(_) => None,
        });
        // The default may have the name of a category: `*[other]`.
        matches!(self.default.0, Key::Word(_)).then_some(())?;
        named.collect::<Option<_>>().map(Use::Word)
    }

    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.arms.iter().map(|(_, pattern)| pattern).chain([&*self.default.1])
    }
}

/// All choices in a text, those in arms of others included.
pub(crate) fn selects(pattern: &Pattern) -> Vec<&Select> {
    let mut found = Vec::new();
    for segment in pattern {
        if let Segment::Select(select) = segment {
            found.push(select);
            found.extend(select.patterns().flat_map(selects));
        }
    }
    found
}

/// The variables of a text in the order in which they first appear.
pub(crate) fn variables(pattern: &Pattern) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    let mut add = |name| {
        if !found.contains(&name) {
            found.push(name);
        }
    };
    for segment in pattern {
        match segment {
            Segment::Text(_) => {}
            Segment::Variable(name) => add(name),
            Segment::Select(select) => {
                add(&select.variable);
                select.patterns().flat_map(variables).for_each(&mut add);
            }
        }
    }
    found
}
