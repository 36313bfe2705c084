//! What was just done to a role, said on the page after it.
//!
//! It travels in the address as one word, so a link from elsewhere can make the page say only what
//! it says anyway.

use seatlink_texts::Texts;

use crate::parts::{Banner, ListQuery};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Notice {
    Created,
    Saved,
    Activated,
    Deactivated,
    Duplicated,
    Default,
    Assigned,
    Taken,
}

impl Notice {
    const ALL: [Self; 8] = [
        Self::Created,
        Self::Saved,
        Self::Activated,
        Self::Deactivated,
        Self::Duplicated,
        Self::Default,
        Self::Assigned,
        Self::Taken,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Saved => "saved",
            Self::Activated => "activated",
            Self::Deactivated => "deactivated",
            Self::Duplicated => "duplicated",
            Self::Default => "default",
            Self::Assigned => "assigned",
            Self::Taken => "taken",
        }
    }

    fn sentence(self, t: Texts) -> &'static str {
        let t = t.admin();
        match self {
            Self::Created => t.done_created(),
            Self::Saved => t.done_saved(),
            Self::Activated => t.done_activated(),
            Self::Deactivated => t.done_deactivated(),
            Self::Duplicated => t.done_duplicated(),
            Self::Default => t.done_default(),
            Self::Assigned => t.done_assigned(),
            Self::Taken => t.done_taken(),
        }
    }

    /// The page at `address`, with this notice.
    pub(crate) fn at(self, address: impl Into<String>) -> String {
        format!("{}?notice={}", address.into(), self.word())
    }

    /// From the address; anything odd says nothing.
    pub(crate) fn banner(t: Texts, query: &ListQuery) -> Option<Banner> {
        let notice = Self::ALL.into_iter().find(|one| one.word() == query.get("notice"))?;
        Some(Banner::done(notice.sentence(t)))
    }
}
