//! What to do about one person at one target, decided from state alone.
//!
//! Pure. The event that woke the engine is not an input: an item that was queued for a profile change
//! and finds the person unassigned deactivates them, and an item processed twice finds nothing to do
//! the second time.

use seatlink_domain::{
    IntegrationId, UserId,
    integrations::{Settings, SupportedActions, ToApp},
    log::{Event, Named, Switch},
    work::{Link, LinkState, WorkSubject},
};

use crate::mapping::{Fingerprint, Mapped};

/// The next step for one person at one target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Plan {
    Nothing(Idle),
    LinkOrCreate {
        push: Push,
        on_miss: OnMiss,
    },
    Update {
        remote_id: String,
        before: Fingerprint,
        on_miss: OnMiss,
    },
    Reactivate {
        remote_id: String,
        before: Fingerprint,
        push: Push,
        on_miss: OnMiss,
    },
    Deactivate {
        remote_id: String,
    },
    /// There is no link, but an earlier attempt may have created an account before it was cut off.
    DeactivateUnlinked,
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

/// Decides. `mapped` is what the person's account should say. Of a person who is gone it is what one would be found by
/// that may have been made for them, or `None`.
pub(crate) fn decide(
    subject: &WorkSubject,
    mapped: Option<&Mapped>,
    settings: &Settings,
    tried: Tried,
) -> Plan {
    let Some(connection) = settings.connection.as_ref().filter(|_| settings.scim_enabled) else {
        return Plan::Nothing(Idle::ProvisioningOff);
    };
    let switches = Switches::of(settings.to_app, connection.actions);
    let wanted = mapped.filter(|_| {
        subject.assigned && subject.person.as_ref().is_some_and(|person| person.active)
    });
    match (wanted, &subject.link) {
        (Some(mapped), Some(link)) => match link.state {
            LinkState::Active => switches.update(link, mapped),
            LinkState::Inactive => switches.reactivate(link),
        },
        (Some(_), None) => switches.link_or_create(),
        (None, Some(link)) => switches.deactivate(link),
        (None, None) => switches.deactivate_unlinked(mapped, tried),
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

    fn link_or_create(&self) -> Plan {
        if !self.create && !self.update {
            return Plan::Nothing(Idle::CreateOff);
        }
        Plan::LinkOrCreate { push: self.push(), on_miss: self.on_miss() }
    }

    fn update(&self, link: &Link, mapped: &Mapped) -> Plan {
        let before = Fingerprint::from_bytes(link.fingerprint);
        if mapped.fingerprint() == before {
            return Plan::Nothing(Idle::UpToDate);
        }
        if !self.update {
            return Plan::Nothing(Idle::UpdateOff);
        }
        Plan::Update { remote_id: link.remote_id.clone(), before, on_miss: self.on_miss() }
    }

    fn reactivate(&self, link: &Link) -> Plan {
        // Assigning again is an assignment, so it follows the switch for new users too.
        if !self.create && !self.update {
            return Plan::Nothing(Idle::CreateOff);
        }
        Plan::Reactivate {
            remote_id: link.remote_id.clone(),
            before: Fingerprint::from_bytes(link.fingerprint),
            push: self.push(),
            on_miss: self.on_miss(),
        }
    }

    fn deactivate(&self, link: &Link) -> Plan {
        match link.state {
            LinkState::Inactive => Plan::Nothing(Idle::AlreadyInactive),
            LinkState::Active if !self.deactivate => Plan::Nothing(Idle::DeactivateOff),
            LinkState::Active => Plan::Deactivate { remote_id: link.remote_id.clone() },
        }
    }

    fn deactivate_unlinked(&self, mapped: Option<&Mapped>, tried: Tried) -> Plan {
        match (mapped, tried) {
            (Some(_), Tried::Before) if self.deactivate => Plan::DeactivateUnlinked,
            (Some(_) | None, Tried::Never | Tried::Before) => Plan::Nothing(Idle::NotAssigned),
        }
    }
}

#[cfg(test)]
mod tests;
