//! Schemas that a tenant registered, beyond those of its profile.

use crate::{Error, Param, Row, Timestamp, Tx};

statements! {
    INSERT = "INSERT INTO schemas (tenant_id, resource_type, urn_key, endpoint, description, required,
            document, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// In the order of registration, so that a resource type comes before its extensions.
    LIST = "SELECT resource_type, urn_key, endpoint, description, required, document, created_at
        FROM schemas WHERE tenant_id = $1
        ORDER BY CASE WHEN endpoint IS NULL THEN 1 ELSE 0 END, created_at, resource_type, urn_key";
    DELETE = "DELETE FROM schemas WHERE tenant_id = $1 AND resource_type = $2 AND urn_key = $3";
    DELETE_TYPE = "DELETE FROM schemas WHERE tenant_id = $1 AND resource_type = $2";
    COUNT_USERS_WITH = "SELECT COUNT(*) FROM users WHERE tenant_id = $1 AND strpos(document, $2) > 0";
    COUNT_GROUPS_WITH = "SELECT COUNT(*) FROM groups WHERE tenant_id = $1 AND strpos(document, $2) > 0";
    COUNT_RESOURCES_WITH = "SELECT COUNT(*) FROM resources
        WHERE tenant_id = $1 AND resource_type = $2 AND strpos(document, $3) > 0";
    /// Whoever removes one waits until those who hold it are done.
    HOLD = "SELECT urn_key, created_at FROM schemas
        WHERE tenant_id = $1 AND resource_type = $2 ORDER BY urn_key FOR KEY SHARE";
    COUNT_LATE_USERS_WITH = "SELECT COUNT(*) FROM
            (SELECT DISTINCT resource_id FROM changes WHERE tenant_id = $1 AND at >= $3) AS late
        CROSS JOIN users AS u
        WHERE u.tenant_id = $1 AND u.id = late.resource_id AND strpos(u.document, $2) > 0";
    COUNT_LATE_GROUPS_WITH = "SELECT COUNT(*) FROM
            (SELECT DISTINCT resource_id FROM changes WHERE tenant_id = $1 AND at >= $3) AS late
        CROSS JOIN groups AS g
        WHERE g.tenant_id = $1 AND g.id = late.resource_id AND strpos(g.document, $2) > 0";
    COUNT_LATE_RESOURCES_WITH = "SELECT COUNT(*) FROM
            (SELECT DISTINCT resource_id FROM changes WHERE tenant_id = $1 AND at >= $3) AS late
        CROSS JOIN resources AS r
        WHERE r.tenant_id = $1 AND r.resource_type = $4 AND r.id = late.resource_id
            AND strpos(r.document, $2) > 0";
}

/// One registered schema.
#[derive(Clone, Debug)]
pub struct SchemaRecord {
    pub resource_type: String,
    /// The URN in lower case, as URNs are compared.
    pub urn_key: String,
    /// Of a resource type's core schema; an extension has none.
    pub endpoint: Option<String>,
    /// What the resource type is; empty for an extension.
    pub description: String,
    /// For an extension: whether every resource must have it.
    pub required: bool,
    /// The schema in the form of RFC 7643 §7.
    pub document: String,
    pub created_at: Timestamp,
}

fn from_row(row: &Row<'_>) -> Result<SchemaRecord, Error> {
    Ok(SchemaRecord {
        resource_type: row.get(0)?,
        urn_key: row.get(1)?,
        endpoint: row.get(2)?,
        description: row.get(3)?,
        required: row.get(4)?,
        document: row.get(5)?,
        created_at: row.get(6)?,
    })
}

pub async fn insert(tx: &mut Tx, record: &SchemaRecord) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    let params = [
        Param::Id(tenant),
        Param::Text(&record.resource_type),
        Param::Text(&record.urn_key),
        Param::OptText(record.endpoint.as_deref()),
        Param::Text(&record.description),
        Param::Bool(record.required),
        Param::Text(&record.document),
        Param::Int(record.created_at.micros()),
    ];
    tx.execute(INSERT, &params).await?;
    Ok(())
}

pub async fn list(tx: &mut Tx) -> Result<Vec<SchemaRecord>, Error> {
    let tenant = tx.tenant().uuid();
    tx.fetch_all(LIST, &[Param::Id(tenant)], from_row).await
}

pub async fn delete(tx: &mut Tx, resource_type: &str, urn_key: &str) -> Result<bool, Error> {
    let tenant = tx.tenant().uuid();
    let params = [Param::Id(tenant), Param::Text(resource_type), Param::Text(urn_key)];
    Ok(tx.execute(DELETE, &params).await? == 1)
}

/// Removes a resource type with all its extensions.
pub async fn delete_type(tx: &mut Tx, resource_type: &str) -> Result<u64, Error> {
    let tenant = tx.tenant().uuid();
    tx.execute(DELETE_TYPE, &[Param::Id(tenant), Param::Text(resource_type)]).await
}

/// The schemas that a resource type has now, each by its URN in lower case with the time of its
/// registration. None of them goes before this transaction ends.
pub async fn hold(tx: &mut Tx, resource_type: &str) -> Result<Vec<(String, Timestamp)>, Error> {
    let params = [Param::Id(tx.tenant().uuid()), Param::Text(resource_type)];
    tx.fetch_all(HOLD, &params, |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Which resources a count is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holders<'a> {
    Users,
    Groups,
    Resources(&'a str),
}

/// How the data of an extension begins in a document: its quoted URN in schema spelling, a colon
/// and a brace, which no text inside can look like: its quotes are escaped.
pub fn container(urn: &str) -> String {
    format!("\"{urn}\":{{")
}

/// How many of the resources that the log names since then hold data of an extension.
pub async fn count_late_holders(
    tx: &mut Tx,
    holders: Holders<'_>,
    urn: &str,
    since: Timestamp,
) -> Result<i64, Error> {
    let container = container(urn);
    let tenant = Param::Id(tx.tenant().uuid());
    let (container, since) = (Param::Text(&container), Param::Int(since.micros()));
    match holders {
        Holders::Users => {
            let params = [tenant, container, since];
            tx.fetch_one(COUNT_LATE_USERS_WITH, &params, |row| row.get(0)).await
        }
        Holders::Groups => {
            let params = [tenant, container, since];
            tx.fetch_one(COUNT_LATE_GROUPS_WITH, &params, |row| row.get(0)).await
        }
        Holders::Resources(resource_type) => {
            let params = [tenant, container, since, Param::Text(resource_type)];
            tx.fetch_one(COUNT_LATE_RESOURCES_WITH, &params, |row| row.get(0)).await
        }
    }
}

/// How many resources hold data of an extension.
pub async fn count_holders(tx: &mut Tx, holders: Holders<'_>, urn: &str) -> Result<i64, Error> {
    let tenant = Param::Id(tx.tenant().uuid());
    let container = container(urn);
    let container = Param::Text(&container);
    match holders {
        Holders::Users => {
            tx.fetch_one(COUNT_USERS_WITH, &[tenant, container], |row| row.get(0)).await
        }
        Holders::Groups => {
            tx.fetch_one(COUNT_GROUPS_WITH, &[tenant, container], |row| row.get(0)).await
        }
        Holders::Resources(resource_type) => {
            let params = [tenant, Param::Text(resource_type), container];
            tx.fetch_one(COUNT_RESOURCES_WITH, &params, |row| row.get(0)).await
        }
    }
}
