//! From a stored integration to one that can be worked with.

use std::sync::Arc;

use reqwest::{Url, header::HeaderValue};
use seatlink_domain::{
    Platform, Secret,
    integrations::{AuthMode, Connection, Integration, Secrets},
};

use crate::{
    connector::{Authorization, BaseUrl, Connector, Identifier, InvalidBaseUrl},
    http::HttpClient,
    oauth_client::{OauthClient, basic_header},
    tokens::TokenKeeper,
};

/// The integration cannot be used as it is configured.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Misconfigured {
    #[error("the SCIM connection is not configured yet")]
    NoConnection,
    #[error(transparent)]
    BaseUrl(#[from] InvalidBaseUrl),
    #[error("the {0} is not a complete URL")]
    Endpoint(&'static str),
    #[error("the {0} is missing")]
    MissingSecret(&'static str),
    #[error("the {0} has characters that cannot be sent in a header")]
    UnsendableSecret(&'static str),
}

/// An integration ready for use.
pub(crate) struct Session {
    pub(crate) integration: Integration,
    pub(crate) connection: Connection,
    /// Its tokens are renewed and saved as needed.
    pub(crate) connector: Connector,
    secrets: Secrets,
}

impl Session {
    /// Of a stored integration.
    pub(crate) fn open(
        platform: &Platform,
        http: &HttpClient,
        integration: Integration,
        secrets: Secrets,
    ) -> Result<Self, Misconfigured> {
        let connection =
            integration.settings.connection.clone().ok_or(Misconfigured::NoConnection)?;
        let authorization = match &connection.auth {
            AuthMode::Basic { .. } | AuthMode::Header => fixed(&connection, &secrets)?,
            AuthMode::OAuth2 { .. } => Authorization::Tokens(Arc::new(TokenKeeper::new(
                platform.clone(),
                integration.tenant,
                integration.id,
                oauth_client(http, &connection, secrets.client_secret.clone())?,
                secrets.tokens.clone(),
            ))),
        };
        let connector = connector(http, &connection, authorization)?;
        Ok(Self { integration, connection, connector, secrets })
    }

    /// Whether this session was opened from the same configuration. Tokens do not count: they
    /// change by being renewed, and their keeper knows.
    pub(crate) fn is_of(&self, integration: &Integration, secrets: &Secrets) -> bool {
        let configured = |secrets: &Secrets| {
            (secrets.password.clone(), secrets.header.clone(), secrets.client_secret.clone())
        };
        self.integration.settings == integration.settings
            && self.integration.label == integration.label
            && configured(&self.secrets) == configured(secrets)
    }

    /// How many flows may be under way at once.
    pub(crate) fn concurrency(&self) -> u16 {
        self.connection.concurrency.max(1)
    }
}

/// A connector for credentials that are not stored yet, to try them before saving.
pub(crate) fn open_unsaved(
    http: &HttpClient,
    connection: &Connection,
    secrets: &Secrets,
) -> Result<Connector, Misconfigured> {
    connector(http, connection, fixed(connection, secrets)?)
}

fn connector(
    http: &HttpClient,
    connection: &Connection,
    authorization: Authorization,
) -> Result<Connector, Misconfigured> {
    Ok(Connector {
        http: http.clone(),
        base: BaseUrl::parse(&connection.base_url)?,
        identifier: Identifier::parse(&connection.unique_identifier),
        style: connection.update_style,
        authorization,
    })
}

/// Our registration at the authorization server of a connection.
pub(crate) fn oauth_client(
    http: &HttpClient,
    connection: &Connection,
    client_secret: Option<Secret>,
) -> Result<OauthClient, Misconfigured> {
    const ENDPOINT: &str = "access token endpoint URI";
    match &connection.auth {
        AuthMode::OAuth2 { token_endpoint, client_id, .. } => Ok(OauthClient {
            http: http.clone(),
            token_endpoint: Url::parse(token_endpoint.trim())
                .map_err(|_| Misconfigured::Endpoint(ENDPOINT))?,
            client_id: client_id.clone(),
            client_secret,
        }),
        AuthMode::Basic { .. } | AuthMode::Header => Err(Misconfigured::Endpoint(ENDPOINT)),
    }
}

fn fixed(connection: &Connection, secrets: &Secrets) -> Result<Authorization, Misconfigured> {
    let missing = Misconfigured::MissingSecret;
    let header = match &connection.auth {
        AuthMode::Basic { username } => {
            let password = secrets.password.as_ref().ok_or(missing("password"))?;
            basic_header(username, password.expose())
        }
        AuthMode::Header => {
            let typed = secrets.header.as_ref().ok_or(missing("authorization header"))?;
            sensitive("authorization header", with_scheme(typed.expose()))?
        }
        AuthMode::OAuth2 { .. } => {
            let tokens = secrets.tokens.as_ref().ok_or(missing("access token"))?;
            sensitive("access token", format!("Bearer {}", tokens.access_token.expose()))?
        }
    };
    Ok(Authorization::Fixed(header))
}

/// Administrators type a bare token, or paste it with its scheme; both mean the same.
fn with_scheme(typed: &str) -> String {
    let typed = typed.trim();
    if typed.contains(' ') { typed.to_owned() } else { format!("Bearer {typed}") }
}

fn sensitive(what: &'static str, text: String) -> Result<HeaderValue, Misconfigured> {
    let mut value =
        HeaderValue::try_from(text).map_err(|_| Misconfigured::UnsendableSecret(what))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_typed_with_or_without_its_scheme_is_sent_once() {
        assert_eq!(with_scheme("abc"), "Bearer abc");
        assert_eq!(with_scheme(" Bearer abc\n"), "Bearer abc");
        assert_eq!(with_scheme("Basic YTpi"), "Basic YTpi");
    }
}
