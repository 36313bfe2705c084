//! Reads Fluent files: syntax, duplicate keys, references.

use std::collections::BTreeMap;

use fluent_syntax::{
    ast::{self, Entry, Expression, InlineExpression, PatternElement, VariantKey},
    parser::{self, ParserError},
    unicode::unescape_unicode_to_string,
};

use super::{
    File, LANGUAGES, Source, path,
    pattern::{Key, Pattern, Segment, Select},
};

/// Terms of this area can be used in every area.
const SHARED: &str = "common";

/// What a file contains, by name; terms have their `-`.
struct Parsed<'s> {
    entries: BTreeMap<String, &'s ast::Pattern<&'s str>>,
}

/// All files by language and area.
pub(crate) fn read<'s>(
    sources: &'s [Source],
    errors: &mut Vec<String>,
) -> BTreeMap<(&'static str, &'s str), File> {
    let mut resources = Vec::new();
    for source in sources {
        match LANGUAGES.iter().find(|language| language.tag == source.language) {
            Some(language) => {
                resources.push((language.tag, source.area.as_str(), parse(source, errors)));
            }
            None => errors.push(format!("locales/{}: unknown language", source.language)),
        }
    }
    let mut parsed = BTreeMap::new();
    for (language, area, resource) in &resources {
        parsed.insert((*language, *area), collect(language, area, resource, errors));
    }
    let mut files = BTreeMap::new();
    for ((language, area), content) in &parsed {
        let shared = parsed.get(&(*language, SHARED));
        let mut file = File::new();
        for (key, pattern) in content.entries.iter().filter(|(key, _)| !key.starts_with('-')) {
            let mut resolver = Resolver { own: content, shared, within: vec![key.clone()] };
            match resolver.pattern(pattern) {
                Ok(text) => _ = file.insert(key.clone(), text),
                Err(error) => errors.push(format!("{}: {key}: {error}", path(language, area))),
            }
        }
        files.insert((*language, *area), file);
    }
    files
}

fn parse<'s>(source: &'s Source, errors: &mut Vec<String>) -> ast::Resource<&'s str> {
    let text = source.text.as_str();
    let path = path(&source.language, &source.area);
    let (resource, failures) = match parser::parse(text) {
        Ok(resource) => (resource, Vec::new()),
        Err((resource, failures)) => (resource, failures),
    };
    let mut reported = false;
    for ParserError { pos, slice, kind } in failures {
        let entry = slice.and_then(|slice| text.get(slice)).unwrap_or_default();
        let key = entry.split('=').next().unwrap_or_default().trim();
        let line = text.get(..pos.start).unwrap_or_default().matches('\n').count() + 1;
        errors.push(format!("{path}:{line}: {}: {kind}", first_line(key)));
        reported = true;
    }
    for entry in &resource.body {
        if let Entry::Junk { content } = entry
            && !reported
        {
            errors.push(format!("{path}: {}: this is no Fluent", first_line(content)));
        }
    }
    resource
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn collect<'s>(
    language: &str,
    area: &str,
    resource: &'s ast::Resource<&'s str>,
    errors: &mut Vec<String>,
) -> Parsed<'s> {
    let mut entries = BTreeMap::new();
    for entry in &resource.body {
        let (key, value, attributes) = match entry {
            Entry::Message(message) => {
                (message.id.name.to_owned(), message.value.as_ref(), &message.attributes)
            }
            Entry::Term(term) => {
                (format!("-{}", term.id.name), Some(&term.value), &term.attributes)
            }
            _ => continue,
        };
        let mut refuse =
            |what: &str| errors.push(format!("{}: {key}: {what}", path(language, area)));
        if !is_kebab(key.trim_start_matches('-')) {
            refuse("a key has small letters, digits and single hyphens");
        } else if KEYWORDS.contains(&key.as_str()) {
            refuse("this key is a keyword of Rust; choose a longer one");
        }
        if !attributes.is_empty() {
            refuse("attributes are not supported; write a message of its own");
        }
        let Some(value) = value else { continue };
        if entries.contains_key(&key) {
            refuse("the key is used twice");
        }
        entries.insert(key, value);
    }
    Parsed { entries }
}

fn is_kebab(name: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('-').all(word)
}

/// Names that neither a method nor an argument can have.
const KEYWORDS: [&str; 42] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "type", "unsafe", "use", "where", "while",
];

