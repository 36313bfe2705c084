//! The tab Permissions: every permission as a switch or a tick, in the groups of the one table that
//! declares them.

use askama::{Template, filters::HtmlSafe};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use seatlink_domain::{
    Permission, Permissions,
    access::roles::{self, Becomes, Edit, Role, RoleError, RoleStatus},
    permission::{Action, Group},
};
use seatlink_edge::AppState;
use seatlink_texts::{Texts, format};

use super::{
    editor::{Loaded, Tab, id, may_edit, may_not_edit},
    failure::{explained, refused},
    notice::Notice,
    questions::{breaks, losses},
};
use crate::{
    admin::{form::SaveForm, page::Page},
    answer::{html, see_other},
    form::{Fields, Form, Sent},
    parts::{Banner, Dialog, Facts, Glyph, Html, ListQuery, Problems, Switch, Tick, Ticks, Tone},
    paths,
    viewer::Viewer,
    words,
};

/// The field of every switch and tick; its value is the name of a permission.
const FIELD: &str = "permission";

/// What was switched, and what it was switched from.
pub(crate) struct Switched {
    pub(crate) version: i64,
    pub(crate) on: Permissions,
    pub(crate) before: Permissions,
    /// What is lost was said, and asked about.
    pub(crate) confirmed: bool,
}

impl Fields for Switched {
    fn read(sent: &Sent) -> Self {
        Self {
            version: sent.get("version").parse().unwrap_or_default(),
            on: sent.all(FIELD).filter_map(Permission::parse).collect(),
            before: sent.all("before").filter_map(Permission::parse).collect(),
            confirmed: sent.has("confirmed"),
        }
    }
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Path(text): Path<String>,
    viewer: Viewer,
    query: ListQuery,
) -> Result<Response, Response> {
    let loaded = Loaded::read(&state, &viewer, id(&text)?).await?;
    let notice = Notice::banner(viewer.texts(), &query);
    let page = page(&viewer, &loaded, loaded.role.permissions, None);
    Ok(html(StatusCode::OK, &page.banner(notice)))
}

pub(crate) async fn save(
    State(state): State<AppState>,
    Path(text): Path<String>,
    Form { viewer, sent }: Form<Switched>,
) -> Result<Response, Response> {
    let id = id(&text)?;
    let (platform, actor) = (&state.platform, &viewer.actor);
    let t = viewer.texts();
    let back = viewer.clone_at(paths::RolePermissions(id));
    if !sent.confirmed && may_edit(&viewer) {
        let loss = roles::loss(platform, actor, id, Becomes::With(sent.on))
            .await
            .map_err(|error| refused(&viewer, error))?;
        if breaks(&loss) {
            let loaded = Loaded::read(&state, &viewer, id).await?;
            return Ok(html(StatusCode::OK, &question(&back, &loaded, &sent, &losses(t, &loss))));
        }
    }
    let edit = Edit { permissions: Some(sent.on), ..Edit::default() };
    let Err(error) = roles::edit(platform, actor, id, sent.version, edit).await else {
        return Ok(see_other(Notice::Saved.at(paths::RolePermissions(id))));
    };
    if let RoleError::Changed { .. } = error {
        let loaded = Loaded::read(&state, &viewer, id).await?;
        return Ok(html(StatusCode::CONFLICT, &conflict(&back, &loaded, &sent)));
    }
    let Some(sentence) = explained(t, &error) else { return Err(refused(&viewer, error)) };
    let loaded = Loaded::read(&state, &viewer, id).await?;
    let problems = Problems::whole(t.common().check_the_form(), sentence);
    let page = page(&back, &loaded, sent.on, Some(problems));
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// What the other person switched, above both switched together.
pub(crate) fn conflict(viewer: &Viewer, loaded: &Loaded, sent: &Switched) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let now = loaded.role.permissions;
    let mut facts = Facts::new();
    for (label, theirs) in
        [(a.switched_on(), now.beyond(sent.before)), (a.switched_off(), sent.before.beyond(now))]
    {
        if !theirs.is_empty() {
            facts = facts.fact(label, words::permission_names(t, theirs));
        }
    }
    let text = Html::new()
        .sentence(&a.conflict_merged(&loaded.role.modified_by), |_, _| None)
        .part(&facts);
    let banner = Banner::new(Tone::Warning, a.conflict_title()).text(text);
    let together = now.union(sent.on.beyond(sent.before)).beyond(sent.before.beyond(sent.on));
    page(viewer, loaded, together, None).banner(Some(banner))
}

/// Asks before something stops working.
pub(crate) fn question(viewer: &Viewer, loaded: &Loaded, sent: &Switched, losses: &[Html]) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let role = &loaded.role;
    let here = paths::RolePermissions(role.id);
    let title = a.ask_permissions(&role.name);
    let mut dialog = Dialog::new("ask", title.as_str(), here, viewer.csrf(), a.switch_off())
        .text(Html::new().lines(losses))
        .cancel(here, t.common().cancel())
        .hidden("version", sent.version.to_string())
        .hidden("confirmed", "on")
        .dangerous()
        .in_page();
    for one in sent.on.iter() {
        dialog = dialog.hidden(FIELD, one.as_str());
    }
    for one in sent.before.iter() {
        dialog = dialog.hidden("before", one.as_str());
    }
    loaded.page(viewer, Tab::Permissions, Html::new().part(&dialog))
}

