//! Who looks at a page, and how they want to see it.
//!
//! A [`Visitor`] is anybody in a browser; a [`Viewer`] is signed in.

mod choices;

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Response},
};
use seatlink_domain::{
    Actor, Timestamp,
    login::{Session, sessions},
    tenants::{self, Tenant},
};
use seatlink_edge::{AppState, Facts, Problem, Served, SessionUser, Side, chain};
use seatlink_texts::{Language, Texts};

pub use self::choices::Colours;
pub(crate) use self::choices::{COLOURS, LANGUAGE};
use crate::{
    parts::{Time, Times},
    zone::Zone,
};

/// Anybody in a browser, signed in or not.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The id of the request, for the log and for refusals.
    pub request: String,
    pub language: Language,
    /// What the person chose, which outweighs everything else.
    pub chosen: Option<Language>,
    pub colours: Colours,
    /// Path and query of this page, to come back to after a choice.
    pub here: String,
    /// What this listener serves.
    pub side: Side,
    headers: HeaderMap,
}

impl Visitor {
    fn of(parts: &Parts, state: &AppState) -> Result<Self, Problem> {
        let facts = Facts::of(&parts.extensions)?;
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let here = uri.path_and_query().map_or("/", |path| path.as_str());
        // What was posted cannot be asked for again.
        let here = if parts.method.is_safe() { here } else { "/" };
        Ok(Self { side: state.side, ..Self::new(&parts.headers, facts.id.as_str(), here) })
    }

    /// Also for a request that reached no handler.
    pub(crate) fn new(headers: &HeaderMap, request: &str, here: &str) -> Self {
        let chosen = choices::language(headers);
        Self {
            request: request.to_owned(),
            language: Language::choose(chosen, None, accepted(headers)),
            chosen,
            colours: choices::colours(headers),
            here: here.to_owned(),
            side: Side::Both,
            headers: headers.clone(),
        }
    }

    /// With the wish of an application for the language of its pages (OpenID Connect Core
    /// §3.1.2.1).
    #[must_use]
    pub fn for_locales(mut self, ui_locales: Option<&str>) -> Self {
        self.language = Language::choose(self.chosen, ui_locales, accepted(&self.headers));
        self
    }

    /// With another page to come back to than this one, which was sent as a form.
    #[must_use]
    pub fn at(mut self, here: impl Into<String>) -> Self {
        self.here = here.into();
        self
    }

    pub fn texts(&self) -> Texts {
        Texts::of(self.language)
    }

    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

fn accepted(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok())
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Self::of(parts, state)
    }
}

/// The business unit or organization that somebody is signed in to, as pages name it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    pub business_unit: i64,
    pub name: String,
    pub region: String,
}

impl Account {
    pub(crate) fn of(tenant: &Tenant) -> Self {
        Self {
            business_unit: tenant.business_unit,
            name: tenant.name.clone(),
            region: tenant.region.clone(),
        }
    }
}

/// A person who is signed in, with the permissions of this moment. Anybody else is sent to the
/// login page and back.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub visitor: Visitor,
    /// The host that the request is for.
    pub host: Served,
    pub session: Session,
    pub actor: Actor,
    pub account: Account,
    pub zone: Zone,
    /// What this listener serves; both sides in the demo of one process.
    pub side: Side,
    pub now: Timestamp,
}

impl Viewer {
    pub fn language(&self) -> Language {
        self.visitor.language
    }

    pub fn texts(&self) -> Texts {
        self.visitor.texts()
    }

    /// The same person, for whom a choice of language leads to this page: what was posted cannot be
    /// asked for again.
    #[must_use]
    pub fn clone_at(&self, here: impl Into<String>) -> Self {
        Self { visitor: self.visitor.clone().at(here), ..self.clone() }
    }

    /// What every form of this session sends back.
    pub fn csrf(&self) -> &str {
        self.session.csrf.expose()
    }

    /// How times are written for this person.
    pub fn times(&self) -> Times {
        Times { language: self.language(), zone: self.zone.clone() }
    }

    pub fn time(&self, at: Timestamp) -> Time {
        self.times().time(at)
    }

    pub(crate) async fn of(
        state: &AppState,
        mut visitor: Visitor,
        host: Served,
        session: SessionUser,
    ) -> Result<Self, Problem> {
        let actor = session.actor(state).await?.with_request_id(&visitor.request);
        let SessionUser(session) = session;
        let tenant = tenants::load(&state.platform, session.tenant).await.map_err(|error| {
            tracing::error!(error = chain(&error), "the tenant of a session was not read");
            Problem::of_failure(&error)
        })?;
        let locale = sessions::locale(&state.platform, &session).await.map_err(|error| {
            tracing::error!(error = chain(&error), "the locale of a person was not read");
            Problem::of_failure(&error)
        })?;
        if visitor.chosen.is_none()
            && let Some(language) = locale.language.as_deref().and_then(Language::of_tag)
        {
            visitor.language = language;
        }
        let zone = locale.zone.as_deref().and_then(Zone::parse).unwrap_or(Zone::UTC);
        let (side, now) = (state.side, state.platform.now());
        let account = Account::of(&tenant);
        Ok(Self { visitor, host, session, actor, account, zone, side, now })
    }
}

impl FromRequestParts<AppState> for Viewer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let session = SessionUser::from_request_parts(parts, state).await?;
        let visitor = Visitor::of(parts, state).map_err(IntoResponse::into_response)?;
        let host = Facts::of(&parts.extensions).map_err(IntoResponse::into_response)?.host.clone();
        Self::of(state, visitor, host, session).await.map_err(IntoResponse::into_response)
    }
}
