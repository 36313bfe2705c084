//! From Fluent files to Rust, without the file system, so that a test of a rule is a string.
//!
//! The build script and the tests of this crate both include this module.

mod catalog;
mod emit;
mod fluent;
mod pattern;

use std::collections::{BTreeMap, BTreeSet};

use catalog::Area;

/// A language of the product.
pub(crate) struct Known {
    /// The name of its directory.
    pub(crate) tag: &'static str,
    /// The plural categories that its whole numbers have (CLDR), without `other`, which each
    /// language has.
    pub(crate) plurals: &'static [&'static str],
}

/// The first language is the reference: it gives the order of arguments. The order is that of
/// `Language::ALL`.
pub(crate) const LANGUAGES: [Known; 2] =
    [Known { tag: "en", plurals: &["one"] }, Known { tag: "zh-CN", plurals: &[] }];

/// One file.
pub(crate) struct Source {
    pub(crate) language: String,
    pub(crate) area: String,
    pub(crate) text: String,
}

/// The files that are written.
#[derive(Debug)]
pub(crate) struct Code {
    /// For the crate.
    pub(crate) areas: String,
    /// For the test of all texts.
    pub(crate) samples: String,
}

/// The code of all areas, or everything that is wrong with the files: one line each, `FILE: KEY:
/// what is wrong`.
pub(crate) fn generate(sources: &[Source]) -> Result<Code, Vec<String>> {
    let mut errors = Vec::new();
    let files = fluent::read(sources, &mut errors);
    if !errors.is_empty() {
        // What could not be read would be missing below, too.
        return Err(errors);
    }
    let mut areas = Vec::new();
    for name in sources.iter().map(|source| source.area.as_str()).collect::<BTreeSet<_>>() {
        let mut languages = Vec::new();
        for language in &LANGUAGES {
            match files.get(&(language.tag, name)) {
                Some(file) => languages.push(file),
                None => errors.push(format!("{}: the file is missing", path(language.tag, name))),
            }
        }
        if languages.len() == LANGUAGES.len() {
            areas.push(Area::compare(name, &languages, &mut errors));
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Code { areas: emit::code(&areas), samples: emit::samples(&areas) })
}

fn path(language: &str, area: &str) -> String {
    format!("locales/{language}/{area}.ftl")
}

/// Messages of one file by key, in the order of the alphabet.
type File = BTreeMap<String, pattern::Pattern>;
