//! Samples of the administration: roles, and the change log.

use seatlink_domain::{
    Permission, Permissions,
    access::roles::{
        ConnectionOfHolder, Field, FieldError, Holder, Loss, PeoplePage, Problem, Rank, RolePage,
        RoleRow, RoleStatus, StatusCounts,
    },
    log::search::Page as LogPage,
};
use seatlink_texts::Language;
use uuid::Uuid;

use super::{AT, REJECTED, Sample, entry, role, sample, viewer};
use crate::{
    admin::{
        changes::{self, Found},
        roles::{
            editor::{Loaded, Tab},
            general::{self, Typed},
            history, list, making,
            notice::Notice,
            permissions::{self, Switched},
            questions,
            users::{self, Giving, People},
        },
    },
    form::Errors,
    parts::{Html, ListQuery, Section},
    paths,
    viewer::Viewer,
};

pub(super) fn all(language: Language) -> Vec<Sample> {
    let mut samples = lists(language);
    samples.extend(editors(language));
    samples.extend(peoples(language));
    samples.extend(asking(language));
    samples.extend(logs(language));
    samples
}

fn row(name: &str, status: RoleStatus, active_members: i64) -> RoleRow {
    RoleRow { role: role(name, status), active_members, inactive_members: 2 }
}

fn loaded(status: RoleStatus, active_members: i64) -> Loaded {
    let connection = ConnectionOfHolder {
        client_id: String::from("okta-cxone-1"),
        app: String::from("Okta CXone Integration"),
        user_name: String::from("mara@contact-center.example"),
    };
    let loss = Loss {
        active_members,
        inactive_members: 2,
        permissions: [Permission::Scim, Permission::RolesEdit].into_iter().collect(),
        last_manager: true,
        needed_for_provisioning: true,
        connections: vec![connection],
        more_connections: true,
    };
    Loaded { role: role("Administrator", status), loss }
}

fn looker(language: Language) -> Viewer {
    viewer(language, [Permission::RolesView].into_iter().collect())
}

fn lists(language: Language) -> Vec<Sample> {
    let full = viewer(language, Permissions::all());
    let page = |viewer: &Viewer, query: &str, found: Section<RolePage>| {
        list::page(viewer, &ListQuery::parse(paths::Roles::ROUTE, query), &found)
    };
    let rows = vec![
        row("Administrator", RoleStatus::Active, 1_002),
        row("<Night & day>", RoleStatus::Draft, 0),
        row("坐席", RoleStatus::Inactive, 0),
    ];
    let counts = StatusCounts { draft: 1, active: 1, inactive: 1 };
    let found = RolePage { rows, counts, next: Some(String::from("c2")) };
    let nothing = || RolePage { rows: Vec::new(), counts: StatusCounts::default(), next: None };
    vec![
        sample("roles", &page(&full, "sort=-members", Section::Shown(found))),
        sample("roles, none", &page(&full, "", Section::Shown(nothing()))),
        sample("roles, none match", &page(&full, "q=x", Section::Shown(nothing()))),
        sample("roles, withheld", &page(&full, "", Section::Withheld(Permission::RolesView))),
        sample("roles, failed", &page(&full, "", Section::Failed)),
    ]
}

fn editors(language: Language) -> Vec<Sample> {
    let full = viewer(language, Permissions::all());
    let t = full.texts();
    let typed = Typed {
        version: 3,
        name: String::from("Agent?"),
        description: "x".repeat(201),
        name_before: String::from("Agent"),
        description_before: String::from("Handles contacts."),
    };
    let mut errors = Errors::default();
    for problem in [Problem::Character('?'), Problem::TooLong(50)] {
        let error = FieldError { field: Field::Name, problem };
        errors.add(error.field, crate::words::role_problem(t, &error.problem));
    }
    let problems = errors.problems(t.common().check_the_form());
    let active = loaded(RoleStatus::Active, 3);
    let draft = loaded(RoleStatus::Draft, 0);
    let on = Permissions::all().without(Permission::Outbox);
    let switched = || Switched {
        version: 3,
        on,
        before: [Permission::AuditRead].into_iter().collect(),
        confirmed: false,
    };
    let saved = ListQuery::parse("", "notice=saved");
    let lines = questions::losses(t, &active.loss);
    vec![
        sample("new role", &making::new_page(&full, &Typed::default(), None, &Errors::default())),
        sample("new role, refused", &making::new_page(&full, &typed, problems.clone(), &errors)),
        sample(
            "copy of a role",
            &making::copy_page(&full, &active.role, "Administrator copy", problems, &errors),
        ),
        sample(
            "role",
            &general::page(&full, &active, &typed, None, &errors).banner(Notice::banner(t, &saved)),
        ),
        sample(
            "role, to look at",
            &general::page(&looker(language), &active, &typed, None, &Errors::default()),
        ),
        sample("role, changed by two", &general::conflict(&full, &draft, &typed)),
        sample("permissions", &permissions::page(&full, &active, on, None)),
        sample("permissions of a draft", &permissions::page(&full, &draft, on, None)),
        sample("permissions, to look at", &permissions::page(&looker(language), &active, on, None)),
        sample(
            "permissions, some lacking",
            &permissions::page(
                &viewer(language, Permissions::default().with(Permission::RolesEdit)),
                &active,
                on,
                None,
            ),
        ),
        sample("permissions, changed by two", &permissions::conflict(&full, &active, &switched())),
        sample(
            "permissions, asked about",
            &permissions::question(&full, &active, &switched(), &lines),
        ),
    ]
}

