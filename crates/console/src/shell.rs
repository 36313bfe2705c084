//! What stands around every page: the bar, the navigation, the choices at the foot.

use askama::{Template, filters::HtmlSafe};
use seatlink_texts::{Language, Texts};

use crate::{
    nav::{self, Application, End, Group, Place},
    paths,
    viewer::{Colours, Viewer, Visitor},
    zone::zone_label,
};

/// The choices of language and colours. It works without script, and before sign-in.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/preferences.html")]
pub struct Preferences {
    t: Texts,
    colours: Colours,
    /// Path and query of the page, to come back to.
    here: String,
}

impl HtmlSafe for Preferences {}

impl Preferences {
    fn of(visitor: &Visitor) -> Self {
        Self { t: visitor.texts(), colours: visitor.colours, here: visitor.here.clone() }
    }

    fn colours_word(&self, colours: Colours) -> &'static str {
        let t = self.t.common();
        match colours {
            Colours::System => t.colours_system(),
            Colours::Light => t.colours_light(),
            Colours::Dark => t.colours_dark(),
        }
    }
}

/// Around a page of the way in and out: one card, one question.
pub struct Door {
    pub t: Texts,
    pub colours: Colours,
    /// The end that is filled in the mark: the side that the page is on.
    pub end: End,
    pub preferences: Preferences,
}

impl Door {
    pub fn of(visitor: &Visitor) -> Self {
        Self {
            t: visitor.texts(),
            colours: visitor.colours,
            end: if visitor.side.receives() { End::Receiving } else { End::Sending },
            preferences: Preferences::of(visitor),
        }
    }
}

/// Around a page behind the sign-in.
pub struct Shell {
    pub t: Texts,
    pub colours: Colours,
    pub end: End,
    pub application: Application,
    pub applications: Vec<ApplicationLink>,
    pub groups: Vec<Group>,
    pub business_unit: i64,
    pub tenant: String,
    pub region: String,
    pub user_name: String,
    /// Of this session, for every form on the page.
    pub csrf: String,
    /// Said once a page.
    pub zone: String,
    pub preferences: Preferences,
}

pub struct ApplicationLink {
    pub to: &'static str,
    pub name: &'static str,
    pub note: &'static str,
    pub current: bool,
}

impl Shell {
    pub fn of(viewer: &Viewer, here: Place) -> Self {
        let t = viewer.texts();
        let permissions = viewer.actor.permissions;
        let application = here.application();
        let link = |one: Application| {
            one.first_page(viewer.side, permissions).map(|to| ApplicationLink {
                to,
                name: one.name(t),
                note: one.note(t),
                current: one == application,
            })
        };
        Self {
            t,
            colours: viewer.visitor.colours,
            end: application.end(),
            application,
            applications: Application::ALL.into_iter().filter_map(link).collect(),
            groups: nav::groups(t, here, permissions),
            business_unit: viewer.account.business_unit,
            tenant: viewer.account.name.clone(),
            region: viewer.account.region.clone(),
            user_name: viewer.session.user_name.clone(),
            csrf: viewer.csrf().to_owned(),
            zone: zone_label(&viewer.zone, viewer.now.micros()),
            preferences: Preferences::of(&viewer.visitor),
        }
    }

    /// The name of the application that the page is in.
    pub(crate) fn application_name(&self) -> &'static str {
        self.application.name(self.t)
    }

    /// Several applications are served, so that one can choose.
    pub(crate) fn can_choose(&self) -> bool {
        self.applications.len() > 1
    }
}
