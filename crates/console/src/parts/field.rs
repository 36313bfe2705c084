//! Fields of forms: label, hint before the input, error after it.

use askama::{Template, filters::HtmlSafe};

use super::Glyph;

/// One line of text.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/field.html")]
pub struct Field {
    name: &'static str,
    label: String,
    value: String,
    kind: &'static str,
    autocomplete: &'static str,
    hint: Option<String>,
    /// Why it cannot be changed; then it is read-only.
    locked: Option<String>,
    error: Option<String>,
    /// The word for what need not be filled in.
    optional: Option<String>,
    link: Option<(String, String)>,
    required: bool,
    autofocus: bool,
    digits: bool,
    max_length: Option<usize>,
    lines: Option<u8>,
}

impl HtmlSafe for Field {}

impl Field {
    /// A field whose name is also the id of its element.
    pub fn text(name: &'static str, label: impl Into<String>) -> Self {
        Self {
            name,
            label: label.into(),
            value: String::new(),
            kind: "text",
            autocomplete: "off",
            hint: None,
            locked: None,
            error: None,
            optional: None,
            link: None,
            required: false,
            autofocus: false,
            digits: false,
            max_length: None,
            lines: None,
        }
    }

    /// A password that is known already.
    pub fn password(name: &'static str, label: impl Into<String>) -> Self {
        Self { kind: "password", autocomplete: "current-password", ..Self::text(name, label) }
    }

    #[must_use]
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    #[must_use]
    pub fn locked(self, why: impl Into<String>) -> Self {
        Self { locked: Some(why.into()), ..self }
    }

    #[must_use]
    pub fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }

    #[must_use]
    pub fn optional(self, word: impl Into<String>) -> Self {
        Self { optional: Some(word.into()), ..self }
    }

    /// A link at the end of the label's line.
    #[must_use]
    pub fn link(self, to: impl Into<String>, text: impl Into<String>) -> Self {
        Self { link: Some((to.into(), text.into())), ..self }
    }

    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    #[must_use]
    pub fn focused(self, autofocus: bool) -> Self {
        Self { autofocus, ..self }
    }

    /// What a password manager fills in here (HTML §4.10.18.7).
    #[must_use]
    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    #[must_use]
    pub fn digits(self) -> Self {
        Self { digits: true, ..self }
    }

    #[must_use]
    pub fn max_length(self, characters: usize) -> Self {
        Self { max_length: Some(characters), ..self }
    }

    /// Several lines instead of one.
    #[must_use]
    pub fn lines(self, lines: u8) -> Self {
        Self { lines: Some(lines), ..self }
    }

    /// Never sent back, and no words.
    fn is_secret(&self) -> bool {
        self.kind == "password"
    }

    /// The ids of what describes it, for screen readers.
    fn described_by(&self) -> Option<String> {
        let ids: Vec<String> = [
            (self.hint.is_some() || self.locked.is_some()).then(|| format!("{}-hint", self.name)),
            self.error.is_some().then(|| format!("{}-error", self.name)),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// One of a few values.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/select.html")]
pub struct Select {
    name: &'static str,
    label: String,
    options: Vec<(String, String)>,
    chosen: String,
    hint: Option<String>,
    error: Option<String>,
}

impl HtmlSafe for Select {}

impl Select {
    pub fn new(name: &'static str, label: impl Into<String>, chosen: impl Into<String>) -> Self {
        Self {
            name,
            label: label.into(),
            options: Vec::new(),
            chosen: chosen.into(),
            hint: None,
            error: None,
        }
    }

    /// One more value, with what a person reads.
    #[must_use]
    pub fn option(mut self, value: impl Into<String>, text: impl Into<String>) -> Self {
        self.options.push((value.into(), text.into()));
        self
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    #[must_use]
    pub fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }
}

/// One of several values, each with its consequence beside it.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/choice.html")]
pub struct Choice {
    name: &'static str,
    legend: String,
    options: Vec<ChoiceOption>,
    error: Option<String>,
}

impl HtmlSafe for Choice {}

#[derive(Clone, Debug)]
struct ChoiceOption {
    value: String,
    text: String,
    consequence: String,
    chosen: bool,
}

impl Choice {
    pub fn new(name: &'static str, legend: impl Into<String>) -> Self {
        Self { name, legend: legend.into(), options: Vec::new(), error: None }
    }

    #[must_use]
    pub fn option(
        mut self,
        value: impl Into<String>,
        text: impl Into<String>,
        consequence: impl Into<String>,
        chosen: bool,
    ) -> Self {
        let (value, text, consequence) = (value.into(), text.into(), consequence.into());
        self.options.push(ChoiceOption { value, text, consequence, chosen });
        self
    }

    #[must_use]
    pub fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }
}

/// One check box.
#[derive(Clone, Debug)]
pub struct Tick {
    pub value: String,
    pub text: String,
    pub on: bool,
}

/// Several check boxes of one name.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/ticks.html")]
pub struct Ticks {
    name: String,
    legend: String,
    boxes: Vec<Tick>,
    /// Side by side as pills, for the columns of one row.
    pills: bool,
    /// Values that cannot be changed here.
    locked: Vec<String>,
}

impl HtmlSafe for Ticks {}

impl Ticks {
    pub fn new(name: impl Into<String>, legend: impl Into<String>, boxes: Vec<Tick>) -> Self {
        Self { name: name.into(), legend: legend.into(), boxes, pills: false, locked: Vec::new() }
    }

    pub fn pills(name: impl Into<String>, legend: impl Into<String>, boxes: Vec<Tick>) -> Self {
        Self { pills: true, ..Self::new(name, legend, boxes) }
    }

    /// These values stay as they are; the page says why.
    #[must_use]
    pub fn locked(self, values: Vec<String>) -> Self {
        Self { locked: values, ..self }
    }

    fn is_locked(&self, tick: &Tick) -> bool {
        self.locked.contains(&tick.value)
    }
}

/// What is on or off.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/switch.html")]
pub struct Switch {
    name: String,
    value: String,
    /// What is switched, for screen readers: the words beside it may be far away.
    label: String,
    on: bool,
    locked: bool,
    words: (String, String),
}

impl HtmlSafe for Switch {}

impl Switch {
    /// `words` are those for on and off.
    pub fn new(
        name: impl Into<String>,
        value: impl Into<String>,
        label: impl Into<String>,
        on: bool,
        words: (&str, &str),
    ) -> Self {
        let words = (words.0.to_owned(), words.1.to_owned());
        Self {
            name: name.into(),
            value: value.into(),
            label: label.into(),
            on,
            locked: false,
            words,
        }
    }

    /// It stays as it is; the page says why.
    #[must_use]
    pub fn locked(self, locked: bool) -> Self {
        Self { locked, ..self }
    }
}

/// What is wrong with a form, on top of it.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/problems.html")]
pub struct Problems {
    title: String,
    /// The id of a field, and what is wrong with it.
    lines: Vec<(&'static str, String)>,
    sentence: Option<String>,
}

impl HtmlSafe for Problems {}

impl Problems {
    pub fn of(
        title: impl Into<String>,
        lines: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        Self { title: title.into(), lines: lines.into_iter().collect(), sentence: None }
    }

    /// A problem of the form as a whole.
    pub fn whole(title: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { title: title.into(), lines: Vec::new(), sentence: Some(sentence.into()) }
    }
}
