//! Sentences of what happened, in the reader's language.
//!
//! The log, work items, integrations and the outbox store facts. Here they become sentences, by one exhaustive match for
//! each kind of fact, whoever shows them: pages, the API and the command line. Words of others stay as they came and
//! are marked.

mod events;
#[cfg(test)]
mod tests;
mod troubles;

use askama::{Template, filters::HtmlSafe};
use axum::{extract::FromRequestParts, http::request::Parts};
use seatlink_domain::{
    integrations::Integration,
    log::{Entry, Event, Unreadable},
};
use seatlink_provision::TestError;
use seatlink_texts::{Language, Message, Part, Texts};

pub(crate) use self::{
    events::sentence,
    troubles::{mail, obstacle, status},
};
use crate::login;

/// A sentence that still knows which of its words are names, and which are quoted.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(
    ext = "html",
    source = "{% for segment in segments %}{% match segment %}{% when Segment::Quoted(words) %}\
              <span lang=\"en\">{{ words }}</span>{% when Segment::Text(text) %}{{ text }}\
              {% when Segment::Value { name: _, text } %}{{ text }}{% endmatch %}{% endfor %}"
)]
pub(crate) struct Sentence {
    segments: Vec<Segment>,
}

/// The template escapes what it is given.
impl HtmlSafe for Sentence {}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Segment {
    Text(String),
    Value {
        name: &'static str,
        text: String,
    },
    /// Words of others, never translated. Most of them are English, and screen readers are told so.
    Quoted(String),
}

/// The variables of texts that stand for words of others.
const QUOTED: [&str; 2] = ["words", "detail"];

impl From<Message> for Sentence {
    fn from(message: Message) -> Self {
        let segment = |part: Part<'_>| match part {
            Part::Text(text) => Segment::Text(text.to_owned()),
            Part::Value { name, text } if QUOTED.contains(&name) => {
                Segment::Quoted(text.to_owned())
            }
            Part::Value { name, text } => Segment::Value { name, text: text.to_owned() },
        };
        Self { segments: message.parts().map(segment).collect() }
    }
}

impl From<&'static str> for Sentence {
    fn from(text: &'static str) -> Self {
        Message::from(text).into()
    }
}

impl Sentence {
    /// Puts another sentence in the place of a value, so that what is quoted in it stays marked.
    fn with(self, place: &str, inner: &Self) -> Self {
        let mut segments = Vec::with_capacity(self.segments.len() + inner.segments.len());
        for segment in self.segments {
            match segment {
                Segment::Value { name, .. } if name == place => {
                    segments.extend_from_slice(&inner.segments);
                }
                other => segments.push(other),
            }
        }
        Self { segments }
    }

    /// Plain text.
    pub(crate) fn text(&self) -> String {
        let text = |segment: &Segment| match segment {
            Segment::Text(text) | Segment::Value { text, .. } | Segment::Quoted(text) => {
                text.clone()
            }
        };
        self.segments.iter().map(text).collect()
    }
}

/// The language of the texts for a page's language.
impl From<login::Language> for Language {
    fn from(language: login::Language) -> Self {
        match language {
            login::Language::English => Self::English,
            login::Language::Chinese => Self::Chinese,
        }
    }
}

/// The language that a program's user reads: English, unless `Accept-Language` asks for another one that we have.
pub(crate) struct Reads(pub(crate) Language);

impl<S: Sync> FromRequestParts<S> for Reads {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(login::Language::choose(None, &parts.headers).into()))
    }
}

/// A row of the log.
pub(crate) fn entry(entry: &Entry, language: Language) -> Sentence {
    stored(&entry.event, language)
}

/// What a stored event says, or that it cannot be read.
pub(crate) fn stored(event: &Result<Event, Unreadable>, language: Language) -> Sentence {
    match event {
        Ok(event) => sentence(event, language),
        Err(unreadable) => Texts::of(language).log().unreadable(unreadable.to_string()).into(),
    }
}

/// Why an integration is not ready, for programs and logs.
pub(crate) fn status_reason(integration: &Integration) -> Option<String> {
    integration.status_reason.as_ref().map(|reason| status(reason, Language::English).text())
}

/// Why a connection could not be tested.
pub(crate) fn test_error(error: &TestError, language: Language) -> String {
    let t = Texts::of(language).log();
    match error {
        TestError::Failed(trouble) => {
            let trouble = troubles::trouble(trouble, language).text();
            t.test_failed(trouble.trim_end_matches('.')).to_string()
        }
        TestError::Misconfigured(why) => t.test_misconfigured(why.to_string()).to_string(),
        TestError::Integration(error) => error.to_string(),
    }
}
