//! A user's document in the form of its row, completed by the rules of the tenant's profile.

use seatlink_scim::{Document, Error as ScimError, UniqueValue, fold, search_form};
use seatlink_store::{
    Timestamp, UserId,
    users::{UserRecord, UserWrite, search_text},
};
use serde_json::Value;

use super::{
    manager::{manager_of, settle},
    resource_type,
};
use crate::{
    directory::{DirectoryError, check_key},
    tenants::{Profile, Tenant},
};

/// Attributes in the form in which they are stored, and what the tenant's profile demands or
/// computes beyond the schema.
pub(in crate::directory) fn complete(
    tenant: &Tenant,
    document: &mut Document,
) -> Result<(), DirectoryError> {
    settle(document);
    if tenant.profile == Profile::Standard {
        return Ok(());
    }
    let user_name = document.str_at(&["userName"]).unwrap_or_default();
    if !is_address_shaped(user_name) {
        return Err(ScimError::invalid_value(format!(
            "The userName “{user_name}” is not in the form of an e-mail address, such as jo@example.com."
        ))
        .into());
    }
    let given = document.str_at(&["name", "givenName"]).unwrap_or_default();
    let family = document.str_at(&["name", "familyName"]).unwrap_or_default();
    let formatted = full_name(given, family);
    document.set_at(&["name", "formatted"], Value::String(formatted));
    Ok(())
}

/// The family name comes first, without a space, where names are written in Han or Hangul.
fn full_name(given: &str, family: &str) -> String {
    let east_asian = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'))
    };
    if east_asian(given) && east_asian(family) {
        format!("{family}{given}")
    } else {
        format!("{given} {family}").trim().to_owned()
    }
}

fn is_address_shaped(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && !domain.is_empty()
        && text.len() <= 254
        && !local.contains('@')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

pub(super) fn user_name_of(document: &Document) -> &str {
    document.str_at(&["userName"]).unwrap_or_default()
}

/// The addresses as they are compared, each once.
pub(super) fn email_keys(document: &Document) -> Vec<String> {
    let mut keys: Vec<String> = document
        .get("emails")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|email| email.get("value").and_then(Value::as_str))
        .map(fold)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A document in the form of its row.
pub(in crate::directory) struct Row {
    pub(in crate::directory) user_name: String,
    pub(in crate::directory) user_name_key: String,
    pub(super) external_id: Option<String>,
    pub(super) active: bool,
    text: String,
    search: String,
    email_keys: Vec<String>,
    pub(super) manager: Option<UserId>,
    /// Of registered extensions; the user name is not among them.
    pub(in crate::directory) unique: Vec<UniqueValue>,
}

impl Row {
    pub(in crate::directory) fn of(
        tenant: &Tenant,
        document: Document,
    ) -> Result<Self, DirectoryError> {
        let user_name = user_name_of(&document).to_owned();
        if user_name.is_empty() {
            return Err(
                ScimError::invalid_value("The userName is missing; a user needs one.").into()
            );
        }
        let email_keys = email_keys(&document);
        for key in &email_keys {
            check_key("emails.value", key)?;
        }
        let unique = resource_type(tenant).unique_values(&document);
        let text = document.to_text();
        let manager = manager_of(&document);
        let external_id = document.str_at(&["externalId"]).map(str::to_owned);
        check_key("externalId", external_id.as_deref().unwrap_or_default())?;
        // RFC 7643 §4.1.1 leaves the meaning of an absent `active` to us: usable.
        let active = document.get("active").and_then(Value::as_bool).unwrap_or(true);
        let search = search_text(search_form(resource_type(tenant), &Value::from(document)));
        let user_name_key = fold(&user_name);
        check_key("userName", &user_name_key)?;
        Ok(Self {
            user_name,
            user_name_key,
            external_id,
            active,
            text,
            search,
            email_keys,
            manager,
            unique,
        })
    }

    /// The document as it is stored.
    pub(in crate::directory) fn text(&self) -> &str {
        &self.text
    }

    pub(in crate::directory) fn write(&self, id: UserId, at: Timestamp) -> UserWrite<'_> {
        UserWrite {
            id,
            user_name: &self.user_name,
            user_name_key: &self.user_name_key,
            external_id: self.external_id.as_deref(),
            active: self.active,
            at,
            document: &self.text,
            search: &self.search,
            email_keys: &self.email_keys,
            manager: self.manager,
        }
    }

    pub(super) fn into_record(self, id: UserId, at: Timestamp) -> UserRecord {
        UserRecord {
            id,
            user_name: self.user_name,
            external_id: self.external_id,
            active: self.active,
            version: 1,
            created_at: at,
            modified_at: at,
            document: self.text,
            manager: self.manager,
        }
    }
}
