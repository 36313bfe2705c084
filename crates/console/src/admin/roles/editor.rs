//! What the tabs of the role editor share.

use axum::response::{IntoResponse, Response};
use seatlink_domain::{
    Permission, RoleId,
    access::roles::{self, Becomes, Loss, Role, RoleStatus},
};
use seatlink_edge::{AppState, Problem};
use seatlink_texts::format;

use super::failure::refused;
use crate::{
    admin::page::{Page, role_crumbs},
    nav::Place,
    parts::{Banner, Button, Head, Html, Tabs, Tone},
    paths,
    viewer::Viewer,
    words,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tab {
    General,
    Permissions,
    Users,
    History,
}

/// A role, and what would be lost without it.
pub(crate) struct Loaded {
    pub(crate) role: Role,
    pub(crate) loss: Loss,
}

/// The id of an address; one that is none is the address of nothing.
#[expect(clippy::result_large_err, reason = "the page that refuses is the answer")]
pub(super) fn id(text: &str) -> Result<RoleId, Response> {
    text.parse().map_err(|_| Problem::NotFound.into_response())
}

impl Loaded {
    pub(super) async fn read(
        state: &AppState,
        viewer: &Viewer,
        id: RoleId,
    ) -> Result<Self, Response> {
        let loss = roles::loss(&state.platform, &viewer.actor, id, Becomes::Inactive)
            .await
            .map_err(|error| refused(viewer, error))?;
        let role = roles::get(&state.platform, &viewer.actor, id)
            .await
            .map_err(|error| refused(viewer, error))?;
        Ok(Self { role, loss })
    }

    pub(crate) fn members(&self) -> i64 {
        self.loss.active_members + self.loss.inactive_members
    }

    /// A tab with this body.
    pub(crate) fn page(&self, viewer: &Viewer, tab: Tab, body: Html) -> Page {
        let t = viewer.texts();
        let a = t.admin();
        let role = &self.role;
        let head = Head::new(Html::new().name(&role.name))
            .crumbs(t.common().path(), role_crumbs(t))
            .state(words::role_status(t, role.status))
            .acts(self.acts(viewer));
        let members = format::integer(t.language(), self.members());
        let tabs = Tabs::new(String::from(a.role_label(&role.name)))
            .tab(paths::Role(role.id), a.tab_general(), tab == Tab::General)
            .tab(paths::RolePermissions(role.id), a.tab_permissions(), tab == Tab::Permissions)
            .counted(paths::RoleUsers(role.id), a.tab_users(), members, tab == Tab::Users)
            .tab(paths::RoleHistory(role.id), a.tab_history(), tab == Tab::History);
        let title = format!("{} · {}", role.name, a.roles_title());
        Page::new(viewer, Place::Roles, title, head, body).tabs(tabs)
    }

    /// What can be done with the whole role, as far as this person may.
    fn acts(&self, viewer: &Viewer) -> Html {
        let a = viewer.texts().admin();
        let may = |one| viewer.actor.permissions.contains(one);
        let role = &self.role;
        let mut acts = Html::new();
        if may(Permission::RolesCreate) {
            acts = acts.part(&Button::link(paths::DuplicateRole(role.id), a.duplicate()));
        }
        if may(Permission::RolesEdit) && role.defaults().is_some() {
            acts = acts.part(&Button::link(paths::DefaultRole(role.id), a.set_to_default()));
        }
        match role.status {
            RoleStatus::Active if may(Permission::RolesDeactivate) => {
                acts.part(&Button::link(paths::DeactivateRole(role.id), a.deactivate()).dangerous())
            }
            RoleStatus::Draft | RoleStatus::Inactive if may(Permission::RolesEdit) => {
                acts.part(&Button::link(paths::ActivateRole(role.id), a.activate()).primary())
            }
            RoleStatus::Draft | RoleStatus::Active | RoleStatus::Inactive => acts,
        }
    }
}

/// What somebody who may only look is told above the form.
pub(super) fn may_not_edit(viewer: &Viewer) -> Option<Banner> {
    if may_edit(viewer) {
        return None;
    }
    let t = viewer.texts();
    let sentence = t.admin().may_not_edit(words::permission(t, Permission::RolesEdit));
    Some(Banner::new(Tone::Plain, sentence.as_str()))
}

pub(super) fn may_edit(viewer: &Viewer) -> bool {
    viewer.actor.permissions.contains(Permission::RolesEdit)
}
