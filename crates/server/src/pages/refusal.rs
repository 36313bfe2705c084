//! A page that says why something was not done, and leads back.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::Texts;
use crate::login::{Language, html};

#[derive(Template)]
#[template(path = "pages/refusal.html")]
struct RefusalPage<'a> {
    t: &'static Texts,
    title: &'a str,
    /// From the operation that refused, in the language of the log.
    sentence: &'a str,
    back: &'a str,
}

pub(crate) fn refusal(
    language: Language,
    status: StatusCode,
    title: &str,
    sentence: &str,
    back: &str,
) -> Response {
    html(status, &RefusalPage { t: Texts::of(language), title, sentence, back })
}
