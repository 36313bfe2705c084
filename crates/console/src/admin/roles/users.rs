//! The tab Users: who has the role, giving it and taking it away.

use askama::{Template, filters::HtmlSafe};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use seatlink_domain::{
    Permission, UserId,
    access::roles::{self, Holder, PeoplePage, PeopleQuery, Rank, RoleError, RoleStatus},
    directory::{DirectoryError, users},
    tenants::{self, Profile},
};
use seatlink_edge::{AppState, Problem};

use super::{
    editor::{Loaded, Tab, id},
    failure::{explained, refused},
    notice::Notice,
};
use crate::{
    admin::page::Page,
    answer::{html, see_other, unreadable},
    form::{Fields, Form, Sent},
    parts::{
        Banner, Button, Column, Dialog, Empty, Field, Filters, Html, ListQuery, Pager, Select,
        State as StateMark, Table,
    },
    paths,
    viewer::Viewer,
    words,
};

/// Whom to give the role, and as what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Giving {
    pub(crate) user_name: String,
    pub(crate) rank: Rank,
}

impl Fields for Giving {
    fn read(sent: &Sent) -> Self {
        let rank = if sent.get("rank") == "primary" { Rank::Primary } else { Rank::Secondary };
        Self { user_name: sent.get("user-name").trim().to_owned(), rank }
    }
}

impl Default for Giving {
    fn default() -> Self {
        Self { user_name: String::new(), rank: Rank::Secondary }
    }
}

/// What the tab shows besides the role.
pub(crate) struct People {
    pub(crate) page: PeoplePage,
    /// A primary role goes only by giving another.
    pub(crate) keeps_primary: bool,
}

async fn people(
    state: &AppState,
    viewer: &Viewer,
    loaded: &Loaded,
    query: &ListQuery,
) -> Result<People, Response> {
    let (platform, actor) = (&state.platform, &viewer.actor);
    let wanted = PeopleQuery {
        name: Some(query.search()),
        cursor: query.cursor().map(str::to_owned),
        limit: 0,
    };
    let page = match roles::people(platform, actor, loaded.role.id, &wanted).await {
        Err(RoleError::BadCursor) => {
            let first = PeopleQuery { cursor: None, ..wanted };
            roles::people(platform, actor, loaded.role.id, &first).await
        }
        other => other,
    };
    let page = page.map_err(|error| refused(viewer, error))?;
    let tenant = tenants::load(platform, actor.tenant)
        .await
        .map_err(|error| unreadable(error).into_response())?;
    Ok(People { page, keeps_primary: tenant.profile == Profile::ContactCenter })
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Path(text): Path<String>,
    viewer: Viewer,
    query: ListQuery,
) -> Result<Response, Response> {
    let loaded = Loaded::read(&state, &viewer, id(&text)?).await?;
    let people = people(&state, &viewer, &loaded, &query).await?;
    let notice = Notice::banner(viewer.texts(), &query);
    let page = page(&viewer, &loaded, &query, &people, &Giving::default(), None);
    Ok(html(StatusCode::OK, &page.banner(notice)))
}

pub(crate) async fn assign(
    State(state): State<AppState>,
    Path(text): Path<String>,
    Form { viewer, sent }: Form<Giving>,
) -> Result<Response, Response> {
    let id = id(&text)?;
    let t = viewer.texts();
    let (platform, actor) = (&state.platform, &viewer.actor);
    let found = users::find_by_user_name(platform, actor, &sent.user_name)
        .await
        .map_err(|error| directory_refused(&viewer, error))?;
    let error = match found {
        None => String::from(t.admin().no_user_named(&sent.user_name)),
        Some(user) => match roles::assign(platform, actor, id, vec![user.id], sent.rank).await {
            Ok(_) => return Ok(see_other(Notice::Assigned.at(paths::RoleUsers(id)))),
            Err(error) => match explained(t, &error) {
                Some(sentence) => sentence,
                None => return Err(refused(&viewer, error)),
            },
        },
    };
    let viewer = viewer.clone_at(paths::RoleUsers(id));
    let query = ListQuery::parse(&paths::RoleUsers(id).to_string(), "");
    let loaded = Loaded::read(&state, &viewer, id).await?;
    let people = people(&state, &viewer, &loaded, &query).await?;
    let page = page(&viewer, &loaded, &query, &people, &sent, Some(error));
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn directory_refused(viewer: &Viewer, error: DirectoryError) -> Response {
    match error {
        DirectoryError::Forbidden(missing) => refused(viewer, RoleError::Forbidden(missing)),
        other => unreadable(other).into_response(),
    }
}

#[derive(Template)]
#[template(path = "admin/assign.html")]
struct AssignForm {
    action: paths::RoleUsers,
    csrf: String,
    user_name: Field,
    rank: Select,
    give: &'static str,
}

impl HtmlSafe for AssignForm {}

pub(crate) fn page(
    viewer: &Viewer,
    loaded: &Loaded,
    query: &ListQuery,
    people: &People,
    typed: &Giving,
    error: Option<String>,
) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let role = &loaded.role;
    let query = query.only(&["q", "cursor"]);
    let may_assign = viewer.actor.permissions.contains(Permission::RolesAssign);
    let mut body = Html::new();
    if may_assign && role.status == RoleStatus::Active {
        let chosen = match typed.rank {
            Rank::Primary => "primary",
            Rank::Secondary => "secondary",
        };
        body = body.part(&AssignForm {
            action: paths::RoleUsers(role.id),
            csrf: viewer.csrf().to_owned(),
            user_name: Field::text("user-name", a.assign_user_name())
                .value(&typed.user_name)
                .required()
                .error(error),
            rank: Select::new("rank", a.rank(), chosen)
                .option("secondary", a.rank_secondary())
                .option("primary", a.rank_primary()),
            give: a.give(),
        });
    }
    if people.page.people.is_empty() && !query.is_filtered() && query.cursor().is_none() {
        body = body.part(&Empty::yet(a.no_members(), a.no_members_note()));
        return loaded.page(viewer, Tab::Users, body);
    }
    body = body.part(&Filters::new(&query, a.user_name_begins(), t.common().search()));
    let rows = &people.page.people;
    let next = people.page.next.as_deref();
    if rows.is_empty() && next.is_none() {
        body = body.part(&Empty::matches(t, a.no_member_matches(), query.cleared()));
        return loaded.page(viewer, Tab::Users, body);
    }
    let can_take =
        |holder: &Holder| may_assign && !(people.keeps_primary && holder.rank == Rank::Primary);
    let table = Table::new(a.tab_users(), &query, "", &columns(viewer, loaded, can_take), rows);
    let foot = if rows.is_empty() {
        Html::new().text(a.searched_so_far())
    } else {
        Html::new().text(a.people_on_page(words::count(rows.len())).as_str())
    };
    let body = body.part(&table.bleeding()).part(&Pager::new(t, &query, foot, next));
    loaded.page(viewer, Tab::Users, body)
}

