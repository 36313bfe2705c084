//! The outbox: mails that wait or were sent, and the files that wait with them.
//!
//! Without a mail server this is where contacts' credentials are handed on from. Text and file are gone once a mail is sent.

use askama::{Template, filters::HtmlSafe};
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use seatlink_domain::{
    MessageId, Permission, Secret, Timestamp,
    directory::UNAVAILABLE,
    outbox::{self, Message, OutboxError},
};
use serde_json::{Value, json};

use super::reader::{Reader, wants_json};
use crate::{
    answer::{html, unreadable},
    nav::{End, Place},
    parts::{Button, Empty, Facts, Glyph, Head, Html, Quote, Section, State as StateMark},
    paths,
    refused::{forbidden, refusal},
    sections::shown,
    shell::Shell,
    viewer::{Colours, Viewer},
};
use seatlink_edge::{AppState, Problem, RequestHost, Served};
use seatlink_texts::Texts;

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
    source = r#"<article class="entry" id="mail-{{ id }}"><div class="named"><h2><bdi translate="no">{{ subject }}</bdi></h2>{{ state }}</div>{{ facts }}{% if let Some(error) = error %}{{ error }}{% endif %}{% match body %}{% when Some(body) %}<pre class="letter" translate="no">{{ body }}</pre>{% when None %}<p class="soft">{{ erased }}</p>{% endmatch %}{% if let Some((download, size)) = file %}<p class="acts">{{ download }} <span class="soft">{{ size }}</span></p>{% endif %}</article>"#
)]
struct MailEntry<'a> {
    id: MessageId,
    subject: &'a str,
    state: StateMark,
    facts: Facts,
    /// The words of the mail server.
    error: Option<Quote>,
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
        let error = mail.last_error.as_deref().filter(|_| mail.sent_at.is_none());
        let file = mail.attachment.as_ref().map(|(name, bytes)| {
            let text = p.download_file(name);
            let button = Button::link(paths::Attachment(mail.id), text);
            (button.glyph(Glyph::Download).downloads(), size(*bytes))
        });
        Self {
            id: mail.id,
            subject: &mail.subject,
            state: delivery(t, mail),
            facts,
            error: error.map(|error| Quote::new(error, Some("en"))),
            body: mail.body.as_ref().map(Secret::expose),
            erased: p.erased(),
            file,
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

pub(super) async fn list(
    State(state): State<AppState>,
    host: RequestHost,
    reader: Reader,
    headers: HeaderMap,
) -> Result<Response, Response> {
    if let Reader::Person(viewer) = &reader
        && !wants_json(&headers)
    {
        return Ok(page_of(&state, viewer).await);
    }
    let messages = outbox::list(&state.platform, reader.actor(), LIMIT)
        .await
        .map_err(|error| json_refusal(&problem(error)))?;
    let views: Vec<Value> = messages.iter().map(|message| view(&host, message)).collect();
    Ok(json_response(StatusCode::OK, &json!({ "messages": views })))
}

async fn page_of(state: &AppState, viewer: &Viewer) -> Response {
    let read = outbox::list(&state.platform, &viewer.actor, LIMIT);
    let mails = Section::read(&viewer.actor, &[Permission::Outbox], read).await;
    let status = match &mails {
        Section::Shown(_) => StatusCode::OK,
        Section::Withheld(_) => StatusCode::FORBIDDEN,
        Section::Failed => StatusCode::SERVICE_UNAVAILABLE,
    };
    html(status, &OutboxPage::new(viewer, &mails))
}

pub(super) async fn attachment(
    State(state): State<AppState>,
    reader: Reader,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = id.parse::<MessageId>() else { return not_found(&reader, &headers) };
    match outbox::attachment(&state.platform, reader.actor(), id).await {
        Ok(file) => {
            let mut response = Response::new(Body::from(file.content));
            let headers = response.headers_mut();
            let binary = HeaderValue::from_static("application/octet-stream");
            headers.insert(header::CONTENT_TYPE, binary);
            headers.insert(header::CONTENT_DISPOSITION, disposition(&file.name));
            // The file holds a secret, if an encrypted one.
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => refuse(&reader, &headers, error),
    }
}

fn not_found(reader: &Reader, headers: &HeaderMap) -> Response {
    match reader {
        Reader::Person(_) if !wants_json(headers) => Problem::NotFound.into_response(),
        Reader::Person(_) | Reader::Program(_) => json_refusal(&Problem::NotFound),
    }
}

fn refuse(reader: &Reader, headers: &HeaderMap, error: OutboxError) -> Response {
    let viewer = match reader {
        Reader::Person(viewer) if !wants_json(headers) => viewer,
        Reader::Person(_) | Reader::Program(_) => return json_refusal(&problem(error)),
    };
    let visitor = viewer.visitor.clone().at(paths::Outbox);
    match &error {
        OutboxError::Forbidden(missing) => forbidden(&visitor, missing, paths::Outbox),
        OutboxError::NotFound(_) | OutboxError::NoAttachment(_) | OutboxError::AlreadySent(_) => {
            let p = viewer.texts().portal();
            refusal(&visitor, StatusCode::NOT_FOUND, p.no_such_file(), p.erased(), paths::Outbox)
        }
        OutboxError::Seal(_) | OutboxError::Store(_) => problem(error).into_response(),
    }
}

fn problem(error: OutboxError) -> Problem {
    match error {
        OutboxError::Forbidden(forbidden) => Problem::Forbidden(format!("{forbidden}.")),
        OutboxError::NotFound(_) | OutboxError::NoAttachment(_) => Problem::NotFound,
        OutboxError::AlreadySent(_) => Problem::BadRequest(format!("{error}.")),
        OutboxError::Seal(_) | OutboxError::Store(_) => unreadable(error),
    }
}

/// What a file name may hold as it is (RFC 8187 §3.2.1), and is likely to.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// RFC 6266 §5: a name that every client understands, and the real one.
fn disposition(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' })
        .collect();
    let real = utf8_percent_encode(name, PLAIN);
    HeaderValue::try_from(format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{real}"))
        .expect("both names are made of printable ASCII")
}

fn view(host: &Served, message: &Message) -> Value {
    let attachment = message.attachment.as_ref().map(|(name, size)| {
        let url = format!("{}{}", host.origin, paths::Attachment(message.id));
        json!({ "name": name, "size": size, "url": url })
    });
    json!({
        "id": message.id,
        "to": message.to,
        "subject": message.subject,
        "body": message.body.as_ref().map(Secret::expose),
        "attachment": attachment,
        "created_at": message.created_at.rfc3339(),
        "sent_at": message.sent_at.map(Timestamp::rfc3339),
        "attempts": message.attempts,
        "last_error": message.last_error,
    })
}

/// In the shape of the API's errors, for programs.
pub(super) fn json_refusal(problem: &Problem) -> Response {
    let status = problem.status();
    let (code, sentence) = match problem {
        Problem::Unauthorized { sentence, .. } => ("unauthorized", sentence.as_str()),
        Problem::Forbidden(sentence) => ("forbidden", sentence.as_str()),
        Problem::NotFound => ("not-found", "There is no such mail, or it has no file any more."),
        Problem::BadRequest(sentence) => ("bad-request", sentence.as_str()),
        Problem::TooManyRequests { .. } | Problem::TooManyRefused { .. } => {
            ("too-many-requests", "Too many requests; wait for the seconds that Retry-After names.")
        }
        Problem::Unavailable => ("unavailable", UNAVAILABLE),
        Problem::UnknownHost
        | Problem::MethodNotAllowed
        | Problem::TooLarge { .. }
        | Problem::ForeignForm
        | Problem::TimedOut
        | Problem::Internal
        | Problem::Status(_) => {
            ("internal", "Something failed on our side; the request id finds it in our log.")
        }
    };
    let mut response =
        json_response(status, &json!({ "error": { "code": code, "message": sentence } }));
    if let Problem::Unauthorized { challenge, .. } = problem {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge.header());
    }
    match problem {
        Problem::TooManyRequests { wait, .. } | Problem::TooManyRefused { wait } => {
            response.headers_mut().insert(header::RETRY_AFTER, (*wait).into());
        }
        Problem::Unavailable => {
            response.headers_mut().insert(header::RETRY_AFTER, 1.into());
        }
        _ => {}
    }
    response
}

fn json_response(status: StatusCode, value: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, value.to_string()).into_response()
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

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        let header = disposition("注册\"\r\nX: y; a.zip");
        let text = header.to_str().unwrap_or_default();
        assert!(text.starts_with("attachment; filename=\"_____X_ y_ a.zip\"; filename*=UTF-8''"));
        assert_eq!(text.matches('"').count(), 2);
        assert!(!text.contains('\n'));
    }
}
