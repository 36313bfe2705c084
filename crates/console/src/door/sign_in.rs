//! The login form, and what happens when it is sent.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use seatlink_domain::{
    Secret, TenantId,
    login::{self, LoginError},
};
use seatlink_edge::{
    AppState, ClientAddress, Problem, RequestHost, Served, chain, local_path, set_session_cookie,
};
use seatlink_oauth::Params;
use seatlink_texts::{Door as DoorTexts, Texts};
use serde::Deserialize;

use crate::{
    answer::{html, see_other, shield},
    cookies,
    form::{COOKIE, DoorForm, Errors, FieldName, Fields, Sent, door_token},
    nav::End,
    parts::{Field, Problems},
    paths,
    shell::Door,
    viewer::{Colours, Visitor},
    zone::duration,
};

#[derive(Template)]
#[template(path = "door/sign_in.html")]
pub(crate) struct SignInPage {
    frame: Door,
    t: DoorTexts,
    problems: Option<Problems>,
    csrf: String,
    next: String,
    fields: Vec<Field>,
}

/// What the form asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asks {
    BusinessUnit,
}

impl FieldName for Asks {
    fn id(self) -> &'static str {
        match self {
            Self::BusinessUnit => "business_unit",
        }
    }
}

/// What was typed, as it stands in the form again. The password never does.
#[derive(Clone, Default)]
pub(crate) struct Typed {
    pub(crate) user_name: String,
    /// Asked for only when the user name alone is not enough.
    pub(crate) business_unit: Option<String>,
}

/// What is wrong with the form that was sent.
pub(crate) enum Wrong {
    Nothing,
    /// Said on top of the form.
    Whole(String),
    /// One more question, asked in this field.
    BusinessUnit(String),
}

impl SignInPage {
    pub(crate) fn new(
        visitor: &Visitor,
        csrf: String,
        next: &str,
        typed: &Typed,
        wrong: Wrong,
    ) -> Self {
        let texts = visitor.texts();
        let t = texts.door();
        let mut errors = Errors::default();
        let problems = match wrong {
            Wrong::Nothing => None,
            Wrong::Whole(sentence) => Some(Problems::whole(t.not_signed_in(), sentence)),
            Wrong::BusinessUnit(sentence) => {
                errors.add(Asks::BusinessUnit, sentence);
                errors.problems(t.question_one_more())
            }
        };
        let visitor = visitor.clone().at(paths::SignIn::to(next));
        Self {
            frame: Door::of(&visitor),
            t,
            problems,
            csrf,
            next: next.to_owned(),
            fields: fields(texts, typed, &errors),
        }
    }
}

fn fields(texts: Texts, typed: &Typed, errors: &Errors<Asks>) -> Vec<Field> {
    let t = texts.door();
    let is_named = !typed.user_name.is_empty();
    let mut fields = vec![
        Field::text("user_name", t.user_name())
            .value(&typed.user_name)
            .autocomplete("username")
            .required()
            .focused(!is_named),
        Field::password("password", t.password()).required().focused(is_named),
    ];
    if let Some(business_unit) = &typed.business_unit {
        let field = Field::text(Asks::BusinessUnit.id(), t.business_unit_id())
            .value(business_unit)
            .digits()
            .error(errors.of(Asks::BusinessUnit));
        fields.push(field);
    }
    fields
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    host: RequestHost,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Response {
    let next = Next::of(&asked.next);
    let visitor = visitor.for_locales(next.parameter("ui_locales"));
    let csrf = door_token(&state, visitor.headers(), &host);
    let user_name = next.parameter("login_hint").unwrap_or_default().to_owned();
    let typed = Typed { user_name, business_unit: None };
    let page = SignInPage::new(&visitor, csrf, next.path, &typed, Wrong::Nothing);
    answer(&host, StatusCode::OK, &page)
}

/// The form as it was sent.
pub(super) struct SignIn {
    next: String,
    user_name: String,
    password: Secret,
    business_unit: Option<String>,
}

impl Fields for SignIn {
    fn read(sent: &Sent) -> Self {
        let business_unit =
            sent.has(Asks::BusinessUnit.id()).then(|| sent.get(Asks::BusinessUnit.id()).to_owned());
        Self {
            next: sent.get("next").to_owned(),
            user_name: sent.get("user_name").to_owned(),
            password: Secret::new(sent.get("password")),
            business_unit,
        }
    }
}

pub(super) async fn submit(
    State(state): State<AppState>,
    host: RequestHost,
    visitor: Visitor,
    ClientAddress(address): ClientAddress,
    form: DoorForm<SignIn>,
) -> Response {
    let (DoorForm::Own(sent) | DoorForm::Stale(sent)) = &form;
    let next = Next::of(&sent.next);
    let visitor = visitor.for_locales(next.parameter("ui_locales"));
    let t = visitor.texts().door();
    let again = |status: StatusCode, wrong: Wrong, business_unit: Option<&str>| {
        let csrf = door_token(&state, visitor.headers(), &host);
        let typed = Typed {
            user_name: sent.user_name.clone(),
            business_unit: business_unit.map(str::to_owned),
        };
        answer(&host, status, &SignInPage::new(&visitor, csrf, next.path, &typed, wrong))
    };
    if matches!(form, DoorForm::Stale(_)) {
        let wrong = Wrong::Whole(t.form_expired().to_owned());
        return again(StatusCode::FORBIDDEN, wrong, sent.business_unit.as_deref());
    }
    let given = sent.business_unit.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let Ok(business_unit) = given.map(str::parse::<i64>).transpose() else {
        let wrong = Wrong::BusinessUnit(t.business_unit_id_invalid().to_owned());
        return again(StatusCode::UNPROCESSABLE_ENTITY, wrong, given);
    };
    let lockout = state.platform.settings().lockout;
    let lasts = duration(visitor.language, lockout.lasts);
    let tenant = next.parameter("tenantId").and_then(|id| id.parse::<TenantId>().ok());
    if let Err(wait) = state.sign_ins.begin(address, state.platform.now()) {
        tracing::warn!(%address, "too many sign-ins failed from this address");
        let whole_minutes = Duration::from_secs(wait.div_ceil(60) * 60);
        let waits = duration(visitor.language, whole_minutes);
        let wrong = Wrong::Whole(t.too_many_sign_ins(waits).into());
        let mut response = again(StatusCode::TOO_MANY_REQUESTS, wrong, given);
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
            headers.append(header::SET_COOKIE, cookies::set(&host, COOKIE, "", "; Max-Age=0"));
            response
        }
        Err(LoginError::Refused) => {
            let wrong = Wrong::Whole(t.sign_in_refused(lockout.attempts, lasts).into());
            again(StatusCode::FORBIDDEN, wrong, given)
        }
        Err(LoginError::SeveralBusinessUnits) => {
            // The password was right.
            state.sign_ins.succeeded(address);
            let wrong = Wrong::BusinessUnit(t.several_business_units().to_owned());
            again(StatusCode::FORBIDDEN, wrong, Some(given.unwrap_or_default()))
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
}

fn answer(host: &Served, status: StatusCode, page: &SignInPage) -> Response {
    let mut response = shield(host, html(status, page));
    let cookie = cookies::set(host, COOKIE, &page.csrf, "");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
