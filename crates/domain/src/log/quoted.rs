//! Words of others.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Text that somebody else wrote: what a target answered, a value that was refused, what an error
/// answer told the client. It is kept as it came and never translated, and whoever shows it marks
/// it as quoted.
///
/// No longer than [`Quoted::LONGEST`] characters; what was cut off is replaced by `…`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quoted(String);

impl Quoted {
    /// In characters.
    pub const LONGEST: usize = 2_000;

    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        // PostgreSQL keeps no zero character.
        if text.contains('\0') {
            text = text.replace('\0', "\u{fffd}");
        }
        if let Some((cut, _)) = text.char_indices().nth(Self::LONGEST) {
            text.truncate(cut);
            text.push('…');
        }
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
