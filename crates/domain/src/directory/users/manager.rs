//! The manager of a user (RFC 7643 §4.3): a reference that the client makes and the server
//! completes.
//!
//! A client says who it is by `value`, or by `$ref` alone. If that is a user of the tenant, answers
//! add where they are and what they are called, as they are at that moment; neither is stored.
//! Clients send managers before these exist, and names that are no id of ours: what names nobody is
//! kept as it came.

use std::{collections::HashMap, fmt::Write as _};

use seatlink_scim::{Document, schema::ENTERPRISE_USER};
use seatlink_store::{
    self as store, Posted, Timestamp, Tx, UserId, users::UserRecord, work::Priority,
};
use serde_json::Value;
use uuid::Uuid;

use super::row::Row;
use crate::{
    actor::Actor,
    directory::{DirectoryError, display_name::display_name},
    log::{self, Change, Event, Named},
    tenants::Tenant,
};

const MANAGER: &str = "manager";
const VALUE: &str = "value";
const REFERENCE: &str = "$ref";
/// Reports that are in memory at once while their manager is deleted.
const REPORTS: i64 = 200;

/// A user who is somebody's manager.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::directory) struct ManagerReference {
    pub(in crate::directory) id: Uuid,
    pub(in crate::directory) display: Option<String>,
}

impl ManagerReference {
    fn new(id: Uuid, document: &str) -> Self {
        Self { id, display: display_name(document) }
    }

    /// Appends the stored document of a user who has this manager, completed by what is known of
    /// the manager.
    pub(in crate::directory) fn render(&self, out: &mut String, base: &str, document: &str) {
        let Some(at) = self.end_of_value(document) else {
            out.push_str(document);
            return;
        };
        let (before, after) = document.split_at(at);
        out.push_str(before);
        write!(out, ",\"$ref\":\"{base}/Users/{}\"", self.id)
            .expect("writing to a String cannot fail");
        if let Some(display) = &self.display {
            write!(out, ",\"displayName\":{}", Value::from(display.as_str()))
                .expect("writing to a String cannot fail");
        }
        out.push_str(after);
    }

    /// Behind the `value` of the manager. No text inside looks like what is searched for: its
    /// quotes are escaped.
    fn end_of_value(&self, document: &str) -> Option<usize> {
        let container = format!("\"{ENTERPRISE_USER}\":{{");
        let manager = format!("\"{MANAGER}\":{{\"{VALUE}\":\"{}\"", self.id);
        let begin = document.find(&container)?;
        let at = document[begin..].find(&manager)?;
        Some(begin + at + manager.len())
    }
}

/// Brings the manager into the form in which it is stored: of a reference to a user just the id.
pub(super) fn settle(document: &mut Document) {
    let container = document.get(ENTERPRISE_USER);
    let Some(manager) = container.and_then(|container| container.get(MANAGER)) else { return };
    let Some(reference) = manager.get(REFERENCE).and_then(Value::as_str) else { return };
    match manager.get(VALUE).and_then(Value::as_str) {
        Some(value) if id(value).is_some() => {
            document.set_at(&[ENTERPRISE_USER, MANAGER, REFERENCE], Value::Null);
        }
        Some(_) => {}
        None => {
            if let Some(id) = referred(reference) {
                let settled = serde_json::json!({ VALUE: id.to_string() });
                document.set_at(&[ENTERPRISE_USER, MANAGER], settled);
            }
        }
    }
}

/// A PATCH that sends the address alone of another manager is laid over the one there is: its
/// address says who is meant. No address of a user is ever stored, so one beside the old value came
/// with the request.
pub(super) fn settle_patched(document: &mut Document, current: &Document) {
    const VALUE_PATH: [&str; 3] = [ENTERPRISE_USER, MANAGER, VALUE];
    let reference = document.str_at(&[ENTERPRISE_USER, MANAGER, REFERENCE]);
    if let Some(meant) = reference.and_then(referred)
        && document.str_at(&VALUE_PATH) == current.str_at(&VALUE_PATH)
    {
        document.set_at(&VALUE_PATH, Value::String(meant.to_string()));
    }
}

/// The id of the manager, whether or not there is such a user.
pub(super) fn manager_of(document: &Document) -> Option<UserId> {
    id(document.str_at(&[ENTERPRISE_USER, MANAGER, VALUE])?).map(UserId::from)
}

/// An id in the one form in which we give it out.
fn id(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok().filter(|id| !id.is_nil())?;
    let same = id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text;
    same.then_some(id)
}

/// The user at this address, wherever it says that we are (RFC 7643 §2.4: with or without a version
/// in it).
fn referred(reference: &str) -> Option<Uuid> {
    let (rest, last) = reference.rsplit_once('/')?;
    let is_user = rest.rsplit('/').next() == Some("Users");
    is_user.then(|| id(last)).flatten()
}

/// The manager of this id, if that is a user. Whoever has none costs no statement.
pub(super) async fn find(
    tx: &mut Tx,
    manager: Option<UserId>,
) -> Result<Option<ManagerReference>, store::Error> {
    let Some(id) = manager else { return Ok(None) };
    let document = store::users::document(tx, id).await?;
    Ok(document.map(|document| ManagerReference::new(id.uuid(), &document)))
}

