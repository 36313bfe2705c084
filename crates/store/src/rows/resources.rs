//! Resources of the types that tenants registered: one table for all of them.

use crate::{Error, Param, ResourceId, Row, Timestamp, Tx};

statements! {
    INSERT = "INSERT INTO resources (tenant_id, resource_type, id, external_id, version, created_at,
            modified_at, document, search)
        VALUES ($1, $2, $3, $4, 1, $5, $5, $6, $7)";
    UPDATE = "UPDATE resources SET external_id = $4, version = version + 1, modified_at = $5,
            document = $6, search = $7
        WHERE tenant_id = $1 AND resource_type = $2 AND id = $3";
    FIND = "SELECT id, version, created_at, modified_at, document
        FROM resources WHERE tenant_id = $1 AND resource_type = $2 AND id = $3";
    LOCK = "SELECT id, version, created_at, modified_at, document
        FROM resources WHERE tenant_id = $1 AND resource_type = $2 AND id = $3 FOR UPDATE";
    DELETE = "DELETE FROM resources WHERE tenant_id = $1 AND resource_type = $2 AND id = $3";
}

#[derive(Clone, Debug)]
pub struct ResourceRecord {
    pub id: ResourceId,
    pub version: i64,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    /// The canonical SCIM document without `id` and `meta`.
    pub document: String,
}

/// What is written when a resource is created or changed.
#[derive(Clone, Copy, Debug)]
pub struct ResourceWrite<'a> {
    pub resource_type: &'a str,
    pub id: ResourceId,
    pub external_id: Option<&'a str>,
    pub at: Timestamp,
    pub document: &'a str,
    pub search: &'a str,
}

fn from_row(row: &Row<'_>) -> Result<ResourceRecord, Error> {
    Ok(ResourceRecord {
        id: row.get(0)?,
        version: row.get(1)?,
        created_at: row.get(2)?,
        modified_at: row.get(3)?,
        document: row.get(4)?,
    })
}

pub async fn insert(tx: &mut Tx, resource: ResourceWrite<'_>) -> Result<(), Error> {
    let params = params(tx, resource);
    tx.execute(INSERT, &params).await?;
    Ok(())
}

pub async fn update(tx: &mut Tx, resource: ResourceWrite<'_>) -> Result<(), Error> {
    let params = params(tx, resource);
    tx.execute(UPDATE, &params).await?;
    Ok(())
}

fn params<'a>(tx: &Tx, resource: ResourceWrite<'a>) -> [Param<'a>; 7] {
    [
        Param::Id(tx.tenant().uuid()),
        Param::Text(resource.resource_type),
        Param::Id(resource.id.uuid()),
        Param::OptText(resource.external_id),
        Param::Int(resource.at.micros()),
        Param::Text(resource.document),
        Param::Json(resource.search),
    ]
}

pub async fn find(
    tx: &mut Tx,
    resource_type: &str,
    id: ResourceId,
) -> Result<Option<ResourceRecord>, Error> {
    let params = [Param::Id(tx.tenant().uuid()), Param::Text(resource_type), Param::Id(id.uuid())];
    tx.fetch_optional(FIND, &params, from_row).await
}

/// Reads the resource and keeps others from changing it until the transaction ends.
pub async fn lock(
    tx: &mut Tx,
    resource_type: &str,
    id: ResourceId,
) -> Result<Option<ResourceRecord>, Error> {
    let params = [Param::Id(tx.tenant().uuid()), Param::Text(resource_type), Param::Id(id.uuid())];
    tx.fetch_optional(LOCK, &params, from_row).await
}

pub async fn delete(tx: &mut Tx, resource_type: &str, id: ResourceId) -> Result<bool, Error> {
    let params = [Param::Id(tx.tenant().uuid()), Param::Text(resource_type), Param::Id(id.uuid())];
    Ok(tx.execute(DELETE, &params).await? == 1)
}
