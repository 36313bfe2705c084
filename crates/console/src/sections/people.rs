//! People on an overview: how many there are, and the first of those looked for.

use seatlink_domain::{
    Actor, Platform,
    directory::{DirectoryError, Stored, users},
    tenants,
};
use seatlink_scim::{Filter, Projection, filter};
use seatlink_texts::{Texts, format};
use serde_json::Value;

use crate::parts::{Column, Empty, Figures, Filters, Html, ListQuery, Pager, State, Table};

const LIMIT: u64 = 50;

pub(crate) struct People {
    pub(crate) active: u64,
    pub(crate) inactive: u64,
    pub(crate) found: u64,
    pub(crate) rows: Vec<PersonRow>,
}

pub(crate) struct PersonRow {
    pub(crate) state: PersonState,
    pub(crate) user_name: String,
    pub(crate) name: String,
    pub(crate) extra: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PersonState {
    Active,
    Inactive,
}

/// The fourth column: what a side most wants to know of a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Extra {
    Role,
    Title,
}

impl People {
    pub(crate) async fn read(
        platform: &Platform,
        actor: &Actor,
        search: &str,
        extra: Extra,
    ) -> Result<Self, DirectoryError> {
        let tenant = tenants::load(platform, actor.tenant).await?;
        let users = tenant.registry.resource_type("User").expect("every profile has users");
        let projection = Projection::parse(Some("userName"), None, users)?;
        let look_for = |filter: Option<Filter>, count: u64| seatlink_scim::ListQuery {
            filter,
            count: Some(count),
            ..seatlink_scim::ListQuery::default()
        };
        let count = async |state: &str| {
            let query = look_for(Some(filter::parse(&format!("active eq {state}"))?), 0);
            Ok::<u64, DirectoryError>(
                users::list(platform, actor, &query, &projection).await?.total,
            )
        };
        let query = look_for(containing(search)?, LIMIT);
        let (active, inactive, page) = tokio::try_join!(
            count("true"),
            count("false"),
            users::list(platform, actor, &query, &projection),
        )?;
        let rows: Vec<PersonRow> =
            page.resources.iter().map(|stored| PersonRow::of(stored, extra)).collect();
        Ok(Self { active, inactive, found: page.total, rows })
    }

    /// The section; `query` is that of its page.
    pub(crate) fn show(&self, t: Texts, query: &ListQuery, extra: Extra) -> Html {
        let c = t.common();
        let number = |count: u64| format::integer(t.language(), count);
        let figures = Figures::default()
            .figure(c.active(), number(self.active))
            .figure(c.inactive(), number(self.inactive));
        let query = query.only(&["q"]);
        let mut html = Html::new().part(&figures);
        if self.active + self.inactive == 0 {
            return html.part(&Empty::yet(c.nobody_yet(), ""));
        }
        html = html.part(&Filters::new(&query, c.user_name_contains(), c.search()));
        if self.rows.is_empty() {
            return html.part(&Empty::matches(t, c.nobody_matches(), query.path()));
        }
        let extra_word = match extra {
            Extra::Role => c.role(),
            Extra::Title => c.job_title(),
        };
        let columns = [
            Column::name(c.user_name(), |person: &PersonRow| Html::new().name(&person.user_name)),
            Column::state(c.state(), |person: &PersonRow| {
                Html::new().part(&match person.state {
                    PersonState::Active => State::good(c.active()),
                    PersonState::Inactive => State::off(c.inactive()),
                })
            }),
            Column::plain(c.name(), |person: &PersonRow| named(&person.name)),
            Column::plain(extra_word, |person: &PersonRow| named(&person.extra)),
        ];
        let shown = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        let sentence = if shown < self.found {
            c.people_shown(self.found, number(shown))
        } else {
            c.people_found(self.found)
        };
        let mut foot = Html::new().text(sentence.as_str());
        if !query.search().is_empty() {
            foot = foot.text(" ").link(query.path(), c.show_all_people());
        }
        html.part(&Table::new(c.people(), &query, "", &columns, &self.rows))
            .part(&Pager::new(t, &query, foot, None))
    }
}

/// A cell without a name stays empty, so that a phone shows no label for it.
fn named(name: &str) -> Html {
    if name.is_empty() { Html::new() } else { Html::new().name(name) }
}

/// Text in a filter is quoted as in JSON (RFC 7644 §3.4.2.2), so that nothing typed can end it.
fn containing(search: &str) -> Result<Option<Filter>, seatlink_scim::Error> {
    if search.is_empty() {
        return Ok(None);
    }
    filter::parse(&format!("userName co {}", Value::from(search))).map(Some)
}

impl PersonRow {
    fn of(stored: &Stored, extra: Extra) -> Self {
        // A document that cannot be read still has its row; SCIM says what is wrong with it.
        let document: Value = serde_json::from_str(stored.document()).unwrap_or_default();
        let text = |pointer: &str| {
            document.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let active = document.get("active") != Some(&Value::Bool(false));
        Self {
            state: if active { PersonState::Active } else { PersonState::Inactive },
            user_name: text("/userName"),
            name: name(&document),
            extra: match extra {
                Extra::Role => text("/roles/0/display"),
                Extra::Title => text("/title"),
            },
        }
    }
}

fn name(document: &Value) -> String {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
    if let Some(whole) = text("/displayName").or_else(|| text("/name/formatted")) {
        return whole.to_owned();
    }
    let parts: Vec<&str> =
        ["/name/givenName", "/name/familyName"].into_iter().filter_map(text).collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quotes_and_backslashes_cannot_leave_the_filter() -> Result<(), seatlink_scim::Error> {
        for typed in ["a\" or active eq true or userName co \"", "back\\slash", "李", "a) or ("] {
            let Some(Filter::Compare { value, .. }) = containing(typed)? else {
                unreachable!("{typed:?} is no single comparison");
            };
            assert_eq!(Value::from(&value), typed);
        }
        assert!(containing("")?.is_none());
        Ok(())
    }

    #[test]
    fn a_person_is_named_by_what_is_there() {
        assert_eq!(name(&json!({ "displayName": "Jo", "name": { "givenName": "Joanna" } })), "Jo");
        assert_eq!(
            name(&json!({ "name": { "givenName": "Ada", "familyName": "Byron" } })),
            "Ada Byron"
        );
        assert_eq!(name(&json!({ "name": { "familyName": "李" } })), "李");
        assert_eq!(name(&json!({})), "");
    }
}