/// For whoever writes a reference: until that is committed the manager cannot be deleted, and one
/// that is being deleted is waited for. So whoever is deleted finds all who report to them.
pub(super) async fn keep(tx: &mut Tx, manager: Option<UserId>) -> Result<(), store::Error> {
    match manager {
        Some(id) => store::users::keep(tx, &[id.uuid()]).await,
        None => Ok(()),
    }
}

/// Those of these ids that are users, in one statement; in none if there are no ids.
pub(in crate::directory) async fn find_all(
    tx: &mut Tx,
    mut ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, ManagerReference>, store::Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    ids.sort_unstable();
    ids.dedup();
    let found = store::users::documents(tx, &ids).await?;
    let reference = |(id, document): (Uuid, String)| (id, ManagerReference::new(id, &document));
    Ok(found.into_iter().map(reference).collect())
}

/// Takes a user who is about to be deleted from everybody whose manager they are, each with a new
/// version, a row of the log and the work that follows from it; the answer counts work items.
pub(super) async fn leave_reports(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    gone: &UserRecord,
    at: Timestamp,
) -> Result<u64, DirectoryError> {
    let mut enqueued = 0;
    loop {
        let reports = store::users::lock_reports(tx, gone.id, REPORTS).await?;
        if reports.is_empty() {
            return Ok(enqueued);
        }
        let mut posted = Vec::new();
        for record in reports {
            posted.push(leave_report(tx, actor, tenant, gone, (record, at)).await?);
        }
        for posted in posted {
            enqueued += tx.count(posted).await?;
        }
    }
}

async fn leave_report(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    gone: &UserRecord,
    (record, at): (UserRecord, Timestamp),
) -> Result<Posted, DirectoryError> {
    let id = record.id;
    let before = Document::from_stored(&record.document)?;
    let mut after = before.clone();
    after.set_at(&[ENTERPRISE_USER, MANAGER], Value::Null);
    let difference = log::difference(before.map(), after.map());
    let row = Row::of(tenant, after)?;
    store::users::update_document(tx, row.write(id, at), &record).await?;
    store::users::set_manager(tx, id, None).await?;
    let event = Event::ManagerDeleted {
        user: Named::new(id, record.user_name),
        manager: Named::new(gone.id, &gone.user_name),
    };
    let change = Change::new(event).with_difference(difference);
    log::record(tx, actor, at, &change).await?;
    Ok(store::work::enqueue_user(tx, id, Priority::Normal, at).await?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

    use serde_json::json;

    use super::*;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    fn with(manager: &Value) -> Document {
        let document = json!({ "userName": "a", ENTERPRISE_USER: { "manager": manager } });
        Document::from_stored(&document.to_string()).unwrap()
    }

    #[test]
    fn of_a_reference_to_a_user_the_id_is_stored() {
        let elsewhere = "https://example.com/Users/7";
        for (sent, stored) in [
            (json!({ "value": ID }), json!({ "value": ID })),
            (json!({ "value": ID, "$ref": elsewhere }), json!({ "value": ID })),
            (json!({ "$ref": format!("../Users/{ID}") }), json!({ "value": ID })),
            (json!({ "$ref": format!("https://h/scim/v2/Users/{ID}") }), json!({ "value": ID })),
            (
                json!({ "$ref": format!("https://h/scim/v2/Groups/{ID}") }),
                json!({ "$ref": format!("https://h/scim/v2/Groups/{ID}") }),
            ),
            (json!({ "$ref": elsewhere }), json!({ "$ref": elsewhere })),
            (
                json!({ "value": "boss", "$ref": elsewhere }),
                json!({ "value": "boss", "$ref": elsewhere }),
            ),
        ] {
            let mut document = with(&sent);
            settle(&mut document);
            assert_eq!(document, with(&stored), "{sent}");
            let is_id = stored.get("value") == Some(&json!(ID));
            assert_eq!(manager_of(&document).is_some(), is_id, "{stored}");
        }
    }

    #[test]
    fn other_spellings_of_an_id_are_kept_and_name_nobody() {
        for value in [&ID.to_uppercase(), &ID.replace('-', ""), "boss", &Uuid::nil().to_string()] {
            assert_eq!(manager_of(&with(&json!({ "value": value }))), None, "{value}");
        }
    }

    #[test]
    fn the_reference_is_completed_where_it_stands_and_nowhere_else() {
        let manager = json!({ "value": ID });
        let document = json!({
            "title": format!("{{\"{ENTERPRISE_USER}\":{{\"manager\":{manager}}}}}"),
            "urn:a:b:c": { "manager": manager },
            ENTERPRISE_USER: { "department": "\"manager\":{", "manager": manager },
            "urn:d:e:f": { "manager": manager },
        });
        let id = ID.parse().unwrap();
        let boss = ManagerReference { id, display: Some(String::from("B \"x\"")) };
        let mut out = String::new();
        boss.render(&mut out, "https://h/scim/v2", &document.to_string());
        let mut expected = document;
        expected[ENTERPRISE_USER]["manager"] = json!({
            "value": ID, "$ref": format!("https://h/scim/v2/Users/{ID}"), "displayName": "B \"x\"",
        });
        assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), expected);
    }
}
