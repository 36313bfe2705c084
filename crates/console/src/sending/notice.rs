//! What a button did, told on the page after it.
//!
//! It travels in the address as one word and a number, never as text: a link from elsewhere can
//! make the page say only what it says anyway.

use seatlink_texts::{Sending, Texts};

use crate::{
    parts::{Banner, ListQuery},
    paths,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Notice {
    Authenticated,
    Retried(u64),
    Queued(u64),
}

impl Notice {
    /// From the address; anything odd says nothing.
    pub(super) fn read(query: &ListQuery) -> Option<Self> {
        let count = query.get("count").parse();
        match (query.get("notice"), count) {
            ("authenticated", _) => Some(Self::Authenticated),
            ("retried", Ok(count)) => Some(Self::Retried(count)),
            ("queued", Ok(count)) => Some(Self::Queued(count)),
            _ => None,
        }
    }

    /// The overview, with this notice.
    pub(super) fn path(self) -> String {
        let overview = paths::Console;
        match self {
            Self::Authenticated => format!("{overview}?notice=authenticated"),
            Self::Retried(count) => format!("{overview}?notice=retried&count={count}"),
            Self::Queued(count) => format!("{overview}?notice=queued&count={count}"),
        }
    }

    pub(super) fn banner(self, t: Texts) -> Banner {
        Banner::done(self.sentence(t.sending()))
    }

    fn sentence(self, t: Sending) -> String {
        match self {
            Self::Authenticated => t.authenticated().to_owned(),
            Self::Retried(count) => t.retried(count).into(),
            Self::Queued(count) => t.queued(count).into(),
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
            let query = ListQuery::parse(paths::Console::ROUTE, query);
            assert_eq!(Notice::read(&query), Some(notice));
        }
    }

    #[test]
    fn made_up_notices_say_nothing() {
        for query in [
            "",
            "notice=call-this-number&count=5",
            "notice=retried&count=-1",
            "notice=queued&count=%3Cb%3E",
        ] {
            assert_eq!(Notice::read(&ListQuery::parse("/", query)), None, "{query}");
        }
    }
}
