//! A group's document in the form of its row.

use seatlink_scim::{Document, Error as ScimError, UniqueValue, fold, search_form};
use seatlink_store::{GroupId, Timestamp, groups::GroupWrite};
use serde_json::Value;

use super::resource_type;
use crate::{
    directory::{DirectoryError, check_key},
    tenants::Tenant,
};

/// A document in the form of its row.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) name_key: String,
    pub(super) external_id: Option<String>,
    pub(super) text: String,
    search: String,
    /// Of registered extensions; the name is not among them.
    pub(super) unique: Vec<UniqueValue>,
}

impl Row {
    pub(super) fn of(tenant: &Tenant, document: Document) -> Result<Self, DirectoryError> {
        let name = document.str_at(&["displayName"]).unwrap_or_default().to_owned();
        if name.trim().is_empty() {
            return Err(
                ScimError::invalid_value("The displayName is missing; a group needs one.").into()
            );
        }
        let external_id = document.str_at(&["externalId"]).map(str::to_owned);
        let name_key = fold(&name);
        check_key("displayName", &name_key)?;
        check_key("externalId", external_id.as_deref().unwrap_or_default())?;
        let unique = resource_type(tenant).unique_values(&document);
        let text = document.to_text();
        let search = search_form(resource_type(tenant), &Value::from(document)).to_string();
        Ok(Self { name, name_key, external_id, text, search, unique })
    }

    pub(super) fn write(&self, id: GroupId, at: Timestamp) -> GroupWrite<'_> {
        GroupWrite {
            id,
            display_name: &self.name,
            name_key: &self.name_key,
            external_id: self.external_id.as_deref(),
            at,
            document: &self.text,
            search: &self.search,
        }
    }
}
