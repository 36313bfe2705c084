//! OAuth 2.0 and OpenID Connect as pure functions: values in, values out.
//!
//! This crate parses requests into types that cannot be wrong, checks them against what a client
//! registered and what a grant allows, and builds the answers. It implements the authorization code
//! flow with PKCE, refresh tokens with rotation, client credentials, revocation, introspection,
//! id_tokens and metadata, following RFC 6749, 6750, 7009, 7517, 7636, 7638, 7662, 8414, 8725,
//! 9207, 9700 and OpenID Connect Core.
//!
//! It promises to do no I/O, to read no clock (`now` is always a parameter, in Unix seconds) and to
//! log nothing. Random bytes are passed in, except inside [`jose::generate`] and signing, where
//! they are the cryptographic library's. It deliberately has no `password` or implicit grant, no
//! `plain` PKCE, and no way to put a token into a URL.
//!
//! The order of a code flow: [`request::Params`] → [`request::AuthorizeRequest::identify`] →
//! [`client::match_redirect_uri`] → [`request::AuthorizeRequest::parse`] →
//! [`client::authorize_checks`] → [`redirect::code_response`]; later [`request::token_request`] →
//! [`client::credential_matches_method`] → [`grant::check_code`] → [`TokenResponse`].
#![deny(missing_docs)]

pub mod challenge;
pub mod claims;
pub mod client;
pub mod error;
pub mod grant;
pub mod jose;
pub mod metadata;
pub mod pkce;
pub mod redirect;
pub mod request;
pub mod scope;
pub mod token;

pub use client::{AuthMethod, ClientMetadata, ClientType};
pub use error::{Error, ErrorCode};
pub use metadata::ServerMetadata;
pub use request::{AuthorizeRequest, ClientCredential, GrantType, Params, TokenRequest};
pub use scope::ScopeSet;
pub use token::{Secret, TokenResponse};
