//! Who is in which group. Member lists are edited by set statements and never loaded to be changed.

use std::collections::HashMap;

use seatlink_scim::filter::ResolvedFilter;
use uuid::Uuid;

use crate::{Error, GroupId, Param, Row, SqlBuf, Tx, UserId, filter_sql};

statements! {
    /// Whoever is added cannot be deleted before this transaction ends; who is being deleted is
    /// waited for.
    ADD_USER = "INSERT INTO memberships (tenant_id, group_id, member_id, member_type)
        SELECT tenant_id, $2::uuid, id, 'User' FROM users WHERE tenant_id = $1 AND id = $3 FOR KEY SHARE
        ON CONFLICT (tenant_id, group_id, member_id) DO NOTHING";
    ADD_USERS = "INSERT INTO memberships (tenant_id, group_id, member_id, member_type)
        SELECT tenant_id, $2::uuid, id, 'User' FROM users WHERE tenant_id = $1 AND id = ANY($3) FOR KEY SHARE
        ON CONFLICT (tenant_id, group_id, member_id) DO NOTHING";
    ADD_GROUPS = "INSERT INTO memberships (tenant_id, group_id, member_id, member_type)
        SELECT tenant_id, $2::uuid, id, 'Group' FROM groups WHERE tenant_id = $1 AND id = ANY($3) FOR KEY SHARE
        ON CONFLICT (tenant_id, group_id, member_id) DO NOTHING";
    REMOVE = "DELETE FROM memberships WHERE tenant_id = $1 AND group_id = $2 AND member_id = ANY($3)";
    REMOVE_ALL = "DELETE FROM memberships WHERE tenant_id = $1 AND group_id = $2";
    RETAIN = "DELETE FROM memberships WHERE tenant_id = $1 AND group_id = $2 AND NOT member_id = ANY($3)";
    OTHERS = "SELECT member_id FROM memberships
        WHERE tenant_id = $1 AND group_id = $2 AND NOT member_id = ANY($3)";
    REMOVE_EVERYWHERE = "DELETE FROM memberships WHERE tenant_id = $1 AND member_id = $2 RETURNING group_id";
    LOCK_GROUPS_OF = "SELECT id FROM groups
        WHERE tenant_id = $1 AND id IN (SELECT group_id FROM memberships WHERE tenant_id = $1 AND member_id = $2)
        ORDER BY id FOR UPDATE";
    COUNT = "SELECT COUNT(*) FROM memberships WHERE tenant_id = $1 AND group_id = $2";
    AMONG = "SELECT member_id FROM memberships
        WHERE tenant_id = $1 AND group_id = $2 AND member_id = ANY($3)";
    LOOK_AT = "SELECT (SELECT COUNT(*) FROM users WHERE tenant_id = $1 AND id = ANY($3)),
            (SELECT COUNT(*) FROM memberships WHERE tenant_id = $1 AND group_id = $2 AND member_id = ANY($3)),
            (SELECT COUNT(*) FROM memberships WHERE tenant_id = $1 AND member_id = ANY($3))";
    PAGE = "SELECT member_id, member_type FROM memberships
        WHERE tenant_id = $1 AND group_id = $2 AND member_id > $3 ORDER BY member_id LIMIT $4";
    /// The documents of users hold the name as it is shown; their search form has it folded.
    NAMED_PAGE = "SELECT m.member_id, m.member_type, g.display_name, u.document
        FROM memberships m
        LEFT JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.member_id AND m.member_type = 'User'
        LEFT JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.member_id AND m.member_type = 'Group'
        WHERE m.tenant_id = $1 AND m.group_id = $2 AND m.member_id > $3 ORDER BY m.member_id LIMIT $4";
    GROUPS_OF = "SELECT member_id, group_id FROM memberships WHERE tenant_id = $1 AND member_id = ANY($2)";
    /// Of everybody from one id to another, nested groups among them: one walk of the index, and
    /// one look where nobody is in a group.
    GROUPS_BETWEEN = "SELECT member_id, group_id FROM memberships
        WHERE tenant_id = $1 AND member_id >= $2 AND member_id <= $3";
    CALLED = "SELECT g.id, g.display_name,
            (SELECT 1 FROM memberships n
                WHERE n.tenant_id = $1 AND n.member_id = g.id AND n.member_type = 'Group' LIMIT 1) IS NOT NULL
        FROM groups g WHERE g.tenant_id = $1 AND g.id = ANY($2)";
    /// `CROSS JOIN` keeps SQLite from starting at the groups: the memberships of one person are
    /// few. `LIMIT 1` keeps PostgreSQL from reading all memberships once instead of looking up a
    /// few, as it does for `EXISTS`.
    DIRECT_OF = "SELECT m.member_id, g.id, g.display_name,
            (SELECT 1 FROM memberships n
                WHERE n.tenant_id = $1 AND n.member_id = g.id AND n.member_type = 'Group' LIMIT 1) IS NOT NULL
        FROM memberships m CROSS JOIN groups g
        WHERE m.tenant_id = $1 AND m.member_id = $2 AND g.tenant_id = $1 AND g.id = m.group_id";
    /// `UNION`, not `UNION ALL`: a group already seen is not walked again, so cycles end.
    ABOVE = "WITH RECURSIVE above (id) AS (
            SELECT group_id FROM memberships WHERE tenant_id = $1 AND member_id = ANY($2)
            UNION
            SELECT m.group_id FROM above a CROSS JOIN memberships m WHERE m.tenant_id = $1 AND m.member_id = a.id
        )
        SELECT m.member_id, g.id, g.display_name, TRUE FROM above a CROSS JOIN memberships m CROSS JOIN groups g
        WHERE m.tenant_id = $1 AND m.member_id = a.id AND g.tenant_id = $1 AND g.id = m.group_id";
    /// `UNION`, not `UNION ALL`: a group already seen is not walked again.
    USERS_BELOW = "WITH RECURSIVE below (id) AS (
            SELECT member_id FROM memberships WHERE tenant_id = $1 AND group_id = $2
            UNION
            SELECT m.member_id FROM below b CROSS JOIN memberships m WHERE m.tenant_id = $1 AND m.group_id = b.id
        )
        SELECT u.id FROM below b CROSS JOIN users u WHERE u.tenant_id = $1 AND u.id = b.id ORDER BY u.id";
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MemberType {
    User,
    Group,
}

