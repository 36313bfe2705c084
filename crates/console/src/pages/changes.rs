//! The latest rows of the log, with who, what and why.

use seatlink_domain::{
    Actor, Platform,
    log::{self, Entry, LogError, Reason},
};
use seatlink_texts::Language;

use super::Moment;
use crate::words::{self, Sentence};

/// As many as are read before somebody asks for the history of one person.
const LIMIT: i64 = 50;

pub(crate) struct Changes {
    pub(crate) rows: Vec<ChangeRow>,
}

pub(crate) struct ChangeRow {
    pub(crate) at: Moment,
    pub(crate) actor: String,
    pub(crate) sentence: Sentence,
    /// The machine's word, which reports count.
    pub(crate) reason: String,
    pub(crate) tone: Tone,
}

/// Whether a change is one to look at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tone {
    Plain,
    Bad,
}

impl Changes {
    pub(crate) async fn latest(
        platform: &Platform,
        actor: &Actor,
        language: Language,
    ) -> Result<Self, LogError> {
        let entries = log::latest(platform, actor, LIMIT).await?;
        Ok(Self {
            rows: entries.into_iter().map(|entry| ChangeRow::new(entry, language)).collect(),
        })
    }
}

impl ChangeRow {
    fn new(entry: Entry, language: Language) -> Self {
        Self {
            at: entry.at.into(),
            sentence: words::entry(&entry, language),
            actor: entry.actor_name,
            tone: Tone::of(&entry.reason),
            reason: entry.reason,
        }
    }
}

impl Tone {
    /// By the words that say something did not happen or needs a person.
    fn of(reason: &str) -> Self {
        const BAD: [Reason; 17] = [
            Reason::Refused,
            Reason::MissingRole,
            Reason::MissingPermission,
            Reason::Duplicate,
            Reason::WrongPassword,
            Reason::LockedOut,
            Reason::Denied,
            Reason::TokenReused,
            Reason::CodeReused,
            Reason::MailFailed,
            Reason::NeedsAuthorization,
            Reason::NotFoundRemotely,
            Reason::RejectedByTarget,
            Reason::TargetUnavailable,
            Reason::EmptyAnswer,
            Reason::InvalidAnswer,
            Reason::TooManyAttempts,
        ];
        if BAD.iter().any(|bad| bad.as_str() == reason) { Self::Bad } else { Self::Plain }
    }

    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Plain => "tag",
            Self::Bad => "tag bad",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_stand_out_and_successes_do_not() {
        for reason in [Reason::MissingRole, Reason::NeedsAuthorization, Reason::RejectedByTarget] {
            assert_eq!(Tone::of(reason.as_str()), Tone::Bad, "{reason:?}");
        }
        for reason in [Reason::Created, Reason::PushedNew, Reason::Deactivated, Reason::SignedIn] {
            assert_eq!(Tone::of(reason.as_str()), Tone::Plain, "{reason:?}");
        }
    }
}
