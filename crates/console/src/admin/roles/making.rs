//! A new role, from nothing or from another one.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use seatlink_domain::{
    Permission, Permissions,
    access::roles::{self, Field, NewRole, Role, RoleError, RoleStatus},
    actor::Forbidden,
};
use seatlink_edge::AppState;

use super::{
    editor::{Loaded, id},
    failure::{errors, explained, refused},
    general::{Typed, fields},
    notice::Notice,
};
use crate::{
    admin::{
        form::SaveForm,
        page::{Page, role_crumbs},
    },
    answer::{html, see_other},
    form::{Errors, Fields, Form, Sent},
    nav::Place,
    parts::{self, Head, Html, Problems},
    paths,
    viewer::Viewer,
};

/// The form of a new role.
pub(crate) struct Wanted {
    pub(crate) typed: Typed,
    /// "Save & Activate" was pressed.
    pub(crate) activate: bool,
}

impl Fields for Wanted {
    fn read(sent: &Sent) -> Self {
        Self { typed: Typed::read(sent), activate: sent.has("activate") }
    }
}

/// A look at the form is refused without being logged as a refused operation.
#[expect(clippy::result_large_err, reason = "the page that refuses is the answer")]
fn may_create(viewer: &Viewer) -> Result<(), Response> {
    if viewer.actor.permissions.contains(Permission::RolesCreate) {
        return Ok(());
    }
    let actor = viewer.actor.name.to_string();
    let missing = Forbidden { actor, permission: Permission::RolesCreate };
    Err(refused(viewer, RoleError::Forbidden(missing)))
}

pub(crate) async fn new(viewer: Viewer) -> Result<Response, Response> {
    may_create(&viewer)?;
    Ok(html(StatusCode::OK, &new_page(&viewer, &Typed::default(), None, &Errors::default())))
}

pub(crate) async fn create(
    State(state): State<AppState>,
    Form { viewer, sent: Wanted { typed, activate } }: Form<Wanted>,
) -> Result<Response, Response> {
    let new = NewRole {
        name: typed.name.clone(),
        description: typed.description.clone(),
        status: if activate { RoleStatus::Active } else { RoleStatus::Draft },
        permissions: Permissions::default(),
    };
    match roles::create(&state.platform, &viewer.actor, new).await {
        Ok(role) => Ok(see_other(Notice::Created.at(paths::RolePermissions(role.id)))),
        Err(RoleError::Invalid(found)) => {
            let viewer = viewer.clone_at(paths::NewRole);
            let t = viewer.texts();
            let errors = errors(t, &found);
            let problems = errors.problems(t.common().check_the_form());
            let page = new_page(&viewer, &typed, problems, &errors);
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(refused(&viewer, error)),
    }
}

pub(crate) fn new_page(
    viewer: &Viewer,
    typed: &Typed,
    problems: Option<Problems>,
    errors: &Errors<Field>,
) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let head =
        Head::new(a.new_role()).crumbs(t.common().path(), role_crumbs(t)).lead(a.new_role_lead());
    let fields = fields(viewer, typed, errors, None);
    let form = SaveForm::new(viewer, paths::NewRole, paths::Roles, fields)
        .problems(problems)
        .button("", t.common().save(), false)
        .button("activate", a.save_and_activate(), true);
    Page::new(viewer, Place::Roles, a.new_role(), head, Html::new().part(&form))
}

pub(crate) async fn ask_duplicate(
    State(state): State<AppState>,
    Path(text): Path<String>,
    viewer: Viewer,
) -> Result<Response, Response> {
    may_create(&viewer)?;
    let Loaded { role, .. } = Loaded::read(&state, &viewer, id(&text)?).await?;
    let name = String::from(viewer.texts().admin().copy_of(&role.name));
    Ok(html(StatusCode::OK, &copy_page(&viewer, &role, &name, None, &Errors::default())))
}

pub(crate) async fn duplicate(
    State(state): State<AppState>,
    Path(text): Path<String>,
    Form { viewer, sent }: Form<Sent>,
) -> Result<Response, Response> {
    let id = id(&text)?;
    let name = sent.get("name");
    let error = match roles::duplicate(&state.platform, &viewer.actor, id, name).await {
        Ok(copy) => return Ok(see_other(Notice::Duplicated.at(paths::Role(copy.id)))),
        Err(error) => error,
    };
    let viewer = viewer.clone_at(paths::DuplicateRole(id));
    let t = viewer.texts();
    let Some(sentence) = explained(t, &error) else { return Err(refused(&viewer, error)) };
    let Loaded { role, .. } = Loaded::read(&state, &viewer, id).await?;
    let title = t.common().check_the_form();
    let (problems, errors) = match &error {
        RoleError::Invalid(found) if found.iter().all(|one| one.field == Field::Name) => {
            let errors = errors(t, found);
            (errors.problems(title), errors)
        }
        _ => (Some(Problems::whole(title, sentence)), Errors::default()),
    };
    let page = copy_page(&viewer, &role, name, problems, &errors);
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

pub(crate) fn copy_page(
    viewer: &Viewer,
    role: &Role,
    name: &str,
    problems: Option<Problems>,
    errors: &Errors<Field>,
) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let mut crumbs = role_crumbs(t);
    crumbs.push((role.name.clone(), Some(paths::Role(role.id).to_string())));
    let title = a.duplicate_title(&role.name);
    let head = Head::new(Html::new().sentence(&title, |_, _| None))
        .crumbs(t.common().path(), crumbs)
        .lead(a.duplicate_lead());
    let name = parts::Field::text("name", a.role_name())
        .value(name)
        .hint(a.role_name_hint())
        .max_length(50)
        .required()
        .error(errors.of(Field::Name));
    let action = paths::DuplicateRole(role.id);
    let form = SaveForm::new(viewer, action, paths::Role(role.id), Html::new().part(&name))
        .problems(problems)
        .button("", a.duplicate(), true);
    Page::new(viewer, Place::Roles, title.as_str(), head, Html::new().part(&form))
}
