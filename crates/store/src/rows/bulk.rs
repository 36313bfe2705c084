//! Many new people in one transaction: what an import writes, at the least cost for each of them.
//!
//! PostgreSQL takes a whole batch as arrays in one statement for each table. SQLite runs in this
//! process, where one prepared statement stepped for every row costs less than taking arrays apart.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{
    Error, Param, RoleId, Tx, UserId,
    changes::ChangeWrite,
    dialect::{Dialect, Stmt},
    roles::Rank,
    users::{UserRecord, UserWrite, from_row},
};

/// One text for a row, one for a batch. The unique index on the name decides who is new, so nobody
/// is looked up first.
const INSERT_USERS: Stmt = Stmt::per_dialect(
    "INSERT INTO users (tenant_id, id, user_name, user_name_key, external_id, active, version,
            created_at, modified_at, password_hash, failed_logins, locked_until, document, search, manager_id)
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, NULL, 0, NULL, $8, $9, $10)
        ON CONFLICT (tenant_id, user_name_key) DO NOTHING",
    "INSERT INTO users (tenant_id, id, user_name, user_name_key, external_id, active, version,
            created_at, modified_at, password_hash, failed_logins, locked_until, document, search, manager_id)
        SELECT $1::uuid, n.id, n.user_name, n.user_name_key, CASE WHEN n.has_external = 'true' THEN n.external_id END,
            CAST(n.active AS BOOLEAN), 1, $2::bigint, $2::bigint, NULL, 0, NULL, n.document, CAST(n.search AS JSONB),
            NULLIF(n.manager_id, CAST('00000000-0000-0000-0000-000000000000' AS UUID))
        FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                $11::uuid[])
            AS n (id, user_name, user_name_key, external_id, has_external, active, document, search, manager_id)
        ON CONFLICT (tenant_id, user_name_key) DO NOTHING RETURNING id",
);

const INSERT_EMAILS: Stmt = Stmt::per_dialect(
    "INSERT INTO user_emails (tenant_id, value_key, user_id) VALUES ($1, $2, $3)",
    "INSERT INTO user_emails (tenant_id, value_key, user_id)
        SELECT $1::uuid, n.value_key, n.user_id FROM unnest($2::text[], $3::uuid[]) AS n (value_key, user_id)",
);

const HOLD: Stmt = Stmt::per_dialect(
    "INSERT INTO user_roles (tenant_id, user_id, role_id, rank) VALUES ($1, $2, $3, $4)",
    "INSERT INTO user_roles (tenant_id, user_id, role_id, rank)
        SELECT $1::uuid, n.user_id, n.role_id, $2::text FROM unnest($3::uuid[], $4::uuid[]) AS n (user_id, role_id)",
);

const APPEND: Stmt = Stmt::per_dialect(
    "INSERT INTO changes (tenant_id, at, actor_kind, actor_id, actor_name, connection, request_id,
            operation, resource_type, resource_id, difference, reason, event)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $11, $12)",
    "INSERT INTO changes (tenant_id, at, actor_kind, actor_id, actor_name, connection, request_id,
            operation, resource_type, resource_id, difference, reason, event)
        SELECT $1::uuid, $2::bigint, $3::text, $4::text, $5::text, $6::text, $7::text,
            $8::text, $9::text, n.id, NULL, $10::text, n.event
        FROM unnest($11::uuid[], $12::text[]) AS n (id, event)",
);

statements! {
    FIND_BY_USER_NAMES = "SELECT id, user_name, external_id, active, version, created_at, modified_at, document,
            manager_id, user_name_key
        FROM users WHERE tenant_id = $1 AND user_name_key = ANY($2)";
}

