//! Registered applications and the OAuth clients they own.

use crate::{AppId, Error, Param, Row, SystemTx, TenantId, Timestamp, Tx};

statements! {
    INSERT_APP = "INSERT INTO apps (tenant_id, id, name, name_key, tracking_number, registration, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE_APP = "UPDATE apps SET registration = $3 WHERE tenant_id = $1 AND id = $2";
    FIND_APP = "SELECT id, name, tracking_number, registration, created_at
        FROM apps WHERE tenant_id = $1 AND id = $2";
    FIND_APP_BY_NAME = "SELECT id, name, tracking_number, registration, created_at
        FROM apps WHERE tenant_id = $1 AND name_key = $2";
    LIST_APPS = "SELECT id, name, tracking_number, registration, created_at
        FROM apps WHERE tenant_id = $1 ORDER BY name_key";
    INSERT_CLIENT = "INSERT INTO clients (id, tenant_id, app_id, realm, tenancy, secret_hash, enabled, metadata, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    FIND_CLIENT = "SELECT id, tenant_id, app_id, realm, tenancy, secret_hash, enabled, metadata
        FROM clients WHERE id = $1";
    CLIENTS_OF_APP = "SELECT id, tenant_id, app_id, realm, tenancy, secret_hash, enabled, metadata
        FROM clients WHERE tenant_id = $1 AND app_id = $2 ORDER BY id";
    UPDATE_CLIENT = @changing_access "UPDATE clients SET enabled = $3, metadata = $4, secret_hash = $5
        WHERE tenant_id = $1 AND id = $2";
}

#[derive(Clone, Debug)]
pub struct AppRecord {
    pub id: AppId,
    pub name: String,
    pub tracking_number: String,
    /// JSON: the fields of the registration form.
    pub registration: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct ClientRecord {
    pub id: String,
    pub tenant: TenantId,
    pub app: AppId,
    pub realm: String,
    pub tenancy: String,
    pub secret_hash: Option<Vec<u8>>,
    pub enabled: bool,
    /// JSON: OAuth client metadata.
    pub metadata: String,
}

fn app_from_row(row: &Row<'_>) -> Result<AppRecord, Error> {
    Ok(AppRecord {
        id: row.get(0)?,
        name: row.get(1)?,
        tracking_number: row.get(2)?,
        registration: row.get(3)?,
        created_at: row.get(4)?,
    })
}

fn client_from_row(row: &Row<'_>) -> Result<ClientRecord, Error> {
    Ok(ClientRecord {
        id: row.get(0)?,
        tenant: row.get(1)?,
        app: row.get(2)?,
        realm: row.get(3)?,
        tenancy: row.get(4)?,
        secret_hash: row.get(5)?,
        enabled: row.get(6)?,
        metadata: row.get(7)?,
    })
}

pub async fn insert(tx: &mut Tx, app: &AppRecord, name_key: &str) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Id(app.id.uuid()),
        Param::Text(&app.name),
        Param::Text(name_key),
        Param::Text(&app.tracking_number),
        Param::Text(&app.registration),
        Param::Int(app.created_at.micros()),
    ];
    tx.execute(INSERT_APP, &params).await?;
    Ok(())
}

pub async fn update_registration(tx: &mut Tx, id: AppId, registration: &str) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(id.uuid()), Param::Text(registration)];
    tx.execute(UPDATE_APP, &params).await?;
    Ok(())
}

pub async fn find(tx: &mut Tx, id: AppId) -> Result<Option<AppRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND_APP, &[Param::Id(tenant), Param::Id(id.uuid())], app_from_row).await
}

pub async fn find_by_name(tx: &mut Tx, key: &str) -> Result<Option<AppRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_optional(FIND_APP_BY_NAME, &[Param::Id(tenant), Param::Text(key)], app_from_row).await
}

pub async fn list(tx: &mut Tx) -> Result<Vec<AppRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(LIST_APPS, &[Param::Id(tenant)], app_from_row).await
}

pub async fn insert_client(tx: &mut Tx, client: &ClientRecord, at: Timestamp) -> Result<(), Error> {
    let params = [
        Param::Text(&client.id),
        Param::Id(client.tenant.uuid()),
        Param::Id(client.app.uuid()),
        Param::Text(&client.realm),
        Param::Text(&client.tenancy),
        Param::OptBytes(client.secret_hash.as_deref()),
        Param::Bool(client.enabled),
        Param::Text(&client.metadata),
        Param::Int(at.micros()),
    ];
    tx.execute(INSERT_CLIENT, &params).await?;
    Ok(())
}

/// A client is named before its tenant is known.
pub async fn find_client(tx: &mut SystemTx, id: &str) -> Result<Option<ClientRecord>, Error> {
    tx.fetch_optional(FIND_CLIENT, &[Param::Text(id)], client_from_row).await
}

pub async fn clients_of(tx: &mut Tx, app: AppId) -> Result<Vec<ClientRecord>, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Id(app.uuid())];
    tx.fetch_all(CLIENTS_OF_APP, &params, client_from_row).await
}

pub async fn update_client(tx: &mut Tx, client: &ClientRecord) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Text(&client.id),
        Param::Bool(client.enabled),
        Param::Text(&client.metadata),
        Param::OptBytes(client.secret_hash.as_deref()),
    ];
    tx.execute(UPDATE_CLIENT, &params).await?;
    Ok(())
}
