//! Users: the SCIM document, its search form and the columns that hot paths ask for.

use serde_json::Value;
use uuid::Uuid;

use crate::{
    Dialect, Error, Param, Row, SystemTx, TenantId, Timestamp, Tx, UserId,
    memberships::GroupOfRecord,
};

statements! {
    INSERT = "INSERT INTO users (tenant_id, id, user_name, user_name_key, external_id, active, version,
            created_at, modified_at, password_hash, failed_logins, locked_until, document, search, manager_id)
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, NULL, 0, NULL, $8, $9, $10)
        ON CONFLICT (tenant_id, user_name_key) DO NOTHING";
    /// Names no indexed column, so that no index is touched.
    UPDATE_DOCUMENT = "UPDATE users SET version = version + 1, modified_at = $3, document = $4, search = $5
        WHERE tenant_id = $1 AND id = $2 AND version = $6";
    UPDATE_ACTIVE = @changing_access "UPDATE users SET version = version + 1, modified_at = $3, document = $4, search = $5,
            active = $7
        WHERE tenant_id = $1 AND id = $2 AND version = $6";
    UPDATE = @changing_access "UPDATE users SET user_name = $3, user_name_key = $4, external_id = $5, active = $6,
            version = version + 1, modified_at = $7, document = $8, search = $9
        WHERE tenant_id = $1 AND id = $2 AND version = $10";
    FIND = "SELECT id, user_name, external_id, active, version, created_at, modified_at, document,
            manager_id FROM users WHERE tenant_id = $1 AND id = $2";
    /// The user, and behind it the groups it is in: one answer for both. A group has no version
    /// here.
    FIND_WITH_GROUPS = "SELECT id, user_name, external_id, active, version, created_at, modified_at, document,
            manager_id, FALSE
        FROM users WHERE tenant_id = $1 AND id = $2
        UNION ALL
        SELECT g.id, g.display_name, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            (SELECT 1 FROM memberships n 
                WHERE n.tenant_id = $1 AND n.member_id = g.id AND n.member_type = 'Group' LIMIT 1) IS NOT NULL
        FROM memberships m CROSS JOIN groups g
        WHERE m.tenant_id = $1 AND m.member_id = $2 AND g.tenant_id = $1 AND g.id = m.group_id";
    FIND_BY_USER_NAME = "SELECT id, user_name, external_id, active, version, created_at, modified_at, document,
            manager_id FROM users WHERE tenant_id = $1 AND user_name_key = $2";
    /// The name first, then the external id; two rows tell one match from several.
    FIND_INACTIVE = "SELECT 'user-name' AS met, id, user_name FROM users
        WHERE tenant_id = $1 AND user_name_key = $2 AND active = FALSE
        UNION ALL
        SELECT 'external-id' AS met, id, user_name FROM users
        WHERE tenant_id = $1 AND external_id = $3 AND active = FALSE
        UNION ALL
        SELECT 'email' AS met, u.id, u.user_name FROM user_emails e
        CROSS JOIN users u
        WHERE e.tenant_id = $1 AND e.value_key = ANY($4) AND u.tenant_id = $1 AND u.id = e.user_id AND u.active = FALSE
        ORDER BY 1 DESC, 2 LIMIT 2";
    /// A user that changes may join a group at the same time.
    LOCK = "SELECT id, user_name, external_id, active, version, created_at, modified_at, document,
            manager_id FROM users WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE";
    LOCK_FOR_REMOVAL = "SELECT id, user_name, external_id, active, version, created_at, modified_at, document,
            manager_id FROM users WHERE tenant_id = $1 AND id = $2 FOR UPDATE";
    /// Waits for whoever is changing the user.
    FIND_SETTLED = "SELECT id, user_name, external_id, active, version, created_at, modified_at, document,
            manager_id FROM users WHERE tenant_id = $1 AND id = $2 FOR SHARE";
    SET_MANAGER = "UPDATE users SET manager_id = $3 WHERE tenant_id = $1 AND id = $2";
    LOCK_REPORTS = "SELECT id, user_name, external_id, active, version, created_at, modified_at, document,
            manager_id FROM users WHERE tenant_id = $1 AND manager_id = $2 AND id <> $2 ORDER BY id LIMIT $3 FOR NO KEY UPDATE";
    DOCUMENT = "SELECT document FROM users WHERE tenant_id = $1 AND id = $2";
    KEEP = "SELECT id FROM users WHERE tenant_id = $1 AND id = ANY($2) ORDER BY id FOR KEY SHARE";
    DOCUMENTS = "SELECT id, document FROM users WHERE tenant_id = $1 AND id = ANY($2)";
    DELETE = @changing_access "DELETE FROM users WHERE tenant_id = $1 AND id = $2";
    DELETE_EMAILS = "DELETE FROM user_emails WHERE tenant_id = $1 AND value_key = ANY($2) AND user_id = $3";
    INSERT_EMAIL = "INSERT INTO user_emails (tenant_id, value_key, user_id) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, value_key, user_id) DO NOTHING";
    SET_PASSWORD = "UPDATE users SET password_hash = $3, failed_logins = 0, locked_until = NULL
        WHERE tenant_id = $1 AND id = $2";
    FIND_SIGN_IN = "SELECT tenant_id, id, active, password_hash, failed_logins, locked_until
        FROM users WHERE user_name_key = $1 AND password_hash IS NOT NULL";
    RECORD_FAILURE = "UPDATE users SET failed_logins = failed_logins + 1,
            locked_until = CASE WHEN failed_logins + 1 >= $3 THEN $4 ELSE locked_until END
        WHERE tenant_id = $1 AND id = $2 RETURNING failed_logins";
    FIND_STANDING = "SELECT active, locked_until, user_name, document FROM users WHERE tenant_id = $1 AND id = $2";
    RECORD_SUCCESS = "UPDATE users SET failed_logins = 0, locked_until = NULL WHERE tenant_id = $1 AND id = $2";
}

