//! Who has a role: pages of them, and giving and taking it.

use seatlink_scim::{Document, fold};
use seatlink_store::{
    self as store, RoleId, Timestamp, Tx, UserId,
    roles::{
        Rank,
        holders::{HolderRecord, Names},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    PAGE_LIMIT, PEOPLE_LIMIT, Role, RoleError, RoleStatus, SECONDARY_LIMIT, absent,
    check::Complaints, somebody_manages,
};
use crate::{
    Platform,
    actor::Actor,
    cursor,
    directory::users,
    log::{self, Change, Event, Named},
    permission::Permission,
    tenants::{self, Profile, Tenant},
};

/// People of the tenant whose names one request looks at, when it searches by name.
const STRETCH: i64 = 5_000;

/// Whom to find among those who have a role.
#[derive(Clone, Debug, Default)]
pub struct PeopleQuery {
    /// What their user names begin with, without regard to case.
    pub name: Option<String>,
    /// [`PeoplePage::next`] of the page before, asked for with the same name.
    pub cursor: Option<String>,
    /// People of a page, 200 at most; 0 is 50.
    pub limit: i64,
}

/// Somebody who has a role.
#[derive(Clone, Debug)]
pub struct Holder {
    pub id: UserId,
    pub user_name: String,
    /// The display name, where there is one.
    pub display_name: Option<String>,
    pub active: bool,
    pub rank: Rank,
}

/// Found by name they are in the order of names, else in the order in which they came to the
/// tenant.
#[derive(Clone, Debug)]
pub struct PeoplePage {
    pub people: Vec<Holder>,
    /// The cursor of the next page. A search by name may have a next page behind one that is not
    /// full, even behind an empty one: it looks at a bounded number of people at a time.
    pub next: Option<String>,
}

#[derive(Serialize, Deserialize)]
enum Behind {
    #[serde(rename = "i")]
    Id(UserId),
    #[serde(rename = "n")]
    Name(String),
}

fn holder(record: HolderRecord) -> Holder {
    let display_name = Document::from_stored(&record.document)
        .ok()
        .and_then(|document| document.str_at(&["displayName"]).map(str::to_owned));
    Holder {
        id: record.id,
        user_name: record.user_name,
        display_name,
        active: record.active,
        rank: record.rank,
    }
}

/// Those who have a role, active or not.
pub async fn people(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    query: &PeopleQuery,
) -> Result<PeoplePage, RoleError> {
    actor.require(Permission::RolesView)?;
    let name = query.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(fold);
    let list = format!("people of {id} {name:?}");
    let behind: Option<Behind> = match &query.cursor {
        None => None,
        Some(text) => Some(cursor::open(platform, actor, &list, text).ok_or(RoleError::BadCursor)?),
    };
    let limit = if query.limit <= 0 { 50 } else { query.limit.min(PAGE_LIMIT) };
    let (people, next) = platform
        .db()
        .scan(actor.tenant, move |mut tx| async move {
            store::roles::find(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            match name {
                None => by_id(&mut tx, id, behind, limit).await,
                Some(name) => by_name(&mut tx, id, &name, behind, limit).await,
            }
        })
        .await?;
    let next = next.map(|behind| cursor::seal(platform, actor, &list, &behind));
    Ok(PeoplePage { people: people.into_iter().map(holder).collect(), next })
}

async fn by_id(
    tx: &mut Tx,
    id: RoleId,
    behind: Option<Behind>,
    limit: i64,
) -> Result<(Vec<HolderRecord>, Option<Behind>), RoleError> {
    let behind = match behind {
        Some(Behind::Id(id)) => id,
        Some(Behind::Name(_)) => return Err(RoleError::BadCursor),
        None => UserId::from(uuid::Uuid::nil()),
    };
    let mut found = store::roles::holders::people(tx, id, behind, limit + 1).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| Behind::Id(last.id));
    Ok((found, next))
}

async fn by_name(
    tx: &mut Tx,
    id: RoleId,
    name: &str,
    behind: Option<Behind>,
    limit: i64,
) -> Result<(Vec<HolderRecord>, Option<Behind>), RoleError> {
    let behind = match behind {
        Some(Behind::Name(name)) => name,
        Some(Behind::Id(_)) => return Err(RoleError::BadCursor),
        None => String::new(),
    };
    // Folded names are compared by code point, and this is the last one.
    let below = format!("{name}{}", char::MAX);
    let names = Names { behind: &behind, from: name, below: &below, stretch: STRETCH };
    let mut found = store::roles::holders::named(tx, id, names, limit + 1).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = if found.len() > size {
        found.truncate(size);
        found.last().map(|(_, key)| Behind::Name(key.clone()))
    } else {
        store::roles::holders::stretch_end(tx, names).await?.map(Behind::Name)
    };
    Ok((found.into_iter().map(|(record, _)| record).collect(), next))
}

/// Gives people a role, all of them or none. A primary role takes the place of the one before.
///
/// Answers how many have it now and did not have it so before. Up to 100 people, each with up to
/// ten secondary roles; nobody gives a role with permissions that they lack.
pub async fn assign(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    people: Vec<UserId>,
    rank: Rank,
) -> Result<u64, RoleError> {
    actor.require(Permission::RolesAssign)?;
    let people = each_once(people)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    let at = platform.now();
    let actor = actor.clone();
    let (given, enqueued) = platform
        .db()
        .write_again(actor.tenant, move |mut tx| async move {
            store::gate::roles(&mut tx).await?;
            let managed = somebody_manages(&mut tx).await?;
            let mut given = 0;
            let mut enqueued = 0;
            for user in people {
                let one = Giving { actor: &actor, tenant: &tenant, at, id, user, rank };
                if let Some(work) = one.give(&mut tx).await? {
                    given += 1;
                    enqueued += work;
                }
            }
            still_managed(&mut tx, managed).await?;
            Ok::<_, RoleError>((given, enqueued))
        })
        .await?;
    if enqueued > 0 {
        platform.wake();
    }
    Ok(given)
}

/// Takes a role from people, from all of them or from none. Answers how many had it.
///
/// In the contact-center profile everybody has a primary role, which goes only by giving another.
pub async fn unassign(
    platform: &Platform,
    actor: &Actor,
    id: RoleId,
    people: Vec<UserId>,
) -> Result<u64, RoleError> {
    actor.require(Permission::RolesAssign)?;
    let people = each_once(people)?;
    let tenant = tenants::load(platform, actor.tenant).await?;
    let at = platform.now();
    let actor = actor.clone();
    platform
        .db()
        .write_again(actor.tenant, move |mut tx| async move {
            store::gate::roles(&mut tx).await?;
            let managed = somebody_manages(&mut tx).await?;
            let record = store::roles::find(&mut tx, id).await?.ok_or_else(|| absent(id))?;
            let role = Role::from_record(record);
            let mut taken = 0;
            for user in people {
                let record =
                    store::users::lock(&mut tx, user).await?.ok_or(RoleError::NoUser(user))?;
                let held = store::roles::held(&mut tx, user).await?;
                match held.iter().find(|(held, _)| held.id == id) {
                    None => continue,
                    Some((_, Rank::Primary)) if tenant.profile == Profile::ContactCenter => {
                        return Err(RoleError::Primary(user));
                    }
                    Some(_) => {}
                }
                store::roles::drop_one(&mut tx, user, id).await?;
                let user = Named::new(user, record.user_name);
                let change = Change::new(Event::RoleTaken { user, role: role.named() })
                    .with_difference(json!({ "role": { "from": role.name, "to": null } }));
                log::record(&mut tx, &actor, at, &change).await?;
                taken += 1;
            }
            still_managed(&mut tx, managed).await?;
            Ok(taken)
        })
        .await
}

/// In one order, so that two who give roles to the same people do not wait for each other.
fn each_once(mut people: Vec<UserId>) -> Result<Vec<UserId>, RoleError> {
    people.sort_unstable();
    people.dedup();
    if people.len() > PEOPLE_LIMIT {
        return Err(RoleError::TooManyPeople);
    }
    Ok(people)
}

/// Whoever was the last to manage roles does not stop to.
async fn still_managed(tx: &mut Tx, managed: bool) -> Result<(), RoleError> {
    if managed && !somebody_manages(tx).await? {
        return Err(RoleError::LastManager);
    }
    Ok(())
}

/// One person who is given a role.
struct Giving<'a> {
    actor: &'a Actor,
    tenant: &'a Tenant,
    at: Timestamp,
    id: RoleId,
    user: UserId,
    rank: Rank,
}

