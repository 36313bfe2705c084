//! The one tree of pages that navigation shows: side, permission, words, address.

use seatlink_domain::{Permission, Permissions};
use seatlink_edge::Side;
use seatlink_texts::Texts;

use crate::paths;

/// Which end of provisioning a page belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    Receiving,
    Sending,
}

/// An application of the selector: a set of pages with a navigation of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Application {
    Portal,
    Admin,
    Console,
}

/// A page of the navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Portal,
    Outbox,
    Roles,
    ChangeLog,
    Console,
}

/// A heading of the navigation; `None` stands at the top without one.
type Heading = Option<fn(Texts) -> &'static str>;

/// What the tree says of a page.
struct Entry {
    place: Place,
    application: Application,
    heading: Heading,
    text: fn(Texts) -> &'static str,
    path: &'static str,
    /// One of these shows it; without any, everybody who is signed in sees it.
    any_of: &'static [Permission],
}

const TREE: &[Entry] = &[
    Entry {
        place: Place::Portal,
        application: Application::Portal,
        heading: None,
        text: |t| t.common().overview(),
        path: paths::Portal::ROUTE,
        any_of: &[],
    },
    Entry {
        place: Place::Outbox,
        application: Application::Portal,
        heading: None,
        text: |t| t.common().outbox(),
        path: paths::Outbox::ROUTE,
        any_of: &[Permission::Outbox],
    },
    Entry {
        place: Place::Roles,
        application: Application::Admin,
        heading: Some(|t| t.admin().security_settings()),
        text: |t| t.admin().roles_title(),
        path: paths::Roles::ROUTE,
        any_of: &[Permission::RolesView],
    },
    Entry {
        place: Place::ChangeLog,
        application: Application::Admin,
        heading: Some(|t| t.admin().audit()),
        text: |t| t.admin().change_log(),
        path: paths::ChangeLog::ROUTE,
        any_of: &[Permission::AuditRead],
    },
    Entry {
        place: Place::Console,
        application: Application::Console,
        heading: None,
        text: |t| t.common().overview(),
        path: paths::Console::ROUTE,
        any_of: &[],
    },
];

impl Application {
    pub const ALL: [Self; 3] = [Self::Admin, Self::Portal, Self::Console];

    pub const fn end(self) -> End {
        match self {
            Self::Portal | Self::Admin => End::Receiving,
            Self::Console => End::Sending,
        }
    }

    pub fn name(self, t: Texts) -> &'static str {
        match self {
            Self::Portal => t.common().portal(),
            Self::Admin => t.common().admin(),
            Self::Console => t.common().console(),
        }
    }

    pub fn note(self, t: Texts) -> &'static str {
        match self {
            Self::Portal => t.common().portal_note(),
            Self::Admin => t.common().admin_note(),
            Self::Console => t.common().console_note(),
        }
    }

    /// Its first page that these permissions show, on a listener of this side.
    pub fn first_page(self, side: Side, permissions: Permissions) -> Option<&'static str> {
        let served = match self.end() {
            End::Receiving => side.receives(),
            End::Sending => side.sends(),
        };
        let mut entries = TREE.iter().filter(|entry| entry.application == self);
        entries.find(|entry| served && entry.is_shown(permissions)).map(|entry| entry.path)
    }
}

impl Place {
    pub fn application(self) -> Application {
        self.entry().map_or(Application::Portal, |entry| entry.application)
    }

    fn entry(self) -> Option<&'static Entry> {
        TREE.iter().find(|entry| entry.place == self)
    }
}

impl Entry {
    fn is_shown(&self, permissions: Permissions) -> bool {
        self.any_of.is_empty() || self.any_of.iter().any(|one| permissions.contains(*one))
    }
}

/// One heading with its links, as a page shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    pub heading: Option<&'static str>,
    pub links: Vec<Link>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    pub to: &'static str,
    pub text: &'static str,
    pub current: bool,
}

/// The navigation of the application that a page is in.
pub fn groups(t: Texts, here: Place, permissions: Permissions) -> Vec<Group> {
    let application = here.application();
    let mut groups: Vec<Group> = Vec::new();
    let shown = |entry: &&Entry| entry.application == application && entry.is_shown(permissions);
    for entry in TREE.iter().filter(shown) {
        let heading = entry.heading.map(|heading| heading(t));
        let link = Link { to: entry.path, text: (entry.text)(t), current: entry.place == here };
        match groups.last_mut().filter(|group| group.heading == heading) {
            Some(group) => group.links.push(link),
            None => groups.push(Group { heading, links: vec![link] }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use seatlink_texts::Language;

    use super::*;

    #[test]
    fn a_page_without_permission_is_not_shown() {
        let t = Texts::of(Language::English);
        let of = |permissions| groups(t, Place::Portal, permissions);
        let count =
            |groups: Vec<Group>| groups.iter().map(|group| group.links.len()).sum::<usize>();
        assert_eq!(count(of(Permissions::default())), 1);
        assert_eq!(count(of(Permissions::all())), 2);
    }
}
