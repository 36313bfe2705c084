//! The mail worker: takes what is due from the outbox and hands it to the configured mail server.
//!
//! The outbox is the truth, this is only its messenger: it may be killed at any line, and another
//! one goes on. A mail can arrive twice, but then with the same Message-ID. Bodies and attachments
//! are never logged.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{authentication::Credentials, response::Category},
};
use percent_encoding::percent_decode_str;
use seatlink_domain::{
    Platform, Secret, Timestamp,
    log::{MailTrouble, Quoted},
    outbox::{self, Failure, OutboxError, Outgoing},
};
use tokio::{sync::watch, task::JoinHandle, time};
use url::{Host, Url};

use seatlink_edge::chain;

/// So many that all can fail by [`ONE_MAIL`] within the five minutes of a claim.
const BATCH: i64 = 8;
/// For one mail from connecting to the server's last word.
const ONE_MAIL: Duration = Duration::from_secs(30);
/// Wakes can be lost; and retries come due without one.
const POLL: Duration = Duration::from_secs(15);
/// For connecting and for each command.
const TIMEOUT: Duration = Duration::from_secs(20);
/// A mail that is under way when the process is to end may still arrive.
const LAST_MAIL: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub(crate) enum MailError {
    #[error(
        "the mail server must be given as smtps://host or smtp://host, with user:password@ if it needs them"
    )]
    Url,
    #[error(
        "“tls={0}” is not known; leave it out for TLS, or write tls=none for a mail server on this machine"
    )]
    TlsMode(String),
    #[error("mails carry credentials, so the mail server {0} must be reached with TLS")]
    PlainText(String),
    #[error("the mail server's name is not usable")]
    Server(#[source] lettre::transport::smtp::Error),
    #[error("“{0}” is not a sender such as Seatlink <no-reply@example.com>")]
    Sender(String),
}

/// A mail server, and who mails are from.
#[derive(Clone, Debug)]
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// How the connection is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Protection {
    /// From the first byte: `smtps://`.
    Tls,
    /// By STARTTLS, and never without it: `smtp://`.
    StartTls,
    /// Not at all, for a server on this machine: `smtp://localhost`, or with `?tls=none`.
    None,
}

impl Mailer {
    /// From `smtps://user:password@host:port`, or `smtp://` for STARTTLS.
    pub(crate) fn new(url: &Secret, from: &str) -> Result<Self, MailError> {
        let url = Url::parse(url.expose()).map_err(|_| MailError::Url)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(MailError::Url)?;
        let builder = match protection(&url)? {
            Protection::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host),
            Protection::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host),
            Protection::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)),
        };
        let mut builder = builder.map_err(MailError::Server)?.timeout(Some(TIMEOUT));
        if let Some(port) = url.port() {
            builder = builder.port(port);
        }
        if let (false, Some(password)) = (url.username().is_empty(), url.password()) {
            let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
            builder =
                builder.credentials(Credentials::new(decoded(url.username()), decoded(password)));
        }
        let from = from.parse().map_err(|_| MailError::Sender(from.to_owned()))?;
        Ok(Self { transport: builder.build(), from })
    }

    async fn send(&self, mail: &Outgoing, at: Timestamp) -> Result<(), Failure> {
        let message = self.message(mail, at).map_err(|error| {
            Failure::Permanent(MailTrouble::Malformed(Quoted::new(error.to_string())))
        })?;
        match time::timeout(ONE_MAIL, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(Failure::Temporary(MailTrouble::TimedOut)),
        }
    }

    fn message(
        &self,
        mail: &Outgoing,
        at: Timestamp,
    ) -> Result<Message, Box<dyn std::error::Error>> {
        let micros = u64::try_from(at.micros()).unwrap_or(0);
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, mail.to.parse()?))
            .subject(mail.subject.as_str())
            .date(UNIX_EPOCH + Duration::from_micros(micros))
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())));
        // RFC 3834 §5: so that nobody's absence note answers.
        builder = builder.raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            String::from("auto-generated"),
        ));
        let body = SinglePart::plain(mail.body.expose().to_owned());
        let Some(attachment) = &mail.attachment else {
            return Ok(builder.singlepart(body)?);
        };
        let kind = ContentType::parse("application/zip")?;
        let file = Attachment::new(attachment.name.clone()).body(attachment.content.clone(), kind);
        Ok(builder.multipart(MultiPart::mixed().singlepart(body).singlepart(file))?)
    }
}

fn protection(url: &Url) -> Result<Protection, MailError> {
    let mut modes = url.query_pairs().filter(|(name, _)| name == "tls").map(|(_, mode)| mode);
    let local = match url.host() {
        // The scheme is not one of the web's, so addresses are not recognised as such.
        Some(Host::Domain(name)) => {
            name == "localhost"
                || name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err(MailError::Url),
    };
    match (url.scheme(), modes.next().as_deref()) {
        ("smtps", None) => Ok(Protection::Tls),
        ("smtp", None | Some("none")) if local => Ok(Protection::None),
        ("smtp", None | Some("required")) => Ok(Protection::StartTls),
        ("smtp", Some("none")) => {
            Err(MailError::PlainText(url.host_str().unwrap_or_default().to_owned()))
        }
        ("smtp" | "smtps", Some(mode)) => Err(MailError::TlsMode(mode.to_owned())),
        (_, _) => Err(MailError::Url),
    }
}

/// 5xx is the receiver's last word on this mail; 53x is about our own credentials (RFC 4954 §6),
/// which somebody will put right.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    let about_us = error.status().is_some_and(|code| code.category == Category::Unspecified3);
    // What the error wraps is part of its own text.
    let trouble = MailTrouble::Server(Quoted::new(error.to_string()));
    if error.is_permanent() && !about_us {
        Failure::Permanent(trouble)
    } else {
        Failure::Temporary(trouble)
    }
}

/// The running worker.
pub(crate) struct MailWorker {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl MailWorker {
    pub(crate) fn start(platform: &Platform, mailer: Mailer) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(run(platform.clone(), mailer, stopped));
        Self { stop, task }
    }

    /// Lets the mail that is under way arrive, and begins no other.
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        let abort = self.task.abort_handle();
        if time::timeout(LAST_MAIL, self.task).await.is_err() {
            abort.abort();
        }
    }
}

async fn run(platform: Platform, mailer: Mailer, mut stopped: watch::Receiver<bool>) {
    let mut woken = platform.woken();
    while !*stopped.borrow() {
        woken.mark_unchanged();
        match send_due(&platform, &mailer, &stopped).await {
            // There may be more.
            Ok(sent) if sent > 0 => continue,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(error = chain(&error), "the outbox cannot be worked on");
            }
        }
        tokio::select! {
            _ = stopped.changed() => {}
            _ = woken.changed() => {}
            () = time::sleep(POLL) => {}
        }
    }
}

/// Sends one batch and answers how many mails it held.
async fn send_due(
    platform: &Platform,
    mailer: &Mailer,
    stopped: &watch::Receiver<bool>,
) -> Result<usize, OutboxError> {
    let mails = outbox::claim_due(platform, BATCH).await?;
    let count = mails.len();
    for mail in mails {
        // The rest is due again when its lease ends.
        if *stopped.borrow() {
            break;
        }
        match mailer.send(&mail, platform.now()).await {
            Ok(()) => {
                tracing::info!(id = %mail.id, "a mail was sent");
                outbox::record_sent(platform, &mail).await?;
            }
            Err(failure) => {
                tracing::warn!(id = %mail.id, attempt = mail.attempts, ?failure, "a mail was not sent");
                outbox::record_failed(platform, &mail, failure).await?;
            }
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests;
