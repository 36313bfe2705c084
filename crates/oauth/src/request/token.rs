//! The token request and the client's credentials.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::form_urlencoded;

use crate::client::AuthMethod;
use crate::error::Error;
use crate::request::Params;
use crate::scope::ScopeSet;
use crate::token::Secret;

/// Some clients leave the padding out; the bits must be canonical either way.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How a token is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantType {
    /// A code from the authorization endpoint (RFC 6749 §4.1.3).
    AuthorizationCode,
    /// A refresh token (RFC 6749 §6).
    RefreshToken,
    /// The client's own credentials (RFC 6749 §4.4).
    ClientCredentials,
}

impl GrantType {
    /// The grant type as it travels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }

    fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "authorization_code" => Ok(Self::AuthorizationCode),
            "refresh_token" => Ok(Self::RefreshToken),
            "client_credentials" => Ok(Self::ClientCredentials),
            // The password and implicit grants do not exist here on purpose (RFC 9700 §2.1.2,
            // §2.4).
            _ => Err(Error::unsupported_grant_type(
                "The grant type must be authorization_code, refresh_token or client_credentials.",
            )),
        }
    }
}

/// A token request by its grant type.
#[derive(Clone)]
pub enum TokenRequest {
    /// Redeem a code.
    AuthorizationCode {
        /// The code.
        code: Secret,
        /// Must be the one of the authorization request.
        redirect_uri: Option<String>,
        /// The PKCE verifier, as sent.
        code_verifier: Option<String>,
    },
    /// Renew a token.
    RefreshToken {
        /// The refresh token.
        refresh_token: Secret,
        /// A narrower scope, if any.
        scope: Option<ScopeSet>,
    },
    /// A token for the client itself.
    ClientCredentials {
        /// The scope asked for, if any.
        scope: Option<ScopeSet>,
    },
}

impl TokenRequest {
    /// The grant type of this request.
    pub const fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
        }
    }

    fn parse(params: &Params) -> Result<Self, Error> {
        let scope = || params.get("scope").map(ScopeSet::parse).transpose();
        match GrantType::parse(params.require("grant_type")?)? {
            GrantType::AuthorizationCode => Ok(Self::AuthorizationCode {
                code: Secret::new(params.require("code")?),
                redirect_uri: params.owned("redirect_uri"),
                code_verifier: params.owned("code_verifier"),
            }),
            GrantType::RefreshToken => Ok(Self::RefreshToken {
                refresh_token: Secret::new(params.require("refresh_token")?),
                scope: scope()?,
            }),
            GrantType::ClientCredentials => Ok(Self::ClientCredentials { scope: scope()? }),
        }
    }
}

/// The grant type only: codes, tokens and verifiers are secrets.
impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenRequest({})", self.grant_type().as_str())
    }
}

/// How a client says who it is, and proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientCredential {
    /// The `Authorization: Basic` header.
    Basic {
        /// The client id.
        id: String,
        /// The secret to check.
        secret: Secret,
    },
    /// `client_id` and `client_secret` in the body.
    Post {
        /// The client id.
        id: String,
        /// The secret to check.
        secret: Secret,
    },
    /// A client id alone, which proves nothing.
    None {
        /// The client id.
        id: String,
    },
}

impl ClientCredential {
    /// The client id.
    pub fn id(&self) -> &str {
        match self {
            Self::Basic { id, .. } | Self::Post { id, .. } | Self::None { id } => id,
        }
    }

    /// The secret to check, if there is one.
    pub const fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Basic { secret, .. } | Self::Post { secret, .. } => Some(secret),
            Self::None { .. } => None,
        }
    }

    /// The method that was used.
    pub const fn method(&self) -> AuthMethod {
        match self {
            Self::Basic { .. } => AuthMethod::ClientSecretBasic,
            Self::Post { .. } => AuthMethod::ClientSecretPost,
            Self::None { .. } => AuthMethod::None,
        }
    }
}