/// Inserts everyone whose name is free, with their addresses. The answer says who that was, in the
/// order given.
pub async fn insert_users(tx: &mut Tx, users: &[UserWrite<'_>]) -> Result<Vec<bool>, Error> {
    let inserted = match tx.dialect() {
        Dialect::Sqlite => insert_one_by_one(tx, users).await?,
        Dialect::Postgres => insert_at_once(tx, users).await?,
    };
    let mut emails = Vec::with_capacity(users.len());
    for (user, _) in users.iter().zip(&inserted).filter(|(_, inserted)| **inserted) {
        emails.extend(user.email_keys.iter().map(|key| (key.as_str(), user.id.uuid())));
    }
    insert_emails(tx, &emails).await?;
    Ok(inserted)
}

async fn insert_one_by_one(tx: &mut Tx, users: &[UserWrite<'_>]) -> Result<Vec<bool>, Error> {
    let tenant = tx.tenant().uuid();
    let mut inserted = Vec::with_capacity(users.len());
    for user in users {
        let params = [
            Param::Id(tenant),
            Param::Id(user.id.uuid()),
            Param::Text(user.user_name),
            Param::Text(user.user_name_key),
            Param::OptText(user.external_id),
            Param::Bool(user.active),
            Param::Int(user.at.micros()),
            Param::Text(user.document),
            Param::Json(user.search),
            Param::OptId(user.manager.map(UserId::uuid)),
        ];
        inserted.push(tx.execute(INSERT_USERS, &params).await? == 1);
    }
    Ok(inserted)
}

async fn insert_at_once(tx: &mut Tx, users: &[UserWrite<'_>]) -> Result<Vec<bool>, Error> {
    let Some(first) = users.first() else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = users.iter().map(|user| user.id.uuid()).collect();
    let bit = |set: bool| if set { "true" } else { "false" };
    let external: Vec<&str> = users.iter().map(|user| user.external_id.unwrap_or("")).collect();
    let has_external: Vec<&str> =
        users.iter().map(|user| bit(user.external_id.is_some())).collect();
    let active: Vec<&str> = users.iter().map(|user| bit(user.active)).collect();
    let names: Vec<&str> = users.iter().map(|user| user.user_name).collect();
    let keys: Vec<&str> = users.iter().map(|user| user.user_name_key).collect();
    let documents: Vec<&str> = users.iter().map(|user| user.document).collect();
    let searches: Vec<&str> = users.iter().map(|user| user.search).collect();
    let managers: Vec<Uuid> =
        users.iter().map(|user| user.manager.map_or(Uuid::nil(), UserId::uuid)).collect();
    let params = [
        Param::Id(tx.tenant().uuid()),
        Param::Int(first.at.micros()),
        Param::Ids(&ids),
        Param::Texts(&names),
        Param::Texts(&keys),
        Param::Texts(&external),
        Param::Texts(&has_external),
        Param::Texts(&active),
        Param::Texts(&documents),
        Param::Texts(&searches),
        Param::Ids(&managers),
    ];
    let new: Vec<Uuid> = tx.fetch_all(INSERT_USERS, &params, |row| row.get(0)).await?;
    let new: HashSet<Uuid> = new.into_iter().collect();
    Ok(ids.iter().map(|id| new.contains(id)).collect())
}

async fn insert_emails(tx: &mut Tx, emails: &[(&str, Uuid)]) -> Result<(), Error> {
    let tenant = Param::Id(tx.tenant().uuid());
    match tx.dialect() {
        Dialect::Sqlite => {
            for (key, user) in emails {
                tx.execute(INSERT_EMAILS, &[tenant, Param::Text(key), Param::Id(*user)]).await?;
            }
        }
        Dialect::Postgres if emails.is_empty() => {}
        Dialect::Postgres => {
            let (keys, users): (Vec<&str>, Vec<Uuid>) = emails.iter().copied().unzip();
            tx.execute(INSERT_EMAILS, &[tenant, Param::Texts(&keys), Param::Ids(&users)]).await?;
        }
    }
    Ok(())
}

/// Gives people who are new their primary role.
pub async fn hold_primary(tx: &mut Tx, holders: &[(UserId, RoleId)]) -> Result<(), Error> {
    let tenant = Param::Id(tx.tenant().uuid());
    let rank = Param::Text(Rank::Primary.as_str());
    match tx.dialect() {
        Dialect::Sqlite => {
            for (user, role) in holders {
                let params = [tenant, Param::Id(user.uuid()), Param::Id(role.uuid()), rank];
                tx.execute(HOLD, &params).await?;
            }
        }
        Dialect::Postgres if holders.is_empty() => {}
        Dialect::Postgres => {
            let (users, roles): (Vec<Uuid>, Vec<Uuid>) =
                holders.iter().map(|(user, role)| (user.uuid(), role.uuid())).unzip();
            tx.execute(HOLD, &[tenant, rank, Param::Ids(&users), Param::Ids(&roles)]).await?;
        }
    }
    Ok(())
}

/// One log row for each resource and its event; the rest of the row is the same for all.
pub async fn append_changes(
    tx: &mut Tx,
    common: ChangeWrite<'_>,
    rows: &[(Uuid, String)],
) -> Result<(), Error> {
    let head = [
        Param::Id(tx.tenant().uuid()),
        Param::Int(common.at.micros()),
        Param::Text(common.actor_kind),
        Param::OptText(common.actor_id),
        Param::Text(common.actor_name),
        Param::OptText(common.connection),
        Param::OptText(common.request_id),
        Param::Text(common.operation),
        Param::Text(common.resource_type),
    ];
    let mut params = [Param::Null; 12];
    params[..head.len()].copy_from_slice(&head);
    let reason = Param::Text(common.reason);
    match tx.dialect() {
        Dialect::Sqlite => {
            for (id, event) in rows {
                params[9..].copy_from_slice(&[Param::Id(*id), reason, Param::Text(event)]);
                tx.execute(APPEND, &params).await?;
            }
        }
        Dialect::Postgres if rows.is_empty() => {}
        Dialect::Postgres => {
            let (ids, events): (Vec<Uuid>, Vec<&str>) =
                rows.iter().map(|(id, event)| (*id, event.as_str())).unzip();
            let mut params = params;
            params[9..].copy_from_slice(&[reason, Param::Ids(&ids), Param::Texts(&events)]);
            tx.execute(APPEND, &params).await?;
        }
    }
    Ok(())
}

/// Everyone of these folded names, each with that name.
pub async fn find_by_user_names(
    tx: &mut Tx,
    keys: &[&str],
) -> Result<Vec<(String, UserRecord)>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Texts(keys)];
    tx.fetch_all(FIND_BY_USER_NAMES, &params, |row| Ok((row.get(9)?, from_row(row)?))).await
}
