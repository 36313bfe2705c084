//! What Seatlink says to people, in English and Simplified Chinese, and the form of numbers, lists,
//! dates and times.
//!
//! Texts are in Fluent files, `locales/LANGUAGE/AREA.ftl`; translators need no Rust. The build
//! script makes a method of each: [`Texts::log`] is `log.ftl`, and its key `changes-note` is
//! [`Log::changes_note`]. A text without variables is a `&'static str`. A text with variables takes
//! one argument for each, in the order in which they first appear in the English text, and gives a
//! [`Message`], which is text for those who read text and parts for pages that turn values into
//! links.
//!
//! ```
//! use seatlink_texts::{Language, Part, Texts};
//!
//! let t = Texts::of(Language::English);
//! assert_eq!(t.common().sign_out(), "Sign out");
//! assert_eq!(t.common().people_found(1_234).to_string(), "1,234 people found.");
//!
//! let sentence = t.door().asks_for_access("Payroll");
//! let first = sentence.parts().next();
//! assert_eq!(first, Some(Part::Value { name: "application", text: "Payroll" }));
//! ```
//!
//! The build fails when a file, a message or a variable is missing or superfluous in one language,
//! and for everything that Fluent would only find, or hide, while the program runs. That is why the
//! generator (`build/`) is our own: the crates that check texts at compile time either do not look
//! at the second language, or only warn, or want the values of a sentence in the same order in all
//! languages. Fluent is parsed only when the crate is built. At run time a text is a static table,
//! and nothing can be missing.
//!
//! The crate is a leaf: no other crate of the workspace, no async, HTTP, SQL or logging. It reads
//! no clock. `README.md` says how to add a text.
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