impl MemberType {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    fn of(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        Ok(if row.text(column)? == "Group" { Self::Group } else { Self::User })
    }
}

#[derive(Clone, Debug)]
pub struct MembershipRecord {
    pub member: Uuid,
    pub kind: MemberType,
    /// What shows the member's name, where it was asked for.
    pub name: MemberName,
}

#[derive(Clone, Debug)]
pub enum MemberName {
    Unread,
    Group(String),
    /// The document of a user, which may hold a `displayName`.
    UserDocument(String),
}

/// `member` is in `group`, which is called `display_name`.
#[derive(Clone, Debug)]
pub struct GroupOfRecord {
    pub member: Uuid,
    pub group: GroupId,
    pub display_name: String,
    /// Whether the group may itself be in another.
    pub nested: bool,
}

/// Adds the user if there is such a one; whether the membership is new.
pub async fn add_user(tx: &mut Tx, group: GroupId, user: Uuid) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(group.uuid()), Param::Id(user)];
    Ok(tx.execute(ADD_USER, &params).await? == 1)
}

/// Adds those of `ids` that exist in this tenant; the answer counts new memberships.
pub async fn add(
    tx: &mut Tx,
    group: GroupId,
    kind: MemberType,
    ids: &[Uuid],
) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let sql = match kind {
        MemberType::User => ADD_USERS,
        MemberType::Group => ADD_GROUPS,
    };
    tx.execute(sql, &[Param::Id(tenant), Param::Id(group.uuid()), Param::Ids(ids)]).await
}

/// The answer counts memberships that were there; naming a non-member changes nothing.
pub async fn remove(tx: &mut Tx, group: GroupId, ids: &[Uuid]) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(group.uuid()), Param::Ids(ids)];
    tx.execute(REMOVE, &params).await
}

pub async fn remove_all(tx: &mut Tx, group: GroupId) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    tx.execute(REMOVE_ALL, &[Param::Id(tenant), Param::Id(group.uuid())]).await
}

/// Removes every member that is not one of `ids`.
pub async fn retain(tx: &mut Tx, group: GroupId, ids: &[Uuid]) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(group.uuid()), Param::Ids(ids)];
    tx.execute(RETAIN, &params).await
}

/// The members that [`retain`] would remove.
pub async fn others(tx: &mut Tx, group: GroupId, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(group.uuid()), Param::Ids(ids)];
    tx.fetch_all(OTHERS, &params, |row| row.get(0)).await
}

