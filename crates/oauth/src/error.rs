//! The error codes of OAuth 2.0 and OpenID Connect, and the one error type of this crate.
//!
//! An [`Error`] is what a client may read: a registered code and a plain sentence. It never carries
//! a secret, a token or the text of another error. Whether it becomes JSON, a redirect or a page is
//! the caller's decision; the codes are the registered ones of RFC 6749 §4.1.2.1 and §5.2, RFC 6750
//! §3.1, OpenID Connect Core §3.1.2.6 and RFC 8707 §2.

use std::fmt;

use serde_json::{Value, json};

/// A registered error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The request lacks a parameter, repeats one, or holds a malformed value.
    InvalidRequest,
    /// The client is unknown, failed to authenticate, or used a method it did not register.
    InvalidClient,
    /// The code or refresh token is wrong, expired, used, revoked, or belongs to another client.
    InvalidGrant,
    /// The client may not use this grant or endpoint.
    UnauthorizedClient,
    /// The server does not know this grant type.
    UnsupportedGrantType,
    /// The server does not know this response type.
    UnsupportedResponseType,
    /// The scope is malformed, unknown, or wider than what may be granted.
    InvalidScope,
    /// The person or the server said no.
    AccessDenied,
    /// `prompt=none`, but nobody is signed in (OpenID Connect Core §3.1.2.6).
    LoginRequired,
    /// `prompt=none`, but the person has not agreed yet.
    ConsentRequired,
    /// `prompt=none`, but some page must be shown.
    InteractionRequired,
    /// The `request` parameter is not supported (OpenID Connect Core §6).
    RequestNotSupported,
    /// The `request_uri` parameter is not supported (OpenID Connect Core §6).
    RequestUriNotSupported,
    /// The `registration` parameter is not supported (OpenID Connect Core §7.2.1).
    RegistrationNotSupported,
    /// The bearer token is wrong, expired or revoked (RFC 6750 §3.1).
    InvalidToken,
    /// The bearer token does not reach this far (RFC 6750 §3.1).
    InsufficientScope,
    /// The token type of a revocation request is not supported (RFC 7009 §2.2.1).
    UnsupportedTokenType,
    /// The requested resource is unknown (RFC 8707 §2).
    InvalidTarget,
    /// The server met a condition it did not expect.
    ServerError,
    /// The server cannot answer now.
    TemporarilyUnavailable,
}

impl ErrorCode {
    /// The code as it travels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InteractionRequired => "interaction_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::InvalidTarget => "invalid_target",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// The HTTP status this code has when it is answered directly.
    ///
    /// A token endpoint asks [`Error::token_status`] instead, which knows the exception for
    /// `invalid_client`.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::InsufficientScope | Self::AccessDenied => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            Self::InvalidRequest
            | Self::InvalidGrant
            | Self::UnauthorizedClient
            | Self::UnsupportedGrantType
            | Self::UnsupportedResponseType
            | Self::InvalidScope
            | Self::LoginRequired
            | Self::ConsentRequired
            | Self::InteractionRequired
            | Self::RequestNotSupported
            | Self::RequestUriNotSupported
            | Self::RegistrationNotSupported
            | Self::UnsupportedTokenType
            | Self::InvalidTarget => 400,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a client is answered: a code and a sentence.
///
/// ```
/// use seatlink_oauth::{Error, ErrorCode};
///
/// let error = Error::invalid_grant("The code has expired.");
/// assert_eq!(error.code, ErrorCode::InvalidGrant);
/// assert_eq!(error.to_json()["error"], "invalid_grant");
/// assert_eq!(error.token_status(None), 400);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {description}")]
pub struct Error {
    /// The registered code.
    pub code: ErrorCode,
    /// A sentence for the developer who reads the answer. Nothing secret.
    pub description: String,
}

macro_rules! constructors {
    ($($name:ident => $code:ident),+ $(,)?) => {
        $(
            #[doc = concat!("An error with the code [`ErrorCode::", stringify!($code), "`].")]
            pub fn $name(description: impl Into<String>) -> Self {
                Self::new(ErrorCode::$code, description)
            }
        )+
    };
}

impl Error {
    /// An error with this code and sentence.
    pub fn new(code: ErrorCode, description: impl Into<String>) -> Self {
        Self { code, description: description.into() }
    }

    constructors! {
        invalid_request => InvalidRequest,
        invalid_client => InvalidClient,
        invalid_grant => InvalidGrant,
        unauthorized_client => UnauthorizedClient,
        unsupported_grant_type => UnsupportedGrantType,
        unsupported_response_type => UnsupportedResponseType,
        invalid_scope => InvalidScope,
        access_denied => AccessDenied,
        login_required => LoginRequired,
        consent_required => ConsentRequired,
        interaction_required => InteractionRequired,
        invalid_token => InvalidToken,
        insufficient_scope => InsufficientScope,
        server_error => ServerError,
        temporarily_unavailable => TemporarilyUnavailable,
    }

    /// The body of RFC 6749 §5.2.
    pub fn to_json(&self) -> Value {
        json!({ "error": self.code.as_str(), "error_description": self.wire_description() })
    }

    /// The description in the characters that RFC 6749 §5.2 allows (printable ASCII without `"` and
    /// `\`).
    pub fn wire_description(&self) -> String {
        self.description
            .chars()
            .map(|c| match c {
                '"' => '\'',
                '\\' => '/',
                ' '..='~' => c,
                _ => '?',
            })
            .collect()
    }

    /// The HTTP status at the token, revocation and introspection endpoints.
    ///
    /// `invalid_client` is 401 only if the client tried the `Authorization` header, because that
    /// answer must carry a challenge for the scheme it used (RFC 6749 §5.2); otherwise it is 400
    /// like the rest.
    pub fn token_status(&self, authorization_header: Option<&str>) -> u16 {
        match (self.code, authorization_header) {
            (ErrorCode::InvalidClient, None) | (ErrorCode::AccessDenied, _) => 400,
            (code, _) => code.status(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_client_is_challenged_only_if_it_used_the_header() {
        let error = Error::invalid_client("Unknown client or wrong secret.");
        assert_eq!(error.token_status(Some("Basic eA==")), 401);
        assert_eq!(error.token_status(None), 400);
    }

    #[test]
    fn a_description_never_leaves_the_character_set_of_the_standard() {
        let error = Error::invalid_request("\"状态\" is \\ bad\r\n");
        assert_eq!(error.wire_description(), "'??' is / bad??");
        assert_eq!(error.to_json()["error_description"], "'??' is / bad??");
    }
}
