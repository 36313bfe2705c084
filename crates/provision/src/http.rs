//! The one HTTP client of the sending side.
//!
//! Limits that hold for every request live here: where it may go ([`TargetPolicy`]), how long it
//! may take, how large its answer may be, and that no redirect is followed. What the answers mean
//! is the connector's business.

use std::{error::Error as _, fmt::Write as _, net::SocketAddr, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{
    Method, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{
        ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH,
    },
    redirect,
};

use seatlink_domain::log::{ForbiddenTarget, Quoted, Silence};

use crate::targets::TargetPolicy;

/// Silence of a minute ends a call; every known provisioning client draws the line there.
const TIMEOUT: Duration = Duration::from_mins(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A user is a few kilobytes; a page of a hundred large ones still fits.
const LARGEST_ANSWER: usize = LARGEST_MIB * 1024 * 1024;
pub(crate) const LARGEST_MIB: usize = 4;
const USER_AGENT: &str = concat!("Seatlink-SCIM/", env!("CARGO_PKG_VERSION"));

/// The HTTP client targets and their authorization servers are called with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: reqwest::Client,
    policy: TargetPolicy,
}

/// The client could not be made; the machine's certificate store is the usual reason.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct HttpClientError(#[source] reqwest::Error);

/// No usable answer came back.
#[derive(Debug)]
pub(crate) enum CallError {
    Forbidden(ForbiddenTarget),
    Silence(Silence),
    TooLarge,
}

/// A request about to be sent.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) accept: &'static str,
    pub(crate) authorization: Option<&'a HeaderValue>,
    pub(crate) body: Option<Body>,
    pub(crate) if_match: Option<&'a str>,
}

#[derive(Clone)]
pub(crate) struct Body {
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Bytes,
}

/// An answer, read completely.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl HttpClient {
    pub fn new(policy: TargetPolicy) -> Result<Self, HttpClientError> {
        // The binary installs its provider first thing; a program that did not gets the same one.
        // Losing the race to another thread leaves an equally good provider in place.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            let _lost_race = rustls::crypto::aws_lc_rs::default_provider().install_default();
        }
        reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .referer(false)
            // A proxy would resolve names on our behalf and so undo the check of addresses.
            .no_proxy()
            .dns_resolver(GuardedResolver(policy))
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(256)
            .pool_idle_timeout(Duration::from_secs(30))
            .tcp_nodelay(true)
            .build()
            .map(|client| Self { client, policy })
            .map_err(HttpClientError)
    }

    /// Where this client may go; for telling an administrator at once, when a URL is saved.
    pub fn policy(&self) -> TargetPolicy {
        self.policy
    }

    pub(crate) async fn send(&self, call: Call<'_>) -> Result<Answer, CallError> {
        self.policy.check(&call.url).map_err(CallError::Forbidden)?;
        let mut request = self.client.request(call.method, call.url).header(ACCEPT, call.accept);
        if let Some(value) = call.authorization {
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(version) = call.if_match {
            request = request.header(IF_MATCH, version);
        }
        if let Some(body) = call.body {
            request = request.header(CONTENT_TYPE, body.content_type).body(body.bytes);
        }
        let mut response = request.send().await.map_err(|error| call_error(&error))?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| call_error(&error))? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(CallError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: body.freeze(),
        })
    }
}

impl Answer {
    pub(crate) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn etag(&self) -> Option<&str> {
        self.header(ETAG)
    }

    /// "Bad Gateway"; the number alone when the code has no name.
    pub(crate) fn phrase(&self) -> String {
        self.status
            .canonical_reason()
            .map_or_else(|| format!("HTTP {}", self.status.as_u16()), str::to_owned)
    }
}

fn call_error(error: &reqwest::Error) -> CallError {
    let mut text = String::new();
    let mut cause = error.source();
    while let Some(link) = cause {
        if let Some(forbidden) = link.downcast_ref::<ForbiddenTarget>() {
            return CallError::Forbidden(forbidden.clone());
        }
        let separator = if text.is_empty() { "" } else { ": " };
        // Writing to a string cannot fail.
        let _infallible = write!(text, "{separator}{link}");
        cause = link.source();
    }
    if error.is_timeout() {
        return CallError::Silence(Silence::TimedOut(TIMEOUT.as_secs()));
    }
    CallError::Silence(if text.is_empty() {
        Silence::Closed
    } else {
        Silence::Connection(Quoted::new(text))
    })
}

/// Resolves names with the system's resolver and lets only permitted addresses through.
struct GuardedResolver(TargetPolicy);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let permitted: Vec<SocketAddr> =
                found.filter(|address| policy.permits(address.ip())).collect();
            if permitted.is_empty() {
                return Err(ForbiddenTarget::Address(name.as_str().to_owned()).into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}
