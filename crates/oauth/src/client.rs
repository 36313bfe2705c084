//! OAuth clients: what they registered and what follows from it.
//!
//! The checks here compare a request with a registration. They do not know secrets: whether one is
//! right is the caller's check, after [`credential_matches_method`] said that one may be presented
//! at all.

mod redirect_uri;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::jose::SigningAlg;
use crate::request::{AuthorizeRequest, ClientCredential, GrantType};
use crate::scope::{self, EMAIL, OFFLINE_ACCESS, OPENID, PROFILE, ScopeSet};

pub use redirect_uri::{
    check_redirect_uri_syntax, match_post_logout_redirect_uri, match_redirect_uri,
};

/// What an application is. Fixed at registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientType {
    /// Acts for a person and can keep a secret.
    UserConfidential,
    /// Acts for a person and may be unable to keep a secret.
    UserPublic,
    /// Acts for itself; nobody signs in.
    BackEnd,
}

impl ClientType {
    /// The type as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserConfidential => "user-confidential",
            Self::UserPublic => "user-public",
            Self::BackEnd => "back-end",
        }
    }

    /// The type with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::UserConfidential, Self::UserPublic, Self::BackEnd]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }

    /// True if applications of this type may ask for tokens this way.
    pub const fn allows(self, grant: GrantType) -> bool {
        match grant {
            GrantType::AuthorizationCode | GrantType::RefreshToken => {
                matches!(self, Self::UserConfidential | Self::UserPublic)
            }
            // Only clients that can prove who they are (RFC 6749 §4.4).
            GrantType::ClientCredentials => matches!(self, Self::UserConfidential | Self::BackEnd),
        }
    }
}

/// How a client proves who it is at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// `client_id` and `client_secret` in the body.
    ClientSecretPost,
    /// The `Authorization: Basic` header.
    ClientSecretBasic,
    /// Not at all.
    None,
}

impl AuthMethod {
    /// The method as it is registered and advertised.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::None => "none",
        }
    }

    /// The method with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::ClientSecretPost, Self::ClientSecretBasic, Self::None]
            .into_iter()
            .find(|m| m.as_str() == name)
    }
}

/// What the protocol needs to know about a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// Its id.
    pub client_id: String,
    /// What it is.
    pub client_type: ClientType,
    /// How it proves who it is.
    pub auth_method: AuthMethod,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// Where a person may go after logging out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The scopes it registered. The identity scopes need not be among them; see
    /// [`ClientMetadata::allowed_scopes`].
    pub scopes: ScopeSet,
    /// Whether it was given a secret.
    pub has_secret: bool,
    /// How its id_tokens are signed.
    pub id_token_alg: SigningAlg,
    /// Whether it may do anything at all.
    pub enabled: bool,
    /// Whether it must use PKCE although it has a secret.
    pub require_pkce: bool,
}

impl ClientMetadata {
    /// Every scope this client can be granted: the registered ones, and for an application with
    /// people `openid`, `profile` and `email`, which are never registered one by one.
    pub fn allowed_scopes(&self) -> ScopeSet {
        self.default_scopes().union(&match self.client_type {
            ClientType::UserConfidential | ClientType::UserPublic => names(&[PROFILE, EMAIL]),
            ClientType::BackEnd => ScopeSet::empty(),
        })
    }

    /// What a request without scope gets: the registered ones, and for an application with people
    /// `openid`, because a connection that was configured without any scope shall still get a
    /// refresh token.
    pub fn default_scopes(&self) -> ScopeSet {
        match self.client_type {
            ClientType::UserConfidential | ClientType::UserPublic => {
                names(&[OPENID]).union(&self.scopes)
            }
            ClientType::BackEnd => self.scopes.clone(),
        }
    }

    /// What this client is granted of a request; see [`scope::granted`].
    pub fn granted(&self, requested: &ScopeSet) -> ScopeSet {
        if requested.without(OFFLINE_ACCESS).is_empty() {
            self.default_scopes()
        } else {
            scope::granted(requested, &self.allowed_scopes())
        }
    }

