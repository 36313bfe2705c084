//! People on an overview: how many there are, and the first of those looked for.

use seatlink_domain::{
    Actor, Platform,
    directory::{DirectoryError, Stored, users},
    tenants,
};
use seatlink_scim::{Filter, ListQuery, Projection, filter};
use serde_json::Value;

use super::grouped;

const LIMIT: u64 = 50;
/// Longer than any user name that is looked for by typing.
const SEARCH_LIMIT: usize = 200;

pub(crate) struct People {
    pub(crate) active: String,
    pub(crate) inactive: String,
    /// What was looked for, as it is shown in the box again.
    pub(crate) search: String,
    pub(crate) found: String,
    pub(crate) rows: Vec<PersonRow>,
    /// How many are shown when there are more.
    pub(crate) cut_at: Option<usize>,
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
        let look_for = |filter: Option<Filter>, count: u64| ListQuery {
            filter,
            count: Some(count),
            ..ListQuery::default()
        };
        let count = async |state: &str| {
            let query = look_for(Some(filter::parse(&format!("active eq {state}"))?), 0);
            Ok::<u64, DirectoryError>(
                users::list(platform, actor, &query, &projection).await?.total,
            )
        };
        let search: String =
            search.trim().chars().filter(|c| !c.is_control()).take(SEARCH_LIMIT).collect();
        let query = look_for(containing(&search)?, LIMIT);
        let (active, inactive, page) = tokio::try_join!(
            count("true"),
            count("false"),
            users::list(platform, actor, &query, &projection),
        )?;
        let rows: Vec<PersonRow> =
            page.resources.iter().map(|stored| PersonRow::of(stored, extra)).collect();
        let all_shown = u64::try_from(rows.len()).is_ok_and(|shown| shown >= page.total);
        Ok(Self {
            active: grouped(active),
            inactive: grouped(inactive),
            search,
            found: grouped(page.total),
            cut_at: (!all_shown).then_some(rows.len()),
            rows,
        })
    }
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
