//! A form of the administration: its fields, and the bar that saves them.

use askama::{Template, filters::HtmlSafe};
use seatlink_texts::Texts;

use crate::{
    parts::{Hidden, Html, Problems},
    viewer::Viewer,
};

#[derive(Template)]
#[template(path = "admin/form.html")]
pub(crate) struct SaveForm {
    t: Texts,
    action: String,
    hidden: Vec<Hidden>,
    problems: Option<Problems>,
    body: Html,
    /// Whether the bar says how much is not saved yet.
    counts: bool,
    cancel: String,
    /// Name, text, and whether it is the one to press.
    buttons: Vec<(&'static str, String, bool)>,
}

impl HtmlSafe for SaveForm {}

impl SaveForm {
    /// `cancel` is the page to go to without saving.
    pub(crate) fn new(
        viewer: &Viewer,
        action: impl Into<String>,
        cancel: impl Into<String>,
        body: Html,
    ) -> Self {
        Self {
            t: viewer.texts(),
            action: action.into(),
            hidden: vec![Hidden::new("csrf", viewer.csrf())],
            problems: None,
            body,
            counts: false,
            cancel: cancel.into(),
            buttons: Vec::new(),
        }
    }

    pub(crate) fn hidden(mut self, name: &str, value: impl Into<String>) -> Self {
        self.hidden.push(Hidden::new(name, value));
        self
    }

    pub(crate) fn problems(self, problems: Option<Problems>) -> Self {
        Self { problems, ..self }
    }

    pub(crate) fn counting(self) -> Self {
        Self { counts: true, ..self }
    }

    pub(crate) fn button(mut self, name: &'static str, text: &str, primary: bool) -> Self {
        self.buttons.push((name, text.to_owned(), primary));
        self
    }
}
