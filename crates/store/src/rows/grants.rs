//! Grants, authorization codes and consents.

use crate::{Error, GrantId, Param, SystemTx, TenantId, Timestamp, Tx, UserId};

statements! {
    INSERT_GRANT = "INSERT INTO grants (tenant_id, id, client_id, user_id, scope, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND_GRANT = "SELECT id, client_id, user_id, scope, created_at, expires_at, revoked_at
        FROM grants WHERE tenant_id = $1 AND id = $2";
    REVOKE_GRANT = @changing_access "UPDATE grants SET revoked_at = $3, revoked_reason = $4
        WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    REVOKE_GRANTS_OF_USER = @changing_access "UPDATE grants SET revoked_at = $3, revoked_reason = $4
        WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL";
    INSERT_CODE = "INSERT INTO codes (hash, tenant_id, grant_id, client_id, user_id, redirect_uri, code_challenge,
            scope, nonce, auth_time, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    CONSUME_CODE = "UPDATE codes SET consumed_at = $3 WHERE hash = $1 AND client_id = $2 AND consumed_at IS NULL
        RETURNING tenant_id, grant_id, user_id, redirect_uri, code_challenge, scope, nonce, auth_time, expires_at";
    FIND_CODE = "SELECT tenant_id, grant_id, client_id FROM codes WHERE hash = $1";
    DELETE_CODES_OF_USER = "DELETE FROM codes WHERE tenant_id = $1 AND user_id = $2";
    DELETE_EXPIRED = "DELETE FROM grants WHERE expires_at < $1";
    DELETE_EXPIRED_CODES = "DELETE FROM codes WHERE expires_at < $1";
    FIND_CONSENT = "SELECT scope FROM consents WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3";
    SAVE_CONSENT = "INSERT INTO consents (tenant_id, user_id, client_id, scope, created_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, user_id, client_id) DO UPDATE SET scope = excluded.scope, created_at = excluded.created_at";
}

#[derive(Clone, Debug)]
pub struct GrantRecord {
    pub id: GrantId,
    pub client_id: String,
    pub user: Option<UserId>,
    pub scope: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct CodeRecord {
    pub tenant: TenantId,
    pub grant: GrantId,
    pub user: UserId,
    pub redirect_uri: Option<String>,
    pub code_challenge: Option<String>,
    pub scope: String,
    pub nonce: Option<String>,
    pub auth_time: Timestamp,
    pub expires_at: Timestamp,
}

pub async fn insert(tx: &mut Tx, grant: &GrantRecord) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(grant.id.uuid()),
        Param::Text(&grant.client_id),
        Param::OptId(grant.user.map(UserId::uuid)),
        Param::Text(&grant.scope),
        Param::Int(grant.created_at.micros()),
        Param::Int(grant.expires_at.micros()),
    ];
    tx.execute(INSERT_GRANT, &params).await?;
    Ok(())
}

pub async fn find(tx: &mut Tx, id: GrantId) -> Result<Option<GrantRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND_GRANT, &[Param::Id(tenant), Param::Id(id.uuid())], |row| {
        Ok(GrantRecord {
            id: row.get(0)?,
            client_id: row.get(1)?,
            user: row.get(2)?,
            scope: row.get(3)?,
            created_at: row.get(4)?,
            expires_at: row.get(5)?,
            revoked_at: row.get(6)?,
        })
    })
    .await
}

/// Ends the grant; every token that hangs from it is dead from this moment.
pub async fn revoke(tx: &mut Tx, id: GrantId, at: Timestamp, reason: &str) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params =
        [Param::Id(tenant), Param::Id(id.uuid()), Param::Int(at.micros()), Param::Text(reason)];
    Ok(tx.execute(REVOKE_GRANT, &params).await? == 1)
}

pub async fn revoke_of_user(
    tx: &mut Tx,
    user: UserId,
    at: Timestamp,
    reason: &str,
) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    let _ = tx.post(DELETE_CODES_OF_USER, &[Param::Id(tenant), Param::Id(user.uuid())]).await?;
    let params =
        [Param::Id(tenant), Param::Id(user.uuid()), Param::Int(at.micros()), Param::Text(reason)];
    tx.execute(REVOKE_GRANTS_OF_USER, &params).await
}

pub async fn insert_code(
    tx: &mut Tx,
    hash: &[u8],
    client_id: &str,
    code: &CodeRecord,
) -> Result<(), Error> {
    let params = [
        Param::Bytes(hash),
        Param::Id(code.tenant.uuid()),
        Param::Id(code.grant.uuid()),
        Param::Text(client_id),
        Param::Id(code.user.uuid()),
        Param::OptText(code.redirect_uri.as_deref()),
        Param::OptText(code.code_challenge.as_deref()),
        Param::Text(&code.scope),
        Param::OptText(code.nonce.as_deref()),
        Param::Int(code.auth_time.micros()),
        Param::Int(code.expires_at.micros()),
    ];
    tx.execute(INSERT_CODE, &params).await?;
    Ok(())
}

/// Takes the code if this client has not used it: of many at once, one wins.
pub async fn consume_code(
    tx: &mut SystemTx,
    hash: &[u8],
    client_id: &str,
    at: Timestamp,
) -> Result<Option<CodeRecord>, Error> {
    let params = [Param::Bytes(hash), Param::Text(client_id), Param::Int(at.micros())];
    tx.fetch_optional(CONSUME_CODE, &params, |row| {
        Ok(CodeRecord {
            tenant: row.get(0)?,
            grant: row.get(1)?,
            user: row.get(2)?,
            redirect_uri: row.get(3)?,
            code_challenge: row.get(4)?,
            scope: row.get(5)?,
            nonce: row.get(6)?,
            auth_time: row.get(7)?,
            expires_at: row.get(8)?,
        })
    })
    .await
}

/// Whose code this was, used or not: its tenant, grant and client.
pub async fn find_code(
    tx: &mut SystemTx,
    hash: &[u8],
) -> Result<Option<(TenantId, GrantId, String)>, Error> {
    tx.fetch_optional(FIND_CODE, &[Param::Bytes(hash)], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
    .await
}

/// Grants that ended by themselves; their tokens never outlive them.
pub async fn delete_expired(tx: &mut SystemTx, before: Timestamp) -> Result<u64, Error> {
    tx.execute(DELETE_EXPIRED, &[Param::Int(before.micros())]).await
}

pub async fn delete_codes_before(tx: &mut SystemTx, before: Timestamp) -> Result<u64, Error> {
    tx.execute(DELETE_EXPIRED_CODES, &[Param::Int(before.micros())]).await
}

pub async fn find_consent(
    tx: &mut Tx,
    user: UserId,
    client_id: &str,
) -> Result<Option<String>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(user.uuid()), Param::Text(client_id)];
    tx.fetch_optional(FIND_CONSENT, &params, |row| row.get(0)).await
}

pub async fn save_consent(
    tx: &mut Tx,
    user: UserId,
    client_id: &str,
    scope: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(user.uuid()),
        Param::Text(client_id),
        Param::Text(scope),
        Param::Int(at.micros()),
    ];
    tx.execute(SAVE_CONSENT, &params).await?;
    Ok(())
}
