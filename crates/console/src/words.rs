//! Sentences of what happened, as pages show them: what is quoted of others is marked.

use askama::{Template, filters::HtmlSafe};
use seatlink_domain::log::{Entry, Event, MailTrouble, StatusReason, Unreadable};
use seatlink_edge::words::{self, Segment};
use seatlink_texts::Language;

pub(crate) use seatlink_edge::words::obstacle;

/// A sentence on a page.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(
    ext = "html",
    source = "{% for segment in sentence.segments() %}{% match segment %}{% when Segment::Quoted(words) %}\
              <span lang=\"en\">{{ words }}</span>{% when Segment::Text(text) %}{{ text }}\
              {% when Segment::Value { name: _, text } %}{{ text }}{% endmatch %}{% endfor %}"
)]
pub(crate) struct Sentence {
    sentence: words::Sentence,
}

/// The template escapes what it is given.
impl HtmlSafe for Sentence {}

impl From<words::Sentence> for Sentence {
    fn from(sentence: words::Sentence) -> Self {
        Self { sentence }
    }
}

pub(crate) fn entry(entry: &Entry, language: Language) -> Sentence {
    words::entry(entry, language).into()
}

pub(crate) fn stored(event: &Result<Event, Unreadable>, language: Language) -> Sentence {
    words::stored(event, language).into()
}

pub(crate) fn status(reason: &StatusReason, language: Language) -> Sentence {
    words::status(reason, language).into()
}

pub(crate) fn mail(trouble: &MailTrouble, language: Language) -> Sentence {
    words::mail(trouble, language).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_words_are_escaped_and_marked() -> Result<(), Box<dyn std::error::Error>> {
        let text = r#"{"rejected-by-target":{"n":"pat@example.com","p":"CXone","w":{"step":"create",
            "trouble":{"answered":{"status":400,"said":{"words":"No <b>active</b> role"}}}}}}"#;
        let event = Event::from_stored(text, "User", None)?;
        let page = stored(&Ok(event), Language::Chinese).render()?;
        assert!(page.ends_with("<span lang=\"en\">No &#60;b&#62;active&#60;/b&#62; role</span>"));
        Ok(())
    }
}
