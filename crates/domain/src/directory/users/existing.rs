//! What a create does when it meets somebody who is there already, by the policy of the connection.
//!
//! Nobody is taken over by an e-mail address. What is restored keeps its id, its groups and its
//! history.

use seatlink_scim::{Document, Repair, fold, validate};
use seatlink_store::{
    self as store, Posted, Timestamp, Tx, UserId,
    users::{InactiveRecord, MetBy, UserRecord},
};
use serde_json::Value;

use super::{
    Next, absent, name_taken, resource_type,
    row::{email_keys, user_name_of},
    save,
};
use crate::{
    Platform,
    access::connections::{Existing, OnEmail, OnExternalId, OnUserName},
    actor::Actor,
    directory::{DirectoryError, Duplicate},
    log::{Named, Operation},
    tenants::Tenant,
};

/// What a create is compared by with those who are there.
pub(super) struct Asked {
    user_name_key: String,
    external_id: Option<String>,
    email_keys: Vec<String>,
    active: bool,
}

impl Asked {
    /// `None` where nobody has to be looked for: the index of user names refuses the others.
    pub(super) fn of(existing: Existing, document: &Document) -> Option<Self> {
        let external_id = match existing.external_id {
            OnExternalId::Create => None,
            OnExternalId::Conflict | OnExternalId::Restore => document.str_at(&["externalId"]),
        };
        let email_keys = match existing.email {
            OnEmail::Create => Vec::new(),
            OnEmail::Conflict => email_keys(document),
        };
        let by_name = existing.user_name == OnUserName::Restore;
        if !by_name && external_id.is_none() && email_keys.is_empty() {
            return None;
        }
        Some(Self {
            user_name_key: fold(user_name_of(document)),
            external_id: external_id.map(str::to_owned),
            email_keys,
            active: document.get("active").and_then(Value::as_bool).unwrap_or(true),
        })
    }
}

/// The inactive user whom a create restores, and whether it is active then.
#[derive(Clone, Copy)]
pub(super) struct Met {
    pub id: UserId,
    active: bool,
}

/// The inactive user whom the create restores; `None` if it makes somebody new. A conflict is an
/// error.
pub(super) async fn meet(
    platform: &Platform,
    actor: &Actor,
    asked: Asked,
) -> Result<Option<Met>, DirectoryError> {
    let existing = actor.existing;
    let active = asked.active;
    let found = platform
        .db()
        .read(actor.tenant, move |mut tx| async move {
            let keys: Vec<&str> = asked.email_keys.iter().map(String::as_str).collect();
            let external_id = asked.external_id.as_deref();
            store::users::find_inactive(&mut tx, &asked.user_name_key, external_id, &keys).await
        })
        .await?;
    let Some(first) = found.first() else { return Ok(None) };
    let alone = found.get(1).is_none_or(|second| second.met != first.met);
    let restores = match first.met {
        MetBy::UserName => existing.user_name == OnUserName::Restore,
        // Of several, nobody can tell who is meant.
        MetBy::ExternalId => alone && existing.external_id == OnExternalId::Restore,
        MetBy::Email => false,
    };
    if restores { Ok(Some(Met { id: first.id, active })) } else { Err(known_already(first)) }
}

/// What the create says takes the place of everything the user had (as a PUT would), and the user
/// is active unless it says otherwise.
pub(super) async fn restore(
    tx: &mut Tx,
    actor: &Actor,
    tenant: &Tenant,
    Met { id, active }: Met,
    body: Value,
    at: Timestamp,
) -> Result<(UserRecord, Posted, Vec<Repair>), DirectoryError> {
    let record = store::users::lock(tx, id).await?.ok_or_else(|| absent(id))?;
    // Of two who ask at the same moment one restores; to the other it is a user like any other.
    if record.active {
        return Err(taken_by(&record));
    }
    let current = Document::from_stored(&record.document)?;
    let accepted = validate::replace(resource_type(tenant), &current, body, actor.leniency)?;
    let (mut document, repairs) = (accepted.document, accepted.repairs);
    document.set("active", Value::Bool(active));
    let operation = Operation::Restore;
    let next = Next { operation, at, current, document, repairs: &repairs };
    let saved = save(tx, actor, tenant, record, next).await?;
    Ok((saved.record, saved.enqueued, repairs))
}

pub(super) fn taken_by(taken: &UserRecord) -> DirectoryError {
    if taken.active {
        return name_taken(&taken.user_name);
    }
    let (met, id, user_name) = (MetBy::UserName, taken.id, taken.user_name.clone());
    known_already(&InactiveRecord { met, id, user_name })
}

fn known_already(found: &InactiveRecord) -> DirectoryError {
    let user = Named::new(found.id, &found.user_name);
    DirectoryError::Duplicate(Duplicate::InactiveUser { by: found.met.into(), user })
}
