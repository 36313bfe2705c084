//! The list of roles.

use axum::{extract::State, response::Response};
use seatlink_domain::{
    Permission,
    access::roles::{
        RoleError, RolePage, RoleQuery, RoleRow, RoleSort, RoleStatus, StatusCounts, list,
    },
};
use seatlink_edge::AppState;
use seatlink_texts::{Texts, format};

use crate::{
    admin::page::{Page, security_crumbs},
    answer::html,
    nav::Place,
    parts::{
        Button, Column, Cuts, Empty, Filters, Glyph, Head, Html, ListQuery, Pager, Section, Table,
    },
    paths,
    sections::shown,
    viewer::Viewer,
    words,
};

pub(crate) async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    query: ListQuery,
) -> Response {
    let read = async {
        match list(&state.platform, &viewer.actor, &wanted(&query)).await {
            // Of another search or order: the list is shown from its beginning.
            Err(RoleError::BadCursor) => {
                let first = RoleQuery { cursor: None, ..wanted(&query) };
                list(&state.platform, &viewer.actor, &first).await
            }
            other => other,
        }
    };
    let found = Section::read(&viewer.actor, &[Permission::RolesView], read).await;
    html(found.status(), &page(&viewer, &query, &found))
}

fn wanted(query: &ListQuery) -> RoleQuery {
    let sort = query.sort();
    RoleQuery {
        text: Some(query.search()),
        status: RoleStatus::parse(query.get("status")),
        permission: Permission::parse(query.get("permission")),
        sort: match sort.map(|sort| sort.key) {
            Some("status") => RoleSort::Status,
            Some("members") => RoleSort::Members,
            Some("modified") => RoleSort::Modified,
            Some(_) | None => RoleSort::Name,
        },
        descending: sort.is_some_and(|sort| sort.descending),
        cursor: query.cursor().map(str::to_owned),
        limit: 0,
    }
}

pub(crate) fn page(viewer: &Viewer, query: &ListQuery, found: &Section<RolePage>) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let query = query.only(&["q", "status", "permission", "sort", "cursor"]);
    let mut acts = Html::new();
    if viewer.actor.permissions.contains(Permission::RolesCreate) {
        acts = acts.part(&new_role(t));
    }
    let head = Head::new(a.roles_title())
        .crumbs(t.common().path(), security_crumbs(t))
        .lead(a.roles_lead())
        .acts(acts);
    let body = shown(found, viewer, query.path(), |found| rows(viewer, &query, found));
    Page::new(viewer, Place::Roles, a.roles_title(), head, body)
}

fn new_role(t: Texts) -> Button {
    Button::link(paths::NewRole, t.admin().new_role()).primary().glyph(Glyph::Plus)
}

fn rows(viewer: &Viewer, query: &ListQuery, found: &RolePage) -> Html {
    let t = viewer.texts();
    let (a, c) = (t.admin(), t.common());
    let StatusCounts { draft, active, inactive } = found.counts;
    if found.rows.is_empty() && !query.is_filtered() {
        return Html::new().part(&Empty::yet(a.no_roles(), a.no_roles_note()));
    }
    let number = |count: i64| format::integer(t.language(), count);
    let permissions =
        Permission::ALL.map(|one| (one.as_str().to_owned(), words::permission_name(t, one)));
    let any = [(String::new(), String::from(c.any()))];
    let filters = Filters::new(query, c.search(), c.search()).placeholder(a.search_roles()).select(
        query,
        "permission",
        a.has_permission(),
        any.into_iter().chain(permissions).collect(),
    );
    let cuts = Cuts::new(c.status())
        .cut(query, ("status", ""), a.all(), number(draft + active + inactive))
        .cut(query, ("status", "active"), c.active(), number(active))
        .cut(query, ("status", "draft"), a.draft(), number(draft))
        .cut(query, ("status", "inactive"), c.inactive(), number(inactive));
    let html = Html::new().part(&filters).part(&cuts);
    if found.rows.is_empty() {
        return html.part(&Empty::matches(t, a.no_role_matches(), query.cleared()));
    }
    let total = match RoleStatus::parse(query.get("status")) {
        Some(RoleStatus::Draft) => draft,
        Some(RoleStatus::Active) => active,
        Some(RoleStatus::Inactive) => inactive,
        None => draft + active + inactive,
    };
    let table = Table::new(a.roles_caption(), query, "name", &columns(viewer), &found.rows);
    let count = a.roles_found(total);
    html.part(&table.bleeding()).part(&Pager::new(t, query, count, found.next.as_deref()))
}

fn columns(viewer: &Viewer) -> [Column<'_, RoleRow>; 6] {
    let t = viewer.texts();
    let (a, c) = (t.admin(), t.common());
    let number = move |count: i64| format::integer(t.language(), count);
    [
        Column::name(a.role_name(), |row: &RoleRow| {
            Html::new().name_link(paths::Role(row.role.id), &row.role.name)
        })
        .sorted("name"),
        Column::state(c.status(), move |row: &RoleRow| {
            Html::new().part(&words::role_status(t, row.role.status))
        })
        .sorted("status"),
        Column::plain(a.description(), |row: &RoleRow| {
            if row.role.description.is_empty() {
                return Html::new();
            }
            Html::new().name(&row.role.description)
        }),
        Column::number(a.members(), move |row: &RoleRow| {
            let html = Html::new()
                .link(paths::RoleUsers(row.role.id), number(row.active_members).as_str());
            match row.inactive_members {
                0 => html,
                inactive => html.text(" ").small(a.inactive_members(inactive).as_str()),
            }
        })
        .sorted("members"),
        Column::number(a.permissions(), move |row: &RoleRow| {
            let permissions = row.role.permissions;
            let count = format::integer(t.language(), words::count(permissions.len()));
            let html = Html::new().link(paths::RolePermissions(row.role.id), count);
            if permissions.contains(Permission::Scim) {
                return html.text(" ").small(words::permission_name(t, Permission::Scim).as_str());
            }
            html
        }),
        Column::plain(a.modified(), |row: &RoleRow| {
            let by = viewer.texts().admin().modified_by(&row.role.modified_by);
            Html::new().part(&viewer.time(row.role.modified_at)).text(" ").quiet_sentence(&by)
        })
        .sorted("modified"),
    ]
}
