//! Pieces of HTML that are put together by code: cells of a table, values of facts, sentences.

use std::fmt;

use askama::filters::HtmlSafe;
use seatlink_edge::words::{Segment, Sentence};
use seatlink_texts::{Message, Part};

/// HTML in which every text was escaped.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Html(String);

impl HtmlSafe for Html {}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Html {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Words in the language of the page.
    #[must_use]
    pub fn text(mut self, text: impl AsRef<str>) -> Self {
        escape(text.as_ref(), &mut self.0);
        self
    }

    /// A name: kept apart from the direction of the text around it, and never translated.
    #[must_use]
    pub fn name(self, name: impl AsRef<str>) -> Self {
        self.element("bdi", " translate=\"no\"", name.as_ref())
    }

    /// A value that machines read.
    #[must_use]
    pub fn code(self, text: impl AsRef<str>) -> Self {
        self.element("code", " translate=\"no\"", text.as_ref())
    }

    /// Words of less weight, on a line of their own in a table.
    #[must_use]
    pub fn small(self, text: impl AsRef<str>) -> Self {
        self.element("small", "", text.as_ref())
    }

    /// A name of less weight, below the one that leads.
    #[must_use]
    pub fn small_name(self, name: impl AsRef<str>) -> Self {
        self.element("small", " translate=\"no\"", name.as_ref())
    }

    #[must_use]
    pub fn strong(self, text: impl AsRef<str>) -> Self {
        self.element("b", "", text.as_ref())
    }

    /// Words of another language, or of somebody else.
    #[must_use]
    pub fn foreign(self, lang: &str, text: impl AsRef<str>) -> Self {
        let mut attribute = String::from(" lang=\"");
        escape(lang, &mut attribute);
        attribute.push('"');
        self.element("span", &attribute, text.as_ref())
    }

    /// A link whose text is in the language of the page.
    #[must_use]
    pub fn link(self, to: impl fmt::Display, text: impl AsRef<str>) -> Self {
        self.linked(to, &Self::new().text(text))
    }

    /// A link whose text is a name.
    #[must_use]
    pub fn name_link(self, to: impl fmt::Display, name: impl AsRef<str>) -> Self {
        self.linked(to, &Self::new().name(name))
    }

    /// A link whose text machines read.
    #[must_use]
    pub fn code_link(self, to: impl fmt::Display, text: impl AsRef<str>) -> Self {
        self.linked(to, &Self::new().code(text))
    }

    /// Buttons in a row.
    #[must_use]
    pub fn acts(mut self, acts: &Self) -> Self {
        for piece in ["<div class=\"acts\">", acts.0.as_str(), "</div>"] {
            self.0.push_str(piece);
        }
        self
    }

    /// Anything that is HTML already.
    #[must_use]
    pub fn part(mut self, part: &impl HtmlSafe) -> Self {
        use fmt::Write as _;
        write!(self.0, "{part}").expect("a string takes everything");
        self
    }

    /// A finished sentence. Its values become links where `to` knows an address for the name and
    /// text of one, else names.
    #[must_use]
    pub fn sentence(
        self,
        message: &Message,
        to: impl Fn(&'static str, &str) -> Option<String>,
    ) -> Self {
        message.parts().fold(self, |html, part| match part {
            Part::Text(text) => html.text(text),
            Part::Value { name, text } => match to(name, text) {
                Some(address) => html.name_link(address, text),
                None => html.name(text),
            },
        })
    }

    /// A sentence of less weight, with its values as names.
    #[must_use]
    pub fn quiet_sentence(mut self, message: &Message) -> Self {
        let inner = Self::new().sentence(message, |_, _| None);
        for piece in ["<small>", inner.0.as_str(), "</small>"] {
            self.0.push_str(piece);
        }
        self
    }

    /// Sentences one below the other.
    #[must_use]
    pub fn lines(mut self, lines: &[Self]) -> Self {
        for line in lines {
            for piece in ["<p>", line.0.as_str(), "</p>"] {
                self.0.push_str(piece);
            }
        }
        self
    }

    /// What happened, with the words of others marked as such. Its values become links as in
    /// [`Self::sentence`].
    #[must_use]
    pub fn told(self, told: &Sentence, to: impl Fn(&'static str) -> Option<String>) -> Self {
        told.segments().iter().fold(self, |html, segment| match segment {
            Segment::Text(text) => html.text(text),
            Segment::Quoted(words) => html.foreign("en", words),
            Segment::Value { name, text } => match to(name) {
                Some(address) => html.name_link(address, text),
                None => html.name(text),
            },
        })
    }

    fn linked(mut self, to: impl fmt::Display, inner: &Self) -> Self {
        self.0.push_str("<a href=\"");
        escape(&to.to_string(), &mut self.0);
        self.0.push_str("\">");
        self.0.push_str(&inner.0);
        self.0.push_str("</a>");
        self
    }

    fn element(mut self, tag: &str, attributes: &str, text: &str) -> Self {
        for piece in ["<", tag, attributes, ">"] {
            self.0.push_str(piece);
        }
        escape(text, &mut self.0);
        for piece in ["</", tag, ">"] {
            self.0.push_str(piece);
        }
        self
    }
}

impl From<&str> for Html {
    fn from(text: &str) -> Self {
        Self::new().text(text)
    }
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        Self::new().text(text)
    }
}

impl From<Message> for Html {
    fn from(message: Message) -> Self {
        Self::new().text(message.as_str())
    }
}

/// In the same references as templates write.
fn escape(text: &str, into: &mut String) {
    for c in text.chars() {
        match c {
            '"' => into.push_str("&#34;"),
            '&' => into.push_str("&#38;"),
            '\'' => into.push_str("&#39;"),
            '<' => into.push_str("&#60;"),
            '>' => into.push_str("&#62;"),
            c => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use seatlink_texts::{Language, Texts};

    use super::*;

    #[test]
    fn nothing_that_is_put_in_becomes_markup() {
        let html = Html::new()
            .text("<b>&")
            .name_link("/x?a=\"><script>", "</a>")
            .foreign("\"", "'")
            .to_string();
        assert!(!html.contains("<b>") && !html.contains("<script>"), "{html}");
        assert_eq!(html.matches("</a>").count(), 1, "{html}");
    }

    #[test]
    fn values_of_a_sentence_are_links_or_names() {
        let t = Texts::of(Language::English).door();
        let message = t.asks_for_access("App <1>");
        let named = Html::new().sentence(&message, |_, _| None).to_string();
        assert!(named.contains("<bdi translate=\"no\">App &#60;1&#62;</bdi>"), "{named}");
        let linked = Html::new().sentence(&message, |name, _| Some(format!("/{name}")));
        assert!(linked.to_string().contains("<a href=\"/application\">"), "{linked}");
    }
}
