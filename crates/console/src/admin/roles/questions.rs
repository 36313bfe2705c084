//! Questions before something ends or begins: what will happen, and to how many.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use seatlink_domain::{
    Permissions,
    access::roles::{self, Loss, RoleError, RoleStatus},
};
use seatlink_edge::AppState;
use seatlink_texts::Texts;

use super::{
    editor::{Loaded, Tab, id},
    failure::{explained, refused},
    notice::Notice,
};
use crate::{
    admin::page::Page,
    answer::{html, see_other},
    form::{Form, Sent},
    parts::{Banner, Button, Dialog, Html, Tone},
    paths,
    viewer::Viewer,
    words,
};

/// Whether somebody would notice at once.
pub(super) fn breaks(loss: &Loss) -> bool {
    loss.last_manager || loss.needed_for_provisioning || !loss.connections.is_empty()
}

/// What would be lost, a sentence each.
pub(crate) fn losses(t: Texts, loss: &Loss) -> Vec<Html> {
    let a = t.admin();
    let said = |message: &seatlink_texts::Message| Html::new().sentence(message, |_, _| None);
    let mut lines = Vec::new();
    if !loss.permissions.is_empty() {
        let names = words::permission_names(t, loss.permissions);
        lines.push(Html::new().text(a.loses_permissions(names).as_str()));
    }
    if loss.needed_for_provisioning {
        lines.push(Html::new().strong(a.loses_provisioning()));
    }
    if loss.last_manager {
        lines.push(Html::new().strong(a.loses_last_manager()));
    }
    for connection in &loss.connections {
        lines.push(said(&a.loses_connection(&connection.app, &connection.user_name)));
    }
    if loss.more_connections {
        lines.push(Html::new().text(a.loses_more_connections()));
    }
    if loss.inactive_members > 0 {
        lines.push(Html::new().text(a.still_held(loss.inactive_members).as_str()));
    }
    lines
}

pub(crate) async fn ask_deactivate(
    State(state): State<AppState>,
    Path(text): Path<String>,
    viewer: Viewer,
) -> Result<Response, Response> {
    let loaded = Loaded::read(&state, &viewer, id(&text)?).await?;
    Ok(html(StatusCode::OK, &deactivation(&viewer, &loaded)))
}

pub(crate) fn deactivation(viewer: &Viewer, loaded: &Loaded) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let (role, loss) = (&loaded.role, &loaded.loss);
    if loss.active_members > 0 {
        let mut lines =
            vec![Html::new().text(a.cannot_deactivate_note(loss.active_members).as_str())];
        if loss.last_manager {
            lines.push(Html::new().text(a.loses_last_manager()));
        }
        let show = Button::link(paths::RoleUsers(role.id), a.show_people());
        let banner = Banner::new(Tone::Warning, a.cannot_deactivate(&role.name).as_str())
            .text(Html::new().lines(&lines))
            .acts(Html::new().part(&show));
        return loaded.page(viewer, Tab::General, Html::new()).banner(Some(banner));
    }
    let mut lines = vec![Html::new().text(a.ask_deactivate_note())];
    lines.extend(losses(t, loss));
    let dialog = Dialog::new(
        "ask",
        a.ask_deactivate(&role.name).as_str(),
        paths::DeactivateRole(role.id),
        viewer.csrf(),
        a.deactivate(),
    )
    .text(Html::new().lines(&lines))
    .cancel(paths::Role(role.id), t.common().cancel())
    .dangerous()
    .in_page();
    loaded.page(viewer, Tab::General, Html::new().part(&dialog))
}

pub(crate) async fn deactivate(
    State(state): State<AppState>,
    Path(text): Path<String>,
    Form { viewer, sent: () }: Form<()>,
) -> Result<Response, Response> {
    let id = id(&text)?;
    let (platform, actor) = (&state.platform, &viewer.actor);
    match roles::set_status(platform, actor, id, RoleStatus::Inactive).await {
        Ok(_) => Ok(see_other(Notice::Deactivated.at(paths::Role(id)))),
        Err(error) => not_done(&state, &viewer, &text, error).await,
    }
}

pub(crate) async fn ask_activate(
    State(state): State<AppState>,
    Path(text): Path<String>,
    viewer: Viewer,
) -> Result<Response, Response> {
    let loaded = Loaded::read(&state, &viewer, id(&text)?).await?;
    Ok(html(StatusCode::OK, &activation(&viewer, &loaded)))
}

pub(crate) fn activation(viewer: &Viewer, loaded: &Loaded) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let role = &loaded.role;
    let permissions = words::count(role.permissions.len());
    let dialog = Dialog::new(
        "ask",
        a.ask_activate(&role.name).as_str(),
        paths::ActivateRole(role.id),
        viewer.csrf(),
        a.activate(),
    )
    .text(a.ask_activate_note(permissions))
    .cancel(paths::Role(role.id), t.common().cancel())
    .in_page();
    loaded.page(viewer, Tab::General, Html::new().part(&dialog))
}

