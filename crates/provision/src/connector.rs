//! Speaking SCIM 2.0 to one target.
//!
//! [`wire`](self::wire) knows requests and answers, [`flows`](self::flows) knows in which order
//! they bring an account into the wanted state. Nothing here knows the database, the work queue or
//! when to try again: a flow ends in an [`Effect`] or a [`Failure`], and both say what happened,
//! not what to do about it.

mod flows;
#[cfg(test)]
mod fuzz;
mod wire;

use std::{sync::Arc, time::Duration};

use reqwest::{Url, header::HeaderValue};
use seatlink_domain::{
    integrations::UpdateStyle,
    log::{ForbiddenTarget, Problem, Step, Trouble},
};

use crate::{http::HttpClient, mapping::Mapped, plan::Push, tokens::TokenKeeper};

/// One target, ready to be called.
pub(crate) struct Connector {
    pub(crate) http: HttpClient,
    pub(crate) base: BaseUrl,
    pub(crate) identifier: Identifier,
    pub(crate) style: UpdateStyle,
    pub(crate) authorization: Authorization,
}

/// How requests to the target are authorized.
#[derive(Clone)]
pub(crate) enum Authorization {
    /// A password or header that is as good or bad as it was typed.
    Fixed(HeaderValue),
    /// OAuth tokens, renewed when they run out.
    Tokens(Arc<TokenKeeper>),
}

/// The root of the target's SCIM service: no query, no trailing slash.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl(String);

/// The configured base URL is not one.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the SCIM connector base URL is not a complete URL such as https://host/scim/v2")]
pub struct InvalidBaseUrl;

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let mut url = Url::parse(text.trim()).map_err(|_| InvalidBaseUrl)?;
        if !url.has_host() {
            return Err(InvalidBaseUrl);
        }
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// A URL below the base. `path_and_query` starts with a slash and is already encoded.
    fn join(&self, path_and_query: &str) -> Url {
        Url::parse(&format!("{}{path_and_query}", self.0))
            .expect("a parsed URL stays one when an encoded path is appended")
    }
}

/// The attribute the target's accounts are matched by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Identifier {
    UserName,
    ExternalId,
    /// `emails.value` or a value path that ends there; kept as it was typed.
    Email(String),
}

impl Identifier {
    /// Anything that is not the external id or an e-mail address means the user name.
    pub(crate) fn parse(text: &str) -> Self {
        let name = text.trim();
        if name.eq_ignore_ascii_case("externalId") {
            Self::ExternalId
        } else if name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("emails")) {
            Self::Email(name.to_owned())
        } else {
            Self::UserName
        }
    }

    fn attribute(&self) -> &str {
        match self {
            Self::UserName => "userName",
            Self::ExternalId => "externalId",
            Self::Email(path) => path,
        }
    }

    fn value<'a>(&self, mapped: &'a Mapped) -> Option<&'a str> {
        match self {
            Self::UserName => mapped.user_name(),
            Self::ExternalId => Some(mapped.external_id()),
            Self::Email(_) => mapped.email(),
        }
    }
}

/// What a flow did. `id` is the target's id of the account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Effect {
    Created {
        id: String,
    },
    /// An account that was there already is ours now and says what it should.
    Linked {
        id: String,
        pushed: Push,
    },
    Updated {
        id: String,
    },
    Reactivated {
        id: String,
        pushed: Push,
    },
    Deactivated {
        id: String,
    },
    /// It was inactive before we came.
    AlreadyInactive {
        id: String,
    },
    /// There is no such account, so there is nothing to deactivate.
    NoAccount,
}

/// Why a flow stopped, and in which step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Failure {
    pub(crate) step: Step,
    pub(crate) cause: Cause,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// 401 although the token was renewed, or nothing to renew it with.
    Unauthorized(Trouble),
    /// 403.
    Forbidden { access: Access, answered: Trouble },
    /// 429.
    RateLimited { retry_after: Option<Duration> },
    /// No connection, no answer in time, or 502, 503, 504: nobody's request would have worked.
    Unavailable { retry_after: Option<Duration>, trouble: Trouble },
    /// Another 5xx: this request broke the target, others may not.
    Broken(Trouble),
    /// A refusal of this request: 4xx, a redirect.
    Rejected(Trouble),
    /// 404 where an account was expected.
    NotFound(Trouble),
    /// 409.
    Conflict(Trouble),
    /// 412: somebody else changed the account between our read and our write.
    Changed(Trouble),
    /// Nobody matches, and creating accounts is switched off.
    NoMatch,
    /// Several accounts match; linking one of them would be a guess.
    Ambiguous { matches: usize },
    /// A creation was answered with success and nothing else.
    EmptyAnswer,
    /// Success that is not SCIM.
    InvalidAnswer(Trouble),
    /// We do not send requests there.
    ForbiddenTarget(ForbiddenTarget),
    /// The person has no value for the attribute accounts are matched by.
    NoIdentifier,
}

/// Whether a refused request only wanted to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    Read,
    Write,
}

impl Failure {
    /// What happened, for the log and for whoever asks why.
    pub(crate) fn problem(&self) -> Problem {
        let trouble = match &self.cause {
            Cause::Unauthorized(trouble)
            | Cause::Forbidden { answered: trouble, .. }
            | Cause::Unavailable { trouble, .. }
            | Cause::Broken(trouble)
            | Cause::Rejected(trouble)
            | Cause::NotFound(trouble)
            | Cause::Conflict(trouble)
            | Cause::Changed(trouble)
            | Cause::InvalidAnswer(trouble) => trouble.clone(),
            Cause::RateLimited { .. } => Trouble::RateLimited,
            Cause::NoMatch => Trouble::NoMatch,
            Cause::Ambiguous { matches } => Trouble::Ambiguous(*matches as u64),
            Cause::EmptyAnswer => Trouble::EmptyAnswer,
            Cause::ForbiddenTarget(why) => Trouble::Forbidden(why.clone()),
            Cause::NoIdentifier => Trouble::NoIdentifier,
        };
        Problem { step: self.step, trouble }
    }
}

#[cfg(test)]
mod tests;
