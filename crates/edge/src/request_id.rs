//! Request ids: one name for a request in our log, in the change log and at the caller.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use seatlink_domain::Platform;

pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ones would be somebody's payload in our log.
const LONGEST: usize = 64;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestId(Arc<str>);

impl RequestId {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn to_header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("request ids are visible ASCII")
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Numbers requests; the start is random, so that two processes do not use the same names.
#[derive(Debug)]
pub(super) struct RequestIds {
    start: String,
    next: AtomicU64,
}

impl RequestIds {
    pub(super) fn new(platform: &Platform) -> Self {
        let start = u64::from_be_bytes(platform.random::<8>());
        Self { start: format!("{start:016x}"), next: AtomicU64::new(1) }
    }

    /// The caller's own id if it is one, so that one search finds both sides; else a new one.
    pub(super) fn of(&self, headers: &HeaderMap) -> RequestId {
        let given = headers.get(HEADER).and_then(|value| value.to_str().ok());
        match given {
            Some(id) if is_acceptable(id) => RequestId(Arc::from(id)),
            _ => {
                let number = self.next.fetch_add(1, Ordering::Relaxed);
                RequestId(Arc::from(format!("{}-{number:x}", self.start)))
            }
        }
    }
}

fn is_acceptable(id: &str) -> bool {
    (8..=LONGEST).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> RequestIds {
        RequestIds { start: String::from("0"), next: AtomicU64::new(1) }
    }

    fn id_for(given: &'static str) -> RequestId {
        let headers = HeaderMap::from_iter([(HEADER, HeaderValue::from_static(given))]);
        ids().of(&headers)
    }

    #[test]
    fn an_id_of_the_caller_is_kept() {
        assert_eq!(id_for("okta-1234_5.6").as_str(), "okta-1234_5.6");
    }

    #[test]
    fn an_id_that_could_confuse_a_log_is_replaced() {
        for bad in ["", "short", "with space in it", "12345678\u{7f}", "<script>alert(1)</script>"]
        {
            let headers = HeaderValue::from_str(bad)
                .map(|value| HeaderMap::from_iter([(HEADER, value)]))
                .unwrap_or_default();
            assert_eq!(ids().of(&headers).as_str(), "0-1", "{bad}");
        }
    }

    #[test]
    fn ids_differ() {
        let ids = ids();
        assert_ne!(ids.of(&HeaderMap::new()), ids.of(&HeaderMap::new()));
    }
}
