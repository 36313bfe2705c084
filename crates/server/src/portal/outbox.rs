//! The outbox: mails that wait or were sent, and the files that wait with them.
//!
//! Without a mail server this is where contacts' credentials are handed on from. Text and file are gone once a mail is sent.

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use seatlink_domain::{
    Actor, MessageId, Permission, Secret, Timestamp,
    directory::UNAVAILABLE,
    outbox::{self, Message, OutboxError},
};
use serde_json::{Value, json};

use super::{
    reader::{Reader, wants_json},
    texts::Texts,
};
use crate::{
    http::{Problem, RequestHost, SessionUser},
    login::{Language, html},
    pages::{Frame, Moment, Place, Section, forbidden, refusal, unreadable},
    state::{AppState, Served},
    words::{self, Sentence},
};

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
    pub(super) fn new(message: Message, language: seatlink_texts::Language) -> Self {
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
    host: RequestHost,
    reader: Reader,
    headers: HeaderMap,
) -> Result<Response, Response> {
    if let Reader::Person { session, actor } = &reader
        && !wants_json(&headers)
    {
        let page = page_of(&state, session, actor, &headers).await;
        return page.map_err(IntoResponse::into_response);
    }
    let messages = outbox::list(&state.platform, reader.actor(), LIMIT)
        .await
        .map_err(|error| json_refusal(&problem(error)))?;
    let views: Vec<Value> = messages.iter().map(|message| view(&host, message)).collect();
    Ok(json_response(StatusCode::OK, &json!({ "messages": views })))
}

async fn page_of(
    state: &AppState,
    session: &SessionUser,
    actor: &Actor,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let frame = Frame::of(state, session, headers, Place::Outbox).await?;
    let language = frame.language.into();
    let read = async {
        let messages = outbox::list(&state.platform, actor, LIMIT).await?;
        Ok::<_, OutboxError>(
            messages.into_iter().map(|mail| MailRow::new(mail, language)).collect(),
        )
    };
    let mails = Section::read(actor, &[Permission::Outbox], read).await?;
    let status = match &mails {
        Section::Shown(_) => StatusCode::OK,
        Section::Withheld(_) => StatusCode::FORBIDDEN,
    };
    let t = Texts::of(frame.language);
    Ok(html(status, &OutboxPage { frame, t, mails }))
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
        Reader::Person { .. } if !wants_json(headers) => Problem::NotFound.into_response(),
        Reader::Person { .. } | Reader::Program(_) => json_refusal(&Problem::NotFound),
    }
}

fn refuse(reader: &Reader, headers: &HeaderMap, error: OutboxError) -> Response {
    if matches!(reader, Reader::Program(_)) || wants_json(headers) {
        return json_refusal(&problem(error));
    }
    let language = Language::choose(None, headers);
    let back = Place::Outbox.path();
    match &error {
        OutboxError::Forbidden(missing) => forbidden(language, missing, back),
        OutboxError::NotFound(_) | OutboxError::NoAttachment(_) | OutboxError::AlreadySent(_) => {
            let t = Texts::of(language);
            refusal(language, StatusCode::NOT_FOUND, t.no_file, t.erased, back)
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
        let url = format!("{}/portal/outbox/{}/attachment", host.origin, message.id);
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
        "last_error": message.last_error.as_ref().map(|why| words::mail(why, seatlink_texts::Language::English).text()),
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
