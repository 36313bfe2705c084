//! What happened, the newest first.

use askama::{Template, filters::HtmlSafe};

use super::{Html, Time};

#[derive(Clone, Debug)]
pub struct TrailEntry {
    pub at: Time,
    /// Who did it.
    pub actor: String,
    /// What happened, with links to what it is about.
    pub sentence: Html,
    /// The word of the reason, which reports count, and whatever else is said small.
    pub note: Html,
    /// What only some want to know, folded away.
    pub detail: Html,
    /// Somebody should look at it.
    pub alarming: bool,
}

#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/trail.html")]
pub struct Trail {
    entries: Vec<TrailEntry>,
}

impl HtmlSafe for Trail {}

impl Trail {
    pub fn new(entries: Vec<TrailEntry>) -> Self {
        Self { entries }
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
