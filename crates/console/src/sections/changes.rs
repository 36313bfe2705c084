//! The latest rows of the log, with who, what and why.

use seatlink_domain::{
    Actor, Platform,
    log::{self, Entry, LogError, Reason},
};
use seatlink_texts::Texts;

use super::entry;
use crate::parts::{Empty, Html, Times, Trail};

/// As many as are read before somebody asks for the history of one person.
const LIMIT: i64 = 50;

pub(crate) struct Changes {
    pub(crate) rows: Vec<Entry>,
}

/// Whether a change is one to look at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tone {
    Plain,
    Bad,
}

impl Changes {
    pub(crate) async fn latest(platform: &Platform, actor: &Actor) -> Result<Self, LogError> {
        Ok(Self { rows: log::latest(platform, actor, LIMIT).await? })
    }

    pub(crate) fn show(&self, t: Texts, times: &Times) -> Html {
        if self.rows.is_empty() {
            return Html::new().part(&Empty::yet(t.log().no_changes(), ""));
        }
        let entry = |entry: &Entry| entry::brief(t, times, entry);
        Html::new().part(&Trail::new(self.rows.iter().map(entry).collect()))
    }
}

impl Tone {
    /// By the words that say something did not happen or needs a person.
    pub(crate) fn of(reason: &str) -> Self {
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
