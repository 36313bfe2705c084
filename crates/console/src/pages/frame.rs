//! The frame of a page behind the login: who is signed in, to which business unit, and where one can go.

use axum::http::HeaderMap;
use seatlink_domain::tenants;

use super::{Texts, unreadable};
use crate::Language;
use seatlink_edge::{AppState, Problem, SessionUser, Side};

pub(crate) struct Frame {
    pub(crate) t: &'static Texts,
    pub(crate) language: Language,
    pub(crate) here: Place,
    pub(crate) side: Side,
    pub(crate) business_unit: i64,
    pub(crate) tenant: String,
    pub(crate) region: String,
    pub(crate) user_name: String,
    /// Of this session, for every form on the page.
    pub(crate) csrf: String,
}

/// The pages one can go to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Portal,
    Outbox,
    Console,
}

impl Frame {
    pub(crate) async fn of(
        state: &AppState,
        session: &SessionUser,
        headers: &HeaderMap,
        here: Place,
    ) -> Result<Self, Problem> {
        let SessionUser(session) = session;
        let tenant = tenants::load(&state.platform, session.tenant).await.map_err(unreadable)?;
        let language = crate::language::language_of(None, headers);
        Ok(Self {
            t: Texts::of(language),
            language,
            here,
            side: state.side,
            business_unit: tenant.business_unit,
            tenant: tenant.name.clone(),
            region: tenant.region.clone(),
            user_name: session.user_name.clone(),
            csrf: session.csrf.expose().to_owned(),
        })
    }

    /// For `aria-current`, which also marks the link to the eye.
    pub(crate) fn is_at(&self, place: Place) -> bool {
        self.here == place
    }
}

impl Place {
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Portal => "/portal",
            Self::Outbox => "/portal/outbox",
            Self::Console => "/admin",
        }
    }
}