fn peoples(language: Language) -> Vec<Sample> {
    let full = viewer(language, Permissions::all());
    let active = loaded(RoleStatus::Active, 3);
    let holder = |id, user_name: &str, display_name: Option<&str>, active, rank| Holder {
        id: Uuid::from_u128(id).into(),
        user_name: user_name.to_owned(),
        display_name: display_name.map(str::to_owned),
        active,
        rank,
    };
    let people = vec![
        holder(1, "ada.okoye@workforce.example", Some("Ada Okoye"), true, Rank::Primary),
        holder(2, "li.wei@workforce.example", Some("李伟"), false, Rank::Secondary),
        holder(3, "<script>@x.example", None, true, Rank::Secondary),
    ];
    let of = |people, next: Option<&str>| People {
        page: PeoplePage { people, next: next.map(str::to_owned) },
        keeps_primary: true,
    };
    let page = |query: &str, people: &People, error: Option<String>| {
        let query = ListQuery::parse(&paths::RoleUsers(active.role.id).to_string(), query);
        users::page(&full, &active, &query, people, &Giving::default(), error)
    };
    let refused = String::from(full.texts().admin().no_user_named("nobody"));
    let person = Uuid::from_u128(1).into();
    vec![
        sample("people of a role", &page("", &of(people, Some("c2")), None)),
        sample("people of a role, refused", &page("", &of(Vec::new(), None), Some(refused))),
        sample("people of a role, none match", &page("q=x", &of(Vec::new(), None), None)),
        sample("people of a role, going on", &page("q=x", &of(Vec::new(), Some("c3")), None)),
        sample(
            "taking a role",
            &users::taking(&full, &active, person, "ada.okoye@workforce.example", None),
        ),
    ]
}

fn asking(language: Language) -> Vec<Sample> {
    let full = viewer(language, Permissions::all());
    let (active, free) = (loaded(RoleStatus::Active, 3), loaded(RoleStatus::Active, 0));
    let draft = loaded(RoleStatus::Draft, 0);
    let defaults = (Permissions::all().without(Permission::Scim), free.loss.clone());
    vec![
        sample("deactivation, held", &questions::deactivation(&full, &active)),
        sample("deactivation", &questions::deactivation(&full, &free)),
        sample("activation", &questions::activation(&full, &draft)),
        sample("defaults", &questions::resetting(&full, &free, Some(&defaults))),
        sample("defaults, none", &questions::resetting(&full, &free, None)),
        sample("nothing in a tab", &free.page(&full, Tab::General, Html::new())),
    ]
}

fn logs(language: Language) -> Vec<Sample> {
    let full = viewer(language, Permissions::all());
    let difference =
        r#"{"name":{"from":"A","to":"<B>"},"permissions":{"from":["scim"],"to":null}}"#;
    let changed = r#"{"role-changed":{"n":"<Night & day>","a":["name"]}}"#;
    let found = |rows: bool, next: Option<&str>, searched_to| {
        let entries = rows.then(|| {
            vec![
                entry(changed, ("Role", 4), Some(difference)),
                entry(REJECTED, ("User", 5), Some("{}")),
            ]
        });
        let entries = entries.unwrap_or_default();
        Section::Shown(Found(LogPage { entries, next: next.map(str::to_owned), searched_to }))
    };
    let page = |query: &str, found: &Section<Found>| {
        changes::page(&full, &ListQuery::parse(paths::ChangeLog::ROUTE, query), found)
    };
    let active = loaded(RoleStatus::Active, 3);
    let role = |found: &Section<Found>| {
        let query = ListQuery::parse(&paths::RoleHistory(active.role.id).to_string(), "");
        history::page(&full, &active, &query, found)
    };
    vec![
        sample("change log", &page("why=created&from=2026-11-29", &found(true, Some("c2"), None))),
        sample("change log, none", &page("", &found(false, None, None))),
        sample("change log, none match", &page("q=x", &found(false, None, None))),
        sample("change log, going on", &page("q=x", &found(false, Some("c2"), Some(AT)))),
        sample("change log, withheld", &page("", &Section::Withheld(Permission::AuditRead))),
        sample("history of a role", &role(&found(true, None, None))),
        sample("history of a role, withheld", &role(&Section::Withheld(Permission::AuditRead))),
    ]
}
