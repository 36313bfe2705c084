//! Nothing to show: for five reasons that a reader must be able to tell apart.

use askama::{Template, filters::HtmlSafe};
use seatlink_domain::Permission;
use seatlink_texts::Texts;

use super::Glyph;
use crate::words;

#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<div class="empty{% if self.is_failed() %} fail{% endif %}"{% if self.is_failed() %} role="alert"{% endif %}>{{ self.glyph() }}<p class="what">{{ title }}</p>{% if !text.is_empty() %}<p>{{ text }}</p>{% endif %}{% if let Some((to, label)) = act %}<p class="acts"><a class="btn small" href="{{ to }}">{{ label }}</a></p>{% endif %}</div>"#
)]
pub struct Empty {
    kind: Kind,
    title: String,
    text: String,
    act: Option<(String, String)>,
}

impl HtmlSafe for Empty {}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    NotSupported,
    Yet,
    Matches,
    NotAllowed,
    Failed,
}

impl Empty {
    fn new(kind: Kind, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { kind, title: title.into(), text: text.into(), act: None }
    }

    /// The other system has no such thing.
    pub fn not_supported(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Kind::NotSupported, title, text)
    }

    /// There is nothing yet; `text` says what appears here and how to begin.
    pub fn yet(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Kind::Yet, title, text)
    }

    /// The filters leave nothing; `cleared` is the list without them.
    pub fn matches(t: Texts, title: impl Into<String>, cleared: impl Into<String>) -> Self {
        let empty = Self::new(Kind::Matches, title, t.common().nothing_matches_note());
        empty.act(cleared, t.common().clear_filters())
    }

    /// The reader lacks a permission.
    pub fn not_allowed(t: Texts, missing: Permission) -> Self {
        let text = t.common().permission_missing(words::permission(t, missing));
        Self::new(Kind::NotAllowed, t.common().not_allowed_here(), text)
    }

    /// A section that could not be read, while the rest of the page could.
    pub fn failed(t: Texts, request_id: &str, retry: impl Into<String>) -> Self {
        let text = t.common().section_failed_note(request_id);
        Self::new(Kind::Failed, t.common().section_failed(), text)
            .act(retry, t.common().try_again())
    }

    #[must_use]
    pub fn act(self, to: impl Into<String>, label: impl Into<String>) -> Self {
        Self { act: Some((to.into(), label.into())), ..self }
    }

    fn is_failed(&self) -> bool {
        self.kind == Kind::Failed
    }

    const fn glyph(&self) -> Glyph {
        match self.kind {
            Kind::NotSupported => Glyph::Forbidden,
            Kind::Yet => Glyph::Empty,
            Kind::Matches => Glyph::Search,
            Kind::NotAllowed => Glyph::Locked,
            Kind::Failed => Glyph::Broken,
        }
    }
}
