//! What a refusal says, in the language of the reader.
//!
//! Words that others wrote stay as they are: those of the JSON reader, of the rules of SCIM
//! schemas, and of an application that was asked.

use seatlink_domain::{
    access::connections::ConnectionError,
    actor::Forbidden,
    directory::{import::ImportError, schemas::SchemaError},
    integrations::{IntegrationError, UrlField},
    log::LogError,
    outbox::OutboxError,
    work::WorkError,
};
use seatlink_edge::words;
use seatlink_provision::TestError;
use seatlink_texts::{Message, Texts};

use super::{Kind, Refusal};
use crate::api::body::BodyError;

/// `None` where the edge speaks: our own failures, and what was refused before an operation.
pub(super) fn sentence(refusal: &Refusal, texts: Texts) -> Option<Message> {
    let t = texts.errors();
    match refusal {
        Refusal::Body(error) => Some(of_body(error, texts)),
        Refusal::NoSuch(kind, id) => Some(match kind {
            Kind::Integration => t.integration_not_found(id),
            Kind::Resource => t.resource_not_found(id),
            Kind::Mail => t.mail_not_found(id),
        }),
        Refusal::Integration(error) | Refusal::Test(TestError::Integration(error)) => {
            of_integration(error, texts)
        }
        Refusal::Test(error @ (TestError::Failed(_) | TestError::Misconfigured(_))) => {
            words::test_error(error, texts.language())
        }
        Refusal::Work(error) => match error {
            WorkError::Forbidden(missing) => Some(forbidden(missing, texts)),
            WorkError::Document(_) | WorkError::Store(_) => None,
        },
        Refusal::Changes(error) => match error {
            LogError::Forbidden(missing) => Some(forbidden(missing, texts)),
            LogError::BadCursor => Some(t.bad_cursor().into()),
            LogError::Store(_) => None,
        },
        Refusal::Schema(error) => of_schema(error, texts),
        Refusal::Connection(error) => match error {
            ConnectionError::NotFound(id) => Some(t.connection_not_found(id)),
            ConnectionError::Forbidden(missing) => Some(forbidden(missing, texts)),
            ConnectionError::Store(_) => None,
        },
        Refusal::Import(error) => match error {
            ImportError::Rows(rows) => {
                Some(t.rows_refused(u64::try_from(rows.len()).unwrap_or(u64::MAX)))
            }
            ImportError::Forbidden(missing) => Some(forbidden(missing, texts)),
            ImportError::Tenant(_)
            | ImportError::Store(_)
            | ImportError::File(_)
            | ImportError::FileChanged
            | ImportError::Stopped { .. } => None,
        },
        Refusal::Outbox(error) => match error {
            OutboxError::NotFound(id) => Some(t.mail_not_found(id.to_string())),
            OutboxError::NoAttachment(id) => Some(t.attachment_gone(id.to_string())),
            OutboxError::AlreadySent(id) => Some(t.mail_sent(id.to_string())),
            OutboxError::Forbidden(missing) => Some(forbidden(missing, texts)),
            OutboxError::Seal(_) | OutboxError::Store(_) => None,
        },
        Refusal::Edge(_) => None,
    }
}

fn of_body(error: &BodyError, texts: Texts) -> Message {
    let t = texts.errors();
    match error {
        BodyError::NoObject => t.body_no_object().into(),
        BodyError::NoJson(detail) => t.body_no_json(detail.to_string()),
        BodyError::Whole(detail) => t.body_unusable(detail.to_string()),
        BodyError::Member { path, error } => t.member_unusable(path, error.to_string()),
    }
}

fn forbidden(missing: &Forbidden, texts: Texts) -> Message {
    texts.errors().permission_missing(&missing.actor, missing.permission.path())
}

fn of_integration(error: &IntegrationError, texts: Texts) -> Option<Message> {
    let (t, names) = (texts.errors(), texts.sending());
    Some(match error {
        IntegrationError::NotFound(id) => t.integration_not_found(id),
        IntegrationError::BadLabel => t.integration_label().into(),
        IntegrationError::BadName(name) => t.integration_name(name),
        IntegrationError::NameTaken(name) => t.integration_name_taken(name),
        IntegrationError::BadUrl { field, value } => {
            let field = match field {
                UrlField::LoginPage => names.login_page_url(),
                UrlField::Base => names.base_url(),
                UrlField::TokenEndpoint => names.token_endpoint(),
                UrlField::AuthorizationEndpoint => names.authorization_endpoint(),
            };
            t.url_invalid(field, value)
        }
        IntegrationError::Underscore => t.base_url_underscore().into(),
        IntegrationError::ScimOff => t.scim_off().into(),
        IntegrationError::NoSubject(id) => t.subject_not_found(id.to_string()),
        IntegrationError::Forbidden(missing) => forbidden(missing, texts),
        IntegrationError::Seal(_) | IntegrationError::Store(_) => return None,
    })
}

fn of_schema(error: &SchemaError, texts: Texts) -> Option<Message> {
    let t = texts.errors();
    Some(match error {
        SchemaError::Refused(refused) => t.schema_refused(&refused.detail),
        SchemaError::NotFound(urn) => t.schema_not_found(urn),
        SchemaError::Ambiguous(urn) => t.schema_ambiguous(urn),
        SchemaError::InUse { urn, resource_type, count } => {
            t.schema_in_use(*count, resource_type, urn)
        }
        SchemaError::Forbidden(missing) => forbidden(missing, texts),
        SchemaError::Tenant(_) | SchemaError::Store(_) => return None,
    })
}
