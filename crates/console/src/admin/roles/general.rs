//! The tab General: name, description, status.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use seatlink_domain::access::roles::{self, Edit, Field, Role, RoleError};
use seatlink_edge::AppState;

use super::{
    editor::{Loaded, Tab, id, may_edit, may_not_edit},
    failure::{errors, explained, refused},
    notice::Notice,
};
use crate::{
    admin::{form::SaveForm, page::Page},
    answer::{html, see_other},
    form::{Errors, Fields, Form, Sent},
    parts::{self, Banner, Facts, Html, ListQuery, Problems, Tone},
    paths,
    viewer::Viewer,
    words,
};

/// The longest that a role takes; more is said by the domain.
const NAME: usize = 50;
const DESCRIPTION: usize = 200;

/// What was typed, and what it was typed over.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Typed {
    pub(crate) version: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) name_before: String,
    pub(crate) description_before: String,
}

impl Fields for Typed {
    fn read(sent: &Sent) -> Self {
        Self {
            version: sent.get("version").parse().unwrap_or_default(),
            name: sent.get("name").to_owned(),
            // Browsers send line breaks as CR LF.
            description: sent.get("description").replace("\r\n", "\n"),
            name_before: sent.get("name-before").to_owned(),
            description_before: sent.get("description-before").replace("\r\n", "\n"),
        }
    }
}

impl Typed {
    fn of(role: &Role) -> Self {
        Self {
            version: role.version,
            name: role.name.clone(),
            description: role.description.clone(),
            name_before: role.name.clone(),
            description_before: role.description.clone(),
        }
    }
}

/// The two fields that a new role and one that is edited have.
pub(super) fn fields(
    viewer: &Viewer,
    typed: &Typed,
    errors: &Errors<Field>,
    locked: Option<(String, Option<String>)>,
) -> Html {
    let t = viewer.texts();
    let a = t.admin();
    let name = parts::Field::text("name", a.role_name())
        .value(&typed.name)
        .max_length(NAME)
        .required()
        .error(errors.of(Field::Name));
    let description = parts::Field::text("description", a.description())
        .value(&typed.description)
        .max_length(DESCRIPTION)
        .optional(t.common().optional())
        .lines(3)
        .error(errors.of(Field::Description));
    let (name, description) = match locked {
        None => (name.hint(a.role_name_hint()), description.hint(a.description_hint())),
        Some((why, None)) => (name.locked(why), description.hint(a.description_hint())),
        Some((why, Some(also))) => (name.locked(why), description.locked(also)),
    };
    Html::new().part(&name).part(&description)
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Path(text): Path<String>,
    viewer: Viewer,
    query: ListQuery,
) -> Result<Response, Response> {
    let loaded = Loaded::read(&state, &viewer, id(&text)?).await?;
    let notice = Notice::banner(viewer.texts(), &query);
    let page = page(&viewer, &loaded, &Typed::of(&loaded.role), None, &Errors::default());
    Ok(html(StatusCode::OK, &page.banner(notice)))
}

pub(crate) async fn save(
    State(state): State<AppState>,
    Path(text): Path<String>,
    Form { viewer, sent }: Form<Typed>,
) -> Result<Response, Response> {
    let id = id(&text)?;
    let edit = Edit {
        name: Some(sent.name.clone()),
        description: Some(sent.description.clone()),
        ..Edit::default()
    };
    let error = match roles::edit(&state.platform, &viewer.actor, id, sent.version, edit).await {
        Ok(role) => return Ok(see_other(Notice::Saved.at(paths::Role(role.id)))),
        Err(error) => error,
    };
    let t = viewer.texts();
    let viewer = viewer.clone_at(paths::Role(id));
    match &error {
        RoleError::Invalid(found) => {
            let loaded = Loaded::read(&state, &viewer, id).await?;
            let errors = errors(t, found);
            let problems = errors.problems(t.common().check_the_form());
            let page = page(&viewer, &loaded, &sent, problems, &errors);
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        RoleError::Changed { .. } => {
            let loaded = Loaded::read(&state, &viewer, id).await?;
            Ok(html(StatusCode::CONFLICT, &conflict(&viewer, &loaded, &sent)))
        }
        _ => match explained(t, &error) {
            Some(sentence) => {
                let loaded = Loaded::read(&state, &viewer, id).await?;
                let problems = Problems::whole(t.common().check_the_form(), sentence);
                let page = page(&viewer, &loaded, &sent, Some(problems), &Errors::default());
                Ok(html(StatusCode::CONFLICT, &page))
            }
            None => Err(refused(&viewer, error)),
        },
    }
}

/// The form again with what was typed and, above it, what the other person did. It is for the
/// version of now.
pub(crate) fn conflict(viewer: &Viewer, loaded: &Loaded, sent: &Typed) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let now = &loaded.role;
    let mut facts = Facts::new();
    for (label, before, value) in [
        (a.role_name(), &sent.name_before, &now.name),
        (a.description(), &sent.description_before, &now.description),
    ] {
        if before != value {
            let change = Html::new().name(before).text(" → ").name(value);
            facts = facts.fact(label, change);
        }
    }
    let text = Html::new().sentence(&a.conflict_note(&now.modified_by), |_, _| None).part(&facts);
    let banner = Banner::new(Tone::Warning, a.conflict_title()).text(text);
    let typed =
        Typed { name: sent.name.clone(), description: sent.description.clone(), ..Typed::of(now) };
    page(viewer, loaded, &typed, None, &Errors::default()).banner(Some(banner))
}

pub(crate) fn page(
    viewer: &Viewer,
    loaded: &Loaded,
    typed: &Typed,
    problems: Option<Problems>,
    errors: &Errors<Field>,
) -> Page {
    let t = viewer.texts();
    let (a, role) = (t.admin(), &loaded.role);
    let missing = || {
        String::from(a.may_not_edit(words::permission(t, seatlink_domain::Permission::RolesEdit)))
    };
    let locked = match (may_edit(viewer), loaded.members()) {
        (false, _) => Some((missing(), Some(missing()))),
        (true, 0) => None,
        (true, members) => Some((String::from(a.name_held(members)), None)),
    };
    let fields = fields(viewer, typed, errors, locked);
    let changed = Html::new()
        .part(&viewer.time(role.modified_at))
        .text(" ")
        .quiet_sentence(&a.modified_by(&role.modified_by));
    let facts = Facts::new()
        .fact(t.common().status(), Html::new().part(&words::role_status(t, role.status)))
        .fact(a.created(), Html::new().part(&viewer.time(role.created_at)))
        .fact(a.last_changed(), changed);
    let mut form = SaveForm::new(viewer, paths::Role(role.id), paths::Roles, fields.part(&facts))
        .hidden("version", typed.version.to_string())
        .hidden("name-before", &typed.name_before)
        .hidden("description-before", &typed.description_before)
        .problems(problems)
        .counting();
    if may_edit(viewer) {
        form = form.button("", t.common().save(), true);
    }
    loaded.page(viewer, Tab::General, Html::new().part(&form)).banner(may_not_edit(viewer))
}
