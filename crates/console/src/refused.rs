//! The page that says why a request was refused before or around its handler.

use askama::Template;
use seatlink_edge::Refusal;

#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage<'a> {
    title: &'a str,
    sentence: &'a str,
    request_id: &'a str,
}

pub fn refusal_page(refusal: &Refusal<'_>) -> String {
    let status = refusal.problem.status();
    let title = status.canonical_reason().unwrap_or("Refused");
    let Refusal { sentence, request_id, .. } = *refusal;
    // The template cannot fail; if it does, the bare request id is still an answer.
    RefusedPage { title, sentence, request_id }.render().unwrap_or_else(|_| request_id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_says_is_escaped() {
        let page = RefusedPage { title: "<b>", sentence: "<script>", request_id: "1" };
        let html = page.render().unwrap_or_default();
        assert!(!html.contains("<script>") && !html.contains("<b>"));
    }
}