/// Replaces references by what they refer to.
struct Resolver<'s> {
    own: &'s Parsed<'s>,
    shared: Option<&'s Parsed<'s>>,
    /// The entries that are being resolved, to find a circle.
    within: Vec<String>,
}

impl Resolver<'_> {
    fn pattern(&mut self, pattern: &ast::Pattern<&str>) -> Result<Pattern, String> {
        let mut segments = Vec::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => push_text(&mut segments, value),
                PatternElement::Placeable { expression } => {
                    self.expression(expression, &mut segments)?;
                }
            }
        }
        Ok(segments)
    }

    fn expression(
        &mut self,
        expression: &Expression<&str>,
        into: &mut Pattern,
    ) -> Result<(), String> {
        match expression {
            Expression::Inline(inline) => self.inline(inline, into),
            Expression::Select { selector, variants } => {
                let InlineExpression::VariableReference { id } = selector else {
                    return Err("a choice must be made by a variable".to_owned());
                };
                let mut arms = Vec::new();
                let mut default = None;
                for variant in variants {
                    let key = key_of(&variant.key)?;
                    let pattern = self.pattern(&variant.value)?;
                    if variant.default {
                        default = Some((key, Box::new(pattern)));
                    } else {
                        arms.push((key, pattern));
                    }
                }
                let default = default.ok_or("a choice has no default")?;
                let variable = variable(id.name)?;
                into.push(Segment::Select(Select { variable, arms, default }));
                Ok(())
            }
        }
    }

    fn inline(
        &mut self,
        inline: &InlineExpression<&str>,
        into: &mut Pattern,
    ) -> Result<(), String> {
        match inline {
            InlineExpression::StringLiteral { value } => {
                push_text(into, &unescape_unicode_to_string(value));
                Ok(())
            }
            InlineExpression::VariableReference { id } => {
                into.push(Segment::Variable(variable(id.name)?));
                Ok(())
            }
            InlineExpression::Placeable { expression } => self.expression(expression, into),
            InlineExpression::MessageReference { id, attribute: None } => {
                self.reference(id.name.to_owned(), into)
            }
            InlineExpression::TermReference { id, attribute: None, arguments: None } => {
                self.reference(format!("-{}", id.name), into)
            }
            InlineExpression::FunctionReference { id, .. } => {
                Err(format!("the function {} is not supported; pass a formatted value", id.name))
            }
            InlineExpression::NumberLiteral { value } => {
                Err(format!("the number {value} needs no braces"))
            }
            InlineExpression::MessageReference { id, .. }
            | InlineExpression::TermReference { id, .. } => Err(format!(
                "the reference to {} has an attribute or arguments, which are not supported",
                id.name
            )),
        }
    }

    fn reference(&mut self, name: String, into: &mut Pattern) -> Result<(), String> {
        let shared = self.shared.filter(|_| name.starts_with('-'));
        let found = self.own.entries.get(&name).or_else(|| shared?.entries.get(&name));
        let Some(pattern) = found.copied() else {
            return Err(format!("the reference to {name} leads nowhere"));
        };
        if self.within.contains(&name) {
            return Err(format!("the reference to {name} leads back here"));
        }
        self.within.push(name);
        for segment in self.pattern(pattern)? {
            match segment {
                Segment::Text(text) => push_text(into, &text),
                other => into.push(other),
            }
        }
        self.within.pop();
        Ok(())
    }
}

fn push_text(segments: &mut Pattern, more: &str) {
    if let Some(Segment::Text(text)) = segments.last_mut() {
        text.push_str(more);
    } else if !more.is_empty() {
        segments.push(Segment::Text(more.to_owned()));
    }
}

fn variable(name: &str) -> Result<String, String> {
    if is_kebab(name) && !KEYWORDS.contains(&name) {
        Ok(name.to_owned())
    } else {
        Err(format!(
            "the variable ${name} must have small letters, digits and single hyphens and be no keyword of Rust"
        ))
    }
}

fn key_of(key: &VariantKey<&str>) -> Result<Key, String> {
    match key {
        VariantKey::Identifier { name } => Ok(Key::Word((*name).to_owned())),
        VariantKey::NumberLiteral { value } => value
            .parse()
            .map(Key::Exact)
            .map_err(|_| format!("the key [{value}] is no whole number")),
    }
}
