//! Logout that a client asks for, with a page that asks back unless the request proves whose session it is about.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use bytes::Bytes;
use seatlink_domain::{
    login::Session,
    oauth::logout::{self, Confirmation, Logout},
};
use seatlink_oauth::{Params, request::LogoutRequest};

use crate::{
    Language,
    answer::{html, see_other, shield},
    door::{Texts, end_session},
};
use seatlink_edge::oauth::logged;
use seatlink_edge::{AppState, MaybeSession, Problem, RequestHost};

#[derive(Template)]
#[template(path = "oauth/logout.html")]
struct LogoutPage<'a> {
    t: &'static Texts,
    /// Of the session that would end; without it the page only tells.
    csrf: Option<&'a str>,
    query: &'a str,
    message: &'a str,
}

pub(super) async fn show(
    State(state): State<AppState>,
    host: RequestHost,
    MaybeSession(session): MaybeSession,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let call = Call { state: &state, host: &host, headers: &headers, session: session.as_ref() };
    call.start(&query).await
}

/// The person's answer to our page, or a client's request by POST.
pub(super) async fn submit(
    State(state): State<AppState>,
    host: RequestHost,
    MaybeSession(session): MaybeSession,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let call = Call { state: &state, host: &host, headers: &headers, session: session.as_ref() };
    let form = Params::from_query_and_form(query.as_deref().unwrap_or_default(), &body)
        .map_err(|error| Problem::BadRequest(error.description))?;
    match (form.get("decision"), &session) {
        (Some(decision), Some(session)) => {
            if !session.csrf_matches(form.get("csrf").unwrap_or_default()) {
                return Err(Problem::ForeignForm);
            }
            let query = form.get("logout").unwrap_or_default();
            let (language, checked) = call.check(query).await?;
            if decision == "yes" {
                call.end(language, checked).await
            } else {
                Ok(shield(&host, see_other("/")))
            }
        }
        (Some(_), None) => Ok(shield(&host, see_other("/login"))),
        (None, _) => {
            let pairs: Vec<(&str, &str)> = form.iter().collect();
            let query = seatlink_oauth::redirect::append_query("", &pairs);
            call.start(query.trim_start_matches('?')).await
        }
    }
}

#[derive(Clone, Copy)]
struct Call<'a> {
    state: &'a AppState,
    host: &'a RequestHost,
    headers: &'a HeaderMap,
    session: Option<&'a Session>,
}

impl Call<'_> {
    async fn check(self, query: &str) -> Result<(Language, Logout), Problem> {
        let params =
            Params::from_query(query).map_err(|error| Problem::BadRequest(error.description))?;
        let request = LogoutRequest::parse(&params);
        let language = crate::language::language_of(request.ui_locales.as_deref(), self.headers);
        let platform = &self.state.platform;
        match logout::check(platform, self.host.realm, &request, self.session).await {
            Ok(checked) => Ok((language, checked)),
            Err(error) => {
                logged(&error);
                Err(Problem::of_failure(&error))
            }
        }
    }

    async fn start(self, query: &str) -> Result<Response, Problem> {
        let (language, checked) = self.check(query).await?;
        match (checked.confirmation, self.session) {
            (Confirmation::Needed, Some(session)) => {
                let csrf = Some(session.csrf.expose());
                let page = LogoutPage { t: Texts::of(language), csrf, query, message: "" };
                Ok(shield(self.host, html(StatusCode::OK, &page)))
            }
            (Confirmation::Needed | Confirmation::NotNeeded, _) => {
                self.end(language, checked).await
            }
        }
    }

    async fn end(self, language: Language, checked: Logout) -> Result<Response, Problem> {
        let response = if let Some(uri) = &checked.redirect {
            see_other(uri)
        } else {
            let t = Texts::of(language);
            let page = LogoutPage { t, csrf: None, query: "", message: t.signed_out };
            html(StatusCode::OK, &page)
        };
        end_session(self.state, self.host, self.headers, shield(self.host, response)).await
    }
}
