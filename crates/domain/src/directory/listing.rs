//! Lists: which resources, in which order, how many in all, and the read that costs least.
//!
//! One function serves the lists of one type and the queries over all types. Without sorting, types
//! come one after another and each in order of ids, so that every page of every type is a walk of
//! an index.

mod cursor;
mod positions;
mod read;

use std::{sync::Arc, time::Duration};

use seatlink_scim::{
    Error as ScimError, ListQuery, Op, Projection, ResolvedFilter, ResourceType, SortOrder, Target,
    filter, schema,
};
use seatlink_store::{
    Tx,
    listing::{self, KeyForm, Position, Source, Table},
};

use self::cursor::{Binding, Walk};
pub(crate) use self::positions::Positions;
use self::read::Reach;
use super::{
    DirectoryError, Page, PagedBy, groups::Parts, log_refusal, may_read, resolved,
    resources::OwnType,
};
use crate::{
    Platform,
    actor::Actor,
    log::{Operation, Subject},
    tenants::{self, Tenant},
};

/// Resources of one page at most (`filter.maxResults`, RFC 7643 §5).
pub const PAGE_LIMIT: u64 = 1_000;
/// Resources of a page when the client names no `count`.
pub const PAGE_DEFAULT: u64 = 100;
/// How long a client may take from one page to the next (`pagination.cursorTimeout`, RFC 9865 §4).
pub const CURSOR_LIFETIME: Duration = Duration::from_hours(1);
/// Rows that a page may pass over on the threads for lists, some milliseconds. Who goes further
/// takes turns, so that leaps in a list of millions do not keep others from their pages.
const FAR: i64 = 50_000;

/// Which resource types a list is of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope<'a> {
    Users,
    Groups,
    Own(&'a OwnType),
    All,
}

/// What an answer shows of each resource type.
#[derive(Clone, Copy, Debug)]
pub struct Projections<'a> {
    pub user: &'a Projection,
    pub group: &'a Projection,
}

/// What of a resource is computed only if the answer shows it.
#[derive(Clone, Copy)]
struct Shown {
    /// The groups of users.
    groups: bool,
    /// What is known of the managers of users.
    manager: bool,
    /// The members of groups.
    members: Option<Parts>,
}

/// RFC 7644 §3.4.2.1: a query over all resource types.
pub async fn everything(
    platform: &Platform,
    actor: &Actor,
    query: &ListQuery,
    projections: Projections<'_>,
) -> Result<Page, DirectoryError> {
    list(platform, actor, Scope::All, query, projections).await
}

/// RFC 7644 §3.4.2.
pub(super) async fn list(
    platform: &Platform,
    actor: &Actor,
    scope: Scope<'_>,
    query: &ListQuery,
    projections: Projections<'_>,
) -> Result<Page, DirectoryError> {
    if let Err(forbidden) = may_read(actor) {
        let operation = Operation::Provision;
        let refused = Err(forbidden.into());
        let subject = match scope {
            Scope::Groups => Subject::Group,
            Scope::Own(own) => {
                return own.log_refusal(platform, actor, (operation, None), refused).await;
            }
            Scope::Users | Scope::All => Subject::User,
        };
        return log_refusal(platform, actor, (operation, subject, None), refused).await;
    }
    let tenant = tenants::load(platform, actor.tenant).await?;
    let kinds = match scope {
        Scope::Users => vec![Kind::Users],
        Scope::Groups => vec![Kind::Groups],
        Scope::Own(own) => {
            own.belongs_to(actor)?;
            vec![Kind::Own(own.clone())]
        }
        Scope::All => {
            let own = OwnType::all(&tenant).map(Kind::Own);
            [Kind::Users, Kind::Groups].into_iter().chain(own).collect()
        }
    };
    let (parts, order) = resolve(platform, actor, &tenant, kinds, query)?;
    let binding = query.cursor.as_ref().map(|_| Binding::of(actor, &parts, query));
    let wanted = Wanted::of(platform, query, binding.as_ref())?;
    let limit = wanted.limit;
    let is_point = matches!(&*parts, [Part { filter: Some(filter), .. }] if finds_one(filter));
    let is_quick =
        wanted.is_near() && parts.iter().all(|part| listing::is_quick(part.source(), limit));
    let is_filtered = query.filter.is_some();
    let shown = Shown {
        groups: projections.user.wants("groups"),
        manager: projections.user.wants_of(schema::ENTERPRISE_USER, "manager"),
        members: Parts::of(projections.group, &tenant),
    };
    let list = Arc::new(List { platform: platform.clone(), parts, order, wanted, shown });
    let read = |reach| {
        let list = Arc::clone(&list);
        move |mut tx: Tx| async move { list.read(&mut tx, reach).await }
    };
    // A question for one user is a point read; a page by an index a scan; anything else may walk
    // the tenant.
    let db = platform.db();
    let near = if is_point && query.cursor.is_none() {
        db.read(tenant.id, read(Reach::Any)).await?
    } else if list.is_counted() {
        db.scan(tenant.id, read(Reach::Near)).await?
    } else if is_quick {
        db.scan(tenant.id, read(Reach::Any)).await?
    } else {
        None
    };
    let found = match near {
        Some(found) => found,
        None => db.walk(tenant.id, read(Reach::Any)).await?.expect("any reach is enough"),
    };
    let paged_by = match binding {
        None => PagedBy::Index(query.start_index.max(1)),
        Some(binding) => PagedBy::Cursor(found.next.map(|place| {
            let total = is_filtered.then_some(found.total);
            binding.cursor(platform, &Walk { place, limit, total })
        })),
    };
    Ok(Page { total: found.total, paged_by, resources: found.resources })
}

