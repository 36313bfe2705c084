//! The outbox: mails that wait or were sent, and the files that wait with them.
//!
//! Without a mail server this is where contacts' credentials are handed on from. Text and file are
//! gone once a mail is sent.

use askama::{Template, filters::HtmlSafe};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use seatlink_domain::{
    MessageId, Permission, Secret,
    outbox::{self, Message, OutboxError},
};

use crate::{
    answer::{html, unreadable},
    nav::{End, Place},
    parts::{Button, Empty, Facts, Glyph, Head, Html, Section, State as StateMark},
    paths,
    refused::{forbidden, refusal},
    sections::shown,
    shell::Shell,
    viewer::{Colours, Viewer},
};
use seatlink_edge::{AppState, Problem, download, words::mail as mail_trouble};
use seatlink_texts::{Texts, format};

const LIMIT: i64 = 200;

/// How the delivery of a mail stands.
pub(super) fn delivery(t: Texts, mail: &Message) -> StateMark {
    let p = t.portal();
    match (mail.sent_at, &mail.last_error) {
        (Some(_), _) => StateMark::good(p.sent()),
        (None, Some(_)) => StateMark::bad(p.not_sent()),
        (None, None) => StateMark::waiting(p.waiting()),
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<article class="entry" id="mail-{{ id }}"><div class="named"><h2><bdi translate="no">{{ subject }}</bdi></h2>{{ state }}</div>{{ facts }}{% if let Some(error) = error %}<p>{{ error }}</p>{% endif %}{% match body %}{% when Some(body) %}<pre class="letter" translate="no">{{ body }}</pre>{% when None %}<p class="soft">{{ erased }}</p>{% endmatch %}{% if let Some((download, size)) = file %}<p class="acts">{{ download }} <span class="soft">{{ size }}</span></p>{% endif %}</article>"#
)]
struct MailEntry<'a> {
    id: MessageId,
    subject: &'a str,
    state: StateMark,
    facts: Facts,
    /// Why it was not sent, with the words of the mail server.
    error: Option<Html>,
    body: Option<&'a str>,
    erased: &'static str,
    file: Option<(Button, String)>,
}

impl HtmlSafe for MailEntry<'_> {}

impl<'a> MailEntry<'a> {
    fn new(viewer: &Viewer, mail: &'a Message) -> Self {
        let t = viewer.texts();
        let p = t.portal();
        let mut facts = Facts::new()
            .fact(p.to(), Html::new().name(&mail.to))
            .fact(p.queued(), Html::new().part(&viewer.time(mail.created_at)));
        if let Some(at) = mail.sent_at {
            facts = facts.fact(p.sent(), Html::new().part(&viewer.time(at)));
        }
        let error = mail.last_error.as_ref().filter(|_| mail.sent_at.is_none());
        let file = mail.attachment.as_ref().map(|(name, bytes)| {
            let text = p.download_file(name);
            let button = Button::link(paths::Attachment(mail.id), text);
            (
                button.glyph(Glyph::Download).downloads(),
                format::size(t.language(), u64::try_from(*bytes).unwrap_or(u64::MAX)),
            )
        });
        Self {
            id: mail.id,
            subject: &mail.subject,
            state: delivery(t, mail),
            facts,
            error: error
                .map(|error| Html::new().told(&mail_trouble(error, t.language()), |_| None)),
            body: mail.body.as_ref().map(Secret::expose),
            erased: p.erased(),
            file,
        }
    }
}

#[derive(Template)]
#[template(path = "portal/outbox.html")]
pub(crate) struct OutboxPage {
    frame: Shell,
    title: &'static str,
    head: Head,
    mails: Html,
}

impl OutboxPage {
    pub(crate) fn new(viewer: &Viewer, mails: &Section<Vec<Message>>) -> Self {
        let p = viewer.texts().portal();
        let mails = shown(mails, viewer, paths::Outbox, |mails| {
            if mails.is_empty() {
                return Html::new().part(&Empty::yet(p.no_mails(), ""));
            }
            mails.iter().fold(Html::new(), |html, mail| html.part(&MailEntry::new(viewer, mail)))
        });
        Self {
            frame: Shell::of(viewer, Place::Outbox),
            title: p.outbox_title(),
            head: Head::new(p.outbox_title()).lead(p.outbox_note()),
            mails,
        }
    }
}

pub(super) async fn list(State(state): State<AppState>, viewer: Viewer) -> Response {
    let read = outbox::list(&state.platform, &viewer.actor, LIMIT);
    let mails = Section::read(&viewer.actor, &[Permission::Outbox], read).await;
    html(mails.status(), &OutboxPage::new(&viewer, &mails))
}

pub(super) async fn attachment(
    State(state): State<AppState>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Ok(id) = id.parse::<MessageId>() else { return Err(Problem::NotFound) };
    match outbox::attachment(&state.platform, &viewer.actor, id).await {
        Ok(file) => Ok(download(&file.name, file.content)),
        Err(error) => refuse(&viewer, error),
    }
}

fn refuse(viewer: &Viewer, error: OutboxError) -> Result<Response, Problem> {
    let visitor = viewer.visitor.clone().at(paths::Outbox);
    match &error {
        OutboxError::Forbidden(missing) => Ok(forbidden(&visitor, missing, paths::Outbox)),
        OutboxError::NotFound(_) | OutboxError::NoAttachment(_) | OutboxError::AlreadySent(_) => {
            let p = viewer.texts().portal();
            let status = StatusCode::NOT_FOUND;
            Ok(refusal(&visitor, status, p.no_such_file(), p.erased(), paths::Outbox))
        }
        OutboxError::Seal(_) | OutboxError::Store(_) => Err(unreadable(error)),
    }
}
