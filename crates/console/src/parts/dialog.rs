//! A question before a deed. Its opener is a link to a page that asks the same, for browsers
//! without script.

use askama::{Template, filters::HtmlSafe};

use super::Html;

/// A field of a form that nobody sees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hidden {
    pub name: String,
    pub value: String,
}

impl Hidden {
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

#[derive(Clone, Debug, Template)]
#[template(path = "parts/dialog.html")]
pub struct Dialog {
    id: &'static str,
    question: String,
    /// What will happen where, and to how many.
    text: Html,
    action: String,
    hidden: Vec<Hidden>,
    deed: String,
    cancel: String,
    /// Where cancelling leads without script; in a dialog it closes.
    back: String,
    dangerous: bool,
    in_page: bool,
}

impl HtmlSafe for Dialog {}

impl Dialog {
    /// `action` is where the form is sent, `csrf` the session's token, `deed` the text of the
    /// button.
    pub fn new(
        id: &'static str,
        question: impl Into<String>,
        action: impl Into<String>,
        csrf: &str,
        deed: impl Into<String>,
    ) -> Self {
        Self {
            id,
            question: question.into(),
            text: Html::new(),
            action: action.into(),
            hidden: vec![Hidden::new("csrf", csrf)],
            deed: deed.into(),
            cancel: String::new(),
            back: String::new(),
            dangerous: false,
            in_page: false,
        }
    }

    #[must_use]
    pub fn text(self, text: impl Into<Html>) -> Self {
        Self { text: text.into(), ..self }
    }

    #[must_use]
    pub fn hidden(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push(Hidden::new(name, value));
        self
    }

    /// The way out, which changes nothing.
    #[must_use]
    pub fn cancel(self, back: impl Into<String>, word: impl Into<String>) -> Self {
        Self { back: back.into(), cancel: word.into(), ..self }
    }

    /// Access or data ends with it.
    #[must_use]
    pub fn dangerous(self) -> Self {
        Self { dangerous: true, ..self }
    }

    /// The same question as the body of a page.
    #[must_use]
    pub fn in_page(self) -> Self {
        Self { in_page: true, ..self }
    }
}
