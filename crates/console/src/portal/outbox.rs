//! The outbox: mails that wait or were sent, and the files that wait with them.
//!
//! Without a mail server this is where contacts' credentials are handed on from. Text and file are gone once a mail is sent.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use seatlink_domain::{
    MessageId, Permission,
    outbox::{self, Message, OutboxError},
};

use super::texts::Texts;
use crate::{
    Language,
    answer::html,
    pages::{Frame, Moment, Place, Section, forbidden, refusal, unreadable},
    words::{self, Sentence},
};
use seatlink_edge::{AppState, Problem, SessionUser, download};

const LIMIT: i64 = 200;

/// A mail as a page shows it.
pub(super) struct MailRow {
    pub(super) id: MessageId,
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) body: Option<String>,
    pub(super) attachment: Option<FileView>,
    pub(super) created_at: Moment,
    pub(super) delivery: Delivery,
}

pub(super) struct FileView {
    pub(super) name: String,
    pub(super) size: String,
}

/// What became of a mail.
pub(super) enum Delivery {
    Waiting,
    Sent(Moment),
    /// Tried, and still to be tried: the last error.
    Failing(Sentence),
}

impl MailRow {
    pub(super) fn new(message: Message, language: Language) -> Self {
        let delivery = match (message.sent_at, message.last_error) {
            (Some(at), _) => Delivery::Sent(at.into()),
            (None, Some(error)) => Delivery::Failing(words::mail(&error, language)),
            (None, None) => Delivery::Waiting,
        };
        Self {
            id: message.id,
            to: message.to,
            subject: message.subject,
            body: message.body.map(|body| body.expose().to_owned()),
            attachment: message
                .attachment
                .map(|(name, bytes)| FileView { name, size: size(bytes) }),
            created_at: message.created_at.into(),
            delivery,
        }
    }
}

/// In the unit that gives a number of at most three digits before the point.
fn size(bytes: usize) -> String {
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let tenths = bytes.div_ceil(100);
    if tenths < 10_000 {
        return format!("{}.{} kB", tenths / 10, tenths % 10);
    }
    let tenths = tenths.div_ceil(1_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[derive(Template)]
#[template(path = "portal/outbox.html")]
struct OutboxPage {
    frame: Frame,
    t: &'static Texts,
    mails: Section<Vec<MailRow>>,
}

pub(super) async fn list(
    State(state): State<AppState>,
    session: SessionUser,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let actor = session.actor(&state).await?;
    let frame = Frame::of(&state, &session, &headers, Place::Outbox).await?;
    let language = frame.language;
    let read = async {
        let messages = outbox::list(&state.platform, &actor, LIMIT).await?;
        Ok::<_, OutboxError>(
            messages.into_iter().map(|mail| MailRow::new(mail, language)).collect(),
        )
    };
    let mails = Section::read(&actor, &[Permission::Outbox], read).await?;
    let status = match &mails {
        Section::Shown(_) => StatusCode::OK,
        Section::Withheld(_) => StatusCode::FORBIDDEN,
    };
    let t = Texts::of(frame.language);
    Ok(html(status, &OutboxPage { frame, t, mails }))
}

pub(super) async fn attachment(
    State(state): State<AppState>,
    session: SessionUser,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Ok(id) = id.parse::<MessageId>() else { return Err(Problem::NotFound) };
    let actor = session.actor(&state).await?;
    match outbox::attachment(&state.platform, &actor, id).await {
        Ok(file) => Ok(download(&file.name, file.content)),
        Err(error) => refuse(&headers, error),
    }
}

fn refuse(headers: &HeaderMap, error: OutboxError) -> Result<Response, Problem> {
    let language = crate::language::language_of(None, headers);
    let back = Place::Outbox.path();
    match &error {
        OutboxError::Forbidden(missing) => Ok(forbidden(language, missing, back)),
        OutboxError::NotFound(_) | OutboxError::NoAttachment(_) | OutboxError::AlreadySent(_) => {
            let t = Texts::of(language);
            Ok(refusal(language, StatusCode::NOT_FOUND, t.no_file, t.erased, back))
        }
        OutboxError::Seal(_) | OutboxError::Store(_) => Err(unreadable(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_to_read() {
        for (bytes, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (1_234, "1.3 kB"),
            (999_900, "999.9 kB"),
            (1_000_000, "1.0 MB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }
}
