//! A promise and what became of it, as the benches write it.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

pub(super) struct Figure {
    pub(super) what: String,
    pub(super) value: f64,
    pub(super) unit: String,
    pub(super) target: f64,
    pub(super) at_most: bool,
    pub(super) peer: Option<f64>,
}

/// In the order of a reader: what most requests are first.
pub(super) const SECTIONS: [(&str, &str); 4] = [
    ("scim", "SCIM on SQLite"),
    ("size", "Size"),
    ("postgres", "SCIM on PostgreSQL"),
    ("provisioning", "Provisioning"),
];

pub(super) fn of(sections: &Map<String, Value>) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (name, _) in SECTIONS {
        let found = sections.get(name).and_then(|section| section["figures"].as_array());
        for figure in found.into_iter().flatten() {
            figures.push(Figure::parse(figure).with_context(|| format!("a figure of {name}"))?);
        }
    }
    Ok(figures)
}

impl Figure {
    fn parse(json: &Value) -> Result<Self> {
        let number = |name: &str| json[name].as_f64().with_context(|| format!("no {name}"));
        let text = |name: &str| json[name].as_str().with_context(|| format!("no {name}"));
        Ok(Self {
            what: text("what")?.to_owned(),
            value: number("value")?,
            unit: text("unit")?.to_owned(),
            target: number("target")?,
            at_most: text("bound")? == "most",
            peer: json["peer"].as_f64(),
        })
    }

    pub(super) fn holds(&self) -> bool {
        if self.at_most { self.value <= self.target } else { self.value >= self.target }
    }

    /// How many times better than promised; `None` where the promise is that there is nothing.
    pub(super) fn margin(&self, value: f64) -> Option<f64> {
        let (above, below) = if self.at_most { (self.target, value) } else { (value, self.target) };
        (self.target > 0.0 && below > 0.0).then(|| above / below)
    }

    pub(super) fn shown(&self, value: f64) -> String {
        let number = number(value);
        match self.unit.as_str() {
            "" => number,
            "/s" => format!("{number}/s"),
            unit => format!("{number} {unit}"),
        }
    }

    pub(super) fn promise(&self) -> String {
        let sign = if self.at_most { '≤' } else { '≥' };
        format!("{sign} {}", number(self.target))
    }
}

/// Three digits that mean something, and thousands apart.
pub(super) fn number(value: f64) -> String {
    if value.fract() == 0.0 && value < 100.0 {
        return format!("{value:.0}");
    }
    if value < 10.0 {
        let text = format!("{value:.2}");
        return text.strip_suffix('0').map(str::to_owned).unwrap_or(text);
    }
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_long_as_they_are_known() {
        let shown = [0.0, 0.5, 0.567, 1.3, 55.4, 836.0, 12_345.6, 1_000_000.0].map(number);
        assert_eq!(shown, ["0", "0.5", "0.57", "1.3", "55.4", "836", "12,346", "1,000,000"]);
    }

    #[test]
    fn a_margin_is_more_than_one_where_the_promise_holds() {
        let figure = |value, at_most| Figure {
            what: String::new(),
            value,
            unit: String::new(),
            target: 2.0,
            at_most,
            peer: None,
        };
        for (value, at_most, holds) in
            [(3.0, false, true), (1.0, false, false), (1.0, true, true), (3.0, true, false)]
        {
            let figure = figure(value, at_most);
            assert_eq!(figure.holds(), holds);
            assert_eq!(figure.margin(value).is_some_and(|margin| margin >= 1.0), holds);
        }
    }
}
