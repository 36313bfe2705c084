//! The mail worker against a small SMTP server on loopback.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test, and says where")]

use seatlink_domain::{
    Actor, Clock, Db, Durability, Location, Options, Realm, Sealer, Settings,
    apps::{
        self, ApiScope, AuthMethod, ClientType, DeliveryMethod, FedRamp, Registration, SigningAlg,
        Tenancy, Urls,
    },
    log::MailTrouble,
    outbox::Message as Queued,
    tenants::{self, InitialRoles, NewTenant, Profile, TenantSettings},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use super::*;

const FROM: &str = "Seatlink <no-reply@example.com>";

/// A tenant with one registered application, whose two mails wait.
struct Ground {
    platform: Platform,
    operator: Actor,
    _dir: TempDir,
}

async fn ground() -> Ground {
    let dir = tempfile::tempdir().unwrap();
    let location = Location::Sqlite { path: dir.path().join("seatlink.db") };
    let db = Db::open(Options { location, durability: Durability::Normal }).await.unwrap();
    let clock = Clock::fixed(Timestamp::from_micros(1_700_000_000_000_000));
    let settings = Settings::single("https://na1.example.com", "na1");
    let platform = Platform::new(db, clock, Sealer::new(&[7; 32]), settings);
    let new = NewTenant {
        business_unit: 4711,
        name: String::from("Example"),
        profile: Profile::ContactCenter,
        region: String::from("na1"),
        realm: Realm::Commercial,
        settings: TenantSettings::default(),
        roles: InitialRoles::None,
    };
    let tenant = tenants::create(&platform, new).await.unwrap();
    let operator = Actor::operator(tenant.id);
    let registration = Registration {
        requester_email: String::from("dev@example.com"),
        requester_name: String::from("王丽"),
        business_unit: 4711,
        app_name: String::from("Okta 集成"),
        description: String::from("For SCIM"),
        contacts: vec![String::from("one@example.com")],
        delivery: DeliveryMethod::Email,
        tenancy: Tenancy::Single,
        fed_ramp: FedRamp::No,
        auth_method: AuthMethod::ClientSecretPost,
        scopes: ApiScope::ALL.to_vec(),
        app_type: ClientType::UserConfidential,
        id_token_alg: SigningAlg::default(),
        urls: Urls { redirects: vec![String::from("https://example.com/cb")], ..Urls::default() },
    };
    apps::register(&platform, &operator, registration).await.unwrap();
    Ground { platform, operator, _dir: dir }
}

impl Ground {
    async fn queued(&self) -> Vec<Queued> {
        outbox::list(&self.platform, &self.operator, 10).await.unwrap()
    }
}

/// A mail server that takes everything, or answers every recipient with `refusal`. It tells what it
/// got: whole mails, or the recipients it refused.
async fn mail_server(refusal: Option<&'static str>) -> (Mailer, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (told, tells) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, refusal, told.clone()));
        }
    });
    (Mailer::new(&Secret::new(url), FROM).unwrap(), tells)
}

async fn converse(
    stream: TcpStream,
    refusal: Option<&'static str>,
    told: mpsc::UnboundedSender<String>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.example.com\r\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer = match (verb.as_str(), refusal) {
            ("EHLO", _) => "250-mail.example.com\r\n250 8BITMIME",
            ("RCPT", Some(refusal)) => {
                told.send(line.trim().to_owned()).ok();
                refusal
            }
            ("DATA", _) => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") {
                    stream.read_line(&mut mail).await?;
                }
                told.send(mail).ok();
                "250 taken"
            }
            ("QUIT", _) => "221 bye",
            (_, _) => "250 ok",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        line.clear();
    }
    Ok(())
}

