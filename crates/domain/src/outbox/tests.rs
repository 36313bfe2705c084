//! Mails from their transaction to the worker, on a real database.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

use seatlink_store::{Db, Durability, Location, Options};
use tempfile::TempDir;

use super::*;
use crate::{
    Clock, Permissions, Sealer, Settings,
    log::Quoted,
    settings::Realm,
    tenants::{self, InitialRoles, NewTenant, Profile, TenantSettings},
};

/// A platform on a throwaway file with one tenant of the business unit 4711, and a clock to move.
pub(crate) struct Ground {
    pub(crate) platform: Platform,
    pub(crate) clock: Clock,
    pub(crate) operator: Actor,
    _dir: TempDir,
}

pub(crate) async fn ground() -> Ground {
    ground_in(Realm::Commercial).await
}

pub(crate) async fn ground_in(realm: Realm) -> Ground {
    let dir = tempfile::tempdir().unwrap();
    let location = Location::Sqlite { path: dir.path().join("seatlink.db") };
    let db = Db::open(Options { location, durability: Durability::Normal }).await.unwrap();
    let clock = Clock::fixed(Timestamp::from_micros(1_700_000_000_000_000));
    let mut settings = Settings::single("https://na1.example.com", "na1");
    settings.hosts[0].realm = realm;
    let platform = Platform::new(db, clock.clone(), Sealer::new(&[7; 32]), settings);
    let new = NewTenant {
        business_unit: 4711,
        name: String::from("Example"),
        profile: Profile::ContactCenter,
        region: String::from("na1"),
        realm,
        settings: TenantSettings::default(),
        roles: InitialRoles::None,
    };
    let tenant = tenants::create(&platform, new).await.unwrap();
    Ground { platform, clock, operator: Actor::operator(tenant.id), _dir: dir }
}

impl Ground {
    /// Somebody with all permissions but those.
    pub(crate) fn without(&self, permission: Permission) -> Actor {
        let mut actor = self.operator.clone();
        actor.permissions = Permissions::all().without(permission);
        actor
    }

    async fn enqueue(&self, to: &str) {
        let mail = Mail {
            to: to.to_owned(),
            subject: String::from("Hello / 您好"),
            body: Secret::new("the password is canary"),
            attachment: Some(Attachment { name: String::from("a.zip"), content: vec![1, 2, 3] }),
        };
        let sealed = seal(&self.platform, mail);
        let (actor, at) = (self.operator.clone(), self.platform.now());
        self.platform
            .db()
            .write(actor.tenant, move |mut tx| async move {
                enqueue(&mut tx, &actor, &sealed, at).await
            })
            .await
            .unwrap();
    }

    async fn list(&self) -> Vec<Message> {
        list(&self.platform, &self.operator, 10).await.unwrap()
    }

    async fn claim(&self) -> Vec<Outgoing> {
        claim_due(&self.platform, 10).await.unwrap()
    }
}

#[tokio::test]
async fn a_mail_waits_sealed_and_can_be_read_by_those_who_may() {
    let ground = ground().await;
    ground.enqueue("a@example.com").await;
    let message = &ground.list().await[0];
    assert_eq!(message.to, "a@example.com");
    assert_eq!(message.body.as_ref().unwrap().expose(), "the password is canary");
    assert_eq!(message.attachment, Some((String::from("a.zip"), 3)));
    let file = attachment(&ground.platform, &ground.operator, message.id).await.unwrap();
    assert_eq!(file.content, [1, 2, 3]);

    let id = message.id;
    let record = ground
        .platform
        .db()
        .read(ground.operator.tenant, move |mut tx| async move {
            store::outbox::find(&mut tx, id).await
        })
        .await
        .unwrap()
        .unwrap();
    assert!(!record.sealed.windows(6).any(|window| window == b"canary"));
    assert!(!format!("{message:?}").contains("canary"));
}

#[tokio::test]
async fn without_the_permission_nothing_is_revealed() {
    let ground = ground().await;
    ground.enqueue("a@example.com").await;
    let id = ground.list().await[0].id;
    let nobody = ground.without(Permission::Outbox);
    let refused = list(&ground.platform, &nobody, 10).await.unwrap_err();
    assert!(matches!(refused, OutboxError::Forbidden(_)));
    let refused = attachment(&ground.platform, &nobody, id).await.unwrap_err();
    assert!(matches!(refused, OutboxError::Forbidden(_)));
    let refused = retry(&ground.platform, &nobody, id).await.unwrap_err();
    assert!(matches!(refused, OutboxError::Forbidden(_)));
}

