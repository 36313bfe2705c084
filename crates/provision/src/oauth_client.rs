//! The client's side of OAuth 2: authorization URL, code exchange, refresh.
//!
//! Made for authorization servers as they are met: the authorization endpoint is configured with a
//! query of its own (`…/auth/authorize?scope=openid`) that must be kept (RFC 6749 §3.1), and some
//! servers take the client's credentials only in the form, others only in the header.

use std::time::Duration;

use aws_lc_rs::digest;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use reqwest::{Method, StatusCode, Url, header::HeaderValue};
use seatlink_domain::{
    Secret, Timestamp,
    integrations::Tokens,
    log::{NotTokens, Quoted, Said, TokenTrouble},
};
use serde_json::Value;
use url::form_urlencoded;

use crate::{
    http::{Answer, Body, Call, CallError, HttpClient, LARGEST_MIB},
    mapping::field,
    said::{said, start},
};

/// Longest believable life of an access token; a larger number is a mistake or an overflow.
const LONGEST_LIFE: Duration = Duration::from_hours(366 * 24);

/// Our registration at one authorization server.
pub(crate) struct OauthClient {
    pub(crate) http: HttpClient,
    pub(crate) token_endpoint: Url,
    pub(crate) client_id: String,
    /// Absent for public clients.
    pub(crate) client_secret: Option<Secret>,
}

/// What a token is asked for with.
#[derive(Clone, Copy)]
pub(crate) enum Grant<'a> {
    Code { code: &'a str, redirect_uri: &'a str, verifier: Option<&'a Secret> },
    Refresh { token: &'a Secret },
}

/// Where credentials stand in a token request (RFC 6749 §2.3.1).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Form,
    Header,
}

