//! Whether a form was sent by our own pages.

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, header},
};

/// Whether a browser sends this form for another site. The first line against cross-site requests;
/// the second is the token in every form, for clients that send neither header.
pub(super) fn foreign_form(request: &Request<Body>, authority: Option<&str>) -> bool {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // OpenID Connect Core §3.1.2.1: clients may post authorization requests from their own site.
    // Consent itself is protected by its form's token.
    if safe || request.uri().path() == "/auth/authorize" {
        return false;
    }
    let headers = request.headers();
    match text(headers, "sec-fetch-site") {
        Some(site) => !matches!(site, "same-origin" | "none"),
        None => match text(headers, header::ORIGIN.as_str()) {
            // `null` has no authority and is foreign.
            Some(origin) => origin.split_once("://").map(|(_, rest)| rest) != authority,
            None => false,
        },
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(path: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method(Method::POST).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("the test's request is well formed");
        foreign_form(&request, Some("na1.example.com"))
    }

    #[test]
    fn a_form_of_our_own_page_is_taken() {
        assert!(!post("/roles", &[("sec-fetch-site", "same-origin")]));
        assert!(!post("/roles", &[("origin", "https://na1.example.com")]));
        assert!(!post("/roles", &[]));
    }

    #[test]
    fn a_form_of_another_site_is_foreign() {
        assert!(post("/roles", &[("sec-fetch-site", "cross-site")]));
        assert!(post("/roles", &[("sec-fetch-site", "same-site")]));
        assert!(post("/roles", &[("origin", "https://evil.example")]));
        assert!(post("/roles", &[("origin", "null")]));
    }

    #[test]
    fn the_browsers_own_word_outweighs_the_origin() {
        let headers = [("sec-fetch-site", "cross-site"), ("origin", "https://na1.example.com")];
        assert!(post("/roles", &headers));
    }

    #[test]
    fn an_authorization_request_may_be_posted_from_anywhere() {
        assert!(!post("/auth/authorize", &[("sec-fetch-site", "cross-site")]));
    }
}