/// Locks every group that has the member. To be done before the member itself is locked for its
/// end: whoever adds a member has locked the group first too, and in one order nobody waits for
/// each other.
pub async fn lock_groups_of(tx: &mut Tx, member: Uuid) -> Result<Vec<GroupId>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(member)];
    tx.fetch_all(LOCK_GROUPS_OF, &params, |row| row.get(0)).await
}

/// Takes a user or group out of every group it is in, and names these groups.
pub async fn remove_everywhere(tx: &mut Tx, member: Uuid) -> Result<Vec<Uuid>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(member)];
    tx.fetch_all(REMOVE_EVERYWHERE, &params, |row| row.get(0)).await
}

pub async fn count(tx: &mut Tx, group: GroupId) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_one(COUNT, &[Param::Id(tenant), Param::Id(group.uuid())], |row| row.get(0)).await
}

/// Those of `ids` that are members.
pub async fn among(tx: &mut Tx, group: GroupId, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(group.uuid()), Param::Ids(ids)];
    tx.fetch_all(AMONG, &params, |row| row.get(0)).await
}

/// Looks where adding or removing these users will look, for [`crate::Db::read_ahead`].
pub async fn look_at(tx: &mut Tx, group: GroupId, users: &[Uuid]) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(group.uuid()), Param::Ids(users)];
    tx.fetch_one(LOOK_AT, &params, |_| Ok(())).await
}

/// The members of whom the filter, relative to a member, holds.
pub async fn matching(
    tx: &mut Tx,
    group: GroupId,
    filter: &ResolvedFilter,
) -> Result<Vec<Uuid>, Error> {
    let tenant = tx.tenant().uuid();
    let mut sql = SqlBuf::new(tx.dialect());
    sql.push("SELECT m.member_id FROM memberships AS m WHERE m.tenant_id = ")
        .bind(Param::Id(tenant));
    sql.push(" AND m.group_id = ").bind(Param::Id(group.uuid())).push(" AND ");
    filter_sql::push_members(&mut sql, filter, tenant);
    tx.fetch_all(&sql, &[], |row| row.get(0)).await
}

/// The next members in the order of their ids.
pub async fn page(
    tx: &mut Tx,
    group: GroupId,
    after: Uuid,
    limit: i64,
) -> Result<Vec<MembershipRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(group.uuid()), Param::Id(after), Param::Int(limit)];
    tx.fetch_all(PAGE, &params, |row| {
        let kind = MemberType::of(row, 1)?;
        Ok(MembershipRecord { member: row.get(0)?, kind, name: MemberName::Unread })
    })
    .await
}

/// [`page`] with what the members are called.
pub async fn named_page(
    tx: &mut Tx,
    group: GroupId,
    after: Uuid,
    limit: i64,
) -> Result<Vec<MembershipRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(group.uuid()), Param::Id(after), Param::Int(limit)];
    tx.fetch_all(NAMED_PAGE, &params, |row| {
        let name = match (row.opt_text(2)?, row.opt_text(3)?) {
            (Some(name), _) => MemberName::Group(name.to_owned()),
            (None, Some(document)) => MemberName::UserDocument(document.to_owned()),
            (None, None) => MemberName::Unread,
        };
        Ok(MembershipRecord { member: row.get(0)?, kind: MemberType::of(row, 1)?, name })
    })
    .await
}

fn group_of(row: &Row<'_>) -> Result<GroupOfRecord, Error> {
    Ok(GroupOfRecord {
        member: row.get(0)?,
        group: row.get(1)?,
        display_name: row.get(2)?,
        nested: row.get(3)?,
    })
}

/// The groups that name this user or group directly, in no particular order.
pub async fn direct_of(tx: &mut Tx, member: Uuid) -> Result<Vec<GroupOfRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(DIRECT_OF, &[Param::Id(tenant), Param::Id(member)], group_of).await
}

/// The groups that name one of these users or groups directly, in no particular order.
pub async fn direct(tx: &mut Tx, members: &[Uuid]) -> Result<Vec<GroupOfRecord>, Error> {
    if let [one] = members {
        return direct_of(tx, *one).await;
    }
    let tenant = tx.tenant().uuid();
    let pairs = tx.fetch_all(GROUPS_OF, &[Param::Id(tenant), Param::Ids(members)], pair).await?;
    called(tx, pairs).await
}