/// What a user is, without password and search form.
#[derive(Clone, Debug)]
pub struct UserRecord {
    pub id: UserId,
    pub user_name: String,
    pub external_id: Option<String>,
    pub active: bool,
    pub version: i64,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    /// The canonical SCIM document without `id`, `meta` and `groups`.
    pub document: String,
    /// The id in `manager`, which may be nobody's.
    pub manager: Option<UserId>,
}

/// By what an inactive user was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MetBy {
    UserName,
    ExternalId,
    Email,
}

/// Somebody inactive whom a create may be about.
#[derive(Clone, Debug)]
pub struct InactiveRecord {
    pub met: MetBy,
    pub id: UserId,
    pub user_name: String,
}

/// The search form as it is stored: without what filters read elsewhere. The name and the external
/// id have columns, and which schemas a user has shows in the names of its attributes.
pub fn search_text(form: Value) -> String {
    match form {
        Value::Object(mut form) => {
            form.retain(|name, _| !matches!(name.as_str(), "schemas" | "userName" | "externalId"));
            Value::Object(form).to_string()
        }
        other => other.to_string(),
    }
}

/// What is written when a user is created or changed.
#[derive(Clone, Copy, Debug)]
pub struct UserWrite<'a> {
    pub id: UserId,
    pub user_name: &'a str,
    pub user_name_key: &'a str,
    pub external_id: Option<&'a str>,
    pub active: bool,
    pub at: Timestamp,
    pub document: &'a str,
    pub search: &'a str,
    pub email_keys: &'a [String],
    pub manager: Option<UserId>,
}

/// What signing in needs to know of someone with a password.
#[derive(Clone, Debug)]
pub struct SignInRecord {
    pub tenant: TenantId,
    pub id: UserId,
    pub active: bool,
    pub password_hash: String,
    pub failed_logins: i64,
    pub locked_until: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct StandingRecord {
    pub active: bool,
    pub locked_until: Option<Timestamp>,
    pub user_name: String,
    pub document: String,
}

pub(crate) fn from_row(row: &Row<'_>) -> Result<UserRecord, Error> {
    Ok(UserRecord {
        id: row.get(0)?,
        user_name: row.get(1)?,
        external_id: row.get(2)?,
        active: row.get(3)?,
        version: row.get(4)?,
        created_at: row.get(5)?,
        modified_at: row.get(6)?,
        document: row.get(7)?,
        manager: row.get(8)?,
    })
}

/// False, and nothing written, when the user name is taken.
pub async fn insert(tx: &mut Tx, user: UserWrite<'_>) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
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
    if tx.execute(INSERT, &params).await? == 0 {
        return Ok(false);
    }
    insert_emails(tx, user).await?;
    Ok(true)
}

/// Writes the next version of a user whose names stay. `before` must be the current one, which it
/// is for whoever holds the lock of [`lock`]; if it is not, that is [`Error::Busy`].
pub async fn update_document(
    tx: &mut Tx,
    user: UserWrite<'_>,
    before: &UserRecord,
) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(user.id.uuid()),
        Param::Int(user.at.micros()),
        Param::Text(user.document),
        Param::Json(user.search),
        Param::Int(before.version),
        Param::Bool(user.active),
    ];
    if user.active == before.active {
        tx.post_one(UPDATE_DOCUMENT, &params[..6]).await
    } else {
        tx.post_one(UPDATE_ACTIVE, &params).await
    }
}

