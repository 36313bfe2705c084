//! What to do about one person at one target, decided from state alone.
//!
//! Pure. The event that woke the engine is not an input: an item that was queued for a profile
//! change and finds the person unassigned deactivates them, and an item processed twice finds
//! nothing to do the second time.

use seatlink_domain::{
    IntegrationId, UserId,
    integrations::{Settings, SupportedActions, ToApp},
    log::{Event, Named, Switch},
    work::{Link, LinkState, WorkSubject},
};

use crate::mapping::Mapped;

/// The next step for one person at one target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Decision<'a> {
    Nothing(Idle),
    Do(Plan<'a>),
}

/// What is to be done, with everything that it takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Plan<'a> {
    LinkOrCreate {
        mapped: &'a Mapped,
        push: Push,
        on_miss: OnMiss,
    },
    Update {
        link: &'a Link,
        mapped: &'a Mapped,
        on_miss: OnMiss,
    },
    Reactivate {
        link: &'a Link,
        mapped: &'a Mapped,
        push: Push,
        on_miss: OnMiss,
    },
    Deactivate {
        link: &'a Link,
    },
    /// There is no link, but an earlier attempt may have created an account before it was cut off.
    DeactivateUnlinked {
        mapped: &'a Mapped,
    },
}

/// How much of an existing account is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Push {
    Profile,
    ActiveOnly,
}

/// What follows when no account matches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OnMiss {
    Create,
    Refuse,
}

/// Why there is nothing to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Idle {
    UpToDate,
    NotAssigned,
    AlreadyInactive,
    ProvisioningOff,
    CreateOff,
    UpdateOff,
    DeactivateOff,
}

impl Idle {
    pub(crate) fn event(self, user: Named<UserId>, app: Named<IntegrationId>) -> Event {
        let off = |user, app, switch| Event::ActionSwitchedOff { user, app, switch };
        match self {
            Self::UpToDate => Event::AccountUpToDate { user, app },
            Self::NotAssigned => Event::PersonNotAssigned { user, app },
            Self::AlreadyInactive => Event::AccountInactive { user, app },
            Self::ProvisioningOff => off(user, app, Switch::Provisioning),
            Self::CreateOff => off(user, app, Switch::CreateUsers),
            Self::UpdateOff => off(user, app, Switch::UpdateUserAttributes),
            Self::DeactivateOff => off(user, app, Switch::DeactivateUsers),
        }
    }
}

/// Whether this item was tried before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tried {
    Never,
    Before,
}

/// Decides. `mapped` is what the person's account should say. Of a person who is gone it is what
/// one would be found by that may have been made for them, or `None`.
pub(crate) fn decide<'a>(
    subject: &'a WorkSubject,
    mapped: Option<&'a Mapped>,
    settings: &Settings,
    tried: Tried,
) -> Decision<'a> {
    let Some(connection) = settings.connection.as_ref().filter(|_| settings.scim_enabled) else {
        return Decision::Nothing(Idle::ProvisioningOff);
    };
    let switches = Switches::of(settings.to_app, connection.actions);
    let wanted = mapped.filter(|_| {
        subject.assigned && subject.person.as_ref().is_some_and(|person| person.active)
    });
    let plan = match (wanted, &subject.link) {
        (Some(mapped), Some(link)) => match link.state {
            LinkState::Active => switches.update(link, mapped),
            LinkState::Inactive => switches.reactivate(link, mapped),
        },
        (Some(mapped), None) => switches.link_or_create(mapped),
        (None, Some(link)) => switches.deactivate(link),
        (None, None) => switches.deactivate_unlinked(mapped, tried),
    };
    match plan {
        Ok(plan) => Decision::Do(plan),
        Err(idle) => Decision::Nothing(idle),
    }
}

/// What the administrator allows: a provisioning action must be supported by the connection and
/// switched on for the app.
struct Switches {
    create: bool,
    update: bool,
    deactivate: bool,
}

impl Switches {
    fn of(to_app: ToApp, supported: SupportedActions) -> Self {
        Self {
            create: to_app.create_users && supported.push_new_users,
            update: to_app.update_user_attributes && supported.push_profile_updates,
            // Deactivation has no box among the supported actions: whoever can be created or
            // updated can be deactivated.
            deactivate: to_app.deactivate_users,
        }
    }

    fn push(&self) -> Push {
        if self.update { Push::Profile } else { Push::ActiveOnly }
    }

    fn on_miss(&self) -> OnMiss {
        if self.create { OnMiss::Create } else { OnMiss::Refuse }
    }

    fn link_or_create<'a>(&self, mapped: &'a Mapped) -> Result<Plan<'a>, Idle> {
        if !self.create && !self.update {
            return Err(Idle::CreateOff);
        }
        Ok(Plan::LinkOrCreate { mapped, push: self.push(), on_miss: self.on_miss() })
    }

    fn update<'a>(&self, link: &'a Link, mapped: &'a Mapped) -> Result<Plan<'a>, Idle> {
        if mapped.is_delivered(&link.delivered) {
            return Err(Idle::UpToDate);
        }
        if !self.update {
            return Err(Idle::UpdateOff);
        }
        Ok(Plan::Update { link, mapped, on_miss: self.on_miss() })
    }

    fn reactivate<'a>(&self, link: &'a Link, mapped: &'a Mapped) -> Result<Plan<'a>, Idle> {
        // Assigning again is an assignment, so it follows the switch for new users too.
        if !self.create && !self.update {
            return Err(Idle::CreateOff);
        }
        Ok(Plan::Reactivate { link, mapped, push: self.push(), on_miss: self.on_miss() })
    }

    fn deactivate<'a>(&self, link: &'a Link) -> Result<Plan<'a>, Idle> {
        match link.state {
            LinkState::Inactive => Err(Idle::AlreadyInactive),
            LinkState::Active if !self.deactivate => Err(Idle::DeactivateOff),
            LinkState::Active => Ok(Plan::Deactivate { link }),
        }
    }

    fn deactivate_unlinked<'a>(
        &self,
        mapped: Option<&'a Mapped>,
        tried: Tried,
    ) -> Result<Plan<'a>, Idle> {
        match (mapped, tried) {
            (Some(mapped), Tried::Before) if self.deactivate => {
                Ok(Plan::DeactivateUnlinked { mapped })
            }
            (Some(_) | None, Tried::Never | Tried::Before) => Err(Idle::NotAssigned),
        }
    }
}

#[cfg(test)]
mod tests;
