//! What Seatlink says to people, in English and Chinese.
#![deny(missing_docs)]

pub mod format;
mod language;
mod message;

pub use language::Language;
pub use message::{Arg, Message, Number, Part};

use message::{Key, Segment, Template};

/// All texts in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts(Language);

impl Texts {
    /// The texts in this language.
    pub const fn of(language: Language) -> Self {
        Self(language)
    }

    /// The language of these texts.
    pub const fn language(self) -> Language {
        self.0
    }
}

include!(concat!(env!("OUT_DIR"), "/areas.rs"));

#[cfg(test)]
mod tests;
