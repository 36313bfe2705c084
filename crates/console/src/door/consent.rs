//! The authorization endpoint: sends people to sign in, asks them, and sends them back to the
//! application.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use seatlink_domain::{
    login::Session,
    oauth::authorize::{self, Asked, AuthorizeError, Step},
    tenants,
};
use seatlink_edge::oauth::logged;
use seatlink_edge::{AppState, MaybeSession, Problem, RequestHost, chain};
use seatlink_oauth::{Error, Params};
use seatlink_texts::Door as DoorTexts;

use crate::{
    answer::{html, see_other, shield},
    nav::End,
    parts::{Facts, Glyph, Html, Quote},
    paths,
    refused::RefusedPage,
    shell::Door,
    viewer::{Account, Colours, Visitor},
    words,
};

#[derive(Template)]
#[template(path = "door/consent.html")]
pub(crate) struct ConsentPage {
    frame: Door,
    t: DoorTexts,
    question: Html,
    scope_of_consent: Html,
    /// What it can do, and the scope behind it.
    grants: Vec<(&'static str, Option<String>)>,
    csrf: String,
    authorization: String,
    facts: Facts,
}

/// What an application asks a person for.
pub(crate) struct Asking<'a> {
    pub(crate) app_name: &'a str,
    pub(crate) reaches_scim: bool,
    pub(crate) scopes: Vec<&'a str>,
    /// The whole request, which comes back with the form.
    pub(crate) authorization: String,
    /// The login page for somebody else.
    pub(crate) other_user: paths::SignIn,
    /// The site the person returns to.
    pub(crate) destination: &'a str,
}

impl<'a> Asking<'a> {
    fn of(asked: &'a Asked) -> Self {
        Self {
            app_name: &asked.app_name,
            reaches_scim: asked.reaches_scim(),
            scopes: asked.scope.iter().collect(),
            authorization: asked.request.to_query(),
            other_user: paths::SignIn::to(back_to(&asked.query_after_sign_in())),
            destination: destination(&asked.redirect_uri),
        }
    }
}

impl ConsentPage {
    pub(crate) fn new(
        visitor: &Visitor,
        session: &Session,
        account: &Account,
        asking: &Asking<'_>,
    ) -> Self {
        let t = visitor.texts().door();
        let business_unit = account.business_unit.to_string();
        let named = |message: &_| Html::new().sentence(message, |_, _| None);
        let (question, scope_of_consent) = if asking.reaches_scim {
            let scope = t.acts_with_your_permissions(&account.name, &business_unit);
            (named(&t.allow_to_manage(asking.app_name)), named(&scope))
        } else {
            let scope = t.signs_in_to(&account.name, &business_unit);
            (named(&t.allow_to_sign_in(asking.app_name)), named(&scope))
        };
        let scim = asking.reaches_scim.then(|| (t.scim_access(), None));
        let scopes = asking
            .scopes
            .iter()
            .map(|scope| (words::scope(visitor.texts(), scope), Some((*scope).to_owned())));
        let signed_in = Html::new()
            .name(&session.user_name)
            .text(" · ")
            .link(&asking.other_user, t.use_another_account());
        Self {
            frame: Door::of(visitor),
            t,
            question,
            scope_of_consent,
            grants: scim.into_iter().chain(scopes).collect(),
            csrf: session.csrf.expose().to_owned(),
            authorization: asking.authorization.clone(),
            facts: Facts::new()
                .fact(t.signed_in_as(), signed_in)
                .fact(t.you_return_to(), Html::new().code(asking.destination)),
        }
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    host: RequestHost,
    MaybeSession(session): MaybeSession,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    let response = match Params::from_query(query.as_deref().unwrap_or_default()) {
        Ok(params) => {
            let page = Page { state: &state, host: &host, visitor: &visitor, params: &params };
            match page.start(session.as_ref()).await {
                Ok(response) => response,
                Err(error) => page.refuse(error),
            }
        }
        Err(error) => refused(&visitor, &error),
    };
    shield(&host, response)
}

/// Either a person's answer to our consent page, or an authorization request that a client posts
/// (OpenID Connect Core §3.1.2.1). The latter comes back as a GET, because a post from another site
/// brings no cookie.
pub(super) async fn submit(
    State(state): State<AppState>,
    host: RequestHost,
    MaybeSession(session): MaybeSession,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let response = match Params::from_query_and_form(&query, &body) {
        Ok(form) if form.get("decision").is_some() => {
            decide(&state, &host, &visitor, session.as_ref(), &form).await
        }
        Ok(form) => {
            let pairs: Vec<(&str, &str)> = form.iter().collect();
            see_other(seatlink_oauth::redirect::append_query(paths::Authorize::ROUTE, &pairs))
        }
        Err(error) => refused(&visitor, &error),
    };
    shield(&host, response)
}

async fn decide(
    state: &AppState,
    host: &RequestHost,
    visitor: &Visitor,
    session: Option<&Session>,
    form: &Params,
) -> Response {
    let authorization = form.get("authorization").unwrap_or_default();
    let params = match Params::from_query(authorization) {
        Ok(params) => params,
        Err(error) => return refused(visitor, &error),
    };
    let page = Page { state, host, visitor, params: &params };
    let Some(session) = session else { return see_other(login(authorization)) };
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
    visitor: &'a Visitor,
    params: &'a Params,
}

impl Page<'_> {
    async fn start(self, session: Option<&Session>) -> Result<Response, AuthorizeError> {
        let platform = &self.state.platform;
        let asked = authorize::check(platform, self.host.realm, self.params).await?;
        match (authorize::next_step(platform, session, &asked).await?, session) {
            (Step::SignIn, _) | (_, None) => Ok(see_other(login(&asked.query_after_sign_in()))),
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
        let page =
            ConsentPage::new(&self.reader(), session, &Account::of(&tenant), &Asking::of(asked));
        html(StatusCode::OK, &page)
    }

    fn refuse(self, error: AuthorizeError) -> Response {
        match error {
            AuthorizeError::Page(error) => refused(&self.reader(), &error),
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

    fn reader(self) -> Visitor {
        self.visitor.clone().for_locales(self.params.get("ui_locales"))
    }
}

/// A request that cannot be trusted is never sent back to the application; this page is all that is
/// seen of it.
fn refused(visitor: &Visitor, error: &Error) -> Response {
    html(StatusCode::BAD_REQUEST, &refused_page(visitor, error))
}

pub(crate) fn refused_page(visitor: &Visitor, error: &Error) -> RefusedPage {
    let t = visitor.texts().door();
    // In English, as the standard's code is: it is what the person who set up the connection looks
    // for.
    let words = Html::new().part(&Quote::new(error.description.as_str(), Some("en")));
    let facts = Facts::new().fact(t.error_code(), Html::new().code(error.code.as_str()));
    RefusedPage::new(visitor, t.cannot_authorize(), words)
        .help(t.cannot_authorize_advice())
        .facts(facts)
}

/// To the login page, and from there back to this request.
fn login(query: &str) -> String {
    paths::SignIn::to(back_to(query)).to_string()
}

fn back_to(query: &str) -> String {
    format!("{}?{query}", paths::Authorize)
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
    fn a_person_is_shown_the_site_and_not_the_path() {
        assert_eq!(destination("https://a.example/cb?x=/y"), "https://a.example");
        assert_eq!(destination("http://127.0.0.1:81"), "http://127.0.0.1:81");
    }
}
