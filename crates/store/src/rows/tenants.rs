//! Tenants: the hard isolation boundary, with its profile, region and realm.

use crate::{Error, Param, Row, SystemTx, TenantId, Timestamp, Tx};

statements! {
    INSERT = "INSERT INTO tenants (id, business_unit, name, profile, region, realm, settings, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    GET = "SELECT id, business_unit, name, profile, region, realm, settings, created_at
        FROM tenants WHERE id = $1";
    FIND_BY_BUSINESS_UNIT = "SELECT id, business_unit, name, profile, region, realm, settings, created_at
        FROM tenants WHERE business_unit = $1";
    LIST = "SELECT id, business_unit, name, profile, region, realm, settings, created_at
        FROM tenants ORDER BY business_unit";
    LOCK = "SELECT profile FROM tenants WHERE id = $1 FOR UPDATE";
    UPDATE_SETTINGS = "UPDATE tenants SET settings = $2 WHERE id = $1";
}

#[derive(Clone, Debug)]
pub struct TenantRecord {
    pub id: TenantId,
    pub business_unit: i64,
    pub name: String,
    pub profile: String,
    pub region: String,
    pub realm: String,
    /// JSON; its shape belongs to `domain`.
    pub settings: String,
    pub created_at: Timestamp,
}

fn from_row(row: &Row<'_>) -> Result<TenantRecord, Error> {
    Ok(TenantRecord {
        id: row.get(0)?,
        business_unit: row.get(1)?,
        name: row.get(2)?,
        profile: row.get(3)?,
        region: row.get(4)?,
        realm: row.get(5)?,
        settings: row.get(6)?,
        created_at: row.get(7)?,
    })
}

/// Writes the tenant whose transaction this is.
pub async fn insert(tx: &mut Tx, record: &TenantRecord) -> Result<(), Error> {
    let id = tx.tenant();
    tx.execute(
        INSERT,
        &[
            Param::Id(id.uuid()),
            Param::Int(record.business_unit),
            Param::Text(&record.name),
            Param::Text(&record.profile),
            Param::Text(&record.region),
            Param::Text(&record.realm),
            Param::Text(&record.settings),
            Param::Int(record.created_at.micros()),
        ],
    )
    .await?;
    Ok(())
}

pub async fn find(tx: &mut Tx) -> Result<Option<TenantRecord>, Error> {
    let id = tx.tenant();
    tx.fetch_optional(GET, &[Param::Id(id.uuid())], from_row).await
}

/// Keeps others from changing the tenant until the transaction ends; false if there is none.
pub async fn lock(tx: &mut Tx) -> Result<bool, Error> {
    let id = tx.tenant();
    Ok(tx.fetch_optional(LOCK, &[Param::Id(id.uuid())], |_| Ok(())).await?.is_some())
}

pub async fn update_settings(tx: &mut Tx, settings: &str) -> Result<(), Error> {
    let id = tx.tenant();
    tx.execute(UPDATE_SETTINGS, &[Param::Id(id.uuid()), Param::Text(settings)]).await?;
    Ok(())
}

pub async fn find_by_business_unit(
    tx: &mut SystemTx,
    business_unit: i64,
) -> Result<Option<TenantRecord>, Error> {
    tx.fetch_optional(FIND_BY_BUSINESS_UNIT, &[Param::Int(business_unit)], from_row).await
}

pub async fn list(tx: &mut SystemTx) -> Result<Vec<TenantRecord>, Error> {
    tx.fetch_all(LIST, &[], from_row).await
}