/// A resource type.
enum Kind {
    Users,
    Groups,
    Own(OwnType),
}

impl Kind {
    fn table(&self) -> Table<'_> {
        match self {
            Self::Users => Table::Users,
            Self::Groups => Table::Groups,
            Self::Own(own) => Table::Resources(own.name()),
        }
    }

    fn resource_type<'a>(&'a self, tenant: &'a Tenant) -> &'a ResourceType {
        match self {
            Self::Users | Self::Groups => tenant
                .registry
                .resource_type(self.table().kind())
                .expect("every profile has users and groups"),
            Self::Own(own) => own.resource_type(),
        }
    }
}

/// One type of a list.
struct Part {
    kind: Kind,
    filter: Option<ResolvedFilter>,
    sorted_by: Option<Target>,
}

impl Part {
    fn source(&self) -> Source<'_> {
        Source {
            table: self.kind.table(),
            filter: self.filter.as_ref(),
            sorted_by: self.sorted_by.as_ref(),
        }
    }
}

#[derive(Clone, Copy)]
enum Order {
    Ids(SortOrder),
    Sorted(KeyForm, SortOrder),
}

/// Behind which resource a page begins.
struct Place {
    /// Which part.
    source: usize,
    position: Position,
}

enum From {
    Offset(i64),
    Walk(Option<Place>),
}

/// Which page of the list was asked for.
struct Wanted {
    from: From,
    limit: u64,
    /// Known from the page before.
    total: Option<u64>,
}

impl Wanted {
    fn of(
        platform: &Platform,
        query: &ListQuery,
        binding: Option<&Binding>,
    ) -> Result<Self, ScimError> {
        let limit = query.count.unwrap_or(PAGE_DEFAULT).min(PAGE_LIMIT);
        let Some((cursor, binding)) = query.cursor.as_deref().zip(binding) else {
            let offset = i64::try_from(query.start_index.max(1) - 1).unwrap_or(i64::MAX);
            return Ok(Self { from: From::Offset(offset), limit, total: None });
        };
        // A client that walks by cursor counts on pages of the size it named.
        if query.count.is_some_and(|count| count > PAGE_LIMIT) {
            return Err(ScimError::invalid_count(format!(
                "count must be a whole number from 1 to {PAGE_LIMIT}."
            )));
        }
        if cursor.is_empty() {
            return Ok(Self { from: From::Walk(None), limit, total: None });
        }
        let walk = binding.open(platform, cursor, query.count)?;
        Ok(Self { from: From::Walk(Some(walk.place)), limit: walk.limit, total: walk.total })
    }

    /// Whether little has to be passed over, if an index leads the way.
    const fn is_near(&self) -> bool {
        match self.from {
            From::Offset(offset) => offset <= FAR,
            From::Walk(_) => true,
        }
    }
}

struct List {
    platform: Platform,
    parts: Vec<Part>,
    order: Order,
    wanted: Wanted,
    shown: Shown,
}

fn resolve(
    platform: &Platform,
    actor: &Actor,
    tenant: &Tenant,
    kinds: Vec<Kind>,
    query: &ListQuery,
) -> Result<(Vec<Part>, Order), ScimError> {
    let registry = &tenant.registry;
    let is_alone = kinds.len() == 1;
    let mut parts = Vec::with_capacity(kinds.len());
    for kind in kinds {
        let rt = kind.resource_type(tenant);
        let (filter, sorted_by) = if is_alone {
            let filter = query.filter.as_ref().map(|filter| resolved(platform, actor, filter, rt));
            let path = query.sort_by.as_deref();
            let sorted_by = path.map(|path| filter::sort_target(path, rt, actor.leniency));
            (filter.transpose()?, sorted_by.transpose()?)
        } else {
            let filter = query
                .filter
                .as_ref()
                .map(|filter| filter.resolve_among(rt, registry, actor.leniency));
            let path = query.sort_by.as_deref();
            let sorted_by = path
                .map(|path| filter::sort_target_among(path, rt, registry, actor.leniency))
                .transpose()?;
            (filter.transpose()?, sorted_by.flatten())
        };
        parts.push(Part { kind, filter, sorted_by });
    }
    let order = match (&query.sort_by, &*parts) {
        (None, _) => Order::Ids(SortOrder::Ascending),
        (Some(_), [Part { sorted_by: Some(target), .. }]) if is_id(target) => {
            Order::Ids(query.sort_order)
        }
        (Some(path), parts) => {
            let sources: Vec<Source<'_>> = parts.iter().map(Part::source).collect();
            let form = listing::key_form(&sources).ok_or_else(|| {
                ScimError::invalid_value(format!(
                    "sortBy: {path} is not of one type in all resource types; ask one endpoint, such \
                     as /Users."
                ))
            })?;
            Order::Sorted(form, query.sort_order)
        }
    };
    Ok((parts, order))
}

fn is_id(target: &Target) -> bool {
    target.schema.is_none() && target.attribute == "id"
}

/// Whether at most a row or two can match, by an index.
fn finds_one(filter: &ResolvedFilter) -> bool {
    match filter {
        ResolvedFilter::Compare { target, op: Op::Eq, .. } => {
            target.schema.is_none()
                && target.sub.is_none()
                && matches!(target.attribute.as_str(), "userName" | "id" | "externalId")
        }
        ResolvedFilter::And(terms) => terms.iter().any(finds_one),
        _ => false,
    }
}