#[tokio::test]
async fn a_claimed_mail_is_not_claimed_again_before_its_lease_ends() {
    let ground = ground().await;
    ground.enqueue("a@example.com").await;
    assert_eq!(ground.claim().await.len(), 1);
    assert!(ground.claim().await.is_empty());
    ground.clock.advance(LEASE);
    let again = ground.claim().await;
    assert_eq!(again[0].attempts, 2);
}

#[tokio::test]
async fn a_sent_mail_is_never_due_again_and_its_content_is_gone() {
    let ground = ground().await;
    ground.enqueue("a@example.com").await;
    let claimed = ground.claim().await;
    assert_eq!(claimed[0].body.expose(), "the password is canary");
    record_sent(&ground.platform, &claimed[0]).await.unwrap();
    ground.clock.advance(LEASE * 2);
    assert!(ground.claim().await.is_empty());

    let message = &ground.list().await[0];
    assert!(message.sent_at.is_some() && message.body.is_none() && message.attachment.is_none());
    let gone = attachment(&ground.platform, &ground.operator, message.id).await.unwrap_err();
    assert!(matches!(gone, OutboxError::NoAttachment(_)));
    let sent = retry(&ground.platform, &ground.operator, message.id).await.unwrap_err();
    assert!(matches!(sent, OutboxError::AlreadySent(_)));
}

#[tokio::test]
async fn a_temporary_failure_is_tried_again_after_its_wait() {
    let ground = ground().await;
    ground.enqueue("a@example.com").await;
    let claimed = ground.claim().await;
    let failure = Failure::Temporary(MailTrouble::Server(Quoted::new("451 try later")));
    record_failed(&ground.platform, &claimed[0], failure).await.unwrap();
    assert!(ground.claim().await.is_empty());
    let said = Some(MailTrouble::Server(Quoted::new("451 try later")));
    assert_eq!(ground.list().await[0].last_error, said);
    ground.clock.advance(FIRST_RETRY);
    assert_eq!(ground.claim().await.len(), 1);
}

#[tokio::test]
async fn a_permanent_failure_ends_until_somebody_asks_for_another_try() {
    let ground = ground().await;
    ground.enqueue("a@example.com").await;
    let claimed = ground.claim().await;
    let failure = Failure::Permanent(MailTrouble::Server(Quoted::new("550 no such person")));
    record_failed(&ground.platform, &claimed[0], failure).await.unwrap();
    ground.clock.advance(Duration::from_hours(365 * 24));
    assert!(ground.claim().await.is_empty());
    retry(&ground.platform, &ground.operator, claimed[0].id).await.unwrap();
    assert_eq!(ground.claim().await.len(), 1);
}

#[tokio::test]
async fn every_step_of_a_mail_is_in_the_log() {
    let ground = ground().await;
    ground.enqueue("a@example.com").await;
    let claimed = ground.claim().await;
    let failure = Failure::Temporary(MailTrouble::TimedOut);
    record_failed(&ground.platform, &claimed[0], failure).await.unwrap();
    record_sent(&ground.platform, &claimed[0]).await.unwrap();
    let history = log::history(&ground.platform, &ground.operator, claimed[0].id.uuid());
    let reasons: Vec<_> = history.await.unwrap().into_iter().map(|change| change.reason).collect();
    assert_eq!(reasons, ["mail-queued", "mail-failed", "mail-sent"]);
}

#[test]
fn waits_double_up_to_four_hours_and_end() {
    let minutes = |attempts| retry_after(attempts).map(|wait| wait.as_secs() / 60);
    assert_eq!([1, 2, 3, 8, 9, 17].map(minutes), [1, 2, 4, 128, 240, 240].map(Some));
    assert_eq!(minutes(ATTEMPTS), None);
}

#[test]
fn addresses_are_told_from_other_text() {
    for address in
        ["a@example.com", "o'hara+scim@sub.example.co.uk", "王@例子.cn", "root@localhost"]
    {
        assert!(is_address(address), "{address}");
    }
    let long = format!("{}@example.com", "a".repeat(65));
    let others = [
        "",
        "a",
        "@example.com",
        "a@",
        "a b@example.com",
        "a@exa mple.com",
        "A <a@example.com>",
        "a@b@example.com",
        "a@example..com",
        ".a@example.com",
        "a..b@example.com",
        "a@-x.com",
        "a@example.com,b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        &long,
    ];
    for other in others {
        assert!(!is_address(other), "{other}");
    }
}
