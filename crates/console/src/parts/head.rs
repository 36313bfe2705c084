//! The head of a page, and buttons.

use askama::{Template, filters::HtmlSafe};

use super::{Glyph, Html, State};

/// A link that looks like a button: it leads to a page. What changes something is a [`Buttons`]
/// form or a dialog.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<a class="btn{{ weight.class() }}{% if small %} small{% endif %}" href="{{ to }}"{% if let Some(id) = dialog %} data-dialog="{{ id }}"{% endif %}{% if download %} download{% endif %}>{% if let Some(glyph) = glyph %}{{ glyph }}{% endif %}{{ text }}</a>"#
)]
pub struct Button {
    to: String,
    text: String,
    glyph: Option<Glyph>,
    dialog: Option<&'static str>,
    weight: Weight,
    small: bool,
    download: bool,
}

impl HtmlSafe for Button {}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Weight {
    Plain,
    Primary,
    Danger,
}

impl Weight {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Primary => " primary",
            Self::Danger => " danger",
        }
    }
}

impl Button {
    pub fn link(to: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            to: to.into(),
            text: text.into(),
            glyph: None,
            dialog: None,
            weight: Weight::Plain,
            small: false,
            download: false,
        }
    }

    /// The one thing to do on a page.
    #[must_use]
    pub fn primary(self) -> Self {
        Self { weight: Weight::Primary, ..self }
    }

    #[must_use]
    pub fn dangerous(self) -> Self {
        Self { weight: Weight::Danger, ..self }
    }

    #[must_use]
    pub fn small(self) -> Self {
        Self { small: true, ..self }
    }

    #[must_use]
    pub fn glyph(self, glyph: Glyph) -> Self {
        Self { glyph: Some(glyph), ..self }
    }

    /// With script it opens this dialog, which asks what the page at the address asks.
    #[must_use]
    pub fn opens(self, dialog: &'static str) -> Self {
        Self { dialog: Some(dialog), ..self }
    }

    #[must_use]
    pub fn downloads(self) -> Self {
        Self { download: true, ..self }
    }
}

/// A form of one button: a deed without a question.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<form method="post" action="{{ action }}"><input type="hidden" name="csrf" value="{{ csrf }}">{% for (name, value) in hidden.iter() %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}<button class="btn{% if primary %} primary{% endif %}{% if small %} small{% endif %}">{% if let Some(glyph) = glyph %}{{ glyph }}{% endif %}{{ text }}</button></form>"#
)]
pub struct Buttons {
    action: String,
    csrf: String,
    hidden: Vec<(String, String)>,
    text: String,
    glyph: Option<Glyph>,
    primary: bool,
    small: bool,
}

impl HtmlSafe for Buttons {}

impl Buttons {
    pub fn post(action: impl Into<String>, csrf: &str, text: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            csrf: csrf.to_owned(),
            hidden: Vec::new(),
            text: text.into(),
            glyph: None,
            primary: false,
            small: false,
        }
    }

    #[must_use]
    pub fn hidden(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push((name.into(), value.into()));
        self
    }

    #[must_use]
    pub fn primary(self, primary: bool) -> Self {
        Self { primary, ..self }
    }

    #[must_use]
    pub fn small(self) -> Self {
        Self { small: true, ..self }
    }

    #[must_use]
    pub fn glyph(self, glyph: Glyph) -> Self {
        Self { glyph: Some(glyph), ..self }
    }
}

/// What starts every page: where one is, what it is called, what it is about, what one can do.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/head.html")]
pub struct Head {
    /// Names the trail of addresses, for screen readers.
    path_label: String,
    /// The way here; a place without an address is a heading of the navigation.
    crumbs: Vec<(String, Option<String>)>,
    title: Html,
    state: Option<State>,
    lead: Html,
    acts: Html,
}

impl HtmlSafe for Head {}

impl Head {
    pub fn new(title: impl Into<Html>) -> Self {
        Self {
            path_label: String::new(),
            crumbs: Vec::new(),
            title: title.into(),
            state: None,
            lead: Html::new(),
            acts: Html::new(),
        }
    }

    /// `label` names the trail, such as “Path”.
    #[must_use]
    pub fn crumbs(self, label: impl Into<String>, crumbs: Vec<(String, Option<String>)>) -> Self {
        Self { path_label: label.into(), crumbs, ..self }
    }

    #[must_use]
    pub fn state(self, state: State) -> Self {
        Self { state: Some(state), ..self }
    }

    #[must_use]
    pub fn lead(self, lead: impl Into<Html>) -> Self {
        Self { lead: lead.into(), ..self }
    }

    /// Buttons and forms; one primary button at most.
    #[must_use]
    pub fn acts(self, acts: Html) -> Self {
        Self { acts, ..self }
    }
}
