//! Pages that say why something was not done: what happened, who can mend it, and the way back.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use seatlink_domain::actor::Forbidden;
use seatlink_edge::{Problem, Refusal};
use seatlink_texts::Texts;

use crate::{
    answer::html,
    nav::End,
    parts::{Facts, Html},
    paths,
    shell::Door,
    viewer::{Colours, Visitor},
    words,
};

#[derive(Template)]
#[template(path = "door/refused.html")]
pub(crate) struct RefusedPage {
    frame: Door,
    title: String,
    sentence: Html,
    help: &'static str,
    back: Option<(String, &'static str)>,
    facts: Option<Facts>,
}

impl RefusedPage {
    pub(crate) fn new(
        visitor: &Visitor,
        title: impl Into<String>,
        sentence: impl Into<Html>,
    ) -> Self {
        Self {
            frame: Door::of(visitor),
            title: title.into(),
            sentence: sentence.into(),
            help: "",
            back: None,
            facts: None,
        }
    }

    /// Who can mend it and how.
    pub(crate) fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    pub(crate) fn back(self, to: impl Into<String>, text: &'static str) -> Self {
        Self { back: Some((to.into(), text)), ..self }
    }

    pub(crate) fn facts(self, facts: Facts) -> Self {
        Self { facts: Some(facts), ..self }
    }
}

/// For an operation that was refused or could not be done; `back` is the page that offered it.
pub(crate) fn refusal(
    visitor: &Visitor,
    status: StatusCode,
    title: &str,
    sentence: impl Into<Html>,
    back: impl Into<String>,
) -> Response {
    let overview = visitor.texts().common().back_to_overview();
    html(status, &RefusedPage::new(visitor, title, sentence).back(back, overview))
}

/// For an operation that the person lacks a permission for.
pub(crate) fn forbidden(
    visitor: &Visitor,
    missing: &Forbidden,
    back: impl Into<String>,
) -> Response {
    let t = visitor.texts();
    let permission = words::permission(t, missing.permission);
    let sentence = Html::new().sentence(&t.common().permission_missing(permission), |_, _| None);
    let page = RefusedPage::new(visitor, t.common().not_allowed(), sentence)
        .help(t.errors().help_administrator())
        .back(back, t.common().back_to_overview());
    html(StatusCode::FORBIDDEN, &page)
}

/// The page for a request that was refused before or around its handler.
pub fn refusal_page(refusal: &Refusal<'_>) -> String {
    let page = of_problem(&Visitor::new(refusal.headers, refusal.request_id, "/"), refusal);
    // The template cannot fail; if it does, the bare request id is still an answer.
    page.render().unwrap_or_else(|_| refusal.request_id.to_owned())
}

fn of_problem(visitor: &Visitor, refusal: &Refusal<'_>) -> RefusedPage {
    let t = visitor.texts();
    let Told { title, sentence, help } = told(t, refusal);
    let facts =
        Facts::new().fact(t.errors().request_id_label(), Html::new().code(refusal.request_id));
    RefusedPage::new(visitor, title, sentence)
        .help(help)
        .back(paths::Home, t.errors().to_start())
        .facts(facts)
}

struct Told {
    title: &'static str,
    sentence: Html,
    help: &'static str,
}

fn told(t: Texts, refusal: &Refusal<'_>) -> Told {
    let e = t.errors();
    let id = refusal.request_id;
    // What only exists in English is said in it, and marked so.
    let english = || Html::new().foreign("en", refusal.sentence);
    let (title, sentence, help) = match refusal.problem {
        Problem::NotFound => (e.not_found_title(), e.not_found().into(), e.help_yourself()),
        Problem::UnknownHost => (e.refused_title(), e.unknown_host().into(), e.help_operator()),
        Problem::MethodNotAllowed => {
            (e.refused_title(), e.method_not_allowed().into(), e.help_yourself())
        }
        Problem::TooLarge { limit } => {
            let limit = format!("{limit} B");
            (e.refused_title(), e.too_large(limit).into(), e.help_reload())
        }
        Problem::Unauthorized(_) => (e.refused_title(), e.signed_out().into(), e.help_reload()),
        Problem::ForeignForm => (e.refused_title(), e.foreign_form().into(), ""),
        Problem::BadRequest(_) => (
            e.refused_title(),
            Html::new().text(e.bad_request()).text(" ").part(&english()),
            e.help_reload(),
        ),
        Problem::TimedOut => (e.failed_title(), e.timed_out(id).into(), ""),
        Problem::Unavailable => (e.failed_title(), e.unavailable().into(), e.help_wait()),
        Problem::TooManyRequests { per_second, wait } => {
            (e.busy_title(), e.rate_limited(*per_second, *wait).into(), "")
        }
        Problem::TooManyRefused { wait } => (e.busy_title(), e.too_many_refused(*wait).into(), ""),
        Problem::Internal => (e.failed_title(), e.internal(id).into(), ""),
        Problem::Status(_) => (e.refused_title(), english(), e.help_reload()),
    };
    Told { title, sentence, help }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::*;

    fn page(problem: &Problem, sentence: &str, language: &'static str) -> String {
        let language = HeaderValue::from_static(language);
        let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, language)]);
        refusal_page(&Refusal { problem, sentence, request_id: "r1", headers: &headers })
    }

    #[test]
    fn what_the_page_says_is_escaped() {
        let html = page(&Problem::BadRequest(String::new()), "<script>alert(1)</script>", "en");
        assert!(!html.contains("<script>") && html.contains("&#60;script&#62;"));
    }

    #[test]
    fn a_refusal_is_in_the_language_of_its_reader() {
        let html = page(&Problem::NotFound, "There is nothing at this address.", "zh-CN");
        assert!(
            html.contains("<html lang=\"zh-CN\">") && html.contains("此地址没有任何内容"),
            "{html}"
        );
        assert!(!html.contains("There is nothing"));
    }
}
