//! Mails that wait or were sent.

use seatlink_domain::{MessageId, Secret, Timestamp, outbox::Message};
use seatlink_edge::words;
use seatlink_texts::Language;
use serde::Serialize;
use utoipa::ToSchema;

/// Mails of the outbox, the latest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailList)]
pub(crate) struct MailList {
    pub(crate) messages: Vec<MailView>,
}

/// A mail. It may carry credentials.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mail)]
pub(crate) struct MailView {
    #[schema(value_type = Uuid)]
    id: MessageId,
    to: String,
    subject: String,
    /// Null once the mail is sent.
    #[schema(required)]
    body: Option<String>,
    /// Null if there is none, or once the mail is sent.
    #[schema(required)]
    attachment: Option<AttachmentView>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(required, format = DateTime)]
    sent_at: Option<String>,
    attempts: i64,
    #[schema(required)]
    last_error: Option<String>,
}

/// The file that waits with a mail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailAttachment)]
struct AttachmentView {
    name: String,
    /// In bytes.
    size: usize,
    /// Where the file is.
    url: String,
}

/// The content of a file.
#[expect(dead_code, reason = "it only describes the bytes of an answer")]
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct MailFile(Vec<u8>);

impl MailView {
    pub(crate) fn of(origin: &str, message: &Message) -> Self {
        let attachment = message.attachment.as_ref().map(|(name, size)| AttachmentView {
            name: name.clone(),
            size: *size,
            url: format!("{origin}/manage/v1/outbox/{}/attachment", message.id),
        });
        Self {
            id: message.id,
            to: message.to.clone(),
            subject: message.subject.clone(),
            body: message.body.as_ref().map(Secret::expose).map(str::to_owned),
            attachment,
            created_at: message.created_at.rfc3339(),
            sent_at: message.sent_at.map(Timestamp::rfc3339),
            attempts: message.attempts,
            last_error: message
                .last_error
                .as_ref()
                .map(|why| words::mail(why, Language::English).text()),
        }
    }
}
