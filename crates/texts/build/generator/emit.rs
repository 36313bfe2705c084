//! Writes the code: a struct for each area, a method for each message, and a static table of those
//! with variables.

use std::fmt::Write as _;

use super::{
    catalog::{Area, Text},
    pattern::{Key, Pattern, Segment, Use},
};

/// The content of `areas.rs`, which `src/lib.rs` includes.
pub(crate) fn code(areas: &[Area<'_>]) -> String {
    let mut out = String::new();
    out.push_str("impl Texts {\n");
    for area in areas {
        let (method, name) = (area.name.replace('-', "_"), pascal(area.name));
        line(&mut out, &format!("/// The texts of `{}.ftl`.", area.name));
        line(&mut out, &format!("pub const fn {method}(self) -> {name} {{ {name}(self.0) }}"));
    }
    out.push_str("}\n");
    for area in areas {
        write_area(&mut out, area);
    }
    out
}

fn write_area(out: &mut String, area: &Area<'_>) {
    let name = pascal(area.name);
    let table = area.name.replace('-', "_").to_uppercase();
    line(out, &format!("/// The texts of `{}.ftl`.", area.name));
    line(out, "#[derive(Debug, Clone, Copy, PartialEq, Eq)]");
    line(out, &format!("pub struct {name}(Language);"));
    line(out, &format!("impl {name} {{"));
    let mut rows = Vec::new();
    for text in &area.texts {
        let method = text.key.replace('-', "_");
        line(out, &format!("/// {}", summary(text.patterns[0]).replace('\n', " ")));
        if text.arguments.is_empty() {
            let texts: Vec<_> =
                text.patterns.iter().map(|pattern| literal(&plain(pattern))).collect();
            let texts = texts.join(", ");
            line(
                out,
                &format!(
                    "pub const fn {method}(self) -> &'static str {{ self.0.pick(&[{texts}]) }}"
                ),
            );
            continue;
        }
        let borrows = text.arguments.iter().any(|(_, used)| *used == Use::Value);
        let lifetime = if borrows { "<'a>" } else { "" };
        let mut parameters = String::new();
        let mut values = Vec::new();
        for (variable, used) in &text.arguments {
            let parameter = variable.replace('-', "_");
            let (kind, value) = match used {
                Use::Value => ("impl Into<Arg<'a>>", format!("{parameter}.into()")),
                Use::Number(_) => ("impl Into<Number>", format!("Arg::Number({parameter}.into())")),
                Use::Word(_) => ("&str", format!("{parameter}.into()")),
            };
            _ = write!(parameters, ", {parameter}: {kind}");
            values.push(value);
        }
        let index = rows.len();
        line(
            out,
            &format!(
                "pub fn {method}{lifetime}(self{parameters}) -> Message {{ {table}[{index}].fill(self.0, &[{}]) }}",
                values.join(", ")
            ),
        );
        rows.push(row(text));
    }
    line(out, "}");
    if !rows.is_empty() {
        line(out, &format!("static {table}: [Template; {}] = [{}];", rows.len(), rows.join("")));
    }
}

fn row(text: &Text<'_>) -> String {
    let names: Vec<&str> = text.arguments.iter().map(|(name, _)| *name).collect();
    let texts: Vec<_> = text.patterns.iter().map(|pattern| segments(pattern, &names)).collect();
    format!("\n    Template {{ names: &{names:?}, texts: [{}] }},", texts.join(", "))
}

/// A text as `&[Segment]`.
fn segments(pattern: &Pattern, names: &[&str]) -> String {
    let place =
        |variable: &str| names.iter().position(|name| *name == variable).unwrap_or_default();
    let parts: Vec<String> = pattern
        .iter()
        .map(|segment| match segment {
            Segment::Text(text) => format!("Segment::Text({})", literal(text)),
            Segment::Variable(name) => format!("Segment::Value({})", place(name)),
            Segment::Select(select) => {
                let arms: Vec<_> = select
                    .arms
                    .iter()
                    .map(|(key, pattern)| {
                        let key = match key {
                            Key::Exact(number) => format!("Key::Exact({number})"),
                            Key::Word(word) => format!("Key::Word({})", literal(word)),
                        };
                        format!("({key}, {})", segments(pattern, names))
                    })
                    .collect();
                format!(
                    "Segment::Select {{ by: {}, arms: &[{}], default: {} }}",
                    place(&select.variable),
                    arms.join(", "),
                    segments(&select.default.1, names)
                )
            }
        })
        .collect();
    format!("&[{}]", parts.join(", "))
}

/// The content of `samples.rs`, which the test of all texts includes: each text with each choice of
/// arguments.
pub(crate) fn samples(areas: &[Area<'_>]) -> String {
    let mut out = String::from("const SAMPLES: &[Sample] = &[\n");
    for area in areas {
        let method = area.name.replace('-', "_");
        for text in &area.texts {
            let key = text.key.replace('-', "_");
            let call = |arguments: String| {
                let plain = if arguments.is_empty() { ".into()" } else { "" };
                format!("t.{method}().{key}({arguments}){plain}")
            };
            let calls: Vec<_> = calls(text).into_iter().map(call).collect();
            let (area, key) = (literal(area.name), literal(text.key));
            line(&mut out, &format!("({area}, {key}, |t| vec![{}]),", calls.join(", ")));
        }
    }
    out.push_str("];\n");
    out
}

/// The argument lists that reach each arm.
fn calls(text: &Text<'_>) -> Vec<String> {
    let mut lists = vec![Vec::new()];
    for (_, used) in &text.arguments {
        let values: Vec<String> = match used {
            Use::Value => vec![literal("Xx")],
            Use::Number(exact) => {
                exact.iter().copied().chain([1, 12]).map(|number| format!("{number}i64")).collect()
            }
            Use::Word(words) => {
                words.iter().map(String::as_str).chain(["Xx"]).map(literal).collect()
            }
        };
        lists = lists
            .iter()
            .flat_map(|list| {
                values
                    .iter()
                    .map(move |value| [list.as_slice(), std::slice::from_ref(value)].concat())
            })
            .collect();
    }
    lists.iter().map(|list: &Vec<String>| list.join(", ")).collect()
}

/// The text for the documentation of a method: what a choice gives by default.
fn summary(pattern: &Pattern) -> String {
    pattern
        .iter()
        .map(|segment| match segment {
            Segment::Text(text) => text.clone(),
            Segment::Variable(name) => format!("`{name}`"),
            Segment::Select(select) => summary(&select.default.1),
        })
        .collect()
}

fn plain(pattern: &Pattern) -> String {
    summary(pattern)
}

fn literal(text: &str) -> String {
    format!("{text:?}")
}

fn pascal(name: &str) -> String {
    name.split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}
