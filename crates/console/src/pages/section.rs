//! A part of a page that needs a permission of its own.
//!
//! Whoever lacks it sees in its place what is missing, and still the rest of the page.

use seatlink_domain::{Actor, Permission};

use super::unreadable;
use seatlink_edge::Problem;

pub(crate) enum Section<T> {
    Shown(T),
    /// The permission that would show it.
    Withheld(Permission),
}

impl<T> Section<T> {
    /// Reads the part if the actor has one of the permissions. Asking first keeps a look at the page from being logged as a
    /// refused operation; the operation itself still decides.
    pub(crate) async fn read<E>(
        actor: &Actor,
        any_of: &[Permission],
        read: impl Future<Output = Result<T, E>>,
    ) -> Result<Self, Problem>
    where
        E: std::error::Error + 'static,
    {
        let missing = match any_of {
            [] => None,
            [first, ..] => {
                let has = any_of.iter().any(|one| actor.permissions.contains(*one));
                (!has).then_some(*first)
            }
        };
        match missing {
            Some(permission) => Ok(Self::Withheld(permission)),
            None => read.await.map(Self::Shown).map_err(unreadable),
        }
    }
}
