//! Pages of one thing, as links.

use askama::{Template, filters::HtmlSafe};

#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<nav class="tabs" aria-label="{{ label }}">{% for tab in tabs.iter() %}<a href="{{ tab.to }}"{% if tab.current %} aria-current="page"{% endif %}>{{ tab.text }}{% if let Some(count) = tab.count %} <span class="n">{{ count }}</span>{% endif %}</a>{% endfor %}</nav>"#
)]
pub struct Tabs {
    label: String,
    tabs: Vec<Tab>,
}

impl HtmlSafe for Tabs {}

#[derive(Clone, Debug)]
struct Tab {
    to: String,
    text: String,
    count: Option<String>,
    current: bool,
}

impl Tabs {
    /// `label` names the thing, for screen readers.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), tabs: Vec::new() }
    }

    #[must_use]
    pub fn tab(mut self, to: impl Into<String>, text: impl Into<String>, current: bool) -> Self {
        self.tabs.push(Tab { to: to.into(), text: text.into(), count: None, current });
        self
    }

    /// The same with a number behind the text.
    #[must_use]
    pub fn counted(
        mut self,
        to: impl Into<String>,
        text: impl Into<String>,
        count: impl Into<String>,
        current: bool,
    ) -> Self {
        let count = Some(count.into());
        self.tabs.push(Tab { to: to.into(), text: text.into(), count, current });
        self
    }
}
