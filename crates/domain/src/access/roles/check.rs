//! The rules for what a role says about itself.

use super::RoleStatus;
use crate::{
    actor::Actor,
    permission::{Permission, Permissions},
};

/// Longest role name the receiving side takes.
const NAME_LIMIT: usize = 50;
const DESCRIPTION_LIMIT: usize = 200;
const FORBIDDEN_IN_NAMES: &[char] = &['/', '\\', '+', '!', '?', '<', '>', '#', '&', ',', '%', '"'];

/// A field of the form that makes or changes a role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    Name,
    Description,
    Permissions,
    Status,
}

impl Field {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Permissions => "permissions",
            Self::Status => "status",
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: {problem}", field.as_str())]
pub struct FieldError {
    pub field: Field,
    pub problem: Problem,
}

/// The complaints; pages word them in the reader's language.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    #[error("must not be empty")]
    Missing,
    #[error("has {0} characters at most")]
    TooLong(usize),
    #[error("cannot hold “{0}”")]
    Character(char),
    #[error("“{name}” was used before and cannot be used again; {}", advice(*status))]
    Taken { name: String, status: RoleStatus },
    /// People's records name the role they hold.
    #[error("a role that {0} users hold keeps its name")]
    Held(i64),
    #[error("you cannot give “{}”, which you do not have", .0.path())]
    Lacking(Permission),
    /// Active and inactive roles never become drafts again.
    #[error("only a new role is a draft")]
    DraftAgain,
    #[error("no active user could edit roles any more; give another user that permission first")]
    LastManager,
}

const fn advice(status: RoleStatus) -> &'static str {
    match status {
        RoleStatus::Active => "a role of that name is active",
        RoleStatus::Draft | RoleStatus::Inactive => "activate the role of that name instead",
    }
}

/// Gathers what is wrong.
#[derive(Default)]
pub(super) struct Complaints(Vec<FieldError>);

impl Complaints {
    pub(super) fn add(&mut self, field: Field, problem: Problem) {
        self.0.push(FieldError { field, problem });
    }

    pub(super) fn none(self) -> Result<(), super::RoleError> {
        if self.0.is_empty() { Ok(()) } else { Err(super::RoleError::Invalid(self.0)) }
    }

    /// Answers the name as it is kept.
    pub(super) fn name(&mut self, name: &str) -> String {
        let name = name.trim().to_owned();
        if name.is_empty() {
            self.add(Field::Name, Problem::Missing);
        } else if name.chars().count() > NAME_LIMIT {
            self.add(Field::Name, Problem::TooLong(NAME_LIMIT));
        } else if let Some(bad) =
            name.chars().find(|c| FORBIDDEN_IN_NAMES.contains(c) || c.is_control())
        {
            self.add(Field::Name, Problem::Character(bad));
        }
        name
    }

    /// Answers the description as it is kept.
    pub(super) fn description(&mut self, description: &str) -> String {
        let description = description.trim().to_owned();
        if description.chars().count() > DESCRIPTION_LIMIT {
            self.add(Field::Description, Problem::TooLong(DESCRIPTION_LIMIT));
        } else if let Some(bad) = description.chars().find(|c| c.is_control() && *c != '\n') {
            self.add(Field::Description, Problem::Character(bad));
        }
        description
    }

    /// Nobody gives a permission that they lack.
    pub(super) fn given(&mut self, actor: &Actor, given: Permissions) {
        if let Some(lacking) = actor.permissions.lacking_to_give(given).iter().next() {
            self.add(Field::Permissions, Problem::Lacking(lacking));
        }
    }
}
