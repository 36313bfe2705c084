//! Pages of roles.

use seatlink_scim::fold;
use seatlink_store::{
    self as store,
    roles::search::{self, Direction, FoundRole, Place, Sort},
};
use serde::{Deserialize, Serialize};

use super::{MAY_SEE, PAGE_LIMIT, Role, RoleError, RoleStatus, quoted};
use crate::{Platform, actor::Actor, cursor, permission::Permission};

/// What roles are sorted by. Roles that are equal in it are sorted by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RoleSort {
    #[default]
    Name,
    Status,
    /// How many active people hold it.
    Members,
    Modified,
}

/// Which roles are wanted, and which page of them.
#[derive(Clone, Debug, Default)]
pub struct RoleQuery {
    /// What name or description contain, without regard to case.
    pub text: Option<String>,
    pub status: Option<RoleStatus>,
    /// Only roles that give this.
    pub permission: Option<Permission>,
    pub sort: RoleSort,
    pub descending: bool,
    /// [`RolePage::next`] of the page before, asked for with the same query.
    pub cursor: Option<String>,
    /// Roles of a page, 200 at most; 0 is 50.
    pub limit: i64,
}

#[derive(Clone, Debug)]
pub struct RoleRow {
    pub role: Role,
    pub active_members: i64,
    pub inactive_members: i64,
}

/// How many roles there are of each status among those that the query finds, whatever status it
/// asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StatusCounts {
    pub draft: i64,
    pub active: i64,
    pub inactive: i64,
}

#[derive(Clone, Debug)]
pub struct RolePage {
    pub rows: Vec<RoleRow>,
    pub counts: StatusCounts,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Behind {
    #[serde(rename = "n")]
    name_key: String,
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Behind {
    fn of(found: &FoundRole, sort: RoleSort) -> Self {
        let name_key = found.name_key.clone();
        match sort {
            RoleSort::Name => Self { text: Some(name_key.clone()), number: None, name_key },
            RoleSort::Status => {
                Self { text: Some(found.role.status.clone()), number: None, name_key }
            }
            RoleSort::Members => Self { number: Some(found.holders.active), text: None, name_key },
            RoleSort::Modified => {
                Self { number: Some(found.role.modified_at.micros()), text: None, name_key }
            }
        }
    }

    fn place(&self) -> Option<Place<'_>> {
        let value = match (&self.text, self.number) {
            (Some(text), None) => search::Value::Text(text),
            (None, Some(number)) => search::Value::Number(number),
            _ => return None,
        };
        Some(Place { value, name_key: &self.name_key })
    }
}

/// The roles that a query finds, a page at a time.
pub async fn list(
    platform: &Platform,
    actor: &Actor,
    query: &RoleQuery,
) -> Result<RolePage, RoleError> {
    actor.require_any(MAY_SEE)?;
    let text = query.text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(fold);
    let permission = query.permission.map(quoted);
    let status = query.status.map(RoleStatus::as_str);
    let (sort, descending) = (query.sort, query.descending);
    let list = format!("roles {:?}", (&text, status, &permission, sort, descending));
    let behind: Option<Behind> = match &query.cursor {
        None => None,
        Some(text) => Some(cursor::open(platform, actor, &list, text).ok_or(RoleError::BadCursor)?),
    };
    let limit = if query.limit <= 0 { 50 } else { query.limit.min(PAGE_LIMIT) };
    let order = (
        match sort {
            RoleSort::Name => Sort::Name,
            RoleSort::Status => Sort::Status,
            RoleSort::Members => Sort::Holders,
            RoleSort::Modified => Sort::Modified,
        },
        if descending { Direction::Descending } else { Direction::Ascending },
    );
    let (mut found, by_status) = platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            let wanted =
                search::Wanted { text: text.as_deref(), status, permission: permission.as_deref() };
            let place = behind.as_ref().and_then(Behind::place);
            let found = search::page(&mut tx, wanted, order, place, limit + 1).await?;
            let by_status = search::by_status(&mut tx, wanted).await?;
            Ok::<_, store::Error>((found, by_status))
        })
        .await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| cursor::seal(platform, actor, &list, &Behind::of(last, sort)));
    let mut counts = StatusCounts::default();
    for (status, count) in by_status {
        match RoleStatus::parse(&status) {
            Some(RoleStatus::Draft) => counts.draft = count,
            Some(RoleStatus::Active) => counts.active = count,
            Some(RoleStatus::Inactive) | None => counts.inactive += count,
        }
    }
    let rows = found
        .into_iter()
        .map(|found| RoleRow {
            role: Role::from_record(found.role),
            active_members: found.holders.active,
            inactive_members: found.holders.all - found.holders.active,
        })
        .collect();
    Ok(RolePage { rows, counts, next })
}
