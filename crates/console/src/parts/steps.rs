//! Steps of a set-up, in order.

use askama::{Template, filters::HtmlSafe};

use super::Html;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Done,
    Failed,
    Current,
    Later,
}

#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<ol class="steps">{% for (step, title, text) in steps.iter() %}<li{% match step %}{% when Step::Done %} class="done"{% when Step::Failed %} class="fail"{% when Step::Current %} aria-current="step"{% when Step::Later %}{% endmatch %}><p class="what">{{ title }}</p>{{ text }}</li>{% endfor %}</ol>"#
)]
pub struct Steps {
    steps: Vec<(Step, String, Html)>,
}

impl HtmlSafe for Steps {}

impl Steps {
    #[must_use]
    pub fn step(mut self, step: Step, title: impl Into<String>, text: Html) -> Self {
        self.steps.push((step, title.into(), text));
        self
    }
}
