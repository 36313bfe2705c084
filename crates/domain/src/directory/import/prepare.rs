//! People of a file on their way to their rows: everything that needs no transaction.

use std::collections::{BTreeMap, HashMap};

use seatlink_scim::{Document, Leniency, validate};
use seatlink_store::{RoleId, UserId};
use serde_json::{Value, json};

use super::ImportError;
use crate::{
    Platform,
    access::roles::Role,
    directory::{
        DirectoryError,
        people_file::{PersonRow, RowError},
        role_rule,
        users::{self, Row},
    },
    tenants::{Profile, Tenant},
};

/// A person who passed every check that needs no database.
pub(super) struct Checked {
    pub(super) line: u64,
    pub(super) document: Document,
    pub(super) groups: Vec<String>,
}

impl Checked {
    pub(super) fn of(tenant: &Tenant, person: PersonRow) -> Result<Self, RowError> {
        let PersonRow { line, resource, groups } = person;
        let refused = |sentence: String| RowError { line, column: None, sentence };
        let resource = Value::Object(resource);
        let accepted =
            validate::create(users::resource_type(tenant), resource, Leniency::Forgiving)
                .map_err(|error| refused(error.detail))?;
        let mut document = accepted.document;
        users::complete(tenant, &mut document).map_err(|error| refused(error.to_string()))?;
        Ok(Self { line, document, groups })
    }

    /// The roles the file asks for, as far as the tenant's rule has a say in them.
    pub(super) fn asked_role(&self, tenant: &Tenant) -> Option<Asked> {
        match tenant.profile {
            Profile::ContactCenter => Some(asked(&self.document)),
            Profile::Standard => None,
        }
    }
}

/// The `roles` of a document as text; `None` asks for the tenant's default.
pub(super) type Asked = Option<String>;

fn asked(document: &Document) -> Asked {
    document.get("roles").map(Value::to_string)
}

/// The role for each way a file asks for one, found before anything is written.
#[derive(Default)]
pub(super) struct RoleBook(HashMap<Asked, Role>);

impl RoleBook {
    /// Looks the roles up. Each comes with the line that asks for it first.
    pub(super) async fn resolve(
        platform: &Platform,
        tenant: &Tenant,
        asked: BTreeMap<Asked, u64>,
    ) -> Result<Self, ImportError> {
        let mut book = Self::default();
        let mut errors = Vec::new();
        for (asked, line) in asked {
            let tenant_now = tenant.clone();
            let roles = asked.clone();
            let found = platform
                .db()
                .read(tenant.id, move |mut tx| async move {
                    let roles = roles.unwrap_or_else(|| String::from("null"));
                    let mut document = Document::from_stored(&format!("{{\"roles\":{roles}}}"))?;
                    if document.get("roles") == Some(&Value::Null) {
                        document.remove("roles");
                    }
                    role_rule::primary_role(&mut tx, &tenant_now, &mut document, None).await
                })
                .await;
            match found {
                Ok(role) => {
                    book.0.insert(asked, role);
                }
                Err(DirectoryError::Store(error)) => return Err(error.into()),
                Err(refused) => errors.push(RowError {
                    line,
                    column: Some(String::from("roles")),
                    sentence: refused.to_string(),
                }),
            }
        }
        if errors.is_empty() { Ok(book) } else { Err(ImportError::Rows(errors)) }
    }
}

/// A person as a row, should the name be free.
pub(super) struct Prepared {
    pub(super) line: u64,
    pub(super) id: UserId,
    pub(super) row: Row,
    pub(super) role: Option<(RoleId, String)>,
    pub(super) groups: Vec<String>,
    /// What the file did not say and a new person is given; somebody who is there already keeps
    /// theirs.
    given: Vec<&'static str>,
}

impl Prepared {
    pub(super) fn of(
        platform: &Platform,
        tenant: &Tenant,
        roles: &RoleBook,
        person: Checked,
    ) -> Result<Self, ImportError> {
        let asked = person.asked_role(tenant);
        let Checked { line, mut document, groups } = person;
        let mut given = Vec::new();
        if document.get("active").is_none() {
            document.set("active", Value::Bool(true));
            given.push("active");
        }
        let role = match asked {
            None => None,
            Some(asked) => {
                if asked.is_none() {
                    given.push("roles");
                }
                let Some(role) = roles.0.get(&asked) else {
                    return Err(ImportError::FileChanged);
                };
                let entry =
                    json!({ "value": role.id.to_string(), "display": role.name, "primary": true });
                document.set("roles", Value::Array(vec![entry]));
                Some((role.id, role.name.clone()))
            }
        };
        let row = Row::of(tenant, document).map_err(|error| {
            let sentence = error.to_string();
            ImportError::Rows(vec![RowError { line, column: None, sentence }])
        })?;
        Ok(Self { line, id: platform.new_id(), row, role, groups, given })
    }

    /// What the file says of the person, and nothing else.
    pub(super) fn document(&self) -> Result<Document, DirectoryError> {
        let mut document = Document::from_stored(self.row.text())?;
        for name in &self.given {
            document.remove(name);
        }
        Ok(document)
    }
}