    /// Fails if applications of this type may not ask for tokens this way.
    pub fn check_grant(&self, grant: GrantType) -> Result<(), Error> {
        if self.client_type.allows(grant) {
            Ok(())
        } else {
            Err(Error::unauthorized_client(format!(
                "An application of the type {} cannot use the grant type {}.",
                self.client_type.as_str(),
                grant.as_str(),
            )))
        }
    }
}

fn names(list: &[&str]) -> ScopeSet {
    ScopeSet::parse(&list.join(" ")).expect("the identity scopes are well-formed names")
}

/// Checks an authorization request against the registration. Its redirect URI has been matched
/// before, so a failure goes there.
///
/// A public client needs PKCE unless it was given a secret: it must bring one or the other, never
/// neither.
pub fn authorize_checks(client: &ClientMetadata, request: &AuthorizeRequest) -> Result<(), Error> {
    if !client.enabled {
        return Err(Error::unauthorized_client("The application is disabled."));
    }
    match client.client_type {
        ClientType::BackEnd => {
            return Err(Error::unauthorized_client(
                "A back-end application cannot sign people in. Register an application of the type user instead; the \
                 type cannot be changed.",
            ));
        }
        ClientType::UserConfidential | ClientType::UserPublic => {}
    }
    if request.response_type != "code" {
        return Err(Error::unsupported_response_type("response_type must be code."));
    }
    if request.response_mode.as_deref().is_some_and(|mode| mode != "query") {
        return Err(Error::invalid_request("response_mode must be query."));
    }
    let must_use_pkce = client.require_pkce || !client.has_secret;
    if must_use_pkce && request.code_challenge.is_none() {
        return Err(Error::invalid_request(
            "This application must send a code_challenge (PKCE, method S256).",
        ));
    }
    if client.granted(&request.scope).is_empty() {
        return Err(Error::invalid_scope(
            "None of the requested scopes is registered for this application.",
        ));
    }
    Ok(())
}

/// Whether a client is held to the one method it registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodPolicy {
    /// Only the registered method.
    Registered,
    /// A client with a secret may send it in the header or in the body. Never makes a secret
    /// optional.
    HeaderOrBody,
}

/// Checks that the client presents itself the way it registered. Whether a presented secret is
/// right is not checked here.
pub fn credential_matches_method(
    client: &ClientMetadata,
    credential: &ClientCredential,
) -> Result<(), Error> {
    check_credential_method(client, credential, MethodPolicy::Registered)
}

/// The same with a choice of how strictly the registered method is enforced.
pub fn check_credential_method(
    client: &ClientMetadata,
    credential: &ClientCredential,
    policy: MethodPolicy,
) -> Result<(), Error> {
    if credential.id() != client.client_id {
        return Err(Error::invalid_client("The credentials are of another client."));
    }
    let presented = credential.method();
    match (client.has_secret, presented) {
        (false, AuthMethod::None) => match client.client_type {
            ClientType::UserPublic => Ok(()),
            ClientType::UserConfidential | ClientType::BackEnd => Err(Error::invalid_client(
                "This application has no secret yet and cannot prove who it is.",
            )),
        },
        (false, AuthMethod::ClientSecretPost | AuthMethod::ClientSecretBasic) => {
            Err(Error::invalid_client("This application has no secret and must not send one."))
        }
        (true, AuthMethod::None) => {
            Err(Error::invalid_client("This application must send its secret."))
        }
        (true, AuthMethod::ClientSecretPost | AuthMethod::ClientSecretBasic) => match policy {
            MethodPolicy::Registered if presented != client.auth_method => {
                Err(Error::invalid_client(format!(
                    "This application is registered for {}.",
                    client.auth_method.as_str()
                )))
            }
            MethodPolicy::Registered | MethodPolicy::HeaderOrBody => Ok(()),
        },
    }
}

#[cfg(test)]
mod tests;