pub(crate) async fn activate(
    State(state): State<AppState>,
    Path(text): Path<String>,
    Form { viewer, sent: () }: Form<()>,
) -> Result<Response, Response> {
    let id = id(&text)?;
    match roles::set_status(&state.platform, &viewer.actor, id, RoleStatus::Active).await {
        Ok(_) => Ok(see_other(Notice::Activated.at(paths::Role(id)))),
        Err(error) => not_done(&state, &viewer, &text, error).await,
    }
}

pub(crate) async fn ask_default(
    State(state): State<AppState>,
    Path(text): Path<String>,
    viewer: Viewer,
) -> Result<Response, Response> {
    let loaded = Loaded::read(&state, &viewer, id(&text)?).await?;
    let defaults = loaded.role.defaults();
    let loss = match defaults {
        Some(defaults) => {
            let becomes = roles::Becomes::With(defaults);
            let (platform, actor) = (&state.platform, &viewer.actor);
            let loss = roles::loss(platform, actor, loaded.role.id, becomes).await;
            Some((defaults, loss.map_err(|error| refused(&viewer, error))?))
        }
        None => None,
    };
    Ok(html(StatusCode::OK, &resetting(&viewer, &loaded, loss.as_ref())))
}

/// `to` is the defaults of the role with what would be lost by them, if it has any.
pub(crate) fn resetting(
    viewer: &Viewer,
    loaded: &Loaded,
    to: Option<&(Permissions, Loss)>,
) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let role = &loaded.role;
    let Some((defaults, loss)) = to else {
        let banner = Banner::new(Tone::Plain, a.no_default(&role.name).as_str());
        return loaded.page(viewer, Tab::General, Html::new()).banner(Some(banner));
    };
    let on = defaults.beyond(role.permissions);
    let off = role.permissions.beyond(*defaults);
    if on.is_empty() && off.is_empty() {
        let banner = Banner::new(Tone::Plain, a.default_same());
        return loaded.page(viewer, Tab::General, Html::new()).banner(Some(banner));
    }
    let mut lines = Vec::new();
    if !on.is_empty() {
        lines.push(Html::new().text(a.default_on(words::permission_names(t, on)).as_str()));
    }
    if !off.is_empty() {
        lines.push(Html::new().text(a.default_off(words::permission_names(t, off)).as_str()));
    }
    let without_names =
        Loss { permissions: Permissions::default(), inactive_members: 0, ..loss.clone() };
    lines.extend(losses(t, &without_names));
    let dialog = Dialog::new(
        "ask",
        a.ask_default(&role.name).as_str(),
        paths::DefaultRole(role.id),
        viewer.csrf(),
        a.set_to_default(),
    )
    .text(Html::new().lines(&lines))
    .hidden("version", role.version.to_string())
    .cancel(paths::Role(role.id), t.common().cancel())
    .in_page();
    let dialog = if off.is_empty() { dialog } else { dialog.dangerous() };
    loaded.page(viewer, Tab::General, Html::new().part(&dialog))
}

pub(crate) async fn set_default(
    State(state): State<AppState>,
    Path(text): Path<String>,
    Form { viewer, sent }: Form<Sent>,
) -> Result<Response, Response> {
    let id = id(&text)?;
    let version = sent.get("version").parse().unwrap_or_default();
    match roles::set_to_default(&state.platform, &viewer.actor, id, version).await {
        Ok(_) => Ok(see_other(Notice::Default.at(paths::RolePermissions(id)))),
        Err(error) => not_done(&state, &viewer, &text, error).await,
    }
}

/// The role as it is, and why it stayed so.
async fn not_done(
    state: &AppState,
    viewer: &Viewer,
    text: &str,
    error: RoleError,
) -> Result<Response, Response> {
    let t = viewer.texts();
    let a = t.admin();
    let told = explained(t, &error);
    if told.is_none() && !matches!(error, RoleError::Changed { .. }) {
        return Err(refused(viewer, error));
    }
    let loaded = Loaded::read(state, viewer, id(text)?).await?;
    let banner = match told {
        Some(sentence) => Banner::alert(sentence),
        None => Banner::alert(a.conflict_title())
            .text(Html::new().sentence(&a.conflict_reload(&loaded.role.modified_by), |_, _| None)),
    };
    let viewer = viewer.clone_at(paths::Role(loaded.role.id));
    let page = loaded.page(&viewer, Tab::General, Html::new()).banner(Some(banner));
    Ok(html(StatusCode::CONFLICT, &page))
}
