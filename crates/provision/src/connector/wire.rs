//! Single SCIM requests and what their answers mean.

use std::fmt;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, StatusCode, Url, header::RETRY_AFTER};
use seatlink_domain::log::{Quoted, Said, Step, Trouble};
use serde_json::{Map, Value, json};

use super::{Access, Authorization, Cause, Connector, Failure};
use crate::{
    backoff,
    http::{Answer, Body, Call, CallError, LARGEST_MIB},
    mapping::{Mapped, Observed, Update, field},
    said::{said, start},
    tokens::TokenProblem,
};

pub(crate) const SCIM_JSON: &str = "application/scim+json";
const SCIM_JSON_BODY: &str = "application/scim+json; charset=utf-8";
const PATCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// RFC 3986 §2.3: everything but the unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The target's id of an account. Never empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct RemoteId(pub(super) String);

impl RemoteId {
    fn path(&self) -> String {
        format!("/Users/{}", utf8_percent_encode(&self.0, ENCODED))
    }
}

impl fmt::Display for RemoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An account read for writing: what it says and the version that was read, if the target tells.
pub(super) struct Read {
    pub(super) account: Observed,
    pub(super) version: Option<String>,
}

/// What a look-up found.
pub(super) enum Found {
    Nobody,
    One(RemoteId, Observed),
    Several(usize),
}

impl Connector {
    /// The probe of a connection test: a short list, as every known client asks for it.
    pub(crate) async fn probe(&self) -> Result<(), Failure> {
        let url = self.base.join("/Users?startIndex=1&count=2");
        let answer = self.call(Step::LookUp, Access::Read, Method::GET, url, None, None).await?;
        list_of(Step::LookUp, &answer).map(drop)
    }

    /// Looks for the account of a person by the unique identifier.
    pub(super) async fn find(&self, mapped: &Mapped) -> Result<Found, Failure> {
        let step = Step::LookUp;
        let wanted =
            self.identifier.value(mapped).ok_or(Failure { step, cause: Cause::NoIdentifier })?;
        // A filter's string is a JSON string (RFC 7644 §3.4.2.2).
        let filter = format!("{} eq {}", self.identifier.attribute(), Value::from(wanted));
        let url = self.base.join(&format!(
            "/Users?filter={}&startIndex=1&count=100",
            utf8_percent_encode(&filter, ENCODED)
        ));
        let answer = match self.call(step, Access::Read, Method::GET, url, None, None).await {
            // Some targets answer a search without results like a missing resource.
            Err(Failure { cause: Cause::NotFound(_), .. }) => return Ok(Found::Nobody),
            other => other?,
        };
        let mut matches = Vec::new();
        for resource in list_of(step, &answer)? {
            let Value::Object(resource) = resource else {
                return Err(invalid(step, &answer, Said::NotAResource));
            };
            // A target that ignores filters answers with everybody; those are not matches.
            if self.identifier.matches(&resource, wanted) {
                matches.push(resource);
            }
        }
        match (matches.pop(), matches.len()) {
            (None, _) => Ok(Found::Nobody),
            (Some(account), 0) => {
                let id = id_of(step, &answer, &account)?;
                Ok(Found::One(id, Observed(account)))
            }
            (Some(_), others) => Ok(Found::Several(others + 1)),
        }
    }

    pub(super) async fn read(&self, step: Step, id: &RemoteId) -> Result<Read, Failure> {
        let url = self.base.join(&id.path());
        let answer = self.call(step, Access::Read, Method::GET, url, None, None).await?;
        let account = object_of(step, &answer)?;
        same_id(step, &answer, id, &account)?;
        let version = answer.etag().map(str::to_owned);
        Ok(Read { account: Observed(account), version })
    }

    pub(super) async fn create(&self, mapped: &Mapped) -> Result<RemoteId, Failure> {
        let step = Step::Create;
        let url = self.base.join("/Users");
        let body = Value::Object(mapped.new_account());
        let answer = self.call(step, Access::Write, Method::POST, url, Some(&body), None).await?;
        if is_blank(&answer.body) {
            return Err(Failure { step, cause: Cause::EmptyAnswer });
        }
        let account = object_of(step, &answer)?;
        id_of(step, &answer, &account)
    }

    /// Sends an update, on condition that the account is still at `version`.
    pub(super) async fn update_account(
        &self,
        step: Step,
        id: &RemoteId,
        update: Update,
        version: Option<&str>,
    ) -> Result<(), Failure> {
        let (method, body) = match update {
            Update::Replace(account) => (Method::PUT, Value::Object(account)),
            Update::Patch(operations) => {
                (Method::PATCH, json!({"schemas": [PATCH_URN], "Operations": operations}))
            }
        };
        let url = self.base.join(&id.path());
        let answer = self.call(step, Access::Write, method, url, Some(&body), version).await?;
        // 204, or 200 without the resource it should hold: the change was accepted either way.
        if is_blank(&answer.body) {
            return Ok(());
        }
        let account = object_of(step, &answer)?;
        if field(&account, "id").is_some() {
            same_id(step, &answer, id, &account)?;
        }
        Ok(())
    }

