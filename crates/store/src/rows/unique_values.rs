//! Values of attributes that a registered schema declares unique.
//!
//! The primary key decides who has a value, so two writers at the same time cannot both get it.

use uuid::Uuid;

use crate::{Error, Param, Tx};

statements! {
    INSERT = "INSERT INTO unique_values (tenant_id, resource_type, path, value_key, resource_id)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, resource_type, path, value_key) DO NOTHING";
    DELETE = "DELETE FROM unique_values
        WHERE tenant_id = $1 AND resource_type = $2 AND path = $3 AND value_key = $4 AND resource_id = $5";
    DELETE_ALL = "DELETE FROM unique_values WHERE tenant_id = $1 AND resource_id = $2";
}

/// One value at one attribute path.
#[derive(Clone, Copy, Debug)]
pub struct UniqueKey<'a> {
    pub resource_type: &'a str,
    pub path: &'a str,
    pub key: &'a str,
}

/// Takes the value for a resource; false if another one has it.
pub async fn take(tx: &mut Tx, value: UniqueKey<'_>, resource: Uuid) -> Result<bool, Error> {
    let params = params(tx, value, resource);
    Ok(tx.execute(INSERT, &params).await? == 1)
}

pub async fn give_back(tx: &mut Tx, value: UniqueKey<'_>, resource: Uuid) -> Result<(), Error> {
    let params = params(tx, value, resource);
    tx.execute(DELETE, &params).await?;
    Ok(())
}

/// Gives back everything a resource has.
pub async fn give_back_all(tx: &mut Tx, resource: Uuid) -> Result<(), Error> {
    let tenant = tx.tenant().uuid();
    tx.execute(DELETE_ALL, &[Param::Id(tenant), Param::Id(resource)]).await?;
    Ok(())
}

fn params<'a>(tx: &Tx, value: UniqueKey<'a>, resource: Uuid) -> [Param<'a>; 5] {
    [
        Param::Id(tx.tenant().uuid()),
        Param::Text(value.resource_type),
        Param::Text(value.path),
        Param::Text(value.key),
        Param::Id(resource),
    ]
}
