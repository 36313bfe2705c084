//! The tables of `docs/performance.md`, between two marks; the words around them are people's.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

use super::figures::{self, Figure, SECTIONS, number};

const BEGIN: &str = "<!-- figures: begin -->";
const END: &str = "<!-- figures: end -->";

pub(super) fn with_figures(text: &str, sections: &Map<String, Value>) -> Result<String> {
    let marks = "the page has lost the marks between which the figures stand";
    let (before, rest) = text.split_once(BEGIN).context(marks)?;
    let (_, after) = rest.split_once(END).context(marks)?;
    let mut tables = String::new();
    promises(&mut tables, &figures::of(sections)?)?;
    for (name, title) in SECTIONS {
        if let Some(section) = sections.get(name) {
            measured(&mut tables, title, section)?;
        }
    }
    Ok(format!("{before}{BEGIN}\n\n{tables}{END}{after}"))
}

fn promises(text: &mut String, figures: &[Figure]) -> Result<()> {
    writeln!(text, "| | what | promised | measured | best durable peer |")?;
    writeln!(text, "|---|---|---|---|---|")?;
    for figure in figures {
        let mark = if figure.holds() { "✓" } else { "missed" };
        let peer = figure.peer.map_or_else(String::new, |peer| figure.shown(peer));
        let (what, promise) = (&figure.what, figure.promise());
        let shown = figure.shown(figure.value);
        writeln!(text, "| {mark} | {what} | {promise} | {shown} | {peer} |")?;
    }
    let held = figures.iter().filter(|figure| figure.holds()).count();
    writeln!(text, "\n{held} of {} promises held in this run.\n", figures.len())?;
    Ok(())
}

/// The columns of measured rows: what the benches call them, and what a reader does.
const COLUMNS: [(&str, &str); 7] = [
    ("per_second", "per second"),
    ("p50_ms", "p50 ms"),
    ("p99_ms", "p99 ms"),
    ("processor_us", "server CPU µs"),
    ("resident_mib", "resident MiB"),
    ("errors", "errors"),
    ("ratio", "ratio"),
];

fn measured(text: &mut String, title: &str, section: &Value) -> Result<()> {
    writeln!(text, "### {title}\n")?;
    let machine = &section["machine"];
    let mut how = vec![
        format!("{} cores", machine["cores"]),
        format!("{} GiB of memory", machine["memory_gib"]),
        format!(
            "{} durable writes of 4 KiB a second",
            number(machine["durable_writes_per_second"].as_f64().unwrap_or_default())
        ),
    ];
    for (name, value) in section["settings"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        let value = value.parse().map_or_else(|_| value.to_owned(), number);
        how.push(format!("{name}: {value}"));
    }
    writeln!(text, "{}.\n", how.join("; "))?;
    let rows = section["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.is_empty() {
        return Ok(());
    }
    let columns: Vec<_> = COLUMNS
        .into_iter()
        .filter(|(key, _)| rows.iter().any(|row| row[*key].is_number()))
        .collect();
    let titles: Vec<&str> = columns.iter().map(|(_, title)| *title).collect();
    writeln!(text, "| what | {} |", titles.join(" | "))?;
    writeln!(text, "|---|{}", "---:|".repeat(columns.len()))?;
    for row in rows {
        let cells: Vec<String> = columns.iter().map(|(key, _)| cell(row, key)).collect();
        let what = row["what"].as_str().unwrap_or_default();
        writeln!(text, "| {what} | {} |", cells.join(" | "))?;
    }
    writeln!(text)?;
    Ok(())
}

fn cell(row: &Value, key: &str) -> String {
    let Some(value) = row[key].as_f64() else { return String::new() };
    match (key, row["to"].as_str()) {
        ("ratio", Some(to)) => format!("{} {to}", number(value)),
        _ => number(value),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where its assumption fails")]

    use serde_json::json;

    use super::*;

    fn sections() -> Map<String, Value> {
        let section = json!({ "scim": {
            "machine": { "cores": 2, "memory_gib": 24, "durable_writes_per_second": 4321.0 },
            "settings": { "users": "100000", "fsync": "on" },
            "figures": [
                { "what": "GET", "value": 0.61, "unit": "of X", "target": 0.6, "bound": "least", "peer": null },
                { "what": "page", "value": 400.0, "unit": "/s", "target": 2500.0, "bound": "least", "peer": 303.0 },
            ],
            "rows": [
                { "what": "X", "per_second": 50000.0 },
                { "what": "GET", "per_second": 30500.0, "errors": 0, "ratio": 0.61, "to": "of X" },
            ],
        }});
        section.as_object().unwrap().clone()
    }

    #[test]
    fn a_page_keeps_its_words_and_gets_new_figures() {
        let page = format!("Words.\n\n{BEGIN}\nold\n{END}\n\nMore words.\n");
        let page = with_figures(&page, &sections()).unwrap();
        assert!(page.starts_with("Words.\n") && page.ends_with("\n\nMore words.\n"));
        assert!(!page.contains("old"));
        for line in [
            "| ✓ | GET | ≥ 0.6 | 0.61 of X |  |",
            "| missed | page | ≥ 2,500 | 400/s | 303/s |",
            "1 of 2 promises held in this run.",
            "2 cores; 24 GiB of memory; 4,321 durable writes of 4 KiB a second; users: 100,000; fsync: on.",
            "| what | per second | errors | ratio |",
            "| X | 50,000 |  |  |",
            "| GET | 30,500 | 0 | 0.61 of X |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\nis not in\n{page}");
        }
        assert_eq!(with_figures(&page, &sections()).unwrap(), page);
    }

    #[test]
    fn a_page_without_marks_is_left_alone() {
        assert!(with_figures("Words.", &sections()).is_err());
    }
}
