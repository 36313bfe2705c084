//! Login sessions, by hash of the cookie.

use crate::{Error, Param, Posted, SessionId, SystemTx, TenantId, Timestamp, Tx, UserId};

statements! {
    INSERT = "INSERT INTO sessions (hash, tenant_id, id, user_id, csrf, created_at, seen_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $6, $7)";
    FIND = "SELECT s.tenant_id, s.id, s.user_id, s.csrf, s.created_at, s.seen_at, s.expires_at, u.user_name
        FROM sessions s JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
        WHERE s.hash = $1 AND u.active = $2";
    SEEN = "UPDATE sessions SET seen_at = $2 WHERE hash = $1";
    DELETE = "DELETE FROM sessions WHERE hash = $1";
    DELETE_OF_USER = "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2";
    DELETE_EXPIRED = "DELETE FROM sessions WHERE expires_at < $1";
}

#[derive(Clone, Debug)]
pub struct SessionRecord {
    pub tenant: TenantId,
    pub id: SessionId,
    pub user: UserId,
    pub csrf: String,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub user_name: String,
}

pub async fn insert(tx: &mut Tx, hash: &[u8], session: &SessionRecord) -> Result<(), Error> {
    let params = [
        Param::Bytes(hash),
        Param::Id(session.tenant.uuid()),
        Param::Id(session.id.uuid()),
        Param::Id(session.user.uuid()),
        Param::Text(&session.csrf),
        Param::Int(session.created_at.micros()),
        Param::Int(session.expires_at.micros()),
    ];
    tx.execute(INSERT, &params).await?;
    Ok(())
}

/// The session of an active user; a cookie is presented before its tenant is known.
pub async fn find(tx: &mut SystemTx, hash: &[u8]) -> Result<Option<SessionRecord>, Error> {
    tx.fetch_optional(FIND, &[Param::Bytes(hash), Param::Bool(true)], |row| {
        Ok(SessionRecord {
            tenant: row.get(0)?,
            id: row.get(1)?,
            user: row.get(2)?,
            csrf: row.get(3)?,
            created_at: row.get(4)?,
            seen_at: row.get(5)?,
            expires_at: row.get(6)?,
            user_name: row.get(7)?,
        })
    })
    .await
}

pub async fn record_seen(tx: &mut SystemTx, hash: &[u8], at: Timestamp) -> Result<(), Error> {
    tx.execute(SEEN, &[Param::Bytes(hash), Param::Int(at.micros())]).await?;
    Ok(())
}

pub async fn delete(tx: &mut SystemTx, hash: &[u8]) -> Result<(), Error> {
    tx.execute(DELETE, &[Param::Bytes(hash)]).await?;
    Ok(())
}

pub async fn delete_of_user(tx: &mut Tx, user: UserId) -> Result<Posted, Error> {
    let tenant = tx.tenant().uuid();
    tx.post(DELETE_OF_USER, &[Param::Id(tenant), Param::Id(user.uuid())]).await
}

pub async fn delete_expired(tx: &mut SystemTx, before: Timestamp) -> Result<u64, Error> {
    tx.execute(DELETE_EXPIRED, &[Param::Int(before.micros())]).await
}
