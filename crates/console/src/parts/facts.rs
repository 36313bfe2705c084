//! Facts that one reads, and values that somebody enters elsewhere.

use askama::{Template, filters::HtmlSafe};

use super::{Glyph, Html};

/// Terms and their values.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<dl class="facts">{% for (term, values) in facts.iter() %}<dt>{{ term }}</dt>{% for value in values.iter() %}<dd>{{ value }}</dd>{% endfor %}{% endfor %}</dl>"#
)]
pub struct Facts {
    facts: Vec<(String, Vec<Html>)>,
}

impl HtmlSafe for Facts {}

impl Facts {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn fact(self, term: impl Into<String>, value: impl Into<Html>) -> Self {
        self.facts(term, vec![value.into()])
    }

    /// Several values of one term.
    #[must_use]
    pub fn facts(mut self, term: impl Into<String>, values: Vec<Html>) -> Self {
        self.facts.push((term.into(), values));
        self
    }
}

/// A button that copies a text. Without script it is not shown, and the text is selected by hand.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<button class="btn quiet small" type="button" data-copy="{{ text }}">{{ Glyph::Copy }}<span class="vh">{{ label }}</span></button>"#
)]
pub struct CopyButton {
    text: String,
    label: String,
}

impl HtmlSafe for CopyButton {}

impl CopyButton {
    /// `label` says what is copied.
    pub fn new(text: impl Into<String>, label: impl Into<String>) -> Self {
        Self { text: text.into(), label: label.into() }
    }
}

/// Values to copy, each with a button.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<dl class="copies">{% for (term, value, button) in rows.iter() %}<div><dt>{{ term }}</dt><dd><code translate="no">{{ value }}</code></dd><dd>{{ button }}</dd></div>{% endfor %}</dl>"#
)]
pub struct Copies {
    rows: Vec<(String, String, CopyButton)>,
}

impl HtmlSafe for Copies {}

impl Copies {
    /// `label` says what the button does, such as “Copy client ID”.
    #[must_use]
    pub fn value(
        mut self,
        term: impl Into<String>,
        value: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        let (term, value) = (term.into(), value.into());
        let button = CopyButton::new(value.clone(), label);
        self.rows.push((term, value, button));
        self
    }
}
