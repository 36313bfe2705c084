//! The authorization request.

use url::form_urlencoded::Serializer;

use crate::error::{Error, ErrorCode};
use crate::pkce::CodeChallenge;
use crate::request::Params;
use crate::scope::ScopeSet;

/// One value of `prompt` (OpenID Connect Core §3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptValue {
    /// Show no page.
    None,
    /// Ask for the password again.
    Login,
    /// Ask for consent again.
    Consent,
    /// Let the person choose an account.
    SelectAccount,
}

/// The values of `prompt`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompt(Vec<PromptValue>);

impl Prompt {
    /// Values this server does not know are ignored, as OpenID Connect allows; `none` beside
    /// another one is an error.
    fn parse(text: &str) -> Result<Self, Error> {
        let values: Vec<PromptValue> = text
            .split(' ')
            .filter_map(|value| match value {
                "none" => Some(PromptValue::None),
                "login" => Some(PromptValue::Login),
                "consent" => Some(PromptValue::Consent),
                "select_account" => Some(PromptValue::SelectAccount),
                _ => None,
            })
            .collect();
        if values.contains(&PromptValue::None)
            && text.split(' ').filter(|v| !v.is_empty()).count() > 1
        {
            return Err(Error::invalid_request(
                "prompt=none cannot be combined with another value.",
            ));
        }
        Ok(Self(values))
    }

    /// True if the value was asked for.
    pub fn contains(&self, value: PromptValue) -> bool {
        self.0.contains(&value)
    }

    /// `prompt=none`: no page may be shown.
    pub fn none(&self) -> bool {
        self.contains(PromptValue::None)
    }

    /// `prompt=login`: the person must sign in again.
    pub fn login(&self) -> bool {
        self.contains(PromptValue::Login)
    }

    /// `prompt=consent`: the person must agree again.
    pub fn consent(&self) -> bool {
        self.contains(PromptValue::Consent)
    }

    /// `prompt=select_account`: the person must be able to choose.
    pub fn select_account(&self) -> bool {
        self.contains(PromptValue::SelectAccount)
    }
}

/// A well-formed authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).
///
/// Parsing has two steps, because an error may be sent to the redirect URI only after the client
/// and that URI are known to belong together (RFC 6749 §4.1.2.1). [`AuthorizeRequest::identify`]
/// reads just these two; while it or the match fails the answer is a page. After that an error of
/// [`AuthorizeRequest::parse`] goes to the redirect URI.
///
/// ```
/// use seatlink_oauth::request::{AuthorizeRequest, Params};
///
/// let params = Params::from_query("scope=openid&response_type=code&client_id=c1&state=st-1")?;
/// let (client_id, redirect_uri) = AuthorizeRequest::identify(&params)?;
/// assert_eq!((client_id.as_str(), redirect_uri), ("c1", None));
/// let request = AuthorizeRequest::parse(&params)?;
/// assert!(request.scope.contains("openid"));
/// # Ok::<(), seatlink_oauth::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AuthorizeRequest {
    /// Who asks.
    pub client_id: String,
    /// Where the answer shall go, as sent. May be absent if the client registered exactly one.
    pub redirect_uri: Option<String>,
    /// As sent; `code` is the only supported one.
    pub response_type: String,
    /// As sent; `query` is the only supported one.
    pub response_mode: Option<String>,
    /// May be empty; the client's default applies then.
    pub scope: ScopeSet,
    /// Returned unchanged.
    pub state: Option<String>,
    /// Goes unchanged into the id_token.
    pub nonce: Option<String>,
    /// Which pages must or must not be shown.
    pub prompt: Prompt,
    /// How many seconds ago the person may have signed in.
    pub max_age: Option<u64>,
    /// A user name to fill in.
    pub login_hint: Option<String>,
    /// An id_token that names the expected person.
    pub id_token_hint: Option<String>,
    /// Preferred languages for pages.
    pub ui_locales: Option<String>,
    /// What the code shall be bound to.
    pub code_challenge: Option<CodeChallenge>,
    /// The tenant the person shall sign in to.
    pub tenant_id: Option<String>,
    params: Params,
}

