//! States: a glyph of its own shape and a word; colour only supports them.

use askama::{Template, filters::HtmlSafe};

use super::Glyph;

/// What a state or a message means for the reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// A fact.
    Plain,
    Good,
    /// A decision waits.
    Warning,
    /// Something is wrong and needs somebody.
    Bad,
    /// Ended on purpose.
    Off,
}

impl Tone {
    /// The class of the stylesheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Good => " good",
            Self::Warning => " warn",
            Self::Bad => " bad",
            Self::Off => " off",
        }
    }
}

/// How a thing stands.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="st{{ tone.class() }}">{{ glyph }}{{ word }}</span>"#
)]
pub struct State {
    tone: Tone,
    glyph: Glyph,
    word: String,
}

impl HtmlSafe for State {}

impl State {
    pub fn new(tone: Tone, glyph: Glyph, word: impl Into<String>) -> Self {
        Self { tone, glyph, word: word.into() }
    }

    pub fn good(word: impl Into<String>) -> Self {
        Self::new(Tone::Good, Glyph::Good, word)
    }

    pub fn bad(word: impl Into<String>) -> Self {
        Self::new(Tone::Bad, Glyph::Error, word)
    }

    pub fn warning(word: impl Into<String>) -> Self {
        Self::new(Tone::Warning, Glyph::Held, word)
    }

    pub fn waiting(word: impl Into<String>) -> Self {
        Self::new(Tone::Plain, Glyph::Waiting, word)
    }

    pub fn off(word: impl Into<String>) -> Self {
        Self::new(Tone::Off, Glyph::Off, word)
    }

    /// Nothing was done with it yet.
    pub fn none(word: impl Into<String>) -> Self {
        Self::new(Tone::Plain, Glyph::Empty, word)
    }

    /// Nothing happens before somebody authorizes.
    pub fn unauthorized(word: impl Into<String>) -> Self {
        Self::new(Tone::Bad, Glyph::Key, word)
    }
}
