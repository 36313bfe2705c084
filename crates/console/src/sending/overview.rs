//! The first page of the console: how each integration stands, and what there is to do about it.

use axum::{extract::State, http::StatusCode, response::Response};
use seatlink_domain::{
    Actor, Permission, Platform,
    integrations::{self, IntegrationError},
    work::{self, WorkError},
};
use seatlink_edge::AppState;

use super::{
    integration::{FAILED, View, show_integrations},
    notice::Notice,
};
use crate::{
    answer::html,
    nav::Place,
    parts::{Head, ListQuery, Panel, Section},
    paths,
    sections::{
        Overview,
        changes::Changes,
        people::{Extra, People},
        shown,
    },
    shell::Shell,
    viewer::Viewer,
};

/// What the page shows, as far as it could be read.
pub(crate) struct Sections {
    pub(crate) integrations: Section<Vec<View>>,
    pub(crate) people: Section<People>,
    pub(crate) changes: Section<Changes>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    query: ListQuery,
) -> Response {
    let (platform, actor) = (&state.platform, &viewer.actor);
    let search = query.search();
    let (integrations, people, changes) = tokio::join!(
        Section::read(actor, &[Permission::Integrations], views(platform, actor)),
        Section::read(
            actor,
            &[Permission::EmployeesView, Permission::Scim],
            People::read(platform, actor, &search, Extra::Title),
        ),
        Section::read(actor, &[Permission::AuditRead], Changes::latest(platform, actor)),
    );
    let sections = Sections { integrations, people, changes };
    html(StatusCode::OK, &page(&viewer, &query, &sections))
}

pub(crate) fn page(viewer: &Viewer, query: &ListQuery, sections: &Sections) -> Overview {
    let t = viewer.texts();
    let (c, s) = (t.common(), t.sending());
    let times = viewer.times();
    let integrations = shown(&sections.integrations, viewer, paths::Console, |views| {
        show_integrations(viewer, views)
    });
    let people = shown(&sections.people, viewer, paths::Console, |people| {
        people.show(t, query, Extra::Title)
    });
    let changes =
        shown(&sections.changes, viewer, paths::Console, |changes| changes.show(t, &times));
    Overview {
        frame: Shell::of(viewer, Place::Console),
        title: s.title(),
        head: Head::new(s.title()).lead(s.intro()),
        banner: Notice::read(query).map(|notice| notice.banner(t)),
        wide: vec![
            Panel::new("integrations", s.applications(), integrations),
            Panel::new("people", c.people(), people),
        ],
        narrow: vec![Panel::new("changes", t.log().changes(), changes)],
    }
}

/// The integrations could not be read, or their work.
#[derive(Debug, thiserror::Error)]
enum ViewError {
    #[error(transparent)]
    Integration(#[from] IntegrationError),
    #[error(transparent)]
    Work(#[from] WorkError),
}

async fn views(platform: &Platform, actor: &Actor) -> Result<Vec<View>, ViewError> {
    let all = integrations::list(platform, actor).await?;
    let mut views = Vec::with_capacity(all.len());
    for integration in all {
        let (standing, failed) = tokio::try_join!(
            work::standing(platform, actor, integration.id),
            work::failed(platform, actor, integration.id, FAILED),
        )?;
        views.push(View { integration, standing, failed });
    }
    Ok(views)
}
