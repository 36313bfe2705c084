//! One row of the log: when, what, who and why, and behind a fold what only some want to know.

use askama::{Template, filters::HtmlSafe};
use seatlink_domain::{
    Permission, RoleId,
    log::{Entry, Event, Reason, Subject},
};
use seatlink_edge::words::entry as sentence;
use seatlink_texts::{Texts, format};
use serde_json::Value;

use super::changes::Tone;
use crate::{
    parts::{Column, CopyButton, Facts, Html, ListQuery, Table, Times, TrailEntry},
    paths, words,
};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<span class="tag{% if bad %} bad{% endif %}">{{ word }}</span>"#
)]
struct ReasonTag {
    word: String,
    bad: bool,
}

impl HtmlSafe for ReasonTag {}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<details class="more"><summary>{{ word }}<span class="vh">: {{ time }}</span></summary><div>{{ facts }}{% if let Some(difference) = difference %}{{ difference }}{% endif %}</div></details>"#
)]
struct Fold {
    word: &'static str,
    time: String,
    facts: Facts,
    difference: Option<Table>,
}

impl HtmlSafe for Fold {}

/// Without what is folded away.
pub(crate) fn brief(t: Texts, times: &Times, entry: &Entry) -> TrailEntry {
    let bad = Tone::of(&entry.reason) == Tone::Bad;
    let known = Reason::parse(&entry.reason).map(|reason| words::reason(t, reason).to_owned());
    let tag = ReasonTag { word: known.unwrap_or_else(|| entry.reason.clone()), bad };
    TrailEntry {
        at: times.time(entry.at),
        actor: entry.actor_name.clone(),
        sentence: Html::new().told(&sentence(entry, t.language()), |name| link(entry, name)),
        note: Html::new().part(&tag),
        detail: Html::new(),
        alarming: bad,
    }
}

/// `query` is the list that the row is in; its links narrow it.
pub(crate) fn whole(t: Texts, times: &Times, query: &ListQuery, entry: &Entry) -> TrailEntry {
    let a = t.admin();
    let code = |text: &str| Html::new().code(text);
    let mut facts = Facts::new().fact(a.concerns(), concerns(t, entry));
    facts = facts.fact(a.reason_word(), code(&entry.reason));
    if let Some(id) = &entry.request_id {
        let label = String::from(t.common().copy(a.request_id()));
        let value = code(id).text(" ").part(&CopyButton::new(id.as_str(), label));
        facts = facts.fact(a.request_id(), value);
    }
    if let Some(id) = &entry.connection {
        let narrowed = paths::ChangeLog.to_string();
        let only = ListQuery::parse(&narrowed, "").with("connection", id);
        let value = code(id).text(" ").link(only, a.filter_by_connection());
        facts = facts.fact(a.connection(), value);
    }
    let fold = Fold {
        word: a.details(),
        time: times.time(entry.at).human().to_owned(),
        facts,
        difference: difference(t, query, entry),
    };
    TrailEntry { detail: Html::new().part(&fold), ..brief(t, times, entry) }
}

/// Where a value of the sentence leads: to the role that it names. Other things have no page yet.
fn link(entry: &Entry, name: &str) -> Option<String> {
    let id = match (&entry.event, name) {
        (
            Ok(
                Event::RoleCreated { role, .. }
                | Event::RoleStatusChanged { role, .. }
                | Event::RoleChanged { role, .. }
                | Event::PrimaryRoleGiven { role, .. }
                | Event::SecondaryRoleGiven { role, .. }
                | Event::RoleTaken { role, .. },
            ),
            "role",
        ) => role.id?,
        _ => return None,
    };
    Some(paths::Role(id).to_string())
}

fn concerns(t: Texts, entry: &Entry) -> Html {
    let kind = Subject::parse(&entry.resource_type);
    let html = match kind {
        Some(kind) => Html::new().text(words::subject(t, kind)),
        // A type that the tenant registered.
        None => Html::new().name(&entry.resource_type),
    };
    match (kind, entry.resource_id) {
        (_, None) => html,
        (Some(Subject::Role), Some(id)) => {
            html.text(" ").code_link(paths::Role(RoleId::from(id)), id.to_string())
        }
        (_, Some(id)) => html.text(" ").code(id.to_string()),
    }
}

/// One attribute that changed.
struct Changed {
    name: String,
    from: Option<String>,
    to: Option<String>,
}

/// Old and new, attribute by attribute; `None` if nothing of the kind was kept.
fn difference(t: Texts, query: &ListQuery, entry: &Entry) -> Option<Table> {
    let kept: Value = serde_json::from_str(entry.difference.as_deref()?).ok()?;
    let rows: Vec<Changed> = kept
        .as_object()?
        .iter()
        .map(|(name, change)| {
            let is_pair = change.get("from").is_some() || change.get("to").is_some();
            let from = if is_pair { change.get("from") } else { None };
            let to = if is_pair { change.get("to") } else { Some(change) };
            Changed { name: name.clone(), from: shown(t, from, to), to: shown(t, to, from) }
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let a = t.admin();
    let value = |text: Option<&String>| match text {
        None => Html::new().text("–"),
        Some(text) => Html::new().name(text),
    };
    let columns = [
        Column::name(a.attribute(), |row: &Changed| Html::new().code(&row.name)),
        Column::plain(a.old_value(), move |row: &Changed| value(row.from.as_ref())),
        Column::plain(a.new_value(), move |row: &Changed| value(row.to.as_ref())),
    ];
    Some(Table::new(a.details(), &query.only(&[]), "", &columns, &rows))
}

/// A value for people. Of a list, what the other one lacks; permissions by their names.
fn shown(t: Texts, value: Option<&Value>, other: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let others = other.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let own = items.iter().filter(|item| !others.contains(item)).filter_map(Value::as_str);
            let names = own.map(|item| {
                Permission::parse(item)
                    .map_or_else(|| item.to_owned(), |one| words::permission_name(t, one))
            });
            let names = format::list(t.language(), names);
            (!names.is_empty()).then_some(names)
        }
        other => Some(other.to_string()),
    }
}