/// Writes the next version, names included; false when `version` is no longer the current one.
pub async fn update(tx: &mut Tx, user: UserWrite<'_>, version: i64) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let changed = tx
        .execute(
            UPDATE,
            &[
                Param::Id(tenant),
                Param::Id(user.id.uuid()),
                Param::Text(user.user_name),
                Param::Text(user.user_name_key),
                Param::OptText(user.external_id),
                Param::Bool(user.active),
                Param::Int(user.at.micros()),
                Param::Text(user.document),
                Param::Json(user.search),
                Param::Int(version),
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Makes the address table agree with the document. `before` is what the document before it had:
/// nothing finds the addresses of a user but the addresses themselves.
pub async fn replace_emails(
    tx: &mut Tx,
    user: UserWrite<'_>,
    before: &[String],
) -> Result<(), Error> {
    let gone: Vec<&str> =
        before.iter().filter(|key| !user.email_keys.contains(key)).map(String::as_str).collect();
    delete_emails(tx, user.id, &gone).await?;
    insert_emails(tx, user).await
}

async fn delete_emails(tx: &mut Tx, user: UserId, keys: &[&str]) -> Result<(), Error> {
    if keys.is_empty() {
        return Ok(());
    }
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Texts(keys), Param::Id(user.uuid())];
    let _ = tx.post(DELETE_EMAILS, &params).await?;
    Ok(())
}

async fn insert_emails(tx: &mut Tx, user: UserWrite<'_>) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    for key in user.email_keys {
        let params = [Param::Id(tenant), Param::Text(key), Param::Id(user.id.uuid())];
        let _ = tx.post(INSERT_EMAIL, &params).await?;
    }
    Ok(())
}

pub async fn find(tx: &mut Tx, id: UserId) -> Result<Option<UserRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

/// The user, and the groups that name it directly, in no particular order.
pub async fn find_with_groups(
    tx: &mut Tx,
    id: UserId,
) -> Result<Option<(UserRecord, Vec<GroupOfRecord>)>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(id.uuid())];
    let (mut user, mut groups) = (None, Vec::new());
    let mut take = |row: &Row<'_>| {
        if row.get::<Option<i64>>(4)?.is_some() {
            user = Some(from_row(row)?);
        } else {
            let (group, display_name, nested) = (row.get(0)?, row.get(1)?, row.get(9)?);
            groups.push(GroupOfRecord { member: id.uuid(), group, display_name, nested });
        }
        Ok(())
    };
    tx.fetch_all(FIND_WITH_GROUPS, &params, &mut take).await?;
    Ok(user.map(|user| (user, groups)))
}

/// Reads the user and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &mut Tx, id: UserId) -> Result<Option<UserRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(LOCK, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

/// [`lock`] before the user is deleted: nobody can put it into a group or assign it any more.
pub async fn lock_for_removal(tx: &mut Tx, id: UserId) -> Result<Option<UserRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(id.uuid())];
    tx.fetch_optional(LOCK_FOR_REMOVAL, &params, from_row).await
}

/// The user as it is when nobody is changing it, for a transaction of [`crate::Db::settled`].
pub async fn find_settled(tx: &mut Tx, id: UserId) -> Result<Option<UserRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND_SETTLED, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

pub async fn find_by_user_name(tx: &mut Tx, key: &str) -> Result<Option<UserRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND_BY_USER_NAME, &[Param::Id(tenant), Param::Text(key)], from_row).await
}

/// Makes the column agree with the document where that names another manager than before.
pub async fn set_manager(tx: &mut Tx, id: UserId, manager: Option<UserId>) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let manager = Param::OptId(manager.map(UserId::uuid));
    tx.post_one(SET_MANAGER, &[Param::Id(tenant), Param::Id(id.uuid()), manager]).await
}

