//! Links: our record that this user or group is that account or group at a target.

use crate::{Error, IntegrationId, Param, Subject, Timestamp, Tx};

statements! {
    FIND = "SELECT remote_id, state, delivered FROM links
        WHERE tenant_id = $1 AND integration_id = $2 AND subject_type = $3 AND subject_id = $4";
    SAVE = "INSERT INTO links (tenant_id, integration_id, subject_type, subject_id, remote_id, state, delivered, pushed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (tenant_id, integration_id, subject_type, subject_id) DO UPDATE
        SET remote_id = excluded.remote_id, state = excluded.state, delivered = excluded.delivered,
            pushed_at = excluded.pushed_at";
    /// Each integration is asked, so that a tenant without any looks no further.
    SEEK = "INSERT INTO links (tenant_id, integration_id, subject_type, subject_id, remote_id, state, delivered, pushed_at)
        SELECT w.tenant_id, w.integration_id, w.subject_type, w.subject_id, $4::text, 'sought', '{}', $5::bigint
        FROM integrations i CROSS JOIN work w
        WHERE i.tenant_id = $1 AND w.tenant_id = $1 AND w.integration_id = i.id
            AND w.subject_type = $2 AND w.subject_id = $3
        ON CONFLICT (tenant_id, integration_id, subject_type, subject_id) DO NOTHING";
    FORGET_SOUGHT = "DELETE FROM links
        WHERE tenant_id = $1 AND integration_id = $2 AND subject_type = $3 AND subject_id = $4 AND state = 'sought'";
    COUNT = "SELECT COUNT(*) FROM links WHERE tenant_id = $1 AND integration_id = $2 AND state = $3";
}

/// The state of a link to an account that may be there, of somebody who is not any more.
pub const SOUGHT: &str = "sought";

#[derive(Clone, Debug)]
pub struct LinkRecord {
    /// What the account is found by, if it is [`SOUGHT`].
    pub remote_id: String,
    pub state: String,
    /// JSON; its shape belongs to `domain`.
    pub delivered: String,
}

pub async fn find(
    tx: &mut Tx,
    integration: IntegrationId,
    subject: Subject,
) -> Result<Option<LinkRecord>, Error> {
    let params = subject.at(integration, tx);
    tx.fetch_optional(FIND, &params, |row| {
        Ok(LinkRecord { remote_id: row.get(0)?, state: row.get(1)?, delivered: row.get(2)? })
    })
    .await
}

pub async fn save(
    tx: &mut Tx,
    integration: IntegrationId,
    subject: Subject,
    link: &LinkRecord,
    at: Timestamp,
) -> Result<(), Error> {
    let [tenant, integration, kind, id] = subject.at(integration, tx);
    let params = [
        tenant,
        integration,
        kind,
        id,
        Param::Text(&link.remote_id),
        Param::Text(&link.state),
        Param::Text(&link.delivered),
        Param::Int(at.micros()),
    ];
    tx.execute(SAVE, &params).await?;
    Ok(())
}

/// Notes what an account of this subject would be found by, wherever it is worked on and has no
/// link: an attempt that was cut off may have made one. To be done before the subject is deleted.
pub async fn seek(
    tx: &mut Tx,
    subject: Subject,
    found_by: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let params = [
        Param::Id(tx.tenant().uuid()),
        Param::Text(subject.kind.as_str()),
        Param::Id(subject.id),
        Param::Text(found_by),
        Param::Int(at.micros()),
    ];
    let _ = tx.post(SEEK, &params).await?;
    Ok(())
}

/// There was no such account.
pub async fn forget_sought(
    tx: &mut Tx,
    integration: IntegrationId,
    subject: Subject,
) -> Result<(), Error> {
    let params = subject.at(integration, tx);
    tx.execute(FORGET_SOUGHT, &params).await?;
    Ok(())
}

pub async fn count(tx: &mut Tx, integration: IntegrationId, state: &str) -> Result<i64, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(integration.uuid()), Param::Text(state)];
    tx.fetch_one(COUNT, &params, |row| row.get(0)).await
}
