//! Messages of a page, and words of others.

use askama::{Template, filters::HtmlSafe};

use super::{Glyph, Html, Tone};

/// One message, at the top of a page or beside its cause.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<div class="note{{ tone.class() }}"{% if let Some(role) = role %} role="{{ role }}"{% endif %}>{{ self.glyph() }}<div><strong>{{ title }}</strong>{% if !text.is_empty() %}<div>{{ text }}</div>{% endif %}</div>{% if !acts.is_empty() %}<div class="acts">{{ acts }}</div>{% endif %}</div>"#
)]
pub struct Banner {
    tone: Tone,
    role: Option<&'static str>,
    title: String,
    text: Html,
    acts: Html,
}

impl HtmlSafe for Banner {}

impl Banner {
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self { tone, role: None, title: title.into(), text: Html::new(), acts: Html::new() }
    }

    /// What was just done, read out when the page opens.
    pub fn done(title: impl Into<String>) -> Self {
        Self { role: Some("status"), ..Self::new(Tone::Good, title) }
    }

    /// What just went wrong, read out at once.
    pub fn alert(title: impl Into<String>) -> Self {
        Self { role: Some("alert"), ..Self::new(Tone::Bad, title) }
    }

    #[must_use]
    pub fn text(self, text: impl Into<Html>) -> Self {
        Self { text: text.into(), ..self }
    }

    #[must_use]
    pub fn acts(self, acts: Html) -> Self {
        Self { acts, ..self }
    }

    const fn glyph(&self) -> Glyph {
        match self.tone {
            Tone::Plain | Tone::Off => Glyph::Information,
            Tone::Good => Glyph::Good,
            Tone::Warning => Glyph::Held,
            Tone::Bad => Glyph::Error,
        }
    }
}

/// Words of another system: verbatim, in their language, with their author.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<blockquote class="said"><p translate="no"{% if let Some(lang) = lang %} lang="{{ lang }}"{% endif %}>{{ text }}</p>{% if !author.is_empty() %}<footer>{{ author }}</footer>{% endif %}</blockquote>"#
)]
pub struct Quote {
    text: String,
    lang: Option<&'static str>,
    author: Html,
}

impl HtmlSafe for Quote {}

impl Quote {
    pub fn new(text: impl Into<String>, lang: Option<&'static str>) -> Self {
        Self { text: text.into(), lang, author: Html::new() }
    }

    #[must_use]
    pub fn by(self, author: impl Into<Html>) -> Self {
        Self { author: author.into(), ..self }
    }
}