/// The groups that name one of the users from one id to another directly, in no particular order.
/// Groups whose ids are between these may be among the members.
pub async fn direct_between(
    tx: &mut Tx,
    first: Uuid,
    last: Uuid,
) -> Result<Vec<GroupOfRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(first), Param::Id(last)];
    let pairs = tx.fetch_all(GROUPS_BETWEEN, &params, pair).await?;
    called(tx, pairs).await
}

fn pair(row: &Row<'_>) -> Result<(Uuid, Uuid), Error> {
    Ok((row.get(0)?, row.get(1)?))
}

/// Members and their groups, each group looked up once however many of its members there are.
async fn called(tx: &mut Tx, pairs: Vec<(Uuid, Uuid)>) -> Result<Vec<GroupOfRecord>, Error> {
    let mut ids: Vec<Uuid> = pairs.iter().map(|(_, group)| *group).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let params = [Param::Id(tx.tenant().uuid()), Param::Ids(&ids)];
    let decode = |row: &Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)));
    let found: Vec<(Uuid, (String, bool))> = tx.fetch_all(CALLED, &params, decode).await?;
    let found: HashMap<Uuid, (String, bool)> = found.into_iter().collect();
    let named = |(member, group): (Uuid, Uuid)| {
        let (display_name, nested) = found.get(&group)?.clone();
        Some(GroupOfRecord { member, group: group.into(), display_name, nested })
    };
    Ok(pairs.into_iter().filter_map(named).collect())
}

/// Which group is in which, from the groups of these members upwards. Nothing where no group is
/// nested.
pub async fn above(tx: &mut Tx, members: &[Uuid]) -> Result<Vec<GroupOfRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(ABOVE, &[Param::Id(tenant), Param::Ids(members)], group_of).await
}

/// Every user reached from the group, through nested groups too; cycles end the walk.
pub async fn users_below(tx: &mut Tx, group: GroupId) -> Result<Vec<UserId>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(USERS_BELOW, &[Param::Id(tenant), Param::Id(group.uuid())], |row| row.get(0)).await
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

    use crate::{Db, Durability, Error, Location, Options, Param, TenantId};
    use uuid::Uuid;

    async fn sqlite(folder: &tempfile::TempDir) -> Db {
        let location = Location::Sqlite { path: folder.path().join("seatlink.db") };
        Db::open(Options { location, durability: Durability::Normal }).await.unwrap()
    }

    async fn plan(db: &Db, sql: &str) -> Vec<String> {
        let count = (1..=9).take_while(|n| sql.contains(&format!("${n}"))).count();
        let text: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {sql}").into());
        let lines: Result<Vec<String>, Error> = db
            .scan(TenantId::from(Uuid::nil()), move |mut tx| async move {
                tx.fetch_all(text, &vec![Param::Null; count], |row| row.get(3)).await
            })
            .await;
        lines.unwrap()
    }

    #[tokio::test]
    async fn what_is_shown_of_the_groups_of_a_user_is_in_indexes() {
        let folder = tempfile::tempdir().unwrap();
        let db = sqlite(&folder).await;
        let mut asked = 0;
        for (file, name, sql) in crate::statements() {
            // No group that a user is in directly is read, and none of them is looked for among all
            // members.
            if !sql.contains("LIMIT 1) IS NOT NULL") {
                continue;
            }
            asked += 1;
            let lines = plan(&db, sql).await;
            for step in ["SEARCH g USING COVERING INDEX ix_groups_shown", "ix_memberships_nested"] {
                assert!(
                    lines.iter().any(|line| line.contains(step)),
                    "{file}.{name}: {step}: {lines:#?}"
                );
            }
        }
        assert_eq!(asked, 3);
    }

    /// SQLite has no statistics: left to itself it starts a step of such a walk at every membership
    /// of the tenant, and each write of a user would read them all.
    #[tokio::test]
    async fn walks_through_nested_groups_look_up_one_group_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let db = sqlite(&folder).await;
        let mut walks = 0;
        for (file, name, sql) in crate::statements() {
            if !sql.contains("WITH RECURSIVE") {
                continue;
            }
            walks += 1;
            let lines = plan(&db, sql).await;
            let walks_all =
                |line: &String| line.contains("memberships") && line.ends_with("(tenant_id=?)");
            let plain =
                |line: &String| line.starts_with("SEARCH m ") && line.ends_with("(tenant_id=?)");
            assert!(
                !lines.iter().any(|line| walks_all(line) || plain(line)),
                "{file}.{name}: {lines:#?}"
            );
        }
        assert!(walks >= 6, "only {walks} statements walk");
    }
}
