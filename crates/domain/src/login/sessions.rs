//! Sessions: a person's login with us, found by the hash of a cookie.

use std::sync::Arc;

use seatlink_oauth::token;
use seatlink_scim::Leniency;
use seatlink_store::{
    self as store, SessionId, TenantId, Timestamp, Tx, UserId, sessions::SessionRecord,
};
use serde_json::Value;
use std::time::Duration;

use super::LoginError;
use crate::{
    Platform,
    access::{policy::Existing, roles},
    actor::{Actor, ActorKind},
    log::{self, Change, Event, Named},
    permission::Permissions,
    seal::Secret,
    settings::Realm,
    tenants,
};

/// How stale the time of last use may be. A write on every page view would buy nothing.
const SEEN_EVERY: Duration = Duration::from_mins(1);

#[derive(Clone, Debug)]
pub struct Session {
    pub tenant: TenantId,
    pub id: SessionId,
    pub user: UserId,
    pub user_name: String,
    /// What every form of this session must send back.
    pub csrf: Secret,
    /// When the person signed in.
    pub created_at: Timestamp,
}

/// A session just started, with the cookie that is its only key.
#[derive(Debug)]
pub struct NewSession {
    pub cookie: Secret,
    pub session: Session,
}

impl Session {
    /// The person as a field of an event.
    pub(crate) fn named_user(&self) -> Named<UserId> {
        Named::new(self.user, &self.user_name)
    }

    fn from_record(record: SessionRecord) -> Self {
        Self {
            tenant: record.tenant,
            id: record.id,
            user: record.user,
            user_name: record.user_name,
            csrf: Secret::new(record.csrf),
            created_at: record.created_at,
        }
    }

    /// The person with the permissions their roles give now.
    pub async fn actor(&self, platform: &Platform) -> Result<Actor, LoginError> {
        let user = self.user;
        let permissions = platform
            .db()
            .read(
                self.tenant,
                move |mut tx| async move { roles::permissions_of(&mut tx, user).await },
            )
            .await?;
        Ok(Actor { permissions, ..self.unprivileged_actor() })
    }

    /// The person, for rows of the log.
    pub(crate) fn unprivileged_actor(&self) -> Actor {
        Actor {
            tenant: self.tenant,
            kind: ActorKind::User(self.user),
            name: Arc::from(self.user_name.as_str()),
            permissions: Permissions::default(),
            connection: None,
            request_id: None,
            leniency: Leniency::default(),
            existing: Existing::UNASKED,
        }
    }

    /// Whether a form came from a page of this session.
    pub fn csrf_matches(&self, sent: &str) -> bool {
        token::constant_time_eq(self.csrf.expose().as_bytes(), sent.as_bytes())
    }
}

/// A session that is about to be written.
pub(super) struct Draft {
    hash: [u8; 32],
    record: SessionRecord,
}

impl Draft {
    pub(super) const fn tenant(&self) -> TenantId {
        self.record.tenant
    }

    pub(super) async fn insert(
        mut self,
        tx: &mut Tx,
        user_name: &str,
    ) -> Result<Session, store::Error> {
        user_name.clone_into(&mut self.record.user_name);
        store::sessions::insert(tx, &self.hash, &self.record).await?;
        Ok(Session::from_record(self.record))
    }
}

/// A cookie and a CSRF token of their own for every sign-in, so that no id from before it survives.
pub(super) fn draft(
    platform: &Platform,
    tenant: TenantId,
    user: UserId,
    at: Timestamp,
) -> (Secret, Draft) {
    let cookie = token::format("slse_", &platform.random());
    let csrf = token::format("slcf_", &platform.random());
    let record = SessionRecord {
        tenant,
        id: platform.new_id(),
        user,
        csrf: csrf.expose().to_owned(),
        created_at: at,
        seen_at: at,
        expires_at: at.plus(platform.settings().lifetimes.session),
        user_name: String::new(),
    };
    let draft = Draft { hash: token::hash(cookie.expose()), record };
    (Secret::new(cookie.expose()), draft)
}

/// The session of a cookie, if it is one of this realm, of an active user, and neither too old nor
/// idle for too long.
pub async fn authenticate(
    platform: &Platform,
    realm: Realm,
    cookie: &str,
) -> Result<Option<Session>, LoginError> {
    if !token::looks_like("slse_", cookie) {
        return Ok(None);
    }
    let hash = token::hash(cookie);
    let found = platform
        .db()
        .system_read(move |mut tx| async move { store::sessions::find(&mut tx, &hash).await })
        .await?;
    let Some(record) = found else { return Ok(None) };
    let now = platform.now();
    let idle = now.since(record.seen_at);
    if record.expires_at <= now || idle >= platform.settings().lifetimes.session_idle {
        return Ok(None);
    }
    let in_realm = tenants::load(platform, record.tenant).await.is_ok_and(|of| of.realm == realm);
    if !in_realm {
        return Ok(None);
    }
    if idle >= SEEN_EVERY {
        platform
            .db()
            .system_write(move |mut tx| async move {
                store::sessions::record_seen(&mut tx, &hash, now).await
            })
            .await?;
    }
    Ok(Some(Session::from_record(record)))
}

/// How a person wants pages, as their own attributes say it (RFC 7643 §4.1.1).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Locale {
    /// `preferredLanguage`, a range of languages.
    pub language: Option<String>,
    /// `timezone`, an IANA name.
    pub zone: Option<String>,
}

/// What the person of a session wrote, or somebody else did for them; nothing of it was checked.
pub async fn locale(platform: &Platform, session: &Session) -> Result<Locale, LoginError> {
    let user = session.user;
    let record = platform
        .db()
        .read(session.tenant, move |mut tx| async move { store::users::find(&mut tx, user).await })
        .await?;
    let Some(record) = record else { return Ok(Locale::default()) };
    let document: Value = serde_json::from_str(&record.document).unwrap_or_default();
    let text = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(Locale { language: text("preferredLanguage"), zone: text("timezone") })
}

/// Ends the session on our side; the cookie is worth nothing afterwards.
pub async fn sign_out(platform: &Platform, cookie: &str) -> Result<(), LoginError> {
    let hash = token::hash(cookie);
    let at = platform.now();
    platform
        .db()
        .system_write(move |mut tx| async move {
            let Some(record) = store::sessions::find(&mut tx, &hash).await? else { return Ok(()) };
            store::sessions::delete(&mut tx, &hash).await?;
            let session = Session::from_record(record);
            let mut tx = tx.enter(session.tenant);
            let change = Change::new(Event::SignedOut { user: session.named_user() });
            log::record(&mut tx, &session.unprivileged_actor(), at, &change).await?;
            Ok(())
        })
        .await
}
