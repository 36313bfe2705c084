//! A page that says why something was not done, and leads back.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use seatlink_domain::actor::Forbidden;
use seatlink_texts::Language;

use super::Texts;
use crate::login::html;

#[derive(Template)]
#[template(path = "pages/refusal.html")]
struct RefusalPage<'a> {
    t: &'static Texts,
    title: &'a str,
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

/// For an operation that the person lacks a permission for.
pub(crate) fn forbidden(language: Language, missing: &Forbidden, back: &str) -> Response {
    let t = Texts::of(language);
    let (before, after) = t.withheld;
    let sentence = format!("{before}{}{after}", missing.permission.path());
    refusal(language, StatusCode::FORBIDDEN, t.not_allowed, &sentence, back)
}
