//! Data of a registered schema is written only while the schema is there.
//!
//! A tenant is remembered for a second, so a writer may know a schema that another process has just
//! removed. Data without a schema could neither be changed nor kept back where it is not to be
//! returned. Whoever writes such data therefore looks in the same transaction whether the schema is
//! still that one, and keeps it from going until the commit.

use seatlink_scim::{Error as ScimError, Registry};
use seatlink_store::{
    self as store, Timestamp, Tx,
    schemas::{SchemaRecord, container},
};

use crate::{directory::DirectoryError, tenants::Tenant};

/// A schema that the tenant registered, and how its data is known.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    resource_type: String,
    urn_key: String,
    /// How its data begins in a document; none for the core schema of a type, which every resource
    /// has data of.
    container: Option<String>,
    created_at: Timestamp,
}

pub(crate) fn registrations(registry: &Registry, records: &[SchemaRecord]) -> Vec<Registration> {
    let one = |record: &SchemaRecord| {
        let rt = registry.resource_type(&record.resource_type)?;
        let container = match &record.endpoint {
            Some(_) => None,
            None => Some(container(&rt.extension(&record.urn_key)?.schema.id)),
        };
        Some(Registration {
            resource_type: record.resource_type.clone(),
            urn_key: record.urn_key.clone(),
            container,
            created_at: record.created_at,
        })
    };
    records.iter().filter_map(one).collect()
}

impl Registration {
    fn is_of(&self, document: &str) -> bool {
        self.container.as_ref().is_none_or(|container| document.contains(container))
    }
}

/// To be asked of every document that is written. Where it has no data of a registered schema,
/// nothing is read.
pub(in crate::directory) async fn hold(
    tx: &mut Tx,
    tenant: &Tenant,
    resource_type: &str,
    document: &str,
) -> Result<(), DirectoryError> {
    hold_each(tx, tenant, resource_type, std::iter::once(document)).await
}

/// The same of many at once.
pub(in crate::directory) async fn hold_each<'a>(
    tx: &mut Tx,
    tenant: &Tenant,
    resource_type: &str,
    documents: impl Iterator<Item = &'a str> + Clone + Send,
) -> Result<(), DirectoryError> {
    let of_type = tenant.registered.iter().filter(|one| one.resource_type == resource_type);
    let held: Vec<&Registration> =
        of_type.filter(|one| documents.clone().any(|text| one.is_of(text))).collect();
    if held.is_empty() {
        return Ok(());
    }
    let there = store::schemas::hold(tx, resource_type).await?;
    let is_there = |one: &Registration| {
        there.iter().any(|(urn, at)| *urn == one.urn_key && *at == one.created_at)
    };
    match held.into_iter().find(|one| !is_there(one)) {
        None => Ok(()),
        Some(gone) => Err(ScimError::conflict(format!(
            "The schema {} was removed or registered anew a moment ago; send the request again in a second.",
            gone.urn_key
        ))
        .into()),
    }
}