    /// Sends one request, once more with a new token after a 401, and sorts the refusals.
    async fn call(
        &self,
        step: Step,
        access: Access,
        method: Method,
        url: Url,
        body: Option<&Value>,
        version: Option<&str>,
    ) -> Result<Answer, Failure> {
        let failed = |cause| Failure { step, cause };
        let body = body.map(|value| Body {
            content_type: SCIM_JSON_BODY,
            bytes: Bytes::from(value.to_string()),
        });
        let mut header = match &self.authorization {
            Authorization::Fixed(value) => value.clone(),
            Authorization::Tokens(keeper) => {
                keeper.current().await.map_err(|problem| failed(problem.into()))?
            }
        };
        let mut renewed = false;
        loop {
            let sent = self.http.send(Call {
                method: method.clone(),
                url: url.clone(),
                accept: SCIM_JSON,
                authorization: Some(&header),
                body: body.clone(),
                if_match: version,
            });
            let answer = sent.await.map_err(|error| failed(error.into()))?;
            if answer.status.is_success() {
                return Ok(answer);
            }
            match &self.authorization {
                Authorization::Tokens(keeper)
                    if answer.status == StatusCode::UNAUTHORIZED && !renewed =>
                {
                    renewed = true;
                    header = match keeper.renewed(&header).await {
                        Ok(header) => header,
                        // The target's own 401 says more than our lack of a refresh token.
                        Err(TokenProblem::NeedsAuthorization(_)) => {
                            return Err(failed(refusal(access, &answer)));
                        }
                        Err(problem) => return Err(failed(problem.into())),
                    };
                }
                Authorization::Fixed(_) | Authorization::Tokens(_) => {
                    return Err(failed(refusal(access, &answer)));
                }
            }
        }
    }
}

impl super::Identifier {
    fn matches(&self, account: &Map<String, Value>, wanted: &str) -> bool {
        let same = |value: Option<&Value>| {
            value
                .and_then(Value::as_str)
                .is_some_and(|text| seatlink_scim::fold(text) == seatlink_scim::fold(wanted))
        };
        match self {
            Self::UserName => same(field(account, "userName")),
            Self::ExternalId => {
                field(account, "externalId").and_then(Value::as_str) == Some(wanted)
            }
            Self::Email(_) => field(account, "emails")
                .and_then(Value::as_array)
                .is_some_and(|emails| emails.iter().any(|email| same(email.get("value")))),
        }
    }
}

fn refusal(access: Access, answer: &Answer) -> Cause {
    let said = said(&answer.body);
    let answered = |said| Trouble::Answered { status: answer.status.as_u16(), said };
    let retry_after = backoff::retry_after(answer.header(RETRY_AFTER));
    match answer.status {
        StatusCode::UNAUTHORIZED => Cause::Unauthorized(Trouble::Credentials(said)),
        StatusCode::FORBIDDEN => Cause::Forbidden { access, answered: answered(said) },
        StatusCode::NOT_FOUND | StatusCode::GONE => Cause::NotFound(answered(said)),
        StatusCode::CONFLICT => Cause::Conflict(answered(said)),
        StatusCode::PRECONDITION_FAILED => Cause::Changed(answered(said)),
        StatusCode::TOO_MANY_REQUESTS => Cause::RateLimited { retry_after },
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => {
            Cause::Unavailable { retry_after, trouble: answered(said) }
        }
        status if status.is_server_error() => Cause::Broken(answered(said)),
        status if status.is_redirection() => Cause::Rejected(answered(Some(Said::Redirect))),
        _ => Cause::Rejected(answered(said)),
    }
}

/// The elements of a ListResponse.
pub(super) fn list_of(step: Step, answer: &Answer) -> Result<Vec<Value>, Failure> {
    let mut list = object_of(step, answer)?;
    match (list.shift_remove("Resources"), field(&list, "totalResults")) {
        (Some(Value::Array(resources)), _) => Ok(resources),
        // RFC 7644 §3.4.2: Resources may be left out when there are none.
        (None | Some(Value::Null), Some(_)) => Ok(Vec::new()),
        (_, _) => Err(invalid(step, answer, Said::NotAList)),
    }
}

pub(super) fn object_of(step: Step, answer: &Answer) -> Result<Map<String, Value>, Failure> {
    match serde_json::from_slice(&answer.body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(invalid(step, answer, Said::NotAnObject)),
        Err(_) => Err(invalid(step, answer, Said::NotJson(start(&answer.body)))),
    }
}

pub(super) fn id_of(
    step: Step,
    answer: &Answer,
    account: &Map<String, Value>,
) -> Result<RemoteId, Failure> {
    match field(account, "id").and_then(Value::as_str) {
        Some(id) if !id.is_empty() => Ok(RemoteId(id.to_owned())),
        Some(_) | None => Err(invalid(step, answer, Said::NoId)),
    }
}

/// An answer about somebody else must never be merged and written back.
fn same_id(
    step: Step,
    answer: &Answer,
    asked: &RemoteId,
    account: &Map<String, Value>,
) -> Result<(), Failure> {
    let got = id_of(step, answer, account)?;
    if got == *asked {
        return Ok(());
    }
    Err(invalid(step, answer, Said::OtherUser(Quoted::new(asked.to_string()))))
}

fn invalid(step: Step, answer: &Answer, said: Said) -> Failure {
    let trouble = Trouble::Answered { status: answer.status.as_u16(), said: Some(said) };
    Failure { step, cause: Cause::InvalidAnswer(trouble) }
}

fn is_blank(body: &[u8]) -> bool {
    body.iter().all(u8::is_ascii_whitespace)
}

impl From<CallError> for Cause {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Forbidden(why) => Self::ForbiddenTarget(why),
            CallError::TooLarge => Self::InvalidAnswer(Trouble::TooLarge(LARGEST_MIB as u64)),
            CallError::Silence(silence) => {
                Self::Unavailable { retry_after: None, trouble: Trouble::Silence(silence) }
            }
        }
    }
}

impl From<TokenProblem> for Cause {
    fn from(problem: TokenProblem) -> Self {
        match problem {
            TokenProblem::NeedsAuthorization(why) => Self::Unauthorized(Trouble::Tokens(why)),
            TokenProblem::Unavailable(why) => {
                Self::Unavailable { retry_after: None, trouble: Trouble::Tokens(why) }
            }
        }
    }
}
