//! The change log with its filters. The history of one thing is the same with fewer of them.

use axum::{extract::State, response::Response};
use seatlink_domain::{
    Permission, Timestamp,
    log::{
        self, LogError, Operation, Reason, Subject,
        search::{ActorFilter, Page as LogPage, Search},
    },
};
use seatlink_edge::AppState;
use seatlink_texts::Texts;

use crate::{
    admin::page::Page,
    answer::html,
    nav::Place,
    parts::{Empty, Filters, Head, Html, ListQuery, Pager, Section, Trail},
    sections::{entry, shown},
    viewer::Viewer,
    words,
};

/// Everything that the address can say of the list.
const FILTERS: &[&str] =
    &["q", "from", "to", "what", "why", "kind", "connection", "request", "cursor"];

/// Where the log is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asked {
    Everywhere,
    OfRole,
}

/// A page of the log.
pub(crate) struct Found(pub(crate) LogPage);

pub(crate) async fn show(
    State(state): State<AppState>,
    viewer: Viewer,
    query: ListQuery,
) -> Response {
    let read = read(&state, &viewer, wanted(&viewer, &query));
    let found = Section::read(&viewer.actor, &[Permission::AuditRead], read).await;
    html(found.status(), &page(&viewer, &query, &found))
}

/// What the address asks for; days are those of the reader's zone.
pub(crate) fn wanted(viewer: &Viewer, query: &ListQuery) -> Search {
    let day = |name: &str| viewer.zone.day(query.get(name));
    let text = |name: &str| Some(query.get(name).to_owned()).filter(|text| !text.is_empty());
    let who = query.search();
    Search {
        since: day("from").map(|(begins, _)| Timestamp::from_micros(begins)),
        until: day("to").map(|(_, ends)| Timestamp::from_micros(ends)),
        actor: (!who.is_empty()).then_some(ActorFilter::Named(who)),
        operations: Operation::parse(query.get("what")).into_iter().collect(),
        reasons: Reason::parse(query.get("why")).into_iter().collect(),
        resource_type: text("kind"),
        resource: None,
        connection: text("connection"),
        request_id: text("request"),
        cursor: query.cursor().map(str::to_owned),
        limit: 0,
    }
}

/// A cursor of another search leads to the first page of this one.
pub(crate) async fn read(
    state: &AppState,
    viewer: &Viewer,
    search: Search,
) -> Result<Found, LogError> {
    let (platform, actor) = (&state.platform, &viewer.actor);
    let found = match log::search(platform, actor, &search).await {
        Err(LogError::BadCursor) => {
            log::search(platform, actor, &Search { cursor: None, ..search }).await
        }
        other => other,
    };
    found.map(Found)
}

pub(crate) fn page(viewer: &Viewer, query: &ListQuery, found: &Section<Found>) -> Page {
    let t = viewer.texts();
    let a = t.admin();
    let crumbs = vec![(t.common().admin().to_owned(), None), (a.audit().to_owned(), None)];
    let head =
        Head::new(a.change_log()).crumbs(t.common().path(), crumbs).lead(a.change_log_lead());
    let body =
        shown(found, viewer, query.path(), |found| found.show(viewer, query, Asked::Everywhere));
    Page::new(viewer, Place::ChangeLog, a.change_log(), head, body)
}

impl Found {
    pub(crate) fn show(&self, viewer: &Viewer, query: &ListQuery, asked: Asked) -> Html {
        let t = viewer.texts();
        let a = t.admin();
        let query = query.only(FILTERS);
        let Self(LogPage { entries, next, searched_to }) = self;
        if entries.is_empty() && next.is_none() && !query.is_filtered() {
            let (title, note) = match asked {
                Asked::Everywhere => (a.nothing_logged(), a.nothing_logged_note()),
                Asked::OfRole => (a.nothing_changed(), a.nothing_changed_note()),
            };
            return Html::new().part(&Empty::yet(title, note));
        }
        let html = Html::new().part(&filters(t, &query, asked));
        if entries.is_empty() && next.is_none() {
            let cleared = query.cleared();
            return html.part(&Empty::matches(t, a.nothing_logged_matches(), cleared));
        }
        let rows =
            entries.iter().map(|one| entry::whole(t, &viewer.times(), &query, one)).collect();
        let foot = match searched_to {
            Some(at) => {
                let time = viewer.time(*at);
                Html::new().sentence(&a.searched_to(time.human()), |_, _| None)
            }
            None => Html::new().text(a.entries_on_page(words::count(entries.len())).as_str()),
        };
        html.part(&Trail::new(rows)).part(&Pager::new(t, &query, foot, next.as_deref()))
    }
}

fn filters(t: Texts, query: &ListQuery, asked: Asked) -> Filters {
    let a = t.admin();
    let any = || (String::new(), String::from(t.common().any()));
    let operations =
        Operation::ALL.iter().map(|one| (one.as_str().to_owned(), words::operation(t, *one)));
    let reasons = Reason::ALL.iter().map(|one| (one.as_str().to_owned(), words::reason(t, *one)));
    let kinds = Subject::ALL.iter().map(|one| (one.as_str().to_owned(), words::subject(t, *one)));
    let options = |those: &mut dyn Iterator<Item = (String, &'static str)>| {
        let texts = those.map(|(value, text)| (value, text.to_owned()));
        std::iter::once(any()).chain(texts).collect::<Vec<_>>()
    };
    let (mut operations, mut reasons, mut kinds) = (operations, reasons, kinds);
    let filters = Filters::new(query, a.who(), t.common().search())
        .placeholder(a.who_hint())
        .select(query, "what", a.what(), options(&mut operations));
    let filters = match asked {
        Asked::OfRole => filters,
        Asked::Everywhere => filters
            .select(query, "why", a.why(), options(&mut reasons))
            .select(query, "kind", a.kind(), options(&mut kinds))
            .text(query, "connection", a.connection()),
    };
    filters.date(query, "from", a.since()).date(query, "to", a.until())
}