/// The URL a browser is sent to. Keeps the configured query, except where it names one of the
/// parameters that this request must set: a parameter must not come twice.
pub(crate) fn authorization_url(
    endpoint: &Url,
    client_id: &str,
    redirect_uri: &str,
    state: &str,
    challenge: Option<&str>,
) -> Url {
    let mut ours = vec![
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", redirect_uri),
        ("state", state),
    ];
    if let Some(challenge) = challenge {
        ours.extend([("code_challenge", challenge), ("code_challenge_method", "S256")]);
    }
    let mut url = endpoint.clone();
    url.set_fragment(None);
    let named_twice = url.query_pairs().any(|(name, _)| ours.iter().any(|(own, _)| *own == name));
    if named_twice {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !ours.iter().any(|(own, _)| *own == name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    // `?` without anything behind it would otherwise become `?&`.
    if url.query() == Some("") {
        url.set_query(None);
    }
    url.query_pairs_mut().extend_pairs(ours);
    url
}

/// A code verifier from 32 random bytes, and its S256 challenge (RFC 7636 §4.1, §4.2).
pub(crate) fn proof_key(random: [u8; 32]) -> (Secret, String) {
    let verifier = URL_SAFE_NO_PAD.encode(random);
    let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
    (Secret::new(verifier), challenge)
}

impl OauthClient {
    /// Asks for tokens with the credentials in the form, as the guide's server is registered, and
    /// once more with them in the header when that server does not take them there.
    pub(crate) async fn token(
        &self,
        grant: Grant<'_>,
        now: Timestamp,
    ) -> Result<Tokens, TokenTrouble> {
        let answer = self.ask(grant, Place::Form).await?;
        let answer = if self.client_secret.is_some() && is_client_refused(&answer) {
            let second = self.ask(grant, Place::Header).await?;
            // The first refusal is about the way we are registered, so it is the one to tell.
            if is_client_refused(&second) { answer } else { second }
        } else {
            answer
        };
        read_tokens(&answer, now)
    }

    async fn ask(&self, grant: Grant<'_>, place: Place) -> Result<Answer, TokenTrouble> {
        let authorization = match (&self.client_secret, place) {
            (Some(secret), Place::Header) => Some(basic(&self.client_id, secret)),
            (Some(_), Place::Form) | (None, Place::Form | Place::Header) => None,
        };
        self.http
            .send(Call {
                method: Method::POST,
                url: self.token_endpoint.clone(),
                accept: "application/json",
                authorization: authorization.as_ref(),
                body: Some(self.form(grant, place)),
                if_match: None,
            })
            .await
            .map_err(|error| match error {
                CallError::Silence(silence) => TokenTrouble::Silence(silence),
                CallError::TooLarge => TokenTrouble::TooLarge(LARGEST_MIB as u64),
                CallError::Forbidden(why) => TokenTrouble::Forbidden(why),
            })
    }

    fn form(&self, grant: Grant<'_>, place: Place) -> Body {
        let mut pairs = match grant {
            Grant::Code { code, redirect_uri, verifier } => {
                let mut pairs = vec![
                    ("grant_type", "authorization_code"),
                    ("code", code),
                    ("redirect_uri", redirect_uri),
                ];
                pairs.extend(verifier.map(|verifier| ("code_verifier", verifier.expose())));
                pairs
            }
            Grant::Refresh { token } => {
                vec![("grant_type", "refresh_token"), ("refresh_token", token.expose())]
            }
        };
        match (&self.client_secret, place) {
            (Some(_), Place::Header) => {}
            (Some(secret), Place::Form) => pairs.extend([
                ("client_id", self.client_id.as_str()),
                ("client_secret", secret.expose()),
            ]),
            (None, Place::Form | Place::Header) => pairs.push(("client_id", &self.client_id)),
        }
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Body { content_type: "application/x-www-form-urlencoded", bytes: Bytes::from(form) }
    }
}

/// Credentials in the header are form-encoded before they are joined (RFC 6749 §2.3.1).
fn basic(client_id: &str, secret: &Secret) -> HeaderValue {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    basic_header(&encode(client_id), &encode(secret.expose()))
}

/// `Authorization: Basic` (RFC 7617).
pub(crate) fn basic_header(user: &str, password: &str) -> HeaderValue {
    let mut value =
        HeaderValue::try_from(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
            .expect("base64 has no character that a header refuses");
    value.set_sensitive(true);
    value
}

fn is_client_refused(answer: &Answer) -> bool {
    answer.status == StatusCode::UNAUTHORIZED
        || error_code(answer).as_deref() == Some("invalid_client")
}

fn error_code(answer: &Answer) -> Option<String> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    body.get("error")?.as_str().map(str::to_owned)
}

fn read_tokens(answer: &Answer, now: Timestamp) -> Result<Tokens, TokenTrouble> {
    if !answer.status.is_success() {
        let code = error_code(answer).unwrap_or_else(|| answer.phrase());
        let code = Quoted::new(code);
        let said = said(&answer.body).filter(|said| *said != Said::Words(code.clone()));
        let temporary =
            answer.status.is_server_error() || answer.status == StatusCode::TOO_MANY_REQUESTS;
        return Err(if temporary {
            TokenTrouble::Unavailable { code, said }
        } else {
            TokenTrouble::Refused { code, said }
        });
    }
    let Ok(Value::Object(body)) = serde_json::from_slice(&answer.body) else {
        return Err(TokenTrouble::Invalid(NotTokens::NotJson(start(&answer.body))));
    };
    let text = |name| field(&body, name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let Some(access_token) = text("access_token") else {
        return Err(TokenTrouble::Invalid(NotTokens::NoAccessToken));
    };
    if let Some(kind) = text("token_type").filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(TokenTrouble::Invalid(NotTokens::TokenType(Quoted::new(kind))));
    }
    Ok(Tokens {
        access_token: Secret::new(access_token),
        refresh_token: text("refresh_token").map(Secret::new),
        expires_at: life_of(field(&body, "expires_in")).map(|life| now.plus(life)),
    })
}

/// `expires_in` is a number (RFC 6749 §5.1); some servers write it as text.
fn life_of(value: Option<&Value>) -> Option<Duration> {
    let seconds = match value? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }?;
    Some(Duration::from_secs(seconds).min(LONGEST_LIFE))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a malformed case should fail the test")]

    use super::*;

    fn url_for(endpoint: &str) -> String {
        let callback = "https://id.example/app/acme_1/callback";
        authorization_url(&endpoint.parse().unwrap(), "c 1", callback, "s-1", None).into()
    }

    #[test]
    fn the_configured_query_of_the_authorization_endpoint_is_kept() {
        assert_eq!(
            url_for("https://as.example/auth/authorize?scope=openid"),
            "https://as.example/auth/authorize?scope=openid&response_type=code&client_id=c+1\
             &redirect_uri=https%3A%2F%2Fid.example%2Fapp%2Facme_1%2Fcallback&state=s-1"
        );
        assert_eq!(
            url_for("https://as.example/authorize?scope=a%20b"),
            "https://as.example/authorize?scope=a%20b&response_type=code&client_id=c+1\
             &redirect_uri=https%3A%2F%2Fid.example%2Fapp%2Facme_1%2Fcallback&state=s-1"
        );
    }

    #[test]
    fn no_parameter_comes_twice_and_fragments_go() {
        let url = url_for("https://as.example/authorize?client_id=old&state=x&tenant=7#top");
        assert!(
            url.starts_with("https://as.example/authorize?tenant=7&response_type=code"),
            "{url}"
        );
        assert_eq!(url.matches("client_id=").count(), 1, "{url}");
        assert_eq!(url.matches("state=").count(), 1, "{url}");
        assert!(!url.contains('#'), "{url}");
        assert!(url_for("https://as.example/authorize?").contains("authorize?response_type"));
    }

    #[test]
    fn the_challenge_is_the_sha_256_of_the_verifier() {
        let (verifier, challenge) = proof_key([7; 32]);
        let hash = digest::digest(&digest::SHA256, verifier.expose().as_bytes());
        assert_eq!(verifier.expose().len(), 43);
        assert_eq!(URL_SAFE_NO_PAD.decode(challenge).unwrap(), hash.as_ref());
    }

    #[test]
    fn credentials_with_special_characters_survive_the_header() {
        let value = basic("a:b", &Secret::new("p%ss wörd"));
        let encoded = value.to_str().unwrap().strip_prefix("Basic ").unwrap();
        assert_eq!(STANDARD.decode(encoded).unwrap(), b"a%3Ab:p%25ss+w%C3%B6rd");
        assert!(value.is_sensitive());
    }

    #[test]
    fn lifetimes_are_read_as_number_or_text() {
        let life = |json: &str| life_of(Some(&serde_json::from_str(json).unwrap()));
        assert_eq!(life("3600"), Some(Duration::from_hours(1)));
        assert_eq!(life("\"3600\""), Some(Duration::from_hours(1)));
        assert_eq!(life("18446744073709551615"), Some(LONGEST_LIFE));
        assert_eq!(life("-1"), None);
        assert_eq!(life("null"), None);
    }
}