/// Everybody else whose manager this user is. They are locked as [`lock`] does it.
pub async fn lock_reports(
    tx: &mut Tx,
    manager: UserId,
    limit: i64,
) -> Result<Vec<UserRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(manager.uuid()), Param::Int(limit)];
    tx.fetch_all(LOCK_REPORTS, &params, from_row).await
}

pub async fn document(tx: &mut Tx, id: UserId) -> Result<Option<String>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(DOCUMENT, &[Param::Id(tenant), Param::Id(id.uuid())], |row| row.get(0)).await
}

/// None of these can be deleted before this transaction ends; who is being deleted is waited for.
/// Writers of SQLite take turns, so there nobody goes meanwhile.
pub async fn keep(tx: &mut Tx, ids: &[Uuid]) -> Result<(), Error> {
    if tx.dialect() == Dialect::Postgres && !ids.is_empty() {
        let params = [Param::Id(tx.tenant().uuid()), Param::Ids(ids)];
        let _ = tx.post(KEEP, &params).await?;
    }
    Ok(())
}

/// The documents of those who are there, in no particular order.
pub async fn documents(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Ids(ids)];
    tx.fetch_all(DOCUMENTS, &params, |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Two inactive users at most: of this name, this external id, or one of these addresses, in this
/// order.
pub async fn find_inactive(
    tx: &mut Tx,
    user_name_key: &str,
    external_id: Option<&str>,
    email_keys: &[&str],
) -> Result<Vec<InactiveRecord>, Error> {
    let params = [
        Param::Id(tx.tenant().uuid()),
        Param::Text(user_name_key),
        Param::OptText(external_id),
        Param::Texts(email_keys),
    ];
    tx.fetch_all(FIND_INACTIVE, &params, |row| {
        let met = match row.text(0)? {
            "user-name" => MetBy::UserName,
            "external-id" => MetBy::ExternalId,
            _ => MetBy::Email,
        };
        Ok(InactiveRecord { met, id: row.get(1)?, user_name: row.get(2)? })
    })
    .await
}

/// Deletes the user with the addresses that the document has.
pub async fn delete(tx: &mut Tx, id: UserId, email_keys: &[String]) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let keys: Vec<&str> = email_keys.iter().map(String::as_str).collect();
    delete_emails(tx, id, &keys).await?;
    Ok(tx.execute(DELETE, &[Param::Id(tenant), Param::Id(id.uuid())]).await? == 1)
}

pub async fn set_password(tx: &mut Tx, id: UserId, hash: &str) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(id.uuid()), Param::Text(hash)];
    Ok(tx.execute(SET_PASSWORD, &params).await? == 1)
}

/// Everyone of that user name who can sign in, in any tenant.
pub async fn find_sign_in(tx: &mut SystemTx, key: &str) -> Result<Vec<SignInRecord>, Error> {
    tx.fetch_all(FIND_SIGN_IN, &[Param::Text(key)], |row| {
        Ok(SignInRecord {
            tenant: row.get(0)?,
            id: row.get(1)?,
            active: row.get(2)?,
            password_hash: row.get(3)?,
            failed_logins: row.get(4)?,
            locked_until: row.get(5)?,
        })
    })
    .await
}

/// Counts a wrong password, locks the user until `until` at the `limit`-th, and tells the count.
pub async fn record_failed_login(
    tx: &mut Tx,
    id: UserId,
    limit: i64,
    until: Timestamp,
) -> Result<i64, Error> {
    let tenant = tx.tenant().uuid();
    let params =
        [Param::Id(tenant), Param::Id(id.uuid()), Param::Int(limit), Param::Int(until.micros())];
    let count = tx.fetch_optional(RECORD_FAILURE, &params, |row| row.get(0)).await?;
    Ok(count.unwrap_or(0))
}

/// Whether the user may be given a token, and what an id token says of them.
pub async fn find_standing(tx: &mut Tx, id: UserId) -> Result<Option<StandingRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND_STANDING, &[Param::Id(tenant), Param::Id(id.uuid())], |row| {
        Ok(StandingRecord {
            active: row.get(0)?,
            locked_until: row.get(1)?,
            user_name: row.get(2)?,
            document: row.get(3)?,
        })
    })
    .await
}

pub async fn record_login(tx: &mut Tx, id: UserId) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    tx.execute(RECORD_SUCCESS, &[Param::Id(tenant), Param::Id(id.uuid())]).await?;
    Ok(())
}
