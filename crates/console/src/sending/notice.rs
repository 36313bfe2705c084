//! What a button did, told on the page after it.
//!
//! It travels in the address as one word and a number, never as text: a link from elsewhere can make the page say only what
//! it says anyway.

use serde::Deserialize;

use super::texts::Texts;
use crate::pages::{Place, grouped};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Notice {
    Authenticated,
    Retried(u64),
    Queued(u64),
}

/// As it stands in the query; anything odd says nothing.
#[derive(Default, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    notice: String,
    #[serde(default)]
    count: String,
}

impl Notice {
    pub(super) fn read(told: &Told) -> Option<Self> {
        let count = told.count.parse();
        match (told.notice.as_str(), count) {
            ("authenticated", _) => Some(Self::Authenticated),
            ("retried", Ok(count)) => Some(Self::Retried(count)),
            ("queued", Ok(count)) => Some(Self::Queued(count)),
            _ => None,
        }
    }

    /// The overview, telling it.
    pub(super) fn path(self) -> String {
        let overview = Place::Console.path();
        match self {
            Self::Authenticated => format!("{overview}?notice=authenticated"),
            Self::Retried(count) => format!("{overview}?notice=retried&count={count}"),
            Self::Queued(count) => format!("{overview}?notice=queued&count={count}"),
        }
    }

    pub(super) fn sentence(self, t: &Texts) -> String {
        let around =
            |(before, after): (&str, &str), count| format!("{before}{}{after}", grouped(count));
        match self {
            Self::Authenticated => t.authenticated.to_owned(),
            Self::Retried(count) => around(t.retried, count),
            Self::Queued(count) => around(t.queued, count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_survives_the_way_through_the_address() {
        for notice in [Notice::Authenticated, Notice::Retried(3), Notice::Queued(0)] {
            let path = notice.path();
            let query = path.split_once('?').map_or("", |(_, query)| query);
            let mut told = Told::default();
            for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
                match &*name {
                    "notice" => told.notice = value.into_owned(),
                    _ => told.count = value.into_owned(),
                }
            }
            assert_eq!(Notice::read(&told), Some(notice));
        }
    }

    #[test]
    fn made_up_notices_say_nothing() {
        for (notice, count) in
            [("", ""), ("call-this-number", "5"), ("retried", "-1"), ("queued", "<b>")]
        {
            let told = Told { notice: notice.to_owned(), count: count.to_owned() };
            assert_eq!(Notice::read(&told), None, "{notice} {count}");
        }
    }
}