impl AuthorizeRequest {
    /// Who asks, and where the answer shall go.
    pub fn identify(params: &Params) -> Result<(String, Option<String>), Error> {
        Ok((params.require("client_id")?.to_owned(), params.owned("redirect_uri")))
    }

    /// Parses the whole request.
    pub fn parse(params: &Params) -> Result<Self, Error> {
        let (client_id, redirect_uri) = Self::identify(params)?;
        refuse_unsupported(params)?;
        let state = params.owned("state");
        if state.as_deref().is_some_and(|state| !state.bytes().all(|b| matches!(b, b' '..=b'~'))) {
            // VSCHAR, RFC 6749 appendix A.5.
            return Err(Error::invalid_request("state holds a character that is not allowed."));
        }
        Ok(Self {
            client_id,
            redirect_uri,
            response_type: params.require("response_type")?.to_owned(),
            response_mode: params.owned("response_mode"),
            scope: params.get("scope").map(ScopeSet::parse).transpose()?.unwrap_or_default(),
            state,
            nonce: params.owned("nonce"),
            prompt: params.get("prompt").map(Prompt::parse).transpose()?.unwrap_or_default(),
            max_age: params.get("max_age").map(parse_max_age).transpose()?,
            login_hint: params.owned("login_hint"),
            id_token_hint: params.owned("id_token_hint"),
            ui_locales: params.owned("ui_locales"),
            code_challenge: code_challenge(params)?,
            tenant_id: params.owned("tenantId"),
            params: params.clone(),
        })
    }

    /// The request as a query again, to come back to it after signing in. Unknown parameters are
    /// kept.
    pub fn to_query(&self) -> String {
        self.to_query_without(&[])
    }

    /// The same without some parameters, such as `prompt` once its page has been shown.
    pub fn to_query_without(&self, names: &[&str]) -> String {
        let kept = self.params.iter().filter(|(name, _)| !names.contains(name));
        Serializer::new(String::new()).extend_pairs(kept).finish()
    }

    /// True if a sign-in at `auth_time` is too old for this request (OpenID Connect Core §3.1.2.1,
    /// `max_age`).
    pub fn is_sign_in_too_old(&self, auth_time: i64, now: i64) -> bool {
        self.max_age.is_some_and(|max_age| {
            let age = now.saturating_sub(auth_time);
            u64::try_from(age).is_ok_and(|age| age > max_age)
        })
    }
}

/// Parameters that change the meaning of the request and that we do not honour must fail (OpenID
/// Connect Core §6, §7.2.1).
fn refuse_unsupported(params: &Params) -> Result<(), Error> {
    let refusals = [
        ("request", ErrorCode::RequestNotSupported),
        ("request_uri", ErrorCode::RequestUriNotSupported),
        ("registration", ErrorCode::RegistrationNotSupported),
    ];
    for (name, code) in refusals {
        if params.get(name).is_some() {
            return Err(Error::new(code, format!("The parameter {name} is not supported.")));
        }
    }
    Ok(())
}

fn code_challenge(params: &Params) -> Result<Option<CodeChallenge>, Error> {
    let method = params.get("code_challenge_method");
    match params.get("code_challenge") {
        Some(value) => CodeChallenge::parse(value, method).map(Some),
        None if method.is_some() => Err(Error::invalid_request("code_challenge is missing.")),
        None => Ok(None),
    }
}

