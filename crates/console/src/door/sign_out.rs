//! Signing out: from the frame of a page, and for a client, with a page that asks back unless the
//! request proves whose session it is about.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use bytes::Bytes;
use seatlink_domain::{
    login::{Session, sessions},
    oauth::logout::{self, Confirmation, Logout},
};
use seatlink_edge::oauth::logged;
use seatlink_edge::{
    AppState, MaybeSession, Problem, RequestHost, Served, chain, clear_session_cookie,
    session_cookie,
};
use seatlink_oauth::{Params, request::LogoutRequest};
use seatlink_texts::Door as DoorTexts;

use crate::{
    answer::{html, see_other, shield},
    form::Form,
    nav::End,
    paths,
    shell::Door,
    viewer::{Colours, Visitor},
};

#[derive(Template)]
#[template(path = "door/sign_out.html")]
pub(crate) struct SignOutPage<'a> {
    frame: Door,
    t: DoorTexts,
    /// Of the session that would end; without it the page says that it has.
    csrf: Option<&'a str>,
    query: &'a str,
}

impl<'a> SignOutPage<'a> {
    pub(crate) fn asking(visitor: &Visitor, csrf: &'a str, query: &'a str) -> Self {
        Self { csrf: Some(csrf), query, ..Self::done(visitor) }
    }

    pub(crate) fn done(visitor: &Visitor) -> Self {
        // The address of this page would sign out whoever has signed in since.
        let visitor = visitor.clone().at(paths::SignIn::default());
        Self { frame: Door::of(&visitor), t: visitor.texts().door(), csrf: None, query: "" }
    }
}

/// The button of the frame.
pub(super) async fn sign_out(
    State(state): State<AppState>,
    Form { viewer, sent: () }: Form<()>,
) -> Result<Response, Problem> {
    let to = see_other(paths::SignIn::ROUTE);
    end_session(&state, &viewer.host, viewer.visitor.headers(), to).await
}

/// Ends the session of this browser on our side and in its cookie.
async fn end_session(
    state: &AppState,
    host: &Served,
    headers: &HeaderMap,
    mut response: Response,
) -> Result<Response, Problem> {
    if let Some(cookie) = session_cookie(headers, host) {
        sessions::sign_out(&state.platform, cookie).await.map_err(|error| {
            tracing::error!(error = chain(&error), "a session was not ended");
            Problem::of_failure(&error)
        })?;
    }
    response.headers_mut().append(header::SET_COOKIE, clear_session_cookie(host));
    Ok(response)
}

pub(super) async fn show(
    State(state): State<AppState>,
    host: RequestHost,
    visitor: Visitor,
    MaybeSession(session): MaybeSession,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let call = Call { state: &state, host: &host, visitor: &visitor, session: session.as_ref() };
    call.start(&query).await
}

/// The person's answer to our page, or a client's request by POST.
pub(super) async fn submit(
    State(state): State<AppState>,
    host: RequestHost,
    visitor: Visitor,
    MaybeSession(session): MaybeSession,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, Problem> {
    let call = Call { state: &state, host: &host, visitor: &visitor, session: session.as_ref() };
    let form = Params::from_query_and_form(query.as_deref().unwrap_or_default(), &body)
        .map_err(|error| Problem::BadRequest(error.description))?;
    match (form.get("decision"), &session) {
        (Some(decision), Some(session)) => {
            if !session.csrf_matches(form.get("csrf").unwrap_or_default()) {
                return Err(Problem::ForeignForm);
            }
            let (visitor, checked) = call.check(form.get("logout").unwrap_or_default()).await?;
            if decision == "yes" {
                call.end(&visitor, checked).await
            } else {
                Ok(shield(&host, see_other("/")))
            }
        }
        (Some(_), None) => Ok(shield(&host, see_other(paths::SignIn::ROUTE))),
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
    visitor: &'a Visitor,
    session: Option<&'a Session>,
}

impl Call<'_> {
    async fn check(self, query: &str) -> Result<(Visitor, Logout), Problem> {
        let params =
            Params::from_query(query).map_err(|error| Problem::BadRequest(error.description))?;
        let request = LogoutRequest::parse(&params);
        let visitor = self.visitor.clone().for_locales(request.ui_locales.as_deref());
        let platform = &self.state.platform;
        match logout::check(platform, self.host.realm, &request, self.session).await {
            Ok(checked) => Ok((visitor, checked)),
            Err(error) => {
                logged(&error);
                Err(Problem::of_failure(&error))
            }
        }
    }

    async fn start(self, query: &str) -> Result<Response, Problem> {
        let (visitor, checked) = self.check(query).await?;
        match (checked.confirmation, self.session) {
            (Confirmation::Needed, Some(session)) => {
                let page = SignOutPage::asking(&visitor, session.csrf.expose(), query);
                Ok(shield(self.host, html(StatusCode::OK, &page)))
            }
            (Confirmation::Needed | Confirmation::NotNeeded, _) => {
                self.end(&visitor, checked).await
            }
        }
    }

    async fn end(self, visitor: &Visitor, checked: Logout) -> Result<Response, Problem> {
        let response = match &checked.redirect {
            Some(uri) => see_other(uri),
            None => html(StatusCode::OK, &SignOutPage::done(visitor)),
        };
        end_session(self.state, self.host, visitor.headers(), shield(self.host, response)).await
    }
}
