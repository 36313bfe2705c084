//! The generator that the build script runs, from the outside: what it writes and what it refuses.

mod generating;
mod refusing;

#[path = "../../build"]
mod build {
    pub(crate) mod generator;
}

use build::generator::{Code, Source, generate};

/// The outcome for one area in both languages.
fn run(area: &str, english: &str, chinese: &str) -> Result<Code, Vec<String>> {
    let source = |language: &str, text: &str| Source {
        language: language.to_owned(),
        area: area.to_owned(),
        text: text.to_owned(),
    };
    generate(&[source("en", english), source("zh-CN", chinese)])
}
