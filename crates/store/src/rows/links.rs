//! Links: our record that this user is that account at a target.

use crate::{Error, IntegrationId, Param, Timestamp, Tx, UserId};

statements! {
    FIND = "SELECT remote_id, state, fingerprint FROM links
        WHERE tenant_id = $1 AND integration_id = $2 AND user_id = $3";
    SAVE = "INSERT INTO links (tenant_id, integration_id, user_id, remote_id, state, fingerprint, pushed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (tenant_id, integration_id, user_id) DO UPDATE
        SET remote_id = excluded.remote_id, state = excluded.state, fingerprint = excluded.fingerprint,
            pushed_at = excluded.pushed_at";
    /// Each integration is asked, so that a tenant without any looks no further.
    SEEK = "INSERT INTO links (tenant_id, integration_id, user_id, remote_id, state, fingerprint, pushed_at)
        SELECT w.tenant_id, w.integration_id, w.user_id, $3::text, 'sought', $4::bytea, $5::bigint
        FROM integrations i CROSS JOIN work w
        WHERE i.tenant_id = $1 AND w.tenant_id = $1 AND w.integration_id = i.id AND w.user_id = $2
        ON CONFLICT (tenant_id, integration_id, user_id) DO NOTHING";
    FORGET_SOUGHT = "DELETE FROM links
        WHERE tenant_id = $1 AND integration_id = $2 AND user_id = $3 AND state = 'sought'";
    COUNT = "SELECT COUNT(*) FROM links WHERE tenant_id = $1 AND integration_id = $2 AND state = $3";
}

/// The state of a link to an account that may be there, of somebody who is not any more.
pub const SOUGHT: &str = "sought";

#[derive(Clone, Debug)]
pub struct LinkRecord {
    /// What the account is found by, if it is [`SOUGHT`].
    pub remote_id: String,
    pub state: String,
    pub fingerprint: Vec<u8>,
}

pub async fn find(
    tx: &mut Tx,
    integration: IntegrationId,
    user: UserId,
) -> Result<Option<LinkRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(integration.uuid()), Param::Id(user.uuid())];
    tx.fetch_optional(FIND, &params, |row| {
        Ok(LinkRecord { remote_id: row.get(0)?, state: row.get(1)?, fingerprint: row.get(2)? })
    })
    .await
}

pub async fn save(
    tx: &mut Tx,
    integration: IntegrationId,
    user: UserId,
    link: &LinkRecord,
    at: Timestamp,
) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(integration.uuid()),
        Param::Id(user.uuid()),
        Param::Text(&link.remote_id),
        Param::Text(&link.state),
        Param::Bytes(&link.fingerprint),
        Param::Int(at.micros()),
    ];
    tx.execute(SAVE, &params).await?;
    Ok(())
}

/// Notes what an account of this user would be found by, wherever they are worked on and have no link: an attempt that
/// was cut off may have made one. To be done before the user is deleted.
pub async fn seek(tx: &mut Tx, user: UserId, found_by: &str, at: Timestamp) -> Result<(), Error> {
    let params = [
        Param::Id(tx.tenant().uuid()),
        Param::Id(user.uuid()),
        Param::Text(found_by),
        Param::Bytes(&[]),
        Param::Int(at.micros()),
    ];
    let _ = tx.post(SEEK, &params).await?;
    Ok(())
}

/// There was no such account.
pub async fn forget_sought(
    tx: &mut Tx,
    integration: IntegrationId,
    user: UserId,
) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(integration.uuid()), Param::Id(user.uuid())];
    tx.execute(FORGET_SOUGHT, &params).await?;
    Ok(())
}

pub async fn count(tx: &mut Tx, integration: IntegrationId, state: &str) -> Result<i64, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(integration.uuid()), Param::Text(state)];
    tx.fetch_one(COUNT, &params, |row| row.get(0)).await
}
