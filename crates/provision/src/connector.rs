//! Speaking SCIM 2.0 to one target.
//!
//! [`wire`](self::wire) knows requests and answers, [`flows`](self::flows) knows in which order they
//! bring an account into the wanted state. Nothing here knows the database, the work queue or when to
//! try again: a flow ends in an [`Effect`] or a [`Failure`], and both say what happened, not what to
//! do about it.

mod flows;
#[cfg(test)]
mod fuzz;
mod wire;

use std::{fmt::Write as _, sync::Arc, time::Duration};

use reqwest::{Url, header::HeaderValue};
use seatlink_domain::integrations::UpdateStyle;

use crate::{
    http::HttpClient,
    mapping::Mapped,
    plan::Push,
    sentences::{About, Phase},
    tokens::TokenKeeper,
};

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

/// Why a flow stopped, and in which phase.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Failure {
    pub(crate) phase: Phase,
    pub(crate) cause: Cause,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// 401 although the token was renewed, or nothing to renew it with.
    Unauthorized(Remote),
    /// 403.
    Forbidden { access: Access, remote: Remote },
    /// 429.
    RateLimited { retry_after: Option<Duration> },
    /// No connection, no answer in time, or 502, 503, 504: nobody's request would have worked.
    Unavailable { retry_after: Option<Duration>, remote: Remote },
    /// Another 5xx: this request broke the target, others may not.
    Broken(Remote),
    /// A refusal of this request: 4xx, a redirect.
    Rejected(Remote),
    /// 404 where an account was expected.
    NotFound(Remote),
    /// 409.
    Conflict(Remote),
    /// 412: somebody else changed the account between our read and our write.
    Changed(Remote),
    /// Nobody matches, and creating accounts is switched off.
    NoMatch,
    /// Several accounts match; linking one of them would be a guess.
    Ambiguous { matches: usize },
    /// A creation was answered with success and nothing else.
    EmptyAnswer,
    /// Success that is not SCIM.
    InvalidAnswer(Remote),
    /// We do not send requests there.
    ForbiddenTarget(String),
    /// The person has no value for the attribute accounts are matched by.
    NoIdentifier,
}

/// What came back from the target, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Remote {
    /// The HTTP phrase, or our words for what happened instead.
    pub(crate) phrase: String,
    /// The target's own words.
    pub(crate) detail: Option<String>,
}

/// Whether a refused request only wanted to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    Read,
    Write,
}

impl Failure {
    pub(crate) fn sentence(&self, about: About<'_>) -> String {
        match &self.cause {
            Cause::Unauthorized(remote) => {
                let mut text = "The credentials used to connect to the API were invalid; please \
                                check your configuration"
                    .to_owned();
                if let Some(detail) = &remote.detail {
                    // Writing to a string cannot fail.
                    let _infallible = write!(text, ". Errors reported by remote server: {detail}");
                }
                about.failed_as(&text)
            }
            Cause::RateLimited { .. } => about.failed(
                self.phase,
                "Too Many Requests: we are rate limited by the target",
                None,
            ),
            Cause::Forbidden { remote, .. }
            | Cause::Unavailable { remote, .. }
            | Cause::Broken(remote)
            | Cause::Rejected(remote)
            | Cause::NotFound(remote)
            | Cause::Conflict(remote)
            | Cause::Changed(remote)
            | Cause::InvalidAnswer(remote) => {
                about.failed(self.phase, &remote.phrase, remote.detail.as_deref())
            }
            Cause::NoMatch => about.failed_as("Matching user not found"),
            Cause::Ambiguous { matches } => about.failed(
                self.phase,
                &format!("{matches} users match; make the match unique at the target, then retry"),
                None,
            ),
            Cause::EmptyAnswer => {
                about.failed(self.phase, "Create new user returned empty user", None)
            }
            Cause::ForbiddenTarget(why) => about.failed(self.phase, why, None),
            Cause::NoIdentifier => about.failed(
                self.phase,
                "the person has no value for the unique identifier field; fill it in, then retry",
                None,
            ),
        }
    }
}

#[cfg(test)]
mod tests;