fn parse_max_age(text: &str) -> Result<u64, Error> {
    text.parse().map_err(|_| Error::invalid_request("max_age must be a number of seconds."))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed parse fails the test")]

    use super::*;

    const BASE: &str = "response_type=code&client_id=c1&redirect_uri=https%3A%2F%2Fa.example%2Fcb";

    fn parse(more: &str) -> Result<AuthorizeRequest, Error> {
        AuthorizeRequest::parse(&Params::from_query(&format!("{BASE}&{more}"))?)
    }

    #[test]
    fn the_guide_request_needs_no_pkce_no_nonce_and_no_second_scope() {
        let request = parse("scope=openid&state=st-1").unwrap();
        assert_eq!(request.state.as_deref(), Some("st-1"));
        assert_eq!(request.scope.to_string(), "openid");
        assert!(request.code_challenge.is_none() && request.nonce.is_none());
        assert!(parse("state=x").unwrap().scope.is_empty());
    }

    #[test]
    fn request_objects_are_refused_with_their_own_codes() {
        assert_eq!(parse("request=eyJ").unwrap_err().code, ErrorCode::RequestNotSupported);
        assert_eq!(parse("request_uri=urn:x").unwrap_err().code, ErrorCode::RequestUriNotSupported);
        assert_eq!(
            parse("registration=%7B%7D").unwrap_err().code,
            ErrorCode::RegistrationNotSupported
        );
    }

    #[test]
    fn a_challenge_and_its_method_come_together() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(parse(&format!("code_challenge={challenge}&code_challenge_method=S256")).is_ok());
        for downgraded in [
            format!("code_challenge={challenge}"),
            format!("code_challenge={challenge}&code_challenge_method=plain"),
            format!("code_challenge={challenge}&code_challenge_method="),
            "code_challenge_method=S256".to_owned(),
            "code_challenge=&code_challenge_method=S256".to_owned(),
        ] {
            assert_eq!(
                parse(&downgraded).unwrap_err().code,
                ErrorCode::InvalidRequest,
                "{downgraded}"
            );
        }
    }

    #[test]
    fn prompt_none_stands_alone() {
        assert!(parse("prompt=none").unwrap().prompt.none());
        let both = parse("prompt=login%20consent").unwrap().prompt;
        assert!(both.login() && both.consent() && !both.none() && !both.select_account());
        assert!(parse("prompt=none%20login").is_err());
        assert!(parse("prompt=none%20create").is_err());
        assert_eq!(parse("prompt=create").unwrap().prompt, Prompt::default());
    }

    #[test]
    fn max_age_is_a_number_of_seconds() {
        assert!(parse("max_age=-1").is_err() && parse("max_age=soon").is_err());
        let request = parse("max_age=60").unwrap();
        assert!(!request.is_sign_in_too_old(1_000, 1_060));
        assert!(request.is_sign_in_too_old(1_000, 1_061));
        assert!(!request.is_sign_in_too_old(1_000, 900));
        assert!(!parse("state=x").unwrap().is_sign_in_too_old(0, i64::MAX));
    }

    #[test]
    fn the_query_comes_back_whole() {
        let request = parse("state=a%26b%3D%2B&foo=b%C3%A4r&prompt=login").unwrap();
        let again =
            AuthorizeRequest::parse(&Params::from_query(&request.to_query()).unwrap()).unwrap();
        assert_eq!(again.state.as_deref(), Some("a&b=+"));
        assert_eq!(again.params.get("foo"), Some("bär"));
        assert_eq!(again.to_query(), request.to_query());
        assert!(!request.to_query_without(&["prompt"]).contains("prompt"));
    }

    #[test]
    fn state_outside_printable_ascii_is_refused() {
        assert!(parse("state=a%0D%0Ab").is_err());
        assert!(parse("state=%E5%9D%90").is_err());
    }

    #[test]
    fn a_missing_response_type_or_client_is_named() {
        let missing = Params::from_query("client_id=c1").unwrap();
        assert_eq!(
            AuthorizeRequest::parse(&missing).unwrap_err().description,
            "response_type is missing."
        );
        let missing = Params::from_query("response_type=code").unwrap();
        assert_eq!(
            AuthorizeRequest::identify(&missing).unwrap_err().description,
            "client_id is missing."
        );
    }
}
