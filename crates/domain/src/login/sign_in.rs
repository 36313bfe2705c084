//! Signing in with user name and password.

use seatlink_scim::fold;
use seatlink_store::{
    self as store, SystemTx, TenantId, Timestamp, tenants::TenantRecord, users::SignInRecord,
};

use super::{
    LoginError, password,
    sessions::{self, NewSession},
};
use crate::{
    Platform,
    actor::{Actor, ActorKind},
    log::{self, Change, Event, Named},
    permission::Permissions,
    seal::Secret,
    settings::Realm,
};

/// How many business units one attempt is tried in; more would make one request a burst of hashing.
const MOST_CANDIDATES: usize = 4;

/// Signs a person in and starts a session with a fresh id. `business_unit` and `tenant` narrow the
/// search when the same user name exists in several.
pub async fn sign_in(
    platform: &Platform,
    realm: Realm,
    user_name: &str,
    password: &Secret,
    business_unit: Option<i64>,
    tenant: Option<TenantId>,
) -> Result<NewSession, LoginError> {
    let key = fold(user_name.trim());
    let candidates: Vec<SignInRecord> = candidates(platform, &key)
        .await?
        .into_iter()
        .filter(|(_, of)| of.realm == realm.as_str())
        .filter(|(_, of)| business_unit.is_none_or(|wanted| of.business_unit == wanted))
        .filter(|(_, of)| tenant.is_none_or(|wanted| of.id == wanted))
        .map(|(record, _)| record)
        .take(MOST_CANDIDATES)
        .collect();

    if candidates.is_empty() {
        password::verify_nobody(password).await?;
        return Err(LoginError::Refused);
    }
    let mut right = Vec::new();
    let mut wrong = Vec::new();
    for candidate in candidates {
        if password::verify(password, &candidate.password_hash).await? {
            right.push(candidate);
        } else {
            wrong.push(candidate);
        }
    }
    let usable: Vec<_> =
        right.iter().filter(|one| one.active && !is_locked(one, platform.now())).collect();
    match usable.as_slice() {
        [one] => start(platform, &key, one).await,
        [] => {
            for candidate in &wrong {
                refuse(platform, candidate, Refusal::WrongPassword).await?;
            }
            for candidate in &right {
                let why = if candidate.active { Refusal::Locked } else { Refusal::Inactive };
                refuse(platform, candidate, why).await?;
            }
            Err(LoginError::Refused)
        }
        _ => Err(LoginError::SeveralBusinessUnits),
    }
}

async fn candidates(
    platform: &Platform,
    key: &str,
) -> Result<Vec<(SignInRecord, TenantRecord)>, store::Error> {
    let key = key.to_owned();
    platform
        .db()
        .system_read(move |mut tx| async move {
            let mut found = Vec::new();
            for record in store::users::find_sign_in(&mut tx, &key).await? {
                let mut inside = tx.enter(record.tenant);
                let tenant = store::tenants::find(&mut inside).await?;
                tx = inside.leave();
                found.extend(tenant.map(|tenant| (record, tenant)));
            }
            Ok(found)
        })
        .await
}

fn is_locked(record: &SignInRecord, now: Timestamp) -> bool {
    record.locked_until.is_some_and(|until| until > now)
}

/// The password was right. Whether the user may still sign in is decided here, in the transaction:
/// guesses that ran at the same time may have locked the account since it was read.
async fn start(
    platform: &Platform,
    key: &str,
    candidate: &SignInRecord,
) -> Result<NewSession, LoginError> {
    let at = platform.now();
    let (cookie, draft) = sessions::draft(platform, candidate.tenant, candidate.id, at);
    let (key, id, checked) = (key.to_owned(), candidate.id, candidate.password_hash.clone());
    let session = platform
        .db()
        .system_write(move |tx: SystemTx| async move {
            // Whoever changes the person at this moment is waited for, and waits for this.
            let mut inside = tx.enter(draft.tenant());
            let user = store::users::lock(&mut inside, id).await?.ok_or(LoginError::Refused)?;
            let mut tx = inside.leave();
            let current = store::users::find_sign_in(&mut tx, &key).await?;
            let current = current.into_iter().find(|record| record.id == id);
            let usable = current.is_some_and(|record| {
                record.active && !is_locked(&record, at) && record.password_hash == checked
            });
            if !usable {
                return Err(LoginError::Refused);
            }
            let mut tx = tx.enter(draft.tenant());
            store::users::record_login(&mut tx, id).await?;
            let session = draft.insert(&mut tx, &user.user_name).await?;
            let actor = session.unprivileged_actor();
            let change = Change::new(Event::SignedIn { user: Named::new(id, user.user_name) });
            log::record(&mut tx, &actor, at, &change).await?;
            Ok(session)
        })
        .await?;
    Ok(NewSession { cookie, session })
}

#[derive(Clone, Copy)]
enum Refusal {
    WrongPassword,
    Locked,
    Inactive,
}

async fn refuse(
    platform: &Platform,
    candidate: &SignInRecord,
    refusal: Refusal,
) -> Result<(), LoginError> {
    let at = platform.now();
    let lockout = platform.settings().lockout;
    let record = candidate.clone();
    platform
        .db()
        .write(candidate.tenant, move |mut tx| async move {
            let Some(user) = store::users::lock(&mut tx, record.id).await? else { return Ok(()) };
            // As it is now: of many guesses at the same moment each was told the same before.
            let standing = store::users::find_standing(&mut tx, record.id).await?;
            let locked_until = standing.and_then(|standing| standing.locked_until);
            let locked = locked_until.is_some_and(|until| until > at);
            let mut locks_now = false;
            if matches!(refusal, Refusal::WrongPassword) && !locked {
                // A lock that has run out starts the count again.
                if locked_until.is_some() {
                    store::users::record_login(&mut tx, record.id).await?;
                }
                let until = at.plus(lockout.lasts);
                let count =
                    store::users::record_failed_login(&mut tx, record.id, lockout.attempts, until)
                        .await?;
                locks_now = count >= lockout.attempts;
            }
            let actor = nobody(record.tenant, &user.user_name);
            let user = Named::new(record.id, user.user_name);
            let event = match refusal {
                Refusal::WrongPassword if locks_now => Event::LockedOut {
                    user,
                    minutes: lockout.lasts.as_secs() / 60,
                    attempts: lockout.attempts,
                },
                Refusal::WrongPassword => Event::WrongPassword { user },
                Refusal::Locked => Event::SignInWhileLocked { user },
                Refusal::Inactive => Event::SignInWhileInactive { user },
            };
            log::record(&mut tx, &actor, at, &Change::new(event)).await?;
            Ok(())
        })
        .await
}

/// Whoever typed the name has not shown to be that person.
fn nobody(tenant: TenantId, name: &str) -> Actor {
    Actor {
        kind: ActorKind::System,
        name: format!("sign-in page, as {name}").into(),
        permissions: Permissions::default(),
        ..Actor::system(tenant)
    }
}
