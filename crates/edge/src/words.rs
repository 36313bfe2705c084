//! Sentences of what happened, in the reader's language.
//!
//! The log, work items, integrations and the outbox store facts. Here they become sentences, by one
//! exhaustive match for each kind of fact, whoever shows them: pages, the API and the command line.
//! Words of others stay as they came and are marked.

mod events;
#[cfg(test)]
mod tests;
mod troubles;

use axum::{extract::FromRequestParts, http::request::Parts};
use seatlink_domain::{
    integrations::Integration,
    log::{Entry, Event, Unreadable},
};
use seatlink_provision::TestError;
use seatlink_texts::{Language, Message, Part, Texts};

pub use self::{
    events::sentence,
    troubles::{mail, obstacle, status},
};

/// A sentence that still knows which of its words are names, and which are quoted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sentence {
    segments: Vec<Segment>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Segment {
    Text(String),
    Value {
        name: &'static str,
        text: String,
    },
    /// Words of others, never translated. Most of them are English, and screen readers need to
    /// know.
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

    /// Text, values and quoted words in order, for pages.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Plain text.
    pub fn text(&self) -> String {
        let text = |segment: &Segment| match segment {
            Segment::Text(text) | Segment::Value { text, .. } | Segment::Quoted(text) => {
                text.clone()
            }
        };
        self.segments.iter().map(text).collect()
    }
}

/// The language that a program's user reads: English, unless `Accept-Language` asks for another one
/// that we have.
pub struct Reads(pub Language);

impl<S: Sync> FromRequestParts<S> for Reads {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(crate::language(&parts.headers)))
    }
}

/// A row of the log.
pub fn entry(entry: &Entry, language: Language) -> Sentence {
    stored(&entry.event, language)
}

/// What a stored event says, or that it cannot be read.
pub fn stored(event: &Result<Event, Unreadable>, language: Language) -> Sentence {
    match event {
        Ok(event) => sentence(event, language),
        Err(unreadable) => Texts::of(language).log().unreadable(unreadable.to_string()).into(),
    }
}

/// Why an integration is not ready, for programs and logs.
pub fn status_reason(integration: &Integration) -> Option<String> {
    integration.status_reason.as_ref().map(|reason| status(reason, Language::English).text())
}

/// Why a connection could not be tested; `None` if there was none to test.
pub fn test_error(error: &TestError, language: Language) -> Option<Message> {
    let t = Texts::of(language).log();
    match error {
        TestError::Failed(trouble) => {
            let trouble = troubles::trouble(trouble, language).text();
            Some(t.test_failed(trouble.trim_end_matches('.')))
        }
        TestError::Misconfigured(why) => Some(t.test_misconfigured(why.to_string())),
        TestError::Integration(_) => None,
    }
}