impl Giving<'_> {
    /// How much work it makes; `None` if they have it already.
    async fn give(&self, tx: &mut Tx) -> Result<Option<u64>, RoleError> {
        let Self { actor, tenant, at, id, user, rank } = *self;
        // Two who give roles to one person count one after the other, and nobody is deleted
        // meanwhile.
        let record = store::users::lock(tx, user).await?.ok_or(RoleError::NoUser(user))?;
        let role = self.role(tx).await?;
        let held = store::roles::held(tx, user).await?;
        let had = held.iter().find(|(held, _)| held.id == id).map(|(_, rank)| *rank);
        // Who has it as the primary role has all of it.
        if had == Some(rank) || had == Some(Rank::Primary) {
            return Ok(None);
        }
        if rank == Rank::Primary && tenant.profile == Profile::ContactCenter {
            return Ok(Some(users::give_primary(tx, actor, tenant, record, &role, at).await?));
        }
        let secondary = held.iter().filter(|(_, rank)| *rank == Rank::Secondary).count();
        if rank == Rank::Secondary && secondary >= SECONDARY_LIMIT {
            return Err(RoleError::TooManyRoles);
        }
        store::roles::hold(tx, user, id, rank).await?;
        let user = Named::new(user, record.user_name);
        let event = match rank {
            Rank::Primary => Event::PrimaryRoleGiven { user, role: role.named() },
            Rank::Secondary => Event::SecondaryRoleGiven { user, role: role.named() },
        };
        let change = Change::new(event)
            .with_difference(json!({ "role": { "from": null, "to": role.name } }));
        log::record(tx, actor, at, &change).await?;
        Ok(Some(0))
    }

    /// The role, which stays active until the transaction ends.
    async fn role(&self, tx: &mut Tx) -> Result<Role, RoleError> {
        let record = store::roles::keep(tx, self.id).await?.ok_or_else(|| absent(self.id))?;
        let role = Role::from_record(record);
        if role.status != RoleStatus::Active {
            return Err(RoleError::NotActive { name: role.name, status: role.status });
        }
        let mut complaints = Complaints::default();
        complaints.given(self.actor, role.permissions);
        complaints.none()?;
        Ok(role)
    }
}