#[tokio::test]
async fn queued_mails_arrive_whole_and_are_erased() {
    let ground = ground().await;
    let (mailer, mut tells) = mail_server(None).await;
    let worker = MailWorker::start(&ground.platform, mailer);
    let mails = [tells.recv().await.unwrap(), tells.recv().await.unwrap()];
    worker.stop().await;
    for mail in &mails {
        assert!(mail.contains("To: one@example.com\r\n"), "{mail}");
        assert!(mail.contains("From: Seatlink <no-reply@example.com>\r\n"), "{mail}");
        assert!(mail.contains("Auto-Submitted: auto-generated\r\n"), "{mail}");
        assert!(mail.contains("Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"), "{mail}");
        assert!(mail.contains("@example.com>\r\n") && mail.contains("Message-ID: <"), "{mail}");
        assert!(mail.contains("Subject: ") && mail.contains("=?utf-8?b?"), "{mail}");
    }
    let with_file = mails.iter().filter(|mail| mail.contains("Content-Type: application/zip"));
    assert_eq!(with_file.count(), 1);
    for message in ground.queued().await {
        assert!(message.sent_at.is_some() && message.body.is_none(), "{message:?}");
    }
}

#[tokio::test]
async fn a_refused_recipient_is_given_up_with_the_servers_words() {
    let ground = ground().await;
    let (mailer, mut tells) = mail_server(Some("550 5.1.1 no such person")).await;
    let worker = MailWorker::start(&ground.platform, mailer);
    assert!(tells.recv().await.unwrap().contains("one@example.com"));
    assert!(tells.recv().await.is_some());
    worker.stop().await;
    for message in ground.queued().await {
        assert_eq!((message.sent_at, message.attempts), (None, 1));
        let Some(MailTrouble::Server(error)) = message.last_error else { unreachable!() };
        let error = error.as_str();
        assert!(error.contains("550") && error.contains("no such person"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_tried_again_later() {
    let ground = ground().await;
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", unused.local_addr().unwrap());
    drop(unused);
    let mailer = Mailer::new(&Secret::new(url), FROM).unwrap();
    let mail = outbox::claim_due(&ground.platform, 1).await.unwrap().remove(0);
    let failure = mailer.send(&mail, ground.platform.now()).await.unwrap_err();
    assert!(matches!(failure, Failure::Temporary(_)), "{failure:?}");
}

#[tokio::test]
async fn refusing_our_own_credentials_is_not_the_fault_of_the_mail() {
    let ground = ground().await;
    let (mailer, _tells) = mail_server(Some("530 authentication required")).await;
    let mail = outbox::claim_due(&ground.platform, 1).await.unwrap().remove(0);
    let failure = mailer.send(&mail, ground.platform.now()).await.unwrap_err();
    assert!(matches!(failure, Failure::Temporary(_)), "{failure:?}");
}

#[test]
fn a_mail_server_elsewhere_is_reached_with_tls_only() {
    let kind = |url: &str| protection(&Url::parse(url).unwrap());
    assert_eq!(kind("smtps://mail.example.com").unwrap(), Protection::Tls);
    assert_eq!(kind("smtp://mail.example.com").unwrap(), Protection::StartTls);
    assert_eq!(
        kind("smtp://user:pass@mail.example.com:587?tls=required").unwrap(),
        Protection::StartTls
    );
    for local in [
        "smtp://localhost:1025",
        "smtp://127.0.0.1:1025",
        "smtp://[::1]:1025",
        "smtp://localhost?tls=none",
    ] {
        assert_eq!(kind(local).unwrap(), Protection::None, "{local}");
    }
    assert!(matches!(kind("smtp://mail.example.com?tls=none"), Err(MailError::PlainText(_))));
    assert!(matches!(kind("smtps://mail.example.com?tls=maybe"), Err(MailError::TlsMode(_))));
    assert!(matches!(kind("https://mail.example.com"), Err(MailError::Url)));
}

#[test]
fn wrong_settings_are_told_without_the_password() {
    let told =
        |url: &str, from: &str| Mailer::new(&Secret::new(url), from).unwrap_err().to_string();
    assert!(told("mail.example.com", FROM).contains("smtps://host"));
    assert!(told("smtps://u:canary@mail.example.com", "nobody").contains("“nobody”"));
    assert!(!told("smtp://u:canary@mail.example.com?tls=none", FROM).contains("canary"));
}
