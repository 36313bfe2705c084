//! Reading the body of a request as the type that the operation takes.
//!
//! Every such type refuses members that it does not know: a misspelt name would otherwise leave
//! unsaid what the writer meant to say.

use axum::{body::Body, http::HeaderMap};
use seatlink_domain::Actor;
use serde::de::DeserializeOwned;

use super::refusal::Refusal;
use seatlink_edge::{AppState, FieldProblem};

/// Settings and lists of ids; files have a limit of their own.
const LIMIT: usize = 8 * 1_024 * 1_024;

/// Why a body cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    // Serde reads an array as the fields of a structure in their order.
    #[error("the request body must be a JSON object")]
    NoObject,
    #[error("the request body is not JSON: {0}")]
    NoJson(serde_json::Error),
    #[error("the request body is not as expected: {0}")]
    Whole(serde_json::Error),
    #[error("the member {path} of the request body is not as expected: {error}")]
    Member { path: String, error: serde_json::Error },
}

impl BodyError {
    pub(super) fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::NoObject | Self::NoJson(_) | Self::Whole(_) => Vec::new(),
            Self::Member { path, error } => {
                vec![FieldProblem { field: path.clone(), message: error.to_string() }]
            }
        }
    }
}

pub(super) async fn read<T: DeserializeOwned>(
    state: &AppState,
    actor: &Actor,
    body: Body,
) -> Result<T, Refusal> {
    let held = state.room.read(actor.tenant, &HeaderMap::new(), body, LIMIT).await?;
    Ok(parse(&held.bytes)?)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BodyError> {
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(BodyError::NoObject);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        if !error.is_data() {
            BodyError::NoJson(error)
        } else if path == "." {
            BodyError::Whole(error)
        } else {
            BodyError::Member { path, error }
        }
    })?;
    reader.end().map_err(BodyError::NoJson)?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only read")]
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only read")]
        on: Option<bool>,
    }

    fn complaint(text: &str) -> (String, Vec<String>) {
        match parse::<Outer>(text.as_bytes()) {
            Ok(value) => (format!("{value:?}"), Vec::new()),
            Err(error) => {
                let fields = error.fields().into_iter().map(|field| field.field).collect();
                (error.to_string(), fields)
            }
        }
    }

    #[test]
    fn a_complaint_names_the_member() {
        for (text, path) in [
            (r#"{"inner":{"onn":true}}"#, "inner.onn"),
            (r#"{"inner":{"on":1}}"#, "inner.on"),
            (r#"{"iner":{}}"#, "iner"),
        ] {
            let (sentence, fields) = complaint(text);
            assert_eq!(fields, [path], "{sentence}");
            assert!(sentence.contains(path), "{sentence}");
        }
    }

    #[test]
    fn what_is_no_object_or_no_json_is_said_so() {
        for (text, says) in [
            ("[null]", "must be a JSON object"),
            ("", "must be a JSON object"),
            ("{\"inner\":", "is not JSON"),
            ("{} {}", "is not JSON"),
        ] {
            let (sentence, fields) = complaint(text);
            assert!(sentence.contains(says) && fields.is_empty(), "{text}: {sentence}");
        }
    }
}