pub(crate) fn page(
    viewer: &Viewer,
    loaded: &Loaded,
    on: Permissions,
    problems: Option<Problems>,
) -> Page {
    let t = viewer.texts();
    let role = &loaded.role;
    let editor = Editor::new(viewer, role, on);
    let body = Html::new().part(&editor);
    let here = paths::RolePermissions(role.id);
    let mut form = SaveForm::new(viewer, here, paths::Role(role.id), body)
        .hidden("version", role.version.to_string())
        .problems(problems)
        .counting();
    for one in role.permissions.iter() {
        form = form.hidden("before", one.as_str());
    }
    if may_edit(viewer) {
        form = form.button("", t.common().save(), true);
    }
    let idle = (role.status != RoleStatus::Active)
        .then(|| Banner::new(Tone::Plain, t.admin().draft_gives_nothing()));
    loaded
        .page(viewer, Tab::Permissions, Html::new().part(&form))
        .banner(may_not_edit(viewer))
        .banner(idle)
}

#[derive(Template)]
#[template(path = "admin/permissions.html")]
struct Editor {
    t: Texts,
    groups: Vec<GroupView>,
}

impl HtmlSafe for Editor {}

struct GroupView {
    title: String,
    count: String,
    rows: Vec<RowView>,
}

struct RowView {
    name: &'static str,
    notes: Vec<String>,
    /// Why some of it cannot be changed.
    locked: Option<String>,
    control: Html,
}

impl Editor {
    fn new(viewer: &Viewer, role: &Role, on: Permissions) -> Self {
        let t = viewer.texts();
        let groups = Group::ALL.into_iter().map(|group| GroupView::new(viewer, role, on, group));
        Self { t, groups: groups.collect() }
    }
}

impl GroupView {
    fn new(viewer: &Viewer, role: &Role, on: Permissions, group: Group) -> Self {
        let t = viewer.texts();
        let own: Vec<Permission> =
            Permission::ALL.into_iter().filter(|one| one.group() == group).collect();
        let number = |count: usize| format::integer(t.language(), words::count(count));
        let lit = own.iter().filter(|one| on.contains(**one)).count();
        let rows = own
            .chunk_by(|one, next| one.row() == next.row())
            .map(|row| RowView::new(viewer, role, on, row));
        Self {
            title: format!("{} · {}", words::area(t, group.area()), words::group(t, group)),
            count: t.admin().on_of(number(lit), number(own.len())).into(),
            rows: rows.collect(),
        }
    }
}

impl RowView {
    fn new(viewer: &Viewer, role: &Role, on: Permissions, row: &[Permission]) -> Self {
        let t = viewer.texts();
        let a = t.admin();
        let first = row.first().copied().unwrap_or(Permission::Scim);
        let name = words::permission_row(t, first);
        let whole: Permissions = row.iter().copied().collect();
        // What is on may be switched off by whoever may edit, and not on again.
        let lacking = viewer.actor.permissions.lacking_to_give(whole.beyond(role.permissions));
        let is_locked = |one: Permission| !may_edit(viewer) || lacking.contains(one);
        let control = if first.action() == Action::Switch {
            let words = (t.common().on(), t.common().off());
            let switch = Switch::new(FIELD, first.as_str(), name, on.contains(first), words);
            Html::new().part(&switch.locked(is_locked(first)))
        } else {
            let ticks = row.iter().map(|one| Tick {
                value: one.as_str().to_owned(),
                text: words::permission_action(t, one.action()).to_owned(),
                on: on.contains(*one),
            });
            let locked = row.iter().filter(|one| is_locked(**one));
            let locked = locked.map(|one| one.as_str().to_owned()).collect();
            Html::new().part(&Ticks::pills(FIELD, name, ticks.collect()).locked(locked))
        };
        let mut notes = Vec::new();
        if first == Permission::Scim {
            notes.push(a.scim_note().to_owned());
        }
        let actions = |those: &mut dyn Iterator<Item = Permission>| {
            format::list(t.language(), those.map(|one| words::permission_action(t, one.action())))
        };
        let implied: Permissions =
            row.iter().flat_map(|one| one.switches_on().iter().copied()).collect();
        if !implied.is_empty() {
            let switching =
                actions(&mut row.iter().copied().filter(|one| !one.switches_on().is_empty()));
            let count = row.iter().filter(|one| !one.switches_on().is_empty()).count();
            let implied = actions(&mut implied.iter());
            notes.push(a.switches_on(words::count(count), switching, implied).into());
        }
        let locked = (may_edit(viewer) && !lacking.is_empty())
            .then(|| String::from(a.locked_lacking(words::permission_names(t, lacking))));
        Self { name, notes, locked, control }
    }
}
