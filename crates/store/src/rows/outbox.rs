//! Mails that follow a commit: written in it, sent after it.

use crate::{Error, MessageId, Param, SystemTx, TenantId, Timestamp, Tx};

statements! {
    INSERT = "INSERT INTO outbox (tenant_id, id, recipient, subject, sealed, created_at, due_at, attempts)
        VALUES ($1, $2, $3, $4, $5, $6, $6, 0)";
    LIST = "SELECT tenant_id, id, recipient, subject, sealed, created_at, attempts, sent_at, last_error
        FROM outbox WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2";
    FIND = "SELECT tenant_id, id, recipient, subject, sealed, created_at, attempts, sent_at, last_error
        FROM outbox WHERE tenant_id = $1 AND id = $2";
    LIST_DUE = "SELECT tenant_id, id, recipient, subject, sealed, created_at, attempts, sent_at, last_error
        FROM outbox WHERE sent_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT $2";
    CLAIM = "UPDATE outbox SET due_at = $3, attempts = attempts + 1
        WHERE tenant_id = $1 AND id = $2 AND sent_at IS NULL AND due_at <= $4";
    SENT = "UPDATE outbox SET sent_at = $3, sealed = $4, last_error = NULL
        WHERE tenant_id = $1 AND id = $2";
    FAILED = "UPDATE outbox SET due_at = $3, last_error = $4 WHERE tenant_id = $1 AND id = $2";
}

#[derive(Clone, Debug)]
pub struct MessageRecord {
    pub tenant: TenantId,
    pub id: MessageId,
    pub recipient: String,
    pub subject: String,
    /// Body and attachment, sealed; empty once the message is sent.
    pub sealed: Vec<u8>,
    pub created_at: Timestamp,
    pub attempts: i64,
    pub sent_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

fn from_row(row: &crate::Row<'_>) -> Result<MessageRecord, Error> {
    Ok(MessageRecord {
        tenant: row.get(0)?,
        id: row.get(1)?,
        recipient: row.get(2)?,
        subject: row.get(3)?,
        sealed: row.get(4)?,
        created_at: row.get(5)?,
        attempts: row.get(6)?,
        sent_at: row.get(7)?,
        last_error: row.get(8)?,
    })
}

pub async fn insert(
    tx: &mut Tx,
    id: MessageId,
    recipient: &str,
    subject: &str,
    sealed: &[u8],
    at: Timestamp,
) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(id.uuid()),
        Param::Text(recipient),
        Param::Text(subject),
        Param::Bytes(sealed),
        Param::Int(at.micros()),
    ];
    tx.execute(INSERT, &params).await?;
    Ok(())
}

/// The newest first.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<MessageRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(LIST, &[Param::Id(tenant), Param::Int(limit)], from_row).await
}

pub async fn find(tx: &mut Tx, id: MessageId) -> Result<Option<MessageRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND, &[Param::Id(tenant), Param::Id(id.uuid())], from_row).await
}

pub async fn list_due(
    tx: &mut SystemTx,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<MessageRecord>, Error> {
    tx.fetch_all(LIST_DUE, &[Param::Int(now.micros()), Param::Int(limit)], from_row).await
}

/// Takes the message until `until`; false when another node was first.
pub async fn claim(
    tx: &mut Tx,
    id: MessageId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(id.uuid()),
        Param::Int(until.micros()),
        Param::Int(now.micros()),
    ];
    Ok(tx.execute(CLAIM, &params).await? == 1)
}

/// What the message carried is not needed any more, and is erased.
pub async fn record_sent(tx: &mut Tx, id: MessageId, at: Timestamp) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let nothing = Param::Bytes(&[]);
    let params = [Param::Id(tenant), Param::Id(id.uuid()), Param::Int(at.micros()), nothing];
    tx.execute(SENT, &params).await?;
    Ok(())
}

pub async fn record_failed(
    tx: &mut Tx,
    id: MessageId,
    retry_at: Timestamp,
    error: Option<&str>,
) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(id.uuid()),
        Param::Int(retry_at.micros()),
        Param::OptText(error),
    ];
    tx.execute(FAILED, &params).await?;
    Ok(())
}