fn columns<'a>(
    viewer: &Viewer,
    loaded: &'a Loaded,
    can_take: impl Fn(&Holder) -> bool + 'a,
) -> [Column<'a, Holder>; 4] {
    let t = viewer.texts();
    let (a, c) = (t.admin(), t.common());
    let id = loaded.role.id;
    [
        Column::name(a.person(), |holder: &Holder| {
            let html = Html::new().name(&holder.user_name);
            match &holder.display_name {
                Some(name) => html.text(" ").small_name(name),
                None => html,
            }
        }),
        Column::state(c.state(), move |holder: &Holder| {
            Html::new().part(&if holder.active {
                StateMark::good(c.active())
            } else {
                StateMark::off(c.inactive())
            })
        }),
        Column::plain(a.rank(), move |holder: &Holder| {
            Html::new().text(match holder.rank {
                Rank::Primary => a.rank_primary(),
                Rank::Secondary => a.rank_secondary(),
            })
        }),
        Column::number("", move |holder: &Holder| {
            if !can_take(holder) {
                return Html::new();
            }
            let to = format!("{}?person={}", paths::TakeRole(id), holder.id);
            Html::new().part(&Button::link(to, a.take_away()).small())
        }),
    ]
}

/// The person whom `person` names, who has the role.
async fn holder(
    state: &AppState,
    viewer: &Viewer,
    person: &str,
) -> Result<(UserId, String), Response> {
    let unknown = || Problem::NotFound.into_response();
    let id: UserId = person.parse().map_err(|_| unknown())?;
    let found = users::get(&state.platform, &viewer.actor, &id.to_string()).await;
    let stored = found.map_err(|error| match error {
        DirectoryError::NotFound { .. } => unknown(),
        other => directory_refused(viewer, other),
    })?;
    let document: serde_json::Value = serde_json::from_str(stored.document()).unwrap_or_default();
    Ok((id, document["userName"].as_str().unwrap_or_default().to_owned()))
}

pub(crate) async fn ask_take(
    State(state): State<AppState>,
    Path(text): Path<String>,
    viewer: Viewer,
    query: ListQuery,
) -> Result<Response, Response> {
    let loaded = Loaded::read(&state, &viewer, id(&text)?).await?;
    let (person, name) = holder(&state, &viewer, query.get("person")).await?;
    Ok(html(StatusCode::OK, &taking(&viewer, &loaded, person, &name, None)))
}

pub(crate) fn taking(
    viewer: &Viewer,
    loaded: &Loaded,
    person: UserId,
    name: &str,
    error: Option<String>,
) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let id = loaded.role.id;
    let question = a.ask_take_away(&loaded.role.name, name);
    let action = paths::TakeRole(id);
    let dialog = Dialog::new("ask", question.as_str(), action, viewer.csrf(), a.take_away())
        .text(a.ask_take_away_note())
        .hidden("person", person.to_string())
        .cancel(paths::RoleUsers(id), t.common().cancel())
        .dangerous()
        .in_page();
    loaded.page(viewer, Tab::Users, Html::new().part(&dialog)).banner(error.map(Banner::alert))
}

pub(crate) async fn take(
    State(state): State<AppState>,
    Path(text): Path<String>,
    Form { viewer, sent }: Form<Sent>,
) -> Result<Response, Response> {
    let id = id(&text)?;
    let (person, name) = holder(&state, &viewer, sent.get("person")).await?;
    match roles::unassign(&state.platform, &viewer.actor, id, vec![person]).await {
        Ok(_) => Ok(see_other(Notice::Taken.at(paths::RoleUsers(id)))),
        Err(error) => match explained(viewer.texts(), &error) {
            Some(sentence) => {
                let viewer = viewer.clone_at(paths::RoleUsers(id));
                let loaded = Loaded::read(&state, &viewer, id).await?;
                let page = taking(&viewer, &loaded, person, &name, Some(sentence));
                Ok(html(StatusCode::CONFLICT, &page))
            }
            None => Err(refused(&viewer, error)),
        },
    }
}
