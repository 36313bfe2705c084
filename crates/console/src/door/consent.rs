//! The authorization endpoint: sends people to sign in, asks them, and sends them back to the application.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use seatlink_domain::{
    login::Session,
    oauth::authorize::{self, Asked, AuthorizeError, Step},
    tenants,
};
use seatlink_oauth::{Error, Params, metadata::paths};

use crate::{
    Language,
    answer::{html, see_other, shield},
    door::Texts,
};
use seatlink_edge::oauth::logged;
use seatlink_edge::{AppState, MaybeSession, Problem, RequestHost, chain};

#[derive(Template)]
#[template(path = "oauth/consent.html")]
struct ConsentPage<'a> {
    t: &'static Texts,
    app_name: &'a str,
    tenant: &'a str,
    business_unit: i64,
    user_name: &'a str,
    reaches_scim: bool,
    scopes: Vec<&'a str>,
    csrf: &'a str,
    authorization: &'a str,
    other_user: String,
    destination: &'a str,
}

#[derive(Template)]
#[template(path = "oauth/refused.html")]
struct RefusedPage<'a> {
    t: &'static Texts,
    code: &'a str,
    description: &'a str,
}

pub(super) async fn show(
    State(state): State<AppState>,
    host: RequestHost,
    MaybeSession(session): MaybeSession,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let response = match Params::from_query(query.as_deref().unwrap_or_default()) {
        Ok(params) => {
            let page = Page { state: &state, host: &host, headers: &headers, params: &params };
            match page.start(session.as_ref()).await {
                Ok(response) => response,
                Err(error) => page.refuse(error),
            }
        }
        Err(error) => refused(crate::language::language_of(None, &headers), &error),
    };
    shield(&host, response)
}

/// Either a person's answer to our consent page, or an authorization request that a client posts (OpenID Connect
/// Core §3.1.2.1). The latter comes back as a GET, because a post from another site brings no cookie.
pub(super) async fn submit(
    State(state): State<AppState>,
    host: RequestHost,
    MaybeSession(session): MaybeSession,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let response = match Params::from_query_and_form(&query, &body) {
        Ok(form) if form.get("decision").is_some() => {
            decide(&state, &host, &headers, session.as_ref(), &form).await
        }
        Ok(form) => {
            let pairs: Vec<(&str, &str)> = form.iter().collect();
            see_other(&seatlink_oauth::redirect::append_query(paths::AUTHORIZE, &pairs))
        }
        Err(error) => refused(crate::language::language_of(None, &headers), &error),
    };
    shield(&host, response)
}

async fn decide(
    state: &AppState,
    host: &RequestHost,
    headers: &HeaderMap,
    session: Option<&Session>,
    form: &Params,
) -> Response {
    let authorization = form.get("authorization").unwrap_or_default();
    let params = match Params::from_query(authorization) {
        Ok(params) => params,
        Err(error) => return refused(crate::language::language_of(None, headers), &error),
    };
    let page = Page { state, host, headers, params: &params };
    let Some(session) = session else { return see_other(&login(authorization)) };
    if !session.csrf_matches(form.get("csrf").unwrap_or_default()) {
        return Problem::ForeignForm.into_response();
    }
    let decided = async {
        let asked = authorize::check(&state.platform, host.realm, &params).await?;
        match form.get("decision") {
            Some("allow") => authorize::approve(&state.platform, session, &asked).await,
            Some(_) | None => authorize::deny(&state.platform, session, &asked).await,
        }
    };
    match decided.await {
        Ok(uri) => see_other(&uri),
        Err(error) => page.refuse(error),
    }
}

/// One authorization request at this endpoint.
#[derive(Clone, Copy)]
struct Page<'a> {
    state: &'a AppState,
    host: &'a RequestHost,
    headers: &'a HeaderMap,
    params: &'a Params,
}

impl Page<'_> {
    async fn start(self, session: Option<&Session>) -> Result<Response, AuthorizeError> {
        let platform = &self.state.platform;
        let asked = authorize::check(platform, self.host.realm, self.params).await?;
        match (authorize::next_step(platform, session, &asked).await?, session) {
            (Step::SignIn, _) | (_, None) => Ok(see_other(&login(&asked.query_after_sign_in()))),
            (Step::Approve, Some(session)) => {
                Ok(see_other(&authorize::approve(platform, session, &asked).await?))
            }
            (Step::Consent, Some(session)) => Ok(self.consent(session, &asked).await),
        }
    }

    async fn consent(self, session: &Session, asked: &Asked) -> Response {
        let tenant = match tenants::load(&self.state.platform, session.tenant).await {
            Ok(tenant) => tenant,
            Err(error) => {
                tracing::error!(error = chain(&error), "the tenant of a session was not read");
                return Problem::of_failure(&error).into_response();
            }
        };
        let authorization = asked.request.to_query();
        let page = ConsentPage {
            t: Texts::of(self.language()),
            app_name: &asked.app_name,
            tenant: &tenant.name,
            business_unit: tenant.business_unit,
            user_name: &session.user_name,
            reaches_scim: asked.reaches_scim(),
            scopes: asked.scope.iter().collect(),
            csrf: session.csrf.expose(),
            authorization: &authorization,
            other_user: login(&asked.query_after_sign_in()),
            destination: destination(&asked.redirect_uri),
        };
        html(StatusCode::OK, &page)
    }

    fn refuse(self, error: AuthorizeError) -> Response {
        match error {
            AuthorizeError::Page(error) => refused(self.language(), &error),
            AuthorizeError::Redirect { uri, error } => {
                tracing::debug!(%error, "an authorization was refused");
                see_other(&uri)
            }
            AuthorizeError::Failed(error) => {
                logged(&error);
                Problem::of_failure(&error).into_response()
            }
        }
    }

    fn language(self) -> Language {
        crate::language::language_of(self.params.get("ui_locales"), self.headers)
    }
}

fn refused(language: Language, error: &Error) -> Response {
    let page = RefusedPage {
        t: Texts::of(language),
        code: error.code.as_str(),
        description: &error.description,
    };
    html(StatusCode::BAD_REQUEST, &page)
}

/// To the login page, and from there back to this request.
fn login(query: &str) -> String {
    let back = format!("{}?{query}", paths::AUTHORIZE);
    format!("/login?next={}", utf8_percent_encode(&back, NON_ALPHANUMERIC))
}

/// The site the person will return to; the rest of the address says nothing to a person.
fn destination(uri: &str) -> &str {
    let after = uri.find("://").map_or(0, |at| at + 3);
    let end = uri[after..].find(['/', '?', '#']).map_or(uri.len(), |at| after + at);
    &uri[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_page_gets_the_whole_request_as_one_parameter() {
        let url = login("scope=openid&state=a%26b");
        assert_eq!(url.matches('?').count(), 1);
        assert!(!url.contains('&'), "{url}");
    }

    #[test]
    fn a_person_is_shown_the_site_and_not_the_path() {
        assert_eq!(destination("https://a.example/cb?x=/y"), "https://a.example");
        assert_eq!(destination("http://127.0.0.1:81"), "http://127.0.0.1:81");
    }
}