/// Parses a token request: who asks, and what for.
///
/// ```
/// use seatlink_oauth::request::{ClientCredential, Params, TokenRequest, token_request};
///
/// let form = b"grant_type=authorization_code&code=slac_x&client_id=c1&client_secret=s1";
/// let (credential, request) = token_request(&Params::from_form(form)?, None)?;
/// assert!(matches!(credential, ClientCredential::Post { .. }));
/// assert!(matches!(request, TokenRequest::AuthorizationCode { .. }));
/// # Ok::<(), seatlink_oauth::Error>(())
/// ```
pub fn token_request(
    params: &Params,
    authorization_header: Option<&str>,
) -> Result<(ClientCredential, TokenRequest), Error> {
    let credential = client_credential(params, authorization_header)?;
    Ok((credential, TokenRequest::parse(params)?))
}

/// Reads the client's credentials from exactly one place (RFC 6749 §2.3). Also for revocation and
/// introspection.
pub fn client_credential(
    params: &Params,
    authorization_header: Option<&str>,
) -> Result<ClientCredential, Error> {
    if params.get("client_assertion").is_some() || params.get("client_assertion_type").is_some() {
        return Err(Error::invalid_client("Client assertions are not supported."));
    }
    let posted_id = params.get("client_id");
    let posted_secret = params.get("client_secret");
    let Some(header) = authorization_header else {
        let id = posted_id.ok_or_else(|| {
            Error::invalid_client("The request does not say which client it is from.")
        })?;
        let id = id.to_owned();
        return Ok(match posted_secret {
            Some(secret) => ClientCredential::Post { id, secret: Secret::new(secret) },
            None => ClientCredential::None { id },
        });
    };
    if posted_secret.is_some() {
        return Err(Error::invalid_request(
            "The client must authenticate in one way only: header or body.",
        ));
    }
    let (id, secret) = decode_basic(header)?;
    // A client_id beside the header proves nothing and is common; a different one is an attempt to
    // confuse.
    if posted_id.is_some_and(|posted| posted != id) {
        return Err(Error::invalid_request("client_id differs from the Authorization header."));
    }
    // A public client of a general-purpose library sends an empty password.
    Ok(if secret.is_empty() {
        ClientCredential::None { id }
    } else {
        ClientCredential::Basic { id, secret }
    })
}

/// `Basic` base64(form-encoded id `:` form-encoded secret), RFC 6749 §2.3.1. The form decoding is
/// what sets it apart from the plain Basic scheme: a `+` is a space and `%3A` a colon.
fn decode_basic(header: &str) -> Result<(String, Secret), Error> {
    let malformed =
        || Error::invalid_client("The Authorization header is not a valid Basic header.");
    let (scheme, encoded) = header.trim().split_once(' ').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(Error::invalid_client("The Authorization header must use the Basic scheme."));
    }
    let bytes = BASE64.decode(encoded.trim()).map_err(|_| malformed())?;
    let text = String::from_utf8(bytes).map_err(|_| malformed())?;
    let (id, secret) = text.split_once(':').ok_or_else(malformed)?;
    let (id, secret) = (form_decode(id), Secret::new(form_decode(secret)));
    if id.is_empty()
        || [id.as_str(), secret.expose()].iter().any(|text| text.contains(['\u{fffd}', '\0']))
    {
        return Err(malformed());
    }
    Ok((id, secret))
}

/// Decodes one form-encoded value. `&` and `=` have no meaning inside it, so they are hidden from
/// the form parser.
fn form_decode(text: &str) -> String {
    let hidden = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(hidden.as_bytes())
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}

/// Refuses a token request whose URL carries what belongs into the body, where logs do not see it
/// (RFC 6749 §2.3.1).
pub fn check_token_query(query: &str) -> Result<(), Error> {
    const BODY_ONLY: [&str; 8] = [
        "client_id",
        "client_secret",
        "client_assertion",
        "code",
        "code_verifier",
        "refresh_token",
        "token",
        "access_token",
    ];
    let misplaced = form_urlencoded::parse(query.as_bytes())
        .any(|(name, _)| BODY_ONLY.contains(&name.as_ref()));
    if misplaced {
        return Err(Error::invalid_request(
            "Credentials and tokens belong into the body, never into the URL.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
