//! The login form, and what happens when it is sent.

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use seatlink_domain::{
    Secret, TenantId,
    login::{self, LoginError, sessions},
};
use seatlink_oauth::{Params, token};
use serde::Deserialize;

use super::Texts;
use crate::{
    Language,
    answer::{html, see_other, shield},
};
use seatlink_edge::{
    AppState, ClientAddress, Problem, RequestHost, Served, SessionUser, chain,
    clear_session_cookie, local_path, session_cookie, set_session_cookie,
};

/// Format of the token that ties a login form to the browser it was made for, before there is a session.
const FORM_TOKEN: &str = "sllf";

#[derive(Template)]
#[template(path = "login/login.html")]
struct LoginPage<'a> {
    t: &'static Texts,
    message: Option<&'a str>,
    csrf: &'a str,
    next: &'a str,
    user_name: &'a str,
    /// Asked for only when the user name alone is not enough.
    business_unit: Option<&'a str>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    host: RequestHost,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let next = Next::of(&asked.next);
    let page = LoginPage {
        t: Texts::of(next.language(&headers)),
        message: None,
        csrf: &form_token(&state, &host, &headers),
        next: next.path,
        user_name: next.parameter("login_hint").unwrap_or_default(),
        business_unit: None,
    };
    answer(&host, StatusCode::OK, &page)
}

#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    user_name: String,
    password: Secret,
    business_unit: Option<String>,
}

pub(super) async fn submit(
    State(state): State<AppState>,
    host: RequestHost,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Response {
    let next = Next::of(&sent.next);
    let t = Texts::of(next.language(&headers));
    let again = |status: StatusCode, message: &str, business_unit: Option<&str>| {
        let page = LoginPage {
            t,
            message: Some(message),
            csrf: &form_token(&state, &host, &headers),
            next: next.path,
            user_name: &sent.user_name,
            business_unit,
        };
        answer(&host, status, &page)
    };
    let own = own_form_token(&host, &headers).unwrap_or_default();
    if own.is_empty() || !token::constant_time_eq(own.as_bytes(), sent.csrf.as_bytes()) {
        return again(StatusCode::FORBIDDEN, t.stale_form, sent.business_unit.as_deref());
    }
    let given = sent.business_unit.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let Ok(business_unit) = given.map(str::parse::<i64>).transpose() else {
        return again(StatusCode::BAD_REQUEST, t.bad_business_unit, given);
    };
    let tenant = next.parameter("tenantId").and_then(|id| id.parse::<TenantId>().ok());
    if let Err(wait) = state.sign_ins.begin(address, state.platform.now()) {
        tracing::warn!(%address, "too many sign-ins failed from this address");
        let mut response = again(StatusCode::TOO_MANY_REQUESTS, t.too_many, given);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
        return response;
    }
    let signed_in = login::sign_in(
        &state.platform,
        host.realm,
        &sent.user_name,
        &sent.password,
        business_unit,
        tenant,
    )
    .await;
    match signed_in {
        Ok(new) => {
            state.sign_ins.succeeded(address);
            let target = if next.path.is_empty() { "/" } else { next.path };
            let mut response = shield(&host, see_other(target));
            let headers = response.headers_mut();
            headers.append(header::SET_COOKIE, set_session_cookie(&host, &new.cookie));
            headers.append(header::SET_COOKIE, form_cookie(&host, "", "; Max-Age=0"));
            response
        }
        Err(LoginError::Refused) => again(StatusCode::FORBIDDEN, t.refused, given),
        Err(LoginError::SeveralBusinessUnits) => {
            // The password was right.
            state.sign_ins.succeeded(address);
            again(StatusCode::FORBIDDEN, t.several_business_units, Some(given.unwrap_or_default()))
        }
        Err(
            error @ (LoginError::WeakPassword(_)
            | LoginError::UnknownUser
            | LoginError::Forbidden(_)
            | LoginError::Store(_)
            | LoginError::Hash(_)),
        ) => {
            state.sign_ins.succeeded(address);
            tracing::error!(error = chain(&error), "a sign-in failed");
            Problem::of_failure(&error).into_response()
        }
    }
}

#[derive(Deserialize)]
pub(super) struct SignOut {
    #[serde(default)]
    csrf: String,
}

pub(super) async fn sign_out(
    State(state): State<AppState>,
    host: RequestHost,
    session: SessionUser,
    headers: HeaderMap,
    Form(sent): Form<SignOut>,
) -> Result<Response, Problem> {
    session.check_form(&sent.csrf)?;
    end_session(&state, &host, &headers, see_other("/login")).await
}

/// Ends the session of this browser on our side and in its cookie.
pub(crate) async fn end_session(
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

/// Where to go after signing in: a path of this site, or nothing.
struct Next<'a> {
    path: &'a str,
    parameters: Params,
}

impl<'a> Next<'a> {
    fn of(text: &'a str) -> Self {
        let path = local_path(text).unwrap_or_default();
        let query = path.strip_prefix("/auth/authorize?").unwrap_or_default();
        Self { path, parameters: Params::from_query(query).unwrap_or_default() }
    }

    /// A parameter of the authorization request that the person came with.
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)
    }

    fn language(&self, headers: &HeaderMap) -> Language {
        crate::language::language_of(self.parameter("ui_locales"), headers)
    }
}

fn answer(host: &Served, status: StatusCode, page: &LoginPage<'_>) -> Response {
    let mut response = shield(host, html(status, page));
    response.headers_mut().append(header::SET_COOKIE, form_cookie(host, page.csrf, ""));
    response
}

/// The token of this browser, or a new one. It is in a cookie and in the form; a page of another site can neither read
/// the one nor guess the other, so it cannot sign somebody in as somebody else (RFC 9700 §4.7).
fn form_token(state: &AppState, host: &Served, headers: &HeaderMap) -> String {
    own_form_token(host, headers).map_or_else(
        || token::format(FORM_TOKEN, &state.platform.random()).expose().to_owned(),
        str::to_owned,
    )
}

fn own_form_token<'a>(host: &Served, headers: &'a HeaderMap) -> Option<&'a str> {
    let name = form_cookie_name(host);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(own, value)| (own == name).then_some(value))
        .filter(|value| token::looks_like(FORM_TOKEN, value))
}

fn form_cookie_name(host: &Served) -> &'static str {
    if host.origin.starts_with("https:") { "__Host-seatlink-form" } else { "seatlink-form" }
}

fn form_cookie(host: &Served, value: &str, rest: &str) -> HeaderValue {
    let name = form_cookie_name(host);
    let secure = if host.origin.starts_with("https:") { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{rest}"))
        .expect("form tokens are made of the token alphabet")
}
