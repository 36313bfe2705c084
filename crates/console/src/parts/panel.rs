//! Sections of a page, and figures in them.

use askama::{Template, filters::HtmlSafe};

use super::{Glyph, Html};

/// A section with its heading.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<section class="part" id="{{ id }}" aria-labelledby="{{ id }}-title"><h2 id="{{ id }}-title">{{ title }}</h2>{{ body }}</section>"#
)]
pub struct Panel {
    pub id: &'static str,
    pub title: String,
    body: Html,
}

impl HtmlSafe for Panel {}

impl Panel {
    pub fn new(id: &'static str, title: impl Into<String>, body: Html) -> Self {
        Self { id, title: title.into(), body }
    }
}

/// Numbers that say how a thing stands.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<dl class="figs">{% for (label, number, bad) in figures.iter() %}<div><dt>{{ label }}</dt><dd{% if *bad %} class="bad"{% endif %}>{% if *bad %}{{ Glyph::Error }}{% endif %}{{ number }}</dd></div>{% endfor %}</dl>"#
)]
pub struct Figures {
    figures: Vec<(String, String, bool)>,
}

impl HtmlSafe for Figures {}

impl Figures {
    #[must_use]
    pub fn figure(mut self, label: impl Into<String>, number: impl Into<String>) -> Self {
        self.figures.push((label.into(), number.into(), false));
        self
    }

    /// One that should be nothing; otherwise it stands out.
    #[must_use]
    pub fn problem(
        mut self,
        label: impl Into<String>,
        number: i64,
        text: impl Into<String>,
    ) -> Self {
        self.figures.push((label.into(), text.into(), number > 0));
        self
    }
}
